"""Every kind of part can be added, changed, copied, moved and deleted."""

import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.edits import apply
from surveyapp.designer.places import INNER, LISTS, find, spots
from surveyapp.designer.rule_types import check_rules
from surveyapp.designer.starters import fill
from surveyapp.findings import SurveyError
from tests.questionnaires import questionnaire

ALL = questionnaire("all_types")
INTO = {
    "question": "page:p1",
    "option": "question:channel",
    "item": "question:attitude",
    "check": "question:contacts",
    "screen_out": "page:p1",
    "arm": "experiment:test1",
    "cell": "quota:quota1",
}
FIELD = {"option": "label", "item": "label", "arm": "label", "cell": "label", "check": "message"}


def tree(document):
    return document.model_dump(mode="json")


def add(document, what, **more):
    edit = {"do": "add", "what": what, "into": INTO.get(what, "document"), **more}
    return apply(document, fill(edit, document))


BASE = add(add(ALL, "experiment"), "quota")


def new_place(before, after, kind):
    old = {place for place, _ in spots(tree(before))}
    (place,) = [p for p, spot in spots(tree(after)) if p not in old and spot.kind == kind]
    return place


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_every_part_can_be_added_changed_copied_moved_and_deleted(kind):
    added = add(BASE, kind)
    place = new_place(BASE, added, kind)
    assert check_rules(added) == []
    field = FIELD.get(kind, "title")
    values = {field: {"en": "Renamed"}}
    changed = apply(added, {"do": "set", "at": place, "values": values})
    assert find(tree(changed), place).part[field]["en"] == "Renamed"
    copied = apply(changed, {"do": "copy", "at": place})
    copy = new_place(changed, copied, kind)
    assert find(tree(copied), copy).index == find(tree(copied), place).index + 1
    moved = apply(copied, {"do": "move", "at": copy, "index": 0})
    assert find(tree(moved), copy).index == 0
    left = apply(apply(moved, {"do": "delete", "at": copy}), {"do": "delete", "at": place})
    assert tree(left) == tree(BASE)


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_a_part_goes_into_no_other_list(kind):
    wrong = "document" if kind in INNER | {"question"} else "page:p1"
    with pytest.raises(SurveyError, match=r"edit\.unknown_place"):
        apply(BASE, {"do": "add", "what": kind, "into": wrong, "value": {}})


@pytest.mark.parametrize("question", [q.id for q in ALL.questions() if q.type != "information"])
def test_a_new_check_is_sound_and_about_its_question(question):
    added = add(ALL, "check", into=f"question:{question}")
    assert check_rules(added) == []
    assert question in str(added.question_by_id[question].checks[0].must)


def test_conditions_need_a_question():
    empty = Document.model_validate({"pages": [{"id": "p1"}]})
    for kind in ("veto", "bonus", "quota", "computed", "contradiction"):
        with pytest.raises(SurveyError, match="Add a question first"):
            add(empty, kind)
    for kind in ("check", "screen_out"):
        with pytest.raises(SurveyError, match="Add a question first"):
            add(empty, kind, into="page:p1")


def test_new_parts_speak_the_questionnaires_languages_only():
    english = questionnaire("english_only")
    added = add(english, "experiment").experiments[0]
    assert added.title == {"en": "Experiment"}
    assert [arm.label for arm in added.arms] == [{"en": "Group A"}, {"en": "Group B"}]


def test_levels_and_profiles_begin_where_the_others_are():
    document = ALL
    for _ in range(3):
        document = add(document, "level")
    assert [level.least for level in document.levels] == [0, 5, 7.5]
    profile = add(document, "profile").profiles[0]
    assert profile.weights == {d.id: d.weight for d in document.dimensions}


def test_a_deleted_dimension_leaves_the_profiles():
    document = Document.model_validate(
        {
            "dimensions": [{"id": "a", "weight": 50}, {"id": "b", "weight": 50}],
            "profiles": [{"id": "tech", "weights": {"a": 20, "b": 80}}],
        }
    )
    left = apply(document, {"do": "delete", "at": "dimension:a"})
    assert list(left.profiles[0].weights) == ["b"]
    cleared = {"do": "set", "at": "profile:tech", "values": {"weights": {"a": None, "b": 100}}}
    assert dict(apply(document, cleared).profiles[0].weights) == {"b": 100}


def test_a_copied_page_speaks_of_its_own_questions():
    page = {
        "id": "p1",
        "questions": [
            {"type": "multiple", "id": "q1", "options": [{"id": "a"}]},
            {
                "type": "single",
                "id": "q2",
                "title": {"en": "Of {q1|these}, {q1.a} {{q1}} {customer.city} {q9}?"},
                "carry": {"question": "q1"},
                "checks": [{"id": "c", "must": {"==": [{"answer": "q2"}, "a"]}}],
            },
            {"type": "ranking", "id": "q3", "carry": {"question": "other"}},
        ],
        "screen_outs": [{"id": "s", "when": {"answered": [{"answer": "q1"}]}}],
    }
    other = {"id": "p0", "questions": [{"type": "multiple", "id": "other"}]}
    document = Document.model_validate({"pages": [other, page]})
    copy = apply(document, {"do": "copy", "at": "page:p1"}).pages[2]
    assert [question.id for question in copy.questions] == ["q4", "q5", "q6"]
    assert copy.questions[1].title["en"] == "Of {q4|these}, {q4.a} {{q1}} {customer.city} {q9}?"
    assert copy.questions[1].carry.question == "q4"
    assert copy.questions[1].checks[0].must == {"==": [{"answer": "q5"}, "a"]}
    assert copy.questions[2].carry.question == "other"
    assert copy.screen_outs[0].when == {"answered": [{"answer": "q4"}]}


def test_no_new_part_gets_a_name_that_a_text_speaks_of():
    document = Document.model_validate(
        {"pages": [{"id": "p1", "title": {"en": "On {q1.a} and {q2}"}, "questions": []}]}
    )
    added = apply(
        document, {"do": "add", "what": "question", "into": "page:p1", "value": {"type": "nps"}}
    )
    assert added.pages[0].questions[0].id == "q3"


LOCKED = Document.model_validate(
    {
        "pages": [
            {
                "id": "p1",
                "questions": [
                    {
                        "type": "likert_grid",
                        "id": "q1",
                        "title": {"en": "How much do you agree?"},
                        "scale": {"points": 5, "labels": {"1": {"en": "no"}, "5": {"en": "yes"}}},
                        "items": [{"id": "a", "label": {"en": "Polite"}}],
                        "origin": {"source": "service.politeness", "locked": True},
                    },
                    {
                        "type": "single",
                        "id": "q2",
                        "options": [{"id": "x"}],
                        "origin": {"source": "service.politeness", "locked": True},
                    },
                ],
            },
            {
                "id": "p2",
                "origin": {"source": "block", "locked": True},
                "questions": [{"type": "nps", "id": "q3", "title": {"en": "Recommend?"}}],
            },
        ],
        "dimensions": [{"id": "care", "weight": 100}],
    }
)


def put(place, **values):
    return {"do": "set", "at": place, "values": values}


@pytest.mark.parametrize(
    "edit",
    [
        put("question:q1", title={"en": "Agree?"}),
        put("question:q1", help={"en": "Please think."}),
        put("question:q1", type="likert"),
        put("question:q1", scale={"points": 7}),
        put("question:q1", scale={"labels": {"3": {"en": "so so"}}}),
        put("question:q1", missing=["dont_know"]),
        put("item:q1.a", label={"en": "Rude"}),
        put("item:q1.a", reverse=True),
        put("option:q2.x", label={"en": "X"}),
        put("question:q3", title={"en": "Really?"}),
        put("page:p2", title={"en": "Words"}),
        {"do": "add", "what": "item", "into": "question:q1", "value": {}},
        {"do": "copy", "at": "item:q1.a"},
        {"do": "move", "at": "option:q2.x", "index": 0},
        {"do": "delete", "at": "item:q1.a"},
    ],
)
def test_what_is_locked_keeps_its_words(edit):
    with pytest.raises(SurveyError, match=r"edit\.locked"):
        apply(LOCKED, edit)
    unlocked = LOCKED
    for place in ("question:q1", "question:q2", "page:p2"):
        unlocked = apply(unlocked, {"do": "unlock", "at": place})
    apply(unlocked, edit)


@pytest.mark.parametrize(
    "edit",
    [
        put("question:q1", title={"zh-Hans": "您同意吗？"}),
        put("question:q1", title={"en": "How much do you agree?"}),
        put("question:q1", scale={"points": "5"}),
        put("question:q1", scale={"labels": {"1": {"zh-Hans": "不"}}}),
        put("question:q1", required=True, show=None, shuffle=True),
        put("item:q1.a", dimension="care"),
        {"do": "move", "at": "question:q1", "into": "page:p2"},
        {"do": "copy", "at": "question:q1"},
        {"do": "delete", "at": "question:q1"},
        {"do": "add", "what": "check", "into": "question:q1", "value": {"must": {"answered": []}}},
    ],
)
def test_a_locked_part_may_be_placed_shown_and_translated(edit):
    apply(LOCKED, edit)


def test_nothing_unlocks_by_the_way():
    with pytest.raises(SurveyError, match=r"edit\.refused"):
        apply(LOCKED, put("question:q1", origin=None))
    with pytest.raises(SurveyError, match=r"edit\.unknown_place"):
        apply(LOCKED, {"do": "unlock", "at": "question:q3"})


FURTHER = [
    {"type": "ranking", "id": "q", "options": [{"id": "a"}]},
    {"type": "date", "id": "q"},
    {"type": "consent", "id": "q"},
    {"type": "photo", "id": "q"},
    {"type": "ces", "id": "q"},
    {"type": "single", "id": "q"},
]


@pytest.mark.parametrize("question", FURTHER, ids=[one["type"] for one in FURTHER])
def test_new_parts_of_every_kind_of_question_are_sound(question):
    document = Document.model_validate(
        {"pages": [{"id": "p1", "questions": [{"type": "information", "id": "i"}, question]}]}
    )
    for kind, into in (
        ("check", "question:q"),
        ("screen_out", "page:p1"),
        ("computed", "document"),
        ("veto", "document"),
        ("bonus", "document"),
    ):
        added = add(document, kind, into=into)
        wrong = [finding.code for finding in check_rules(added)]
        assert wrong == [], (kind, tree(added))
