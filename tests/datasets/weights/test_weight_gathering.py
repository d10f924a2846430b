"""What became of real samples, by stratum: from the database, in one query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.database import db
from surveyapp.datasets import gather
from surveyapp.datasets.weighting import weighting
from surveyapp.datasets.weights.gathering import cells_of, weighing_for
from surveyapp.datasets.weights.keeping import keep
from surveyapp.datasets.weights.recipe import USUAL, WeightRecipe
from surveyapp.datasets.weights.sample import STATUSES, Cell
from surveyapp.distribution import designs, invitations, progress
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from tests.datasets.test_periods import two_months
from tests.distribution.builders import add_customers, add_study
from tests.distribution.outboxes import NOON
from tests.distribution.test_progress import queries

FATES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("answered", {"completed_at": NOON, "started_at": NOON, "opened_at": NOON}),
    ("eligible", {"opted_out_at": NOON, "invited_at": NOON}),
    ("eligible", {"called_as": "2.11", "invited_at": NOON}),
    ("eligible", {"started_at": NOON, "opened_at": NOON}),
    ("eligible", {"opened_at": NOON}),
    ("ineligible", {"completed_at": NOON, "ineligible_at": NOON}),
    ("ineligible", {"called_as": "4.7"}),
    ("silent", {"invited_at": NOON, "delivered_at": NOON}),
    ("silent", {"called_as": "3.13"}),
    ("silent", {}),
    ("undelivered", {"invited_at": NOON, "failed_at": NOON}),
)
"""What may become of somebody, and what it means for weights; the next in turn has no link yet."""


def drawn(**spec: Any) -> tuple[Study, SampleDesign]:
    add_customers(200)
    study = add_study(population=Population().as_json())
    return study, designs.draw(study, Spec(**{"n": 60, "seed": 7, **spec}))


def meet_their_fates(design: SampleDesign) -> dict[tuple[str, str], list[float]]:
    """Stratum and status → the design weights of those whose fate it was."""
    invitations.issue(design)
    rows = db.session.scalars(
        select(Invitation).join(SampleMember).where(SampleMember.design_id == design.id)
        .order_by(SampleMember.id)
    ).all()  # fmt: skip
    found: dict[tuple[str, str], list[float]] = {}
    for place, row in enumerate(rows):
        label, weight = row.member.stratum.label, row.member.design_weight
        fate = place % (len(FATES) + 1)
        status, moments = FATES[fate] if fate < len(FATES) else ("silent", {})
        found.setdefault((label, status), []).append(weight)
        for moment, value in moments.items():
            setattr(row, moment, value)
        if fate == len(FATES):
            db.session.delete(row)
    db.session.commit()
    return found


def test_every_fate_is_counted_and_weighed_in_one_query(any_app: Flask) -> None:
    study, design = drawn(strata_by=("city", "tier"), selection="pps", measure="spend")
    fates, id_ = meet_their_fates(design), study.id
    cells, n = queries(lambda: cells_of(id_))
    assert n == 1
    assert {s for _, s in fates} == set(STATUSES)
    assert len({w for found in fates.values() for w in found}) > 30, "chances are unequal"
    assert [cell.label for cell in cells] == [stratum.label for stratum in design.strata]
    for cell in cells:
        assert tuple(cell.counts) == tuple(cell.weights) == STATUSES
        for status in STATUSES:
            weights = fates.get((cell.label, status), [])
            assert cell.counts[status] == len(weights)
            assert cell.weights[status] == pytest.approx(sum(weights), rel=1e-12)
    assert sum(cell.size for cell in cells) == design.frame_size
    assert cells[0].key == {"city": cells[0].label.split(" · ")[0], "tier": "high"}


def _by_category(study_id: int) -> dict[str, Counter[str]]:
    """Stratum → disposition's part in weights → customers, as the page of outcome rates counts."""
    parts = {"I": "answered", "NE": "ineligible", "UO": "silent"}
    found: dict[str, Counter[str]] = {}
    for label, counts in progress.disposition_counts(study_id).items():
        found[label] = Counter(dict.fromkeys(STATUSES, 0))
        for one, n in counts.items():
            status = parts.get(one.category, "eligible")
            found[label]["undelivered" if one.code == "3.30" else status] += n
    return found


def test_it_agrees_with_the_dispositions(any_app: Flask) -> None:
    study, design = drawn(strata_by=("city",))
    meet_their_fates(design)
    assert {c.label: Counter(c.counts) for c in cells_of(study.id)} == _by_category(study.id)


def test_equal_chances_sum_to_the_stratum(any_app: Flask) -> None:
    study, design = drawn(strata_by=("city",))
    meet_their_fates(design)
    for cell in cells_of(study.id):
        assert sum(cell.weights.values()) == pytest.approx(cell.size, rel=1e-12)


def test_a_stratum_nobody_was_drawn_in_is_there_with_its_customers(any_app: Flask) -> None:
    study, design = drawn(strata_by=("city",))
    db.session.add(
        DesignStratum(design_id=design.id, key={"city": "三亚"}, label="三亚", size=41, n=0)
    )
    db.session.commit()
    nobody, nothing = dict.fromkeys(STATUSES, 0), dict.fromkeys(STATUSES, 0.0)
    assert cells_of(study.id)[-1] == Cell("", "三亚", {"city": "三亚"}, 41, nobody, nothing)


def test_a_draw_that_was_replaced_is_no_part_of_it(any_app: Flask) -> None:
    """Its strata stay as a record, without members: they would count customers twice."""
    study, _ = drawn(strata_by=("city",))
    design = designs.draw(study, Spec(n=40, seed=8, strata_by=("tier",)))
    db.session.commit()
    cells = cells_of(study.id)
    assert [set(cell.key) for cell in cells] == [{"tier"}] * 3
    assert sum(cell.size for cell in cells) == design.frame_size
    assert weighing_for(study.id).attributes == ("tier",)


def test_a_reserve_that_is_not_released_was_not_drawn_yet(any_app: Flask) -> None:
    study, _ = drawn(strata_by=("city",), replicates=6, released=3)
    cells = cells_of(study.id)
    assert sum(sum(cell.counts.values()) for cell in cells) == 30
    assert sum(cell.weights["silent"] for cell in cells) == pytest.approx(200)


def test_another_study_stays_out_of_it(any_app: Flask) -> None:
    study, _ = drawn()
    other = add_study(population=Population().as_json())
    designs.draw(other, Spec(n=20, seed=3))
    assert [c.counts["silent"] for c in cells_of(study.id)] == [60]
    assert cells_of(add_study().id) == []


def test_periods_are_samples_of_their_own(any_app: Flask) -> None:
    study = two_months((10, 2))
    first, second = cells_of(study.id)
    assert (first.period, second.period) == ("2026-02", "2026-03")
    assert (first.counts["answered"], second.counts["answered"]) == (10, 2)
    assert [sum(cell.counts.values()) for cell in (first, second)] == [20, 20]
    assert (first.size, second.size) == (60, 60)
    assert _by_category(study.id)["*"] == Counter(first.counts) + Counter(second.counts)


def _weights(recipe: WeightRecipe, study: Study) -> Callable[[], list[float]]:
    keep(study.id, recipe)
    db.session.commit()
    return lambda: sorted(set(weighting(gather.dataset(study.id)).weights.tolist()))


def test_a_dataset_carries_how_it_is_weighed(any_app: Flask) -> None:
    """20 of 60 were asked in each month: of 3 each, and 10 or 2 answered for all who did not."""
    study = two_months((10, 2))
    assert gather.dataset(study.id).weighing.recipe == USUAL
    by_class = WeightRecipe(response=(), calibration="none")
    found = _weights(by_class, study)()
    assert found == pytest.approx([60 / 10, 60 / 2])
    assert gather.dataset(study.id).weighing.recipe == by_class
    silent = _weights(WeightRecipe(eligibility=(), calibration="none"), study)()
    assert silent == pytest.approx([60 / 10, 60 / 2]), "nobody else is known to be eligible"
    assert _weights(WeightRecipe(calibration="none"), study)() == [3]


def test_what_weighs_a_dataset_takes_two_queries(any_app: Flask) -> None:
    study, _ = drawn(strata_by=("city",))
    db.session.commit()
    id_ = study.id
    weighing, n = queries(lambda: weighing_for(id_))
    assert n == 2
    assert len(weighing.cells) == 3
    assert db.session.scalar(select(func.count(SampleMember.id))) == 60
