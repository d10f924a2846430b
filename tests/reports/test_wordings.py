"""The wordings of an invitation, texted through the gateway, compared by what their people say."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask, current_app

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution import trials, wave_plans, waves
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.reports import comparisons
from surveyapp.reports.publication_models import Comparison
from tests.auditing import AuditingClient
from tests.datasets.scored import DOCUMENT
from tests.datasets.studies import make_study
from tests.distribution.builders import add_customers, add_draw
from tests.distribution.outboxes import NOON, drain, fast
from tests.distribution.phones import gateway, point
from tests.distribution.test_trials import OTHER
from tests.reports.recurring_study import answer
from tests.reports.scored_study import people
from tests.reports.test_analysis_pages import compare
from tests.reports.test_study_page import NEVER, words


def texted(app: Flask, count: int) -> Study:
    """Everybody was texted one of two wordings and answered; those of B recommend more."""
    fast(current_app, sms_domestic=True)
    with clock.frozen(NOON):
        study = make_study(DOCUMENT)
        study.state, study.send_from, study.send_until = "draft", 0, 1440
        add_draw(study, add_customers(count))
        wave_plans.save(study, wave_plans.Plan(reminders=1))
        trials.save(wave_plans.waves_of(study)[0], [trials.Wording(OTHER)])
        wave_plans.start(study, NOON)
        db.session.commit()
        assert waves.expand_due() == count
    with gateway() as phone:
        assert drain(app, point(app, phone)) == {"accepted": count}
        bodies = Counter("另一种说法" in line.body for line in phone.texts.outbound())
    db.session.expire_all()
    assert bodies[True] == db.session.query(Message).filter_by(variant="B").count()
    answer(study, people(count))
    so_far: Counter[str | None] = Counter()
    for message in db.session.query(Message):
        response = db.session.query(Response).filter_by(invitation_id=message.invitation_id).one()
        said = (6, 9, 10) if message.variant == "B" else (0, 6, 9)
        response.answers = {**response.answers, "nps": said[so_far[message.variant] % 3]}
        so_far[message.variant] += 1
    db.session.commit()
    return study


def test_wordings_are_compared_by_the_texts_that_were_sent(
    staff: AuditingClient, app: Flask
) -> None:
    study = texted(app, 120)
    sent = Counter(db.session.scalars(db.select(Message.variant)))
    refused = db.session.query(Message).filter_by(variant="A").first()
    assert refused is not None
    refused.state = "failed"
    db.session.commit()
    page = words(staff.get(f"/studies/{study.id}/analysis/compare").text)
    assert "Wording of the invitation (assigned at random)" in page
    text = words(compare(staff, study, by=comparisons.WORDING))
    (found,) = db.session.query(Comparison)
    assert found.figures["random"]
    assert found.figures["sizes"] == {"A": sent["A"] - 1, "B": sent["B"]}, "whom no text reached"
    nps = next(one for one in found.figures["outcomes"] if one["outcome"] == "nps")
    (pair,) = nps["pairs"]
    means = {group["name"]: group["mean"] for group in nps["groups"]}
    assert pair["difference"] == pytest.approx(means[pair["a"]] - means[pair["b"]])
    assert means["B"] > means["A"]
    assert pair["p"] < 0.01
    assert pair["differ"]
    assert "Chance put people into the arms" in text
    assert not NEVER.search(text)


def test_reminders_do_not_make_a_wording(app: Flask) -> None:
    """Only the invitation is tried; a reminder later changes nobody's arm."""
    study = texted(app, 30)
    before = comparisons.wordings(study.id)
    assert len(before) == 30
    wave = db.session.query(Wave).filter_by(study_id=study.id, kind="reminder").one()
    for invited in db.session.query(Message).limit(5).all():
        db.session.add(
            Message(
                invitation_id=invited.invitation_id, wave_id=wave.id, state="delivered",
                variant="", due_at=NOON,
            )
        )  # fmt: skip
    db.session.commit()
    assert comparisons.wordings(study.id) == before
