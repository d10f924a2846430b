from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from surveyapp.crypto import Vault
from surveyapp.database import db, vault
from surveyapp.distribution import links
from surveyapp.distribution.models import Invitation
from tests.distribution.builders import add_invitations, add_study


@pytest.fixture(scope="module")
def opened_vault() -> Iterator[None]:
    vault.open({"k": b"k" * 32}, "pepper")
    yield
    vault.open({"k": b"k" * 32}, "test secret")


@given(st.integers(1, 2**40), st.integers(1, 50))
def test_every_token_is_eleven_readable_symbols(
    opened_vault: None, number: int, version: int
) -> None:
    token = links.derived_token(number, version)
    assert links.well_formed(token)
    assert not set(token) & set("0O1lI")
    assert token == links.derived_token(number, version)


def test_tokens_spread_over_the_whole_alphabet_and_do_not_repeat(opened_vault: None) -> None:
    tokens = {links.derived_token(i, v) for i in range(1, 2001) for v in (1, 2)}
    assert len(tokens) == 4000
    for place in range(links.LENGTH):
        assert len({token[place] for token in tokens}) == len(links.ALPHABET)


def test_another_installation_derives_other_tokens() -> None:
    tokens = []
    for pepper in ("one", "two"):
        other = Vault()
        other.open({"k": b"k" * 32}, pepper)
        tokens.append(other.derive("1:1", "invitation.token"))
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


def test_a_fingerprint_that_points_to_the_wrong_row_opens_nothing(app: Flask) -> None:
    first, second = add_invitations(add_study(), 2)
    token = links.token_of(first)
    first.token_hash = None
    db.session.flush()
    second.token_hash = links.hash_of(token)
    db.session.flush()
    assert links.find(token) is None
    assert db.session.get(Invitation, second.id) is second
