"""How alike two customers are does not depend on which comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.customers.duplicates.likeness import PROPOSED_FROM, Person, reasons, score

WORDS = st.sampled_from(["", "a", "b"])
PEOPLE = st.builds(Person, phone=WORDS, name=WORDS, city=WORDS, store=WORDS)


@pytest.mark.parametrize(
    ("one", "other", "codes", "proposed"),
    [
        (Person("1", "王", "上海"), Person("1", "王", "上海"), ["phone", "name", "city"], True),
        (Person("1"), Person("1"), ["phone"], True),
        (Person("1", "王"), Person("1", "李"), ["phone", "names_differ"], False),
        (
            Person("1", "王", "沪"),
            Person("1", "李", "沪"),
            ["phone", "city", "names_differ"],
            False,
        ),
        (
            Person("1", "王", "沪", "店"),
            Person("2", "王", "沪", "店"),
            ["name", "city", "store"],
            True,
        ),
        (Person("", "王", "沪"), Person("", "王", "沪"), ["name", "city"], False),
        (Person(), Person(), [], False),
    ],
)
def test_rules_add_up(one: Person, other: Person, codes: list[str], proposed: bool) -> None:
    assert reasons(one, other) == codes
    assert (score(codes) >= PROPOSED_FROM) is proposed


@given(PEOPLE, PEOPLE)
def test_the_order_of_the_two_does_not_matter(one: Person, other: Person) -> None:
    assert reasons(one, other) == reasons(other, one)


@given(PEOPLE)
def test_nothing_known_is_nothing_alike(one: Person) -> None:
    assert reasons(one, Person()) == []
