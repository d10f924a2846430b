"""Dispositions: the furthest that counts."""

import pytest

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
    assert {x.category for x in d.ALL} == {"I", "R", "UO", "NE"}
