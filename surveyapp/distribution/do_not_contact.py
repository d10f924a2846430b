"""A list of phones that must not be contacted: read, checked, put on the suppression list."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.customers.cells import CellError
from surveyapp.customers.phones import normalise
from surveyapp.database import vault
from surveyapp.distribution import optout
from surveyapp.findings import N_, Finding, SurveyError

LARGEST = 50_000
"""Phones in one list; more are several lists."""
HEADERS = frozenset(
    {"phone", "mobile", "tel", "telephone", "电话", "手机", "手机号", "手机号码", "电话号码"}
)


@dataclass(frozen=True)
class Outcome:
    """added: newly suppressed. known: were so before. refused: line → what stands there."""

    added: int
    known: int
    refused: tuple[tuple[int, str], ...]


def read(content: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    """Phones in E.164 and the lines that hold none; SurveyError when it is no list at all.

    The column with a telephone's name counts, else the first one. Excel's encodings are known.
    """
    rows = [row for row in _rows(_decoded(content)) if any(cell.strip() for cell in row)]
    if not rows or len(rows) > LARGEST:
        raise SurveyError(
            Finding(
                "do_not_contact.size",
                "file",
                N_("Give a list of 1 to {most} phones, one a line."),
                {"most": LARGEST},
            )
        )
    names = [cell.strip().casefold() for cell in rows[0]]
    column = next((k for k, name in enumerate(names) if name in HEADERS), None)
    first = 0 if column is None else 1
    phones, refused = [], []
    for line, row in enumerate(rows[first:], first + 1):
        cell = row[column or 0] if len(row) > (column or 0) else ""
        try:
            phones.append(normalise(cell))
        except CellError:
            refused.append((line, cell.strip()[:40]))
    return phones, refused


def suppress(content: bytes) -> Outcome:
    """Put every readable phone of the list on the suppression list, in the caller's transaction."""
    phones, refused = read(content)
    hashes = {vault.fingerprint(phone, "phone") for phone in phones}
    added = optout.opt_out_phones(hashes, "do_not_contact")
    return Outcome(added, len(hashes) - added, tuple(refused))


def _rows(text: str) -> list[list[str]]:
    """Cells of each line, parted by what the first line has most of."""
    lines = text.splitlines()
    mark = max(",;\t", key=lines[0].count) if lines else ","
    try:
        return list(csv.reader(lines, delimiter=mark))
    except csv.Error as trouble:  # a cell of over 131,072 characters
        raise _unreadable() from trouble


def _decoded(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable()


def _unreadable() -> SurveyError:
    return SurveyError(
        Finding("do_not_contact.unreadable", "file", N_("This is no text file: save it as CSV."))
    )


def _encodings(content: bytes) -> Iterator[str]:
    if b"\0" not in content:
        yield "utf-8-sig"
        yield "gb18030"
