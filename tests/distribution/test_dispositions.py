"""Dispositions: the furthest that counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution import dispositions as d


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        ({}, d.NOT_INVITED),
        ({"failed": True}, d.UNDELIVERED),
        ({"invited": True, "failed": True}, d.UNDELIVERED),
        ({"invited": True}, d.NO_RESPONSE),
        ({"invited": True, "delivered": True, "failed": True}, d.NO_RESPONSE),
        ({"invited": True, "opened": True}, d.OPENED_ONLY),
        ({"invited": True, "opened": True, "started": True}, d.BROKEN_OFF),
        ({"invited": True, "started": True, "opted_out": True}, d.REFUSED),
        ({"opted_out": True, "completed": True}, d.COMPLETED),
        ({"completed": True, "ineligible": True}, d.INELIGIBLE),
    ],
)
def test_the_furthest_step_decides(progress, expected):
    assert d.of(d.Progress(**progress)) == expected


def test_codes_are_unique_and_ordered_for_tables():
    assert len({x.code for x in d.ALL}) == len(d.ALL)
    assert {x.category for x in d.ALL} == {"I", "P", "R", "NC", "O", "UO", "NE"}
    assert set(d.PRECEDENCE) == set(d.ALL)
    assert len(d.PRECEDENCE) == len(d.ALL)


@pytest.mark.parametrize(
    ("progress", "called", "expected"),
    [
        ({"invited": True}, "3.13", d.NO_ANSWER),
        ({"invited": True, "delivered": True}, "2.11", d.REFUSED_CALL),
        ({"opened": True}, "2.21", d.OPENED_ONLY),
        ({"opened": True}, "2.32", d.UNABLE),
        ({"started": True}, "1.2", d.PARTIAL),
        ({"started": True}, "3.13", d.BROKEN_OFF),
        ({}, "2.12", d.BROKEN_OFF),
        ({"completed": True}, "2.11", d.COMPLETED),
        ({"completed": True, "ineligible": True}, "4.7", d.INELIGIBLE),
        ({"opted_out": True}, "2.12", d.REFUSED),
        ({"invited": True}, "3.30", d.UNDELIVERED),
        ({"invited": True, "delivered": True}, "3.30", d.NO_RESPONSE),
        ({"invited": True}, "9.99", d.NO_RESPONSE),
    ],
)
def test_calls_and_texts_lead_to_one_disposition(progress, called, expected):
    assert d.of(d.Progress(**progress), called) == expected


def test_of_several_calls_the_furthest_outcome_is_final():
    assert d.furthest(["3.13", "2.22", "3.12"]) == "2.22"
    assert d.furthest(["3.13", "2.12", "1.1"]) == "1.1"
    assert d.furthest(["9.99"]) == d.furthest([]) == ""


@given(st.lists(st.sampled_from([one.code for one in d.ALL])), st.sampled_from(d.ALL))
def test_another_call_never_takes_a_disposition_back(codes, more):
    rank = {one.code: place for place, one in enumerate(d.PRECEDENCE)}
    before, after = d.furthest(codes), d.furthest([*codes, more.code])
    assert not before or rank[after] <= rank[before]
