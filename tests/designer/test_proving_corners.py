"""Corners of the proof: what is left open, what is said once, and questions that are rare."""

import time

import pytest
import z3

from surveyapp.designer.proof import EFFORT, Prover, prove
from surveyapp.designer.proving import covering, dead_ends
from surveyapp.designer.proving.claims import claims_of
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.lengths import LARGEST_GROUP
from surveyapp.designer.proving.logic import choose, opposite, put, same
from surveyapp.designer.proving.model import Model
from surveyapp.designer.proving.replay import Replay, Rules, Witness, confirms
from surveyapp.designer.proving.samples import Crowd
from surveyapp.designer.proving.verdicts import Decider
from tests.designer.pieces import nps, of, page

NEVER = {"==": [1, 2]}
MALFORMED = {"==": [1]}
A9 = {"==": [{"answer": "a"}, 9]}


def said(document, **how):
    """The (code, place, severity) of what the proof itself finds."""
    found = prove(document, **how)
    return {(f.code, f.place, f.severity) for f in found.findings if f.code.startswith("proof.")}


def codes(document, **how):
    return {code for code, _, _ in said(document, **how)}


def many(name="r", count=45, kind="ranking", **more):
    """A question with more options than places are written down for."""
    return {"type": kind, "id": name, "options": [{"id": f"o{n}"} for n in range(count)], **more}


FIRST = {"==": [{"position": [{"answer": "r"}, "o1"]}, 1]}

# Time and order --------------------------------------------------------------------------------


def test_a_proof_without_time_leaves_everything_open_and_goes_on_later():
    document = of(page("p", nps("a"), nps("b", show=A9)))
    prover = Prover(document, {})
    prover.run(seconds=0)
    assert prover.open == ("question:b",)
    assert prover.proof().shown == {}
    prover.run(seconds=60)
    assert prover.open == ()
    assert "question:b" in prover.proof().shown


@pytest.mark.parametrize("moments", [1, 2, 3])
def test_time_may_run_out_at_every_step(monkeypatch, moments):
    passed = iter([0] * moments + [9] * 9)
    monkeypatch.setattr(time, "monotonic", lambda: next(passed))
    prover = Prover(of(page("p", nps("a"), nps("b", show=A9))), {})
    prover.run(seconds=5)
    assert prover.open == ("question:b",)
    prover.run()
    assert prover.open == ()


def test_the_same_experiment_twice_is_decided_once_and_named_as_a_double():
    twin = {"id": "e", "arms": [{"id": "x"}, {"id": "y"}]}
    document = of(page("p", nps("a")), experiments=[twin, twin])
    kept = {}
    prover = Prover(document, kept)
    prover.run()
    assert len(kept) == 1
    assert "document.duplicate_id" in {f.code for f in prover.proof().findings}


# Faulty rules ----------------------------------------------------------------------------------


def test_nobody_knows_who_gets_behind_a_faulty_screen_out():
    document = of(
        page("p", nps("a"), nps("b", show=A9), screen_outs=[{"id": "s", "when": MALFORMED}]),
        page("q", nps("c", show=NEVER)),
        vetoes=[{"id": "v", "when": NEVER}],
    )
    found = prove(document)
    assert "rule.operands" in {f.code for f in found.at("screen_out:p.s")}
    assert set(found.shown) == {"question:b"}
    assert codes(document) == set()
    assert Prover(document, {}).lengths() is None


def test_a_page_whose_checks_hang_on_a_faulty_rule_is_no_dead_end():
    gate = page("q", nps("c"), checks=[{"id": "k", "must": {"answered": [{"answer": "b"}]}}])
    sound = of(page("p", nps("a"), nps("b")), gate)
    assert "proof.dead_end" in codes(of(page("p", nps("a"), nps("b", show=NEVER)), gate)) | codes(
        of(page("p", nps("a"), nps("b")), {**gate, "checks": [{"id": "k", "must": NEVER}]})
    )
    assert codes(of(page("p", nps("a"), nps("b", show=MALFORMED)), gate)) == set()
    assert prove(sound).open == ()


def test_faulty_checks_demand_nothing():
    checks = [{"id": "k", "must": MALFORMED}]
    document = of(
        page("p", nps("a", required=True, checks=checks), checks=checks),
        page("q", nps("b", show=A9)),
    )
    found = prove(document)
    assert "question:b" in found.shown
    assert {f.place for f in found.findings if f.code == "rule.operands"} >= {"check:a.k"}
    assert codes(document) == set()


def test_what_reads_a_faulty_value_through_another_is_not_decided():
    document = of(
        page("p", nps("a"), nps("b", show={"==": [{"computed": "outer"}, 99]})),
        computed=[
            {"id": "inner", "value": MALFORMED},
            {"id": "outer", "value": {"+": [{"computed": "inner"}, 1]}},
        ],
    )
    assert codes(document) == set()
    assert prove(document).shown == {}


# What is left open -----------------------------------------------------------------------------


def test_a_dead_end_that_the_solver_gives_up_on_is_said_to_be_open():
    must = {">": [{"*": [{"answer": "a"}, {"answer": "b"}]}, {"answer": "a"}]}
    document = of(page("p", nps("a"), nps("b"), checks=[{"id": "k", "must": must}]))
    assert ("proof.undecided", "page:p", "info") in said(document, effort=1)


@pytest.mark.parametrize("giving_up", ["turns", "answers"])
def test_a_dead_end_is_open_when_the_search_gives_up(monkeypatch, giving_up):
    class Tired:
        def __init__(self, solver):
            self.solver = solver

        def __getattr__(self, name):
            return getattr(self.solver, name)

        def check(self):
            return z3.unknown

    made = []

    def second_gives_up(*arguments):
        made.append(dead_ends_solver(*arguments))
        return Tired(made[-1]) if len(made) % 2 == 0 else made[-1]

    dead_ends_solver = dead_ends.solver_in
    if giving_up == "turns":
        monkeypatch.setattr(dead_ends, "TURNS", 0)
    else:
        monkeypatch.setattr(dead_ends, "solver_in", second_gives_up)
    must = {">": [{"*": [{"answer": "a"}, {"answer": "b"}]}, 1000]}
    document = of(page("p", nps("a"), nps("b"), checks=[{"id": "k", "must": must}]))
    assert ("proof.undecided", "page:p", "info") in said(document)


def test_long_rankings_leave_open_what_asks_for_a_place():
    ranked = of(page("p", many()), page("q", nps("x", show=FIRST)))
    assert ("proof.undecided", "question:x", "info") in said(ranked)
    gate = of(page("p", many(checks=[{"id": "k", "must": FIRST}])))
    assert ("proof.undecided", "question:r", "info") in said(gate)


# Lengths ---------------------------------------------------------------------------------------


def lengths(document):
    return Prover(document, {}).lengths()


def test_independent_parts_are_measured_apart_and_added():
    document = of(
        page("p", nps("a", required=True), nps("b", required=True)),
        page(
            "q", nps("c", show=A9), nps("d", show={"==": [{"answer": "b"}, 1]}), nps("e", show=A9)
        ),
    )
    found = lengths(document)
    assert (found.shortest.questions, found.longest.questions) == (2, 5)
    assert found.shortest.exact
    assert found.longest.exact


def test_an_optimiser_that_gives_up_leaves_a_bound(monkeypatch):
    document = of(page("p", nps("a"), nps("b", show=A9)))
    assert lengths(document).longest.exact
    monkeypatch.setattr(z3.Optimize, "check", lambda self: z3.unknown)
    found = lengths(document)
    assert not found.longest.exact
    assert not found.shortest.exact
    assert found.shortest.questions == 1


def test_what_hangs_on_a_long_ranking_has_a_bound():
    found = lengths(of(page("p", many()), page("q", nps("x", show=FIRST))))
    assert found.shortest.questions == 1
    assert not found.longest.exact


def test_very_many_questions_that_hang_together_have_a_bound():
    shown = [nps(f"x{n}", show=A9) for n in range(LARGEST_GROUP + 1)]
    found = lengths(of(page("p", nps("a")), page("q", *shown)))
    assert found.shortest.questions == 1
    assert not found.longest.exact


def test_a_long_chain_of_questions_is_walked_to_its_end():
    chain = [nps("x0", required=True)]
    for n in range(1, 40):
        last = {"answered": [{"answer": f"x{n - 1}"}]}
        chain.append(nps(f"x{n}", required=True, show=last))
    found = lengths(of(page("p", *chain)))
    assert found.shortest.questions == found.longest.questions == 40


# What is said, and of which part ---------------------------------------------------------------


def test_behind_a_screen_out_of_everybody_nothing_more_is_said():
    out = {"id": "s", "when": {"<=": [0, {"answer": "a"}]}}
    document = of(
        page("p", nps("a", required=True), screen_outs=[out]),
        page("q", nps("b", show=A9)),
        vetoes=[{"id": "v", "when": NEVER}],
    )
    assert codes(document) == {"proof.screens_everybody"}


def test_a_question_of_which_nothing_may_be_left_to_choose():
    def choice(**more):
        options = [{"id": "x", "show": A9}]
        return of(
            page("p", nps("a")),
            page("q", {"type": "single", "id": "c", "options": options, **more}),
        )

    assert ("proof.nothing_to_choose", "question:c", "info") in said(choice())
    assert ("proof.nothing_to_choose", "question:c", "warning") in said(choice(required=True))


def test_a_warning_that_everybody_gets_keeps_nobody():
    must = {">": [{"answer": "a"}, 10]}

    def checked(severity):
        return of(page("p", nps("a", checks=[{"id": "k", "must": must, "severity": severity}])))

    code, place = "proof.check_always_fails", "check:a.k"
    assert (code, place, "warning") in said(checked("warning"))
    assert (code, place, "error") in said(checked("error"))


def test_the_title_of_a_page_may_have_a_gap():
    document = of(
        page("p", nps("a")),
        page("q", nps("b"), title={"en": "{a}"}),
        page("r", nps("c", required=True)),
        page("s", nps("d"), title={"en": "{c}"}),
    )
    assert {place for code, place, _ in said(document)} == {"page:q"}


def test_a_screen_out_on_a_page_that_some_people_skip():
    out = {"id": "s", "when": {"==": [{"answer": "b"}, 3]}}
    more = {f"x{n}": nps(f"x{n}", show=A9) for n in range(12)}  # enough to try random people
    document = of(
        page("p", nps("a")), page("q", nps("b"), *more.values(), show=A9, screen_outs=[out])
    )
    shown = prove(document).shown["screen_out:q.s"]
    assert (shown.answers["a"], shown.answers["b"]) == (9, 3)


def test_in_a_shuffled_block_some_order_leads_past_a_screen_out():
    out = {"id": "s", "when": {"==": [{"answer": "a"}, 9]}}
    document = of(
        page("p", nps("a", required=True), block="k", screen_outs=[out]),
        page(
            "q",
            nps("b"),
            block="k",
            screen_outs=[{"id": "t", "when": {"==": [{"answer": "b"}, 9]}}],
        ),
        page("r", nps("c", show={"and": [A9, {"answered": [{"answer": "b"}]}]})),
    )
    found = prove(document)
    assert {"screen_out:p.s", "screen_out:q.t"} <= set(found.shown)
    assert found.open == ()


def test_in_a_shuffled_block_the_other_order_may_be_the_only_way():
    nine = {"==": [{"answer": "x"}, 9]}
    both = {"and": [nine, {"==": [{"answer": "b"}, 9]}]}
    document = of(
        page("z", nps("x")),
        page("p", nps("a"), block="k", screen_outs=[{"id": "s", "when": nine}]),
        page("q", nps("b"), block="k", screen_outs=[{"id": "t", "when": both}]),
    )
    assert prove(document).shown["screen_out:q.t"].answers == {"x": 9, "b": 9}


def checked(must):
    """The verdict on a check of somebody's answer, when a person who answered 5 was met."""
    document = of(page("p", nps("a", checks=[{"id": "k", "must": must}])))
    graph = Graph(document)
    (claim,) = claims_of(graph)
    decider = Decider(graph, EFFORT)
    met = Replay(document, Witness({"a": 5}, {}), decider.rules)
    return decider, decider.decide(claim, [met])


def test_the_answer_at_an_end_breaks_a_check_without_the_solver():
    decider, verdict = checked({"<": [{"answer": "a"}, 10]})
    assert verdict.yes_by.answers == {"a": 10}
    assert verdict.no_by.answers == {"a": 5}
    assert decider.spent == 0


def test_a_check_that_no_end_breaks_is_the_solvers():
    decider, verdict = checked({"!=": [{"answer": "a"}, 4]})
    assert verdict.yes_by.answers == {"a": 4}
    assert decider.spent > 0


def test_nobody_gets_through_a_page_that_refuses_everything():
    refusing = page("p", nps("a", required=True), checks=[{"id": "k", "must": NEVER}])
    assert Crowd(of(refusing), seed=1).respondent() is None


def test_answers_that_stay_but_are_refused_make_no_whole_way():
    checks = [{"id": "k", "must": {">": [{"answer": "a"}, 5]}}]
    crowd = Crowd(of(page("p", nps("a", checks=checks))), seed=1)
    assert crowd.completed(Witness({"a": 3}, {}), frozenset({"a"})) is None
    assert crowd.completed(Witness({"a": 7}, {}), frozenset({"a"})).witness.answers == {"a": 7}


def test_answers_that_do_not_lead_there_confirm_nothing():
    document = of(page("p", nps("a"), nps("b", show=A9)))
    (claim,) = (c for c in claims_of(Graph(document)) if c.kind == "question")
    rules, nobody = Rules(document), Witness({}, {})
    assert not confirms(document, nobody, rules, claim, True)
    assert confirms(document, nobody, rules, claim, False)


# Ways -------------------------------------------------------------------------------------------


def ways(document):
    prover = Prover(document, {})
    prover.run()
    return prover.ways()


def test_without_chance_respondents_the_ways_come_from_the_witnesses(monkeypatch):
    monkeypatch.setattr(covering, "CROWD", 0)
    dead = {"type": "single", "id": "c", "required": True, "show": A9}
    document = of(
        page("p", nps("a"), nps("b", show={"==": [{"answer": "a"}, 3]})),
        page("q", dead),
    )
    found = ways(document)
    assert any(way.witness.answers.get("a") == 3 for way in found)
    assert not any("question:c" in way.met for way in found)


def test_checks_that_push_each_other_leave_no_way(monkeypatch):
    monkeypatch.setattr(covering, "CROWD", 0)
    above = {"id": "k", "must": {">": [{"answer": "a"}, 5]}}
    below = {"id": "l", "must": {"<": [{"answer": "a"}, 3]}}
    document = of(
        page("p", nps("a", checks=[above, below], required=True), nps("b", show=A9)),
        page("q", nps("c", show={"==": [{"answer": "a"}, 1]})),
    )
    assert ways(document) == ()


def test_a_whole_way_has_the_facts_that_nobody_lacks():
    arms = [{"id": "x"}, {"id": "y"}]
    document = of(page("p", nps("a")), experiments=[{"id": "e", "arms": arms}])
    crowd = Crowd(document, seed=1)
    given = {"customer": {"tier": "low"}, "random": {"e": "y"}}
    for facts in ({}, given):
        found = crowd.completed(Witness({}, facts), frozenset()).witness.facts
        assert found["random"]["e"] in ("x", "y")
        assert set(found["survey"]) == {"today", "language", "mode"}
        assert found.get("customer") == facts.get("customer")
        assert found["random"]["e"] == "y" or not facts


def test_somebody_whom_the_solver_finds_may_get_no_further():
    three = {"==": [{"answer": "a"}, 3]}
    kept_back = [{"id": "k", "must": {"not": [three]}}]
    more = [nps(f"x{n}", show={"==": [{"answer": "a"}, n % 3]}) for n in range(14)]
    document = of(
        page("p", nps("a", required=True), nps("b", show=three), *more),
        page("q", nps("c"), checks=kept_back),
    )
    assert prove(document).shown["question:b"].answers == {"a": 3}


def test_what_nobody_meets_on_a_whole_way_is_on_none():
    three = {"==": [{"answer": "a"}, 3]}
    kept_back = [{"id": "k", "must": {"not": [three]}}]
    document = of(
        page("p", nps("a", required=True), nps("b", show=three)),
        page("q", nps("c"), checks=kept_back),
    )
    assert {(way.met, way.missed) for way in ways(document)} == {((), ("question:b",))}


# Rare questions --------------------------------------------------------------------------------


def dated(**limits):
    return {"type": "date", "id": "d", **limits}


@pytest.mark.parametrize(
    ("limits", "day", "possible"),
    [
        ({}, "2020-02-29", True),
        ({"earliest": "2026-01-01"}, "2025-12-31", False),
        ({"earliest": "2026-01-01"}, "2026-01-01", True),
        ({"latest": "2026-01-01"}, "2026-01-02", False),
        ({"earliest": "2026-01-01", "latest": "2026-01-03"}, "2026-01-02", True),
    ],
)
def test_dates_keep_to_their_limits(limits, day, possible):
    document = of(page("p", dated(**limits), nps("x", show={"==": [{"answer": "d"}, day]})))
    assert ("proof.never_shown" not in codes(document)) is possible


def test_dates_may_be_chosen_by_a_condition():
    later = {"if": [A9, "2026-03-01", {"answer": "d"}]}
    apart = {"days": [later, {"survey": "today"}]}
    days = dated(latest="today", required=True)
    document = of(
        page("p", nps("a", required=True), days),
        page("q", nps("x", show={"and": [{"!=": [{"answer": "a"}, 9]}, {"<": [apart, 0]}]})),
    )
    assert ("proof.never_shown", "question:x", "error") in said(document)


def test_halves_are_rounded_away_from_zero():
    half = {"round": [{"/": [{"answer": "a"}, 2]}]}
    below = {"round": [{"/": [{"-": [0, {"answer": "a"}]}, 2]}]}

    def possible(rule):
        document = of(page("p", nps("a", required=True), nps("x", show=rule)))
        return "proof.never_shown" not in codes(document)

    a3 = {"==": [{"answer": "a"}, 3]}
    assert possible({"and": [a3, {"==": [half, 2]}]})
    assert not possible({"and": [a3, {"==": [half, 1]}]})
    assert possible({"and": [a3, {"==": [below, -2]}]})
    assert not possible({"and": [a3, {"==": [below, -1]}]})


def test_one_option_that_excludes_the_others_has_none_to_exclude():
    alone = {"type": "multiple", "id": "m", "options": [{"id": "n", "exclusive": True}]}
    document = of(page("p", alone, nps("x", show={"in": ["n", {"answer": "m"}]})))
    assert "question:x" in prove(document).shown
    assert codes(document) == set()


def test_photos_and_words_behind_options_are_answers_too():
    shows = [
        nps("x", show={"answered": [{"answer": "f"}]}),
        nps("y", show={"==": [{"answer": "s.o"}, "wood"]}),
        nps("z", show={"==": [{"answer": "n"}, 2.5]}),
        nps("w", show={">": [{"answer": "d"}, "2026-01-01"]}),
        nps("v", show={"==": [{"answer": "t"}, "steel"]}),
        *(nps(f"v{n}", show={"==": [{"answer": "t"}, f"steel{n}"]}) for n in range(8)),
    ]
    document = of(
        page(
            "p",
            {"type": "photo", "id": "f"},
            {"type": "single", "id": "s", "options": [{"id": "o", "other": True}, {"id": "p"}]},
            {"type": "number", "id": "n", "decimals": 1, "minimum": 1},
            {"type": "date", "id": "d"},
            {"type": "short_text", "id": "t"},
        ),
        page("q", *shows),
    )
    found = prove(document)
    assert {f"question:{one['id']}" for one in shows} == set(found.shown) == set(found.hidden)
    answers = found.shown["question:y"].answers
    assert (answers["s"], answers["s.o"]) == ("o", "wood")


def test_words_behind_an_option_have_a_solver_too():
    options = [{"id": "o", "other": True}, {"id": "p"}]
    document = of(
        page("p", {"type": "single", "id": "s", "options": options}),
        page("q", nps("y", show={"==": [{"answer": "s.o"}, "wood"]})),
    )
    assert prove(document).shown["question:y"].answers == {"s": "o", "s.o": "wood"}


def test_one_value_may_stand_in_several_rules():
    document = of(
        page(
            "p",
            nps("a"),
            nps("x", show={">": [{"computed": "c"}, 12]}),
            nps("y", show={">": [{"computed": "c"}, 13]}),
        ),
        computed=[{"id": "c", "value": {"+": [{"answer": "a"}, 3]}}],
    )
    assert {place for code, place, _ in said(document)} == {"question:y"}


def test_rules_that_no_type_checker_passed_are_unknown():
    model = Model(Graph(of(page("p", nps("a"), many("r", 3)))))
    for rule in (
        {"in": ["o1", {"answer": "a"}]},
        {"position": [{"answer": "r"}, "elsewhere"]},
        {"position": [{"answer": "a"}, "o1"]},
        {"/": [1, 0]},
        {"+": [{"answer": "r"}, 1]},
        {"sum": [{"answer": "r"}]},
    ):
        assert model.rule(rule).known is False


def test_formulas_that_are_known_at_once_stay_plain():
    context = z3.Context()
    open_ = z3.Bool("b", context)
    assert same(True, open_) is same(open_, True) is open_
    assert same(False, open_).eq(opposite(open_))
    assert same(open_, False).eq(opposite(open_))
    assert same(True, False) is False
    assert put(open_, []) is open_
    assert choose(open_, 1, 0).sort() == z3.IntSort(context)
    assert choose(True, 1, 0) == 1
