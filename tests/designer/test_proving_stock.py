"""Formulas that serve the next document: only where they are made of the same content."""

import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.facts import attributes
from surveyapp.designer.proof import EFFORT, Prover
from surveyapp.designer.proving import stock as stocks
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.keys import Keys
from surveyapp.designer.proving.stock import Stock, Stocks
from surveyapp.designer.proving.words import words_of
from surveyapp.designer.rules import Source
from tests.designer.pieces import nps


def equal(name, value):
    return {"==": [{"answer": name}, value]}


def document(*questions, **more):
    return Document.model_validate({"pages": [{"id": "p", "questions": questions}], **more})


ABC = (nps("a"), nps("b", show=equal("a", 9)), nps("c", show=equal("b", 9)))


def words(*texts):
    rule = {"or": [{"==": [{"customer": "tier"}, text]} for text in texts]}
    return words_of(document(nps("a", show=rule)))


def taken(waiting, texts, faulty=()):
    return waiting.take(words(*texts), faulty)


def test_a_stock_serves_whoever_says_no_more():
    waiting = Stocks(2)
    first = taken(waiting, ["x", "y"])
    waiting.put(first)
    assert taken(waiting, ["y"]) is first
    assert taken(waiting, ["y"]) is not first  # one at a time
    waiting.put(first)
    assert taken(waiting, ["y", "z"]) is not first
    assert taken(waiting, ["y"], ["question:a"]) is not first
    assert taken(waiting, ["x"]) is first


def test_only_the_latest_stocks_wait():
    waiting, made = Stocks(2), [Stock(words(text), ()) for text in "xyz"]
    for one in made:
        waiting.put(one)
    assert taken(waiting, ["x"]) is not made[0]
    assert taken(waiting, ["z"]) is made[2]


def test_a_stock_that_has_grown_too_large_serves_nobody(monkeypatch):
    monkeypatch.setattr(stocks, "MOST", 0)
    one = Stock(words("x"), ())
    assert one.serves(words("x"), ())
    assert one.kept(b"key", lambda: 1) == one.kept(b"key", lambda: 2) == 1
    assert not one.serves(words("x"), ())


def test_after_an_edit_only_what_changed_is_made_anew():
    shelf, made = Stocks(1), []
    one = shelf.take(words_of(document(*ABC)), ())
    shelf.put(one)
    kept = one.kept
    one.kept = lambda key, make: kept(key, lambda: made.append(key) or make())
    for last, some in ((ABC, True), (ABC, False), ((*ABC[:2], nps("c", show=equal("b", 8))), True)):
        made.clear()
        prover = Prover(document(*last), {}, stocks=lambda: shelf)
        prover.run()
        assert not prover.open
        assert bool(made) is some
    first = len(made)
    made.clear()
    Prover(document(nps("a", required=True), *ABC[1:]), {}, stocks=lambda: shelf).run()
    assert len(made) > first  # what reads the first question is more than what reads none


def keys(*questions, **more):
    graph = Graph(document(*questions, **more))
    return graph, Keys(graph, EFFORT)


@pytest.mark.parametrize(
    ("changed", "others"),
    [
        (nps("a", required=True), "b"),
        (nps("a", show={"==": [{"customer": "tier"}, "x"]}), "b"),
        (nps("a", title={"en": "Other words"}), ""),
    ],
)
def test_a_formula_hangs_on_what_it_reads_directly(changed, others):
    (graph, before), (_, after) = keys(*ABC), keys(changed, *ABC[1:])
    differ = [n.question.id for n in graph.nodes if before.formula(n) != after.formula(n)]
    assert differ == (["a", *others] if others else [])


def test_a_formula_hangs_on_its_place_among_the_others():
    (graph, before), (moved, after) = keys(*ABC), keys(nps("z"), *ABC)
    for name in "abc":
        assert before.formula(graph.by_id[name]) != after.formula(moved.by_id[name])


def test_a_source_is_its_question_or_its_fact():
    graph, found = keys(*ABC)
    facts = attributes(graph.document)
    answer = found.source(Source("answer", "b"), facts)
    tier = found.source(Source("customer", "tier"), facts)
    city = found.source(Source("customer", "city"), facts)
    assert len({answer, tier, city, found.source(Source("answer", "a"), facts)}) == 4


def test_what_is_required_hangs_on_the_rule_and_on_what_it_reads():
    def key(*questions):
        graph, found = keys(*questions)
        return found.constraint(graph.constraints[0])

    asked = nps("d", require=equal("a", 9))
    first = key(*ABC, asked)
    assert first == key(ABC[0], ABC[1], nps("c", show=equal("b", 9), title={"en": "C"}), asked)
    assert first != key(*ABC, nps("d", require=equal("a", 8)))
    assert first != key(nps("a", required=True), *ABC[1:], asked)
