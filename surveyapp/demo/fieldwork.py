"""Fieldwork of a simulated study: texts go out, people answer, reminders follow."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.demo.people import Person, kind_of
from surveyapp.demo.phones import Visit, answer_all
from surveyapp.demo.stage import Stage
from surveyapp.demo.steps import Tell
from surveyapp.designer.document import Document
from surveyapp.distribution import waves
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.sending import Sender

LINK = re.compile(r"https?://[^\s]+/r/[A-Za-z0-9]+")
LATE = 0.4
"""Share of the people who answer only after the reminder."""


@dataclass
class Fieldwork:
    """Everything that happens between the draw and the last answer."""

    stage: Stage
    study: Study
    document: Document
    threads: int
    most: int
    """People who answer at the most; the others stay silent."""
    tell: Tell
    people: dict[str, Person] = field(default_factory=dict)
    """Phone → the simulated person who holds it."""
    seen: set[str] = field(default_factory=set)

    def at(self, days: int, hour: int) -> datetime:
        """Moment `days` after today (negative: before) at `hour` in the study's zone."""
        zone = ZoneInfo(self.study.timezone)
        local = datetime.now(zone).replace(hour=hour, minute=15, second=0, microsecond=0)
        return local + timedelta(days=days)

    def send(self, moment: datetime) -> int:
        """Queue and send what is due at `moment`; how many texts the provider took."""
        self.stage.calendar.jump_to(moment)
        waves.expand_due()
        sender, sent = Sender(self.stage.app), 0
        while batch := sum(sender.drain().values()):
            sent += batch
            self.tell("Sending texts", sent, 0)
        self.stage.gateway.postman.settle(60)
        return sent

    def invite_people(self) -> None:
        """Say which simulated person holds which phone that got a text."""
        for line in self.stage.gateway.texts.outbound():
            if line.phone not in self.people:
                seed = int.from_bytes(hashlib.sha256(line.phone.encode()).digest()[:4], "big")
                self.people[line.phone] = Person(seed, kind_of(seed))

    def opt_out(self) -> int:
        """Those who want no texts reply with an opt-out word; how many."""
        leaving = [phone for phone, person in self.people.items() if person.kind == "opting_out"]
        for phone in leaving:
            self.stage.gateway.carrier.reply(phone, "退订")
        self.stage.gateway.postman.settle(60)
        return len(leaving)

    def answer(self, *, late: bool) -> Mapping[str, int]:
        """Those whose turn it is open the link in their text and answer."""
        visits = list(islice(self._visits(late), self.most - len(self.seen)))
        return answer_all(
            self.stage.base,
            self.document,
            visits,
            self.threads,
            lambda done: self.tell("Customers answer", done, len(visits)),
        )

    def _visits(self, late: bool) -> Iterable[Visit]:
        facts = facts_by_phone(self.study.id)
        start = clock.now()
        for line in self.stage.gateway.texts.outbound():
            person, found = self.people[line.phone], LINK.search(line.body)
            turn = Random(f"late {person.seed}").random() < LATE  # noqa: S311 - repeatable
            if found is None or person.kind in {"silent", "opting_out"} or turn != late:
                continue
            if found[0] in self.seen or line.phone not in facts:
                continue
            self.seen.add(found[0])
            hours = Random(f"hours {person.seed}").uniform(0.1, 60)  # noqa: S311 - repeatable
            yield Visit(person, found[0], facts[line.phone], start + timedelta(hours=hours))

    def kinds(self) -> dict[int, str]:
        """Invitation's id → what kind of respondent got it."""
        rows = select(Invitation.id, Customer.phone).join(
            Customer, Customer.id == Invitation.customer_id
        )
        found = db.session.execute(rows.where(Invitation.study_id == self.study.id))
        return {
            i: self.people[phone].kind
            for i, phone in found
            if phone is not None and phone in self.people
        }


def facts_by_phone(study_id: int) -> dict[str, dict[str, dict[str, object]]]:
    """What the questionnaire's rules may know of each invited customer."""
    rows = select(
        Customer.phone, Customer.city, Customer.store, Customer.product_line, Customer.tier
    ).join(Invitation, Invitation.customer_id == Customer.id)
    names = ("city", "store", "product_line", "tier")
    return {
        phone: {"customer": dict(zip(names, values, strict=True)), "touchpoint": {}}
        for phone, *values in db.session.execute(rows.where(Invitation.study_id == study_id))
        if phone is not None
    }
