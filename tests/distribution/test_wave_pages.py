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
STEP = {
    "name": "",
    "days": "3",
    "hours": "0",
    "condition": "",
    "medium": "",
    "lacking": "other",
    "a_zh": DEFAULTS["reminder"]["zh-Hans"],
    "a_en": DEFAULTS["reminder"]["en"],
    "a_share": "1",
}


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
    assert "Use these steps" in _page(staff, path)
    _post(staff, path, {})
    page = _page(staff, path)
    assert "What starting now would do" in page
    assert "Reminder 2" in page
    assert "6 days after the invitation" in page
    assert "Use these steps" not in page
    _post(staff, f"{path}/start", {"starts_at": ""})
    db.session.expire_all()
    assert study.state == "running"
    waves.expand_due()
    page = _page(staff, path)
    assert "12 queued" in page
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


@pytest.mark.parametrize("moment", ["2027-13-45T10:00", "tomorrow", "2025-03-03T10:00"])
def test_a_moment_that_cannot_be_meant_starts_nothing(
    staff: AuditingClient, study: Study, moment: str
) -> None:
    _post(staff, f"/studies/{study.id}/waves", {})
    told = staff.post(
        f"/studies/{study.id}/waves/start", data={"starts_at": moment}, follow_redirects=True
    )
    assert "so nothing was started" in told.text
    db.session.expire_all()
    assert wave_plans.standing(study) == "planned"


def test_wrong_numbers_and_closed_studies_are_refused(staff: AuditingClient, study: Study) -> None:
    path = _saved(staff, study)
    first = wave_plans.waves_of(study)[1]
    step = f"{path}/steps/{first.id}"
    assert "from 0 to 90" in _post(staff, step, {**STEP, "days": "91"}, 422)
    assert "from 1 to 100" in _post(staff, step, {**STEP, "a_share": "0"}, 422)
    assert "from 1 hour to 90 days" in _post(staff, step, {**STEP, "days": "0"}, 422)
    assert "leaves at the same time" in _post(staff, step, {**STEP, "days": "6"}, 422)
    _post(staff, step, {**STEP, "condition": "nobody"}, 422)
    _post(staff, f"{path}/steps/99", STEP, 404)
    other = add_study()
    db.session.commit()
    _page(staff, f"/studies/{other.id}/waves/steps/{first.id}", 404)
    study.state = "closed"
    db.session.commit()
    assert "Texting has ended for good" in _post(staff, step, STEP, 422)


def test_a_step_says_when_to_whom_which_way_and_in_which_wordings(
    staff: AuditingClient, study: Study
) -> None:
    path = _saved(staff, study)
    step = f"{path}/steps/{wave_plans.waves_of(study)[2].id}"
    assert "Counted from the moment" in _page(staff, step)
    changes = {"name": "Last call", "hours": "5", "condition": "begun", "medium": "email"}
    wordings = {"a_share": "3", "c_en": "Other: {link}", "c_zh": "另：{link} 退订", "c_share": "1"}
    _post(staff, step, {**STEP, **changes, **wordings, "lacking": "skip"})
    page = _page(staff, path)
    for words in (
        "Last call",
        "3 days 5 hours after the invitation",
        "Only who began and did not finish",
        "others are skipped",
        "A 75 %",
        "B 25 %",
        "but no such channel is set up",
        "skipped: no such address",
        "Say how to opt out",
    ):
        assert words in page, words
    assert '<option selected value="begun">' in _page(staff, step)
    assert [w.name for w in wave_plans.waves_of(study)] == ["", "", "Last call", ""]


def test_steps_are_added_moved_removed_and_put_back(staff: AuditingClient, study: Study) -> None:
    path = _saved(staff, study)
    assert "New follow-up" in _page(staff, f"{path}/steps/new/reminder")
    _post(staff, f"{path}/steps/new/reminder", {**STEP, "days": "9", "name": "Third"})
    third = wave_plans.waves_of(study)[3]
    _post(staff, f"{path}/steps/{third.id}/earlier", {})
    assert "changed their times" in _page(staff, path)
    assert [w.name for w in wave_plans.waves_of(study)] == ["", "", "Third", "", ""]
    _post(staff, f"{path}/steps/{third.id}/later", {})
    _post(staff, f"{path}/steps/{third.id}/later", {})
    assert "no step to change with" in _page(staff, path)
    _post(staff, f"{path}/steps/{third.id}/remove", {})
    page = _page(staff, path)
    assert "A step was removed: Third." in page
    _post(staff, f"{path}/steps/restore", {})
    assert "A step was removed" not in _page(staff, path)
    assert wave_plans.waves_of(study)[3].name == "Third"
    thanks = wave_plans.waves_of(study)[-1]
    _post(staff, f"{path}/steps/{thanks.id}/remove", {})
    assert "Add a thank-you" in _page(staff, path)
    assert "New thank-you" in _page(staff, f"{path}/steps/new/thank_you")
    _post(staff, f"{path}/steps/new/thank_you", {**STEP, "days": "0", "a_en": "Thanks."})
    _page(staff, f"{path}/steps/new/invitation", 404)


def test_the_counter_follows_the_typing(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/waves/count"

    def count(kind: str, name: str, words: str) -> str:
        return staff.get(f"{path}/{kind}", query_string={name: words}).get_data(as_text=True)

    english = count("invitation", "a_en", "Hello {name} {link} STOP")
    assert "GSM-7" in english
    assert "Ms Wang" in english
    assert "1 part" in english
    curly = count("invitation", "b_en", "It’s {link} STOP")
    assert "UCS-2" in curly
    assert "because of ’" in curly
    assert "nobody could answer" in count("reminder", "d_zh", "您好 退订")
    assert "nobody could answer" not in count("thank_you", "a_zh", "您好")
    assert staff.get(f"{path}/reminder").status_code == 404
    assert staff.get(f"{path}/reminder", query_string={"a_fr": "x"}).status_code == 404
    assert staff.get(f"{path}/else", query_string={"a_en": "x"}).status_code == 404


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
    wave_plans.save(study, Plan())
    db.session.commit()
    step = f"/steps/{wave_plans.waves_of(study)[1].id}"
    acts = ["", "/start", "/pause", "/resume", "/stop", "/release", "/steps/restore"]
    acts += [step, f"{step}/remove", f"{step}/earlier", "/steps/new/reminder"]
    for act in acts:
        assert analyst.post(path + act, data=STEP).status_code == 403, act
    page = _page(analyst, path)
    for words in ("Start texting", "Use these steps", "Add a follow-up", "Remove"):
        assert words not in page
    assert "Save the step" not in _page(analyst, path + step)
    _page(analyst, f"{path}/steps/new/reminder", 403)
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
    path = _saved(staff, study)
    step = f"{path}/steps/{wave_plans.waves_of(study)[0].id}"
    wording = {**STEP, "b_zh": "换个说法：{link} 退订回T", "b_en": "Other words: {link}"}
    _post(staff, step, wording)
    assert "Other words: {link}" in _page(staff, step)
    assert "two wordings must have been texted" in _page(staff, path)
    _post(staff, step, {**wording, "b_en": "No link"})
    assert "nobody could answer" in _page(staff, path)
    _post(staff, f"{path}/start", {})
    db.session.expire_all()
    assert study.state == "draft"
    _post(staff, step, wording)
    _post(staff, f"{path}/start", {})
    waves.expand_due()
    db.session.execute(db.update(Message).values(state="delivered"))
    for invitation in db.session.scalars(db.select(Invitation)).all()[:5]:
        invitation.completed_at = invitation.created_at
    db.session.commit()
    for where in (path, f"/studies/{study.id}/response", f"/studies/{study.id}"):
        assert "exact test" in _page(staff, where)
    assert "only its name can be changed" in _page(staff, step)
    assert "can no longer be changed" in _post(staff, step, {**wording, "b_en": "New"}, 422)
    messages = _page(staff, f"/studies/{study.id}/messages")
    assert "Invitation" in messages
    first = db.session.scalars(select(Invitation.id)).first()
    timeline = _page(staff, f"/studies/{study.id}/messages/{first}")
    assert "Text queued · Invitation" in timeline


def _saved(staff: AuditingClient, study: Study) -> str:
    """The address of the page once the proposed steps are the study's."""
    _post(staff, f"/studies/{study.id}/waves", {})
    return f"/studies/{study.id}/waves"
