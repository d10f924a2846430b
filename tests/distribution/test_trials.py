"""A/B texts: everyone gets one wording by chance, stored on the message, compared at the end."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask, current_app

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import trials, wave_plans, waves
from surveyapp.distribution.models import Invitation, Message, Study
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
    trials.save(study, OTHER)
    wave_plans.start(study, NOON)
    db.session.commit()
    return study


def test_each_invitation_gets_one_wording_whoever_queues_it(any_app: Flask) -> None:
    study = trial(200)
    with clock.frozen(NOON):
        assert waves.expand_due() == 200
        assert waves.expand_due() == 0
    rows = db.session.execute(db.select(Message.invitation_id, Message.variant)).all()
    (variant,) = trials.variants_of(study)
    assert all(label == assign(variant.seed, of, ["A", "B"]) for of, label in rows)
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
    found = trials.result(study)
    assert found is not None
    own, other = found.arms
    assert own.sent + other.sent == 118
    (contrast,) = found.contrasts
    assert contrast.one == "B"
    assert contrast.difference.value == pytest.approx(other.rate - own.rate)
    assert contrast.differ
    assert contrast.p < 0.01


def test_without_a_trial_nothing_is_assigned_or_compared(app: Flask) -> None:
    study = trial(4)
    trials.save(study, {"zh-Hans": " ", "en": ""})
    assert trials.result(study) is None
    with clock.frozen(NOON):
        waves.expand_due()
    assert set(db.session.scalars(db.select(Message.variant))) == {""}


def test_before_anybody_was_texted_there_is_nothing_to_compare(app: Flask) -> None:
    found = trials.result(trial(4))
    assert found is not None
    assert [arm.rate for arm in found.arms] == [arm.interval for arm in found.arms] == [None, None]
    assert found.contrasts == ()


def test_a_trial_begins_before_the_first_text(app: Flask) -> None:
    with pytest.raises(SurveyError):
        trials.save(add_study(), OTHER)
    study = trial(4)
    with clock.frozen(NOON):
        waves.expand_due()
    with pytest.raises(SurveyError) as refusal:
        trials.save(study, OTHER)
    assert refusal.value.findings[0].code == "trial.used"
    assert db.session.scalar(db.select(db.func.count(Invitation.id))) == 4
