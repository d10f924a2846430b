"""The one statement that saves answers: merged inside the database, newest sequence wins.

`answers` never leaves the database to be changed and put back, so two phones that save at the
same moment cannot undo each other. The merge is a last-writer-wins register per variable: its
result does not depend on the order in which batches arrive, nor on one arriving twice. A cleared
answer is null in the batch: its variable goes, its sequence number stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text

from surveyapp.answering.models import Response
from surveyapp.database import UtcDateTime, connection

_SQLITE = """
UPDATE response SET
  answers = json_patch(answers, coalesce((
    SELECT json_group_object(b.key, b.value -> '$.v') FROM json_each(:batch) b
    LEFT JOIN json_each(response.sequences) s ON s.key = b.key
    WHERE s.value IS NULL OR (b.value ->> '$.s') > s.value), '{}')),
  sequences = json_patch(sequences, coalesce((
    SELECT json_group_object(b.key, max(b.value ->> '$.s', coalesce(s.value, 0)))
    FROM json_each(:batch) b LEFT JOIN json_each(response.sequences) s ON s.key = b.key), '{}')),
  paradata = json_patch(json_patch(paradata, json(:claims)), json_object(
    'saves', coalesce(paradata ->> '$.saves', 0) + 1,
    'pages', json(coalesce((
      SELECT json_group_object(p.value, json_array(
        coalesce(json_extract(response.paradata, '$.pages.' || p.value || '[0]'), :moment),
        :moment))
      FROM json_each(:pages) p), '{}')))),
  language = :language, saved_at = :now
WHERE id = :id AND state = 'started' RETURNING sequences
"""

_POSTGRESQL = """
UPDATE response SET
  answers = jsonb_strip_nulls(answers || coalesce((
    SELECT jsonb_object_agg(b.key, b.value -> 'v') FROM jsonb_each(CAST(:batch AS jsonb)) b
    WHERE coalesce((sequences ->> b.key)::bigint, -1) < (b.value ->> 's')::bigint), '{}')),
  sequences = sequences || coalesce((
    SELECT jsonb_object_agg(b.key,
      greatest((b.value ->> 's')::bigint, coalesce((sequences ->> b.key)::bigint, 0)))
    FROM jsonb_each(CAST(:batch AS jsonb)) b), '{}'),
  paradata = paradata || jsonb_build_object(
    'claims', coalesce(paradata -> 'claims', '{}') || (CAST(:claims AS jsonb) -> 'claims'),
    'saves', coalesce((paradata ->> 'saves')::int, 0) + 1,
    'pages', coalesce(paradata -> 'pages', '{}') || coalesce((
      SELECT jsonb_object_agg(p, jsonb_build_array(
        coalesce(paradata #> ARRAY['pages', p, '0'], to_jsonb(CAST(:moment AS text))),
        CAST(:moment AS text)))
      FROM jsonb_array_elements_text(CAST(:pages AS jsonb)) p), '{}')),
  language = :language, saved_at = :now
WHERE id = :id AND state = 'started' RETURNING sequences
"""


_STATEMENTS = {
    dialect: text(sql).bindparams(bindparam("now", type_=UtcDateTime()))
    for dialect, sql in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL))
}


@dataclass(frozen=True)
class Standing:
    """A response's answers, facts and seed as they stand after a merge."""

    answers: Mapping[str, Any]
    sequences: Mapping[str, int]
    facts: Mapping[str, Mapping[str, Any]]
    seed: int


def merge(
    response_id: int,
    changes: Mapping[str, tuple[object, int]],
    *,
    pages: list[str],
    claims: Mapping[str, int],
    language: str,
    now: datetime,
) -> Mapping[str, int] | None:
    """Merge `changes` (variable → value or None, sequence) in the caller's transaction.

    The sequence numbers as they stand then; None when the response was submitted before. The row
    stays locked until the transaction ends.
    """
    batch = {variable: {"v": value, "s": s} for variable, (value, s) in changes.items()}
    under_way = connection()
    found = under_way.execute(
        _STATEMENTS[under_way.dialect.name],
        {
            "id": response_id,
            "batch": json.dumps(batch, ensure_ascii=False),
            "pages": json.dumps(pages),
            "claims": json.dumps({"claims": claims}),
            "language": language,
            "moment": now.isoformat(timespec="milliseconds"),
            "now": now,
        },
    ).scalar()
    return json.loads(found) if isinstance(found, str) else found


def mark(response_id: int, marks: Mapping[str, object]) -> None:
    """Note `marks` in the paradata, in the transaction that holds the row."""
    under_way = connection()
    told = {"id": response_id, "marks": json.dumps(marks)}
    under_way.execute(_MARKING[under_way.dialect.name], told)


_MARKING = {
    "sqlite": text("UPDATE response SET paradata = json_patch(paradata, :marks) WHERE id = :id"),
    "postgresql": text(
        "UPDATE response SET paradata = paradata || CAST(:marks AS jsonb) WHERE id = :id"
    ),
}


def standing(response_id: int) -> Standing:
    """What a merge made, in the transaction that still holds the row."""
    row = connection().execute(_STANDING, {"response": response_id}).one()
    return Standing(row.answers, row.sequences, row.facts, row.seed)


_STANDING = select(Response.answers, Response.sequences, Response.facts, Response.seed).where(
    Response.id == bindparam("response")
)
