"""A score that is texted back becomes the response, once; what cannot be read stays a reply."""

from __future__ import annotations

import pytest

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.answering.signals import response_completed
from surveyapp.database import db
from surveyapp.distribution import inbound
from surveyapp.distribution.models import InboundText, Invitation
from tests.answering.world import batch, build, post, the_response

PHONE = "+8613800000001"


def invited(name="nps"):
    world = build(name)
    db.session.execute(db.update(Invitation).values(invited_at=clock.now()))
    db.session.commit()
    return world


def kinds():
    db.session.rollback()
    return db.session.scalars(db.select(InboundText.kind).order_by(InboundText.id)).all()


def responses():
    return db.session.scalar(db.select(db.func.count(Response.id)))


@pytest.mark.parametrize("body", ["9", "9 很好", "９分"])
def test_a_score_becomes_the_response(any_app, body):
    invited()
    heard = []

    def listen(_sender, response_id, study_id):
        heard.append(response_id)

    with response_completed.connected_to(listen):
        assert inbound.receive("IN1", PHONE, body) == "answer"
    row = the_response()
    assert (row.mode, row.state, row.answers["nps"]) == ("reply", "completed", 9)
    assert heard == [row.id]
    assert row.invitation.completed_at is not None
    assert kinds() == ["answer"]


def test_the_same_text_twice_counts_once(any_app):
    invited()
    assert inbound.receive("IN1", PHONE, "9") == "answer"
    assert inbound.receive("IN1", PHONE, "9") is None
    assert inbound.receive("IN2", PHONE, "3") == "reply"
    assert the_response().answers["nps"] == 9
    assert kinds() == ["answer", "reply"]
    assert responses() == 1


def test_a_reply_that_was_kept_but_not_read_is_read_when_it_comes_again(any_app, monkeypatch):
    invited()
    with monkeypatch.context() as broken:
        broken.setattr(inbound, "_offered", lambda _sid: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            inbound.receive("IN1", PHONE, "8")
    assert (kinds(), responses()) == (["reply"], 0)
    assert inbound.receive("IN1", PHONE, "8") is None
    assert (kinds(), the_response().answers["nps"]) == (["answer"], 8)


@pytest.mark.parametrize("body", ["很好", "11", "3 weeks ago you called"])
def test_what_cannot_be_read_is_kept_as_a_reply(any_app, body):
    invited()
    assert inbound.receive("IN1", PHONE, body) == "reply"
    assert db.session.scalars(db.select(InboundText.body)).one() == body
    assert responses() == 0


def test_a_longer_questionnaire_is_not_answered_by_text(app):
    invited("all_types")
    assert inbound.receive("IN1", PHONE, "9") == "reply"
    assert responses() == 0


def test_who_answered_by_the_link_is_not_overwritten(app):
    world = invited()
    post(app, f"{world.url}/submit", batch({"nps": 2}))
    assert inbound.receive("IN1", PHONE, "9") == "reply"
    assert the_response().answers["nps"] == 2


def test_who_began_by_the_link_may_finish_by_text(app):
    world = invited()
    post(app, f"{world.url}/save", batch({"nps": 2}))
    assert inbound.receive("IN1", PHONE, "9") == "answer"
    row = the_response()
    assert (row.mode, row.answers["nps"], row.state) == ("link", 9, "completed")


def test_an_opt_out_is_no_answer_and_a_strangers_score_neither(app):
    invited()
    assert inbound.receive("IN1", PHONE, "退订") == "opt_out"
    assert inbound.receive("IN2", "+8613800009999", "9") == "reply"
    assert responses() == 0


def test_after_the_end_of_the_study_a_score_is_a_reply(app):
    world = invited()
    world.study.state = "closed"
    db.session.commit()
    assert inbound.receive("IN1", PHONE, "9") == "reply"
