"""Findings beside their parts, without anybody waiting for a check.

Of a short questionnaire they are made with every answer. Of a long one an answer carries those of
the last check, and the browser asks for a new check after the change is saved.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

from flask import current_app

from surveyapp.designer import proofs
from surveyapp.designer.document import Document
from surveyapp.designer.facts import own_stamp
from surveyapp.designer.models import Questionnaire
from surveyapp.findings import Finding

SHORT = 60
"""Questions up to which a check is made at once."""
BUDGET_MS = 250
"""What the proof may take of a check; what it does not decide in it, a later check does."""
KEPT = 32

ByPlace = dict[str, list[Finding]]


_Stamp = tuple[int, datetime, str]


class _Check(NamedTuple):
    stamp: _Stamp
    found: ByPlace


def of(questionnaire: Questionnaire, document: Document) -> tuple[ByPlace, bool]:
    """Findings by place, and whether they are of this very draft."""
    last = _checks().get(questionnaire.id)
    if last is not None and last.stamp == _stamp(questionnaire):
        return last.found, True
    if sum(len(page.questions) for page in document.pages) <= SHORT:
        return _keep(questionnaire, proofs.known(document)), True
    return (last.found if last else {}), False


def check(questionnaire: Questionnaire, document: Document) -> ByPlace:
    """Findings of this draft, kept for the answers to come."""
    return _keep(questionnaire, proofs.finish(document, BUDGET_MS).by_place())


def _keep(questionnaire: Questionnaire, found: ByPlace) -> ByPlace:
    made = _Check(_stamp(questionnaire), found)
    kept = _checks()
    kept[questionnaire.id] = made
    kept.move_to_end(questionnaire.id)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return made.found


def _stamp(questionnaire: Questionnaire) -> _Stamp:
    return questionnaire.revision, questionnaire.updated_at, own_stamp()


def _checks() -> OrderedDict[int, _Check]:
    """One for each application, so that two databases of one process are never mixed up."""
    kept: OrderedDict[int, _Check] = current_app.extensions.setdefault(
        "designer.checks", OrderedDict()
    )
    return kept
