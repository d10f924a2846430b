"""Items that seem to be keyed backwards are proposed as R psych's check.keys turns them."""

from __future__ import annotations

import numpy as np
import pytest

from surveyapp.stats.accumulate import gather
from surveyapp.stats.keying import Keying, keying
from surveyapp.stats.reliability import reliability

ROWS = """656164 668946 352453 853867 729635 575353 324445 376444 363563 563446 928426 481454 562254
445264 355451 356563 565763 191151 556746 555445 575944 826546 629818 747755 546476 444458 437678
766656 272572 343293 567655 617735 917647 738759 856659 628816 593542 274383 272273 465635"""
X = np.array([[float(digit) for digit in row] for row in ROWS.split()])


def proposed(x: np.ndarray) -> Keying:
    items = list("abcdef")[: x.shape[1]]
    moments = gather(x)
    return keying(moments, reliability(moments, items))


def test_two_of_six_are_backwards_as_psych_says() -> None:
    found = proposed(X)
    assert set(found.backwards) == {"b", "e"} <= set(found.negative)
    assert found.alpha == pytest.approx(0.859226499659, abs=1e-11)


def test_of_two_halves_the_weaker_one_is_proposed_as_psych_does() -> None:
    x = X[:, :4].copy()
    x[:, 2] = 10 - x[:, 2]
    found = proposed(x)
    assert found.backwards == ("a", "d")
    assert found.negative == ("a", "b", "c", "d"), "each goes against the rest of this mixture"
    assert found.alpha == pytest.approx(0.814254563343, abs=1e-11)


def test_of_two_items_the_second_is_proposed() -> None:
    found = proposed(X[:, :2])
    assert (found.negative, found.backwards) == (("a", "b"), ("b",))
    assert found.alpha == pytest.approx(reliability(gather(X[:, :2] * [1, -1]), "ab").alpha)


def test_a_scale_whose_items_agree_has_nothing_to_propose() -> None:
    x = X.copy()
    x[:, [1, 4]] = 10 - x[:, [1, 4]]
    x = np.column_stack([x, np.full(len(x), 3.0)])
    moments = gather(x)
    assert keying(moments, reliability(moments, list("abcdefg"))) == Keying((), (), None)


def test_an_item_against_the_rest_may_not_be_backwards_itself() -> None:
    """Noise of three items: a small negative correlation that no turning would mend."""
    found = proposed(np.random.default_rng(36).integers(1, 6, (12, 3)).astype(float))
    assert found.negative
    assert (found.backwards, found.alpha) == ((), None)
