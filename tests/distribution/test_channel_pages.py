"""The administrators' page of channels."""

from __future__ import annotations

import pytest

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import budgets, channels
from surveyapp.distribution.channel_models import ChannelState
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import Ending, Outcome
from tests.distribution.builders import at_once

FILE = """
[backup]
kind = "http"
url = "http://127.0.0.1:9/v1/messages"
secret = "s3cret"
price = "0.05"
rate = 10_000
daily_budget = "1"
"""


@pytest.fixture
def two(app):
    (app.config["SETTINGS"].instance / "channels.toml").write_text(FILE, encoding="utf-8")
    return app


def order():
    db.session.rollback()
    rows = db.select(ChannelState.name).order_by(ChannelState.position)
    return db.session.scalars(rows).all()


def test_the_page_shows_health_and_money_and_no_secret(two, staff):
    from surveyapp import clock
    from surveyapp.distribution.sms.providers import configured

    backup = configured(two.config["SETTINGS"])[1]
    budgets.reserve(backup, [50_000] * 20, clock.now())
    channels.note("twilio", [Outcome(Ending.BLOCKED, code="20003", detail="HTTP 401")])
    db.session.commit()
    page = staff.get("/channels").get_data(as_text=True)
    assert "In trouble" in page
    assert "blocked: 20003 HTTP 401" in page
    assert "1.00 CNY" in page
    assert "of 1.00 CNY" in page
    assert "Budget spent" in page
    assert "s3cret" not in page


def test_one_channel_alone_is_told_about(app, staff):
    assert "There is only one channel" in staff.get("/channels").get_data(as_text=True)


def test_the_order_and_the_switches_are_kept_and_in_the_trail(two, staff):
    staff.post("/channels/backup/up")
    assert order() == ["backup", "twilio"]
    staff.post("/channels/backup/up")
    assert order() == ["backup", "twilio"]
    staff.post("/channels/backup/down")
    assert order() == ["twilio", "backup"]
    staff.post("/channels/twilio/pause")
    assert db.session.get_one(ChannelState, "twilio").paused
    staff.post("/channels/twilio/resume")
    db.session.expire_all()
    assert not db.session.get_one(ChannelState, "twilio").paused
    actions = set(db.session.scalars(db.select(AuditEntry.action)))
    assert {"channel.move", "channel.pause", "channel.resume"} <= actions


def test_all_sending_stops_and_goes_on_by_one_button(two, staff):
    staff.post("/channels/all/pause")
    known = [Channel("twilio", "twilio"), Channel("backup", "http")]
    assert channels.live(known) == []
    assert "All sending is paused" in staff.get("/channels").get_data(as_text=True)
    staff.post("/channels/all/resume")
    assert len(channels.live(known)) == 2


def test_a_channel_in_trouble_may_be_tried_at_once(two, staff):
    channels.note("twilio", [Outcome(Ending.BLOCKED)])
    db.session.commit()
    assert "Try now" in staff.get("/channels").get_data(as_text=True)
    staff.post("/channels/twilio/try")
    assert [it.probing for it in channels.live([Channel("twilio", "twilio")])] == [True]


def test_an_unknown_channel_is_not_found(two, staff):
    assert staff.post("/channels/nobody/pause").status_code == 404


@pytest.mark.parametrize("role", ["researcher", "analyst"])
def test_only_administrators_see_and_switch_channels(two, sign_in, role):
    browser = sign_in(role)
    assert browser.get("/channels").status_code == 403
    assert browser.post("/channels/all/pause").status_code == 403


def test_two_who_order_the_channels_do_not_wait_for_each_other(any_app):
    names = [f"c{number}" for number in range(8)]
    orders = (names, names[::-1])
    channels.arrange(names)
    db.session.commit()
    assert at_once(any_app, lambda which: channels.arrange(orders[which % 2]), 4) == [""] * 4
