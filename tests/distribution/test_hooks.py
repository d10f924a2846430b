"""Callbacks of the provider: late, twice, out of order, forged; and opting out by text."""

from __future__ import annotations

import itertools

import pytest

from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution import contact, inbound, outcomes
from surveyapp.distribution.gateway.receipts import signature
from surveyapp.distribution.models import InboundText, Invitation, Message, Receipt
from surveyapp.distribution.sms.provider import Ending, Outcome
from tests.distribution.outboxes import claim, drain, ready, reasons, states

BASE = "http://127.0.0.1:8000"
TOKEN = "test token"
SID = "SM" + "a" * 32


def call(app, path, form, token=TOKEN, url=""):
    """A signed call, as the provider makes it."""
    signed = signature(token, url or f"{BASE}{path}", form)
    headers = {"X-Twilio-Signature": signed}
    return app.test_client().post(path, data=form, headers=headers)


def report(app, status, *, sid=SID, message_id=None, code="", **options):
    form = {"MessageSid": sid, "MessageStatus": status} | ({"ErrorCode": code} if code else {})
    query = f"?m={message_id}&a=1" if message_id else ""
    return call(app, f"/hooks/sms/status{query}", form, **options)


def accepted(sid=SID):
    """One message that the provider has."""
    ready(1)
    (claimed,) = claim(None, "x", 1).ready
    outcomes.record([(claimed, Outcome(Ending.ACCEPTED, sid, "queued", segments=1))])
    return claimed.message_id


def the_message():
    db.session.rollback()
    return db.session.scalars(db.select(Message)).one()


def test_a_forged_receipt_is_refused(app):
    message_id = accepted()
    assert report(app, "delivered", message_id=message_id, token="guess").status_code == 403
    form = {"MessageSid": SID, "MessageStatus": "delivered"}
    assert app.test_client().post("/hooks/sms/status", data=form).status_code == 403
    elsewhere = report(app, "delivered", url="http://evil.example/hooks/sms/status")
    assert elsewhere.status_code == 403
    assert the_message().state == "accepted"
    assert db.session.scalar(db.select(db.func.count(Receipt.id))) == 0


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("/hooks/sms/status?m=1", 204),
        ("http://evil.example/hooks/sms/status?m=1", 204),
        ("/hooks/sms/inbound?x=://h/hooks/sms/status?m=1", 403),
    ],
)
def test_the_address_that_is_signed_is_the_one_that_was_called(app, raw, code):
    """As the server in front hands it on; only the host is ours to say."""
    form = {"MessageSid": SID, "MessageStatus": "delivered", "From": "+1"}
    headers = {"X-Twilio-Signature": signature(TOKEN, f"{BASE}/hooks/sms/status?m=1", form)}
    path = "/hooks/sms/inbound" if "inbound" in raw else "/hooks/sms/status"
    told = app.test_client().post(
        path, data=form, headers=headers, environ_overrides={"RAW_URI": raw}
    )
    assert told.status_code == code


def test_without_a_token_everything_is_refused(app):
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], twilio_auth_token="")
    assert report(app, "delivered", token="").status_code == 403


def test_a_receipt_moves_the_message_and_its_invitation(any_app):
    accepted()
    assert report(any_app, "sent").status_code == 204
    assert report(any_app, "delivered").status_code == 204
    message = the_message()
    assert (message.state, message.provider_status) == ("delivered", "delivered")
    assert message.delivered_at is not None
    assert message.invitation.delivered_at is not None


def test_duplicates_are_harmless(any_app):
    accepted()
    for _ in range(3):
        assert report(any_app, "delivered").status_code == 204
    assert db.session.scalar(db.select(db.func.count(Receipt.id))) == 1
    first = the_message().delivered_at
    report(any_app, "delivered")
    assert the_message().delivered_at == first


@pytest.mark.parametrize("order", list(itertools.permutations(["sending", "sent", "delivered"])))
def test_out_of_order_receipts_only_move_forward(app, order):
    accepted()
    for status in order:
        report(app, status)
    assert the_message().state == "delivered"


@pytest.mark.parametrize("late", ["sent", "failed", "undelivered"])
def test_nothing_takes_back_a_delivery(app, late):
    accepted()
    report(app, "delivered")
    report(app, late, code="30003" if late != "sent" else "")
    assert (the_message().state, the_message().error_code) == ("delivered", "")


def test_an_undelivered_text_is_told_with_its_code(any_app):
    accepted()
    report(any_app, "undelivered", code="30003")
    message = the_message()
    assert (message.state, message.error_code) == ("undelivered", "30003")
    assert message.invitation.failed_at is not None


def test_an_unknown_status_is_loud_and_moves_nothing(app, caplog):
    accepted()
    assert report(app, "teleported").status_code == 204
    assert "unknown status 'teleported'" in caplog.text
    assert the_message().state == "accepted"
    assert db.session.scalars(db.select(Receipt.status)).all() == ["teleported"]


def test_a_receipt_may_be_faster_than_the_answer_to_our_call(any_app):
    ready(1)
    (claimed,) = claim(None, "x", 1).ready
    report(any_app, "sent", message_id=claimed.message_id)
    assert the_message().state == "sent"
    outcomes.record([(claimed, Outcome(Ending.ACCEPTED, SID, "queued", segments=2))])
    message = the_message()
    assert (message.state, message.provider_status, message.segments) == ("sent", "sent", 2)


def test_a_receipt_settles_an_unknown_outcome(any_app):
    ready(1)
    (claimed,) = claim(None, "x", 1).ready
    outcomes.record([(claimed, Outcome(Ending.UNKNOWN))])
    assert states() == {"unknown": 1}
    report(any_app, "delivered", message_id=claimed.message_id)
    message = the_message()
    assert (message.state, message.provider_sid) == ("delivered", SID)
    assert message.invitation.invited_at is not None


def test_a_receipt_of_another_text_does_not_move_the_message(app, caplog):
    message_id = accepted()
    report(app, "failed", sid="SM" + "b" * 32, message_id=message_id)
    assert the_message().state == "accepted"
    assert "unknown message" in caplog.text


def test_a_report_without_its_fields_is_refused(app):
    assert call(app, "/hooks/sms/status", {"MessageSid": SID}).status_code == 400
    assert call(app, "/hooks/sms/inbound", {"Body": "STOP"}).status_code == 400


def text_from(app, body, phone="+8613800000001", sid="SM" + "c" * 32):
    form = {"MessageSid": sid, "From": phone, "To": "+15005550006", "Body": body}
    return call(app, "/hooks/sms/inbound", form)


OPT_OUTS = ["STOP", " Stop. ", "退订", "ＴＤ", "t", "请退订，谢谢", "别再发了"]


@pytest.mark.parametrize("body", [*OPT_OUTS, "please stop texting me", "Unsubscribe!"])
def test_opting_out_by_text_ends_everything_at_once(app, body):
    ready(2)
    other = ready_again()
    answer = text_from(app, body)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True) == "<Response/>"
    db.session.rollback()
    customer = db.session.scalars(db.select(Customer).where(Customer.number == "C00001")).one()
    assert customer.opted_out_at is not None
    assert db.session.scalars(db.select(Suppression.address_hash)).all() == [customer.phone_hash]
    rows = db.session.scalars(db.select(Invitation).where(Invitation.customer_id == customer.id))
    assert [row.opted_out_at is not None for row in rows] == [True]
    assert other
    assert claim(None, "x", 10).taken == 2
    assert reasons()[("cancelled", "opted_out")] == 1


def ready_again():
    """Marks that the world has a second customer, whose text still goes."""
    return db.session.scalars(db.select(Customer).where(Customer.number == "C00002")).one()


def test_an_opt_out_of_a_stranger_is_kept_for_the_day_they_become_a_customer(any_app):
    text_from(any_app, "STOP", "+8613999999999")
    db.session.rollback()
    assert db.session.scalars(db.select(Suppression.reason)).all() == ["reply"]


def test_free_replies_are_kept_once_and_sealed(any_app):
    accepted()
    for _ in range(2):
        text_from(any_app, "很满意，谢谢 😀")
    (row,) = db.session.scalars(db.select(InboundText)).all()
    assert (row.kind, row.body) == ("reply", "很满意，谢谢 😀")
    assert row.invitation_id == db.session.scalar(db.select(Invitation.id))
    raw = db.session.execute(db.text("select body from inbound_text")).scalar()
    assert "满意" not in raw
    assert db.session.scalars(db.select(Customer.opted_out_at)).all() == [None]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("help", "help"),
        ("HELP?", "reply"),
        ("", "reply"),
        ("The repair did not stop the leak so I called again", "reply"),
        ("Don't stop", "reply"),
        ("non-stop service", "reply"),
        ("T恤很好", "reply"),
        ("opt-out", "opt_out"),
        ("不要再给我发短信", "opt_out"),
    ],
)
def test_what_a_reply_means(body, kind):
    assert inbound.classify(body) == kind


def test_opt_out_and_send_cannot_pass_each_other(app):
    """The text comes in after the claim: that message leaves, none after it."""
    ready(1)
    assert len(claim(None, "x", 1).ready) == 1
    text_from(app, "STOP")
    assert claim(None, "x", 1).taken == 0
    assert drain(app, None) == {}


def test_a_first_opt_out_is_confirmed_as_the_policy_says(app):
    contact.save(contact.Policy(confirmation={"zh-Hans": "已退订 <您>", "en": "Done"}))
    ready(1)
    reply = "<Response><Message>已退订 &lt;您&gt;</Message></Response>"
    assert text_from(app, "退订").get_data(as_text=True) == reply
    again = text_from(app, "退订", sid="SM" + "d" * 32)
    assert again.get_data(as_text=True) == "<Response/>"
