"""Studies whose waves are about to leave."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, current_app

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import channels, outbox, reconcile, waves
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.distribution.outbox import Timing
from surveyapp.distribution.sending import Sender
from surveyapp.distribution.sms.providers import providers_of
from surveyapp.distribution.sms.routing import Routes
from tests.distribution.builders import add_invitations, add_study

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""12:00 in Shanghai."""
BODY = {"zh-Hans": "{name}您好，请评价{store}：{link} 退订回T", "en": "Hello {name}: {link}"}
QUICK = Timing(lease=timedelta(seconds=0), settle=timedelta(seconds=0))


def add_wave(study: Study, kind: str = "invitation", **values: Any) -> Wave:
    """A running wave."""
    defaults = {"state": "running", "texts": BODY, "starts_at": NOON - timedelta(days=1)}
    wave = Wave(study_id=study.id, kind=kind, **{**defaults, **values})
    db.session.add(wave)
    db.session.flush()
    return wave


def ready(count: int, **study_values: Any) -> Study:
    """A running study with `count` queued invitation texts, allowed around the clock."""
    defaults = {"state": "running", "send_from": 0, "send_until": 1440}
    study = add_study(**{**defaults, **study_values})
    add_invitations(study, count)
    add_wave(study)
    db.session.commit()
    with clock.frozen(NOON):
        assert waves.expand_due() == count
    return study


def fast(app: Flask, **changes: Any) -> None:
    """No waiting: a high rate, short leases."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], sms_rate=10_000.0, **changes)
    app.config["SENDING_TIMING"] = QUICK


def drain(app: Flask, provider: Any, threads: int = 2) -> Counter[str]:
    """Send what is due with a new sender."""
    return Sender(app, provider).drain(threads)


def claim(app: Flask | None, owner: str, most: int, provider: Any = None) -> outbox.Claim:
    """Claim for the only channel there is, as a sender does, whatever it may carry."""
    settings = (app or current_app).config["SETTINGS"]
    (channel,) = providers_of(replace(settings, sms_domestic=True), provider).channels
    routes = Routes([channel], channels.live([channel]))
    return outbox.claim(owner, most, {channel.name: most}, routes)


def resolve(app: Flask, provider: Any) -> int:
    """Look up unknown outcomes at this provider."""
    return reconcile.resolve(providers_of(app.config["SETTINGS"], provider))


def states() -> Counter[str]:
    """State → messages."""
    db.session.rollback()
    return Counter(db.session.scalars(db.select(Message.state)))


def reasons() -> Counter[tuple[str, str]]:
    """(State, reason) → messages."""
    db.session.rollback()
    rows = db.session.execute(db.select(Message.state, Message.reason))
    return Counter((state, reason) for state, reason in rows)
