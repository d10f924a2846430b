"""A running study goes over to another version; who had begun finishes on theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import gather
from surveyapp.designer.document import Document
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution import studies, version_moves
from surveyapp.distribution.models import Study
from surveyapp.findings import SurveyError
from tests.answering.world import World, batch, build, everything, post, state_in
from tests.auditing import AuditingClient
from tests.datasets.studies import publish

DAY = timedelta(days=1)


def document(title: str, *options: str) -> Document:
    asked = {
        "id": "q",
        "type": "single",
        "title": {"en": title},
        "options": [{"id": one, "label": {"en": one}} for one in options],
    }
    pages = [{"id": "p", "questions": [asked]}]
    return Document.model_validate({"pages": pages, "languages": ["en"], "default_language": "en"})


@pytest.fixture
def world(app: Flask) -> World:
    return build(document("First wording", "a", "b"), links_count=3)


def second(world: World) -> QuestionnaireVersion:
    made = publish(document("Second wording", "b", "c"), 2, world.study.version.questionnaire)
    db.session.commit()
    return made


def plan(world: World, version: QuestionnaireVersion, at: Any = None) -> None:
    version_moves.plan(world.study, version, at)
    db.session.commit()


def page(app: Flask, world: World, number: int) -> str:
    return app.test_client().get(f"/r/{world.tokens[number]}").get_data(as_text=True)


def answered_versions() -> list[tuple[int, dict[str, Any]]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Response).order_by(Response.id))
    return [(row.version.number, dict(row.answers)) for row in rows]


def test_who_begins_after_the_move_gets_the_new_version(app: Flask, world: World) -> None:
    plan(world, second(world))
    assert "Second wording" in page(app, world, 0)
    post(app, f"/r/{world.tokens[0]}/submit", batch({"q": "c"}))
    assert answered_versions() == [(2, {"q": "c"})]


def test_who_is_in_the_middle_finishes_on_theirs(app: Flask, world: World) -> None:
    post(app, f"/r/{world.tokens[0]}/save", batch({"q": "a"}))
    plan(world, second(world))
    assert "First wording" in page(app, world, 0)
    answer = post(app, f"/r/{world.tokens[0]}/submit", batch({"q": "a"}, 2))
    assert answer.json["state"] == "completed"
    assert answered_versions() == [(1, {"q": "a"})]


def test_a_page_that_was_open_at_the_move_is_finished_as_it_was_read(
    app: Flask, world: World
) -> None:
    url = f"/r/{world.tokens[0]}"
    opened = state_in(app.test_client().get(url))["opened"]
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        plan(world, second(world))
        later = state_in(app.test_client().get(f"/r/{world.tokens[1]}"))["opened"]
        post(app, f"{url}/save", batch({"q": "a"}, opened=opened))
        post(app, f"/r/{world.tokens[1]}/save", batch({"q": "c"}, opened=later))
        forged = f"{int(later.partition('.')[0]) - 3600_000}.{later.partition('.')[2]}"
        post(app, f"/r/{world.tokens[2]}/save", batch({"q": "c"}, opened=forged))
        post(app, f"/r/{world.tokens[2]}/save", {"answers": {}, "opened": 7})
    assert answered_versions() == [(1, {"q": "a"}), (2, {"q": "c"}), (2, {"q": "c"})]


def test_a_body_that_is_too_deep_is_unreadable_after_a_move_too(app: Flask, world: World) -> None:
    plan(world, second(world))
    answer = app.test_client().post(
        f"/r/{world.tokens[0]}/save", data="[" * 50_000, content_type="application/json"
    )
    assert (answer.status_code, answer.json["state"]) == (400, "unreadable")
    assert answered_versions() == []


def test_a_planned_moment_is_read_when_somebody_opens(app: Flask, world: World) -> None:
    plan(world, second(world), clock.now() + DAY)
    assert "First wording" in page(app, world, 0)
    with clock.frozen(clock.now() + DAY + timedelta(seconds=1)):
        before = everything()
        assert "Second wording" in page(app, world, 0)
        assert everything() == before


def test_printed_codes_move_too(app: Flask, world: World) -> None:
    plan(world, second(world))
    assert "Second wording" in app.test_client().get(world.printed).get_data(as_text=True)


def test_the_dataset_knows_both_versions(app: Flask, world: World) -> None:
    post(app, f"/r/{world.tokens[0]}/submit", batch({"q": "a"}))
    plan(world, second(world))
    assert set(gather.versions_of(world.study)) == {1, 2}
    post(app, f"/r/{world.tokens[1]}/submit", batch({"q": "c"}))
    data = gather.dataset(world.study.id)
    assert data.table["version"].to_pylist() == [1, 2]
    assert data.table["q"].to_pylist() == ["a", "c"]


def test_a_move_after_a_move(app: Flask, world: World) -> None:
    two = second(world)
    plan(world, two)
    third = publish(document("Third", "d"), 3, world.study.version.questionnaire)
    db.session.commit()
    plan(world, third, clock.now() + DAY)
    assert (world.study.asked.number, world.study.planned_version) == (2, third)
    version_moves.cancel(world.study)
    db.session.commit()
    assert (world.study.asked.number, world.study.planned_version) == (2, None)


def code(action: Any) -> str:
    with pytest.raises(SurveyError) as refused:
        action()
    db.session.rollback()
    return refused.value.findings[0].code


def test_what_cannot_be_planned(app: Flask, world: World) -> None:
    version, other = second(world), publish(document("Other", "x"))
    db.session.commit()
    study = world.study
    assert code(lambda: version_moves.plan(study, other)) == "study.other_questionnaire"
    assert code(lambda: version_moves.plan(study, study.version)) == "study.same_version"
    assert code(lambda: version_moves.cancel(study)) == "study.no_move"
    plan(world, version)
    assert code(lambda: version_moves.cancel(study)) == "study.no_move"
    assert code(lambda: version_moves.plan(study, version)) == "study.same_version"
    studies.move(study, "close")
    db.session.commit()
    assert code(lambda: version_moves.plan(study, study.version)) == "study.closed"


def test_two_people_plan_at_once_on_any_database(any_app: Flask) -> None:
    world = build(document("First wording", "a"))
    version = second(world)
    study = db.session.get_one(Study, world.study.id)
    assert study.next_version_id is None
    with db.engine.begin() as other:
        other.exec_driver_sql(f"UPDATE study SET next_version_id = {version.id}")
    assert code(lambda: version_moves.plan(study, version, clock.now() + DAY)) == "study.changed"


def settings(client: AuditingClient, world: World) -> str:
    return client.get(f"/studies/{world.study.id}/settings").text


def test_the_study_page_plans_tells_and_cancels(
    staff: AuditingClient, app: Flask, world: World
) -> None:
    assert "no other version" in settings(staff, world)
    version = second(world)
    assert "version 1" in settings(staff, world)
    base = f"/studies/{world.study.id}/version"
    at = "2099-05-01T09:30"
    staff.post(base, data={"next_version": version.id, "next_at": at})
    shown = settings(staff, world)
    assert "From 2099-05-01 09:30 on, who begins is asked version 2." in shown
    assert "difference?from=1&amp;to=2" in shown
    stored = db.session.get_one(Study, world.study.id)
    assert stored.next_version_at is not None
    assert stored.next_version_at.isoformat() == "2099-05-01T01:30:00+00:00"
    staff.post(f"{base}/cancel")
    assert "2099" not in settings(staff, world)
    staff.post(base, data={"next_version": version.id})
    shown = settings(staff, world)
    assert "Who begins now is asked version 2." in shown
    assert "version 1 was asked before" in shown
    actions = [
        (entry.action, entry.detail.get("number"))
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if "version_move" in entry.action
    ]
    assert actions == [
        ("study.version_move", 2),
        ("study.version_move_cancelled", 2),
        ("study.version_move", 2),
    ]


def test_a_moment_that_has_passed_is_refused(staff: AuditingClient, world: World) -> None:
    version = second(world)
    base = f"/studies/{world.study.id}/version"
    data = {"next_version": version.id, "next_at": "2001-01-01T00:00"}
    assert "still to come" in staff.get(staff.post(base, data=data).location).text
    data = {"next_version": 9999}
    assert "still to come" in staff.get(staff.post(base, data=data).location).text
    assert (
        "No change of version is planned" in staff.get(staff.post(f"{base}/cancel").location).text
    )
    db.session.expire_all()
    assert world.study.next_version_id is None


def test_an_analyst_may_read_but_not_move(sign_in: Any, world: World) -> None:
    version = second(world)
    analyst = sign_in("analyst")
    assert "Who begins now is asked version 1." in settings(analyst, world)
    moved = analyst.post(f"/studies/{world.study.id}/version", data={"next_version": version.id})
    assert moved.status_code == 403


def test_saving_the_other_settings_keeps_a_planned_move(
    staff: AuditingClient, world: World
) -> None:
    version = second(world)
    plan(world, version)
    page = settings(staff, world)
    assert f'value="{version.id}"' in page or "version 2" in page
    form = {
        "title": "Renamed",
        "version_id": str(version.id),
        "timezone": "Asia/Shanghai",
        "send_from": "09:00",
        "send_until": "20:00",
        "contact_cap": "3",
        "contact_cap_days": "30",
    }
    staff.post(f"/studies/{world.study.id}/settings", data=form)
    db.session.expire_all()
    assert world.study.title == "Renamed"
    assert world.study.asked.number == 2
    assert world.study.version.number == 1
