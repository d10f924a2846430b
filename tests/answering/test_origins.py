"""What is kept of where a response comes from."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.answering.models import Response
from surveyapp.answering.origins import Origin, network_of
from surveyapp.database import db
from tests.answering.world import build

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel) Mobile Safari/537"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "4:cb0071"),
        ("203.0.113.250", "4:cb0071"),
        ("::ffff:203.0.113.9", "4:cb0071"),
        ("2001:db8:1:2::9", "6:20010db80001"),
        ("2001:db8:1:ffff::1", "6:20010db80001"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_the_networks_part_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("agent", "device"),
    [(PHONE, "phone"), ("iPhone", "phone"), ("Android 14", "tablet"), ("iPad Mobile", "tablet"),
     ("X11; Linux", "desktop"), ("", "")],
)  # fmt: skip
def test_the_kind_of_device(agent: str, device: str) -> None:
    assert Origin(agent).device == device


def test_fingerprints_tell_networks_and_browsers_apart_within_a_study_only(app: Flask) -> None:
    one, same = Origin(PHONE, "203.0.113.7").told(1), Origin(PHONE, "203.0.113.8").told(1)
    assert one == same
    assert Origin("other", "203.0.113.7").told(1)["network"] == one["network"]
    assert Origin("other", "203.0.113.7").told(1)["browser"] != one["browser"]
    assert Origin(PHONE, "203.0.114.7").told(1)["network"] != one["network"]
    assert set(Origin(PHONE, "203.0.113.7").told(2).values()) & set(one.values()) == {"phone"}
    assert Origin(PHONE).told(1) == {"device": "phone"}


def test_a_response_keeps_them_and_no_address(app: Flask, client: FlaskClient) -> None:
    world = build("all_types")
    answer = client.post(
        f"{world.url}/save",
        json={"answers": {"comment": {"v": "x", "s": 1}}},
        headers={"User-Agent": PHONE},
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
    )
    assert answer.status_code == 200
    (found,) = db.session.query(Response)
    told = Origin(PHONE, "203.0.113.7").told(found.study_id)
    assert {name: found.paradata[name] for name in told} == told
    assert "203.0.113" not in str(found.paradata)
