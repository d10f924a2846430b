"""What alone shows that nobody gets somewhere, and the edits that such a verdict outlives."""

import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.proof import EFFORT, Prover
from surveyapp.designer.proving.claims import Claim, claims_of, cone_of
from surveyapp.designer.proving.cores import core_cone
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.keys import Keys
from surveyapp.designer.proving.logic import both
from surveyapp.designer.proving.model import Model
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.designer.proving.verdicts import Decider, formulas
from tests.designer.pieces import nps


def equal(name, value=1):
    return {"==": [{"answer": name}, value]}


FAR = [equal("d")]
ANSWERED = {"answered": [{"answer": "f"}]}
SMALL = {"<": [{"answer": "z"}, 3]}
REFUSING = {"id": "k", "must": SMALL}


def document(*, first=None, other=None, show=None, require=None, checks=(), at_page=(), named="a"):
    """Behind z follow a, b, c, d: too far for x to see nearby what z has to do with d. Only
    who answers f is asked for z, which changes nothing about that.
    """
    chain = [nps("b", show=equal(named)), nps("c", show=equal("b")), nps("d", show=equal("c"))]
    asked = nps(
        "z", **{"required": True, "show": ANSWERED, "checks": list(checks), **(first or {})}
    )
    pages = [
        {"id": "o", "questions": [nps("f", **(other or {}))]},
        {"id": "p", "questions": [asked], "checks": list(at_page)},
        {"id": "q", "questions": [nps(named, show={">=": [{"answer": "z"}, 5]}), *chain]},
        {"id": "r", "questions": [nps("x", show=show, require=require)]},
    ]
    return Document.model_validate({"pages": pages})


def shown(**more):
    """x is to be shown to somebody with a small z and yet an answer to d."""
    return document(show={"and": [*FAR, SMALL]}, **more)


def required(**more):
    """x is to be required of somebody with an answer to d; a check refuses all who have one."""
    return document(require={"and": FAR}, **{"checks": [REFUSING], **more})


def at_page(**more):
    """The same with a check of the page."""
    return document(require={"and": FAR}, at_page=[REFUSING], **more)


def said(document, kept):
    prover = Prover(document, kept)
    prover.run()
    return {f.code for f in prover.proof().at("question:x") if f.code.startswith("proof")}


def edited(monkeypatch, before, after):
    """Whether something is said of x after an edit, and whether it had to be decided anew."""
    fresh, kept, asked = said(after, {}), {}, []
    said(before, kept)
    assert "question:x" in Prover(after, kept).open
    decide = Decider.decide

    def noted(decider, claim, *more):
        asked.append(claim.place)
        return decide(decider, claim, *more)

    monkeypatch.setattr(Decider, "decide", noted)
    assert said(after, kept) == fresh
    return bool(fresh), "question:x" in asked


def decided(document):
    graph = Graph(document)
    claim = next(c for c in claims_of(graph) if c.place == "question:x")
    return graph, claim, Decider(graph, EFFORT).decide(claim)


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (shown, ("question", "a")),
        (required, ("check", "check:z.k")),
        (at_page, ("check", "check:p.k")),
    ],
)
def test_a_core_is_what_the_contradiction_is_made_of(made, part):
    _, _, verdict = decided(made())
    assert verdict.yes is False
    assert verdict.near == 0
    assert part in verdict.core
    assert ("question", "f") not in verdict.core


@pytest.mark.parametrize("made", [shown, required, at_page])
def test_a_never_outlives_edits_of_what_is_not_in_its_core(monkeypatch, made):
    assert edited(monkeypatch, made(), made(other={"required": True})) == (True, False)


LARGE = {"id": "k", "must": {"<": [{"answer": "z"}, 9]}}


@pytest.mark.parametrize(
    ("before", "after", "never"),
    [
        (required(), required(checks=[LARGE]), False),
        (required(), required(checks=()), False),
        (required(), required(checks=[{**REFUSING, "severity": "warning"}]), False),
        (required(), required(first={"show": equal("f", 2)}), True),
        (required(), required(named="g"), True),
        (at_page(), document(require={"and": FAR}, at_page=[LARGE]), False),
        (shown(), document(show={"and": [*FAR, {"<": [{"answer": "z"}, 9]}]}), False),
        (shown(), shown(named="g"), True),
    ],
)
def test_a_never_is_asked_again_where_its_core_changed(monkeypatch, before, after, never):
    assert edited(monkeypatch, before, after) == (never, True)


def test_an_answer_that_is_always_the_same_has_a_core_too(monkeypatch):
    def always(**more):
        refuted = {"not": [{"and": [equal("d"), SMALL]}]}
        given = {"answered": [{"answer": "d"}]}
        return document(show={"or": [{"and": [given, refuted]}, {"not": [given]}]}, **more)

    other = {"show": {"==": [1, 1]}}
    assert edited(monkeypatch, always(), always(other=other)) == (True, False)


def test_a_claim_without_a_core_has_no_key():
    graph, claim, verdict = decided(shown())
    keys = Keys(graph, EFFORT)
    assert keys.core(claim, verdict) is not None
    assert keys.core(claim, Verdict(yes=False)) is None
    assert keys.core(claim, Verdict(yes=False, core=(("question", "gone"),))) is None
    page = Claim("page", "page:r", equal("d"), 3)
    assert core_cone(page, verdict, graph) is None


def test_what_the_solver_leaves_open_has_no_core():
    graph, claim, _ = decided(shown())
    model = Model(graph)
    cone = cone_of(claim, graph, complete=False)
    formula = both(*formulas(model, claim))
    assert model.core(cone, formula, complete=False, effort=EFFORT)
    assert model.core(cone, formula, complete=False, effort=1) is None
    assert model.core(cone, True, complete=False, effort=EFFORT) is None
    assert model.core(cone, False, complete=False, effort=EFFORT) == []
