"""How many responses hold certain answers: counted by the database in its JSON, no row is loaded.

A response counts once for a place, however many of the place's answers it holds; unfinished
responses count too, since their answers are kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import TextClause, bindparam, text

from surveyapp.database import db
from surveyapp.designer.touched import Counts, Wanted

_SQLITE = """
WITH wanted(place, variable, code) AS MATERIALIZED (
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
  FROM json_each(:wanted)
)
SELECT wanted.place, count(DISTINCT response.id)
FROM response, json_each(response.answers) AS answer
JOIN wanted ON wanted.variable = answer.key
WHERE response.version_id IN :versions AND answer.type <> 'null'
  AND (wanted.code = '' OR answer.value = wanted.code OR (answer.type = 'array' AND EXISTS (
    SELECT 1 FROM json_each(answer.value) AS chosen WHERE chosen.value = wanted.code)))
GROUP BY wanted.place
"""
_POSTGRESQL = """
WITH wanted AS MATERIALIZED (
  SELECT one ->> 0 AS place, one ->> 1 AS variable, one ->> 2 AS code
  FROM jsonb_array_elements(CAST(:wanted AS jsonb)) AS one
)
SELECT wanted.place, count(DISTINCT response.id)
FROM response CROSS JOIN LATERAL jsonb_each(response.answers) AS answer(key, value)
JOIN wanted ON wanted.variable = answer.key
WHERE response.version_id IN :versions AND jsonb_typeof(answer.value) <> 'null'
  AND (wanted.code = '' OR answer.value @> to_jsonb(wanted.code))
GROUP BY wanted.place
"""
_ALL = "SELECT count(*) FROM response WHERE version_id IN :versions"


def count(version_ids: Sequence[int], wanted: Sequence[Wanted]) -> Counts:
    """Responses to these versions: all of them, and by place those with an answer wanted there."""
    versions = {"versions": list(version_ids)}
    everybody = int(db.session.execute(_expanding(_ALL), versions).scalar_one())
    if not everybody or not wanted:
        return Counts(all=everybody)
    rows = [[one.place, one.variable, one.option] for one in wanted]
    postgresql = db.session.get_bind().dialect.name == "postgresql"
    statement = _expanding(_POSTGRESQL if postgresql else _SQLITE)
    found = db.session.execute(statement, {**versions, "wanted": json.dumps(rows)})
    return Counts(Counter({place: int(number) for place, number in found}), everybody)


def _expanding(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("versions", expanding=True))
