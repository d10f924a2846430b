import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.document import Document
from surveyapp.designer.mapping import Carried, Way, follow, read, recoded
from surveyapp.designer.mapping_asks import asks, exchanged, settled, shapes, suggested
from surveyapp.findings import SurveyError

CODES = st.sampled_from("abc")
TABLES = st.dictionaries(CODES, CODES)


def document(*questions):
    return Document.model_validate({"pages": [{"id": "p", "questions": list(questions)}]})


def choice(name, *options, kind="single", **more):
    labelled = [{"id": one, "label": {"en": one.upper()}} for one in options]
    return {"id": name, "type": kind, "options": labelled, **more}


def likert(name, points):
    return {"id": name, "type": "likert", "scale": {"points": points}}


def the_ask(before, after):
    (ask,) = asks(document(before), document(after))
    return ask


def codes(error):
    return [finding.code for finding in error.value.findings]


def test_answers_lead_through_all_later_versions():
    mappings = {
        2: (Carried(source="q", how="recode", target="r", values={"a": "b"}),),
        3: (Carried(source="r", how="recode", target="s"),),
        4: (Carried(source="other"), Carried(source="s")),
    }
    assert follow("q", 1, mappings) == Way("s", {"a": "b"})
    assert follow("r", 2, mappings) == Way("s")
    assert follow("s", 3, mappings) == Way("s")
    assert follow("q", 2, mappings) == Way("q")


def test_a_split_ends_the_way():
    mappings = {
        2: (Carried(source="q", how="recode", target="q", values={"a": "b"}),),
        3: (Carried(source="q", how="split", target="q"),),
    }
    assert follow("q", 1, mappings) == Way("q", {"a": "b"}, 3)
    assert follow("q", 2, mappings) == Way("q", None, 3)
    assert follow("q", 3, mappings) == Way("q")


@given(TABLES, TABLES, CODES)
def test_two_translations_are_one_after_the_other(first, then, code):
    mappings = {
        2: (Carried(source="q", how="recode", target="q", values=first),),
        3: (Carried(source="q", how="recode", target="q", values=then),),
    }
    way = follow("q", 1, mappings)
    assert recoded(code, way.values or {}) == recoded(recoded(code, first), then)


def test_recoding_of_each_kind_of_answer():
    assert recoded("a", {"a": "b"}) == "b"
    assert recoded(3, {"3": 5}) == 5
    assert recoded(4, {"3": 5}) == 4
    assert recoded(["a", "b", "c"], {"a": "b"}) == ["b", "c"]
    assert recoded(True, {"True": "x"}) is True
    assert recoded(2.5, {"2.5": 1}) == 2.5


def test_decisions_survive_their_storage():
    one = Carried(source="q", how="recode", target="r", values={"1": 2, "x": "y"})
    stored = json.loads(json.dumps([one.model_dump(mode="json")]))
    assert read(stored) == (one,)


def test_nothing_is_asked_where_answers_keep_their_meaning():
    before = document(choice("q", "a"), likert("l", 5), {"id": "t", "type": "short_text"})
    after = document(
        choice("q", "a", "b"), likert("l", 5), {"id": "t", "type": "long_text"}, likert("n", 7)
    )
    assert asks(before, before) == ()
    assert asks(before, after) == ()


def test_a_dropped_option_keeps_its_code_unless_it_is_recoded():
    ask = the_ask(choice("q", "a", "b", "c"), choice("q", "a", "b"))
    assert (ask.why, [code for code, _ in ask.codes]) == ("options", ["c"])
    assert ask.default == Carried(source="q", target="q")
    before, after = document(choice("q", "a", "b", "c")), document(choice("q", "a", "b"))
    chosen = Carried(source="q", how="recode", target="q", values={"c": "b"})
    assert settled(before, after, [chosen]) == (chosen,)
    assert settled(before, after, []) == (ask.default,)


def test_other_points_may_be_recoded_as_a_whole():
    ask = the_ask(likert("q", 5), likert("q", 7))
    assert ask.why == "points"
    (target,) = ask.targets
    assert suggested(ask, target) == {"1": 1, "2": 3, "3": 4, "4": 6, "5": 7}
    incomplete = Carried(source="q", how="recode", target="q", values={"1": 1, "2": 9})
    with pytest.raises(SurveyError) as error:
        settled(document(likert("q", 5)), document(likert("q", 7)), [incomplete])
    assert codes(error) == ["mapping.code"] * 4
    assert [f.params["code"] for f in error.value.findings] == ["2", "3", "4", "5"]


@given(st.integers(3, 10), st.integers(3, 10))
def test_the_suggestion_maps_ends_to_ends_in_order(old, new):
    if old == new:
        return
    ask = the_ask(likert("q", old), likert("q", new))
    table = suggested(ask, ask.targets[0])
    points = [table[str(point)] for point in range(1, old + 1)]
    assert (points[0], points[-1]) == (1, new)
    assert points == sorted(points)


def test_a_removed_question_may_go_on_under_another_id():
    before = document(choice("q", "a", "b"), {"id": "t", "type": "long_text"})
    after = document(choice("new", "a", "x"), {"id": "words", "type": "short_text"})
    first, second = asks(before, after)
    assert (first.why, [t.variable for t in first.targets]) == ("removed", ["new"])
    assert [t.variable for t in second.targets] == ["words"]
    assert suggested(first, first.targets[0]) == {"a": "a"}
    rename = Carried(source="t", how="recode", target="words")
    table = Carried(source="q", how="recode", target="new", values={"a": "a", "b": "x"})
    assert settled(before, after, [rename, table]) == (table, rename)


def test_labels_suggest_the_new_code():
    before = document(choice("q", "a", "b"))
    renamed = choice("new", "n1", "n2")
    renamed["options"][0]["label"] = {"en": "B"}
    ask = asks(before, document(renamed))[0]
    assert suggested(ask, ask.targets[0]) == {"b": "n1"}


def test_another_type_may_be_recoded_between_codes_only():
    ask = the_ask(choice("q", "a", "b"), likert("q", 5))
    assert (ask.why, len(ask.targets), ask.whole) == ("retyped", 1, True)
    assert suggested(ask, ask.targets[0]) == {}
    assert the_ask(choice("q", "a"), {"id": "q", "type": "number"}).targets == ()
    assert the_ask({"id": "q", "type": "number"}, choice("q", "a")).targets == ()


def test_exchanged_labels_and_another_unit_split_unless_the_meaning_is_kept():
    swapped = choice("q", "a", "b")
    swapped["options"][0]["label"], swapped["options"][1]["label"] = {"en": "B"}, {"en": "A"}
    ask = the_ask(choice("q", "a", "b"), swapped)
    assert (ask.why, ask.default.how) == ("meaning", "split")
    same = Carried(source="q", target="q")
    assert settled(document(choice("q", "a", "b")), document(swapped), [same]) == (same,)
    minutes = {"id": "n", "type": "number", "unit": {"en": "minutes"}}
    hours = {"id": "n", "type": "number", "unit": {"en": "hours", "zh-Hans": "小时"}}
    assert the_ask(minutes, hours).why == "unit"
    assert asks(document(hours), document({**hours, "unit": {**hours["unit"], "de": "h"}})) == ()


def test_exchanged():
    old = [("a", {"en": "yes"}), ("b", {"en": "no", "zh-Hans": ""})]
    assert exchanged(old, [("a", {"en": "no"}), ("b", {"en": "no"})]) == {"a"}
    assert exchanged(old, [("a", {"en": "yes, really"}), ("c", {"en": "no"})]) == set()
    assert exchanged(old, [("a", {"en": "yes", "zh-Hans": ""})]) == set()


def test_what_nobody_asked_or_cannot_go_there_is_refused():
    before, after = document(choice("q", "a"), choice("r", "a")), document(choice("n", "a"))
    with pytest.raises(SurveyError) as error:
        settled(before, after, [Carried(source="z"), Carried(source="q", how="recode", target="q")])
    assert codes(error) == ["mapping.unasked", "mapping.target"]
    both = [Carried(source=one, how="recode", target="n", values={"a": "a"}) for one in ("q", "r")]
    with pytest.raises(SurveyError) as error:
        settled(before, after, both)
    assert codes(error) == ["mapping.twice"]
    extra = Carried(source="q", how="recode", target="n", values={"a": "a", "zz": "a"})
    with pytest.raises(SurveyError) as error:
        settled(before, after, [extra])
    assert codes(error) == ["mapping.code"]


def test_shapes_of_all_kinds():
    other = choice("m", "a", kind="multiple")
    other["options"][0]["other"] = True
    made = document(
        other,
        choice("k", "b", carry={"question": "m"}),
        choice("loop", "c", carry={"question": "loop"}),
        {"id": "g", "type": "likert_grid", "scale": {"points": 3}, "items": [{"id": "i"}]},
        {"id": "c", "type": "csat", "labels": {1: {"en": "bad"}}},
        {"id": "i", "type": "information"},
    )
    found = shapes(made)
    assert found["m"].form == "set"
    assert found["m.a"].form == "text"
    assert found["k"].names == {"a", "b"}
    assert found["loop"].names == {"c"}
    assert found["g.i"].names == {1, 2, 3}
    assert found["c"].codes[0] == (1, {"en": "bad"})
    assert "i" not in found
