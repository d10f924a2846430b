# ruff: noqa: E501 - a table of rules reads better with one rule on one line
import ast
import itertools
import random
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer import (
    proof,
    rule_places,
    rule_types,
    structure,
    structure_parts,
    structure_pipes,
    wording,
)
from surveyapp.designer.answers import check_question
from surveyapp.designer.document import Contradiction, Document, Multiple, Number, variables_of
from surveyapp.designer.library import template
from surveyapp.designer.path import path
from surveyapp.designer.proof import prove
from surveyapp.designer.proving import model, sentences
from surveyapp.designer.rule_types import check_rules, rules_of
from surveyapp.designer.rules import evaluate
from tests.designer.test_rules import JSON
from tests.questionnaires import broken_names, names, questionnaire


def codes(found, severities=("error", "warning", "info")):
    return [finding.code for finding in found.findings if finding.severity in severities]


def style(code):
    """Whether it is about the way of asking, which the fixtures of other faults leave open."""
    return code.startswith("wording.")


@pytest.mark.parametrize("name", broken_names())
def test_each_fault_is_found_and_only_it(name):
    found = prove(questionnaire(f"broken/{name}"))
    assert {code for code in codes(found) if style(name) or not style(code)} == {name}
    assert all(finding.message for finding in found.findings)


def written_codes():
    """Every code that stands in the modules that find something."""
    parts = (structure, structure_parts, structure_pipes)
    for module in (proof, sentences, *parts, wording, rule_types, rule_places):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                area, _, what = node.value.partition(".")
                if area in ("rule", "proof", "document", "wording", "pipe") and what.isidentifier():
                    yield node.value


def test_every_code_has_its_questionnaire():
    assert {*written_codes()} - {"proof.undecided"} <= {*broken_names()}


@pytest.mark.parametrize(
    "code", sorted({c for c in written_codes() if c.startswith("proof.")} - {"proof.undecided"})
)
def test_the_sound_twin_of_each_fault_is_sound(code):
    found = prove(questionnaire(f"sound/{code}"))
    assert codes(found, ("error", "warning")) == []
    assert code not in codes(found)


@pytest.mark.parametrize(
    "code",
    [
        "proof.piped_missing", "proof.nothing_to_choose", "proof.dead_end",
        "proof.only_unanswered", "proof.always_shown", "proof.always_required",
        "proof.check_always_fails",
    ],
)  # fmt: skip
def test_a_finding_comes_with_answers_that_show_it(code):
    found = prove(questionnaire(f"broken/{code}"))
    (finding,) = (f for f in found.findings if f.code == code)
    assert found.witness(finding) is not None


@pytest.mark.parametrize("name", names())
def test_sound_questionnaires_can_be_published(name):
    found = prove(questionnaire(name))
    assert found.publishable
    assert set(codes(found)) <= {"document.single_item", "document.no_dimension"}


def test_the_template_has_nothing_to_mend():
    assert codes(prove(template("aftersales")), ("error", "warning")) == []


def rule_at(document, place):
    return next(rule for where, _, rule in rules_of(document) if where == place)


def shown_at(document, place, answers, facts):
    kind, _, name = place.partition(":")
    seen = path(document, answers, facts)
    if kind in ("contradiction", "veto", "bonus"):
        rule = rule_at(document, place)
        return evaluate(rule, seen.on_path(answers), facts) is True
    if kind == "page":
        # a page of which nothing is visible yet is skipped: ask its rule
        rule = rule_at(document, place)
        return evaluate(rule, before(document, place, answers, facts), facts) is True
    return name in seen.question_ids


def before(document, place, answers, facts):
    """The visible answers that stand before a page."""
    index = [f"page:{page.id}" for page in document.pages].index(place)
    head = document.model_copy(update={"pages": document.pages[:index]})
    return path(head, answers, facts).on_path(answers)


@pytest.mark.parametrize("document", [template("aftersales"), *map(questionnaire, names())])
def test_witnesses_lead_where_they_say(document):
    found = prove(document)
    shows = {p.place for p in rules_of(document) if p.field == "show" or "tradiction" in p.place}
    assert shows <= set(found.shown)
    replay(document, found)


def replay(document, found):
    for place, witness in found.shown.items():
        if place.partition(":")[0] not in ("page", "question", "contradiction"):
            continue  # those are compared in test_proof_against_enumeration
        assert shown_at(document, place, witness.answers, witness.facts), place
        assert sound(document, witness.answers)
    for place, witness in found.hidden.items():
        if place.partition(":")[0] not in ("page", "question", "contradiction"):
            continue
        assert not shown_at(document, place, witness.answers, witness.facts), place
        assert sound(document, witness.answers)


def sound(document, answers):
    return not any(
        check_question(question, answers, complete=False) for question in document.questions()
    )


def document_of(*questions, **more):
    return Document.model_validate({"pages": [{"id": "p1", "questions": questions}], **more})


YES_NO = [{"id": "yes"}, {"id": "no"}]


def verdict(found, place="question:x"):
    """never, always, briefly or sometimes."""
    said = {"proof.never_shown": "never", "proof.always_shown": "always"}
    said["proof.only_unanswered"] = "briefly"
    return next((said[f.code] for f in found.at(place) if f.code in said), "sometimes")


@pytest.mark.parametrize(
    ("question", "rule", "expected"),
    [
        ({"type": "number", "minimum": 1, "maximum": 3}, {">": [{"answer": "a"}, 3]}, "never"),
        ({"type": "number", "decimals": 1, "maximum": 3}, {">": [{"answer": "a"}, 2.9]}, "sometimes"),
        ({"type": "number", "decimals": 1}, {"==": [{"answer": "a"}, 2.95]}, "never"),
        ({"type": "number"}, {"and": [{">": [{"answer": "a"}, 2]}, {"<": [{"answer": "a"}, 3]}]}, "never"),
        ({"type": "number", "decimals": 6}, {">": [{"answer": "a"}, 1e9]}, "never"),
        ({"type": "number"}, {">": [{"answer": "a"}, 1e14]}, "sometimes"),
        ({"type": "number", "minimum": 2, "maximum": 1}, {">": [{"answer": "a"}, 0]}, "never"),
        ({"type": "number", "required": True}, {"!=": [{"answer": "a"}, 3]}, "sometimes"),
        ({"type": "likert", "scale": {"points": 3}}, {"in": [{"answer": "a"}, [4, 5]]}, "never"),
        ({"type": "likert", "required": True}, {"in": [{"answer": "a"}, [1, 2, 3, 4, 5]]}, "always"),
        ({"type": "likert"}, {"in": [{"answer": "a"}, [1, 2, 3, 4, 5]]}, "sometimes"),
        ({"type": "likert"}, {"in": [{"answer": "a"}, []]}, "never"),
        ({"type": "likert"}, {"not": [{"in": [{"answer": "a"}, []]}]}, "sometimes"),
        ({"type": "likert", "required": True}, {"in": [{"answered": [{"answer": "a"}]}, [True]]}, "always"),
        ({"type": "likert"}, {"<": [{"answer": "a"}, {"answer": "a"}]}, "never"),
        ({"type": "short_text", "max_length": 3}, {"==": [{"answer": "a"}, "long"]}, "never"),
        ({"type": "short_text"}, {"==": [{"answer": "a"}, " padded"]}, "never"),
        ({"type": "short_text"}, {"==": [{"answer": "a"}, ""]}, "never"),
        ({"type": "short_text", "required": True}, {"!=": [{"answer": "a"}, "x"]}, "sometimes"),
        ({"type": "long_text"}, {"==": [{"answer": "a"}, {"customer": "city"}]}, "sometimes"),
        ({"type": "multiple", "options": YES_NO, "at_most": 1}, {"and": [{"in": ["yes", {"answer": "a"}]}, {"in": ["no", {"answer": "a"}]}]}, "never"),
        ({"type": "multiple", "options": [{"id": "yes"}, {"id": "no", "exclusive": True}]}, {"and": [{"in": ["yes", {"answer": "a"}]}, {"in": ["no", {"answer": "a"}]}]}, "never"),
        ({"type": "multiple", "options": YES_NO}, {"and": [{"in": ["yes", {"answer": "a"}]}, {"in": ["no", {"answer": "a"}]}]}, "sometimes"),
        ({"type": "multiple", "options": YES_NO, "required": True}, {"or": [{"in": ["yes", {"answer": "a"}]}, {"in": ["no", {"answer": "a"}]}]}, "always"),
        ({"type": "multiple", "options": []}, {"answered": [{"answer": "a"}]}, "never"),
        ({"type": "multiple", "options": YES_NO}, {"in": [{"customer": "city"}, {"answer": "a"}]}, "sometimes"),
        ({"type": "multiple", "options": YES_NO}, {"in": [{"customer": "tier"}, {"answer": "a"}]}, "never"),
        ({"type": "single", "options": YES_NO, "required": True}, {"==": [{"==": [{"answer": "a"}, "yes"]}, False]}, "sometimes"),
        ({"type": "single", "options": YES_NO, "required": True}, {"!=": [{"==": [{"answer": "a"}, "yes"]}, {"!=": [{"answer": "a"}, "yes"]}]}, "always"),
        ({"type": "single", "options": [], "required": True}, {"not": [{"answered": [{"answer": "a"}]}]}, "always"),
        ({"type": "nps"}, {"<": [{"customer": "last_purchase"}, "2026-02-30"]}, "sometimes"),
        ({"type": "nps"}, {"==": [{"customer": "last_purchase"}, "2026-02-30"]}, "never"),
        ({"type": "nps"}, {"and": [{">": [{"customer": "last_purchase"}, "2026-02-28"]}, {"<": [{"customer": "last_purchase"}, "2026-03-01"]}]}, "never"),
        ({"type": "nps"}, {"and": [{">": [{"customer": "last_purchase"}, "2024-02-28"]}, {"<": [{"customer": "last_purchase"}, "2024-03-01"]}]}, "sometimes"),
        ({"type": "nps"}, {"and": [{">": [{"customer": "spend"}, 99.99]}, {"<": [{"customer": "spend"}, 100]}]}, "sometimes"),
        ({"type": "nps"}, {"==": [{"customer": "store"}, {"touchpoint": "store"}]}, "sometimes"),
        ({"type": "nps"}, {"in": [{"customer": "tier"}, ["high", "middle", "low"]]}, "sometimes"),
        ({"type": "nps"}, {"<": ["2026-01-01", "2026-01-02"]}, "always"),
        ({"type": "nps"}, {"==": [1, 2]}, "never"),
    ],
)  # fmt: skip
def test_domains_are_those_of_the_answers(question, rule, expected):
    document = document_of({"id": "a", **question}, {"type": "nps", "id": "x", "show": rule})
    assert check_rules(document) == []
    found = prove(document)
    assert verdict(found) == expected
    replay(document, found)


def decided(found):
    return [code for code in codes(found) if code.startswith("proof.")]


def test_nothing_is_decided_that_depends_on_a_faulty_rule():
    document = document_of(
        {"type": "nps", "id": "a"},
        {"type": "nps", "id": "b", "show": {"==": [{"answer": "a"}, "9"]}},
        {"type": "nps", "id": "x", "show": {">": [{"answer": "b"}, 99]}},
        contradictions=[{"id": "c", "when": {">": [{"answer": "b"}, 99]}}],
    )
    found = prove(document)
    assert decided(found) == []
    assert not found.publishable
    assert found.shown == {}


def test_what_a_never_shown_page_holds_is_not_reported_again():
    rule = {"==": [1, 2]}
    inner = {"type": "nps", "id": "x", "show": {"==": [2, 2]}}
    document = Document.model_validate(
        {"pages": [{"id": "p1", "show": rule, "questions": [inner]}]}
    )
    found = prove(document)
    assert verdict(found, "page:p1") == "never"
    assert verdict(found) == "sometimes"


def test_a_solver_that_gives_up_says_so():
    found = prove(template("aftersales"), effort=1)
    assert set(codes(found, ("info",))) == {"document.no_dimension", "proof.undecided"}
    assert found.publishable


def test_one_document_has_so_much_time_and_the_rest_stays_undecided(monkeypatch):
    monkeypatch.setattr(proof, "LIMIT", 0)
    late = proof.Prover(template("aftersales"), {})
    late.run()
    assert late.open == ()
    assert "proof.undecided" in codes(late.proof())
    waiting = proof.Prover(template("aftersales"), {})
    waiting.run(0)
    assert waiting.open != ()


def test_one_document_has_so_many_steps_and_the_rest_stays_undecided():
    document = template("aftersales")
    kept: proof.Verdicts = {}
    bounded = proof.Prover(document, kept, whole=0)
    bounded.run()
    assert bounded.open == ()
    assert "proof.undecided" in codes(bounded.proof())
    again = proof.Prover(document, kept)
    assert again.open != ()  # only that document was given up, nobody else hears of it
    again.run()
    assert again.proof().findings == prove(document).findings


@pytest.mark.parametrize(
    "asked",
    [
        {"type": "number", "minimum": 0, "maximum": 9},
        {"type": "number", "minimum": 0},
        {"type": "nps"},
        {"type": "short_text"},
    ],
)
def test_a_check_is_broken_by_an_answer_that_is_really_refused(asked):
    """By the least or the greatest answer, or by what the solver finds; the path confirms it."""
    question = {**asked, "id": "a", "required": True}
    literal = "12" if asked["type"] == "short_text" else 5
    question["checks"] = [{"id": "c", "must": {"==": [{"answer": "a"}, literal]}}]
    others = [
        {"type": "nps", "id": f"x{i}", "show": {"==": [{"answer": "a"}, literal]}}
        for i in range(14)
    ]
    found = prove(document_of(question, *others))
    witness = found.shown["check:a.c"]
    assert evaluate(question["checks"][0]["must"], witness.answers, witness.facts) is False


@pytest.mark.parametrize(
    ("above", "allowed", "expected"),
    [(10, 1, "proof.undecided"), (10, 2, "proof.never_shown"), (5, 1, "proof.undecided")],
)
def test_giving_up_halfway_says_so_too(above, allowed, expected, monkeypatch):
    """The first questions are answered, then the solver's steps are used up."""
    whole = model.Model.solve
    asked = []

    def solve(self, *args, effort, **how):
        asked.append(1)
        return whole(self, *args, effort=effort if len(asked) <= allowed else 1, **how)

    monkeypatch.setattr(model.Model, "solve", solve)
    monkeypatch.setattr(model.Model, "refutes", lambda *args, **how: False)
    last = {"type": "nps", "id": "x", "show": {">": [{"answer": "a"}, above]}}
    assert decided(prove(document_of({"type": "nps", "id": "a", "required": True}, last))) == [
        expected
    ]


@settings(max_examples=30, deadline=None)
@given(JSON.filter(lambda rule: isinstance(rule, dict)))
def test_hostile_rules_are_findings_never_crashes(rule):
    sound_one = {"type": "nps", "id": "y", "show": {">": [{"answer": "x"}, 3]}}
    document = document_of(
        {"type": "nps", "id": "x"},
        sound_one,
        {"type": "nps", "id": "z", "show": rule},
        contradictions=[{"id": "c", "when": rule}],
    )
    found = prove(document)
    assert "question:y" in found.shown
    replay(document, found)


def test_a_rule_deeper_than_the_stack_is_a_finding():
    deep: dict[str, object] = {"==": [{"answer": "x"}, [[1]]]}
    for _ in range(50_000):
        deep = {"not": [deep]}
    sound_one = {"type": "nps", "id": "y", "show": {">": [{"answer": "x"}, 3]}}
    document = document_of({"type": "nps", "id": "x"}, sound_one).model_copy(
        update={"contradictions": (Contradiction.model_construct(id="c", title={}, when=deep),)}
    )
    found = prove(document)
    assert "rule.too_deep" in codes(found)
    assert "question:y" in found.shown
    while "not" in deep:
        (deep,) = deep["not"]


def test_two_threads_prove_at_once():
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(prove(template("aftersales"))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.findings for result in results] == [results[0].findings] * 3


# Against enumeration ---------------------------------------------------------------------------

TIERS = ("high", "middle", "low")


def random_document(draw):
    """Up to four small questions, the later ones with rules on the earlier."""
    questions = []
    for index in range(draw.randint(2, 4)):
        name = f"q{index}"
        kind = draw.choice(
            [
                {"type": "single", "options": YES_NO},
                {"type": "multiple", "options": [{"id": "yes"}, {"id": "no", "exclusive": True}]},
                {"type": "number", "minimum": 0, "maximum": 2},
                {"type": "likert", "scale": {"points": 3}},
            ]
        )
        question = {"id": name, "required": draw.random() < 0.5, **kind}
        if index and draw.random() < 0.8:
            question["show"] = random_condition(draw, questions, 2)
        questions.append(question)
    cut = draw.randint(1, len(questions))
    second = {"id": "p2", "questions": questions[cut:]}
    if draw.random() < 0.5:
        second["show"] = random_condition(draw, questions[:cut], 1)
    when = {"id": "c", "when": random_condition(draw, questions, 2)}
    return Document.model_validate(
        {"pages": [{"id": "p1", "questions": questions[:cut]}, second], "contradictions": [when]}
    )


def random_condition(draw, questions, depth):
    if depth and draw.random() < 0.6:
        operator = draw.choice(["and", "or", "not"])
        count = 1 if operator == "not" else 2
        return {operator: [random_condition(draw, questions, depth - 1) for _ in range(count)]}
    question = draw.choice(questions)
    source = {"answer": question["id"]}
    order = draw.choice(["==", "!=", "<", "<=", ">", ">="])
    return draw.choice(
        [
            {"answered": [source]},
            {"==": [{"customer": "tier"}, draw.choice(TIERS)]},
            {
                "single": {draw.choice(["==", "!="]): [source, draw.choice(["yes", "no"])]},
                "multiple": {"in": [draw.choice(["yes", "no"]), source]},
            }.get(question["type"], {order: [source, draw.randint(0, 3)]}),
        ]
    )


def every_answer(question):
    if isinstance(question, Multiple):
        return [None, ["yes"], ["no"]]
    if isinstance(question, Number):
        return [None, 0, 1, 2]
    return [None, "yes", "no"] if question.type == "single" else [None, 1, 2, 3]


def every_case(document):
    """Every combination of answers and tier, with whether the required ones before are there."""
    questions = list(document.questions())
    for values in itertools.product(*map(every_answer, questions)):
        answers = {
            q.id: value for q, value in zip(questions, values, strict=True) if value is not None
        }
        for tier in (None, *TIERS):
            yield answers, {"customer": {} if tier is None else {"tier": tier}, "touchpoint": {}}


def complete_before(document, place, answers, facts):
    for question in path(document, answers, facts).questions:
        if f"question:{question.id}" == place:
            break
        if question.required and not set(variables_of(question)) <= set(answers):
            return False
    return True


def page_of(document, question):
    return next(f"page:{page.id}" for page in document.pages if question in page.questions)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32).map(random.Random))
def test_agrees_with_enumeration(draw):
    document = random_document(draw)
    found = prove(document)
    replay(document, found)
    cases = list(every_case(document))
    never = {f.place for f in found.findings if f.code == "proof.never_shown"}
    for question in document.questions():
        place = f"question:{question.id}"
        if question.show is None or page_of(document, question) in never:
            continue
        shown = [case for case in cases if shown_at(document, place, *case)]
        complete = [case for case in shown if complete_before(document, place, *case)]
        said = verdict(found, place)
        assert (said == "never") == (not shown)
        assert (said == "briefly") == (bool(shown) and not complete)
