"""Receipts and replies of the signed HTTP channel, from the gateway's own postman to the rows."""

from __future__ import annotations

import json
import time

import pytest

from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import channels, receipts
from surveyapp.distribution.models import Attempt, InboundText, Message, Receipt
from surveyapp.distribution.sending import Sender
from surveyapp.distribution.sms import http_signature
from tests.distribution.outboxes import ready, states
from tests.distribution.phones import gateway
from tests.distribution.test_failover import set_up

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def sent(any_app):
    """Two texts that left by the signed channel, whose receipts go astray; the second phone."""
    with gateway() as first, gateway(seed=1) as second:
        second.set(lose_receipt=1.0)
        set_up(any_app, (first, second))
        channels.pause("twilio", paused=True)
        ready(2)
        assert Sender(any_app).drain(1) == {"accepted": 2}
        yield second


def call(app, what, content, secret="test token"):
    path, body = f"/hooks/channels/backup/{what}", json.dumps(content).encode()
    signed = http_signature.headers(secret, "POST", BASE + path, body, now=time.time(), nonce="n")
    return app.test_client().post(path, data=body, headers=signed)


def first_line(phone):
    return phone.texts.outbound()[0]


def test_receipts_move_the_message_once_and_only_forward(any_app, sent):
    sid = first_line(sent).sid
    for status in ("delivered", "sent", "delivered", "undelivered"):
        assert call(any_app, "status", {"id": sid, "status": status}).status_code == 204
    assert states() == {"accepted": 1, "delivered": 1}
    assert db.session.scalar(db.select(db.func.count(Receipt.id))) == 3


def test_forged_receipts_are_refused(any_app, sent):
    report = {"id": first_line(sent).sid, "status": "delivered"}
    assert call(any_app, "status", report, secret="guess").status_code == 403
    unsigned = any_app.test_client().post("/hooks/channels/backup/status", json=report)
    assert unsigned.status_code == 403
    assert any_app.test_client().post("/hooks/channels/nobody/status").status_code == 403
    assert states() == {"accepted": 2}


def test_another_channels_id_moves_nothing(any_app, sent):
    twilio_id = db.session.scalars(db.select(Message.provider_sid)).first()
    assert call(any_app, "status", {"id": twilio_id, "status": "delivered"}).status_code == 204
    assert states() == {"accepted": 2}


def test_an_opt_out_is_not_lost_with_half_an_emoji_before_it(any_app, sent):
    """Providers part long texts, and push in batches."""
    phone = first_line(sent).phone.removeprefix("+86")
    batch = [{"id": "u1", "from": "+8613900000000", "text": "\ud83d"},
             {"id": "u2", "from": phone, "text": "退订"}]  # fmt: skip
    assert call(any_app, "inbound", batch).status_code == 200
    outs = db.session.scalars(db.select(Customer.opted_out_at)).all()
    assert outs.count(None) == 1


@pytest.mark.parametrize("before", ["sent", "delivered"])
def test_a_report_that_the_phone_opted_out_counts_whenever_it_comes(any_app, sent, before):
    sid = first_line(sent).sid
    assert call(any_app, "status", {"id": sid, "status": before}).status_code == 204
    late = {"id": sid, "status": "undelivered", "code": "opted_out"}
    assert call(any_app, "status", late).status_code == 204
    outs = db.session.scalars(db.select(Customer.opted_out_at)).all()
    assert outs.count(None) == 1


def test_a_channel_reports_on_its_own_calls_only(any_app, sent):
    """Each signs with its own secret, but all know how our references look."""
    first, second = db.session.scalars(db.select(Message).order_by(Message.id)).all()
    first.provider_sid, first.provider, first.state = None, "", "unknown"
    second.provider, second.provider_sid = "twilio", "SM2"
    db.session.execute(db.update(Attempt).values(channel="twilio"))
    db.session.commit()
    for sid, reference in (("x", f"m={first.id}&a=1"), ("SM2", "")):
        report = {"id": sid, "reference": reference, "status": "delivered"}
        assert call(any_app, "status", report).status_code == 204
    assert not receipts.apply("SM2", "delivered", channel="backup")
    assert states() == {"unknown": 1, "accepted": 1}
    assert receipts.apply("SM1", "delivered", message_id=first.id, channel="twilio")
    assert receipts.apply("SM2", "sent", channel="twilio")
    assert states() == {"delivered": 1, "sent": 1}


def test_an_opt_out_by_text_counts_at_once_and_once(any_app, sent):
    reply = {"id": "u1", "from": first_line(sent).phone, "text": "退订"}
    for _ in range(2):
        assert call(any_app, "inbound", reply).status_code == 200
    assert db.session.scalars(db.select(InboundText.kind)).all() == ["opt_out"]
    outs = db.session.scalars(db.select(Customer.opted_out_at)).all()
    assert outs.count(None) == 1


def test_an_unreadable_call_is_told(any_app, sent):
    assert call(any_app, "status", {"id": "x"}).status_code == 400
    assert call(any_app, "inbound", [1]).status_code == 400
