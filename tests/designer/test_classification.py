"""Each kind of change has its class; see the table in decision record 12."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.classification import classify, level_of
from surveyapp.designer.document import Document
from surveyapp.designer.edits import apply
from surveyapp.designer.elements import elements
from surveyapp.designer.field_effects import ADDITIVE, BREAKING, LEVELS, WORDING, worst
from surveyapp.designer.parts import Part
from surveyapp.designer.places import spots
from surveyapp.findings import SurveyError
from tests.designer.pieces import page
from tests.designer.test_edits import ALL, SMALL

YES = {"==": [{"answer": "q"}, "a"]}
NO = {"==": [{"answer": "q"}, "b"]}
EITHER = {"or": [YES, NO]}


def options(*names):
    return [{"id": name, "label": {"en": name.upper()}} for name in names]


def whole(**changes):
    """A document with a part of every kind; `changes` replace its lists."""
    tree = {
        "languages": ["zh-Hans", "en"],
        "pages": [
            page("first", {"id": "q", "type": "single", "options": options("a", "b")}),
            page(
                "second",
                {"id": "l", "type": "likert", "dimension": "d"},
                {
                    "id": "g",
                    "type": "likert_grid",
                    "items": [{"id": "one", "dimension": "d"}, {"id": "two"}],
                },
                {"id": "n", "type": "number", "unit": {"en": "minutes"}},
                {"id": "t", "type": "short_text"},
                {"id": "i", "type": "information"},
            ),
        ],
        "dimensions": [{"id": "d", "weight": 100}],
        "contradictions": [{"id": "c", "when": YES}],
        "computed": [{"id": "sum", "value": {"+": [{"answer": "n"}, {"answer": "gone"}]}}],
        "experiments": [{"id": "e", "arms": [{"id": "x"}, {"id": "y"}]}],
        "quotas": [{"id": "z", "cells": [{"id": "w", "when": YES, "limit": 50}]}],
        "profiles": [{"id": "p", "weights": {"d": 100}}],
        "vetoes": [{"id": "v", "when": YES}],
        "bonuses": [{"id": "b", "when": YES}],
        "levels": [{"id": "high", "least": 9}],
    }
    return Document.model_validate({**tree, **changes})


def one(question, **page_more):
    return Document.model_validate({"pages": [page("p", {"id": "q", **question}, **page_more)]})


def judge(before, after):
    (found,) = classify(before, after)
    return found.level, found.reasons


def single(**more):
    return one({"type": "single", "options": options("a", "b"), **more})


def number(**more):
    return one({"type": "number", **more})


def text(**more):
    return one({"type": "short_text", **more})


def date(**more):
    return one({"type": "date", **more})


CHECK = {"id": "c", "must": YES}
CASES = [
    # words and order of display
    (single(), single(title={"en": "New"}), WORDING, ()),
    (single(), single(help={"en": "New"}, shuffle=True), WORDING, ()),
    (
        single(),
        single(options=[{"id": "a", "label": {"en": "A!"}, "fixed": True}, *options("b")]),
        WORDING,
        (),
    ),
    (single(), single(options=options("b", "a")), WORDING, ()),
    (one({"type": "nps"}), one({"type": "nps", "low": {"en": "never"}}), WORDING, ()),
    (one({"type": "information"}), one({"type": "information", "show": YES}), WORDING, ()),
    (single(), single(origin={"source": "library:x"}), WORDING, ()),
    # what can be answered
    (single(), single(options=options("a", "b", "c")), ADDITIVE, ("option",)),
    (single(), single(options=options("a")), BREAKING, ("option_removed",)),
    (single(), single(type="multiple"), BREAKING, ("type",)),
    (single(), single(required=True), BREAKING, ("required",)),
    (single(required=True), single(), ADDITIVE, ("required",)),
    (single(), single(require=YES), BREAKING, ("required",)),
    (single(require=YES), single(), ADDITIVE, ("required",)),
    (single(require=EITHER), single(require=YES), ADDITIVE, ("required",)),
    (single(require=YES), single(require=EITHER), BREAKING, ("required",)),
    (single(), single(show=YES), BREAKING, ("asks_other",)),
    (single(show=YES), single(), ADDITIVE, ("asks_more",)),
    (single(show=YES), single(show=EITHER), ADDITIVE, ("asks_more",)),
    (single(show=EITHER), single(show=YES), BREAKING, ("asks_other",)),
    (single(), single(carry={"question": "z"}), BREAKING, ("carried",)),
    (number(), number(minimum=1), BREAKING, ("answers_allowed",)),
    (number(minimum=1), number(minimum=0), ADDITIVE, ("answers_allowed",)),
    (number(maximum=9), number(maximum=8), BREAKING, ("answers_allowed",)),
    (number(maximum=9), number(), ADDITIVE, ("answers_allowed",)),
    (number(), number(decimals=1), ADDITIVE, ("answers_allowed",)),
    (number(decimals=1), number(), BREAKING, ("answers_allowed",)),
    (number(), number(unit={"en": "min"}), WORDING, ()),
    (number(unit={"en": "min"}), number(unit={"en": "h"}), BREAKING, ("unit",)),
    (number(), number(missing=["refused"]), ADDITIVE, ("missing",)),
    (number(missing=["refused"]), number(), BREAKING, ("missing",)),
    (text(), text(max_length=50), BREAKING, ("answers_allowed",)),
    (text(), text(max_length=300), ADDITIVE, ("answers_allowed",)),
    (text(), text(format="email"), BREAKING, ("answers_allowed",)),
    (text(format="email"), text(), ADDITIVE, ("answers_allowed",)),
    (date(), date(earliest="2026-01-01"), BREAKING, ("answers_allowed",)),
    (date(earliest="2026-01-02"), date(earliest="2026-01-01"), ADDITIVE, ("answers_allowed",)),
    (date(latest="2026-01-02"), date(latest="2026-01-03"), ADDITIVE, ("answers_allowed",)),
    (date(latest="today"), date(latest="2026-01-03"), BREAKING, ("answers_allowed",)),
    (date(earliest="2026-01-02"), date(earliest="today"), BREAKING, ("answers_allowed",)),
    (single(), single(checks=[CHECK]), BREAKING, ("answers_allowed",)),
    (single(checks=[CHECK]), single(), ADDITIVE, ("answers_allowed",)),
    (single(), single(checks=[{**CHECK, "severity": "warning"}]), WORDING, ()),
    (
        single(checks=[CHECK]),
        single(checks=[{**CHECK, "must": EITHER}]),
        ADDITIVE,
        ("answers_allowed",),
    ),
    (single(checks=[CHECK]), single(checks=[{**CHECK, "message": {"en": "No"}}]), WORDING, ()),
    (
        single(),
        one({"type": "single", "options": options("a", "b")}, checks=[CHECK]),
        BREAKING,
        ("answers_allowed",),
    ),
    (
        single(),
        one(
            {"type": "single", "options": options("a", "b")}, screen_outs=[{"id": "s", "when": YES}]
        ),
        BREAKING,
        ("asks_other",),
    ),
    # what the answers mean
    (
        one({"type": "likert"}),
        one({"type": "likert", "scale": {"points": 7}}),
        BREAKING,
        ("points",),
    ),
    (one({"type": "stars"}), one({"type": "stars", "points": 7}), BREAKING, ("points",)),
    (one({"type": "likert"}), one({"type": "likert", "reverse": True}), BREAKING, ("scores",)),
    (one({"type": "nps"}), one({"type": "information"}), BREAKING, ("removed",)),
    (one({"type": "information"}), one({"type": "nps", "required": True}), ADDITIVE, ("question",)),
    # the whole document
    (whole(), whole(thank_you={"en": "Bye"}), WORDING, ()),
    (whole(), whole(languages=["en", "zh-Hans", "de"]), ADDITIVE, ("language",)),
    (whole(), whole(languages=["zh-Hans"]), WORDING, ()),
    (whole(), whole(bonus_cap=10), BREAKING, ("scores",)),
    (whole(), whole(dimensions=[{"id": "d", "weight": 90}]), BREAKING, ("scores",)),
    (whole(), whole(dimensions=[{"id": "d", "weight": 100, "expected_alpha": 0.8}]), WORDING, ()),
    (whole(), whole(dimensions=[]), BREAKING, ("scores",)),
    (whole(), whole(contradictions=[{"id": "c", "when": NO}]), ADDITIVE, ("flags",)),
    (whole(), whole(computed=[{"id": "sum", "value": {"answer": "n"}}]), BREAKING, ("computed",)),
    (whole(), whole(experiments=[]), BREAKING, ("arms",)),
    (
        whole(),
        whole(experiments=[{"id": "e", "arms": [{"id": "x", "weight": 2}, {"id": "y"}]}]),
        ADDITIVE,
        ("arms",),
    ),
    (
        whole(),
        whole(quotas=[{"id": "z", "cells": [{"id": "w", "when": YES, "limit": 60}]}]),
        ADDITIVE,
        ("asks_other",),
    ),
    (
        whole(),
        whole(quotas=[{"id": "z", "cells": [{"id": "w", "when": EITHER, "limit": 50}]}]),
        BREAKING,
        ("asks_other",),
    ),
    (whole(), whole(profiles=[{"id": "p", "weights": {"d": 50}}]), BREAKING, ("scores",)),
    (whole(), whole(vetoes=[{"id": "v", "when": NO}]), BREAKING, ("scores",)),
    (whole(), whole(bonuses=[{"id": "b", "when": YES, "percent": 6}]), BREAKING, ("scores",)),
    (whole(), whole(levels=[{"id": "high", "least": 8}]), BREAKING, ("scores",)),
]


@pytest.mark.parametrize(("before", "after", "level", "reasons"), CASES)
def test_the_class_of_each_change(before, after, level, reasons):
    assert judge(before, after) == (level, reasons)


LISTS = ["computed", "experiments", "quotas", "profiles", "vetoes", "bonuses", "levels",
         "contradictions", "dimensions"]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_parts_of_the_document_that_come_and_go_have_a_class(name):
    for before, after in ((whole(), whole(**{name: []})), (whole(**{name: []}), whole())):
        assert level_of(classify(before, after)) in LEVELS


def test_a_smaller_screen_out_lets_more_people_through():
    wide = one({"type": "single"}, screen_outs=[{"id": "s", "when": EITHER}])
    narrow = one({"type": "single"}, screen_outs=[{"id": "s", "when": YES}])
    assert judge(wide, narrow) == (ADDITIVE, ("asks_more",))
    assert judge(narrow, wide) == (BREAKING, ("asks_other",))
    assert judge(wide, one({"type": "single"})) == (ADDITIVE, ("asks_more",))


def test_option_fields():
    def with_option(**more):
        return single(options=[{"id": "a", **more}, {"id": "b"}])

    assert judge(with_option(), with_option(points=3)) == (BREAKING, ("scores",))
    assert judge(with_option(), with_option(missing="refused")) == (BREAKING, ("missing",))
    assert judge(with_option(), with_option(other=True)) == (ADDITIVE, ("other",))
    assert judge(with_option(other=True), with_option()) == (BREAKING, ("other",))
    assert judge(with_option(), with_option(exclusive=True)) == (BREAKING, ("answers_allowed",))
    assert judge(with_option(exclusive=True), with_option()) == (ADDITIVE, ("answers_allowed",))


def test_exchanged_labels_change_what_a_code_means():
    swapped = [{"id": "a", "label": {"en": "B"}}, {"id": "b", "label": {"en": "A"}}]
    found = classify(single(), single(options=swapped))
    assert {(j.change.place, j.level, j.reasons) for j in found} == {
        ("option:q.a", BREAKING, ("meaning",)),
        ("option:q.b", BREAKING, ("meaning",)),
    }
    scale = {"points": 3, "labels": {1: {"en": "bad"}, 3: {"en": "good"}}}
    turned = {"points": 3, "labels": {1: {"en": "good"}, 3: {"en": "bad"}}}
    likert = [one({"type": "likert", "scale": labels}) for labels in (scale, turned)]
    assert judge(*likert) == (BREAKING, ("meaning",))


def touched(before, after):
    return {j.change.place: (j.variables, j.option) for j in classify(before, after)}


def test_the_variables_that_are_touched():
    before = whole()
    later = before.pages[1].model_copy(update={"questions": (), "show": YES})
    after = before.model_copy(update={"pages": (before.pages[0], later), "dimensions": ()})
    found = touched(before, after)
    assert found["question:g"] == (("g.one", "g.two"), "")
    assert found["question:i"] == ((), "")
    assert found["dimension:d"][0] == ("l", "g.one", "g.two")
    assert found["page:second"][0] == ("l", "g.one", "g.two", "n", "t")
    fewer = single(options=options("a"), checks=[CHECK])
    assert touched(single(), fewer)["option:q.b"] == (("q",), "b")
    assert touched(fewer, single())["check:q.c"] == (("q",), "")
    paged = one({"type": "number"}, checks=[CHECK], screen_outs=[{"id": "s", "when": YES}])
    found = touched(paged, one({"type": "number"}))
    assert found == {"check:p.c": (("q",), ""), "screen_out:p.s": (("q",), "")}
    assert touched(whole(), whole(computed=[]))["computed:sum"][0] == ("n",)
    assert touched(whole(), whole(vetoes=[]))["veto:v"][0] == ("q",)
    assert touched(whole(), whole(experiments=[]))["experiment:e"][0] == ()


def test_an_item_is_a_variable_of_its_own():
    grid = {"type": "likert_grid", "items": [{"id": "x"}, {"id": "y"}]}
    found = classify(one(grid), one({**grid, "items": [{"id": "x"}]}))
    assert [(j.level, j.variables) for j in found] == [(BREAKING, ("q.y",))]
    found = classify(one({**grid, "items": [{"id": "x"}]}), one(grid))
    assert [(j.level, j.reasons, j.variables) for j in found] == [(ADDITIVE, ("item",), ())]


def pages(*made):
    return Document.model_validate({"pages": list(made)})


Q = {"id": "q", "type": "single", "options": options("a", "b")}
INFO = {"id": "i", "type": "information"}


def test_pages_come_and_go_with_their_questions():
    assert judge(pages(), pages(page("p", Q))) == (ADDITIVE, ("question",))
    assert judge(pages(page("p", Q)), pages()) == (BREAKING, ("removed",))
    assert judge(pages(), pages(page("p", INFO))) == (WORDING, ())
    assert judge(pages(page("p", INFO)), pages()) == (WORDING, ())
    assert judge(pages(page("p")), pages(page("p", Q))) == (ADDITIVE, ("question",))
    assert judge(pages(page("p")), pages(page("p", INFO))) == (WORDING, ())
    assert judge(pages(page("p", INFO)), pages(page("p"))) == (WORDING, ())
    assert judge(pages(page("p", Q)), pages(page("p", Q), page("r"))) == (WORDING, ())


def test_a_question_that_moves_under_another_condition_is_asked_of_others():
    def two(show, *, moved):
        places = [page("p"), page("r", Q, show=show)]
        return pages(*places) if moved else pages(page("p", Q), page("r", show=show))

    assert judge(two(YES, moved=False), two(YES, moved=True)) == (BREAKING, ("asks_other",))
    assert judge(two(YES, moved=True), two(YES, moved=False)) == (ADDITIVE, ("asks_more",))
    assert judge(two(None, moved=False), two(None, moved=True)) == (WORDING, ())


def test_the_condition_of_a_page_without_questions_changes_nothing():
    assert judge(pages(page("p")), pages(page("p", show=YES))) == (WORDING, ())
    assert judge(pages(page("p", INFO)), pages(page("p", INFO, show=YES))) == (WORDING, ())
    assert judge(pages(page("p", Q)), pages(page("p", Q, show=YES))) == (BREAKING, ("asks_other",))


def test_texts_to_read_may_move_anywhere():
    before = pages(page("p", INFO), page("r", Q, show=YES))
    after = pages(page("p"), page("r", Q, INFO, show=YES))
    assert judge(before, after) == (WORDING, ())


def test_identical_documents_have_no_changes():
    for document in (ALL, SMALL, whole()):
        assert classify(document, document) == ()
    assert level_of(()) == WORDING


def test_every_field_of_every_part_has_been_thought_of():
    """A new field of the document must be classed, or named here as one of words or order."""
    from surveyapp.designer.elements import KINDS
    from surveyapp.designer.field_effects import BY_KIND, FIELDS

    words = {
        "title", "label", "help", "introduction", "thank_you", "default_language", "message", "low",
        "high", "labels", "statement", "expected_alpha", "block", "shuffle", "fixed", "origin",
        "id", "format", "must", "severity", "scale",
        "coupon", "call_back", "address", "parameters", "valid_hours", "at_once",
    }  # fmt: skip
    known = {name.partition(".")[0] for name in FIELDS} | {name for _, name in BY_KIND} | words
    todo, seen = [Document], set()
    while todo:
        model = todo.pop()
        seen.add(model)
        for name, field in model.model_fields.items():
            inner = [p for p in models_in(field.annotation) if p not in seen]
            todo += inner
            if model.__name__ not in ("Origin", "Carry", "Thresholds", "Scale"):
                assert name in known or name in KINDS, (model, name)


def models_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [one for arg in getattr(annotation, "__args__", ()) for one in models_in(arg)]


WORDS = st.sampled_from(["", "x", "yy"])
RULES = st.sampled_from([None, {"answered": [{"answer": "q1"}]}, {"answered": [{"answer": "q2"}]}])


def edits_of(document):
    """Strategy: an edit of one of the parts that the document has."""
    places = [(place, spot.kind) for place, spot in spots(document.model_dump(mode="json"))]
    if not places:  # everything was deleted on the way
        return st.just({"do": "add", "what": "page", "into": "document"})
    return st.sampled_from(places).flatmap(lambda one: _edit(*one))


def _edit(place, kind):
    number = st.integers(0, 3)
    fields = {
        "title": st.fixed_dictionaries({"en": WORDS}),
        "required": st.booleans(),
        "show": RULES,
        "type": st.sampled_from(["single", "likert", "number", "information", "multiple"]),
        "minimum": number,
        "decimals": number,
        "at_most": st.integers(1, 3),
        "dimension": st.sampled_from([None, "speed"]),
        "weight": st.integers(0, 100),
        "scale": st.fixed_dictionaries({"points": st.integers(3, 6)}),
        "exclusive": st.booleans(),
    }
    put = st.sampled_from(sorted(fields)).flatmap(
        lambda name: fields[name].map(
            lambda value: {"do": "set", "at": place, "values": {name: value}}
        )
    )
    plain = st.sampled_from(
        [
            {"do": "delete", "at": place},
            {"do": "copy", "at": place},
            {"do": "move", "at": place, "index": 0},
            {"do": "move", "at": place, "into": "page:page2"},
            {"do": "add", "what": "question", "into": "page:page1", "value": {"type": "nps"}},
            {"do": "add", "what": "option", "into": place},
            {"do": "add", "what": "page", "into": "document"},
        ]
    )
    return st.one_of(put, plain)


def edited(data, document):
    edit = data.draw(edits_of(document))
    with suppress(SurveyError):
        return apply(document, edit)
    return document


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_edit_has_a_class_and_only_changes_have_one(data):
    after = edited(data, SMALL)
    found = classify(SMALL, after)
    same = elements(after.model_dump(mode="json")) == elements(SMALL.model_dump(mode="json"))
    assert (found == ()) == (after == SMALL)
    assert not same or not any(one.change.kind == "changed" for one in found)
    assert all(one.level in LEVELS for one in found)
    assert all((one.level == WORDING) == (one.reasons == ()) for one in found)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_several_steps_are_never_worse_than_their_worst(data):
    documents = [SMALL]
    for _ in range(4):
        documents.append(edited(data, documents[-1]))
    steps = [level_of(classify(one, two)) for one, two in pairwise(documents)]
    assert LEVELS.index(level_of(classify(SMALL, documents[-1]))) <= LEVELS.index(worst(steps))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_class_of_independent_changes_is_that_of_the_worst(data):
    """An edit of the first page and a new question on the second do not touch each other."""
    edit = data.draw(_edit("question:q1", "question"))
    beside = {"do": "add", "what": "question", "into": "page:page2",
              "value": {"type": "nps", "id": "fresh"}}  # fmt: skip
    with suppress(SurveyError):
        alone = apply(SMALL, edit)
        both = apply(alone, beside)
        parts = (level_of(classify(SMALL, alone)), level_of(classify(SMALL, apply(SMALL, beside))))
        assert level_of(classify(SMALL, both)) == worst(parts)
