from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.customers.models import Customer
from surveyapp.database import db, vault
from surveyapp.distribution import (
    dry_runs,
    invitations,
    message_lists,
    wave_findings,
    wave_plans,
    waves,
)
from surveyapp.distribution.models import Invitation, Message, Study
from surveyapp.distribution.wave_findings import blocking, findings, text_findings
from surveyapp.distribution.wave_plans import DEFAULTS, Plan
from surveyapp.findings import SurveyError
from tests.conftest import make_app, make_settings
from tests.distribution.builders import add_customers, add_draw, add_study

MORNING = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10:00 in Shanghai


@pytest.fixture
def study(app: Flask) -> Study:
    study = add_study()
    people = add_customers(10, phone=None)
    for index, person in enumerate(people):
        person.phone, person.language = f"+85291{index:06d}", "en" if index < 3 else "zh-Hans"
    add_draw(study, people)
    return study


def _refusal(act: object, *arguments: object) -> list[str]:
    with pytest.raises(SurveyError) as refusal:
        act(*arguments)  # type: ignore[operator]
    return [finding.code for finding in refusal.value.findings]


def test_a_plan_is_saved_and_read_back(any_app: Flask) -> None:
    study = add_study()
    assert wave_plans.plan_of(study) == Plan()
    for plan in (Plan(), Plan(reminders=1, after_days=5, thanks=False), Plan(reminders=0)):
        wave_plans.save(study, plan)
        saved = wave_plans.plan_of(study)
        assert saved.kinds == plan.kinds
        assert (saved.reminders, saved.thanks, saved.texts) == (
            plan.reminders,
            plan.thanks,
            DEFAULTS,
        )
    wave_plans.save(study, Plan(reminders=3, after_days=2))
    days = [wave.after_days for wave in wave_plans.waves_of(study)]
    assert days == [0, 2, 4, 6, 0]


def test_what_people_have_read_stays(study: Study) -> None:
    wave_plans.save(study, Plan())
    wave_plans.start(study)
    waves.expand_due()
    other = {**DEFAULTS, "invitation": {"en": "New {link} STOP"}}
    assert _refusal(wave_plans.save, study, Plan(texts=other)) == ["wave.already_read"]
    db.session.rollback()
    later = {**DEFAULTS, "reminder": {"en": "Please {link} STOP"}}
    wave_plans.save(study, Plan(reminders=1, texts=later))
    assert wave_plans.plan_of(study).texts["reminder"] == {"en": "Please {link} STOP"}
    assert wave_plans.used_kinds(study) == {"invitation"}


def test_starting_gives_everyone_a_link_and_starts_the_study(study: Study) -> None:
    wave_plans.save(study, Plan())
    with clock.frozen(MORNING):
        assert wave_plans.start(study) == 10
        assert (study.state, wave_plans.standing(study)) == ("running", "scheduled")
        assert waves.expand_due() == 10
    assert wave_plans.standing(study) == "running"
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 10
    assert _refusal(wave_plans.start, study) == ["wave.illegal_move"]
    assert message_lists.state_counts(study) == {"queued": 10}


def test_a_scheduled_start_waits(study: Study) -> None:
    wave_plans.save(study, Plan())
    with clock.frozen(MORNING):
        wave_plans.start(study, MORNING + timedelta(hours=2))
        assert waves.expand_due() == 0
    with clock.frozen(MORNING + timedelta(hours=2)):
        assert waves.expand_due() == 10


def test_pause_resume_stop(study: Study) -> None:
    wave_plans.save(study, Plan())
    wave_plans.start(study)
    waves.expand_due()
    wave_plans.pause(study)
    assert wave_plans.standing(study) == "paused"
    assert waves.expand_due() == 0
    wave_plans.resume(study)
    assert wave_plans.standing(study) == "running"
    assert wave_plans.stop(study) == 10
    assert wave_plans.standing(study) == "done"
    assert message_lists.state_counts(study) == {"cancelled": 10}
    assert {m.reason for m in db.session.scalars(select(Message))} == {"wave_stopped"}
    assert _refusal(wave_plans.resume, study) == ["wave.illegal_move"]
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == [
        "wave.plan",
        "study.start",
        "wave.start",
        "wave.pause",
        "wave.resume",
        "wave.stop",
    ]


def test_a_scheduled_start_that_was_paused_still_waits_for_its_moment(study: Study) -> None:
    wave_plans.save(study, Plan())
    with clock.frozen(MORNING):
        wave_plans.start(study, MORNING + timedelta(hours=2))
        wave_plans.pause(study)
        wave_plans.resume(study)
        assert wave_plans.standing(study) == "scheduled"
        assert waves.expand_due() == 0
    with clock.frozen(MORNING + timedelta(hours=2)):
        assert waves.expand_due() == 10


@pytest.mark.parametrize("move", [wave_plans.pause, wave_plans.stop, wave_plans.resume])
def test_a_page_of_yesterday_stops_no_study_that_has_not_begun(
    study: Study, move: Callable[[Study], object]
) -> None:
    """Another tab, or the back button: afterwards the study could never be started."""
    wave_plans.save(study, Plan())
    assert _refusal(move, study) == ["wave.illegal_move"]
    assert wave_plans.start(study) == 10


def test_a_paused_study_resumes_when_texting_starts(study: Study) -> None:
    wave_plans.save(study, Plan())
    study.state = "paused"
    wave_plans.start(study)
    assert study.state == "running"


def test_starting_without_texts_or_sample_is_refused_with_every_reason(app: Flask) -> None:
    study = add_study(send_from=600, send_until=600, closes_at=clock.now() - timedelta(days=1))
    assert _refusal(wave_plans.start, study) == [
        "wave.no_sample",
        "wave.study_ended",
        "wave.no_hours",
        "wave.no_invitation",
    ]
    study.state = "closed"
    assert _refusal(wave_plans.save, study, Plan()) == ["wave.study_closed"]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("", ["text.empty", "wave.no_opt_out"]),
        ("{name} {link}", ["wave.no_opt_out"]),
        ("{nam} {link} 退订", ["text.unknown_field"]),
        ("Hello STOP", ["text.no_link"]),
        (DEFAULTS["invitation"]["zh-Hans"], []),
    ],
)
def test_a_text_is_judged_before_anyone_reads_it(body: str, codes: list[str]) -> None:
    assert [f.code for f in text_findings("invitation", "en", body)] == codes


def test_a_thank_you_needs_neither_link_nor_opt_out() -> None:
    assert text_findings("thank_you", "en", "Thanks, {name}.") == []


def test_links_to_mainland_numbers_are_named_before_anything_is_sent(study: Study) -> None:
    texts = {"invitation": DEFAULTS["invitation"]}
    assert findings(study, texts) == []
    for customer in db.session.scalars(select(Customer).limit(4)):
        customer.phone = "+8613800138000"
    db.session.flush()
    (found,) = findings(study, texts)
    assert found.code == "sms.link_refused_cn"
    assert found.params == {"n": 4, "total": 10}
    assert blocking([found]) == []
    for customer in db.session.scalars(select(Customer)):
        customer.phone = "+8613800138000"
    db.session.flush()
    assert [f.code for f in blocking(findings(study, texts))] == ["sms.link_refused_cn"]


def test_of_a_large_sample_some_numbers_are_looked_at_and_the_finding_says_how_many(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    for customer in db.session.scalars(select(Customer)):
        customer.phone = "+8613800138000"
    db.session.commit()
    monkeypatch.setattr(wave_findings, "LOOKED_AT", 5)
    opened: list[str] = []
    decrypt = vault.decrypt

    def noting(sealed: str, purpose: str) -> str:
        opened.append(purpose)
        return decrypt(sealed, purpose)

    monkeypatch.setattr(vault, "decrypt", noting)
    (found,) = findings(study, {"invitation": DEFAULTS["invitation"]})
    assert found.params == {"n": 5, "total": 5, "drawn": 10}
    assert opened == ["customer.phone"] * 5


def test_a_domestic_provider_may_text_links_to_mainland_numbers(tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path, SMS_DOMESTIC="1"))
    with app.app_context():
        study = add_study()
        add_draw(study, add_customers(3))
        assert findings(study, {"invitation": DEFAULTS["invitation"]}) == []
        db.session.remove()
        db.engine.dispose()


def test_a_dry_run_counts_people_parts_and_days_and_writes_nothing(study: Study) -> None:
    with clock.frozen(MORNING):
        run = dry_runs.dry_run(study, wave_plans.proposed(study, Plan()))
    assert run.waiting == 10
    assert {share.language: share.people for share in run.shares} == {"en": 3, "zh-Hans": 7}
    assert run.parts == sum(share.people * share.count.segments for share in run.shares)
    assert [(step.kind, step.number, step.people, step.left) for step in run.steps] == [
        ("invitation", 1, 10, 0),
        ("reminder", 1, 10, 0),
        ("reminder", 2, 10, 0),
    ]
    starts = [step.slots[0].start for step in run.steps]
    assert starts == [MORNING, MORNING + timedelta(days=3), MORNING + timedelta(days=6)]
    assert not db.session.new
    assert not invitations.any_of(study.id)


def test_a_dry_run_counts_who_a_step_skips_and_no_parts_of_letters(study: Study) -> None:
    steps = wave_plans.proposed(study, Plan(reminders=3, thanks=False))
    for customer in db.session.scalars(select(Customer).order_by(Customer.id).limit(4)):
        customer.email = f"c{customer.id}@example.com"
    db.session.flush()
    steps[1].medium, steps[1].medium_only = "email", True
    steps[2].medium = "email"
    steps[3].medium = "sms"
    with clock.frozen(MORNING):
        run = dry_runs.dry_run(study, steps)
    assert [(step.people, step.lacking) for step in run.steps] == [
        (10, 0),
        (4, 6),
        (10, 0),
        (10, 0),
    ]
    parts = [step.parts for step in run.steps]
    assert parts[0] == run.parts
    assert parts[1] == 0
    assert 0 < parts[2] < parts[3]


def test_a_dry_run_says_what_would_come_too_late(study: Study) -> None:
    study.closes_at = MORNING + timedelta(days=4)
    with clock.frozen(MORNING):
        run = dry_runs.dry_run(study, wave_plans.proposed(study, Plan()))
        assert [step.left for step in run.steps] == [0, 0, 10]
        study.closes_at = MORNING
        assert [
            step.left for step in dry_runs.dry_run(study, wave_plans.proposed(study, Plan())).steps
        ] == [10]
    other = add_study()
    empty = dry_runs.dry_run(other, wave_plans.proposed(other, replace(Plan(), reminders=0)))
    assert (empty.waiting, empty.parts, empty.shares) == (0, 0, ())


def test_messages_are_listed_newest_first_in_pages(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_lists, "PAGE", 4)
    wave_plans.save(study, Plan())
    wave_plans.start(study)
    waves.expand_due()
    seen, before = [], None
    for size, more in ((4, True), (4, True), (2, False)):
        lines, before = message_lists.page(study, before=before)
        assert (len(lines), before is not None) == (size, more)
        seen += [line.message.id for line in lines]
        assert all("****" in line.phone for line in lines)
    assert seen == sorted(seen, reverse=True)
    assert message_lists.page(study, "failed") == ([], None)
    assert (
        len(message_lists.of_invitation(db.session.scalars(select(Invitation.id)).first() or 0))
        == 1
    )


def test_every_state_of_the_outbox_has_a_name() -> None:
    assert set(message_lists.STATE_NAMES) == set(message_lists.State)


def test_a_plan_beyond_the_contact_cap_says_so(study: Study) -> None:
    wave_plans.save(study, Plan(reminders=2, thanks=True))
    (found,) = findings(study, {"invitation": DEFAULTS["invitation"]})
    assert (found.code, found.severity) == ("wave.over_cap", "info")
    study.contact_cap = 4
    assert findings(study, {"invitation": DEFAULTS["invitation"]}) == []


def test_a_step_that_people_without_a_phone_do_not_get_is_named(study: Study) -> None:
    texts = {"invitation": DEFAULTS["invitation"]}
    wave_plans.save(study, Plan(reminders=0, thanks=False))
    (wave,) = wave_plans.waves_of(study)
    assert findings(study, texts) == []
    study.population = {"reach": "either"}
    assert [f.code for f in findings(study, texts)] == ["step.not_by_email"]
    wave.medium, wave.medium_only = "sms", False
    db.session.flush()
    assert findings(study, texts) == [], "the others get it by e-mail"
    wave.medium = "email"
    db.session.flush()
    assert [f.code for f in findings(study, texts)] == ["step.no_channel"]
