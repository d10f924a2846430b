"""Panels: recruited once, asked in groups; every wave is a sample that can be replayed."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import designs, drawing, invitations, panels, releases
from surveyapp.distribution.models import SampleDesign, SampleMember, Study
from surveyapp.distribution.panel_models import Panel, PanelWave
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.findings import SurveyError
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from surveyapp.stats.sampling.rotation import Pattern
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_draw, add_study, at_once

SPEC = Spec(n=1, seed=7, strata_by=("city",))
FORM = {
    "title": "Service panel",
    "per_wave": "45",
    "waves": "3",
    "stay": "2",
    "away": "0",
    "again": "0",
    "minimum": "2",
    "seed": "7",
    "strata_by": ["city"],
}


@pytest.fixture
def first(any_app: Flask) -> Study:
    add_customers(200)
    return add_study(population=Population().as_json())


def people(design: SampleDesign) -> set[int]:
    rows = select(SampleMember.customer_id).where(SampleMember.design_id == design.id)
    return set(db.session.scalars(rows))


def recruit(study: Study, per_wave: int = 60) -> Panel:
    return panels.recruit("Service panel", study, Pattern(2), 3, per_wave, SPEC)


def refused(work: Any) -> str:
    with pytest.raises(SurveyError) as refusal:
        work()
    assert refusal.value.findings[0].message
    return refusal.value.findings[0].code


def test_waves_share_what_the_schedule_says(first: Study) -> None:
    panel = recruit(first)
    assert panel.n == 120
    assert panels.schedule(panel) == [(1, 2), (2, 3), (3, 4)]
    others = [add_study(population=Population().as_json()) for _ in range(2)]
    drawn = [panels.draw_wave(panel, k, s) for k, s in enumerate([first, *others], start=1)]
    found = [people(design) for design in drawn]
    assert all(abs(len(one) - 60) <= 3 for one in found)
    assert abs(len(found[0] & found[1]) - 30) <= 3
    assert found[0] & found[2] == set()
    assert len(set.union(*found)) == 120
    for design in drawn:
        assert designs.redraw(design).identical
        assert releases.waiting_replicates(design) == 0
        for one in releases.standing(design):
            assert one.reserve == 0
            weights = select(SampleMember.design_weight).where(
                SampleMember.stratum_id == one.stratum.id
            )
            assert set(db.session.scalars(weights)) == {
                float(Fraction(one.stratum.size, one.released))
            }
    assert set(panels.waves_of(panel)) == {1, 2, 3}
    assert "panel.wave" in db.session.scalars(select(AuditEntry.action)).all()


def test_later_waves_ask_the_members_of_the_beginning(first: Study) -> None:
    panel = recruit(first)
    panels.draw_wave(panel, 1, first)
    db.session.query(designs.Customer).update({"tier": "low", "city": "上海"})
    second = add_study(population=Population().as_json())
    design = panels.draw_wave(panel, 2, second)
    assert {tuple(s.key.values()) for s in design.strata} == {("上海",), ("杭州",), ("成都",)}
    assert designs.redraw(design).identical


def test_what_makes_no_wave_is_refused(first: Study) -> None:
    panel = recruit(first)
    panels.draw_wave(panel, 1, first)
    second = add_study(population=Population().as_json())
    assert refused(lambda: panels.draw_wave(panel, 1, second)) == "panel.wave_taken"
    assert refused(lambda: panels.draw_wave(panel, 4, second)) == "panel.wave_taken"
    assert refused(lambda: panels.draw_wave(panel, 2, first)) == "panel.study_taken"
    invitations.issue(add_draw(second, add_customers(1, number="X1", phone=None, phone_hash=None)))
    assert refused(lambda: panels.draw_wave(panel, 2, second)) == "design.already_invited"
    third = add_study(population=Population().as_json())
    panel.draw_hash = "0" * 64
    assert refused(lambda: panels.draw_wave(panel, 2, third)) == "panel.not_reproduced"


def test_what_makes_no_panel_is_refused(first: Study) -> None:
    assert refused(lambda: recruit(first, 150)) == "sample.n_exceeds_frame"
    many = Pattern(4, 24, 4)
    assert refused(lambda: panels.recruit("x", first, many, 24, 9, SPEC)) == "panel.too_many_groups"
    assert db.session.scalar(select(func.count()).select_from(Panel)) == 0


@pytest.fixture
def study(app: Flask) -> Study:
    add_customers(200)
    made = add_study(population=Population().as_json(), title="Wave one")
    db.session.commit()
    return made


def test_a_panel_is_recruited_and_its_waves_drawn(staff: AuditingClient, study: Study) -> None:
    assert "No panel yet" in staff.get("/panels").get_data(as_text=True)
    staff.get("/panels/new")
    answer = staff.post("/panels/new", data={**FORM, "study": study.id})
    assert answer.status_code == 302
    page = staff.get(answer.location).get_data(as_text=True)
    assert "Service panel" in page
    assert "in 4 groups" in page
    assert "Service panel" in staff.get("/panels").get_data(as_text=True)
    drawn = staff.post(f"{answer.location}/wave", data={"wave": "1", "study": study.id})
    assert drawn.location == f"/studies/{study.id}/sample"
    sample = staff.get(drawn.location).get_data(as_text=True)
    assert "groups 1, 2 of the panel" in sample
    assert "is a wave of a panel" in sample
    assert 'id="reserve-title"' not in sample
    assert "Bit by bit the same." in staff.get(f"{drawn.location}/redraw").get_data(as_text=True)
    other = {"strata_by": ["city"], "n": "9", "minimum": "0", "seed": "1", "method": "equal"}
    assert staff.post(drawn.location, data=other).status_code == 422
    page = staff.get(answer.location).get_data(as_text=True)
    assert "Wave one" in page
    assert "Make a study for the next wave" in page
    again = staff.post(f"{answer.location}/wave", data={"wave": "2", "study": study.id})
    assert again.location == answer.location
    assert db.session.scalar(select(func.count()).select_from(PanelWave)) == 1


def test_a_wave_that_is_taken_is_said(staff: AuditingClient, study: Study) -> None:
    panel = recruit(study)
    panels.draw_wave(panel, 1, study)
    other = add_study(population=Population().as_json())
    db.session.commit()
    staff.post(f"/panels/{panel.id}/wave", data={"wave": "1", "study": other.id})
    page = staff.get(f"/panels/{panel.id}").get_data(as_text=True)
    assert "Wave 1 is drawn already" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "Give the panel a title."),
        ({"stay": "0"}, "Give a whole number from 1 to 24."),
        ({"per_wave": "190"}, "fewer than the"),
    ],
)
def test_what_makes_no_panel_is_said(
    staff: AuditingClient, study: Study, change: dict[str, str], sentence: str
) -> None:
    answer = staff.post("/panels/new", data={**FORM, "study": study.id, **change})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_without_a_study_there_is_nobody_to_recruit(staff: AuditingClient) -> None:
    assert "No study to recruit for" in staff.get("/panels/new").get_data(as_text=True)
    assert staff.get("/panels/9").status_code == 404


def test_an_analyst_looks_at_panels_and_makes_none(study: Study, sign_in: Any) -> None:
    panel = recruit(study)
    db.session.commit()
    analyst = sign_in("analyst")
    page = analyst.get(f"/panels/{panel.id}").get_data(as_text=True)
    assert "Draw the wave" not in page
    assert analyst.post(f"/panels/{panel.id}/wave", data={"wave": "1"}).status_code == 403
    assert analyst.get("/panels/new").status_code == 403


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 100)


@pytest.mark.usefixtures("large")
def test_a_large_panel_is_recruited_by_a_job_once(staff: AuditingClient, study: Study) -> None:
    answer = staff.post("/panels/new", data={**FORM, "study": study.id})
    assert answer.location == "/panels"
    assert "Waiting for its turn" in staff.get("/panels").get_data(as_text=True)
    assert running.run_waiting() == 1
    (job,) = db.session.scalars(select(Job)).all()
    job.state = "queued"  # its worker died before it could say so
    db.session.commit()
    assert running.run_waiting() == 1
    (panel,) = db.session.scalars(select(Panel)).all()
    db.session.refresh(job)
    assert (job.state, job.result, panel.frame_size) == ("done", {"panel": panel.id}, 200)
    assert "Waiting" not in staff.get("/panels").get_data(as_text=True)
    wave = {"wave": "1", "study": study.id}
    path = f"/panels/{panel.id}"
    assert staff.post(f"{path}/wave", data=wave).location == path
    assert "Waiting for its turn" in staff.get(path).get_data(as_text=True)
    for _ in range(2):
        assert running.run_waiting() == 1
        job = db.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
        assert job.state == "done"
        job.state = "queued"
        db.session.commit()
    design = designs.current(study)
    assert design is not None
    assert job.result == {"design": design.id}
    assert db.session.scalar(select(func.count()).select_from(PanelWave)) == 1
    assert designs.redraw(design).identical


@pytest.mark.usefixtures("large")
def test_what_a_job_refuses_is_said_where_it_was_asked(staff: AuditingClient, study: Study) -> None:
    too_many = {**FORM, "study": study.id, "stay": "4", "away": "24", "again": "4", "waves": "24"}
    assert staff.post("/panels/new", data=too_many).status_code == 422
    staff.post("/panels/new", data={**FORM, "study": study.id, "per_wave": "190"})
    running.run_waiting()
    assert "fewer than the" in staff.get("/panels").get_data(as_text=True)
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert "fewer than the" not in staff.get("/panels").get_data(as_text=True)


@pytest.mark.parametrize("same", [True, False])
def test_two_who_draw_a_wave_at_once_draw_it_once(first: Study, any_app: Flask, same: bool) -> None:
    panel = recruit(first)
    population_ = Population().as_json()
    studies = [add_study(title=str(n), population=population_).id for n in range(2)]
    number = panel.id
    db.session.commit()

    def click(which: int) -> None:
        study = db.session.get_one(Study, studies[0 if same else which])
        panels.draw_wave(db.session.get_one(Panel, number), 1, study)

    told = at_once(any_app, click, 2)
    assert sorted(told) == ["", "panel.wave_taken"]
    assert db.session.scalar(select(func.count(SampleDesign.id))) == 1
