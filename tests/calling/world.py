"""A running study that is done by telephone, with customers on a call list and people who call."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.calling import lists, plans
from surveyapp.calling.models import CallCase, CallList
from surveyapp.database import db
from surveyapp.distribution.models import Study
from tests.answering.world import World, build
from tests.conftest import add_user

MORNING = datetime(2026, 3, 3, 2, tzinfo=UTC)
"""10:00 in Shanghai."""
SCRIPT = {"zh-Hans": "您好，{name}，我是{interviewer}。", "en": "Hello {name}, I am {interviewer}."}


@dataclass
class Calls:
    world: World
    caller: User
    listed: CallList

    @property
    def study(self) -> Study:
        return self.world.study

    def cases(self) -> list[CallCase]:
        db.session.expire_all()
        return list(db.session.scalars(select(CallCase).order_by(CallCase.id)))


def interviewer(name: str, role: str = "interviewer") -> User:
    user = User(email=f"{name}@example.com", name=name, role=role, language="en", password_hash="x")
    db.session.add(user)
    db.session.commit()
    return user


def build_calls(
    questionnaire: Any = "all_types", customers: int = 1, caller: User | None = None, **plan: Any
) -> Calls:
    """Everything that a first call needs, committed. The caller's role is interviewer."""
    world = build(questionnaire, links_count=customers)
    caller = caller or add_user("interviewer")
    plans.keep(
        world.study, **{"intro": SCRIPT, "consent": {}, "shown": ["store"], "notes": {}, **plan}
    )
    plans.staff(world.study, [caller.id])
    listed, n = lists.create(world.study, "VIP", "all", [])
    assert n == customers
    db.session.commit()
    return Calls(world, caller, listed)
