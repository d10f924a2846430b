"""Findings of a refused job as JSON, so that each reader gets them in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surveyapp.findings import Finding, Term

PLAIN = (str, int, float, bool, type(None))


def as_stored(finding: Finding) -> dict[str, Any]:
    """A finding as JSON; parameters that JSON does not know become their text."""
    params = {name: _stored(value) for name, value in finding.params.items()}
    return {
        "code": finding.code,
        "place": finding.place,
        "template": finding.template,
        "params": params,
        "severity": finding.severity,
    }


def _stored(value: object) -> object:
    if isinstance(value, Term):
        return {"term": str(value)}
    return value if isinstance(value, PLAIN) else str(value)


def restored(stored: Mapping[str, Any]) -> Finding:
    """The finding of its JSON form."""
    params = {
        name: Term(value["term"]) if isinstance(value, dict) else value
        for name, value in stored["params"].items()
    }
    return Finding(**{**stored, "params": params})
