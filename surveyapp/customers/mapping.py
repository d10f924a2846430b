"""Which column of a file gives which attribute: guessed by name, corrected by a person."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from surveyapp.customers.attributes import CUSTOMERS
from surveyapp.customers.cells import key
from surveyapp.customers.subjects import Subject
from surveyapp.findings import N_, Finding, SurveyError

Columns = Mapping[str, str]
"""Attribute → column name. An attribute without a column is left as it is."""

_UNIT = re.compile(r"[(（\[【].*?[)）\]】]")


def guess(header: Sequence[str], subject: Subject = CUSTOMERS) -> dict[str, str]:
    """The columns whose names are known in either language; the first one wins.

    Units in brackets, case, blanks and signs do not matter: `消费金额（元）`, `Last purchase`.
    """
    found: dict[str, str] = {}
    for column in header:
        known = subject.by_header
        attribute = known.get(key(_UNIT.sub("", column))) or known.get(key(column))
        if attribute and attribute.name not in found:
            found[attribute.name] = column
    return {a.name: found[a.name] for a in subject.attributes if a.name in found}


def check(header: Sequence[str], columns: Columns, subject: Subject = CUSTOMERS) -> list[Finding]:
    """What is wrong with a mapping for a file with this header; empty when it can be used."""
    problems = [*_unknown(header, columns, subject), *_shared(columns)]
    return problems + [
        Finding(f"import.no_{name}_column", f"attribute:{name}", template)
        for name, template in subject.needed.items()
        if not columns.get(name)
    ]


def _unknown(header: Sequence[str], columns: Columns, subject: Subject) -> list[Finding]:
    found = []
    for attribute, column in columns.items():
        if attribute not in subject.by_name:
            found.append(
                Finding(
                    "import.unknown_attribute",
                    f"attribute:{attribute}",
                    N_('There is no attribute "{attribute}". Known: {known}.'),
                    {"attribute": attribute, "known": ", ".join(subject.by_name)},
                )
            )
        elif column not in header:
            found.append(_no_such_column(header, column))
    return found


def _no_such_column(header: Sequence[str], column: str) -> Finding:
    near = difflib.get_close_matches(column, header, n=1, cutoff=0.5)
    nearest = near[0] if near else header[0] if header else ""
    return Finding(
        "import.unknown_column",
        f"column:{column}",
        N_('The file has no column "{column}". Do you mean "{nearest}"?'),
        {"column": column, "nearest": nearest},
    )


def _shared(columns: Columns) -> list[Finding]:
    first: dict[str, str] = {}
    found = []
    for attribute, column in columns.items():
        if column in first:
            found.append(
                Finding(
                    "import.column_used_twice",
                    f"column:{column}",
                    N_('Column "{column}" is chosen twice. Choose another one, or none.'),
                    {"column": column},
                )
            )
        first[column] = attribute
    return found


def checked(header: Sequence[str], columns: Columns, subject: Subject = CUSTOMERS) -> Columns:
    """The mapping, when it can be used; SurveyError with every finding when not."""
    if problems := check(header, columns, subject):
        raise SurveyError(*problems)
    return columns
