"""A codebook as JSON and back, so that a later version of the program reads the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from surveyapp.datasets.carrying import Recode
from surveyapp.datasets.codebook import Codebook
from surveyapp.datasets.variable import Variable
from surveyapp.stats.steps import Step


def as_json(book: Codebook) -> dict[str, Any]:
    """Every field of every variable; weights of dimensions as text, which is exact."""
    return {
        "variables": [asdict(v) for v in book.variables],
        "dimensions": [[name, label, str(weight)] for name, label, weight in book.dimensions],
    }


def from_json(stored: Mapping[str, Any]) -> Codebook:
    """The codebook again; equal, and with the same hash."""
    dimensions = tuple((name, label, Decimal(w)) for name, label, w in stored["dimensions"])
    return Codebook(tuple(map(_variable, stored["variables"])), dimensions)


def _variable(stored: Mapping[str, Any]) -> Variable:
    steps = stored["steps"]
    recodes = (
        Recode(one["version"], one["source"], _pairs(one["values"])) for one in stored["recodes"]
    )
    return Variable(
        **{
            **stored,
            "values": _pairs(stored["values"]),
            "versions": tuple(stored["versions"]),
            "recodes": tuple(recodes),
            "missing": _pairs(stored["missing"]),
            "blanks": tuple(stored["blanks"]),
            "points": _pairs(stored["points"]),
            "steps": None if steps is None else Step(**steps),
        }
    )


def _pairs(stored: list[list[Any]]) -> tuple[Any, ...]:
    return tuple((first, second) for first, second in stored)
