"""The pages of texts: writing, starting, pausing, and looking at every message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, select

from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import wave_plans, waves
from surveyapp.distribution.models import Invitation, Message, Study
from surveyapp.distribution.wave_plans import DEFAULTS, Plan
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_draw, add_study

SignIn = Callable[[str], AuditingClient]
TEXTS = {
    f"{kind}_{short}": DEFAULTS[kind][language]
    for kind in DEFAULTS
    for short, language in (("zh", "zh-Hans"), ("en", "en"))
}
PLAN = {**TEXTS, "reminders": "2", "after_days": "3", "thanks": "y"}


@pytest.fixture
def study(app: Flask) -> Study:
    made = add_study()
    people = add_customers(12)
    for index, person in enumerate(people):
        person.phone = f"+85291{index:06d}"
    add_draw(made, people)
    db.session.commit()
    return made


def _page(client: AuditingClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def _post(client: AuditingClient, path: str, data: dict[str, str], status: int = 302) -> str:
    answer = client.post(path, data=data)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def test_texts_are_written_started_paused_and_stopped(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/waves"
    assert "Write and save the invitation text first." in _page(staff, path)
    _post(staff, f"{path}/start", {})
    assert study.state == "draft"
    _post(staff, path, PLAN)
    page = _page(staff, path)
    assert "What starting now would do" in page
    assert "Reminder 2" in page
    _post(staff, f"{path}/start", {"starts_at": ""})
    db.session.expire_all()
    assert study.state == "running"
    waves.expand_due()
    page = _page(staff, path)
    assert "so they stay as they are" in page
    assert "Waiting" in page
    for move, words in (("pause", "Paused"), ("resume", "Running"), ("stop", "Stopped")):
        _post(staff, f"{path}/{move}", {})
        assert words in _page(staff, path)
    _post(staff, f"{path}/resume", {})
    assert "in another state by now" in _page(staff, path)
    assert {m.state for m in db.session.scalars(select(Message))} == {"cancelled"}


def test_a_later_start_is_meant_in_the_studys_zone(staff: AuditingClient, study: Study) -> None:
    wave_plans.save(study, Plan())
    db.session.commit()
    _post(staff, f"/studies/{study.id}/waves/start", {"starts_at": "2030-01-02T10:00"})
    first = wave_plans.waves_of(study)[0]
    assert first.starts_at is not None
    assert first.starts_at.isoformat() == "2030-01-02T02:00:00+00:00"
    assert "2030-01-02 10:00" in _page(staff, f"/studies/{study.id}/waves")


def test_wrong_numbers_and_closed_studies_are_refused(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/waves"
    assert "from 0 to 3" in _post(staff, path, {**PLAN, "reminders": "9"}, 422)
    study.state = "closed"
    db.session.commit()
    assert "nothing is texted" in _post(staff, path, PLAN, 422)


def test_the_counter_follows_the_typing(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/waves/count"
    english = staff.get(path, query_string={"invitation_en": "Hello {name} {link} STOP"}).get_data(
        True
    )
    assert "GSM-7" in english
    assert "Ms Wang" in english
    assert "1 part" in english
    curly = staff.get(path, query_string={"invitation_en": "It’s {link} STOP"}).get_data(
        as_text=True
    )
    assert "UCS-2" in curly
    assert "because of ’" in curly
    assert "nobody could answer" in staff.get(
        path, query_string={"reminder_zh": "您好 退订"}
    ).get_data(True)
    assert staff.get(path).status_code == 404
    assert staff.get(path, query_string={"invitation_fr": "x"}).status_code == 404


def test_mainland_numbers_stop_the_start_before_anything_is_sent(
    staff: AuditingClient, study: Study
) -> None:
    for person in db.session.scalars(select(Customer)):
        person.phone = "+8613800138000"
    wave_plans.save(study, Plan())
    db.session.commit()
    path = f"/studies/{study.id}/waves"
    assert "12 of 12 numbers are in mainland China" in _page(staff, path)
    _post(staff, f"{path}/start", {})
    assert study.state == "draft"
    assert db.session.scalars(select(Invitation)).all() == []


def test_every_message_can_be_explained(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/messages"
    assert "No text yet" in _page(staff, path)
    wave_plans.save(study, Plan())
    wave_plans.start(study)
    waves.expand_due()
    message = db.session.scalars(select(Message)).first()
    assert message is not None
    message.state, message.reason = "held", "link_refused_cn"
    db.session.commit()
    page = _page(staff, path)
    assert "****" in page
    assert "+85291000000" not in page
    assert "Link to +86 refused" in _page(staff, f"{path}?state=held")
    assert "No message in this state." in _page(staff, f"{path}?state=failed")
    assert "Text queued" in _page(staff, f"{path}/{message.invitation_id}")
    _page(staff, f"{path}/999", 404)
    assert "Queue held texts again" in _page(staff, f"/studies/{study.id}/waves")
    _post(staff, f"/studies/{study.id}/waves/release", {})
    db.session.expire_all()
    assert message.state == "queued"


def test_analysts_look_and_do_not_send(sign_in: SignIn, study: Study) -> None:
    analyst = sign_in("analyst")
    path = f"/studies/{study.id}/waves"
    for act in ("", "/start", "/pause", "/resume", "/stop", "/release"):
        assert analyst.post(path + act, data=PLAN).status_code == 403
    page = _page(analyst, path)
    assert "Start texting" not in page
    assert "Save the texts" not in page
    _page(analyst, f"/studies/{study.id}/messages")


@pytest.mark.parametrize(("page", "most"), [("waves", 16), ("messages", 8)])
def test_a_page_takes_few_queries_however_many_messages_there_are(
    staff: AuditingClient, study: Study, page: str, most: int
) -> None:
    wave_plans.save(study, Plan())
    wave_plans.start(study)
    waves.expand_due()
    assert db.session.scalars(select(Invitation)).first()
    db.session.commit()
    queries: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    _page(staff, f"/studies/{study.id}/{page}")
    assert len(queries) <= most, "\n".join(queries)


def test_another_wording_is_tried_and_its_result_shown(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/waves"
    _post(staff, path, PLAN)
    assert "Another wording of the invitation" in _page(staff, path)
    wording = {"trial_zh": "换个说法：{link} 退订回T", "trial_en": "Other words: {link}"}
    _post(staff, f"{path}/trial", wording)
    page = _page(staff, path)
    assert "Other words: {link}" in page
    assert "both wordings must have been texted" in page
    _post(staff, f"{path}/trial", {**wording, "trial_en": "No link"})
    assert "nobody could answer" in _page(staff, path)
    _post(staff, f"{path}/start", {})
    db.session.expire_all()
    assert study.state == "draft"
    _post(staff, f"{path}/trial", wording)
    _post(staff, f"{path}/start", {})
    waves.expand_due()
    db.session.execute(db.update(Message).values(state="delivered"))
    for invitation in db.session.scalars(db.select(Invitation)).all()[:5]:
        invitation.completed_at = invitation.created_at
    db.session.commit()
    for where in (path, f"/studies/{study.id}/response", f"/studies/{study.id}"):
        assert "exact test" in _page(staff, where)
    assert "the trial stays as it is" in _page(staff, path)
    assert "Invitations are queued" in staff.post(f"{path}/trial", follow_redirects=True).text


def test_each_reminder_has_its_own_condition(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/waves"
    _post(staff, path, {**PLAN, "condition_1": "unopened", "condition_2": "begun"})
    assert [w.condition for w in wave_plans.waves_of(study)] == ["", "unopened", "begun", ""]
    assert '<option selected value="begun">' in _page(staff, path)
    _post(staff, path, {**PLAN, "condition_1": "nobody"}, 422)
