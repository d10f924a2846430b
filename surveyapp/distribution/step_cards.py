"""The steps of a sequence as the page shows them: what they say, how far they are, what stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from surveyapp.database import db
from surveyapp.distribution import dry_runs, sequence, trials
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.distribution.segments import Count
from surveyapp.distribution.sequence import Place
from surveyapp.distribution.variant_models import TextVariant
from surveyapp.distribution.wave_findings import text_findings
from surveyapp.findings import Finding


@dataclass(frozen=True)
class Example:
    """One text as an example customer reads it, its size, and what is wrong with it."""

    language: str
    text: str
    count: Count
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Card:
    """One step. queued: its texts so far. chances: label → share of the people; empty with one
    wording. examples: of its own wording, by language. wrong: what is wrong with the others.
    first, last: whether no free step stands before, behind. fixed: whether its place stays.
    """

    wave: Wave
    queued: int
    chances: Mapping[str, float]
    examples: Sequence[Example]
    wrong: Sequence[Finding]
    fixed: bool
    first: bool
    last: bool


def cards(
    study: Study, waves: Sequence[Wave], variants: Sequence[TextVariant], languages: Sequence[str]
) -> list[Card]:
    """The study's steps in order, saved or proposed; variants: of all of them."""
    queued = _queued(waves)
    follow_ups = [wave for wave in waves if wave.kind == "reminder"]
    fixed = sequence.fixed(
        Place(wave.id, wave.after, wave.id in queued) for wave in follow_ups if wave.id
    )
    free = [wave for wave in follow_ups if wave.id not in fixed]
    found = []
    for wave in waves:
        others = [one for one in variants if one.wave_id == wave.id]
        found.append(
            Card(
                wave=wave,
                queued=queued.get(wave.id, 0),
                chances=_chances(wave, others),
                examples=[example(study, wave.kind, wave.texts, one) for one in languages],
                wrong=_wrong(wave, others, languages),
                fixed=wave.id in fixed or wave.id in queued,
                first=wave in free[:1],
                last=wave in free[-1:],
            )
        )
    return found


def example(study: Study, kind: str, texts: Mapping[str, str], language: str) -> Example:
    """How one text of a step of this kind reads."""
    body = texts.get(language, "")
    text, count = dry_runs.example(study, body, language)
    return Example(language, text, count, text_findings(kind, language, body))


def _chances(wave: Wave, variants: Sequence[TextVariant]) -> dict[str, float]:
    shares = trials.shares_of(wave, variants) if variants else {}
    return {label: share / sum(shares.values()) for label, share in shares.items()}


def _wrong(wave: Wave, variants: Sequence[TextVariant], languages: Sequence[str]) -> list[Finding]:
    return [
        finding
        for one in variants
        for language in languages
        for finding in text_findings(
            f"{wave.kind} {one.label}", language, one.texts.get(language, "")
        )
    ]


def _queued(waves: Sequence[Wave]) -> dict[int, int]:
    """Wave → its texts, in whatever state."""
    ids = [wave.id for wave in waves if wave.id]
    counted = select(Message.wave_id, func.count()).where(Message.wave_id.in_(ids))
    rows = db.session.execute(counted.group_by(Message.wave_id))
    return {row[0]: row[1] for row in rows}
