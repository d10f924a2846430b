"""The row builder's form: rows out of its fields, and the buttons that add and remove rows.

Fields: `join`, then `N.source`, `N.operator`, `N.value` (several) for a row and `N.join`,
`N.M.source` … for a group, which may hold groups of its own. The button is `act`: `add` or
`add-group`, alone or with the place of a group (`add:N`, `add-group:N.M`), or `remove:N.M`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.datastructures import MultiDict

from surveyapp.designer.facts import Type
from surveyapp.designer.rule_rows import LEVELS, Group, Row, mended

Fields = MultiDict[str, str]
LIMIT = 50
"""Rows beyond it are not read: nobody builds them by hand."""


def group_from(form: Fields, types: Mapping[str, Type], act: str = "") -> Group:
    """The rows that the form shows, after the button `act`; all of them complete."""
    group = _read(form, types, "")
    verb, _, where = act.partition(":")
    path = [int(part) for part in where.split(".") if part.isdecimal()]
    if verb == "remove":
        return _without(group, path) if path else group
    fresh = mended(Row(next(reversed(_answers_first(types))), ""), types)
    if verb == "add":
        return _added(group, path, lambda _: fresh)
    if verb == "add-group" and len(path) < LEVELS - 1:
        return _added(group, path, lambda inner: Group(_OTHER[inner.join], (fresh,)))
    return group


_OTHER = {"all": "any", "any": "all"}


def _answers_first(types: Mapping[str, Type]) -> list[str]:
    """A new row reads the latest answer; an attribute only where there is no answer."""
    answers = [name for name in types if name.startswith("answer:")]
    return answers or list(types)


def _read(form: Fields, types: Mapping[str, Type], prefix: str) -> Group:
    rows: list[Row | Group] = []
    for number in range(LIMIT):
        name = f"{prefix}{number}"
        if f"{name}.source" in form:
            values = tuple(form.getlist(f"{name}.value"))
            row = Row(form[f"{name}.source"], form.get(f"{name}.operator", ""), values)
            rows.append(mended(row, types))
        elif f"{name}.join" in form and name.count(".") < LEVELS - 1:
            inner = _read(form, types, f"{name}.")
            if inner.rows:
                rows.append(inner)
        elif not any(key.startswith(f"{name}.") for key in form):
            break
    return Group("any" if form.get(f"{prefix}join") == "any" else "all", tuple(rows))


def _added(group: Group, path: list[int], make: Callable[[Group], Row | Group]) -> Group:
    """The group with a new row or group at the end of the group at `path`."""
    if not path:
        return Group(group.join, (*group.rows, make(group)))
    rows = list(group.rows)
    if path[0] < len(rows) and isinstance(inner := rows[path[0]], Group):
        rows[path[0]] = _added(inner, path[1:], make)
    return Group(group.join, tuple(rows))


def _without(group: Group, path: list[int]) -> Group:
    """The group without what is at `path`; a group of which nothing is left goes as well."""
    rows: list[Row | Group] = []
    for index, row in enumerate(group.rows):
        if index != path[0]:
            rows.append(row)
        elif len(path) > 1 and isinstance(row, Group):
            left = _without(row, path[1:])
            rows += [left] if left.rows else []
    return Group(group.join, tuple(rows))
