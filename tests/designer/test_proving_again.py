"""Whom one walk serves twice: what an edit takes over from it, and what else is met on it."""

import pytest

from surveyapp.designer import proof
from surveyapp.designer.document import Document
from surveyapp.designer.path import Walk
from surveyapp.designer.proof import EFFORT, Prover
from surveyapp.designer.proving import again
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.keys import Keys
from surveyapp.designer.proving.model import Model
from surveyapp.designer.proving.recalled import Walked
from surveyapp.designer.proving.replay import Rules, Witness
from tests.designer.pieces import nps


def equal(name, value):
    return {"==": [{"answer": name}, value]}


def document(*questions, **last):
    pages = [{"id": f"p{n}", "questions": [one]} for n, one in enumerate(questions)]
    return Document.model_validate(
        {"pages": [*pages, {"id": "z", "questions": [nps("z", **last)]}]}
    )


def walked(document, by):
    graph = Graph(document)
    keys = Keys(graph, EFFORT).pages
    return Walked(graph, by, Rules(document), len(document.pages), keys)


@pytest.fixture
def looked_at(monkeypatch):
    """The questions whose rules are looked at."""
    found = []
    comes = Walk.comes
    monkeypatch.setattr(
        Walk, "comes", lambda walk, step: found.append(step.question.id) or comes(walk, step)
    )
    return found


A, B, C = nps("a"), nps("b", show=equal("a", 9)), nps("c", show=equal("b", 9))


def test_only_what_an_edit_may_have_changed_is_looked_at_again(looked_at):
    by = Witness({"a": 9, "b": 9, "z": 11}, {})
    for last, expected in (
        (document(A, B, C), ["a", "b", "c", "z"]),
        (document(A, B, C), []),
        (document(A, B, C, show=equal("a", 9)), ["z"]),
        (document(A, nps("b", show=equal("a", 8)), C), ["b", "c"]),
        (document(A, B, nps("c", show=equal("b", 8))), ["c"]),
    ):
        looked_at.clear()
        found = walked(last, by)
        assert looked_at == expected
        fresh = walked(last, Witness(by.answers, by.facts))
        assert found.replay.way == fresh.replay.way
        assert found.wrong == fresh.wrong == {"z": {"answer.range"}}


def test_whether_an_answer_is_missing_hangs_on_its_being_required():
    by = Witness({"a": 9}, {})
    require = equal("a", 9)
    for last, wrong in (
        (document(A), {}),
        (document(A, require=require), {"z": {"answer.required"}}),
        (document(A), {}),
        (document(nps("a", required=True), require=equal("a", 8)), {}),
    ):
        assert walked(last, by).wrong == wrong


def test_where_an_id_stands_twice_nothing_is_taken_over(looked_at):
    by = Witness({"a": 9}, {})
    twice = document(A, B, B)
    for _ in range(2):
        looked_at.clear()
        assert walked(twice, by).wrong == {}
        assert looked_at == ["a", "b", "b", "z"]


def test_a_memory_is_bounded(monkeypatch, looked_at):
    monkeypatch.setattr(again, "MOST", 0)
    by = Witness({"a": 9}, {})
    for _ in range(2):
        looked_at.clear()
        walked(document(A, B), by)
        assert looked_at == ["a", "b", "z"]


def test_who_sees_the_same_page_keeps_the_same_object(monkeypatch):
    monkeypatch.setattr(again, "_shared", {})
    first, second = (walked(document(A), Witness({"a": n}, {})) for n in (8, 9))
    assert first.replay.way.pages[0] is second.replay.way.pages[0]
    monkeypatch.setattr(again, "SHARED", 0)
    assert walked(document(A), Witness({"a": 7}, {})).replay.way == first.replay.way
    assert len(again._shared) == 1


def test_a_page_that_offers_options_of_another_is_looked_at_each_time(looked_at):
    several = {"type": "multiple", "id": "m", "options": [{"id": "x"}, {"id": "y"}]}
    carrying = {"type": "single", "id": "s", "carry": {"question": "m", "which": "chosen"}}
    by = Witness({"m": ["x"], "s": "x"}, {})
    found = walked(document(several, carrying), by)
    assert found.wrong == {}
    looked_at.clear()
    again = walked(document({**several, "options": [{"id": "y"}]}, carrying), by)
    assert "s" in looked_at
    assert again.replay.way.question_ids == {"m", "z"}


def test_whom_the_solver_finds_settles_other_claims_on_the_way(monkeypatch):
    monkeypatch.setattr(proof, "FEW", 0)
    monkeypatch.setattr(proof, "CROWD", 1)
    solved = []
    solve = Model.solve
    monkeypatch.setattr(Model, "solve", lambda *of, **how: solved.append(1) or solve(*of, **how))
    four = [nps(name, required=True) for name in "abcd"]
    rare = {">=": [{"sum": [{"answer": name} for name in "abcd"]}, 39]}
    prover = Prover(document(*four, nps("x", show=rare), show=rare), {})
    prover.run()
    assert set(prover.proof().shown) == {"question:x", "question:z"}
    assert len(solved) == 1
