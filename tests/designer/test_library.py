import pytest

from surveyapp.designer.document import Document, Likert, LikertGrid
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.edits import apply
from surveyapp.designer.library import TEMPLATES, built_in, matching, template
from surveyapp.designer.library_entries import Entry, entry_of, question_in
from surveyapp.designer.library_insert import free, insertion, renaming
from surveyapp.designer.library_updates import taking, updates
from surveyapp.designer.measurement import LEVELS
from surveyapp.designer.path import path
from surveyapp.designer.proof import prove
from surveyapp.designer.rule_types import check_rules
from surveyapp.designer.structure import check_structure
from surveyapp.designer.wording import check_wording
from surveyapp.findings import SurveyError

SATISFIED = {"solved": "yes", "overall": 5, "nps": 9}
DISSATISFIED = {"solved": "no", "overall": 1, "nps": 2, "reasons": ["waiting"]}
WEIGHTS = {
    "response_speed": 25,
    "resolution": 30,
    "first_contact": 20,
    "attitude": 15,
    "knowledge": 10,
}


def aftersales(answers, **customer):
    document = template("aftersales")
    return document, path(document, answers, {"customer": customer})


def scored_items():
    """(dimension, reverse) of every scored variable."""
    for question in template("aftersales").questions():
        if isinstance(question, LikertGrid):
            yield from ((i.dimension, i.reverse) for i in question.items if i.dimension)
        elif isinstance(question, Likert) and question.dimension:
            yield question.dimension, question.reverse


def test_dimensions_and_weights_are_those_of_the_indicator_system():
    assert {d.id: d.weight for d in template("aftersales").dimensions} == WEIGHTS


def test_the_rules_of_the_indicator_system_come_with_it():
    document = template("aftersales")
    assert {p.id: sum(p.weights.values()) for p in document.profiles} == {
        "technical": 100,
        "reception": 100,
    }
    assert {v.id for v in document.vetoes} == {"leak", "promise"}
    assert document.bonuses
    assert document.bonus_cap == 15
    assert [(level.id, level.least) for level in document.levels] == [
        (level.id, level.least) for level in LEVELS
    ]
    contacts = document.question_by_id["contacts"]
    assert contacts.dimension == "first_contact"
    assert contacts.thresholds.best == 1
    assert {d.expected_alpha for d in document.dimensions} == {0.7}


def test_every_dimension_has_items_enough_for_its_reliability():
    dimensions = [dimension for dimension, _ in scored_items()]
    assert all(dimensions.count(dimension) >= 3 for dimension in WEIGHTS)
    assert {reverse for _, reverse in scored_items()} == {True, False}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize(
    ("answers", "customer"),
    [
        (SATISFIED, {}),
        (SATISFIED, {"product_line": "appliance"}),
        (DISSATISFIED, {}),
        (DISSATISFIED, {"product_line": "appliance"}),
        (DISSATISFIED, {"product_line": "fresh_food"}),
    ],
)
def test_takes_at_most_three_minutes(language, answers, customer):
    document, on = aftersales(answers, **customer)
    assert 90 < expected_seconds(document, on, language) <= 180


def test_branches_by_satisfaction_and_by_product_line():
    def extra(answers, **customer):
        usual = aftersales(SATISFIED)[1].question_ids
        return aftersales(answers, **customer)[1].question_ids - usual

    assert extra(SATISFIED) == set()
    assert extra(SATISFIED, product_line="appliance") == {"installation"}
    assert extra(SATISFIED, product_line="fresh_food") == {"freshness"}
    assert extra(SATISFIED, product_line="home") == set()
    assert extra(DISSATISFIED) == {"reasons", "detail"}
    assert extra({"overall": 4, "nps": 6, "reasons": ["nothing"]}) == {"reasons"}


def test_the_empty_template_has_one_empty_page():
    assert [len(page.questions) for page in template("empty").pages] == [0]


def test_every_template_is_titled_in_both_languages():
    for name in TEMPLATES:
        assert set(template(name).title) == {"zh-Hans", "en"}


def test_an_unknown_template_is_a_finding():
    with pytest.raises(SurveyError, match=r"library.unknown.*“nope”"):
        template("nope")


def trouble(document):
    checks = (check_structure, check_wording, check_rules)
    found = [finding for check in checks for finding in check(document)]
    return [(f.code, f.place) for f in found if f.severity != "info"]


WITH_CONTENT = [name for name in TEMPLATES if name != "empty"]


@pytest.mark.parametrize("name", WITH_CONTENT)
def test_every_template_has_nothing_to_mend_in_both_languages(name):
    found = prove(template(name)).findings
    assert [(f.code, f.place) for f in found if f.severity != "info"] == []


def test_the_service_centre_weighs_its_dimensions_as_its_monthly_report_does():
    weights = {d.id: d.weight for d in template("service_centre").dimensions}
    assert weights == {"speed": 30, "resolution": 40, "attitude": 20, "follow_up": 10}


def test_the_investment_study_compares_two_wordings():
    document = template("investment")
    types = {question.type for question in document.questions()}
    assert {"csat", "nps", "ces"} <= types
    for arm, shown in (("service", "csat_a"), ("contact", "csat_b")):
        on = path(document, {}, {"random": {"wording": arm}})
        assert {"csat_a", "csat_b"} & on.question_ids == {shown}


def test_the_call_back_ends_where_it_is_declined():
    (end,) = next(page.screen_outs for page in template("callback").pages if page.screen_outs)
    assert end.message["en"].startswith("Sorry")


EMPTY = template("empty")


@pytest.mark.parametrize("source", [s for s, e in built_in().items() if e.kind != "scale"])
def test_every_entry_can_be_inserted_twice_and_is_sound(source):
    entry = built_in()[source]
    once = apply(EMPTY, insertion(EMPTY, entry, "page:page1", None))
    assert trouble_but_empty_page(once) == []
    twice = apply(once, insertion(once, entry, "page:page1", 0))
    names = [question.id for question in twice.questions()]
    assert len(names) == len(set(names)) == 2 * len(list(entry.questions()))
    assert trouble_but_empty_page(twice) == []
    assert all(q.origin and q.origin.source.startswith(source) for q in twice.questions())


def trouble_but_empty_page(document):
    return [one for one in trouble(document) if one[0] != "document.empty_page"]


@pytest.mark.parametrize("source", [s for s, e in built_in().items() if e.kind == "scale"])
def test_every_scale_can_be_given_to_a_question(source):
    entry = built_in()[source]
    rated = {"id": "q", "type": "likert", "title": {"zh-Hans": "题", "en": "Q"}}
    rated["scale"] = {"points": 3, "labels": {"1": {"en": "Old"}, "3": {"en": "Old end"}}}
    page = {"id": "p", "title": {"zh-Hans": "页", "en": "P"}, "questions": [rated]}
    title = {"zh-Hans": "题", "en": "T"}
    document = Document.model_validate({"title": title, "pages": [page]})
    now = apply(document, insertion(document, entry, "question:q"))
    (question,) = now.questions()
    assert isinstance(question, Likert)
    kept = {point: text for point, text in question.scale.labels.items() if text}
    assert (question.scale.points, kept) == (entry.scale.points, entry.scale.labels)
    assert question.origin.source == source
    assert trouble(now) == []
    again = apply(now, insertion(now, built_in()["library:scale.quality5"], "question:q"))
    assert again.question_by_id["q"].origin.source == source


def test_every_entry_is_named_tagged_and_sourced_in_both_languages():
    for entry in built_in().values():
        assert set(entry.name) == set(entry.about) == {"zh-Hans", "en"}
        assert entry.tags
        assert entry.citation
        assert sum((entry.question is not None, entry.scale is not None, bool(entry.pages))) == 1
        assert entry.key.startswith(f"{entry.kind}.")


def test_the_library_is_searched_in_both_languages_by_kind_and_by_tag():
    every = built_in().values()
    assert [e.key for e in matching(every, "recommend friends", "question")] == ["question.nps"]
    assert "block.delivery" in [e.key for e in matching(every, "送达")]
    assert {e.kind for e in matching(every, kind="scale")} == {"scale"}
    assert all("demographics" in e.tags for e in matching(every, tag="demographics"))
    assert matching(every, "nothing of the kind") == []


def test_ids_within_an_entry_follow_when_they_are_renamed():
    pages = [
        {
            "id": "p",
            "questions": [
                {"id": "a", "type": "multiple", "dimension": None, "options": [{"id": "x"}]},
                {
                    "id": "b",
                    "type": "single",
                    "title": {"en": "Why {a|that} and {other}?"},
                    "carry": {"question": "a"},
                    "show": {"in": ["x", {"answer": "a"}]},
                    "dimension": "d",
                },
            ],
        }
    ]
    for page in pages:
        page["questions"][0].pop("dimension")
    entry = Entry.model_validate(
        {"key": "block.x", "kind": "block", "pages": pages, "dimensions": [{"id": "d"}]}
    )
    taken = {"id": "q", "questions": [{"id": "a", "type": "date"}, {"id": "d", "type": "date"}]}
    document = Document.model_validate({"pages": [taken]})
    now = apply(document, insertion(document, entry, "document", 0, {"question:a_2", "option:a.x"}))
    second = now.question_by_id["b"]
    assert [q.id for q in now.pages[0].questions] == ["a_3", "b"]
    assert second.title == {"en": "Why {a_3|that} and {other}?"}
    assert second.carry.question == "a_3"
    assert second.show == {"in": ["x", {"answer": "a_3"}]}
    assert second.dimension == now.dimensions[0].id == "d_2"


def test_a_free_id_is_never_too_long():
    assert free("a" * 40, {"a" * 40}) == "a" * 38 + "_2"
    assert renaming([{"answer": "a.i"}, 3], {"a": "b"}, {}) == [{"answer": "b.i"}, 3]


def test_dimensions_of_a_block_weigh_nothing_where_others_sum_to_100():
    servqual = built_in()["library:block.servqual"]
    document = apply(template("aftersales"), insertion(template("aftersales"), servqual))
    assert sum(d.weight for d in document.dimensions) == 100
    assert sum(d.weight for d in apply(EMPTY, insertion(EMPTY, servqual)).dimensions) == 100


def test_what_cannot_stand_somewhere_is_refused():
    nps, agree = built_in()["library:question.nps"], built_in()["library:scale.agree5"]
    for entry, at in ((nps, "document"), (agree, "page:page1"), (agree, "question:none")):
        with pytest.raises(SurveyError, match=r"library\.place"):
            insertion(EMPTY, entry, at)


def newer(key, **changes):
    entry = built_in()[f"library:{key}"]
    tree = {**entry.model_dump(mode="json"), "revision": entry.revision + 1}
    return Entry.model_validate({**tree, **changes})


def test_a_newer_entry_is_told_and_taken_but_what_is_ours_stays():
    solved = built_in()["library:question.solved"]
    document = apply(EMPTY, insertion(EMPTY, solved, "page:page1"))
    ours = {"required": True, "show": {"==": [{"customer": "tier"}, "high"]}}
    document = apply(document, {"do": "set", "at": "question:solved", "values": ours})
    question = solved.model_dump(mode="json")["question"]
    question["title"]["en"] = "Is your problem solved?"
    question["options"].append({"id": "unsure", "label": {"zh-Hans": "说不清", "en": "Not sure"}})
    entry = newer("question.solved", question=question)
    assert list(updates(document, built_in())) == []
    (update,) = updates(document, {entry.source: entry})
    assert {change.place for change in update.changes} == {
        "question:solved", "option:solved.unsure",
    }  # fmt: skip
    now = apply(document, taking(document, update))
    (taken,) = now.questions()
    assert taken.title["en"] == "Is your problem solved?"
    assert (taken.required, taken.show) == (True, ours["show"])
    assert list(updates(now, {entry.source: entry})) == []


def test_what_a_newer_entry_no_longer_has_is_left_alone():
    servqual = built_in()["library:block.servqual"]
    document = apply(EMPTY, insertion(EMPTY, servqual))
    gone = newer("block.servqual", pages=[servqual.pages[0].model_dump(mode="json")])
    assert {u.place for u in updates(document, {gone.source: gone})} == {"question:tangibles_items"}
    (first,) = updates(document, {gone.source: gone})
    item = apply(document, taking(document, first)).question_by_id["tangibles_items"].items[0]
    assert item.dimension == "tangibles"
    assert entry_of("library:none", built_in()) is None
    assert question_in(built_in()["library:scale.agree5"], "library:scale.agree5") is None
