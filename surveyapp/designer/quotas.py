"""Quota cells: which of them a response falls into."""

from __future__ import annotations

from typing import NamedTuple

from surveyapp.designer.computed import computations
from surveyapp.designer.document import Document
from surveyapp.designer.path import Path
from surveyapp.designer.rules import Answers, Evaluator, Facts, compiled


class QuotaCell(NamedTuple):
    """One cell of one quota, by their ids."""

    quota: str
    cell: str


def cells_of(
    document: Document, path: Path, answers: Answers, facts: Facts
) -> tuple[QuotaCell, ...]:
    """The cells whose condition is true of the answers on the path, in document order."""
    rules = _rules(document)
    if not rules:
        return ()
    counting = path.on_path(answers)
    facts = path.facts or facts
    return tuple(cell for cell, when in rules if when(counting, facts) is True)


def _rules(document: Document) -> tuple[tuple[QuotaCell, Evaluator], ...]:
    """Every cell with its condition, compiled once and kept with the (frozen) document."""
    kept: tuple[tuple[QuotaCell, Evaluator], ...] | None = document.__dict__.get("_quota_cells")
    if kept is None:
        known = computations(document)
        kept = document.__dict__["_quota_cells"] = tuple(
            (QuotaCell(quota.id, cell.id), compiled(cell.when, known))
            for quota in document.quotas
            for cell in quota.cells
        )
    return kept
