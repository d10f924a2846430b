"""Two providers: when one fails the other takes over; nothing lost, nothing twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import budgets, channels, costs, outbox, reconcile, sweeping
from surveyapp.distribution.channel_models import ChannelDay, ChannelState
from surveyapp.distribution.models import Attempt, Invitation, Message
from surveyapp.distribution.sending import Sender
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import Ending, Outcome
from tests.distribution.outboxes import fast, ready, reasons, states
from tests.distribution.phones import gateway, pointed_at

MINUTE = timedelta(minutes=1)
FILE = """
[backup]
kind = "http"
url = "{url}/v1/messages"
secret = "test token"
rate = 1000
price = "0.05"
{more}
"""


@pytest.fixture
def phones():
    with gateway() as first, gateway(seed=1) as second:
        yield first, second


@pytest.fixture
def two(any_app, phones):
    return set_up(any_app, phones)


def set_up(app, phones, more="", **changes):
    """Twilio's API at the first phone, the signed protocol at the second."""
    fast(app)
    first, second = phones
    settings = app.config["SETTINGS"]
    file = settings.instance / "channels.toml"
    file.write_text(FILE.format(url=second.url, more=more), encoding="utf-8")
    changes = {"sms_price": "0.01", "sms_rate": 1000.0, **changes}
    app.config["SETTINGS"] = pointed_at(settings, first, **changes)
    return app


def send(app, threads=2):
    return Sender(app).drain(threads)


def look_up(app):
    return reconcile.resolve(Sender(app).providers)


def everyone(phones):
    return [line.phone for phone in phones for line in phone.texts.outbound()]


def counts(phones):
    return [len(phone.texts.outbound()) for phone in phones]


def test_while_the_first_is_well_it_sends_everything(two, phones):
    ready(30)
    assert send(two) == {"accepted": 30}
    assert counts(phones) == [30, 0]
    rows = db.session.scalars(db.select(Message)).all()
    assert {(row.provider, row.price) for row in rows} == {("twilio", Decimal("0.01"))}


@pytest.mark.parametrize(
    "broken", [{"twilio_api_base": "http://127.0.0.1:9"}, {"twilio_auth_token": "wrong"}]
)
def test_when_the_first_cannot_be_used_the_second_takes_over_at_once(any_app, phones, broken):
    set_up(any_app, phones, **broken)
    ready(30)
    moment = clock.now()
    for minute in range(3):
        with clock.frozen(moment + minute * MINUTE):
            send(any_app)
    assert counts(phones) == [0, 30]
    assert len(set(everyone(phones))) == 30
    assert states() == {"accepted": 30}
    assert set(db.session.scalars(db.select(Message.provider))) == {"backup"}
    spent = dict(db.session.execute(db.select(ChannelDay.name, ChannelDay.spent)).all())
    assert spent == {"twilio": 0, "backup": 30 * 50_000}


def test_an_unknown_outcome_is_never_sent_elsewhere_before_it_is_looked_up(two, phones):
    first, _second = phones
    ready(30)
    first.set(error_after_accept=1)
    send(two)
    lost = states()["unknown"]
    assert 0 < lost < 30
    assert counts(phones) == [lost, 30 - lost]
    send(two)
    assert counts(phones) == [lost, 30 - lost]
    first.set(error_after_accept=0)
    assert look_up(two) == lost
    assert len(set(everyone(phones))) == len(everyone(phones)) == 30


def test_what_the_first_never_had_goes_out_by_the_second_after_the_look_up(two, phones):
    first, _second = phones
    ready(8)
    first.set(hang_before=1, hang_seconds=0)
    send(two, threads=1)
    lost = states()["unknown"]
    assert lost >= 5
    assert look_up(two) == lost
    send(two)
    assert counts(phones) == [0, 8]
    day = db.session.scalars(db.select(ChannelDay).where(ChannelDay.name == "twilio")).one()
    assert (day.spent, day.messages) == (0, 0)


def test_a_channel_that_works_again_is_probed_and_leads_again(two, phones):
    first, _second = phones
    ready(60)
    first.set(hang_before=1, hang_seconds=0)
    send(two, threads=1)
    first.set(hang_before=0)
    look_up(two)
    row = db.session.get_one(ChannelState, "twilio")
    assert (row.state, row.trouble) == ("open", "unknown: 20503 HTTP 503, code 20503")
    with clock.frozen(clock.now() + MINUTE):
        send(two, threads=1)
        db.session.expire_all()
        assert db.session.get_one(ChannelState, "twilio").state == "closed"
    assert sum(counts(phones)) == len(set(everyone(phones))) == 60


def test_a_lost_answer_of_the_signed_channel_is_found_by_our_reference(any_app, phones):
    set_up(any_app, phones)
    channels.pause("twilio", paused=True)
    ready(10)
    phones[1].set(error_after_accept=0.4)
    send(any_app)
    phones[1].set(error_after_accept=0)
    lost = states()["unknown"]
    assert lost
    assert look_up(any_app) == lost
    with clock.frozen(clock.now() + MINUTE):
        send(any_app)
    assert counts(phones) == [0, 10]
    assert len(set(everyone(phones))) == 10


def test_a_paused_channel_sends_nothing_and_with_all_paused_everything_waits(two, phones):
    ready(4)
    channels.pause("twilio", paused=True)
    channels.pause("backup", paused=True)
    db.session.commit()
    assert send(two) == {}
    assert states() == {"queued": 4}
    channels.pause("backup", paused=False)
    db.session.commit()
    assert send(two) == {"accepted": 4}
    assert counts(phones) == [0, 4]


def test_a_channel_paused_meanwhile_stops_within_a_second(two, phones):
    import time

    ready(300)
    for phone in phones:
        phone.set(latency=0.02)
    channels.pause("backup", paused=True)
    db.session.commit()
    sender = Sender(two)
    thread = threading.Thread(target=sender.drain, args=(2,))
    thread.start()
    while counts(phones)[0] < 10:
        time.sleep(0.01)
    channels.pause("twilio", paused=True)
    db.session.commit()
    time.sleep(1.0)
    stopped = counts(phones)
    time.sleep(0.4)
    assert counts(phones) == stopped
    assert stopped[0] < 300
    thread.join()


def test_the_order_of_the_administrators_counts(two, phones):
    channels.arrange(["backup", "twilio"])
    db.session.commit()
    ready(5)
    send(two)
    assert counts(phones) == [0, 5]


def test_links_to_china_go_by_the_channel_that_may_carry_them(any_app, phones):
    set_up(any_app, phones, sms_domestic=False)
    ready(5)
    send(any_app)
    assert counts(phones) == [0, 5]


def test_a_spent_budget_moves_on_and_what_nobody_can_pay_waits(any_app, phones):
    set_up(any_app, phones, more='daily_budget = "0.20"')
    channels.pause("twilio", paused=True)
    db.session.commit()
    ready(10)
    send(any_app)
    assert counts(phones) == [0, 4]
    assert reasons()["queued", "budget"] + reasons()["queued", ""] == 6
    channels.pause("twilio", paused=False)
    db.session.commit()
    with clock.frozen(clock.now() + 20 * MINUTE):
        send(any_app)
    assert counts(phones) == [6, 4]


def test_the_budget_is_never_exceeded_by_senders_at_once(any_app):
    channel = Channel("c", "http", rate=10_000, price=Decimal("0.01"), daily_budget=Decimal("0.5"))
    granted, now = [], clock.now()

    def take():
        with any_app.app_context():
            for _ in range(10):
                granted.append(budgets.reserve(channel, [10_000] * 3, now).count)
                db.session.commit()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 50
    assert db.session.scalars(db.select(ChannelDay.spent)).one() == 500_000


def test_a_new_day_has_its_own_budget(any_app):
    channel = Channel("c", "http", price=Decimal("0.01"), daily_budget=Decimal("0.01"))
    midnight_in_shanghai = clock.now().replace(hour=16, minute=0, second=0, microsecond=0)
    assert budgets.reserve(channel, [10_000], midnight_in_shanghai - MINUTE).count == 1
    assert budgets.reserve(channel, [10_000], midnight_in_shanghai - MINUTE).count == 0
    assert budgets.reserve(channel, [10_000], midnight_in_shanghai).count == 1
    db.session.commit()


def test_a_probe_is_one_callers_only(any_app):
    channel = Channel("c", "http")
    channels.note("c", [Outcome(Ending.BLOCKED)])
    db.session.commit()
    assert channels.live([channel]) == []
    with clock.frozen(clock.now() + MINUTE):
        assert [it.probing for it in channels.live([channel])] == [True]
        assert channels.live([channel]) == []


def test_each_call_names_its_channel(any_app, phones):
    set_up(any_app, phones, twilio_api_base="http://127.0.0.1:9")
    ready(1)
    send(any_app, threads=1)
    with clock.frozen(clock.now() + MINUTE):
        send(any_app, threads=1)
    rows = db.session.execute(db.select(Attempt.channel, Attempt.outcome).order_by(Attempt.number))
    assert [tuple(row) for row in rows] == [("twilio", "transient"), ("backup", "accepted")]


def test_an_outcome_of_a_channel_that_is_gone_stays_unknown_and_is_told(any_app, phones, caplog):
    set_up(any_app, phones)
    ready(1)
    phones[0].set(error_after_accept=1)
    send(any_app, threads=1)
    (any_app.config["SETTINGS"].instance / "channels.toml").unlink()
    db.session.execute(db.update(Attempt).values(channel="former"))
    db.session.commit()
    assert look_up(any_app) == 0
    assert "the channel former is gone" in caplog.text
    assert states() == {"unknown": 1}
    assert sweeping.reap() == 0
    assert outbox.waiting_in("unknown")


def test_costs_by_message_and_by_completed_response(two, phones):
    study = ready(6)
    send(two)
    assert [str(it.total) for it in costs.of_study(study, Sender(two).providers.channels)] == [
        "0.06"
    ]
    db.session.execute(db.update(Invitation).values(completed_at=clock.now()))
    db.session.commit()
    (cost,) = costs.of_study(study, Sender(two).providers.channels)
    assert (cost.currency, cost.messages, cost.per_message) == ("USD", 6, Decimal("0.01"))
    assert cost.per_complete == Decimal("0.01")


def test_all_workers_together_keep_a_channels_pace(any_app):
    import time

    channel, began, granted = Channel("c", "http", rate=40.0), time.monotonic(), []

    def take():
        with any_app.app_context():
            while time.monotonic() - began < 1.5:
                granted.append(budgets.reserve(channel, [0] * 8, clock.now()).count)
                db.session.commit()
                time.sleep(0.01)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    assert 40 <= sum(granted) <= 40 * (seconds + budgets.BURST_SECONDS) + 1
