"""A/B texts: everyone gets one wording by chance, stored on the message, compared at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, current_app

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import sequences, trials, wave_plans, waves
from surveyapp.distribution.models import Invitation, Message, Study
from surveyapp.distribution.trials import Wording
from surveyapp.distribution.variants import assign
from surveyapp.findings import SurveyError
from tests.distribution.builders import add_customers, add_draw, add_study
from tests.distribution.outboxes import NOON, drain, fast
from tests.distribution.phones import gateway, point

OTHER = {"zh-Hans": "{name}，另一种说法：{link} 退订回T", "en": "Hi {name}, other words: {link}"}


def trial(count: int) -> Study:
    """A started study whose invitation is tried in two wordings."""
    fast(current_app, sms_domestic=True)
    study = add_study(send_from=0, send_until=1440)
    add_draw(study, add_customers(count))
    wave_plans.save(study, wave_plans.Plan(reminders=1))
    trials.save(wave_plans.waves_of(study)[0], [Wording(OTHER)])
    wave_plans.start(study, NOON)
    db.session.commit()
    return study


def test_each_invitation_gets_one_wording_whoever_queues_it(any_app: Flask) -> None:
    study = trial(200)
    with clock.frozen(NOON):
        assert waves.expand_due() == 200
        assert waves.expand_due() == 0
    rows = db.session.execute(db.select(Message.invitation_id, Message.variant)).all()
    (variant,) = wave_plans.variants_of(wave_plans.waves_of(study))
    assert all(label == assign(variant.seed, of, {"A": 1, "B": 1}) for of, label in rows)
    shares = Counter(label for _, label in rows)
    assert set(shares) == {"A", "B"}
    assert min(shares.values()) > 65


def test_the_text_that_is_sent_is_the_one_that_was_assigned(any_app: Flask) -> None:
    trial(20)
    with clock.frozen(NOON):
        waves.expand_due()
    with gateway() as phone:
        assert drain(any_app, point(any_app, phone)) == {"accepted": 20}
        sent = {line.phone: line.body for line in phone.texts.outbound()}
    db.session.expire_all()
    messages = db.session.scalars(db.select(Message)).all()
    assert len(sent) == len(messages) == 20
    for message in messages:
        body = sent[message.invitation.customer.phone or ""]
        assert ("另一种说法" in body) == (message.variant == "B")


def test_the_result_compares_completion_with_a_test(app: Flask) -> None:
    study = trial(120)
    with clock.frozen(NOON):
        waves.expand_due()
    for label, of in (("A", 6), ("B", 2)):
        rows = db.session.query(Message).filter_by(variant=label).order_by(Message.id).all()
        for place, message in enumerate(rows):
            message.state = "delivered" if place else "failed"
            if place and place % of == 0:
                message.invitation.completed_at = NOON
    db.session.commit()
    (found,) = trials.results(study)
    own, other = found.arms
    assert own.sent + other.sent == 118
    (contrast,) = found.contrasts
    assert contrast.one == "B"
    assert contrast.difference.value == pytest.approx(other.rate - own.rate)
    assert contrast.differ
    assert contrast.p < 0.01


def test_without_a_trial_nothing_is_assigned_or_compared(app: Flask) -> None:
    study = trial(4)
    trials.save(wave_plans.waves_of(study)[0], [])
    assert trials.results(study) == []
    with clock.frozen(NOON):
        waves.expand_due()
    assert set(db.session.scalars(db.select(Message.variant))) == {""}


def test_before_anybody_was_texted_there_is_nothing_to_compare(app: Flask) -> None:
    (found,) = trials.results(trial(4))
    assert [arm.rate for arm in found.arms] == [arm.interval for arm in found.arms] == [None, None]
    assert found.contrasts == ()


def test_a_trial_begins_before_the_first_text(app: Flask) -> None:
    study = trial(4)
    with clock.frozen(NOON):
        waves.expand_due()
    first = wave_plans.waves_of(study)[0]
    content = sequences.content_of(first, trials.tried(first))
    with pytest.raises(SurveyError) as refusal:
        sequences.edit(study, first, replace(content, wordings=content.wordings[:1]))
    assert refusal.value.findings[0].code == "wave.already_read"
    with pytest.raises(ValueError, match="too many"):
        trials.save(first, [Wording(OTHER)] * 4)


def test_a_reminder_has_wordings_of_its_own_in_shares_compared_in_pairs(any_app: Flask) -> None:
    """Seeds differ by step, so who read B first reads A, B, C or D next in the same shares."""
    study = trial(300)
    follow_up = wave_plans.waves_of(study)[1]
    follow_up.share = 2
    trials.save(follow_up, [Wording(OTHER, 1), Wording(OTHER, 1), Wording(OTHER, 2)])
    with clock.frozen(NOON):
        waves.expand_due()
    db.session.execute(db.update(Invitation).values(invited_at=NOON))
    db.session.commit()
    with clock.frozen(NOON + timedelta(days=3)):
        assert waves.expand_due() == 300
    both = db.session.execute(
        db.select(Message.wave_id, Message.invitation_id, Message.variant)
    ).all()
    second = {of: label for wave, of, label in both if wave == follow_up.id}
    first = {of: label for wave, of, label in both if wave != follow_up.id}
    shares = Counter(second.values())
    assert set(shares) == set("ABCD")
    assert abs(shares["A"] + shares["D"] - 200) < 40
    crossed = Counter((first[of], second[of]) for of in first)
    assert len(crossed) == 8
    db.session.execute(db.update(Message).values(state="delivered"))
    for message in db.session.query(Message).filter_by(wave_id=follow_up.id, variant="C"):
        message.invitation.completed_at = NOON
    db.session.commit()
    _invitation, found = trials.results(study)
    assert [arm.chance for arm in found.arms] == [2 / 6, 1 / 6, 1 / 6, 2 / 6]
    assert len(found.contrasts) == 6
    assert {c.one + c.other for c in found.contrasts if c.differ} == {"CA", "CB", "DC"}


def test_who_reads_a_thank_you_has_completed_so_nothing_is_compared(app: Flask) -> None:
    study = trial(20)
    thanks = wave_plans.waves_of(study)[-1]
    trials.save(thanks, [Wording({"en": "Cheers, {name}."})])
    db.session.execute(db.update(Invitation).values(completed_at=NOON))
    db.session.commit()
    with clock.frozen(NOON):
        waves.expand_due()
    db.session.execute(db.update(Message).values(state="delivered"))
    result = trials.results(study)[-1]
    assert sum(arm.sent for arm in result.arms) == 20
    assert result.contrasts == ()
