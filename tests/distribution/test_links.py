from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from surveyapp.crypto import Vault
from surveyapp.database import db, vault
from surveyapp.distribution import links
from surveyapp.distribution.link_symbols import ALPHABET, LENGTH, read, well_formed, written
from surveyapp.distribution.models import Invitation, Study
from tests.distribution.builders import add_invitations, add_study, plan_of


@pytest.fixture(scope="module")
def opened_vault() -> Iterator[None]:
    vault.open({"k": b"k" * 32}, "pepper")
    yield
    vault.open({"k": b"k" * 32}, "test secret")


@given(st.integers(1, 2**31 - 1), st.integers(1, 50))
def test_every_token_is_eleven_readable_symbols(
    opened_vault: None, number: int, version: int
) -> None:
    token = links.derived_token(number, version)
    assert well_formed(token)
    assert not set(token) & set("0O1lI")
    assert token == links.derived_token(number, version)


def test_tokens_spread_over_the_alphabet_and_do_not_repeat(opened_vault: None) -> None:
    tokens = {links.derived_token(i, v) for i in range(1, 2001) for v in (1, 2)}
    assert len(tokens) == 4000
    for place in range(LENGTH - 1):
        assert len({token[place] for token in tokens}) == len(ALPHABET)
    assert len({token[-1] for token in tokens}) == 51  # 57¹¹ is somewhat more than 2⁶⁴


def test_another_installation_derives_other_tokens() -> None:
    tokens = []
    for pepper in ("one", "two"):
        other = Vault()
        other.open({"k": b"k" * 32}, pepper)
        tokens.append(other.permuted(1 << 32 | 1, links.PURPOSE))
    assert tokens[0] != tokens[1]


@pytest.mark.parametrize(
    "text_", ["", "short", "0" * 11, "a" * 12, "鱼" * 11, "../../etc/x", "a b c d e f"]
)
def test_malformed_tokens_find_nothing(app: Flask, text_: str) -> None:
    assert links.find(text_) is None


def test_a_token_finds_its_invitation_only_and_no_table_holds_it(any_app: Flask) -> None:
    issued = add_invitations(add_study(), 3)
    for invitation in issued:
        token = links.token_of(invitation)
        assert links.find(token) is invitation
        assert links.url_of(invitation).endswith(f"/r/{token}")
        assert links.opt_out_url_of(invitation).endswith(f"/o/{token}")
        stored = db.session.execute(text("SELECT * FROM invitation")).all()
        assert token not in str(stored)
    assert links.find(links.derived_token(999, 1)) is None


def test_a_revoked_link_opens_nothing_and_its_successor_does(app: Flask) -> None:
    invitation = add_invitations(add_study(), 1)[0]
    old = links.token_of(invitation)
    links.revoke(invitation)
    db.session.flush()
    assert links.find(old) is None
    assert links.find(links.token_of(invitation)) is invitation


@given(st.integers(0, 2**64 - 1))
def test_a_token_is_a_number_and_the_other_way_round(number: int) -> None:
    assert read(written(number)) == number
    assert well_formed(written(number))


@pytest.mark.parametrize("token", ["2" * LENGTH, "z" * LENGTH, "H" * LENGTH])
def test_a_guess_asks_for_what_columns_hold_and_finds_nothing(any_app: Flask, token: str) -> None:
    add_invitations(add_study(), 3)
    assert links.find(token) is None


@given(st.integers(0, 2**64 - 1))
def test_no_guess_asks_for_a_number_that_no_column_holds(opened_vault: None, number: int) -> None:
    ways = dict(links.lookups(written(number)))
    assert "fingerprint" in ways
    asked = ways.get("number", {"of": 0, "version": 0})
    assert all(0 <= value <= links.MOST for value in asked.values())  # type: ignore[operator]


def an_older_one(study: Study) -> Invitation:
    """An invitation whose link was given in the older form."""
    made = add_invitations(study, 1)[0]
    made.token_hash = links.hash_of(links.older_token(made.id, made.token_version))
    db.session.flush()
    return made


def test_an_older_link_goes_on_until_it_is_revoked(any_app: Flask) -> None:
    older = an_older_one(add_study())
    token = links.token_of(older)
    assert token != links.derived_token(older.id, 1)
    assert links.find(token) is older
    assert links.find(links.derived_token(older.id, 1)) is None, "it has one link, not two"
    links.revoke(older)
    db.session.flush()
    assert links.find(token) is None
    assert links.find(links.older_token(older.id, 2)) is None
    assert links.find(links.token_of(older)) is older


def test_a_fingerprint_that_points_to_the_wrong_row_opens_nothing(app: Flask) -> None:
    older, other = add_invitations(add_study(), 2)
    token = links.older_token(older.id, 1)
    other.token_hash = links.hash_of(token)
    db.session.flush()
    assert links.find(token) is None


def test_links_and_customers_are_found_by_an_index_each(any_app: Flask) -> None:
    """EXPLAIN on both engines; of an empty table PostgreSQL would read the one page there is."""
    postgresql = db.engine.dialect.name == "postgresql"
    if postgresql:
        db.session.execute(text("SET LOCAL enable_seqscan TO off"))
    number, fingerprint = dict(links.lookups(links.derived_token(1, 1))).values()
    for condition, values, index in (
        (links.WAYS["number"], number, "pk_invitation" if postgresql else "PRIMARY KEY"),
        (links.WAYS["fingerprint"], fingerprint, "ix_invitation_token_hash"),
        (Invitation.customer_id == 1, {}, "customer_id"),
    ):
        plan = plan_of(select(Invitation).where(condition).params(values))
        assert index in plan, plan
        assert "SCAN" not in plan.upper().replace("INDEX SCAN", ""), plan
