"""Steps are added, changed, moved, removed and put back; what was queued stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, current_app

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import sequences, trials, wave_plans, waves
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.distribution.sequences import Content
from surveyapp.distribution.trials import Wording
from surveyapp.distribution.variant_models import RemovedStep
from surveyapp.distribution.wave_findings import findings
from surveyapp.findings import SurveyError
from tests.distribution.builders import add_customers, add_draw, add_study
from tests.distribution.outboxes import NOON, fast

WORDS = {"en": "Last call, {name}: {link} STOP"}


@pytest.fixture
def study(any_app: Flask) -> Study:
    """With the proposed steps: invitation, reminders after 3 and 6 days, thank-you."""
    fast(current_app, sms_domestic=True)
    made = add_study(send_from=0, send_until=1440, contact_cap=9)
    add_draw(made, add_customers(6))
    wave_plans.save(made, wave_plans.Plan())
    return made


def texting(study: Study) -> None:
    """Texting has begun and the invitations have left at NOON."""
    wave_plans.start(study, NOON)
    with clock.frozen(NOON):
        waves.expand_due()
    db.session.execute(db.update(Invitation).values(invited_at=NOON))
    db.session.commit()


def steps(study: Study) -> list[tuple[str, int, int]]:
    """Kind, number and hours of every step."""
    return [(wave.kind, wave.number, wave.after) for wave in wave_plans.waves_of(study)]


def reminders(study: Study) -> list[Wave]:
    """The follow-ups in order."""
    return [wave for wave in wave_plans.waves_of(study) if wave.kind == "reminder"]


def content(wave: Wave, **changes: object) -> Content:
    """What a step says, with changes."""
    return replace(sequences.content_of(wave, trials.tried(wave)), **changes)  # type: ignore[arg-type]


def refusal(act: object, *arguments: object) -> str:
    """The code with which an act is refused."""
    with pytest.raises(SurveyError) as refused:
        act(*arguments)  # type: ignore[operator]
    return refused.value.findings[0].code


def test_a_step_says_everything_for_itself(study: Study) -> None:
    second = reminders(study)[1]
    own = Content(
        kind="reminder",
        wordings=(Wording(WORDS, 3), Wording({"en": "B {link} STOP"}, 1)),
        after=100,
        name="Last call",
        condition="begun",
        medium="email",
        medium_only=True,
    )
    sequences.edit(study, second, own)
    assert content(second) == own
    assert (second.after_days, second.after_hours) == (4, 4)
    assert reminders(study)[0].texts == wave_plans.DEFAULTS["reminder"]
    (found,) = [f for f in findings(study, {}) if f.code == "step.no_channel"]
    assert found.severity == "warning"


def test_steps_are_numbered_by_their_times(study: Study) -> None:
    added = sequences.create(study, content(reminders(study)[0], after=100, name="Between"))
    assert steps(study) == [
        ("invitation", 1, 0),
        ("reminder", 1, 72),
        ("reminder", 2, 100),
        ("reminder", 3, 144),
        ("thank_you", 1, 0),
    ]
    sequences.edit(study, added, content(added, after=1))
    assert reminders(study)[0].name == "Between"
    sequences.move(study, added, False)
    assert [wave.name for wave in reminders(study)] == ["", "Between", ""]
    assert [wave.after for wave in reminders(study)] == [1, 72, 144]
    sequences.move(study, added, True)
    assert reminders(study)[0].name == "Between"
    assert refusal(sequences.move, study, added, True) == "step.no_neighbour"
    assert sequences.proposal(study, "reminder").after == 216
    actions = Counter(db.session.scalars(db.select(AuditEntry.action)))
    assert actions["step.add"] == actions["step.edit"] == 1
    assert actions["step.move"] == 2


def test_a_removed_step_is_put_back_as_it_was(study: Study) -> None:
    first = reminders(study)[0]
    own = content(first, name="Friendly", wordings=(Wording(WORDS, 2), Wording(WORDS, 5)))
    sequences.edit(study, first, own)
    sequences.remove(study, first)
    assert steps(study)[1:] == [("reminder", 1, 144), ("thank_you", 1, 0)]
    assert sequences.last_removed(study) == own
    back = sequences.restore(study)
    assert content(back) == own
    assert back.number == 1
    assert db.session.query(RemovedStep).count() == 0
    assert refusal(sequences.restore, study) == "step.none_removed"
    thanks = wave_plans.waves_of(study)[-1]
    sequences.remove(study, thanks)
    sequences.create(study, sequences.proposal(study, "thank_you"))
    assert refusal(sequences.restore, study) == "step.one_thanks"
    assert refusal(sequences.remove, study, wave_plans.waves_of(study)[0]) == "step.invitation"


def test_what_was_queued_keeps_its_words_and_its_place(study: Study) -> None:
    texting(study)
    first, second = reminders(study)
    with clock.frozen(NOON + timedelta(days=3)):
        assert waves.expand_due() == 6
    assert sequences.fixed(study) == {first.id}
    assert refusal(sequences.edit, study, first, content(first, after=80)) == "wave.already_read"
    other = content(first, medium="sms")
    assert refusal(sequences.edit, study, first, other) == "wave.already_read"
    sequences.edit(study, first, content(first, name="The first"))
    assert refusal(sequences.remove, study, first) == "wave.already_read"
    assert refusal(sequences.move, study, second, True) == "step.fixed"
    early = content(second, after=10)
    assert refusal(sequences.edit, study, second, early) == "step.too_early"
    sequences.remove(study, second)
    assert [wave.number for wave in reminders(study)] == [1]


def test_a_step_before_one_that_was_queued_keeps_its_place(study: Study) -> None:
    texting(study)
    first, second = reminders(study)
    sequences.edit(study, first, content(first, condition="begun"))
    db.session.commit()
    with clock.frozen(NOON + timedelta(days=6)):
        assert waves.expand_due() == 6
    assert sequences.fixed(study) == {first.id, second.id}
    assert refusal(sequences.remove, study, first) == "step.fixed"
    assert refusal(sequences.edit, study, first, content(first, after=90)) == "step.fixed"
    sequences.edit(study, first, content(first, wordings=(Wording(WORDS),)))
    assert first.texts == WORDS


def test_while_texting_runs_nothing_wrong_is_saved(study: Study) -> None:
    broken = content(reminders(study)[0], wordings=(Wording({"en": "No link"}),))
    sequences.edit(study, reminders(study)[0], broken)
    good = content(reminders(study)[1], wordings=(Wording(WORDS),))
    sequences.edit(study, reminders(study)[0], replace(good, after=72))
    texting(study)
    assert refusal(sequences.create, study, replace(broken, after=200)) == "text.no_link"
    tried = replace(good, wordings=(Wording(WORDS), Wording({"en": ""})), after=200)
    assert refusal(sequences.create, study, tried) == "text.empty"
    made = sequences.create(study, replace(good, after=200))
    assert made.state == "planned"
    db.session.commit()
    with clock.frozen(NOON + timedelta(hours=200)):
        waves.expand_due()
    counts = Counter(db.session.scalars(db.select(Message.wave_id)))
    assert counts[made.id] == 6


def test_a_step_that_is_added_to_paused_texting_waits_too(study: Study) -> None:
    texting(study)
    wave_plans.pause(study)
    made = sequences.create(study, content(reminders(study)[0], after=1))
    assert made.state == "paused"
    wave_plans.stop(study)
    assert refusal(sequences.edit, study, made, content(made, after=2)) == "step.ended"
    assert refusal(sequences.create, add_study(), content(made)) == "wave.no_invitation"


def test_a_sequence_has_an_end(study: Study) -> None:
    for after in (10, 20, 30, 40):
        sequences.create(study, content(reminders(study)[0], after=after))
    last = content(reminders(study)[0], after=50)
    assert refusal(sequences.create, study, last) == "step.too_many"
    assert refusal(sequences.edit, study, reminders(study)[0], replace(last, after=20)) == (
        "step.same_time"
    )
