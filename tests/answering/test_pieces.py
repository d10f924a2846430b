"""The pure parts: pieces on the wire, batches, moments, the outline."""

import gzip
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from surveyapp import clock
from surveyapp.answering import moments
from surveyapp.answering.assets import Assets
from surveyapp.answering.batches import LARGEST_SEQUENCE, read_form, read_json, storable
from surveyapp.answering.outline import facts_used, outline
from surveyapp.answering.phrases import PHRASES, SPECIAL, TROUBLES, phrases
from surveyapp.answering.sheet import survey_assets
from surveyapp.answering.shelf import Kept
from surveyapp.answering.wire import gzipped, piece, plain, stored
from surveyapp.designer.path import path
from tests.questionnaires import full_names, names, questionnaire


@given(st.lists(st.tuples(st.text(max_size=200), st.sampled_from(["stored", "small", "best"]))))
def test_pieces_put_together_are_one_gzip_member(texts: list[tuple[str, str]]) -> None:
    makers = {"stored": stored, "small": lambda t: piece(t, 1), "best": piece}
    pieces = [makers[kind](text) for text, kind in texts]
    whole = "".join(text for text, _ in texts).encode()
    assert gzip.decompress(gzipped(pieces)) == whole == plain(pieces)


def test_the_shelf_forgets_what_was_used_longest_ago() -> None:
    kept: Kept[int] = Kept(2)
    made: list[str] = []
    for key in "abacb":
        kept.get(key, lambda key=key: made.append(key) or 1)  # type: ignore[misc, func-returns-value]
    assert made == ["a", "b", "c", "b"]


def test_a_moment_is_read_back_only_for_its_own_response(app: Flask) -> None:
    moment = datetime(2026, 11, 23, 15, 59, 59, 900_000, UTC)
    with clock.frozen(moment):
        sealed = moments.sealed("one")
    assert moments.read("one", sealed) == moment
    assert moments.read("two", sealed) is None
    for text in ("", ".", "x." + "0" * 24, sealed[:-1], "9" + sealed, "１２.é"):
        assert moments.read("one", text) is None


def test_a_batch_keeps_only_what_the_questionnaire_asks() -> None:
    document = questionnaire("all_types")
    body = (
        b'{"answers": {"speed": {"v": "4", "s": 9}, "nobody": {"v": 1, "s": 9}},'
        b' "claims": {"p1": 5, "p9": 5, "p2": -1, "p3": "x"}, "language": "fr", "opened": 7}'
    )
    batch = read_json(document, body)
    assert batch.changes == {"speed": (4, 9)}
    assert batch.saved == {"speed": 9}
    assert batch.pages == ("p2",)
    assert batch.claims == {"p1": 5}
    assert (batch.language, batch.opened) == (None, "")
    assert read_json(document, b"").changes == {}


def test_a_form_changes_only_what_differs_and_outruns_what_was_saved() -> None:
    document = questionnaire("all_types")
    page = path(document, {}, {}).pages[0]
    saved = {"channel": "phone", "reasons": ["price"]}
    batch = read_form(
        document, page, {"channel": ["phone"]}, saved, {"channel": 5 << 20, "reasons": 1}
    )
    ((variable, (value, sequence)),) = batch.changes.items()
    assert (variable, value) == ("reasons", None)
    assert 5 << 20 < sequence <= LARGEST_SEQUENCE


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, True),
        ("x" * 20_000, True),
        ("x" * 20_001, False),
        (["a"], True),
        ([1], False),
        (["a"] * 501, False),
        (2**53, True),
        (2**60, False),
        (True, True),
        (False, False),
        ({}, False),
    ],
)
def test_only_values_of_a_sane_kind_and_size_are_stored(value: object, kept: bool) -> None:
    assert storable(value) is kept


@pytest.mark.parametrize("name", [*names(), *full_names()])
def test_the_outline_tells_structure_and_limits_of_every_questionnaire(name: str) -> None:
    document = questionnaire(name)
    pages = outline(document, document.default_language)
    told = tuple(v for page in pages for question in page["questions"] for v in question["vars"])
    assert told == document.variables
    assert all(question["seconds"] >= 0 for page in pages for question in page["questions"])


def test_only_facts_that_a_show_rule_reads_count_as_used() -> None:
    assert facts_used(questionnaire("all_types")) == frozenset()
    assert ("customer", "product_line") in facts_used(questionnaire("customer_branch"))


def test_the_script_knows_every_phrase_in_both_languages(app: Flask) -> None:
    found = phrases(("zh-Hans", "en"), SPECIAL)
    special = {key for texts in SPECIAL.values() for key in texts}
    assert set(found["en"]) == set(found["zh-Hans"]) == {*PHRASES, *TROUBLES, *special}
    same = {key for key, text in found["en"].items() if text == found["zh-Hans"][key]}
    assert same == set()
    assert found["en"]["most"] == "Please enter a number of at most {high}."


def test_style_and_script_stay_small_and_hold_nothing_foreign(app: Flask) -> None:
    found: Assets = survey_assets()
    assert len(gzip.compress(found.script.encode())) < 12 * 1024
    assert len(gzip.compress(found.style.encode())) < 5 * 1024
    assert "//" not in found.script.replace("http://", "")
    assert "url(" not in found.style
    assert "@import" not in found.style
