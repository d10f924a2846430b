"""The outbox under any order of events: nothing is sent twice, nothing is silently lost.

The provider is a ledger in memory: each call ends as the next rule decided, and what it took it
remembers, as a provider does.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import inbound, outbox, receipts, sweeping, waves
from surveyapp.distribution.models import Attempt, Invitation, Message
from surveyapp.distribution.sending import Sender
from surveyapp.distribution.sms.provider import Ending, Known, Outcome, UnreachableError
from tests.distribution.builders import add_draw, add_study
from tests.distribution.outboxes import NOON, add_wave, claim, fast, resolve

PEOPLE = 4
REFUSING = {Ending.THROTTLED, Ending.TRANSIENT, Ending.REJECTED, Ending.BLOCKED}


class Ledger:
    """A provider that keeps what it takes."""

    name = "ledger"

    def __init__(self):
        self.taken = []
        self.endings = []
        self.away = False

    def send(self, text):
        ending = self.endings.pop() if self.endings else Ending.ACCEPTED
        if ending in REFUSING:
            return Outcome(ending)
        if ending == Ending.ACCEPTED or len(self.taken) % 2:
            self.taken.append((f"SM{id(self)}-{len(self.taken)}", text.to, text.body))
        if ending == Ending.UNKNOWN:
            return Outcome(ending)
        return Outcome(ending, self.taken[-1][0], "queued", segments=1)

    def find(self, to, reference=""):
        if self.away:
            raise UnreachableError
        return [Known(sid, body, "sent", "") for sid, phone, body in self.taken if phone == to]


class OutboxMachine(RuleBasedStateMachine):
    """One small study, and everything that can happen to it in any order."""

    app = None

    def __init__(self):
        super().__init__()
        self.ledger = Ledger()
        self.now = NOON
        self.ticking = clock.ticking_by(lambda: self.now)
        self.ticking.__enter__()
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        self.study = add_study(state="running", send_from=0, send_until=1440, contact_cap=9)
        self._invite()
        add_wave(self.study)
        db.session.commit()
        waves.expand_due()

    def _invite(self):
        from surveyapp.distribution import invitations
        from tests.distribution.builders import add_customers

        invitations.issue(add_draw(self.study, add_customers(PEOPLE)))

    def teardown(self):
        """When the weather clears, every message finds its end."""
        self.ledger.endings.clear()
        self.ledger.away = False
        for _ in range(12):
            self.now += timedelta(hours=1)
            sweeping.reap(everything=True)
            resolve(self.app, self.ledger)
            Sender(self.app, self.ledger).drain(1)
        self.sent_at_most_once()
        for message in db.session.scalars(db.select(Message)):
            over = message.state in {"accepted", "sent", "delivered", "undelivered"}
            assert over or (message.state in {"failed", "cancelled"} and message.reason)
        assert self.taken() == set(db.session.scalars(db.select(Message.provider_sid))) - {None}
        self.ticking.__exit__(None, None, None)
        db.session.rollback()

    def taken(self):
        return {sid for sid, _, _ in self.ledger.taken}

    @rule(endings=st.lists(st.sampled_from(list(Ending)), max_size=4))
    def send(self, endings):
        self.ledger.endings = endings
        Sender(self.app, self.ledger).drain(1)

    @rule(called=st.integers(0, PEOPLE))
    def die_while_sending(self, called):
        """The worker claims, makes some calls, and is gone before it writes anything down."""
        self.ledger.endings = []
        for claimed in claim(self.app, "dead", PEOPLE, self.ledger).ready[:called]:
            self.ledger.send(claimed.text)

    @rule(everything=st.booleans())
    def reap(self, everything):
        sweeping.reap(everything=everything)

    @rule(away=st.booleans())
    def look_up(self, away):
        self.ledger.away = away
        resolve(self.app, self.ledger)

    @rule(minutes=st.sampled_from([1, 10, 600]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.ledger.taken)
    @rule(which=st.integers(0, 99), status=st.sampled_from(["sent", "delivered", "undelivered"]))
    def report(self, which, status):
        sid, _phone, _body = self.ledger.taken[which % len(self.ledger.taken)]
        receipts.apply(sid, status, channel="twilio")

    @rule(which=st.integers(0, PEOPLE - 1))
    def opt_out(self, which):
        phone = db.session.scalars(db.select(Customer).order_by(Customer.id)).all()[which].phone
        inbound.receive(f"IN{which}", phone, "STOP")

    @rule(which=st.integers(0, PEOPLE - 1))
    def complete(self, which):
        rows = db.session.scalars(db.select(Invitation).order_by(Invitation.id)).all()
        rows[which].completed_at = self.now
        db.session.commit()

    @rule()
    def expand_again(self):
        assert waves.expand_due() == 0

    @invariant()
    def sent_at_most_once(self):
        times = Counter((phone, body) for _, phone, body in self.ledger.taken)
        assert max(times.values(), default=0) <= 1

    @invariant()
    def a_claimed_message_has_an_open_attempt(self):
        db.session.rollback()
        open_calls = db.select(Attempt.message_id).where(Attempt.outcome == "")
        sending = db.select(Message.id).where(Message.state == "sending")
        assert set(db.session.scalars(sending)) <= set(db.session.scalars(open_calls))


def test_any_order_of_events_sends_each_text_at_most_once(app):
    fast(app, sms_domestic=True)
    app.config["SENDING_TIMING"] = outbox.Timing()

    class Bound(OutboxMachine):
        pass

    Bound.app = app
    run_state_machine_as_test(
        Bound, settings=settings(max_examples=25, stateful_step_count=12, deadline=None)
    )
