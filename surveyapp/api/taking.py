"""Taking what another system sends through the same import as a file, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from surveyapp.api import bodies
from surveyapp.customers.attributes import CUSTOMERS
from surveyapp.customers.importing import Target, import_rows
from surveyapp.customers.own.subject import own_names
from surveyapp.customers.subjects import Subject
from surveyapp.findings import Finding
from surveyapp.languages import explain
from surveyapp.tabular.table import Table


class _Remarks:
    """Collects what is said about rows: errors, and notes about those that were kept."""

    def __init__(self) -> None:
        self.found: list[tuple[int, Finding]] = []

    def add(self, cells: Sequence[str], findings: Sequence[Finding]) -> None:
        self.found += [(int(str(f.params["row"])) - 1, f) for f in findings]


def take(body: bytes, into: Target) -> dict[str, Any]:
    """Import the items of a body; what became of them, ready for JSON.

    Good items go in, whatever is wrong with others: each of those is named with its place in the
    list (from 0), a code and a sentence. Sending the same list again changes nothing. Raises
    SurveyError `api.*` for a body that is no list of objects.
    """
    found, strange = _items(body, into.subject)
    names = [attribute.name for attribute in into.subject.attributes]
    remarks = _Remarks()
    remarks.found = [*strange, *bodies.wrong(found, names)]
    bad = {index for index, _ in remarks.found}
    rows = [row for row in bodies.rows(found, names) if row[0] - 1 not in bad]
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    if rows:
        table = Table(names, iter(rows))
        outcome = import_rows(
            table, {name: name for name in names}, remarks, lambda *_: None, into=into
        )
        counts = {name: outcome.counts()[name] for name in counts}
    told = [_told(index, finding, found[index].get(into.subject.key)) for index, finding in sorted(remarks.found, key=lambda pair: pair[0])]  # noqa: E501  # fmt: skip
    return {
        **counts,
        "errors": [told_ for told_, severity in told if severity == "error"],
        "notes": [told_ for told_, severity in told if severity != "error"],
    }


def _items(body: bytes, subject: Subject) -> tuple[list[dict[str, Any]], list[tuple[int, Finding]]]:
    """The items of a body; of customers, with what they give as `attributes`."""
    found = bodies.items(body)
    if subject.name != CUSTOMERS.name:
        return found, []
    return bodies.flattened(found, own_names(subject))


def _told(index: int, finding: Finding, key: object) -> tuple[dict[str, Any], str]:
    told = {"index": index, "key": key, "code": finding.code, "message": explain(finding)}
    return told, finding.severity
