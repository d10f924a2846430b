from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text

from surveyapp.database import db
from surveyapp.distribution import chunks, invitations
from surveyapp.distribution.inserting import Inserter
from surveyapp.distribution.models import Invitation, SampleDesign
from tests.distribution.builders import add_customers, add_draw, add_invitations, add_study, plan_of


@pytest.mark.parametrize(
    ("size", "ends"), [(1, [2, 3, 4, 5, 6]), (2, [3, 5, 6]), (5, [6]), (9, [6])]
)
def test_ends_of_chunks_follow_the_ids_that_are_there(
    any_app: Flask, size: int, ends: list[int]
) -> None:
    add_invitations(add_study(), 6)
    ids = select(Invitation.id)
    assert chunks.ends(ids.where(Invitation.id > 1), size) == ends
    assert chunks.ends(ids.where(Invitation.id > 6), size) == []


def test_a_chunk_of_a_sample_is_read_alone(any_app: Flask) -> None:
    """Not all members of its design for each chunk, also while there are no statistics."""
    customers = add_customers(60)
    design = add_draw(add_study(), customers)
    assert _reads_the_chunk_only(design)
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    assert _reads_the_chunk_only(design)


def _reads_the_chunk_only(design: SampleDesign) -> bool:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL enable_seqscan TO off"))
    plan = plan_of(invitations._members(design, 10, 20, ()))
    assert "uq_sample_member" not in plan, plan
    assert "sqlite_autoindex_sample_member" not in plan, plan
    return "pk_sample_member" in plan or "SEARCH sample_member USING INTEGER PRIMARY KEY" in plan


def test_a_chunk_that_meets_a_row_is_written_without_it(any_app: Flask) -> None:
    study, customers = add_study(), add_customers(4)
    first = add_draw(study, customers[1:2])
    invitations.issue(first)
    inserter = Inserter(Invitation, invitations.COLUMNS)
    second = add_draw(study, customers)
    members = [invitations._new(second, after, after + 3, ()) for after in (1, 4)]
    assert [inserter.insert(rows) for rows in members] == [2, 1]
    assert sorted(db.session.scalars(select(Invitation.customer_id))) == [1, 2, 3, 4]
