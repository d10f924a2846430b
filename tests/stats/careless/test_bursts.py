"""Bursts are what the waves of everybody's answers do not explain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from surveyapp.stats.careless.bursts import bursts_by, bursts_by_minute

DAY, WIDTH = 86_400, 600


def collection(n: int, seed: int) -> tuple[np.ndarray, list[str]]:
    """Answers in waves after texts at nine o'clock, from networks of every size."""
    random = np.random.default_rng(seed)
    sent = random.choice(5, n) * DAY + 9 * 3600 + random.random(n) * 600
    times = np.floor(sent + np.exp(random.normal(7, 1.6, n)))
    return times, [f"network {k}" for k in random.zipf(1.3, n) % 400]


def test_waves_are_no_bursts() -> None:
    for seed in range(20):
        times, networks = collection(800, seed)
        assert not (bursts_by(times, networks, WIDTH).chance <= 0.001).any()
        assert not (bursts_by_minute(times).chance <= 0.001).any()


def test_answers_of_one_network_where_nobody_else_answers_are_one() -> None:
    times, networks = collection(800, 3)
    noon = 2 * DAY + 14 * 3600 + 40.0 * np.arange(8)
    found = bursts_by(np.concatenate([times, noon]), [*networks, *["one"] * 8], WIDTH)
    assert (found.chance[-8:] < 1e-6).all()
    assert found.count[-8:].tolist() == [8] * 8
    assert not (found.chance[:-8] <= 0.001).any()


def test_the_same_answers_at_the_top_of_a_wave_are_none() -> None:
    times, networks = collection(800, 3)
    top = 2 * DAY + 9 * 3600 + 700 + 40.0 * np.arange(3)
    found = bursts_by(np.concatenate([times, top]), [*networks, *["one"] * 3], WIDTH)
    assert not (found.chance[-3:] <= 0.001).any()


def test_the_chance_is_the_tail_times_the_windows() -> None:
    """Five answers of "a", three of them at once, and twenty of others, one of which is there."""
    own, others = [1000.0, 1010.0, 1020.0, 9000.0, 20_000.0], [1015.0, *range(30_000, 49_000, 1000)]
    found = bursts_by(own + others, ["a"] * 5 + [f"b{n}" for n in range(20)], 60)
    expected = 25 * binom.sf(1, 4, 2 / 22)
    assert found.chance[:3] == pytest.approx([min(expected, 1.0)] * 3)
    assert found.count.tolist() == [3 if expected < 1 else 1] * 3 + [1] * 22


def test_nobody_is_held_against_nobody() -> None:
    alone = bursts_by([1.0, 2.0, 3.0], ["a", "a", "a"], WIDTH)
    assert alone.chance.tolist() == [1.0] * 3
    unknown = bursts_by([1.0, 2.0, 3.0], [None, "", "a"], WIDTH)
    assert np.isnan(unknown.chance[:2]).all()
    assert unknown.chance[2] == 1.0
    assert bursts_by([], [], WIDTH).chance.tolist() == []
    assert bursts_by_minute([]).chance.tolist() == []


def test_a_minute_among_quiet_ones_stands_out_and_the_top_of_a_hill_does_not() -> None:
    around = np.repeat(60.0 * np.arange(11), 2)
    crowd = 300 + np.linspace(0, 50, 30)
    found = bursts_by_minute(np.concatenate([around, crowd]))
    assert (found.chance[-30:] < 1e-9).all()
    assert found.count[-1] == 32
    assert (found.chance[:10] == 1.0).all()
    hill = np.repeat(60.0 * np.arange(11), 200 * np.array([1, 2, 4, 6, 8, 9, 8, 6, 4, 2, 1]))
    assert (bursts_by_minute(hill).chance == 1.0).all()


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(["a", "b", "c", None])), max_size=60),
    st.randoms(use_true_random=False),
)
def test_the_order_and_the_zero_of_time_do_not_matter(rows, random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    times, keys = [float(t) for t, _ in rows], [key for _, key in rows]
    found = bursts_by(times, keys, 300)
    moved = bursts_by([times[at] + 7200 for at in order], [keys[at] for at in order], 300)
    np.testing.assert_allclose(found.chance[order], moved.chance)
    at_least = np.nan_to_num(found.chance, nan=1.0)
    assert ((at_least >= 0) & (at_least <= 1)).all()
    assert (found.count >= 1).all()
    minute = bursts_by_minute(times)
    again = bursts_by_minute([times[at] + 7200 for at in order])
    np.testing.assert_allclose(minute.chance[order], again.chance)


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=25), st.integers(1, 400))
def test_windows_are_those_of_a_plain_count(times, width) -> None:
    keys = ["ab"[at % 2] for at in range(len(times))]
    found = bursts_by([float(t) for t in times], keys, width)
    best = [1.0] * len(times)
    for start, key in enumerate(keys):
        own = [t for t, k in zip(times, keys, strict=True) if k == key]
        rest = [t for t, k in zip(times, keys, strict=True) if k != key]
        later = [
            at
            for at, (t, k) in enumerate(zip(times, keys, strict=True))
            if k == key and times[start] <= t <= times[start] + width
        ]
        # of answers at the very same moment the first in order opens the widest window
        m = sum(times[start] <= t <= times[start] + width for t in rest)
        share = (m + 1) / (len(rest) + 2)
        chance = min(len(times) * binom.sf(len(later) - 2, len(own) - 1, share), 1.0)
        for at in later:
            best[at] = min(best[at], chance)
    np.testing.assert_allclose(found.chance, best)
