"""Plans and draws of every kind, on frames made by hand; no database."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.distribution import plans, selecting, specs
from surveyapp.distribution.answer_rates import rate_of
from surveyapp.distribution.frame import Frame, Unit, freeze, unpack
from surveyapp.distribution.specs import SELECTION_NAMES, Spec
from surveyapp.findings import SurveyError
from surveyapp.stats.sampling.allocation import METHODS

CITIES = ("上海", "成都")
BASE = Spec(n=60, seed=7, strata_by=("city",), minimum=2)


def frame(sizes: tuple[int, ...] = (300, 100), also: tuple[str, ...] = ("store",)) -> Frame:
    units = [
        Unit(f"{city}{i:04d}", (city,), str(10 + i % 90), (f"S{i % 7}",)[: len(also)])
        for city, size in zip(CITIES, sizes, strict=False)
        for i in range(size)
    ]
    return freeze(("city",), "spend", units, also)


def codes(spec: Spec, of: Frame | None = None) -> list[str]:
    with pytest.raises(SurveyError) as refusal:
        plans.plan(spec, of or frame())
    assert all(finding.message for finding in refusal.value.findings)
    return [finding.code for finding in refusal.value.findings]


def remarks(spec: Spec, of: Frame | None = None) -> list[str]:
    found = plans.plan(spec, of or frame()).findings
    assert all(finding.message for finding in found)
    return [finding.code for finding in found]


def test_a_plain_request_hashes_as_it_always_did() -> None:
    plain = frame(also=())
    drawn = plans.draw(plans.plan(BASE, plain))
    assert BASE.options() == {}
    assert b'"format":1' in plain.canonical
    # Both are of the first version of this module: stored draws must come out of later ones, too.
    assert plain.hash == "110028f0087d6eebe4150a2c9011ff4166197d35ce6051889868c39c18f596ad"
    assert drawn.hash == "d31aac6503eb984bf20334d464843fc99917bb0d25db3e712df634e0b0a51076"


def test_a_request_survives_its_json() -> None:
    spec = replace(
        BASE,
        costs=(("上海", 2.5),),
        certain=("成都",),
        order_by=("spend", "store"),
        selection="systematic",
        margin=0.03,
        response_rate=0.25,
    )
    assert specs.read(spec.as_json()) == spec
    assert specs.read({**BASE.as_json()}) == BASE


def test_a_response_rate_turns_answers_into_invitations() -> None:
    plan = plans.plan(replace(BASE, n=60, response_rate=0.3), frame())
    assert plan.n == 200
    assert [row.n for row in plan.rows] == [150, 50]
    assert [row.answers for row in plan.rows] == [pytest.approx(45), pytest.approx(15)]
    assert plan.margin is not None
    assert codes(replace(BASE, n=130, response_rate=0.3)) == ["sample.too_few_to_invite"]
    few = replace(BASE, n=4, minimum=0, response_rate=0.5)
    assert remarks(few) == ["sample.few_answers"]


def test_strata_that_answer_less_are_asked_more() -> None:
    """Proportional answers, 45 and 15; in 成都 one of ten answers, so all 100 would give 10."""
    spec = replace(BASE, n=40, rates=(("成都", 0.1),), response_rate=0.5)
    plan = plans.plan(spec, frame())
    assert [(row.n, row.answers) for row in plan.rows] == [(60, 30), (100, 10)]
    assert plan.answers == 40
    assert [row.n for row in plans.plan(replace(spec, n=60), frame()).rows] == [100, 100]
    assert codes(replace(spec, n=161)) == ["sample.too_few_answers"]
    assert specs.read(spec.as_json()) == spec
    assert codes(replace(spec, rates=(("成都", 0.0),))) == ["design.bad_rate"]
    assert "sample.unknown_value" in remarks(replace(spec, rates=(("重庆", 0.2),)))


def test_the_lowest_of_several_rates_counts() -> None:
    rates = (("成都", 0.4), ("VIP", 0.2))
    spec = replace(BASE, rates=rates)
    assert rate_of(spec, ("成都", "VIP")) == 0.2
    assert rate_of(spec, ("成都", "")) == 0.4
    assert rate_of(spec, ("上海", "")) == 1.0


def test_precision_and_certainty_count_at_each_stratum_s_own_rate() -> None:
    spec = replace(BASE, n=0, margin=0.05, rates=(("上海", 0.2), ("成都", 0.5)))
    big = plans.plan(spec, frame((5000, 100)))
    # 357 answers at one of five; 成都 needs 80 and can give 50, so everyone there is asked.
    assert [row.n for row in big.rows] == [1785, 100]
    assert [f.code for f in big.findings] == ["sample.margin_missed"]
    willing = replace(spec, response_rate=0.1, rates=(("成都", 1.0),))
    assert plans.plan(willing, frame((5000, 100))).rows[1].n == 80, "not by the others' rate"
    whole = plans.plan(replace(spec, n=20, margin=0.0, take_all=10), frame((300, 9)))
    assert whole.rows[1].n == 9


@given(
    sizes=st.tuples(st.integers(1, 400), st.integers(0, 400)),
    rates=st.tuples(st.integers(1, 100), st.integers(1, 100)),
    wanted=st.integers(1, 400),
    method=st.sampled_from(("equal", "proportional")),
)
@settings(max_examples=60)
def test_invitations_are_as_few_as_give_the_answers(
    sizes: tuple[int, int], rates: tuple[int, int], wanted: int, method: str
) -> None:
    shares = tuple((city, rate / 100) for city, rate in zip(CITIES, rates, strict=True))
    spec = replace(BASE, n=wanted, minimum=0, method=method, rates=shares)
    try:
        rows = plans.plan(spec, frame(sizes)).rows
    except SurveyError:
        assert wanted > sum(n * r / 100 for n, r in zip(sizes, rates, strict=True))
        return
    assert all(row.n <= row.stratum.size for row in rows)
    assert sum(math.ceil(row.answers - 1e-9) for row in rows) >= wanted
    assert sum(math.floor((row.n - 1) * row.response_rate + 1e-9) for row in rows if row.n) < wanted


def test_precision_in_every_stratum_gives_n() -> None:
    spec = replace(BASE, n=0, margin=0.05)
    plan = plans.plan(spec, frame((5000, 100)))
    # Cochran: 384.15 answers, corrected for 5 000 and for 100 customers.
    assert [row.n for row in plan.rows] == [357, 80]
    assert all(row.margin is not None and row.margin <= 0.05 for row in plan.rows)
    assert remarks(spec) == []
    assert codes(replace(spec, n=60)) == ["sample.precision_exceeds_n"]
    assert remarks(replace(spec, response_rate=0.5)) == ["sample.margin_missed"]
    silent = replace(spec, n=5, margin=0.9, minimum=0, response_rate=0.01, take_all=0)
    assert "sample.too_few_to_invite" in codes(silent)


def test_a_stratum_without_expected_answers_misses_any_margin() -> None:
    spec = replace(BASE, n=0, margin=0.5, minimum=0, response_rate=0.01)
    found = [f for f in plans.plan(spec, frame((90, 20))).findings if "margin" in f.code]
    assert [f.params["strata"] for f in found] == ["上海 (–), 成都 (–)"]


def test_many_strata_are_named_by_a_few() -> None:
    units = [Unit(f"{i:03d}", (f"K{i % 9}",), "1", ()) for i in range(90)]
    spec = replace(BASE, n=0, margin=0.5, minimum=0, response_rate=0.1)
    found = plans.plan(spec, freeze(("city",), "spend", units)).findings
    named = next(f for f in found if f.code == "sample.margin_missed").params
    assert named["n"] == 9
    assert str(named["strata"]).count("K") == 6


def test_certain_and_small_strata_are_drawn_whole() -> None:
    for spec in (replace(BASE, n=150, certain=("成都",)), replace(BASE, n=150, take_all=100)):
        plan = plans.plan(spec, frame())
        assert [row.n for row in plan.rows] == [50, 100]


def test_costs_move_the_sample() -> None:
    even = plans.plan(replace(BASE, method="neyman"), frame())
    dear = plans.plan(replace(BASE, method="cost", costs=(("上海", 9.0),)), frame())
    assert dear.rows[0].n < even.rows[0].n
    assert dear.n == even.n == 60


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("selection", ["simple", "systematic", "pps"])
def test_every_method_and_selection_draws_what_it_says(method: str, selection: str) -> None:
    spec = replace(BASE, method=method, selection=selection, order_by=("store", "spend"))
    of = frame()
    drawn = plans.draw(plans.plan(spec, of))
    assert {key: len(found) for key, found in drawn.drawn.items()} == {
        row.stratum.key: row.n for row in drawn.plan.rows
    }
    again = plans.draw(plans.plan(specs.read(spec.as_json()), unpack(of.packed())))
    assert again.hash == drawn.hash
    assert plans.draw(plans.plan(replace(spec, seed=8), of)).hash != drawn.hash


def test_a_systematic_draw_spreads_over_the_sorted_list() -> None:
    spec = replace(BASE, n=40, strata_by=(), selection="systematic", order_by=("spend",))
    units = [Unit(f"{i:03d}", (), str(i % 80), ()) for i in range(400)]
    drawn = plans.draw(plans.plan(spec, freeze((), "spend", units)))
    spends = sorted(int(number) % 80 for number in drawn.drawn[()])
    assert [spend // 2 for spend in spends] == list(range(40))


def test_in_proportion_to_size_leaves_out_who_has_none_and_names_the_certain() -> None:
    units = [Unit(f"{i:02d}", ("上海",), str(i), ()) for i in range(20)]
    units += [Unit("big", ("上海",), "9000", ()), Unit("nil", ("上海",), None, ())]
    units += [Unit("minus", ("上海",), "-5", ())]
    of = freeze(("city",), "spend", units)
    spec = replace(BASE, n=5, selection="pps")
    assert remarks(spec, of) == ["sample.no_size", "sample.certain_units"]
    members = plans.draw(plans.plan(spec, of)).members()[("上海",)]
    assert members[0] == ("big", 1)
    assert not {"nil", "minus", "00"} & {number for number, _p in members}
    assert codes(replace(spec, n=21), of) == ["sample.n_exceeds_frame"]


def test_sizes_that_everyone_has_and_nobody_exceeds_need_no_remark() -> None:
    assert remarks(replace(BASE, selection="pps")) == []


def test_stores_then_customers() -> None:
    spec = replace(BASE, n=0, selection="two_stage", stores=6, take=5)
    plan = plans.plan(spec, frame())
    assert plan.n == 30
    assert len({number[:2] for number in plans.draw(plan).drawn[("上海",)]}) == 1
    weights = {1 / p for order in plan.orders.values() for _n, p in order}
    assert len(weights) <= 4
    assert codes(replace(spec, stores=0)) == ["design.no_stages"]
    assert codes(replace(spec, strata_by=("store",))) == ["design.cluster_in_strata"]
    assert codes(replace(spec, stores=15)) == ["sample.stores_do_not_fit"]
    assert codes(replace(spec, stores=1)) == ["sample.stores_do_not_fit"]
    assert codes(spec, freeze(("city",), "spend", [], ("store",))) == ["sample.empty_frame"]


def test_a_frame_keeps_what_a_selection_needs() -> None:
    sorted_by = replace(BASE, selection="systematic", order_by=("spend", "tier", "store"))
    assert selecting.kept(BASE) == ()
    assert selecting.kept(sorted_by) == ("tier", "store")
    assert selecting.kept(replace(BASE, selection="two_stage")) == ("store",)


def test_the_store_of_everyone_is_known_where_stores_are_drawn() -> None:
    units = [Unit(f"{i}", ("上海",), "1", ("S1" if i % 2 else "",)) for i in range(8)]
    of = freeze(("city",), "spend", units, ("store",))
    spec = replace(BASE, n=0, selection="two_stage", stores=2, take=2)
    assert remarks(spec, of) == ["sample.no_store"]
    assert plans.draw(plans.plan(spec, of)).clusters["1"] == "S1"
    assert plans.draw(plans.plan(spec, of)).clusters["2"] == "–"
    assert plans.draw(plans.plan(BASE, frame())).clusters == {}


def test_names_that_no_stratum_has_are_a_warning() -> None:
    spec = replace(BASE, n=150, certain=("上诲", "成都"))
    assert remarks(spec) == ["sample.unknown_value"]


def test_enough_answers_and_a_reserve_everywhere_need_no_remark() -> None:
    assert remarks(replace(BASE, response_rate=0.5, replicates=4, released=2)) == []


def test_whether_two_stages_weigh_themselves_is_said() -> None:
    even = [Unit(f"{s}-{i}", (), "1", (f"S{s}",)) for s in range(5) for i in range(20)]
    spec = Spec(n=0, seed=1, selection="two_stage", stores=3, take=5)
    assert remarks(spec, freeze((), "spend", even, ("store",))) == []
    uneven = [u for u in even if u.also != ("S0",) or u.number == "0-0"]
    every = replace(spec, stores=5)
    found = plans.plan(every, freeze((), "spend", uneven, ("store",))).findings
    assert [f.code for f in found] == ["sample.not_selfweighting"]
    assert found[0].severity == "warning"


def test_what_is_not_released_stays_in_reserve() -> None:
    spec = replace(BASE, replicates=10, released=6)
    drawn = plans.draw(plans.plan(spec, frame()))
    assert (drawn.plan.n, drawn.plan.released) == (60, 36)
    assert [row.released for row in drawn.plan.rows] == [27, 9]
    members = drawn.members()
    assert members[("上海",)] == [(u, Fraction(27, 300)) for u in drawn.drawn[("上海",)][:27]]
    more = drawn.members({("上海",): 30})
    assert [u for u, _p in more[("上海",)][:27]] == [u for u, _p in members[("上海",)]]
    assert {p for _u, p in more[("上海",)]} == {Fraction(30, 300)}
    whole = replace(spec, certain=("成都",), n=150)
    assert remarks(whole) == ["sample.no_reserve"]
    assert remarks(replace(spec, released=10)) == []


def test_a_wave_of_a_panel_has_the_members_of_its_groups() -> None:
    spec = replace(BASE, replicates=4, released=4, groups=(2, 3))
    drawn = plans.draw(plans.plan(spec, frame()))
    assert specs.read(spec.as_json()) == spec
    assert [row.released for row in drawn.plan.rows] == [22, 8]
    members = drawn.members()
    for row in drawn.plan.rows:
        found = members[row.stratum.key]
        assert len(found) == row.released
        assert sum(1 / p for _u, p in found) == row.stratum.size
    order = drawn.drawn[("上海",)]
    assert [u for u, _p in members[("上海",)]] == order[11:33]
    assert remarks(spec) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "quota"}, "design.unknown_method"),
        ({"selection": "snowball"}, "design.unknown_selection"),
        ({"order_by": ("height",)}, "design.unknown_order"),
        ({"n": 0}, "design.n_too_small"),
        ({"response_rate": 0.0}, "design.bad_rate"),
        ({"response_rate": 1.5}, "design.bad_rate"),
        ({"margin": 1.0}, "design.bad_margin"),
        ({"power": 1.5}, "design.bad_power"),
        ({"costs": (("上海", 0.0),)}, "design.bad_cost"),
        ({"replicates": 2, "released": 3}, "design.bad_replicates"),
        ({"replicates": 2, "released": 0}, "design.bad_replicates"),
        ({"replicates": 51}, "design.bad_replicates"),
        ({"replicates": 3, "released": 3, "groups": (1, 4)}, "design.bad_groups"),
    ],
)
def test_what_no_frame_could_satisfy_is_named(change: dict[str, object], code: str) -> None:
    assert codes(replace(BASE, **change)) == [code]  # type: ignore[arg-type]


@settings(max_examples=80)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=2),
    st.sampled_from(list(SELECTION_NAMES)),
    st.integers(0, 10**6),
    st.integers(1, 8),
    st.data(),
)
def test_any_draw_is_exact_and_weights_stand_for_the_frame(
    sizes: list[int], selection: str, seed: int, parts: int, data: st.DataObject
) -> None:
    of = frame(tuple(sizes))
    n = data.draw(st.integers(1, sum(sizes)))
    k = data.draw(st.integers(1, parts))
    spec = Spec(
        n=n,
        seed=seed,
        strata_by=("city",),
        minimum=0,
        selection=selection,
        stores=data.draw(st.integers(len(sizes), sum(min(size, 7) for size in sizes))),
        take=3,
        replicates=parts,
        released=k,
    )
    drawn = plans.draw(plans.plan(spec, of))
    if selection != "two_stage":
        assert drawn.plan.n == n
    members = drawn.members()
    for row in drawn.plan.rows:
        found = members[row.stratum.key]
        assert len(found) == row.released
        assert all(0 < p <= 1 for _u, p in found)
        assert [u for u, _p in found] == drawn.drawn[row.stratum.key][: row.released]
        if selection in ("simple", "systematic") and row.released:
            assert sum(1 / p for _u, p in found) == row.stratum.size
    assert plans.draw(plans.plan(spec, unpack(of.packed()))).hash == drawn.hash
