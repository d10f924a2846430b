"""By which way sampled people were asked, and what became of those of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from surveyapp.database import db
from surveyapp.distribution import dispositions
from surveyapp.distribution.dispositions import Disposition
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    Message,
    SampleDesign,
    SampleMember,
    Wave,
)
from surveyapp.distribution.progress import disposition_of, draws, fate_columns


class Way(NamedTuple):
    """channel: that the invitation was sent by, empty where none was; called: by phone, too."""

    channel: str = ""
    called: bool = False


Counts = dict[Disposition, int]


def by_way(
    study_id: int, kinds: Mapping[str, str], period_id: int | None = None
) -> dict[Way, Counts]:
    """Way → disposition → members of the study's draws, or of one period, and those who were asked
    on events; the largest first. kinds: channel → what it counts as; any other is itself.
    """
    found: dict[Way, Counts] = {}
    for channel, n, *fate in _rows(study_id, period_id):
        way = Way(kinds.get(channel, channel), bool(fate[0]))
        counts = found.setdefault(way, dict.fromkeys(dispositions.ALL, 0))
        counts[disposition_of(fate)] += n
    return dict(sorted(found.items(), key=lambda one: -sum(one[1].values())))


def _rows(study_id: int, period_id: int | None) -> Iterator[Any]:
    """Channel, how many, and their fate."""
    by = [func.coalesce(Message.provider, "").label("channel"), *fate_columns()]
    counted = select(by[0], func.count(), *by[1:])
    drawn = (
        counted.select_from(SampleMember)
        .join(DesignStratum, SampleMember.stratum_id == DesignStratum.id)
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .outerjoin(Invitation, Invitation.member_id == SampleMember.id)
        .where(*draws(study_id, period_id))
    )
    on_events = (Invitation.study_id == study_id, Invitation.member_id.is_(None))
    asked = counted.select_from(Invitation).where(*on_events)
    for rows in (drawn,) if period_id is not None else (drawn, asked):
        yield from db.session.execute(rows.outerjoin(Message, _left(study_id)).group_by(*by))


def _left(study_id: int) -> ColumnElement[bool]:
    """The invitation's text, of which there is at most one that left."""
    first = select(Wave.id).where(Wave.study_id == study_id, Wave.kind == "invitation")
    return and_(
        Message.invitation_id == Invitation.id,
        Message.wave_id.in_(first),
        Message.sent_at.is_not(None),
    )
