"""The page of a sample: every method and selection, the reserve, and replacements."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import designs, drawing, invitations, releases
from surveyapp.distribution.models import Invitation, SampleDesign, SampleMember, Study
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.jobs import running
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_study

FORM = {
    "bought_within_days": "90",
    "not_contacted_for_days": "30",
    "consented": "y",
    "strata_by": ["city"],
    "n": "30",
    "minimum": "2",
    "seed": "7",
}
SPEC = Spec(n=60, seed=7, strata_by=("city",), replicates=6, released=3)


@pytest.fixture
def study(app: Flask) -> Study:
    add_customers(200)
    made = add_study(population=Population().as_json())
    db.session.commit()
    return made


@pytest.fixture
def design(study: Study) -> SampleDesign:
    made = designs.draw(study, SPEC)
    db.session.commit()
    return made


def _preview(staff: AuditingClient, study: Study, **change: Any) -> str:
    answer = staff.get(f"/studies/{study.id}/sample/preview", query_string={**FORM, **change})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _draw(staff: AuditingClient, study: Study, status: int = 302, **change: Any) -> str:
    answer = staff.post(f"/studies/{study.id}/sample", data={**FORM, **change})
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def _drawn(study: Study) -> Spec:
    db.session.expire_all()
    found = designs.current(study)
    assert found is not None
    assert designs.redraw(found).identical
    return designs.spec_of(found)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"method": "equal"}, {"method": "equal"}),
        ({"method": "neyman", "measure": "purchases"}, {"method": "neyman"}),
        (
            {"method": "cost", "costs": "上海 = 4，杭州＝1.5"},
            {"costs": (("上海", 4.0), ("杭州", 1.5))},
        ),
        ({"method": "power", "power": "0.3"}, {"power": 0.3}),
        ({"power": "0.3", "costs": "上海=4", "stores_n": "3"}, {"power": 0.5, "costs": ()}),
        (
            {"selection": "systematic", "order_by": ["store", "spend"]},
            {"order_by": ("store", "spend")},
        ),
        ({"selection": "pps"}, {"selection": "pps"}),
        (
            {"selection": "two_stage", "stores_n": "6", "take": "5", "n": ""},
            {"stores": 6, "take": 5, "n": 0},
        ),
        ({"n": "", "margin": "12.5"}, {"n": 0, "margin": 0.125}),
        ({"response_rate": "40"}, {"response_rate": 0.4, "n": 30}),
        ({"rates": "上海 = 15，成都＝40.5"}, {"rates": (("上海", 0.15), ("成都", 0.405))}),
        ({"strata_by": ["tier"], "certain": "High", "n": "90"}, {"certain": ("high",)}),
        ({"take_all": "5"}, {"take_all": 5}),
        ({"replicates": "5", "released": "2"}, {"replicates": 5, "released": 2}),
    ],
)
def test_every_choice_is_previewed_drawn_shown_and_replayed(
    staff: AuditingClient, study: Study, change: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert "To draw" in _preview(staff, study, **change)
    _draw(staff, study, **change)
    spec = _drawn(study)
    assert {name: getattr(spec, name) for name in wanted} == wanted
    page = staff.get(f"/studies/{study.id}/sample").get_data(as_text=True)
    assert "The drawn sample" in page
    assert staff.post(f"/studies/{study.id}/sample.csv").status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n": ""}, "Give a whole number from 1"),
        ({"method": "cost", "costs": "上海"}, "Write value = cost"),
        ({"method": "cost", "costs": "上海 = dear"}, "Write value = cost"),
        ({"method": "cost", "costs": "上海 = -1"}, "Write value = cost"),
        ({"response_rate": "0"}, "Give a whole number from 1 to 100."),
        ({"rates": "上海 = 115"}, "Write value = per cent"),
        ({"rates": "上海"}, "Write value = per cent"),
        ({"margin": "120"}, "Give a number from 0.1 to 99."),
        ({"replicates": "3", "released": "4"}, "release at least one of them"),
        ({"selection": "two_stage"}, "how many stores"),
        ({"selection": "two_stage", "stores_n": "99", "take": "2"}, "5 stores in 3 strata"[2:]),
        ({"n": "100", "response_rate": "10"}, "expected to give 20 answers"),
        ({"n": "40", "margin": "3"}, "own precision"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    staff: AuditingClient, study: Study, change: dict[str, Any], sentence: str
) -> None:
    assert sentence in _draw(staff, study, 422, **change)
    assert db.session.scalar(select(func.count()).select_from(SampleMember)) == 0


def test_the_preview_tells_what_to_expect(staff: AuditingClient, study: Study) -> None:
    text = _preview(staff, study, response_rate="50", replicates="4", released="2")
    for words in ("30 released at once", "response rate of 50 %", "points over all", "Released"):
        assert words in text
    wide = _preview(staff, study, n="", margin="5", response_rate="50")
    assert "3 strata are not expected to reach ± 5 points" in wide
    slip = _preview(staff, study, certain="Shanghia")
    assert "No stratum has the value &#34;Shanghia&#34;" in slip


def test_the_form_shows_again_what_was_drawn(staff: AuditingClient, study: Study) -> None:
    _draw(staff, study, strata_by=["tier"], certain="high", method="cost", costs="low = 2", n="90")
    page = staff.get(f"/studies/{study.id}/sample").get_data(as_text=True)
    assert 'value="High"' in page
    assert 'value="Low = 2"' in page


def test_batches_are_released_once_with_a_reason(
    staff: AuditingClient, study: Study, design: SampleDesign
) -> None:
    path = f"/studies/{study.id}/sample"
    page = staff.get(path).get_data(as_text=True)
    assert "30 in reserve" in page
    assert "3 are not released" in page
    form = {"batches": "1", "reason": "Answers fall short", "seen": "30"}
    assert staff.post(f"{path}/release", data=form).status_code == 302
    assert staff.post(f"{path}/release", data=form).status_code == 302
    page = staff.get(path).get_data(as_text=True)
    assert "12 more customers are released." in page
    assert "Others have been released" in page
    assert "Answers fall short" in page
    assert "18 in reserve" in page
    assert db.session.scalar(select(func.count()).select_from(SampleMember)) == 42
    assert "sample.release" in db.session.scalars(select(AuditEntry.action)).all()
    assert "all 42 customers" in staff.get(f"{path}/redraw").get_data(as_text=True)


def test_a_release_needs_a_reason_and_a_researcher(
    staff: AuditingClient, study: Study, design: SampleDesign, sign_in: Any
) -> None:
    path = f"/studies/{study.id}/sample/release"
    staff.post(path, data={"batches": "1", "reason": " ", "seen": "30"})
    staff.post(path, data={"batches": "many", "reason": "x", "seen": "30"})
    page = staff.get(f"/studies/{study.id}/sample").get_data(as_text=True)
    assert "Say why, for the record." in page
    analyst = sign_in("analyst")
    form = {"batches": "1", "reason": "x", "seen": "30"}
    assert analyst.post(path, data=form).status_code == 403
    assert analyst.post(path.replace("release", "replace"), data={"seen": "30"}).status_code == 403
    assert "Release the batches" not in analyst.get(f"/studies/{study.id}/sample").get_data(True)
    assert db.session.scalar(select(func.count()).select_from(SampleMember)) == 30


def _screen_out(study: Study, stratum_id: int, n: int) -> None:
    rows = (
        select(Invitation)
        .join(SampleMember, SampleMember.id == Invitation.member_id)
        .where(SampleMember.stratum_id == stratum_id)
        .limit(n)
    )
    for one in db.session.scalars(rows):
        one.completed_at = one.ineligible_at = clock.now()
    db.session.commit()


def test_places_of_the_ineligible_are_filled_from_the_same_stratum(
    staff: AuditingClient, study: Study, design: SampleDesign
) -> None:
    invitations.issue(design)
    first, second, _third = (one.stratum.id for one in releases.standing(design))
    _screen_out(study, first, 2)
    _screen_out(study, second, 1)
    page = staff.get(f"/studies/{study.id}/response").get_data(as_text=True)
    assert "Release 2" in page
    assert "Release 3" in page
    path, form = f"/studies/{study.id}/sample/replace", {"seen": "30", "stratum": [first]}
    staff.post(path, data=form)
    staff.post(path, data=form)
    page = staff.get(f"/studies/{study.id}/response").get_data(as_text=True)
    assert "2 more customers are released." in page
    assert "2 customers from the reserve" in page
    assert "Release 2" not in page
    staff.post(path, data={"seen": "32", "stratum": [first, second]})
    page = staff.get(f"/studies/{study.id}/response").get_data(as_text=True)
    assert "Replacements missing" not in page
    standing = {one.stratum.id: one.released for one in releases.standing(design)}
    assert standing[first] == 12
    assert standing[second] == 11
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 33
    staff.post(path, data={"seen": "33", "stratum": [first]})
    assert "Nobody is missing here" in staff.get("/studies").get_data(as_text=True)
    assert designs.redraw(design).identical


def test_without_a_reserve_the_page_says_so(staff: AuditingClient, study: Study) -> None:
    design = designs.draw(study, Spec(n=60, seed=7, strata_by=("city",)))
    invitations.issue(design)
    _screen_out(study, design.strata[0].id, 1)
    page = staff.get(f"/studies/{study.id}/response").get_data(as_text=True)
    assert "drawn without a reserve" in page
    assert "Reserve</h2>" not in staff.get(f"/studies/{study.id}/sample").get_data(as_text=True)


def test_a_large_frames_reserve_is_released_by_a_job(
    staff: AuditingClient, study: Study, design: SampleDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 100)
    invitations.issue(design)
    _screen_out(study, design.strata[0].id, 1)
    form = {"batches": "1", "reason": "few", "seen": "30"}
    answer = staff.post(f"/studies/{study.id}/sample/release", data=form)
    assert "?job=" in answer.location
    assert staff.get(answer.location).status_code == 200
    assert running.run_waiting() == 1
    stratum = {"seen": "42", "stratum": [design.strata[0].id]}
    staff.post(f"/studies/{study.id}/sample/replace", data=stratum)
    assert running.run_waiting() == 1
    db.session.expire_all()
    assert sum(one.released for one in releases.standing(design)) == 43
    assert designs.redraw(design).identical


def queries_of(staff: AuditingClient, path: str) -> list[str]:
    queries: list[str] = []

    def listen(*args: Any) -> None:
        queries.append(args[2])

    event.listen(db.engine, "before_cursor_execute", listen)
    assert staff.get(path).status_code == 200
    event.remove(db.engine, "before_cursor_execute", listen)
    return queries


def test_policy_and_recurrence_are_read_once_a_page(
    staff: AuditingClient, study: Study, design: SampleDesign
) -> None:
    other = add_study(population=study.population)
    db.session.commit()
    for known in (study, other):
        queries = queries_of(staff, f"/studies/{known.id}/sample")
        for table in ("contact_policy", "study_recurrence"):
            reads = [q for q in queries if f"FROM {table}" in q.replace("\n", " ")]
            assert len(reads) == 1, (table, reads)
