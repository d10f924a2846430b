"""How many responses hold certain answers: counted by the database in its JSON, no row is loaded.

One pass over the responses counts every place at once. A response counts once for a place, however
many of the place's answers it holds; unfinished responses count too, since their answers are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, exists, func, literal, or_, select

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.designer.touched import Counts, Wanted

PLACES = 400
"""Places that one statement counts: databases limit the columns of a result."""


def count(version_ids: Sequence[int], wanted: Sequence[Wanted]) -> Counts:
    """Responses to these versions: all of them, and by place those with an answer wanted there."""
    places: dict[str, list[Wanted]] = {}
    for one in wanted:
        places.setdefault(one.place, []).append(one)
    names = list(places)
    everybody, found = 0, Counter[str]()
    for start in range(0, max(len(names), 1), PLACES):
        chunk = names[start : start + PLACES]
        sums = (func.count().filter(or_(*map(_holds, places[name]))) for name in chunk)
        asked = Response.version_id.in_(version_ids)
        everybody, *numbers = db.session.execute(select(func.count(), *sums).where(asked)).one()
        found.update(dict(zip(chunk, numbers, strict=True)))
    return Counts(+found, everybody)


def _holds(one: Wanted) -> ColumnElement[bool]:
    """Whether a response has the answer; a cleared one (null) is none."""
    postgresql = db.session.get_bind().dialect.name == "postgresql"
    return (_holds_in_jsonb if postgresql else _holds_in_text)(one)


def _holds_in_jsonb(one: Wanted) -> ColumnElement[bool]:
    answer: Any = func.jsonb_extract_path(Response.answers, one.variable)
    if one.option:
        return answer.op("@>")(func.to_jsonb(cast(one.option, Text)))  # type: ignore[no-any-return]
    return func.jsonb_typeof(answer) != "null"


def _holds_in_text(one: Wanted) -> ColumnElement[bool]:
    path = literal(f'$."{one.variable}"')
    if one.option:
        chosen = func.json_each(Response.answers, path).table_valued("value")
        return exists().select_from(chosen).where(chosen.c.value == one.option)
    return func.json_type(Response.answers, path) != "null"
