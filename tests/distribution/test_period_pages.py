"""The page of periods: one definition, what became of each, and what is to come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import invitations, inviting, links, periods, wave_plans, waves
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.distribution.wave_plans import Plan
from surveyapp.jobs import running
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_study

FORM = {
    "every": "month", "day": "1", "at": "09:00", "first": "2026-02-01", "last": "",
    "answer_days": "", "bought_within_days": "", "not_contacted_for_days": "", "consented": "y",
    "strata_by": "city", "method": "proportional", "measure": "spend", "n": "30",
    "minimum": "2", "seed": "11",
}  # fmt: skip
FEBRUARY = datetime(2026, 2, 1, 1, 30, tzinfo=UTC)


@pytest.fixture
def study(app: Flask) -> Study:
    made = add_study(contact_cap=20)
    add_customers(60)
    db.session.commit()
    return made


def page(client: AuditingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_monthly_study_is_defined_once_and_opens_its_periods(
    staff: AuditingClient, study: Study
) -> None:
    path = f"/studies/{study.id}/periods"
    assert "This study asks once." in page(staff, path)
    assert staff.post(path, data=FORM).status_code == 302
    assert "The study is a draft." in page(staff, path)
    with clock.frozen(datetime(2026, 1, 20, tzinfo=UTC)):
        wave_plans.save(study, Plan())
        wave_plans.start(study)
        db.session.commit()
    with clock.frozen(FEBRUARY):
        assert waves.expand_due() == 30
    shown = page(staff, path)
    assert "2026-02" in shown
    assert "Begun" in shown
    rates = page(staff, f"/studies/{study.id}/response?period=2026-02")
    assert 'aria-current="true">2026-02' in rates
    assert "of 30 sampled" in rates
    assert "Every period draws its own sample" in page(staff, f"/studies/{study.id}/sample")


def test_what_cannot_be_saved_is_said_and_nothing_is_lost(
    staff: AuditingClient, study: Study
) -> None:
    path = f"/studies/{study.id}/periods"
    answer = staff.post(path, data={**FORM, "every": "week", "day": "9"})
    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    assert "Begin on a day from 1 to 7" in said
    assert 'value="9"' in said
    assert staff.post(path, data={**FORM, "first": ""}).status_code == 422
    assert periods.definition_of(study) is None


@pytest.mark.parametrize(
    "change",
    [
        {"first": "9999-12-15"},
        {"first": "0001-01-01"},
        {"bought_within_days": "99999999999"},
        {"not_contacted_for_days": "999999999"},
    ],
)
def test_numbers_beyond_all_calendars_are_refused_not_stored(
    staff: AuditingClient, study: Study, change: dict[str, str]
) -> None:
    path = f"/studies/{study.id}/periods"
    assert staff.post(path, data={**FORM, **change}).status_code == 422
    assert periods.definition_of(study) is None
    preview = f"/studies/{study.id}/sample/preview"
    assert staff.get(preview, query_string={**FORM, **change}).status_code == 200


def test_a_failed_period_says_why_and_is_tried_again(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/periods"
    staff.post(path, data={**FORM, "n": "90"})
    with clock.frozen(datetime(2026, 1, 20, tzinfo=UTC)):
        wave_plans.save(study, Plan())
        wave_plans.start(study)
        db.session.commit()
    with clock.frozen(FEBRUARY):
        waves.expand_due()
        assert "Failed" in page(staff, path)
        staff.post(path, data={**FORM, "n": "20"})
        tried = staff.post(f"{path}/1/again", follow_redirects=True)
        assert "Waiting for its turn" in tried.text
        assert db.session.scalar(db.select(db.func.count(Invitation.id))) == 0
        running.run_waiting()
    db.session.expire_all()
    assert db.session.scalars(db.select(StudyPeriod.state)).all() == ["open"]
    assert db.session.scalar(db.select(db.func.count(Invitation.id))) == 20
    assert "did not fail" in staff.post(f"{path}/1/again", follow_redirects=True).text


def test_periods_are_switched_off_and_on(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/periods"
    staff.post(path, data=FORM)
    staff.post(f"{path}/off")
    definition = periods.definition_of(study)
    assert definition is not None
    db.session.refresh(definition)
    assert not definition.active
    staff.post(f"{path}/on")
    db.session.refresh(definition)
    assert definition.active


@pytest.mark.parametrize("move", ["", "/on", "/1/again"])
def test_an_analyst_looks_and_changes_nothing(sign_in, study: Study, move: str) -> None:
    client = sign_in("analyst")
    assert "This study asks once." in page(client, f"/studies/{study.id}/periods")
    assert client.post(f"/studies/{study.id}/periods{move}", data=FORM).status_code == 403


def test_links_that_a_job_could_not_give_are_said_and_gone_on_with(
    staff: AuditingClient, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page names the reason; going on gives links to the others only; two clicks are one."""
    monkeypatch.setattr(inviting, "AT_ONCE", 10)
    monkeypatch.setattr(invitations, "CHUNK", 8)
    path = f"/studies/{study.id}/periods"
    staff.post(path, data=FORM)
    with clock.frozen(datetime(2026, 1, 20, tzinfo=UTC)):
        wave_plans.save(study, Plan())
        wave_plans.start(study)
        db.session.commit()
    with clock.frozen(FEBRUARY):
        waves.expand_due()
        assert "Giving everyone a link" not in page(staff, path)
        assert "Waiting for its turn" in page(staff, path)
        with monkeypatch.context() as broken:
            broken.setattr(inviting, "commit_resumable", _full_disk_after(2))
            running.run_waiting()
        before = tokens()
        shown = page(staff, path)
        assert (len(before), "OSError: disk full" in shown) == (8, True)
        assert "Not everyone has a link yet." in shown
        assert "/sample/go-on" in page(staff, f"/studies/{study.id}/sample")
        for _click in range(2):
            answer = staff.post(f"/studies/{study.id}/sample/go-on", follow_redirects=True)
            assert "It goes on where it stopped" in answer.get_data(as_text=True)
        assert running.run_waiting() == 1
        after = tokens()
        assert (len(after), len(set(after.values()))) == (30, 30)
        assert before.items() <= after.items(), "who had a link keeps it"
        assert "Go on" not in page(staff, path)
        late = staff.post(f"/studies/{study.id}/sample/go-on", follow_redirects=True)
        assert "nothing is left to go on with" in late.get_data(as_text=True)


def _full_disk_after(chunks: int) -> Callable[[], None]:
    """A commit that fails from the given chunk on."""
    left = iter(range(1, chunks))

    def commit() -> None:
        if next(left, None) is None:
            raise OSError("disk full")
        db.session.commit()

    return commit


def tokens() -> dict[int, str]:
    db.session.expire_all()
    return {row.customer_id: links.token_of(row) for row in db.session.query(Invitation)}
