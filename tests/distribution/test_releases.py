"""Releasing the reserve: who comes next, what they and the others weigh, and that it replays."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import designs, invitations, inviting, links, releases, waves
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    Message,
    SampleDesign,
    SampleMember,
    Study,
    Wave,
)
from surveyapp.distribution.population import Population
from surveyapp.distribution.release_models import SampleRelease
from surveyapp.distribution.specs import Spec
from surveyapp.findings import SurveyError
from surveyapp.jobs.models import Job
from tests.distribution.builders import add_customers, add_study, at_once

SPEC = Spec(n=60, seed=7, strata_by=("city",), replicates=6, released=3)


@pytest.fixture
def study(any_app: Flask) -> Study:
    add_customers(200)
    return add_study(population=Population().as_json())


def seen(design: SampleDesign) -> int:
    return sum(one.released for one in releases.standing(design))


def members(design: SampleDesign) -> set[int]:
    rows = select(SampleMember.customer_id).where(SampleMember.design_id == design.id)
    return set(db.session.scalars(rows))


def weigh_up(design: SampleDesign) -> None:
    """In every stratum the weights stand for its customers, as R's svydesign would have them."""
    rows = db.session.execute(
        select(
            DesignStratum.size,
            func.count(),
            func.min(SampleMember.design_weight),
            func.max(SampleMember.design_weight),
        )
        .join(SampleMember, SampleMember.stratum_id == DesignStratum.id)
        .where(DesignStratum.design_id == design.id)
        .group_by(DesignStratum.id, DesignStratum.size)
    ).all()
    for size, n, low, high in rows:
        assert low == high == float(Fraction(size, n))


def refused(study: Study, more: int, at: int) -> list[str]:
    with pytest.raises(SurveyError) as refusal:
        releases.release_batches(study, more, "few answers", at)
    return [finding.code for finding in refusal.value.findings]


def test_a_draw_releases_its_first_replicates_only(study: Study) -> None:
    design = designs.draw(study, SPEC)
    assert (design.n, seen(design), len(members(design))) == (60, 30, 30)
    assert sum(one.reserve for one in releases.standing(design)) == 30
    assert designs.spec_of(design) == SPEC
    assert designs.redraw(design).identical
    weigh_up(design)
    assert invitations.issue(design) == 30


def test_batches_come_in_order_and_end_with_the_whole_draw(study: Study) -> None:
    design = designs.draw(study, SPEC)
    before = members(design)
    first = releases.release_batches(study, 1, "few answers", seen(design))
    assert before < members(design)
    assert first.n == len(members(design)) - len(before)
    assert releases.waiting_replicates(design) == 2
    weigh_up(design)
    assert designs.redraw(design).identical
    releases.release_batches(study, 2, "still few", seen(design))
    assert len(members(design)) == 60
    assert designs.redraw(design).identical
    whole = designs.draw(study, replace(SPEC, released=6))
    assert {n for n, *_rest in designs.sample_members.stored(whole)} == {
        number for numbers in designs.drawn_again(design).drawn.values() for number in numbers
    }


def test_clicks_at_the_same_moment_release_once(study: Study, any_app: Flask) -> None:
    """SQLite locks nothing for who only looks, so each saw that nothing was released yet."""
    design = designs.draw(study, SPEC)
    number, before = study.id, seen(design)
    db.session.commit()

    def click(_which: int) -> None:
        mine = db.session.get_one(Study, number)
        releases.release_batches(mine, 1, "reminders did not help", before)

    assert sorted(at_once(any_app, click, 3)) == ["", "release.changed", "release.changed"]
    assert len(releases.history(design)) == 1


def test_replacements_come_from_the_strata_they_are_missing_in(study: Study) -> None:
    design = designs.draw(study, SPEC)
    one, other, *_rest = releases.standing(design)
    releases.release_replacements(study, {one.stratum.id: 2}, "screened out", seen(design))
    after = {s.stratum.id: s for s in releases.standing(design)}
    assert after[one.stratum.id].released == one.released + 2
    assert after[one.stratum.id].replaced == 2
    assert after[other.stratum.id].released == other.released
    weigh_up(design)
    assert designs.redraw(design).identical
    # The next batch holds those two already: it adds what is missing of it.
    releases.release_batches(study, 1, "few answers", seen(design))
    now = {s.stratum.id: s for s in releases.standing(design)}
    assert now[one.stratum.id].released == -(-one.stratum.n * 4 // 6)
    assert designs.redraw(design).identical
    db.session.expire_all()
    assert [r.kind for r in releases.history(design)] == ["replacement", "batch"]


def test_members_invited_before_keep_their_links_and_the_new_ones_are_texted(
    study: Study,
) -> None:
    design = designs.draw(study, SPEC)
    invitations.issue(design)
    study.state = "running"
    wave = Wave(study_id=study.id, kind="invitation", number=1, after_days=0, texts={})
    wave.state = "running"
    db.session.add(wave)
    db.session.flush()
    assert waves.expand(wave) == 30
    tokens = {one.id: links.token_of(one) for one in db.session.scalars(select(Invitation))}
    made = releases.release_batches(study, 1, "few answers", seen(design))
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 30 + made.n
    now = {one.id: links.token_of(one) for one in db.session.scalars(select(Invitation))}
    assert {key: now[key] for key in tokens} == tokens
    assert waves.expand(wave) == made.n
    assert db.session.scalar(select(func.count()).select_from(Message)) == 30 + made.n


def test_many_are_invited_by_a_job_in_chunks_which_goes_on_after_a_kill(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "AT_ONCE", 5)
    monkeypatch.setattr(invitations, "CHUNK", 4)
    design = designs.draw(study, Spec(n=60, replicates=6, released=2, seed=1))
    invitations.issue(design)
    study.state = "running"
    db.session.commit()
    before = db.session.scalar(select(func.count(Invitation.id))) or 0
    made = releases.release_batches(study, 3, "few answers", seen(design))
    db.session.commit()
    assert made.n > 5
    (waiting,) = db.session.scalars(select(Job).where(Job.kind == inviting.KIND))
    assert db.session.scalar(select(func.count(Invitation.id))) == before, "the page did not wait"

    def killed(_step: str, done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inviting.give_links(waiting.params, killed)
    db.session.rollback()
    kept = db.session.scalar(select(func.count(Invitation.id))) or 0
    assert before < kept < before + made.n
    rest = inviting.give_links(waiting.params, lambda *_: None)["invited"]
    assert kept + rest == before + made.n
    assert inviting.give_links(waiting.params, lambda *_: None) == {"invited": 0}


def test_a_study_that_is_closed_meanwhile_invites_nobody_more(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "AT_ONCE", 0)
    design = designs.draw(study, Spec(n=60, replicates=6, released=2, seed=1))
    invitations.issue(design)
    releases.release_batches(study, 1, "few answers", seen(design))
    study.state = "closed"
    db.session.commit()
    asked = {"study_id": study.id, "design_id": design.id}
    assert inviting.give_links(asked, lambda *_: None) == {"invited": 0}


def test_nobody_is_invited_by_a_release_before_the_start(study: Study) -> None:
    design = designs.draw(study, SPEC)
    releases.release_batches(study, 1, "larger after all", seen(design))
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert designs.redraw(design).identical


def test_what_cannot_be_released_is_refused(study: Study) -> None:
    assert refused(study, 1, 0) == ["release.no_sample"]
    design = designs.draw(study, SPEC)
    assert refused(study, 4, seen(design)) == ["release.no_batch"]
    assert refused(study, 0, seen(design)) == ["release.no_batch"]
    assert refused(study, 1, seen(design) - 1) == ["release.changed"]
    stratum = releases.standing(design)[0]
    for n in (0, stratum.reserve + 1):
        with pytest.raises(SurveyError) as refusal:
            releases.release_replacements(study, {stratum.stratum.id: n}, "x", seen(design))
        assert refusal.value.findings[0].code == "release.not_in_reserve"
    study.state = "closed"
    assert refused(study, 1, seen(design)) == ["release.study_closed"]
    study.state = "running"
    design.draw_hash = "0" * 64
    assert refused(study, 1, seen(design)) == ["design.not_reproduced"]
    assert db.session.scalar(select(func.count()).select_from(SampleRelease)) == 0


def test_a_release_is_audited_and_a_member_out_of_turn_shows(study: Study) -> None:
    design = designs.draw(study, SPEC)
    made = releases.release_batches(study, 1, "few answers", seen(design))
    entry = db.session.scalars(select(AuditEntry).filter_by(action="sample.release")).one()
    assert (entry.detail["reason"], entry.detail["n"]) == ("few answers", made.n)
    member = db.session.scalars(select(SampleMember)).first()
    assert member is not None
    db.session.delete(member)
    db.session.flush()
    assert not designs.redraw(design).members_equal
    made.strata = dict.fromkeys(made.strata, 99)
    db.session.flush()
    assert not designs.redraw(design).members_equal


@pytest.mark.parametrize("selection", ["systematic", "pps", "two_stage"])
def test_every_selection_is_stored_and_replayed(study: Study, selection: str) -> None:
    spec = replace(
        SPEC, selection=selection, order_by=("store", "spend"), stores=6, take=9, response_rate=0.9
    )
    spec = replace(spec, n=0, margin=0.2) if selection == "systematic" else spec
    spec = replace(spec, n=0) if selection == "two_stage" else spec
    design = designs.draw(study, spec)
    assert designs.spec_of(design) == spec
    assert designs.redraw(design).identical
    releases.release_batches(study, 2, "few answers", seen(design))
    assert designs.redraw(design).identical
    db.session.expire_all()
    releases.release_batches(study, 1, "few answers", seen(design))
    assert len(members(design)) == design.n
    assert designs.redraw(design).identical
