"""Who would get a step, said before, is what the claim does at that moment."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from surveyapp import clock
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution import step_reasons, wave_plans, waves
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.distribution.step_reasons import GETS, MOVED, QUEUED, Fate
from tests.distribution.builders import add_customers, add_draw, add_invitations, add_study
from tests.distribution.outboxes import NOON, add_wave, claim, fast

DAY = timedelta(days=1)
LIVES = (
    "plain", "opted_out", "opted_out_here", "suppressed", "erased", "merged", "no_phone",
    "answered", "failed", "opened", "begun", "expired", "capped", "ineligible",
)  # fmt: skip


def fates(study: Study, wave: Wave, q: str = "", after: str = "") -> dict[str, Fate]:
    lines, _ = step_reasons.of_step(study, wave_plans.waves_of(study), wave, q, after)
    return {line.number: line.fate for line in lines}


MOMENTS = {
    "opted_out_here": {"opted_out_at": NOON},
    "failed": {"failed_at": NOON},
    "opened": {"opened_at": NOON},
    "begun": {"opened_at": NOON, "started_at": NOON},
    "answered": {"opened_at": NOON, "started_at": NOON, "completed_at": NOON},
    "ineligible": {"completed_at": NOON, "ineligible_at": NOON},
    "expired": {"expires_at": NOON + DAY},
}
PERSONS = {
    "opted_out": {"opted_out_at": NOON},
    "erased": {"erased_at": NOON},
    "merged": {"merged_into_id": 1},
    "no_phone": {"phone": None},
}


def live(life: str, row: Invitation, other: Wave, elsewhere: Invitation) -> None:
    """Let this be what happened to a customer whose invitation left."""
    for thing, values in ((row, MOMENTS.get(life, {})), (row.customer, PERSONS.get(life, {}))):
        for name, value in values.items():
            setattr(thing, name, value)
    if life == "suppressed":
        db.session.add(Suppression(address_hash=row.customer.phone_hash, reason="page"))
    elif life == "capped":
        text = Message(invitation_id=elsewhere.id, wave_id=other.id, due_at=NOON, sent_at=NOON)
        db.session.add(text)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["reminder", "thank_you"])
def test_what_is_foreseen_of_everyone_is_what_the_claim_does(
    any_app: Flask, seed: int, kind: str
) -> None:
    chance = random.Random(seed)
    fast(any_app, sms_domestic=True)
    study = add_study(state="running", send_from=0, send_until=1440, contact_cap=1)
    condition = chance.choice(["", "unopened", "opened", "begun"]) if kind == "reminder" else ""
    rows = add_invitations(study, 2 * len(LIVES))
    away = add_study(title="Away", state="running")
    other = add_wave(away, state="done")
    spare = [
        Invitation(study_id=away.id, customer_id=row.customer_id, language="en") for row in rows
    ]
    db.session.add_all(spare)
    db.session.flush()
    for row, elsewhere, life in zip(rows, spare, chance.sample(LIVES * 2, len(rows)), strict=True):
        row.invited_at = NOON - DAY
        live(life, row, other, elsewhere)
    wave = add_wave(study, kind, after_days=3, condition=condition)
    db.session.commit()
    with clock.frozen(NOON + 2 * DAY):
        said = fates(study, wave)
        assert len(said) == len(rows)
        waves.expand_due()
        claim(any_app, "me", 100)
    numbers = select(Customer.number, Message.state, Message.reason).join_from(
        Message, Invitation, Message.invitation_id == Invitation.id
    )
    done = {
        number: "gets" if state == "sending" else reason
        for number, state, reason in db.session.execute(
            numbers.join(Customer, Customer.id == Invitation.customer_id).where(
                Message.wave_id == wave.id
            )
        )
    }
    assert {n for n, fate in said.items() if fate.verdict == GETS} == {
        n for n, what in done.items() if what == "gets"
    }
    assert {n: said[n].verdict for n in done} == done
    assert not any(fate.at for n, fate in said.items() if n not in done)


def test_before_the_start_the_whole_sequence_is_foreseen_and_nothing_is_written(
    any_app: Flask,
) -> None:
    fast(any_app, sms_domestic=True)
    study = add_study(contact_cap=2, contact_cap_days=30)
    people = add_customers(3)
    people[1].opted_out_at = NOON
    people[2].phone = None
    add_draw(study, people)
    invitation = add_wave(study, state="planned", starts_at=None)
    first = add_wave(study, "reminder", state="planned", after_days=1)
    second = add_wave(study, "reminder", state="planned", number=2, after_days=2)
    late = add_wave(study, "reminder", state="planned", number=3, after_hours=10, medium="email")
    db.session.commit()
    with clock.frozen(NOON):
        one, two, three = fates(study, invitation).values()
        assert (one.verdict, one.at, one.by) == (GETS, NOON, "sms")
        assert (two.verdict, three.verdict) == ("opted_out", "no_phone")
        moved = fates(study, late)["C00001"]
        assert (moved.verdict, moved.by) == (MOVED, "sms"), "22:00 is quiet; there is no address"
        assert moved.at == NOON + timedelta(hours=21)
        assert fates(study, first)["C00001"].verdict == "contact_cap"
        assert fates(study, second)["C00001"].verdict == "contact_cap"
        assert fates(study, first)["C00002"].verdict == "opted_out"
    assert db.session.scalar(select(func.count(Invitation.id))) == 0
    assert not db.session.new
    assert not db.session.dirty


def test_a_text_that_was_made_is_said_with_its_state(any_app: Flask) -> None:
    fast(any_app, sms_domestic=True)
    study = add_study(state="running", send_from=0, send_until=1440)
    rows = add_invitations(study, 2)
    wave = add_wave(study)
    reminder = add_wave(study, "reminder", after_days=1)
    db.session.commit()
    with clock.frozen(NOON):
        waves.expand_due()
        held = db.session.scalars(select(Message).where(Message.invitation_id == rows[1].id)).one()
        held.state, held.reason = "held", "link_refused_cn"
        db.session.commit()
        assert [f.verdict for f in fates(study, wave).values()] == [QUEUED, "link_refused_cn"]
        one, two = fates(study, reminder).values()
        assert (one.verdict, one.at) == (GETS, NOON + DAY)
        assert two.verdict == "link_refused_cn"


def test_pages_follow_by_number_and_ask_the_same_questions_however_many_they_show(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = add_study(state="running")
    add_invitations(study, 12)
    wave = add_wave(study)
    db.session.commit()
    steps = wave_plans.waves_of(study)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for size in (2, 10):
        monkeypatch.setattr(step_reasons, "PAGE", size)
        asked.clear()
        lines, following = step_reasons.of_step(study, steps, wave)
        counts.append(len(asked))
        assert len(lines) == size
        rest, _ = step_reasons.of_step(study, steps, wave, after=following)
        assert rest[0].number == f"C{size + 1:05d}"
        db.session.expire_all()
        assert study.id
        assert [w.id for w in steps]
    assert counts[0] == counts[1] <= 14
    assert [*fates(study, wave, q="C0000")] == [f"C{n:05d}" for n in range(1, 10)]


def test_the_page_names_customers_by_number_only(staff) -> None:
    study = add_study()
    add_draw(study, add_customers(3))
    wave = add_wave(study, state="planned")
    db.session.commit()
    address = f"/studies/{study.id}/waves/steps/{wave.id}/reasons"
    page = staff.get(address).get_data(as_text=True)
    assert "C00002" in page
    assert "+8613800000002" not in page
    assert "Link to +86 refused by the provider" in page
    assert address in staff.get(f"/studies/{study.id}/waves").get_data(as_text=True)
    assert "C00002" not in staff.get(f"{address}?q=C00003").get_data(as_text=True)
    assert "Nobody with this number" in staff.get(f"{address}?q=Z").get_data(as_text=True)
    assert staff.get(f"/studies/{study.id}/waves/steps/999/reasons").status_code == 404
