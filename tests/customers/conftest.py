"""Files of customers, and importing them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from surveyapp.customers import mapping
from surveyapp.customers.importing import Outcome, import_rows
from surveyapp.customers.rejects import Rejects
from surveyapp.tabular.table import open_rows

HEADER = ("客户编号", "姓名", "手机号", "城市", "门店", "消费金额", "同意", "退订")


def person(number: object = 1, **changes: str) -> list[str]:
    """One row under HEADER."""
    row = dict(
        zip(
            HEADER,
            [
                f"C{number}",
                "王小明",
                f"138{int(str(number)):08d}",
                "上海",
                "上海一店",
                "88.50",
                "是",
                "否",
            ],
            strict=True,
        )
    )
    return list({**row, **changes}.values())


def table(*rows: Sequence[str], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def do_import(
    content: bytes,
    folder: Path,
    columns: dict[str, str] | None = None,
    *,
    opt_in: bool = False,
) -> tuple[Outcome, list[dict[str, str]]]:
    """Import a file's content; the outcome and the rejected rows as they come back."""
    target = folder / "bad.csv"
    target.unlink(missing_ok=True)
    with (
        open_rows(content, "customers.csv") as rows,
        Rejects(target, rows.header, lambda f: f.message, sealed=False) as rejects,
    ):
        mapped = mapping.guess(rows.header) if columns is None else columns
        outcome = import_rows(rows, mapped, rejects, lambda *_: None, opt_in=opt_in)
    return outcome, list(read_back(target.read_bytes())) if target.exists() else []


def read_back(content: bytes) -> Iterable[dict[str, str]]:
    """The rows of a CSV that a person downloaded."""
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
