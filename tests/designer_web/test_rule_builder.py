"""The row builder: rules as rows and back, its form, its words."""

import html

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.document import Document
from surveyapp.designer.facts import Type
from surveyapp.designer.library import template
from surveyapp.designer.rule_form import group_from
from surveyapp.designer.rule_reading import reading
from surveyapp.designer.rule_rows import OPERATORS, Group, Row, mended, rows_of, rule_of
from surveyapp.designer.rule_sources import choices
from surveyapp.designer.rule_types import check_types, rules_of
from tests.designer_web.conftest import document, post, stored

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


def test_groups_within_groups_over_http(staff, made):
    place = "question:contacts"
    row = {"source": "answer:channel", "operator": "is", "value": "phone"}
    fields = {"0.join": "any", "0.0.join": "all"}
    fields |= {f"0.0.0.{name}": value for name, value in row.items()}
    fields |= {f"0.1.{name}": value for name, value in row.items()}
    post(staff, made.id, rows_form(place, act="add-group:0.0", **fields))
    phone = {"==": [{"answer": "channel"}, "phone"]}
    fresh = {"==": [{"answer": "solved"}, "yes"]}
    rule = document(made.id).question_by_id["contacts"].show
    assert rule == {"or": [{"and": [phone, {"or": [fresh]}]}, phone]}
    assert rows_of(rule) is not None
    page = staff.get(f"/questionnaires/{made.id}?at={place}").text
    assert 'name="0.1.0.source"' in page
    assert 'value="add-group:0.1"' in page
    deeper = {"0.join": "all", "0.1.join": "any", "0.1.0.join": "all"}
    deeper |= {f"0.1.0.0.{name}": value for name, value in row.items()}
    post(staff, made.id, rows_form(place, act="add-group:0.1.0", **deeper))
    assert str(document(made.id).question_by_id["contacts"].show).count("solved") == 0


@pytest.mark.parametrize(
    ("source", "operator", "value", "rule"),
    [
        ("answer:reasons", "at_least", "2", {">=": [{"count": [{"answer": "reasons"}]}, 2]}),
        ("answer:reasons", "at_most", "x", {"<=": [{"count": [{"answer": "reasons"}]}, 1]}),
        (
            "answer:wishes",
            "ranked_first",
            "b",
            {"==": [{"position": [{"answer": "wishes"}, "b"]}, 1]},
        ),
        (
            "customer:last_purchase",
            "within",
            "7",
            {"<=": [{"days": [{"customer": "last_purchase"}, {"survey": "today"}]}, 7]},
        ),
        (
            "customer:last_purchase",
            "longer_ago",
            "30",
            {">": [{"days": [{"customer": "last_purchase"}, {"survey": "today"}]}, 30]},
        ),
        ("answer:mood", "is", "dont_know", {"==": [{"answer": "mood"}, "dont_know"]}),
        ("answer:mood", "le", "dont_know", {"<=": [{"answer": "mood"}, 1]}),
        ("answer:ok", "is", "true", {"==": [{"answer": "ok"}, True]}),
    ],
)
def test_rows_that_count_rank_and_measure_days(source, operator, value, rule):
    types = {
        **TYPES,
        "answer:wishes": Type("choice_set", ("a", "b"), ordered=True),
        "answer:mood": Type("number", ("dont_know",)),
        "answer:ok": Type("boolean"),
    }
    form = MultiDict({"0.source": source, "0.operator": operator, "0.value": value})
    group = group_from(form, types)
    assert rule_of(group) == rule
    assert rows_of(rule) == group


RICH = Document.model_validate(
    {
        "languages": ["en", "zh-Hans"],
        "default_language": "en",
        "pages": [
            {
                "id": "p1",
                "title": {"en": "First", "zh-Hans": "第一页"},
                "questions": [
                    {
                        "type": "likert",
                        "id": "overall",
                        "title": {"en": "Overall satisfaction?", "zh-Hans": "总体满意度？"},
                        "scale": {"points": 5, "labels": {}},
                        "missing": ["dont_know"],
                    },
                    {
                        "type": "ranking",
                        "id": "wishes",
                        "title": {"en": "Wishes", "zh-Hans": "愿望"},
                        "options": [
                            {"id": "price", "label": {"en": "Price", "zh-Hans": "价格"}},
                            {
                                "id": "other",
                                "label": {"en": "Other", "zh-Hans": "其他"},
                                "other": True,
                            },
                        ],
                        "checks": [{"id": "c", "must": {"answered": [{"answer": "overall"}]}}],
                    },
                ],
                "screen_outs": [{"id": "out", "when": {"==": [{"answer": "overall"}, 1]}}],
            },
            {"id": "p2", "questions": [{"type": "date", "id": "day", "title": {"en": "Day"}}]},
        ],
        "contradictions": [{"id": "odd", "when": {"==": [{"answer": "overall"}, 1]}}],
        "computed": [
            {"id": "twice", "title": {"en": "Twice"}, "value": {"*": [{"answer": "overall"}, 2]}},
            {"id": "late", "value": {"days": [{"answer": "day"}, {"survey": "today"}]}},
        ],
        "experiments": [{"id": "words", "arms": [{"id": "a", "label": {"en": "A"}}, {"id": "b"}]}],
    }
)
OVERALL, WISHES = {"answer": "overall"}, {"answer": "wishes"}
DAYS = {"days": [{"customer": "last_purchase"}, {"survey": "today"}]}


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        ({"in": [OVERALL, [1, 2]]}, "“Overall satisfaction” is 1 or 2", "“总体满意度”为1或2"),
        (
            {"==": [OVERALL, "dont_know"]},
            "“Overall satisfaction” is Don’t know",
            "“总体满意度”为不知道",
        ),
        (
            {"==": [{"position": [WISHES, "price"]}, 1]},
            "Price is ranked first in “Wishes”",
            "“愿望”中价格排第一",
        ),
        (
            {"<": [{"position": [WISHES, "price"]}, {"round": [{"/": [OVERALL, 2]}]}]},
            "the place of Price in “Wishes” is below “Overall satisfaction” ÷ 2, rounded",
            "价格在“愿望”中的名次小于“总体满意度” ÷ 2（四舍五入）",
        ),
        ({"<=": [DAYS, 7]}, "“Last purchase” is at most 7 days ago", "“最近购买”距今不超过 7 天"),
        (
            {">": [{"mean": [OVERALL, {"computed": "twice"}]}, 3]},
            "the mean of “Overall satisfaction”, “Twice” is above 3",
            "“总体满意度”、“Twice”的平均值大于3",
        ),
        (
            {"not": [{"or": [{"==": [OVERALL, 1]}, {"==": [{"random": "words"}, "a"]}]}]},
            "it is not so that (“Overall satisfaction” is 1, or “words” is A)",
            "并非（“总体满意度”为1，或“words”为A）",
        ),
        (
            {
                ">=": [
                    {"count": [{"<": [OVERALL, 3]}, {"answered": [{"answer": "wishes.other"}]}]},
                    1,
                ]
            },
            "how many of these hold (“Overall satisfaction” is below 3; “Wishes: words for “Other””"
            " is known) is 1 or more",
            None,
        ),
        (
            {"==": [{"if": [{"==": [OVERALL, 5]}, "good", "bad"]}, "good"]},
            "good if “Overall satisfaction” is 5, otherwise bad is good",
            None,
        ),
        ({"in": ["price", WISHES]}, "“Wishes” includes Price", None),
        ({"fly": []}, "", ""),
    ],
)
def test_every_rule_is_read_in_plain_words(app, rule, english, chinese):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert reading(RICH, rule, "en") == english
    if chinese is not None:
        with app.test_request_context(), force_locale("zh_Hans_CN"):
            assert reading(RICH, rule, "zh-Hans") == chinese


@pytest.mark.parametrize(
    ("place", "field", "expected"),
    [
        ("page:p1", "show", set()),
        ("question:overall", "show", set()),
        ("question:overall", "require", {"overall"}),
        ("option:wishes.price", "show", {"overall"}),
        ("check:wishes.c", "must", {"overall", "wishes", "wishes.other"}),
        ("screen_out:p1.out", "when", {"overall", "wishes", "wishes.other"}),
        ("question:day", "show", {"overall", "wishes", "wishes.other"}),
        ("computed:late", "value", {"overall", "wishes", "wishes.other", "day"}),
    ],
)
def test_what_a_rule_may_read_where_it_stands(app, place, field, expected):
    with app.test_request_context():
        known = choices(RICH, place, "en", field)
    assert {name[7:] for name in known if name.startswith("answer:")} == expected
    assert {"survey:today", "random:words"} <= set(known)
    assert ("computed:late" in known) == ("day" in expected)
    assert ("computed:twice" in known) == ("overall" in expected)


@pytest.fixture
def rich(app):
    found = editor.create(RICH, "a@example.com")
    db.session.commit()
    return found


def test_checking_while_it_is_written(staff, rich):
    def said(text, at="question:day", field="show"):
        query = {"at": at, "field": field, "text": text}
        answer = staff.get(f"/questionnaires/{rich.id}/rule/check", query_string=query)
        assert answer.status_code == 200
        return answer.json["reading"], [(f["column"], f["code"]) for f in answer.json["findings"]]

    assert said("overall <= 2") == ("Shown when “Overall satisfaction” is 2 or less.", [])
    assert said("overall <= 2 and ovrall > 1") == ("", [(18, "rule.unknown_question")])
    assert said("overall = 2") == ("", [(9, "rule_text.write_instead")])
    assert said("days(day, survey.today) < 3") == ("", [(6, "rule.later_question")])
    assert said("computed.late < 3") == ("", [(1, "rule.later_question")])
    assert (
        said("overall * 2", "computed:twice", "value")[0]
        == "The value is “Overall satisfaction” × 2."
    )
    assert said("overall * 2") == ("", [(1, "rule.not_a_condition")])
    assert said("") == ("", [])
    assert said("x" * 5000) == ("", [(1, "rule.unknown_question")])
    assert stored(rich.id).revision == 1


def test_names_to_complete(staff, rich):
    answer = staff.get(f"/questionnaires/{rich.id}/rule/names?at=question:day&lang=zh-Hans")
    names = {one["text"]: one for one in answer.json["names"]}
    assert names["overall"]["label"] == "总体满意度？"
    assert {"text": '"dont_know"', "label": "Don’t know"} in names["overall"]["values"]
    assert {"text": "3", "label": "3"} in names["overall"]["values"]
    assert names["wishes"]["values"][0] == {"text": '"price"', "label": "价格"}
    assert "random.words" in names
    assert "computed.late" not in names
    assert {"mean(", "answered("} <= {one["text"] for one in answer.json["functions"]}


def test_a_rule_that_must_be_there_cannot_be_taken_away(staff, rich):
    odd = {"at": "contradiction:odd", "field": "when", "here": "contradiction:odd"}
    for form in ({"do": "rule-text", "text": ""}, {"do": "rows"}):
        refused = post(staff, rich.id, {**odd, **form})
        assert refused.status_code == 422
        assert "There must be a rule here" in refused.text
    where = {"at": "screen_out:p1.out", "field": "when", "here": "page:p1"}
    post(staff, rich.id, {**where, "do": "rule-text", "text": "overall <= 2"})
    assert document(rich.id).pages[0].screen_outs[0].when == {"<=": [OVERALL, 2]}
    value = {"at": "computed:twice", "field": "value", "do": "rule-text", "text": "overall * 3"}
    post(staff, rich.id, value)
    assert document(rich.id).computed[0].value == {"*": [OVERALL, 3]}
