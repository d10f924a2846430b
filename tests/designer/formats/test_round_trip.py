"""Our questionnaires, written in another format and read again, ask the same."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.document import Document
from surveyapp.designer.formats.reading import read_any
from surveyapp.designer.formats.targets import TARGETS, export
from surveyapp.designer.library import template
from surveyapp.designer.path import path
from surveyapp.designer.wording import check_wording
from surveyapp.findings import SurveyError
from tests.questionnaires import names, questionnaire

TEXT = st.text("abc xyz，。您好?!", min_size=1, max_size=12).map(
    lambda t: " ".join(t.split()) or "a"
)
TEXTS = st.fixed_dictionaries({"zh-Hans": TEXT, "en": TEXT})
LABELS = st.dictionaries(
    st.integers(1, 5), TEXTS.map(lambda t: {k: f"w {v}" for k, v in t.items()})
)


def options(minimum=2):
    names = st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), min_size=minimum, unique=True)
    return names.flatmap(
        lambda ids: st.tuples(*[st.builds(lambda label, i=i: {"id": i, "label": label}, TEXTS)
                                for i in ids]).map(list))  # fmt: skip


BOUNDS = st.tuples(st.integers(-5, 5), st.integers(6, 20))
SHAPES = st.one_of(
    st.builds(lambda o, s: {"type": "single", "options": o, "shuffle": s}, options(),
              st.booleans()),
    st.builds(lambda o, m: {"type": "multiple", "options": o, "at_most": m}, options(),
              st.none() | st.just(2)),
    st.builds(lambda o: {"type": "ranking", "options": o}, options()),
    st.builds(lambda labels: {"type": "likert", "scale": {"points": 5, "labels": labels}}, LABELS),
    st.builds(lambda labels, items: {
        "type": "likert_grid", "scale": {"points": 5, "labels": labels}, "items": items},
        LABELS, options()),
    st.builds(lambda low, high: {"type": "nps", "low": low, "high": high}, TEXTS, TEXTS),
    st.integers(3, 10).map(lambda points: {"type": "stars", "points": points}),
    BOUNDS.map(lambda b: {"type": "number", "minimum": b[0], "maximum": b[1]}),
    st.just({"type": "number", "decimals": 2}),
    st.sampled_from([None, "today", "2026-01-01"]).map(lambda d: {"type": "date", "latest": d}),
    st.sampled_from(["any", "email", "phone", "digits"]).map(
        lambda f: {"type": "short_text", "format": f}),
    st.integers(10, 400).map(lambda m: {"type": "long_text", "max_length": m}),
    st.builds(lambda s: {"type": "consent", "statement": s, "required": True}, TEXTS),
    st.just({"type": "photo"}),
    st.just({"type": "information"}),
)  # fmt: skip


def rules(questions):
    """Conditions on the questions so far."""
    found = []
    for one in questions:
        source = {"answer": one["id"]}
        if one["type"] == "single":
            found += [{op: [source, o["id"]]} for o in one["options"] for op in ("==", "!=")]
        elif one["type"] == "multiple":
            found += [{"in": [o["id"], source]} for o in one["options"]]
            found.append({">=": [{"count": [source]}, 2]})
        elif one["type"] in ("number", "nps", "likert"):
            found += [{op: [source, 3]} for op in ("<", ">=", "!=")]
        elif one["type"] == "likert_grid":
            found.append({"<=": [{"answer": f"{one['id']}.{one['items'][0]['id']}"}, 2]})
        if one["type"] not in ("information", "likert_grid"):
            found.append({"answered": [source]})
    return found


@st.composite
def documents(draw):
    pages, asked = [], []
    for number in range(draw(st.integers(1, 3))):
        page = {"id": f"p{number}", "title": draw(TEXTS), "questions": []}
        if (known := rules(asked)) and draw(st.booleans()):
            page["show"] = draw(st.sampled_from(known))
        for index in range(draw(st.integers(1, 4))):
            one = {"id": f"q{number}_{index}", "title": draw(TEXTS), **draw(SHAPES)}
            if one["type"] not in ("information", "consent"):
                one["help"] = draw(st.just({}) | TEXTS)
                one["required"] = draw(st.booleans())
            if (known := rules(asked)) and draw(st.booleans()):
                some = draw(
                    st.lists(st.sampled_from(known), min_size=1, max_size=2, unique_by=repr)
                )
                joint = draw(st.sampled_from(["and", "or"]))
                one["show"] = some[0] if len(some) == 1 else {joint: some}
            page["questions"].append(one)
            asked.append(one)
        pages.append(page)
    return Document.model_validate({"title": draw(TEXTS), "introduction": draw(TEXTS),
                                    "thank_you": draw(TEXTS), "pages": pages})  # fmt: skip


def plain(document):
    """What both formats can say of a document: no scores, no origin."""
    tree = document.model_dump(mode="json", exclude_defaults=True)
    for name in ("dimensions", "contradictions", "levels"):
        tree.pop(name, None)
    for page in tree["pages"]:
        for question in page["questions"]:
            for key in ("dimension", "reverse", "origin", "unit"):
                question.pop(key, None)
            for item in question.get("items", ()):
                item.pop("dimension", None)
                item.pop("reverse", None)
    return tree


def without(tree, *fields):
    """The tree with no such fields in its questions, and the title in one language."""
    tree["title"] = {}
    for page in tree["pages"]:
        for question in page["questions"]:
            for name in fields:
                question.pop(name, None)
            question.pop("show", None)
        page.pop("show", None)
    return tree


ALWAYS_LOST = {"xlsform": ("decimals",), "surveyjs": ("decimals",), "json": ()}
TRIED = [*names(), "aftersales"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", TRIED)
def test_questions_options_and_rules_survive(name, target):
    before = template(name) if name == "aftersales" else questionnaire(name)
    back = read_any(export(before, target).content, "f")
    if target == "json":
        assert back.document == before
    exported = export(before, target)
    named = {note.place for note in exported.not_carried}
    whole = [[q.id for q in page.questions] for page in before.pages]
    assert [[q.id for q in page.questions] for page in back.document.pages] == whole
    said = said_alike(before, named)
    assert asked(back.document, said, target) == asked(before, said, target)


def said_alike(document, named):
    """The questions that the other format says as we do: nothing of them is in the report."""
    noted = {place.partition(":")[2].partition(".")[0] for place in named}
    odd = {q.id for q in document.questions() if getattr(q, "carry", None) and q.options}
    return {question.id for question in document.questions()} - noted - odd


def asked(document, names, target):
    """Without the words for missing answers (in the report) and places kept in no random order."""
    tree = without(plain(document), *ALWAYS_LOST[target])
    found = [q for page in tree["pages"] for q in page["questions"] if q["id"] in names]
    for option in (option for q in found for option in q.get("options", ())):
        option.pop("fixed", None)
    return json.loads(re.sub(r"\|[^{}|]*\}", "}", json.dumps(found, ensure_ascii=False)))


@settings(max_examples=60)
@pytest.mark.parametrize("target", ["surveyjs", "xlsform"])
@given(document=documents(), data=st.data())
def test_generated_questionnaires_survive(target, document, data):
    back = read_any(export(document, target).content, "f")
    assert [note.why.message for note in back.not_carried] == []
    assert without(plain(back.document)) == without(plain(document))
    answers = data.draw(answers_to(document))
    assert seen(back.document, answers) == seen(document, answers)


def answers_to(document):
    every = {}
    for question in document.questions():
        if question.type == "single":
            every[question.id] = st.sampled_from([o.id for o in question.options])
        elif question.type == "multiple":
            ids = [o.id for o in question.options]
            every[question.id] = st.lists(st.sampled_from(ids), min_size=1, unique=True)
        elif question.type in ("number", "nps", "likert"):
            every[question.id] = st.integers(1, 5)
        elif question.type == "likert_grid":
            every |= {f"{question.id}.{i.id}": st.integers(1, 5) for i in question.items}
        elif question.type in ("short_text", "long_text"):
            every[question.id] = st.just("1")
    return st.fixed_dictionaries({}, optional=every)


def seen(document, answers):
    return [(page.page.id if hasattr(page, "page") else page.id, [q.id for q in page.questions])
            for page in path(document, answers, {}).pages]  # fmt: skip


@pytest.mark.parametrize("target", ["surveyjs", "xlsform"])
def test_what_a_person_marks_survives(target):
    tree = {
        "languages": ["en"], "default_language": "en", "title": {"en": "T"},
        "pages": [{"id": "p", "questions": [
            {"id": "m", "type": "multiple", "title": {"en": "M"}, "options": [
                {"id": "aa", "label": {"en": "A"}},
                {"id": "none", "label": {"en": "None"}, "exclusive": True},
                {"id": "other", "label": {"en": "Else"}, "other": True}]},
            {"id": "c", "type": "single", "title": {"en": "C"}, "carry": {"question": "m"}},
            {"id": "s", "type": "single", "title": {"en": "S"}, "options": [
                {"id": "x", "label": {"en": "X"}, "show": {"in": ["aa", {"answer": "m"}]}},
                {"id": "y", "label": {"en": "Y"}}]},
            {"id": "z", "type": "short_text", "title": {"en": "You said {m}"},
             "show": {"answered": [{"answer": "m.other"}]},
             "require": {"==": [{"answer": "s"}, "x"]}}]}],
    }  # fmt: skip
    before = Document.model_validate(tree)
    exported = export(before, target)
    assert [note.why.message for note in exported.not_carried] == []
    back = read_any(exported.content, "f")
    assert [note.why.message for note in back.not_carried] == []
    assert plain(back.document) == plain(before)


@pytest.mark.parametrize("target", sorted(TARGETS))
@pytest.mark.parametrize(
    "tree",
    [
        {"title": {"en": "Nothing"}},
        {"title": {"en": "Nothing"}, "languages": ["en"], "default_language": "en"},
        {"title": {"en": "One"}, "pages": [{"id": "p", "title": {"en": "Bare"}}]},
    ],
)
def test_a_questionnaire_without_a_question_is_known_again(target, tree):
    written = export(Document.model_validate(tree), target)
    found = read_any(written.content, written.filename)
    assert found.kind == target
    assert next(iter(found.document.title.values())) == tree["title"]["en"]
    assert list(found.document.questions()) == []


@pytest.mark.parametrize("tree", [{"locale": "en"}, {"locale": "en", "pages": [{"title": "x"}]}])
def test_other_files_with_a_language_are_not_taken_for_one(tree):
    with pytest.raises(SurveyError) as error:
        read_any(json.dumps(tree).encode(), "x.json")
    assert error.value.findings[0].code == "format.unknown"


def test_a_title_from_the_name_of_the_file_stands_in_every_language():
    tree = {"format": "surveyapp/questionnaire/1", "languages": ["zh-Hans", "en"]}
    found = read_any(json.dumps(tree).encode(), "Summer 2026.json").document
    assert found.title == {"zh-Hans": "Summer 2026", "en": "Summer 2026"}
    assert "document" not in {f.place for f in check_wording(found) if "translated" in f.code}


def long_rule(operands):
    rule = {"or": [{"==": [{"answer": "a"}, number]} for number in range(operands)]}
    questions = [{"type": "number", "id": "a", "title": {"en": "A"}},
                 {"type": "short_text", "id": "b", "title": {"en": "B"}, "show": rule}]  # fmt: skip
    tree = {"title": {"en": "T"}, "languages": ["en"], "default_language": "en",
            "pages": [{"id": "p", "questions": questions}]}  # fmt: skip
    return Document.model_validate(tree)


def test_a_rule_of_any_length_is_read_again_in_our_own_format():
    document = long_rule(50_000)
    written = export(document, "json")
    assert read_any(written.content, written.filename).document == document


@pytest.mark.parametrize("target", ["surveyjs", "xlsform"])
def test_a_rule_that_is_too_long_to_be_read_again_is_named_when_it_is_written(target):
    written = export(long_rule(5_000), target)
    assert [note.place for note in written.not_carried] == ["question:b"]
    assert read_any(written.content, written.filename).not_carried == ()
    assert export(long_rule(300), target).not_carried == ()
