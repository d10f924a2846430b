from __future__ import annotations

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.distribution.codes import ALPHABET, LENGTH
from surveyapp.distribution.labels.matrices import AT_ONCE, matrices

code = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
hosts = st.from_regex(r"https://[a-z]{1,20}\.example/q/", fullmatch=True)


def whole(address: str, like: segno.QRCode) -> np.ndarray:
    """What segno draws for one address with the version and the mask of another."""
    one = segno.make_qr(address, error="q", mode="byte", version=like.version, mask=like.mask)
    return np.array([list(row) for row in one.matrix], np.uint8)


@given(hosts, st.lists(code, min_size=1, max_size=5))
@settings(max_examples=60)
def test_each_symbol_is_what_segno_draws_alone(host: str, found: list[str]) -> None:
    addresses = [host + one for one in found]
    first = segno.make_qr(addresses[0], error="q", mode="byte")
    for address, made in zip(addresses, matrices(addresses), strict=True):
        assert np.array_equal(made, whole(address, first))


def test_more_than_one_product_keeps_the_order() -> None:
    addresses = [f"https://s.example/q/{n:08}" for n in range(AT_ONCE + 3)]
    made = list(matrices(addresses))
    first = segno.make_qr(addresses[0], error="q", mode="byte")
    assert len(made) == len(addresses)
    for place in (0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 2):
        assert np.array_equal(made[place], whole(addresses[place], first))


@pytest.mark.parametrize("addresses", [[], ["https://a", "https://ab"], ["https://例"]])
def test_what_is_not_of_one_length_or_not_ascii_is_refused(addresses: list[str]) -> None:
    with pytest.raises(ValueError, match=r"one length|ascii"):
        list(matrices(addresses))
