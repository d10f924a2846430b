"""Documents that nobody writes by hand: they get coded findings, and soon."""

import json
import time

import pytest
from pydantic import ValidationError

from surveyapp.designer.computed import values
from surveyapp.designer.document import Document
from surveyapp.designer.document_errors import findings_of
from surveyapp.designer.path import path
from surveyapp.designer.rule_types import check_rules
from surveyapp.designer.rules import evaluate
from surveyapp.designer.structure import check_structure

NPS = {"answer": "nps"}


def document(*computed, **question):
    return Document.model_validate(
        {
            "pages": [{"id": "p1", "questions": [{"type": "nps", "id": "nps", **question}]}],
            "computed": [{"id": name, "value": value} for name, value in computed],
        }
    )


@pytest.fixture(autouse=True)
def soon():
    """Each takes milliseconds; what explodes takes minutes of this process's time."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 20


def codes(doc):
    return {finding.code for finding in (*check_structure(doc), *check_rules(doc))}


def deep(levels):
    rule = {"==": [NPS, 1]}
    for _ in range(levels):
        rule = {"not": [rule]}
    return rule


def test_a_rule_nested_beyond_the_stack():
    """JSON readers refuse most of them; what comes through is a finding, and unknown."""
    with pytest.raises(RecursionError):
        json.loads('{"not": [' * 100_000 + "1" + "]}" * 100_000)
    doc = document(show=deep(90))
    assert "rule.too_deep" in codes(doc)
    assert path(doc, {"nps": 1}, {}).questions == ()


def test_ten_megabytes_of_label():
    with pytest.raises(ValidationError) as error:
        document(title={"en": "x" * 10_000_000})
    (finding,) = findings_of(error.value, {})
    assert finding.code == "document.too_long"
    assert len(finding.message) < 300


def test_names_used_twice_everywhere():
    part = {"id": "x"}
    when = {"answered": [NPS]}
    twice = Document.model_validate(
        {
            "pages": [
                {
                    "id": "p1",
                    "checks": [{"id": "c", "must": when}] * 2,
                    "screen_outs": [{**part, "when": when}] * 2,
                    "questions": [
                        {"type": "nps", "id": "nps", "checks": [{"id": "c", "must": when}] * 2},
                        {"type": "ranking", "id": "r", "options": [part, part]},
                        {"type": "likert_grid", "id": "g", "items": [part, part]},
                        {"type": "nps", "id": "p1", "checks": [{"id": "c", "must": when}]},
                    ],
                },
            ],
            "computed": [{**part, "value": NPS}] * 2,
            "experiments": [{**part, "arms": [part, part]}] * 2,
            "quotas": [{**part, "cells": [{**part, "when": when}] * 2}] * 2,
            "profiles": [part, part],
            "vetoes": [{**part, "when": when}] * 2,
            "bonuses": [{**part, "when": when}] * 2,
            "levels": [part, part],
        }
    )
    found = {f.place for f in check_structure(twice) if f.code == "document.duplicate_id"}
    assert found == {
        "check:nps.c", "check:p1.c", "screen_out:p1.x", "option:r.x", "item:g.x", "computed:x",
        "experiment:x", "arm:x.x", "quota:x", "cell:x.x", "profile:x", "veto:x", "bonus:x",
        "level:x",
    }  # fmt: skip
    check_rules(twice)
    path(twice, {"nps": 3, "r": ["x"]}, {}, seed=1)


def test_unknown_operators_and_operands_that_are_no_list():
    for rule in ({"exec": ["rm"]}, {"and": {"or": []}}, {"==": [NPS, {"a": {}}]}, {"": []}):
        doc = document(show=rule)
        assert codes(doc) & {"rule.unknown_operator", "rule.malformed"}
        assert evaluate(rule, {"nps": 1}, {}) is None


def test_circles_through_computed_values():
    ring = [(f"c{i}", {"+": [{"computed": f"c{(i + 1) % 500}"}, 1]}) for i in range(500)]
    doc = document(*ring)
    assert codes(doc) == {"rule.cycle"}
    assert values(doc, {"nps": 1}, {}) == {}


def test_computed_values_that_explode():
    steps = [("c0", {"+": [NPS, 1]})]
    steps += [(f"c{i}", {"*": [{"computed": f"c{i - 1}"}] * 900}) for i in range(1, 30)]
    doc = document(*steps, require={">": [{"computed": "c29"}, 1]})
    assert "rule.too_large" in codes(doc)
    assert path(doc, {"nps": 1}, {}).questions


def test_options_carried_in_a_circle_and_in_a_long_chain():
    ring = [
        {"type": "multiple", "id": f"q{i}", "carry": {"question": f"q{(i + 1) % 50}"}}
        for i in range(50)
    ]
    doc = Document.model_validate({"pages": [{"id": "p1", "questions": ring}]})
    assert "document.carry_source" in codes(doc)
    assert path(doc, {}, {}).pages == ()
    chain = [{"type": "multiple", "id": "q0", "options": [{"id": "a"}, {"id": "b"}]}]
    chain += [
        {"type": "multiple", "id": f"q{i}", "carry": {"question": f"q{i - 1}"}}
        for i in range(1, 1000)
    ]
    doc = Document.model_validate({"pages": [{"id": "p1", "questions": chain}]})
    answers = {f"q{i}": ["b"] for i in range(1000)}
    assert len(path(doc, answers, {}).questions) == 1000


@pytest.mark.parametrize(
    "part",
    [
        {"type": "number", "minimum": float("inf")},
        {"show": {">": [NPS, float("inf")]}},
        {"show": {"==": [NPS, float("nan")]}},
        {"show": {"==": [NPS, ["\ud800"]]}},
        {"show": {"\udfff": []}},
        {"title": {"en": "\ud800"}},
        {"show": deep(127)},
    ],
)
def test_what_could_not_be_written_again_is_not_taken(part):
    """None of it could be stored as JSON; all of it comes through readers of JSON."""
    with pytest.raises(ValidationError) as error:
        document(**part)
    (finding,) = findings_of(error.value, {})
    assert finding.code == "document.wrong_kind"
    finding.message.encode()
