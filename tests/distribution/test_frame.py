from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.distribution import plans, specs
from surveyapp.distribution.frame import Unit, freeze, unpack
from surveyapp.distribution.specs import Spec
from surveyapp.findings import SurveyError

measures = st.none() | st.decimals(0, 10**6, places=2).map(str)
keys = st.tuples(st.sampled_from(["上海", "杭州", ""]), st.sampled_from(["high", "low"]))


@st.composite
def units(draw: st.DrawFn, least: int = 0) -> list[Unit]:
    numbers = draw(
        st.lists(st.text(min_size=1, max_size=6), unique=True, min_size=least, max_size=30)
    )
    return [Unit(number, draw(keys), draw(measures)) for number in numbers]


@given(units(), st.randoms())
def test_the_order_of_the_rows_changes_nothing(found: list[Unit], chance: random.Random) -> None:
    frame = freeze(("city", "tier"), "spend", found)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert freeze(("city", "tier"), "spend", shuffled).canonical == frame.canonical


@given(units())
def test_a_packed_frame_unpacks_to_the_same_bytes(found: list[Unit]) -> None:
    frame = freeze(("city", "tier"), "spend", found)
    again = unpack(frame.packed())
    assert again == frame
    assert again.hash == frame.hash


@given(units(least=1), st.data())
def test_changing_any_unit_changes_the_hash(found: list[Unit], data: st.DataObject) -> None:
    frame = freeze(("city", "tier"), "spend", found)
    place = data.draw(st.integers(0, len(found) - 1))
    old = found[place]
    other = Unit(old.number, old.key, "1" if old.measure != "1" else "2")
    changed = [*found[:place], other, *found[place + 1 :]]
    assert freeze(("city", "tier"), "spend", changed).hash != frame.hash


@pytest.mark.parametrize(
    "packed",
    [b"", b"nonsense", zlib.compress(b"\xff"), zlib.compress(b"[1]\n"), zlib.compress(b"{}\n")],
)
def test_bytes_that_are_no_frame_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"no frame|unpack"):
        unpack(packed)


def test_a_later_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 3"):
        unpack(zlib.compress(b'{"format":3,"measure":"","strata_by":[]}\n'))


def test_strata_are_sorted_and_missing_measures_left_out() -> None:
    frame = freeze(
        ("tier",),
        "spend",
        [
            Unit("3", ("low",), "5"),
            Unit("1", ("high",), "1"),
            Unit("2", ("high",), "3"),
            Unit("4", ("low",), None),
        ],
    )
    assert [(s.key, s.size, s.sd) for s in frame.strata] == [
        (("high",), 2, 2**0.5),
        (("low",), 2, None),
    ]


@settings(max_examples=60)
@given(
    units(least=2), st.sampled_from(["equal", "proportional"]), st.integers(0, 2**31 - 1), st.data()
)
def test_a_draw_is_repeatable_exact_and_inside_the_frame(
    found: list[Unit], method: str, seed: int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(found)))
    frame = freeze(("city", "tier"), "spend", found)
    spec = Spec(n=n, seed=seed, strata_by=("city", "tier"), method=method, minimum=0)
    first = plans.draw(plans.plan(spec, frame))
    again = plans.draw(plans.plan(spec, unpack(frame.packed())))
    assert first.hash == again.hash
    everyone = [number for numbers in first.drawn.values() for number in numbers]
    assert len(set(everyone)) == len(everyone) == n
    weights = sum(row.n * (row.weights.weight or 0) for row in first.plan.rows)
    assert weights == sum(row.stratum.size for row in first.plan.rows if row.n)
    other = plans.draw(plans.plan(Spec(**{**spec.__dict__, "seed": (seed + 1) % 2**31}), frame))
    assert other.hash != first.hash


def _codes(spec: Spec) -> list[str]:
    with pytest.raises(SurveyError) as refusal:
        specs.check(spec)
    assert all(finding.message for finding in refusal.value.findings)
    return [finding.code for finding in refusal.value.findings]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"strata_by": ("postcode",)}, ["design.unknown_attribute"]),
        ({"strata_by": ("city", "city")}, ["design.repeated_attribute"]),
        ({"strata_by": ("city", "store", "tier", "language")}, ["design.too_many_attributes"]),
        ({"method": "quota"}, ["design.unknown_method"]),
        ({"measure": "height"}, ["design.unknown_measure"]),
        ({"n": 0}, ["design.n_too_small"]),
        ({"minimum": -1}, ["design.negative_minimum"]),
        ({"seed": -1, "n": -5}, ["design.n_too_small", "design.bad_seed"]),
        ({"seed": 2**31}, ["design.bad_seed"]),
    ],
)
def test_an_impossible_request_is_named(values: dict[str, object], codes: list[str]) -> None:
    assert _codes(Spec(**{"n": 10, "seed": 1, **values})) == codes


def test_more_than_the_frame_is_refused_with_both_numbers() -> None:
    frame = freeze((), "spend", [Unit("1", (), "1"), Unit("2", (), "2")])
    with pytest.raises(SurveyError) as refusal:
        plans.plan(Spec(n=3, seed=1), frame)
    assert refusal.value.findings[0].params == {"n": 3, "frame": 2}


def test_neyman_without_any_variance_is_refused() -> None:
    frame = freeze(("tier",), "spend", [Unit("1", ("high",), None), Unit("2", ("low",), "2")])
    with pytest.raises(SurveyError) as refusal:
        plans.plan(Spec(n=1, seed=1, method="neyman", minimum=0), frame)
    assert [f.code for f in refusal.value.findings] == ["sample.no_sd"]
