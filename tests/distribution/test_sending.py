"""Sending through the real client to the gateway: once, in time, and only what is still right."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from surveyapp import clock
from surveyapp.customers import addresses
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution import outbox, quiet, sweeping, waves
from surveyapp.distribution.models import Attempt, Invitation, Message, Study, Wave
from surveyapp.distribution.sending import Sender
from tests.distribution.outboxes import (
    NOON,
    add_wave,
    claim,
    drain,
    fast,
    ready,
    reasons,
    resolve,
    states,
)
from tests.distribution.phones import gateway, point

HOUR = timedelta(hours=1)


@pytest.fixture
def phone():
    with gateway() as running:
        yield running


@pytest.fixture
def provider(any_app, phone):
    fast(any_app)
    return point(any_app, phone)


def sent(phone):
    return [line.phone for line in phone.texts.outbound()]


def test_every_message_leaves_once_with_its_own_link(any_app, phone, provider):
    ready(40)
    assert drain(any_app, provider) == {"accepted": 40}
    assert len(set(sent(phone))) == 40
    bodies = {line.body for line in phone.texts.outbound()}
    assert len(bodies) == 40
    assert all("客户" in body and "/r/" in body for body in bodies)
    assert states() == {"accepted": 40}
    assert drain(any_app, provider) == {}
    row = db.session.scalars(db.select(Message)).first()
    assert (row.provider, row.segments, row.lease_owner) == ("twilio", 1, None)
    assert row.invitation.invited_at is not None
    assert row.invitation.customer.last_contacted_at is not None


def test_two_senders_at_once_send_nothing_twice(any_app, phone, provider):
    ready(60)
    senders = [Sender(any_app, provider) for _ in range(2)]
    threads = [threading.Thread(target=s.drain, args=(2,)) for s in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(s.tally["accepted"] for s in senders) == 60
    assert phone.texts.doubled() == {}


# Nobody gets the same text twice, nobody is silently skipped.


@pytest.mark.parametrize("weather", ["hang_after_accept", "error_after_accept"])
def test_a_lost_answer_is_looked_up_and_not_sent_again(any_app, phone, provider, weather):
    ready(6)
    phone.set(hang_seconds=1, **{weather: 0.5})
    drain(any_app, provider, threads=4)
    phone.set(**{weather: 0})
    lost = states()["unknown"]
    assert lost > 0
    assert resolve(any_app, provider) == lost
    assert drain(any_app, provider) == {}
    assert len(sent(phone)) == 6
    assert phone.texts.doubled() == {}
    assert set(db.session.scalars(db.select(Attempt.outcome))) == {"accepted", "found"}
    assert db.session.scalars(db.select(Invitation.invited_at)).all().count(None) == 0


def test_a_call_that_never_arrived_is_sent_again_once_the_record_has_settled(
    any_app, phone, provider
):
    ready(2)
    phone.set(hang_before=1, hang_seconds=1)
    drain(any_app, provider)
    phone.set(hang_before=0)
    any_app.config["SENDING_TIMING"] = outbox.Timing(settle=HOUR)
    assert resolve(any_app, provider) == 0
    assert states() == {"unknown": 2}
    with clock.frozen(clock.now() + HOUR):
        assert resolve(any_app, provider) == 2
        assert drain(any_app, provider) == {"accepted": 2}
    assert len(sent(phone)) == 2


def test_a_dead_senders_messages_are_unknown_until_looked_up(any_app, phone, provider):
    ready(3)
    claimed = claim(any_app, "dead", 10)
    provider.send(claimed.ready[0].text)  # the worker dies after this call, before it was recorded
    any_app.config["SENDING_TIMING"] = outbox.Timing(settle=timedelta(0))
    assert sweeping.reap() == 3
    assert drain(any_app, provider) == {}
    assert resolve(any_app, provider) == 3
    assert drain(any_app, provider) == {"accepted": 2}
    assert phone.texts.doubled() == {}
    assert len(sent(phone)) == 3


def test_a_lease_protects_a_living_sender(any_app, provider):
    ready(1)
    any_app.config["SENDING_TIMING"] = outbox.Timing()
    assert len(claim(any_app, "alive", 10).ready) == 1
    assert sweeping.reap() == 0
    assert claim(any_app, "other", 10).taken == 0
    with clock.frozen(clock.now() + timedelta(seconds=101)):
        assert sweeping.reap() == 1


def test_an_earlier_wave_with_the_same_words_is_not_taken_for_the_lost_one(
    any_app, phone, provider
):
    study = ready(1)
    drain(any_app, provider)
    reminder = add_wave(study, "reminder", after_days=0)
    db.session.commit()
    assert waves.expand_due() == 1
    phone.set(hang_before=1, hang_seconds=1)
    drain(any_app, provider)
    phone.set(hang_before=0)
    assert resolve(any_app, provider) == 1
    assert drain(any_app, provider) == {"accepted": 1}
    assert len(sent(phone)) == 2
    assert reminder.id


def test_while_the_provider_is_away_unknown_outcomes_stay_unknown(any_app, phone, provider):
    ready(1)
    phone.set(error_after_accept=1)
    drain(any_app, provider)
    wrong = point(any_app, phone, twilio_auth_token="wrong")
    assert resolve(any_app, wrong) == 0
    assert states() == {"unknown": 1}


def test_a_locked_database_delays_and_loses_nothing(any_app, phone, provider):
    ready(8)
    engine = create_engine(db.engine.url)
    blocker = engine.connect()
    lock = "BEGIN EXCLUSIVE" if engine.dialect.name == "sqlite" else "LOCK TABLE message"
    blocker.exec_driver_sql(lock)
    timer = threading.Timer(1.0, blocker.close)
    timer.start()
    assert drain(any_app, provider) == {"accepted": 8}
    timer.join()
    engine.dispose()
    assert len(sent(phone)) == 8


# Quiet hours hold on every message, not only on the batch.


def test_none_of_many_leaves_after_the_window_closed(any_app, phone, provider, monkeypatch):
    """Queued five seconds before the margin; the clock runs from when the first one leaves."""
    nine_pm = NOON + 9 * HOUR
    ready(150, send_from=9 * 60, send_until=21 * 60)
    opening = nine_pm - timedelta(seconds=65)
    sending, began, left = provider.send, [], []

    def send(text):
        began.append(time.monotonic())
        left.append(clock.now())
        return sending(text)

    def hurrying():
        passed = time.monotonic() - began[0] if began else 0
        return opening + timedelta(minutes=5) * passed

    monkeypatch.setattr(provider, "send", send)
    with clock.ticking_by(hurrying):
        sender = Sender(any_app, provider)
        sender.drain(2)
        Sender(any_app, provider).drain(2)  # a restart changes nothing
    assert 0 < len(left) < 150
    assert len(phone.texts.outbound()) == len(left)
    assert max(left) < nine_pm
    waiting = db.session.scalars(db.select(Message).where(Message.state == "queued")).all()
    assert len(waiting) == 150 - len(left)
    with clock.frozen(nine_pm + HOUR):
        drain(any_app, provider)
        db.session.rollback()
        dues = set(db.session.scalars(db.select(Message.due_at).where(Message.state == "queued")))
    assert dues == {nine_pm + 12 * HOUR}
    with clock.frozen(nine_pm + 12 * HOUR):
        drain(any_app, provider)
    assert len(set(sent(phone))) == 150


def test_what_may_not_wait_for_the_morning_expires(any_app, phone, provider):
    ready(3, send_from=9 * 60, send_until=21 * 60, closes_at=NOON + 12 * HOUR)
    with clock.frozen(NOON + 10 * HOUR):
        assert quiet.defer() == 3
        assert claim(any_app, "x", 10).taken == 0
    with clock.frozen(NOON + 12 * HOUR):
        assert sweeping.sweep() == 3
    assert reasons() == {("expired", "too_late"): 3}
    assert sent(phone) == []


def test_the_provider_is_told_not_to_deliver_at_night(any_app):
    ready(1, send_from=9 * 60, send_until=21 * 60)
    with clock.frozen(NOON + 8 * HOUR):
        (claimed,) = claim(any_app, "x", 1).ready
    assert claimed.text.valid_for == HOUR - timedelta(seconds=5)


# State is checked at the moment of sending.


def change_answered(row):
    row.completed_at = NOON


def change_opted_out(row):
    row.customer.opted_out_at = NOON


def change_suppressed(row):
    db.session.add(Suppression(address_hash=row.customer.phone_hash, reason="reply", at=NOON))


def change_mail_suppressed(row):
    row.customer.email_hash = addresses.of_email("someone@example.com")
    row.customer.opted_out_at = None
    db.session.add(Suppression(address_hash=row.customer.email_hash, reason="link", at=NOON))


def change_declined(row):
    row.called_as = "2.11"


def change_erased(row):
    row.customer.erased_at = NOON
    row.customer.phone = row.customer.name = None


def change_ended(row):
    row.study.closes_at = NOON


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        (change_answered, "cancelled", "answered"),
        (change_opted_out, "cancelled", "opted_out"),
        (change_mail_suppressed, "cancelled", "opted_out"),
        (change_suppressed, "cancelled", "opted_out"),
        (change_declined, "cancelled", "opted_out"),
        (change_erased, "cancelled", "erased"),
        (change_ended, "expired", "study_ended"),
    ],
)
def test_state_is_checked_at_the_moment_of_sending(any_app, phone, provider, change, state, reason):
    ready(1)
    row = db.session.scalars(db.select(Invitation)).one()
    change(row)
    db.session.commit()
    drain(any_app, provider)
    assert reasons() == {(state, reason): 1}
    assert sent(phone) == []


def test_who_only_opened_the_link_still_gets_the_reminder(any_app, phone, provider):
    study = ready(2)
    drain(any_app, provider)
    first, second = db.session.scalars(db.select(Invitation).order_by(Invitation.id)).all()
    first.opened_at = second.completed_at = NOON
    add_wave(study, "reminder", after_days=0)
    db.session.commit()
    waves.expand_due()
    drain(any_app, provider)
    assert [phone_ for phone_ in sent(phone) if sent(phone).count(phone_) == 2] == [
        first.customer.phone
    ] * 2


def test_the_contact_cap_counts_over_all_studies(any_app, phone, provider):
    first = ready(1, contact_cap=2)
    for number in (2, 3):
        add_wave(first, number=number)
    db.session.commit()
    waves.expand_due()
    drain(any_app, provider, threads=1)
    assert reasons() == {("accepted", ""): 2, ("cancelled", "contact_cap"): 1}
    later = clock.now() + timedelta(days=31)
    add_wave(first, number=4)
    db.session.commit()
    with clock.frozen(later):
        waves.expand_due()
        assert drain(any_app, provider) == {"accepted": 1}


def test_a_paused_study_stops_within_a_second_and_goes_on(any_app, phone, provider):
    study = ready(400)
    phone.set(latency=0.02)
    sender = Sender(any_app, provider)
    thread = threading.Thread(target=sender.drain, args=(2,))
    thread.start()
    while len(phone.texts.outbound()) < 20:
        time.sleep(0.01)
    db.session.execute(db.update(Study).values(state="paused"))
    db.session.commit()
    time.sleep(1.0)
    at_pause = len(phone.texts.outbound())
    time.sleep(0.4)
    assert len(phone.texts.outbound()) == at_pause < 400
    thread.join()
    db.session.execute(db.update(Study).where(Study.id == study.id).values(state="running"))
    db.session.commit()
    phone.set(latency=0)
    drain(any_app, provider)
    assert len(set(sent(phone))) == 400


def test_closing_a_study_cancels_what_waits(any_app, phone, provider):
    ready(3)
    db.session.execute(db.update(Study).values(state="closed"))
    db.session.commit()
    assert sweeping.sweep() == 3
    assert reasons() == {("cancelled", "study_closed"): 3}


def test_links_to_mainland_numbers_are_held_not_sent(any_app, phone):
    fast(any_app)
    provider = point(any_app, phone, sms_domestic=False)
    study = ready(2)
    drain(any_app, provider)
    assert reasons() == {("held", "link_refused_cn"): 2}
    assert sent(phone) == []
    provider = point(any_app, phone, sms_domestic=True)
    assert sweeping.release_held(study.id, "link_refused_cn") == 2
    db.session.commit()
    assert drain(any_app, provider) == {"accepted": 2}


def test_a_wave_without_words_is_held(any_app, phone, provider):
    ready(1)
    db.session.execute(db.update(Wave).values(texts={}))
    db.session.commit()
    drain(any_app, provider)
    assert reasons() == {("held", "no_text"): 1}


# Permanent errors are not retried; transient ones back off and stop.


def with_number(number):
    ready(1)
    row = db.session.scalars(db.select(Customer)).one()
    row.phone = number
    db.session.commit()


def test_a_bad_number_is_tried_once(any_app, phone, provider):
    with_number("+15005550001")
    assert drain(any_app, provider) == {"rejected": 1}
    for day in range(1, 5):
        with clock.frozen(clock.now() + timedelta(days=day)):
            assert drain(any_app, provider) == {}
    row = db.session.scalars(db.select(Message)).one()
    assert (row.state, row.error_code, row.attempt, row.sent_at) == ("failed", "21211", 1, None)
    assert row.invitation.failed_at is not None


def test_a_phone_that_the_provider_knows_as_opted_out_is_suppressed(any_app, phone, provider):
    with_number("+15005550004")
    drain(any_app, provider)
    db.session.rollback()
    assert db.session.scalars(db.select(Suppression.reason)).all() == ["provider"]
    assert db.session.scalars(db.select(Customer.opted_out_at)).one() is not None


def test_throttled_messages_come_back_and_none_is_lost(any_app, phone, provider):
    ready(30)
    phone.set(throttle=0.3)
    moment = clock.now()
    for minute in range(60):
        with clock.frozen(moment + timedelta(minutes=minute)):
            drain(any_app, provider)
    assert len(set(sent(phone))) == len(sent(phone)) == 30


def test_transient_failures_back_off_and_stop(any_app, phone, provider):
    ready(1)
    away = point(any_app, phone, twilio_api_base="http://127.0.0.1:9")
    calls, moment = 0, clock.now()
    for minute in range(0, 60 * 24, 5):
        with clock.frozen(moment + timedelta(minutes=minute)):
            calls += drain(any_app, away, threads=1)["transient"]
    assert calls == 12
    assert reasons() == {("failed", "gave_up"): 1}


def test_wrong_credentials_stop_the_sender_and_burn_nobody(any_app, phone, provider, caplog):
    ready(20)
    wrong = point(any_app, phone, twilio_auth_token="wrong")
    tally = drain(any_app, wrong, threads=1)
    assert tally["blocked"] == 1
    assert states() == {"queued": 20}
    assert "refuses every text" in caplog.text
    right = point(any_app, phone, twilio_auth_token="test token")
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        drain(any_app, right)
    assert len(set(sent(phone))) == 20


def test_messages_carry_the_language_of_their_customer(any_app, phone, provider):
    ready(1)
    db.session.execute(db.update(Invitation).values(language="en"))
    db.session.execute(db.update(Customer).values(name=None))
    db.session.commit()
    drain(any_app, provider)
    (line,) = phone.texts.outbound()
    assert line.body.startswith("Hello customer: http")


def test_the_pace_is_kept(any_app, phone, provider):
    any_app.config["SETTINGS"] = replace(any_app.config["SETTINGS"], sms_rate=40.0)
    ready(40)
    started = time.monotonic()
    drain(any_app, provider)
    assert time.monotonic() - started > 0.7
    assert len(sent(phone)) == 40


def test_what_one_thread_claimed_is_called_by_several_at_once(
    any_app, phone, provider, monkeypatch
):
    ready(48)
    phone.set(latency=0.1)
    claiming, sending, lock = outbox.claim, provider.send, threading.Lock()
    sizes, out, most = [], [0], [0]

    def claim_some(*args):
        found = claiming(*args)
        sizes.append(found.taken)
        return found

    def send(text):
        with lock:
            out[0] += 1
            most[0] = max(most[0], out[0])
        answer = sending(text)
        with lock:
            out[0] -= 1
        return answer

    monkeypatch.setattr(outbox, "claim", claim_some)
    monkeypatch.setattr(provider, "send", send)
    assert drain(any_app, provider, threads=16) == {"accepted": 48}
    assert 4 < most[0] <= 16, "as many calls as was said, and never more"
    assert max(sizes) >= 10
    assert phone.texts.doubled() == {}
