"""Outcome rates: published examples, and what holds for every count."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution import dispositions as d
from surveyapp.distribution.outcome_rates import Outcomes, outcomes, rates, summed

CASES = Outcomes(
    complete=5, partial=3, refusal=2, non_contact=2, other=2, unknown_other=1, not_eligible=0
)


def test_the_rates_are_the_published_formulas():
    """I=5 P=3 R=2 NC=2 O=2 UO=1, worked out by hand from the standard's definitions."""
    found = rates(CASES, Fraction(1))
    assert (found.rr1, found.rr2) == (Fraction(5, 15), Fraction(8, 15))
    assert (found.rr5, found.rr6) == (Fraction(5, 14), Fraction(8, 14))
    assert (found.coop1, found.coop2) == (Fraction(5, 12), Fraction(8, 12))
    assert (found.coop3, found.coop4) == (Fraction(5, 10), Fraction(8, 10))
    assert (found.ref1, found.ref3) == (Fraction(2, 15), Fraction(2, 14))
    assert (found.con1, found.con3) == (Fraction(12, 15), Fraction(12, 14))


def test_e_is_the_eligible_share_of_the_known_unless_it_is_given():
    known = Outcomes(complete=60, refusal=20, unknown_household=50, not_eligible=20)
    found = rates(known)
    assert found.e == Fraction(80, 100)
    assert found.rr3 == Fraction(60) / (80 + Fraction(8, 10) * 50)
    assert found.ref2 == Fraction(20) / 120
    assert found.con2 == Fraction(80) / 120
    assert rates(known, Fraction(0)).rr3 == rates(known).rr5


def test_without_cases_there_is_no_rate():
    found = rates(Outcomes())
    assert found.e == 1
    assert found.rr1 is None
    assert found.coop4 is None
    assert rates(Outcomes(unknown_other=4)).rr5 is None


def test_a_verified_list_has_non_contacts_where_others_are_unknown():
    counts = {d.COMPLETED: 4, d.REFUSED: 1, d.NO_RESPONSE: 3, d.UNDELIVERED: 2, d.NOT_INVITED: 1}
    assert outcomes(counts) == Outcomes(complete=4, refusal=1, unknown_other=6)
    verified = outcomes(counts, verified=True)
    assert verified == Outcomes(complete=4, refusal=1, non_contact=4, unknown_other=2)
    assert verified.cases == 11
    screened = outcomes({d.COMPLETED: 4, d.INELIGIBLE: 2})
    assert (screened.complete, screened.not_eligible) == (4, 2)
    assert rates(screened).rr1 == 1


def test_telephone_outcomes_count_in_their_own_classes():
    counts = {d.COMPLETED: 4, d.PARTIAL: 1, d.UNABLE: 2, d.MACHINE: 3, d.BUSY: 5, d.REFUSED_CALL: 1}
    found = outcomes(counts)
    assert found == Outcomes(
        complete=4, partial=1, refusal=1, non_contact=3, other=2, unknown_other=5
    )
    assert rates(found).rr2 == Fraction(5, 16)


counts = st.integers(0, 500)
cases = st.builds(Outcomes, *[counts] * 8)


@given(cases)
def test_rates_keep_their_order_and_bounds(of):
    found = rates(of)
    for lower, upper in (("rr1", "rr3"), ("rr3", "rr5"), ("rr2", "rr4"), ("rr4", "rr6")):
        low, high = getattr(found, lower), getattr(found, upper)
        assert low is None or high is None or low <= high
    for name in vars(found):
        value = getattr(found, name)
        assert value is None or 0 <= value <= 1


@given(st.lists(cases, max_size=4), st.integers(1, 9))
def test_weights_scale_cases_and_leave_rates_alone(parts, weight):
    whole = summed(parts)
    assert rates(whole.weighted(Fraction(weight, 3))) == rates(whole)
    assert whole.cases == sum(part.cases for part in parts)
