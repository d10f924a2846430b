"""Columns and rows of an XLSForm that nothing here reads, each named."""

from __future__ import annotations

import re

from surveyapp.designer.formats.draft import Draft
from surveyapp.designer.formats.xlsform_sheets import Row, Sheets
from surveyapp.findings import N_

_SURVEY = frozenset({
    "type", "name", "relevant", "required", "readonly", "constraint", "calculation",
    "choice_filter", "appearance", "parameters", "default", "trigger", "repeat_count", "autoplay",
    "label", "hint", "constraint_message", "required_message", "guidance_hint", "image", "audio",
    "video", "big_image", "disabled",
})  # fmt: skip
_TABLES = ("external_choices", "entities", "osm")


def of_row(row: Row, kind: str, place: str, draft: Draft) -> None:
    """Name the columns of a row of the survey that no reader knows, and parameters."""
    for heading, cell in row.cells.items():
        if heading not in _SURVEY:
            why = N_("This column has no counterpart here.")
            draft.lost(place, f"{heading}: {cell}", why)
    known = {"range": "start|end|step|tick_interval|placeholder", "select_one": "randomize",
             "select_multiple": "randomize", "rank": "randomize"}  # fmt: skip
    for name, value in re.findall(r"([\w:-]+)\s*=\s*([^\s;,]+)", row.get("parameters")):
        if not re.fullmatch(known.get(kind, ""), name):
            why = N_("This setting has no counterpart here.")
            draft.lost(place, f"parameters: {name}={value}", why)


def of_sheets(sheets: Sheets, draft: Draft) -> None:
    """Name lists that no question offers, choices without a list or a name, and whole sheets."""
    for other in sheets.others:
        if other in _TABLES:
            draft.lost(f"sheet:{other}", other, N_("This sheet has no counterpart here."))
        else:
            why = N_("Only the sheets survey, choices and settings are read.")
            draft.told(f"sheet:{other}", other, why)
    for row in sheets.loose:
        why = N_("A choice needs the name of its list; this one has none.")
        draft.lost(f"choices:{row.number}", _words(row), why)
    asked = {word for row in sheets.survey for word in row.get("type").split()[1:]}
    for name, rows in sheets.choices.items():
        filtered = any(row.get("choice_filter") for row in sheets.survey
                       if name in row.get("type").split()[1:])  # fmt: skip
        _of_list(name, rows, not asked.isdisjoint(name.split()), filtered, draft)
    filters = " ".join(row.get("choice_filter") for row in sheets.survey)
    every = [row for rows in sheets.choices.values() for row in rows]
    for heading in dict.fromkeys(heading for row in every for heading in row.cells):
        if heading not in ("list_name", "name", "order") and not re.search(
            rf"\b{re.escape(heading)}\b", filters
        ):
            draft.lost("choices", heading, N_("This column has no counterpart here."))


def _of_list(name: str, rows: list[Row], used: bool, filtered: bool, draft: Draft) -> None:
    if not used:
        draft.told(f"choices:{rows[0].number}", name, N_("No question offers this list."))
        return
    seen: dict[str, Row] = {}
    for row in rows:
        code = row.get("name")
        again = seen.get(code)
        if filtered and again is not None and again.text("label") == row.text("label"):
            continue  # the same answer once more, for those for whom the filter reads so
        if not code or again is not None:
            why = N_("A choice needs a name of its own in its list; it was left out.")
            draft.lost(f"choices:{row.number}", _words(row), why)
        seen.setdefault(code, row)


def _words(row: Row) -> str:
    """What a row is known by: its words, its name, or whatever stands in it."""
    return next(
        iter(row.text("label").values()), row.get("name") or next(iter(row.cells.values()), "")
    )
