"""A list of phones and e-mail addresses that must not be contacted: read, checked, put on the
suppression list.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.customers import addresses
from surveyapp.customers.cells import CellError, narrow
from surveyapp.customers.phones import normalise
from surveyapp.customers.values import email
from surveyapp.distribution import optout
from surveyapp.findings import N_, Finding, SurveyError

LARGEST = 50_000
"""Lines in one list; more are several lists."""
HEADERS = frozenset(
    {"phone", "mobile", "tel", "telephone", "电话", "手机", "手机号", "手机号码", "电话号码",
     "email", "e-mail", "mail", "邮箱", "电子邮箱", "电子邮件", "邮件地址", "邮箱地址"}
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """added: newly suppressed. known: were so before. refused: line → what stands there."""

    added: int
    known: int
    refused: tuple[tuple[int, str], ...]


def read(content: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    """Phones (E.164) and e-mail addresses, and the lines that hold something else; SurveyError when
    it is no list.

    The columns with a phone's or an e-mail address's name count, else the first one. Excel's
    encodings are known.
    """
    rows = [row for row in _rows(_decoded(content)) if any(cell.strip() for cell in row)]
    if not rows or len(rows) > LARGEST:
        raise SurveyError(
            Finding(
                "do_not_contact.size",
                "file",
                N_("Give a list of 1 to {most} phones or e-mail addresses, one a line."),
                {"most": LARGEST},
            )
        )
    columns = [k for k, name in enumerate(rows[0]) if name.strip().casefold() in HEADERS]
    first = 1 if columns else 0
    found, refused = [], []
    for line, row in enumerate(rows[first:], first + 1):
        cells = [cell for k in columns or [0] if k < len(row) and (cell := row[k].strip())]
        for cell in cells or [""]:
            try:
                found.append(email(cell) if "@" in narrow(cell) else normalise(cell))
            except CellError:
                refused.append((line, cell[:40]))
    return found, refused


def suppress(content: bytes) -> Outcome:
    """Put every readable address of the list on the suppression list, in the caller's
    transaction.
    """
    found, refused = read(content)
    hashes = {addresses.of(one) for one in found}
    added = optout.opt_out_addresses(hashes, "do_not_contact")
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
