"""Forms of the editor as edits.

A field that changes a part is named `PLACE/path`: `question:q1/title.en`, `option:q1.yes/label.en`,
`dimension:speed/weight`. A form may carry fields of several parts. All other fields say what to do:
`do`, and `at`, `into`, `index`, `what`, `type`; `do=replay` carries an edit as JSON.
"""

from __future__ import annotations

import json
from typing import Any

from werkzeug.datastructures import MultiDict

from surveyapp import clock
from surveyapp.designer.edits import Edit
from surveyapp.designer.places import split, unknown
from surveyapp.findings import SurveyError

OPTIONAL = frozenset(
    {"minimum", "maximum", "at_most", "dimension", "show", "require", "earliest", "latest",
     "missing", "points", "block", "expected_alpha"}
)  # fmt: skip
"""Fields in which nothing is given by leaving them empty."""

WHOLE = frozenset({"carry.question", "thresholds.best"})
"""Fields whose owner goes with them: no question to carry from, no carrying."""

LISTS = frozenset({("document", "languages"), ("question", "missing"), ("ending", "parameters")})
"""Kind of part and field of those that hold several values."""

DAYS = frozenset({"earliest", "latest"})
FIXED_DAY = "day"
"""What the choice beside a date says: the date counts."""


def edit_from(form: MultiDict[str, str]) -> Edit:
    """The edit that a form of the editor asks for; raises SurveyError where it asks for none."""
    do = form.get("do", "set")
    if do == "replay":
        return _replayed(form.get("edit", ""))
    if do == "set":
        return _set(form)
    edit: dict[str, Any] = {"do": do}
    for name in ("at", "into", "what", "type"):
        if form.get(name):
            edit[name] = form[name]
    if form.get("index", "").isdecimal():
        edit["index"] = int(form["index"])
    return edit


def _replayed(text: str) -> Edit:
    try:
        edit = json.loads(text)
    except (ValueError, RecursionError):
        edit = None
    if not isinstance(edit, dict):
        raise SurveyError(unknown("document"))
    return edit


def _set(form: MultiDict[str, str]) -> Edit:
    """One `set` for each part; of a field the last value counts (a tick after its hidden 0)."""
    edits: dict[str, dict[str, Any]] = {}
    for name in form:
        place, slash, path = name.partition("/")
        if slash:
            put = _value(place, path, form.getlist(name))
            _put(edits.setdefault(place, {}), *put)
    every = [{"do": "set", "at": place, "values": values} for place, values in edits.items()]
    return every[0] if len(every) == 1 else {"do": "all", "edits": every}


def _value(place: str, path: str, values: list[str]) -> tuple[list[str], Any]:
    """Where in the part the values of one field go, and what they mean."""
    steps = path.split(".")
    field, last = steps[-1], values[-1].strip() if steps[-1] in DAYS else values[-1]
    if (split(place)[0], path) in LISTS:
        return steps, [value for one in values if (value := one.strip())]
    if path in WHOLE and last == "":
        return steps[:-1], None
    if field in DAYS and last == FIXED_DAY:
        return steps, next(
            (one for one in values if one[:1].isdecimal()), clock.now().date().isoformat()
        )
    return steps, None if field in OPTIONAL and last == "" else last


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = values.setdefault(name, {})
        values = inner if isinstance(inner, dict) else {}
    values[path[-1]] = value
