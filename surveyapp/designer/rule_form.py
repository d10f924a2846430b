"""The row builder's form: rows out of its fields, and the buttons that add and remove rows.

Fields: `join`, then `N.source`, `N.operator`, `N.value` (several) for a row and `N.join`,
`N.M.source` … for a group. The button is `act`: `add`, `add-group`, `add:N`, `remove:N`,
`remove:N.M`.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from surveyapp.designer.facts import Type
from surveyapp.designer.rule_rows import Group, Row, mended

Fields = MultiDict[str, str]
LIMIT = 50
"""Rows beyond it are not read: nobody builds them by hand."""


def group_from(form: Fields, types: Mapping[str, Type], act: str = "") -> Group:
    """The rows that the form shows, after the button `act`; all of them complete."""
    group = _read(form, types, "")
    verb, _, where = act.partition(":")
    fresh = mended(Row(next(reversed(_answers_first(types))), ""), types)
    if verb == "add" and not where:
        return Group(group.join, (*group.rows, fresh))
    if verb == "add-group":
        other = "any" if group.join == "all" else "all"
        return Group(group.join, (*group.rows, Group(other, (fresh,))))
    path = [int(part) for part in where.split(".") if part.isdecimal()]
    if verb == "add" and path:
        return _changed(group, path, fresh)
    return _changed(group, path, None) if verb == "remove" and path else group


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
        elif f"{name}.join" in form and not prefix:
            inner = _read(form, types, f"{name}.")
            if inner.rows:
                rows.append(inner)
        elif not any(key.startswith(f"{name}.") for key in form):
            break
    return Group("any" if form.get(f"{prefix}join") == "any" else "all", tuple(rows))


def _changed(group: Group, path: list[int], fresh: Row | None) -> Group:
    """The group with `fresh` added to the group at `path`, or without what is at `path`."""
    rows = list(group.rows)
    index = path[0]
    if index >= len(rows):
        return group
    inner = rows[index]
    if len(path) > 1 and isinstance(inner, Group):
        rows[index] = _changed(inner, path[1:], fresh)
    elif fresh is not None and isinstance(inner, Group):
        rows[index] = Group(inner.join, (*inner.rows, fresh))
    elif fresh is None:
        del rows[index]
    kept = tuple(row for row in rows if not isinstance(row, Group) or row.rows)
    return Group(group.join, kept)
