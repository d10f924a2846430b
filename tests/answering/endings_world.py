"""A study whose questionnaire ends by the mark: 1–2 a call-back, 4 an address, 5 a coupon."""

from typing import Any

from flask import Flask

from surveyapp.answering.endings import stocking
from surveyapp.database import db
from tests.answering.plain_client import PlainClient
from tests.answering.world import World, batch, build, post


def ends(codes: int = 0, links_count: int = 1, **customer: Any) -> World:
    """The study, with so many codes CODE-1, CODE-2, …"""
    world = build("full/endings", links_count=links_count, **customer)
    stocking.add(world.study.id, [f"CODE-{n}" for n in range(1, codes + 1)])
    db.session.commit()
    return world


def mark(app: Flask, url: str, csat: int) -> Any:
    """Answer by the script; what it hears."""
    return post(app, f"{url}/submit", batch({"csat": csat})).json


def reads(app: Flask, url: str, csat: int) -> PlainClient:
    """Answer by the plain form; who has the closing page before them."""
    person = PlainClient(app.test_client(), url)
    person.finish({"csat": csat})
    return person
