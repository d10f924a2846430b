"""Outcomes by the way in which people were asked."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from lxml import html

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import dispositions, progress
from surveyapp.distribution.models import Invitation, Message, Study
from surveyapp.distribution.ways import Way, by_way
from tests.auditing import AuditingClient
from tests.distribution.builders import add_invitations, add_study
from tests.distribution.outboxes import add_wave

KINDS = {"twilio": "sms", "second": "sms", "letters": "email"}


def asked() -> Study:
    """Seven sampled: two by the first account, one by the second, one by an account that is gone,
    one by e-mail, one called as well, one whose text never left. One of no sample, by e-mail.
    """
    study, now = add_study(), clock.now()
    invited = add_invitations(study, 7)
    wave = add_wave(study)
    db.session.flush()
    channels = ["twilio", "twilio", "second", "gone", "letters", "letters", ""]
    for row, channel in zip(invited, channels, strict=True):
        text = Message(invitation_id=row.id, wave_id=wave.id, due_at=now, provider=channel)
        text.sent_at = row.invited_at = now if channel else None
        db.session.add(text)
    invited[0].completed_at = invited[4].completed_at = now
    invited[5].called_as = "2.11"
    of_event = Invitation(
        study_id=study.id, customer_id=invited[0].customer_id, occasion="event:1", language="en"
    )
    db.session.add(of_event)
    db.session.flush()
    db.session.add(
        Message(
            invitation_id=of_event.id, wave_id=wave.id, due_at=now, provider="letters", sent_at=now
        )
    )
    db.session.commit()
    return study


def test_everybody_is_counted_once_by_how_they_were_asked(any_app: Flask) -> None:
    study = asked()
    found = by_way(study.id, KINDS)
    sizes = {way: sum(counts.values()) for way, counts in found.items()}
    assert sizes == {
        Way("sms"): 3, Way("email"): 2, Way("gone"): 1, Way("email", True): 1, Way(): 1,
    }  # fmt: skip
    whole = progress.disposition_counts(study.id)
    for one in dispositions.ALL:
        assert sum(c[one] for c in found.values()) == sum(c[one] for c in whole.values())
    complete = next(one for one in dispositions.ALL if one.code == "1.1")
    assert (found[Way("sms")][complete], found[Way("email")][complete]) == (1, 1)


def test_a_reminder_does_not_count_twice(any_app: Flask) -> None:
    study = asked()
    reminder = add_wave(study, kind="reminder", number=2)
    db.session.flush()
    first = db.session.query(Invitation).order_by(Invitation.id).first()
    now = clock.now()
    db.session.add(
        Message(
            invitation_id=first.id, wave_id=reminder.id, due_at=now, provider="letters", sent_at=now
        )
    )
    db.session.commit()
    assert sum(sum(counts.values()) for counts in by_way(study.id, KINDS).values()) == 8


def test_the_page_shows_them(sign_in: Callable[[str], AuditingClient]) -> None:
    study = asked()
    page = sign_in("analyst").get(f"/studies/{study.id}/response").text
    rows = html.fromstring(page).xpath("//section[@aria-labelledby='ways-title']//tbody/tr")
    told = {row[0].text_content(): (row[1].text, row[2].text) for row in rows}
    assert told["SMS"] == ("2", "50.0 %")
    assert told["letters and telephone"][0] == "1", "no channel of this name is configured here"
    assert told["Neither texted nor called"] == ("1", "0.0 %")
