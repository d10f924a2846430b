"""The row builder: rules as rows and back, its form, its words."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from surveyapp.designer.facts import Type
from surveyapp.designer.library import template
from surveyapp.designer.rule_form import group_from
from surveyapp.designer.rule_reading import reading
from surveyapp.designer.rule_rows import OPERATORS, Group, Row, mended, rows_of, rule_of
from surveyapp.designer.rule_sources import choices
from surveyapp.designer.rule_types import check_types, rules_of
from tests.designer_web.conftest import document, post

TYPES = {
    "answer:channel": Type("choice", ("phone", "chat")),
    "answer:reasons": Type("choice_set", ("price", "speed")),
    "answer:nps": Type("number"),
    "customer:city": Type("text"),
    "customer:last_purchase": Type("date"),
}
FRESH = Row("answer:nps", "is", (1,))
ANY = st.sampled_from(["all", "any"])
sources = st.sampled_from(sorted(TYPES))
raw_rows = st.builds(
    Row,
    sources,
    st.sampled_from(sorted({o for every in OPERATORS.values() for o in every} | {"", "x"})),
    st.lists(st.sampled_from(["phone", "price", "3", "2.5", "x", ""]), max_size=3).map(tuple),
)
rows = raw_rows.map(lambda row: mended(row, TYPES))
groups = st.builds(
    Group,
    ANY,
    st.lists(
        rows
        | st.builds(
            Group,
            ANY,
            st.lists(rows, min_size=1, max_size=3).map(tuple),
        ),
        min_size=2,
        max_size=4,
    ).map(tuple),
)


@given(groups)
def test_rows_and_rules_are_the_same(group):
    assert rows_of(rule_of(group)) == group


@given(rows)
def test_one_row_stands_for_itself(row):
    rule = rule_of(Group("any", (row,)))
    assert rule.keys() != {"or"}
    assert rows_of(rule) == Group("all", (row,))


def test_no_rows_are_no_rule():
    assert rule_of(Group("all", ())) is None
    assert rows_of(None) == Group("all", ())


@pytest.mark.parametrize(
    "rule",
    [
        {"not": [{"==": [{"answer": "a"}, 1]}]},
        {"and": [{"or": [{"and": [{"or": [{"and": [{"answered": [{"answer": "a"}]}]}]}]}]}]},
        {">=": [{"count": [{"answer": "a"}, {"answer": "b"}]}, 1]},
        {">=": [{"count": [{"answer": "a"}]}, {"answer": "b"}]},
        {"<=": [{"days": [{"answer": "a"}, {"customer": "last_purchase"}]}, 7]},
        {"==": [{"position": [{"answer": "a"}, "x"]}, 2]},
        {"==": [{"+": [1, 2]}, 3]},
        {"==": [{"+": []}, 3]},
        {"==": [{"answer": "a"}, {"answer": "b"}]},
        {"in": [{"answer": "a"}, {"answer": "b"}]},
        {"answered": [7]},
        {"fly": []},
        True,
    ],
)
def test_other_shapes_have_no_rows(rule):
    assert rows_of(rule) is None


def test_every_rule_of_the_template_has_rows():
    rules = list(rules_of(template("aftersales")))
    assert rules
    assert [place for place, _, rule in rules if rows_of(rule) is None] == []


@pytest.mark.parametrize(
    ("fields", "act", "expected"),
    [
        ({}, "add", Group("all", (FRESH,))),
        (
            {"join": "any", "0.source": "answer:channel", "0.operator": "is", "0.value": "chat"},
            "add-group",
            Group(
                "any",
                (
                    Row("answer:channel", "is", ("chat",)),
                    Group("all", (FRESH,)),
                ),
            ),
        ),
        (
            {"0.join": "any", "0.0.source": "answer:nps", "0.0.operator": "le", "0.0.value": "6"},
            "add:0",
            Group(
                "all",
                (Group("any", (Row("answer:nps", "le", (6,)), FRESH)),),
            ),
        ),
        (
            {"0.join": "any", "0.0.source": "answer:nps", "0.0.operator": "answered"},
            "remove:0.0",
            Group("all", ()),
        ),
        ({"0.source": "answer:nps", "0.operator": "answered"}, "remove:0", Group("all", ())),
        ({"0.source": "answer:nps"}, "remove:7", Group("all", (FRESH,))),
        (
            {"0.source": "answer:gone", "0.operator": "x", "0.value": "y"},
            "",
            Group("all", (Row("answer:channel", "is", ("phone",)),)),
        ),
        (
            {"0.source": "customer:city", "0.operator": "is", "0.value": ""},
            "",
            Group("all", (Row("customer:city", "is", ("…",)),)),
        ),
    ],
)
def test_the_form(fields, act, expected):
    assert group_from(MultiDict(fields), TYPES, act) == expected


def test_several_values_of_a_choice():
    form = MultiDict({"0.source": "answer:channel", "0.operator": "one_of"})
    form.setlist("0.value", ["phone", "chat"])
    assert rule_of(group_from(form, TYPES)) == {"in": [{"answer": "channel"}, ["phone", "chat"]]}


def rows_form(place, **fields):
    return {"do": "rows", "at": place, "here": place, "field": "show", **fields}


def test_building_a_rule_over_http(staff, made):
    place = "question:contacts"
    post(staff, made.id, rows_form(place, act="add"))
    assert document(made.id).question_by_id["contacts"].show == {
        "==": [{"answer": "solved"}, "yes"]
    }
    fields = {"0.source": "answer:channel", "0.operator": "one_of", "0.value": ["phone", "visit"]}
    fields |= {"1.source": "customer:tier", "1.operator": "is", "1.value": "high", "join": "any"}
    answer = post(staff, made.id, rows_form(place, **fields))
    rule = document(made.id).question_by_id["contacts"].show
    assert rule == {
        "or": [
            {"in": [{"answer": "channel"}, ["phone", "visit"]]},
            {"==": [{"customer": "tier"}, "high"]},
        ]
    }
    page = staff.get(answer.location).text
    assert "is By phone or Home visit, or “Customer tier” is High" in page
    assert 'channel in ["phone", "visit"] or customer.tier == "high"' in html.unescape(page)


def test_readings_speak_the_readers_language(staff, made):
    staff.post("/language/zh-Hans")
    fields = {"0.source": "customer:tier", "0.operator": "is", "0.value": "high"}
    answer = post(staff, made.id, rows_form("question:contacts", **fields))
    assert "当“客户等级”为高时显示" in staff.get(answer.location).text


def test_taking_the_last_row_away_removes_the_rule(staff, made):
    place = "question:contacts"
    post(staff, made.id, rows_form(place, act="add"))
    fields = {"0.source": "answer:solved", "0.operator": "is", "0.value": "yes"}
    post(staff, made.id, rows_form(place, act="remove:0", **fields))
    assert document(made.id).question_by_id["contacts"].show is None


def test_a_rule_reads_only_what_is_asked_before_it():
    known = choices(template("aftersales"), "question:solved", "en")
    assert [name for name in known if name.startswith("answer:")] == ["answer:channel"]
    page = choices(template("aftersales"), "page:speed_page", "en")
    assert "answer:contacts" in page
    assert "answer:speed.reached" not in page


def test_rules_made_from_rows_are_well_typed():
    questionnaire = template("aftersales")
    for name, choice in choices(questionnaire, "document", "en").items():
        for operator in OPERATORS[choice.type.kind]:
            row = mended(Row(name, operator), {name: choice.type})
            rule = rule_of(Group("all", (row,)))
            assert check_types(rule, questionnaire) == [], (name, operator)


def test_a_rule_as_text(staff, made):
    text = {"do": "rule-text", "at": "question:contacts", "here": "question:contacts"}
    post(staff, made.id, {**text, "text": 'not (channel == "phone" or channel == "chat")'})
    assert document(made.id).question_by_id["contacts"].show.keys() == {"not"}
    page = staff.get(f"/questionnaires/{made.id}?at=question:contacts").text
    assert "does not fit into rows" in page
    refused = post(staff, made.id, {**text, "text": 'chanel == "phone"'})
    assert refused.status_code == 422
    assert "rule-text-error" in refused.text
    assert "chanel ==" in refused.text
    post(staff, made.id, {**text, "text": ""})
    assert document(made.id).question_by_id["contacts"].show is None


def test_readings_name_what_is_gone(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        rule = {"==": [{"answer": "gone"}, 3]}
        assert reading(template("empty"), rule, "en") == "“gone” is 3"
        assert reading(template("empty"), {"fly": []}, "en") == ""
