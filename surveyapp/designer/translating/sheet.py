"""The spreadsheet for translators: one row a text, source beside target.

The first row names the languages by their tags, the first column the address of each text; both
must stay. Everything is text, also what begins like a formula.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from surveyapp.designer.formats.guarding import check_workbook
from surveyapp.designer.translating.files import MAX_BYTES, Row, TranslationFile, unusable
from surveyapp.designer.translating.units import Unit
from surveyapp.findings import N_
from surveyapp.tabular.workbook import read_sheet

COLUMNS = ("id", "text", "state")
WIDTHS = (34, 28, 12, 60, 60)


def write(
    source: str,
    target: str,
    units: Iterable[Unit],
    say: Callable[[Unit], str],
    states: Callable[[str], str],
) -> bytes:
    """The units as a workbook; `say` names a unit and `states` a state to the translator."""
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(target[:31])
    bold, wrap = (
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    for column, (name, width) in enumerate(zip((*COLUMNS, source, target), WIDTHS, strict=True)):
        sheet.set_column(column, column, width, wrap)
        sheet.write_string(0, column, name, bold)
    for line, unit in enumerate(units, 1):
        cells = (unit.key, say(unit), states(unit.state), unit.source, unit.target)
        for column, text in enumerate(cells):
            sheet.write_string(line, column, text, wrap)
    sheet.freeze_panes(1, 1)
    book.close()
    return file.getvalue()


def read(content: bytes, name: str) -> TranslationFile:
    """The rows of a workbook; the last two named columns are the languages.

    Raises SurveyError `translation.too_large`, `translation.no_columns`, and those of
    `check_workbook` and `read_sheet`.
    """
    if len(content) > MAX_BYTES:
        template = N_("The file is larger than {most} MB. Export fewer texts at a time.")
        raise unusable("too_large", template, most=MAX_BYTES // 1_000_000)
    check_workbook(content)
    lines, _ = read_sheet(io.BytesIO(content), name)
    head = [cell.strip() for cell in next(lines, (0, []))[1]]
    languages = [name for name in head if name and name not in COLUMNS]
    if "id" not in head or len(languages) != 2:
        template = N_("The first row must keep its names: “id”, and the tags of the two languages.")
        raise unusable("no_columns", template)
    columns = [head.index(name) for name in ("id", *languages)]
    rows = (Row(*(_cell(cells, column) for column in columns)) for _, cells in lines)
    return TranslationFile(languages[0], languages[1], tuple(row for row in rows if row.key))


def _cell(cells: list[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""
