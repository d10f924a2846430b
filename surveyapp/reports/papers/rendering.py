"""A document as HTML in one file, as PDF, and as a workbook. For the worker.

The HTML asks nobody for anything: style, drawings and logo are in it, it holds no script, and its
own policy forbids whatever somebody might smuggle into a title.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import current_app
from markupsafe import Markup

from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.reports.papers.drawing import Palette
from surveyapp.reports.papers.model import (
    SHARE,
    SHARES,
    SPAN,
    SPAN2,
    TEXT,
    Document,
    Table,
    tables_of,
)

UNAVAILABLE = N_(
    "The report has no PDF: this machine cannot write PDF. Its operator has to install Pango and a"
    " Chinese font (Debian: libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0,"
    " fonts-noto-cjk); scripts/browser.sh does it. HTML and spreadsheet were made."
)
FORMATS = {"one": "#,##0.0", "two": "#,##0.00", "three": "#,##0.000", "share": "0.0%",
           "count": "#,##0"}  # fmt: skip
LONGEST = 31
"""Characters that a sheet's name may have."""


def html(document: Document, palette: Palette, *, pdf: bool = False) -> str:
    """The whole report as a page; `pdf`: with page breaks, running feet and nothing to unfold."""
    template = current_app.jinja_env.get_template("reports/papers/document.html")
    return template.render(doc=document, of=palette, pdf=pdf, svg=Markup)


def pdf(page: str) -> bytes:
    """The page as PDF. Raises SurveyError `report.no_pdf` where libraries of the system miss."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError:
        raise SurveyError(Finding("report.no_pdf", "report.pdf", UNAVAILABLE)) from None
    made: bytes = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf()
    return made


def workbook(document: Document) -> bytes:
    """The summary, then a sheet per table; numbers are numbers, an interval is two columns."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    looks: dict[str, Any] = {k: book.add_format({"num_format": f}) for k, f in FORMATS.items()}
    looks["head"] = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    looks["title"] = book.add_format({"bold": True, "font_size": 14})
    taken: set[str] = set()
    _summary(book.add_worksheet(_name(document.labels["summary"], taken)), document, looks)
    for table in tables_of(document):
        if table.sheet:
            _table(book.add_worksheet(_name(table.sheet, taken)), table, looks)
    book.close()
    return out.getvalue()


def _name(wanted: str, taken: set[str]) -> str:
    """A sheet's name that Excel takes and that no other has."""
    plain = "".join("_" if c in "[]:*?/\\'" else c for c in wanted)[: LONGEST - 4] or "_"
    name = next(
        n for n in (plain, *(f"{plain} {i}" for i in range(2, 999))) if n.lower() not in taken
    )
    taken.add(name.lower())
    return name


def _summary(sheet: Any, document: Document, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 26)
    sheet.write_string(0, 0, document.cover.title, looks["title"])
    row = 1
    for label, value in (*document.cover.facts, (document.labels["words"], document.seal.words)):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, value)
        row += 1
    row += 1
    for place, key in enumerate(("figure", "value", "base", "change")):
        sheet.write_string(row, place, document.labels[key], looks["head"])
    for one in document.summary.headlines:
        row += 1
        for place, words in enumerate((one.label, one.value, one.base, one.change)):
            sheet.write_string(row, place, words)
    row += 2
    sheet.write_string(row, 0, document.labels["improve"], looks["head"])
    for priority in document.summary.priorities:
        row += 1
        said = (priority.title, priority.score, priority.base, priority.cost, *priority.begin)
        for place, words in enumerate(said):
            sheet.write_string(row, place, words)


def _table(sheet: Any, table: Table, looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, table.title, looks["title"])
    place = 0
    for at, column in enumerate(table.columns):
        wide = isinstance(next((r[at] for r in table.rows if r[at] is not None), None), tuple)
        heads = (f"{column.label} ↓", f"{column.label} ↑") if wide else (column.label,)
        for offset, head in enumerate(heads):
            sheet.write_string(2, place + offset, head, looks["head"])
        for line, row in enumerate(table.rows, 3):
            cells = row[at] if isinstance(row[at], tuple) else (row[at],)
            for offset, cell in enumerate(cells):  # type: ignore[arg-type]
                _write(sheet, line, place + offset, cell, looks.get(_kind(column.kind)))
        sheet.set_column(place, place + len(heads) - 1, 32 if column.kind == TEXT else 14)
        place += len(heads)
    sheet.freeze_panes(3, 0)
    if table.note:
        sheet.write_string(len(table.rows) + 4, 0, table.note)


def _kind(kind: str) -> str:
    return {SPAN: "one", SPAN2: "two", SHARES: SHARE}.get(kind, kind)


def _write(sheet: Any, row: int, column: int, cell: Any, look: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell, look)
