"""What is known from before an edit, and what of it is not believed after it."""

import pytest

from surveyapp.designer.proof import EFFORT, Prover
from surveyapp.designer.proving import dead_ends
from surveyapp.designer.proving.claims import claims_of
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.keys import Keys
from surveyapp.designer.proving.model import Model
from surveyapp.designer.proving.near import near_claim
from surveyapp.designer.proving.recalled import Recaller
from surveyapp.designer.proving.replay import Rules, Witness
from surveyapp.designer.proving.verdict import Verdict
from tests.designer.pieces import nps, of, page

A9 = {"==": [{"answer": "a"}, 9]}
HIGH = {"==": [{"customer": "tier"}, "high"]}


def asked(monkeypatch, before, after):
    """The proof of a document after that of another one, and what the solver was asked for it."""
    kept = {}
    Prover(before, kept).run()
    found = []
    for name in ("solve", "refutes"):
        monkeypatch.setattr(Model, name, noting(getattr(Model, name), name, found))
    prover = Prover(after, kept)
    opened = prover.open
    prover.run()
    assert prover.open == ()
    return prover.proof(), opened, found


def noting(method, name, found):
    def noted(*args, **how):
        found.append(name)
        return method(*args, **how)

    return noted


def test_answers_of_before_an_edit_still_lead_where_they_led(monkeypatch):
    def document(required):
        first = page("p", nps("a", required=required), nps("b", show=A9))
        return of(first, page("q", nps("c", show=A9)))

    proof, opened, found = asked(monkeypatch, document(True), document(False))
    assert opened == ("question:b", "question:c")
    assert set(proof.shown) == set(proof.hidden) == set(opened)
    assert found == []


def far(required, show):
    """x reads a, a reads y, y reads z: too far away for what is near x."""
    links = [("y", "z"), ("a", "y")]
    chain = [nps(name, show={"==": [{"answer": read}, 1]}) for name, read in links]
    return of(page("p", nps("z", required=required), *chain), page("q", nps("x", show=show)))


@pytest.mark.parametrize(
    ("show", "code"),
    [
        ({"and": [A9, {"==": [{"answer": "a"}, 8]}]}, "proof.never_shown"),
        ({"or": [{"answered": [{"answer": "a"}]}, {"==": [1, 1]}]}, "proof.always_shown"),
    ],
)
def test_what_follows_from_what_is_near_is_not_asked_again(monkeypatch, show, code):
    proof, opened, found = asked(monkeypatch, far(True, show), far(False, show))
    assert "question:x" in opened
    assert {f.code for f in proof.at("question:x") if f.code.startswith("proof")} == {code}
    assert found == []


def test_a_page_that_refuses_nobody_is_not_asked_again(monkeypatch):
    def document(required):
        must = {">=": [{"answer": "b"}, {"answer": "a"}]}
        before = nps("a", show={"answered": [{"answer": "y"}]})
        between = nps("y", show={"answered": [{"answer": "z"}]})
        first = page("p", nps("z", required=required), between, before)
        return of(first, page("q", nps("b", checks=[{"id": "k", "must": must}])))

    searched = []
    whole = dead_ends.dead_end
    monkeypatch.setattr(dead_ends, "dead_end", lambda *of: searched.append(1) or whole(*of))
    _, opened, _ = asked(monkeypatch, document(True), document(False))
    assert "question:b" in opened
    assert searched == [1]  # before the edit


def recalled(document, kind, by, answer=True):
    """What is believed of answers from before."""
    graph = Graph(document)
    claim = [claim for claim in claims_of(graph) if claim.kind == kind][-1]
    earlier = Verdict(yes_by=by) if answer else Verdict(no_by=by)
    return Recaller(graph, Rules(document)).recalled(claim, earlier, None)


GATE = {"id": "k", "must": {"<": [{"answer": "a"}, 9]}}
OTHER = {"must": {"<": [{"answer": "b"}, 9]}, "id": "k"}


@pytest.mark.parametrize(
    ("first", "answers", "believed"),
    [
        (page("p", nps("a")), {"a": 9}, True),
        (page("p", nps("a")), {"a": 8}, False),  # does not lead there
        (page("p", nps("a")), {"a": 99}, False),  # is no answer
        (page("p", nps("a", checks=[GATE])), {"a": 9}, False),  # is refused
        (page("p", nps("a"), checks=[GATE]), {"a": 9}, False),  # with the page
        (page("p", nps("a"), nps("b", checks=[OTHER])), {"a": 9, "b": 10}, True),  # elsewhere
        (page("p", nps("a"), nps("b", required=True)), {"a": 9}, True),  # left open elsewhere
        (page("p", nps("a"), nps("b", show=HIGH, checks=[GATE])), {"a": 9}, True),  # not shown
    ],
)
def test_only_answers_that_are_accepted_are_believed(first, answers, believed):
    document = of(first, page("q", nps("x", show={">=": [{"answer": "a"}, 9]})))
    found = recalled(document, "question", Witness(answers, {}))
    assert (found.yes_by is not None) is believed


def shown_without(**more):
    none = {"not": [{"answered": [{"answer": "a"}]}]}
    return of(page("p", nps("z"), nps("a", **more)), page("q", nps("x", show=none)))


def test_what_must_be_answered_is_not_left_out():
    nobody = Witness({}, {})
    ruled = {"require": {"answered": [{"answer": "z"}]}}
    assert recalled(shown_without(), "question", nobody).yes
    assert not recalled(shown_without(required=True), "question", nobody).yes
    answered = Witness({"z": 1}, {})
    for by, believed in ((nobody, True), (answered, None)):
        document = shown_without(**ruled)
        graph = Graph(document)
        claim = next(claim for claim in claims_of(graph) if claim.kind == "question")
        assert (
            Recaller(graph, Rules(document)).recalled(claim, Verdict(yes_by=by), None).yes
            is believed
        )


def test_facts_are_such_as_there_are():
    arms = [{"id": "x"}, {"id": "y"}]
    document = of(
        page("p", nps("a", show={"==": [{"random": "e"}, "x"]})),
        experiments=[{"id": "e", "arms": arms}],
    )
    for facts, believed in (
        ({"random": {"e": "y"}}, True),
        ({"random": {"e": "gone"}}, None),
        ({}, None),
    ):
        assert recalled(document, "question", Witness({}, facts), answer=False).no is believed


def test_in_a_shuffled_block_answers_must_lead_there_in_some_order():
    out = {"id": "s", "when": A9}
    document = of(
        page("p", nps("a"), block="k", screen_outs=[out]),
        page("q", nps("b"), block="k"),
        page("r", nps("c", show={"answered": [{"answer": "a"}]})),
    )
    assert recalled(document, "question", Witness({"a": 8}, {})).yes
    assert not recalled(document, "question", Witness({"a": 9}, {})).yes


def test_answers_to_questions_that_are_gone_are_no_matter():
    document = of(page("p", nps("a"), nps("x", show=A9)))
    assert recalled(document, "question", Witness({"a": 9, "gone": 1}, {})).yes


def test_somebody_walked_for_one_claim_may_settle_another():
    document = of(page("p", nps("a")), page("q", nps("x", show=A9)), page("r", nps("y", show=A9)))
    graph = Graph(document)
    first, second = claims_of(graph)
    recaller = Recaller(graph, Rules(document))
    assert recaller.walked == 0
    recaller.recalled(first, Verdict(yes_by=Witness({"a": 9}, {})), None)
    assert recaller.walked == 1
    assert recaller.met(second, Verdict()) == Verdict()  # the walk went no further than the first
    recaller.recalled(second, Verdict(no_by=Witness({"a": 8}, {})), None)
    found = recaller.met(first, Verdict())
    assert (found.yes, found.no) == (True, True)


# What is near -----------------------------------------------------------------------------------


def key(document, levels=1):
    graph = Graph(document)
    claim = next(claim for claim in claims_of(graph) if claim.place == "question:x")
    return Keys(graph, EFFORT).near(claim, levels)


def chain(**first):
    """z → y → x, with something on a page before."""
    first = {"first": nps("w"), **first}
    return of(
        page("o", first["first"], screen_outs=first.get("outs", [])),
        page("p", nps("z", **first.get("z", {}))),
        page("q", nps("y", show={"==": [{"answer": "z"}, 1]})),
        page("r", nps("x", show={"==": [{"answer": "y"}, 1]})),
    )


def test_a_near_key_hangs_on_what_is_near():
    assert key(chain()) == key(chain(first=nps("v")))
    assert key(chain()) == key(chain(first=nps("w", required=True)))
    assert key(chain()) != key(chain(z={"required": True}))
    assert key(chain()) != key(chain(z={"show": HIGH}))


def test_a_near_key_hangs_on_the_screen_outs_before():
    outs = [{"id": "s", "when": {"==": [{"answer": "w"}, 9]}}]
    assert key(chain()) != key(chain(outs=outs))
    assert key(chain(outs=outs)) != key(chain(outs=outs, first=nps("w", required=True)))


def test_a_near_key_hangs_on_the_options_that_are_carried():
    def document(*options):
        made = [{"id": option} for option in options]
        carry = {"which": "chosen"}
        return of(
            page("p", {"type": "multiple", "id": "u", "options": made}),
            page(
                "q",
                {"type": "multiple", "id": "v", "carry": {**carry, "question": "u"}, "options": []},
            ),
            page(
                "r",
                {"type": "multiple", "id": "w", "carry": {**carry, "question": "v"}, "options": []},
            ),
            page("s", nps("x", show={"in": ["a", {"answer": "w"}]})),
        )

    assert key(document("a", "b"), 0) != key(document("a", "c"), 0)


def test_claims_about_pages_have_no_near():
    graph = Graph(of(page("p", nps("a")), page("q", nps("b"), show=A9)))
    (claim,) = claims_of(graph)
    assert near_claim(claim, graph, 1) is None
    assert Keys(graph, EFFORT).near(claim, 1) is None
