"""The sheets of an XLSForm workbook: rows by their headings, texts by language."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from surveyapp.designer.formats.guarding import check_workbook, refused
from surveyapp.findings import N_, SurveyError

MAX_ROWS, MAX_COLUMNS = 6000, 200
TRANSLATED = ("label", "hint", "constraint_message", "required_message", "guidance_hint",
              "image", "audio", "video", "big_image")  # fmt: skip
_HEADINGS = {
    "caption": "label", "command": "type", "tag": "name", "value": "name", "list name": "list_name",
    "relevance": "relevant", "calculate": "calculation", "constraining message":
    "constraint_message", "constraint message": "constraint_message", "required message":
    "required_message", "read only": "readonly", "read_only": "readonly", "choice filter":
    "choice_filter", "appearances": "appearance", "title": "form_title", "form title":
    "form_title", "default language": "default_language", "form id": "form_id", "set form id":
    "form_id", "constraintmsg": "constraint_message", "requiredmsg": "required_message",
}  # fmt: skip


@dataclass
class Row:
    """One row: `cells` by heading, `texts` by heading and language ("" where none is named)."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, heading: str) -> str:
        """A cell without surrounding blanks; empty when there is none."""
        return self.cells.get(heading, "")

    def text(self, heading: str) -> dict[str, str]:
        """A text in its languages."""
        return self.texts.get(heading, {})


@dataclass
class Sheets:
    """What the workbook holds. languages: as the headings name them, in their order."""

    survey: list[Row]
    choices: dict[str, list[Row]]
    settings: dict[str, str]
    languages: list[str]
    others: list[str]
    loose: list[Row] = field(default_factory=list)
    """Choices that name no list."""


def read(content: bytes, name: str) -> Sheets:
    """The sheets; SurveyError `format.unknown` where there is no sheet `survey`."""
    import openpyxl

    check_workbook(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that do not concern us
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            sheets = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
            if "survey" not in sheets:
                why = N_("“{name}” has no sheet “survey”, so it is no XLSForm.")
                raise refused("unknown", why, name=name or "file")
            return _sheets({title: list(_rows(sheet)) for title, sheet in sheets.items()})
    except SurveyError:
        raise
    except Exception as error:  # openpyxl lets any error of a damaged file through
        why = N_("The workbook is damaged or protected: open it in Excel and save it as .xlsx.")
        raise refused("damaged", why) from error


def _sheets(rows: dict[str, list[Row]]) -> Sheets:
    choices: dict[str, list[Row]] = {}
    loose: list[Row] = []
    for row in rows.get("choices", rows.get("choices and columns", [])):
        name = row.get("list_name")
        (choices.setdefault(name, []) if name else loose).append(row)
    settings = rows.get("settings") or [Row(0)]
    titles = settings[0].texts.get("form_title", {})
    named = [
        language
        for sheet in (rows["survey"], rows.get("choices", []))
        for row in sheet
        for texts in row.texts.values()
        for language in texts
        if language
    ]
    others = [title for title in rows
              if title not in ("survey", "choices", "settings", "choices and columns")]  # fmt: skip
    cells = {**settings[0].cells, **({"form_title": titles[""]} if titles.get("") else {})}
    return Sheets(rows["survey"], choices, cells, list(dict.fromkeys(named)), others, loose)


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # the size that a file claims is often wrong
    rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
    headings: list[tuple[str, str]] = []
    for number, values in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise refused("too_large", N_("A sheet has more than {rows} rows."), rows=MAX_ROWS)
        texts = [_cell(value) for value in values]
        if not headings:
            if any(texts):
                headings = [_heading(text or f"column {n}") for n, text in enumerate(texts, 1)]
        elif any(texts):
            yield _row(number, headings, texts)


def _row(number: int, headings: Iterable[tuple[str, str]], cells: Iterable[str]) -> Row:
    row = Row(number)
    for column, ((heading, language), cell) in enumerate(zip(headings, cells, strict=False), 1):
        if not cell or not heading:
            continue
        texts = row.texts.setdefault(heading, {}) if heading in TRANSLATED else None
        if heading in row.cells or (texts is not None and language in texts):
            row.cells[f"column {column}: {heading}"] = cell  # the first of a heading counts
        elif texts is not None:
            texts[language] = cell
        else:
            row.cells[heading] = cell if heading == "form_title" else _plain(cell)
    return row


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _plain(cell: str) -> str:
    """A condition whose quotes a word processor has curled; in words for people they stay."""
    return cell.replace("“", '"').replace("”", '"').replace("‘", "'").replace("’", "'")


def _heading(text: str) -> tuple[str, str]:
    """Name and language of `label::English (en)`, `media::image::fr`, `bind::relevant`."""
    text = re.sub(r"(?i)^(bind|media|control)\s*:\s+", r"\1:", text)
    parts = [part.strip() for part in re.split(r"::|:(?=\S)", text) if part.strip()]
    known = text.strip().lower()
    if known in _HEADINGS or not parts:
        return _HEADINGS.get(known, ""), ""
    if parts[0].lower() in ("media", "bind", "control") and len(parts) > 1:
        parts = [part for part in parts[1:] if part.lower() != "jr"] or parts
    name = re.sub(r"\s+", " ", parts[0].lower())
    name = _HEADINGS.get(name, _HEADINGS.get(name.replace("_", " "), name))
    if len(parts) > 1 and name not in TRANSLATED:
        name = known  # `body::accuracyThreshold`: nothing that is read, but each its own column
    return name, parts[1] if len(parts) > 1 and name in TRANSLATED else ""
