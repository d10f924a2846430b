from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import designs, invitations
from surveyapp.distribution.models import DesignStratum, SampleMember, Study
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.findings import SurveyError
from tests.conftest import make_app, make_settings
from tests.distribution.builders import add_customers, add_study

SPEC = Spec(n=60, seed=20261123, strata_by=("city", "tier"), method="neyman", minimum=3)


@pytest.fixture
def study(app: Flask) -> Study:
    add_customers(200)
    return add_study(population=Population().as_json())


def _codes(study: Study, spec: Spec) -> list[str]:
    with pytest.raises(SurveyError) as refusal:
        designs.draw(study, spec)
    return [finding.code for finding in refusal.value.findings]


def test_a_draw_stores_everything_that_it_needs_to_be_drawn_again(any_app: Flask) -> None:
    add_customers(200)
    study = add_study(population=Population().as_json())
    design = designs.draw(study, SPEC)
    db.session.expire_all()
    assert sum(s.n for s in design.strata) == SPEC.n
    assert sum(s.size for s in design.strata) == design.frame_size == 200
    assert {tuple(s.key) for s in design.strata} == {("city", "tier")}
    totals = db.session.execute(
        select(DesignStratum.size, func.count(), func.sum(SampleMember.design_weight))
        .join(SampleMember, SampleMember.stratum_id == DesignStratum.id)
        .group_by(DesignStratum.id, DesignStratum.size)
    ).all()
    assert all(abs(size - weight) < 1e-9 for size, _n, weight in totals)
    assert sum(n for _size, n, _weight in totals) == SPEC.n
    again = designs.redraw(design)
    assert again.identical
    assert again.hash == design.draw_hash
    assert designs.current(study) is design
    assert designs.spec_of(design) == SPEC


def test_both_databases_freeze_the_same_bytes(app: Flask) -> None:
    add_customers(3, spend=Decimal("12.50"))
    study = add_study(population=Population().as_json())
    frame = designs.frame_now(study, ("city",), "spend")
    assert {unit.measure for unit in frame.units} == {"12.5"}
    assert {u.measure for u in designs.frame_now(study, (), "purchases").units} <= {
        "1",
        "2",
        "3",
        "4",
    }


def test_a_draw_does_not_change_when_the_customers_do(study: Study) -> None:
    design = designs.draw(study, SPEC)
    add = add_customers
    db.session.query(designs.Customer).update({"tier": "middle", "spend": 1})
    db.session.flush()
    assert designs.redraw(design).identical
    assert add is not None


def test_a_tampered_member_weight_or_frame_shows(study: Study) -> None:
    design = designs.draw(study, SPEC)
    member = db.session.scalars(select(SampleMember)).first()
    assert member is not None
    kept, member.design_weight = member.design_weight, 1.0
    db.session.flush()
    assert not designs.redraw(design).members_equal
    member.design_weight = kept
    design.frame_hash = "0" * 64
    db.session.flush()
    compared = designs.redraw(design)
    assert (compared.members_equal, compared.frame_intact, compared.identical) == (
        True,
        False,
        False,
    )
    design.frame = b"broken"
    assert not designs.redraw(design).identical


def test_a_preview_writes_nothing(study: Study) -> None:
    planned = designs.preview(study, SPEC)
    assert sum(row.n for row in planned.rows) == SPEC.n
    assert not db.session.new
    assert designs.current(study) is None


def test_drawing_again_replaces_the_sample_until_somebody_is_invited(study: Study) -> None:
    first = designs.draw(study, SPEC)
    second = designs.draw(study, replace(SPEC, seed=2))
    assert designs.current(study) is second
    assert second.draw_hash != first.draw_hash
    invitations.issue(second)
    assert _codes(study, SPEC) == ["design.already_invited"]


def test_what_stands_in_the_way_of_a_draw_is_named(study: Study) -> None:
    assert _codes(study, replace(SPEC, n=201)) == ["sample.n_exceeds_frame"]
    assert _codes(study, replace(SPEC, minimum=50)) == ["sample.minimums_exceed_n"]
    assert _codes(study, replace(SPEC, strata_by=("height",))) == ["design.unknown_attribute"]
    study.population = {"cities": ["nowhere"]}
    assert _codes(study, SPEC) == ["sample.empty_frame"]
    study.population = {}
    assert _codes(study, SPEC) == ["study.no_population"]
    study.state = "closed"
    assert _codes(study, SPEC) == ["design.study_closed"]
    assert db.session.scalar(select(func.count()).select_from(SampleMember)) == 0


def test_small_and_constant_strata_are_remarked(study: Study) -> None:
    people = db.session.query(designs.Customer).order_by(designs.Customer.id).all()
    people[0].tier, people[0].city = "", "孤城"
    for person in people[1:]:
        person.spend = Decimal(5)
    db.session.flush()
    remarks = designs.preview(
        study, replace(SPEC, method="proportional", strata_by=("city",))
    ).allocation
    assert [finding.code for finding in remarks.findings] == ["sample.single_unit"]
    by_tier = designs.preview(study, replace(SPEC, strata_by=("tier",))).allocation
    assert "sample.zero_sd" in [finding.code for finding in by_tier.findings]
    assert designs.label(("孤城", "")) == "孤城 · –"
    assert designs.label(()) == "*"


def test_a_draw_is_audited_with_its_hash(study: Study) -> None:
    design = designs.draw(study, SPEC)
    entry = db.session.scalars(select(AuditEntry).filter_by(action="sample.draw")).one()
    assert entry.detail["hash"] == design.draw_hash
    assert 0 <= designs.new_seed() < 2**31


@pytest.mark.postgresql
def test_two_draws_at_once_leave_one_sample(postgresql_url: str, tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path, DATABASE_URL=postgresql_url))
    with app.app_context():
        add_customers(120)
        study_id = add_study(population=Population().as_json()).id
        db.session.commit()

    def draw(seed: int) -> None:
        with app.app_context():
            designs.draw(db.session.get_one(Study, study_id), replace(SPEC, seed=seed))
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(draw, range(4)))
    with app.app_context():
        members = select(SampleMember.design_id, func.count()).group_by(SampleMember.design_id)
        drawn = {row[0]: row[1] for row in db.session.execute(members)}
        current = designs.current(db.session.get_one(Study, study_id))
        assert current is not None
        assert drawn == {current.id: SPEC.n}
        db.session.remove()
        db.engine.dispose()


def test_strata_and_populations_know_value_and_life_cycle(study: Study) -> None:
    people = db.session.query(designs.Customer).order_by(designs.Customer.id).all()
    for place, person in enumerate(people):
        person.value_tier = "high" if place % 2 else "low"
        person.life_cycle = "leaving" if place % 4 == 1 else "mature"
    db.session.flush()
    spec = replace(SPEC, n=40, minimum=2, strata_by=("value_tier", "life_cycle"))
    rows = designs.preview(study, spec).rows
    assert {row.stratum.key: row.stratum.size for row in rows} == {
        ("high", "leaving"): 50,
        ("high", "mature"): 50,
        ("low", "mature"): 100,
    }
    study.population = {"value_tiers": ["high"], "life_cycles": ["leaving"]}
    assert [row.stratum.size for row in designs.preview(study, replace(spec, n=10)).rows] == [50]
