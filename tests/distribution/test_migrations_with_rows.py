"""Tables are rebuilt on SQLite when they change: nothing that hangs on them may be lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from surveyapp import create_app
from surveyapp.customers import addresses
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db, vault
from surveyapp.distribution import links, sequences, trials
from surveyapp.distribution.models import Invitation, Wave
from surveyapp.distribution.variant_models import TextVariant
from surveyapp.migrating import register
from tests.conftest import make_settings

NOW = "'2026-03-02 04:00:00'"
ROWS = (
    "INSERT INTO questionnaire (id, title, draft, revision, created_by, updated_by,"
    f" created_at, updated_at) VALUES (1, '{{}}', '{{}}', 0, '', '', {NOW}, {NOW})",
    "INSERT INTO questionnaire_version"
    " (id, questionnaire_id, number, content_hash, document, mapping, published_by, published_at)"
    f" VALUES (1, 1, 1, 'c', '{{}}', '[]', '', {NOW})",
    "INSERT INTO study (id, title, version_id, timezone, state, population, send_from, send_until,"
    " contact_cap, contact_cap_days, created_by, created_at)"
    f" VALUES (1, 'S', 1, 'Asia/Shanghai', 'running', '{{}}', 0, 1440, 3, 30, '', {NOW})",
    "INSERT INTO customer (id, number, city, store, product_line, tier, spend, purchases,"
    " language, consent, created_at, updated_at)"
    f" VALUES (1, 'C1', '', '', '', '', 0, 0, 'en', true, {NOW}, {NOW})",
    "INSERT INTO sample_design (id, study_id, strata_by, method, measure, n, min_per_stratum,"
    " seed, population, frame_hash, frame_size, excluded, draw_hash, created_by, created_at)"
    f" VALUES (1, 1, '[]', 'equal', '', 1, 1, 1, '{{}}', '', 1, '{{}}', '', '', {NOW})",
    "INSERT INTO design_stratum (id, design_id, key, label, size, n)"
    " VALUES (1, 1, '{}', 'all', 1, 1)",
    "INSERT INTO sample_member"
    " (id, design_id, stratum_id, customer_id, inclusion_probability, design_weight)"
    " VALUES (1, 1, 1, 1, 1, 1)",
    "INSERT INTO invitation (id, study_id, member_id, customer_id, token_version, token_hash,"
    f" language, created_at) VALUES (7, 1, 1, 1, 1, 'h', 'en', {NOW})",
    "INSERT INTO wave (id, study_id, kind, number, after_days, texts, state)"
    " VALUES (1, 1, 'invitation', 1, 0, '{}', 'running')",
    "INSERT INTO message (id, dedup_key, invitation_id, wave_id, state, reason, due_at, attempt,"
    " provider, provider_status, error_code, segments, body_hash, created_at)"
    f" VALUES (9, 'k', 7, 1, 'queued', '', {NOW}, 0, '', '', '', 0, '', {NOW})",
)
SECOND = (
    "INSERT INTO invitation (id, study_id, customer_id, occasion, token_version, language,"
    f" created_at) VALUES (8, 1, 1, '2026-03', 1, 'en', {NOW})"
)
UNNUMBERED = (
    "INSERT INTO invitation (study_id, customer_id, occasion, token_version, language,"
    f" created_at) VALUES (1, 1, '2026-03', 1, 'en', {NOW})"
)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql])],
)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application whose database has no table yet, on both engines."""
    changes = {}
    if request.param == "postgresql":
        changes["DATABASE_URL"] = request.getfixturevalue("postgresql_url")
    app = create_app(make_settings(tmp_path, **changes))
    register(app)
    return app


def test_what_hangs_on_a_rebuilt_table_outlives_the_way_there_and_back(empty: Flask) -> None:
    with empty.app_context():
        upgrade(revision="brands")
        _run(*ROWS)
        upgrade()
        _check()
        _run(SECOND)
        _run("DELETE FROM invitation WHERE id = 8")
        downgrade(revision="brands")
        _check()
        db.engine.dispose()


def _run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _check() -> None:
    with db.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT i.id, i.member_id, i.token_hash, m.id FROM invitation i"
                " JOIN message m ON m.invitation_id = i.id"
            )
        ).all()
        assert [tuple(row) for row in rows] == [(7, 1, "h", 9)]
        if db.engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_links_that_were_given_before_they_were_computed_go_on(empty: Flask) -> None:
    with empty.app_context():
        token = links.older_token(7, 1)
        upgrade(revision="lean_outbox")
        _run(*ROWS[:8], f"UPDATE invitation SET token_hash = '{links.hash_of(token)}'")
        upgrade()
        _run(SECOND)
        older, newer = (db.session.get_one(Invitation, number) for number in (7, 8))
        assert links.token_of(older) == token
        assert links.find(token) is older
        assert links.find(links.token_of(newer)) is newer
        db.session.remove()
        downgrade(revision="lean_outbox")
        with db.engine.connect() as connection:
            hashes = connection.execute(text("SELECT token_hash FROM invitation ORDER BY id"))
            assert hashes.scalars().all() == [links.hash_of(token), None]
        db.engine.dispose()


def test_the_number_of_a_deleted_invitation_is_not_given_again(empty: Flask) -> None:
    """Its link may be printed somewhere, and would open what somebody else is asked."""
    with empty.app_context():
        upgrade(revision="lean_outbox")
        _run(*ROWS[:8])
        upgrade()
        assert _given() == _given() - 1
        db.engine.dispose()


def _given() -> int:
    """The number that a new invitation gets, which is deleted at once."""
    with db.engine.begin() as connection:
        number = connection.execute(text(f"{UNNUMBERED} RETURNING id")).scalar_one()
        connection.execute(text("DELETE FROM invitation WHERE id = :id"), {"id": number})
    return int(number)


def test_studies_under_way_keep_their_waits_texts_and_wordings(empty: Flask) -> None:
    with empty.app_context():
        upgrade(revision="job_claims")
        _run(*ROWS, *STEPS)
        upgrade(revision="sequences")
        waves = [db.session.get_one(Wave, number) for number in (1, 2)]
        assert [(w.after, w.condition, w.texts) for w in waves] == [
            (0, "", {}),
            (72, "begun", {"en": "Please {link}"}),
        ]
        assert {(w.name, w.medium, w.medium_only, w.looked_at) for w in waves} == {
            ("", "", False, None)
        }
        (variant,) = db.session.scalars(db.select(TextVariant))
        assert trials.shares_of(waves[0], [variant]) == {"A": 1, "B": 1}
        assert sequences.content_of(waves[0], [variant]).wordings[1].texts == {"en": "B {link}"}
        db.session.remove()
        downgrade(revision="job_claims")
        _check()
        db.engine.dispose()


def test_mail_addresses_are_known_and_earlier_opt_outs_hold_for_them(empty: Flask) -> None:
    with empty.app_context():
        upgrade(revision="numbers_once")
        for number, (mail, out) in enumerate(MAILED, 11):
            known = {"id": number, "mail": vault.encrypt(mail, "customer.email"), "out": out}
            with db.engine.begin() as connection:
                connection.execute(CUSTOMER, {**known, "phone": f"h{number}"})
        _run(f"INSERT INTO suppression (phone_hash, reason, at) VALUES ('h12', 'reply', {NOW})")
        upgrade()
        found = db.session.scalars(db.select(Customer).order_by(Customer.id)).all()
        assert [row.email_hash for row in found] == [addresses.of_email(m) for m, _ in MAILED]
        assert [row.opted_out_at is not None for row in found] == [True, True, True, False]
        listed = db.session.scalars(db.select(Suppression))
        wang, li = found[0].email_hash, found[2].email_hash
        assert {row.address_hash: row.reason for row in listed} == {
            "h12": "reply", wang: "reply", li: "earlier"
        }  # fmt: skip
        db.session.remove()
        downgrade(revision="numbers_once")
        with db.engine.connect() as connection:
            assert connection.scalars(text("SELECT phone_hash FROM suppression")).all() == ["h12"]
        db.engine.dispose()


MAILED = (
    ("Wang@example.com", None),
    ("wang@example.com", datetime(2026, 3, 2, tzinfo=UTC)),
    ("li@example.com", datetime(2026, 3, 2, tzinfo=UTC)),
    ("wu@example.com", None),
)
CUSTOMER = text(
    "INSERT INTO customer (id, number, phone_hash, email, opted_out_at, city, store, product_line,"
    " tier, spend, purchases, language, consent, value_tier, life_cycle, created_at, updated_at)"
    " VALUES (:id, 'M' || :phone, :phone, :mail, :out, '', '', '', '', 0, 0, 'en', true, '', '',"
    f" {NOW}, {NOW})"
)

STEPS = (
    "INSERT INTO wave (id, study_id, kind, number, after_days, condition, texts, state)"
    " VALUES (2, 1, 'reminder', 1, 3, 'begun', '{\"en\": \"Please {link}\"}', 'running')",
    "INSERT INTO text_variant (id, wave_id, label, texts, seed)"
    " VALUES (1, 1, 'B', '{\"en\": \"B {link}\"}', 77)",
)
