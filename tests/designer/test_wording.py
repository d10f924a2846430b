# ruff: noqa: E501 - a table of labels reads better on few lines
from collections import Counter

import pytest
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.wording import cases, scores
from surveyapp.designer import wording
from surveyapp.designer.document import Document
from surveyapp.designer.wording import check_wording, wordings
from surveyapp.designer.wording.polarity import polarity
from surveyapp.designer.wording.ranges import range_of
from surveyapp.designer.wording.readability import (
    flesch_kincaid,
    longest_run,
    rare_characters,
    syllables,
)
from surveyapp.languages import explain
from tests.questionnaires import broken_names, questionnaire


def sentences(document):
    return [finding.message for finding in check_wording(Document.model_validate(document))]


def of_question(**fields):
    title = {"zh-Hans": "题", "en": "Question"}
    question = {"id": "q", "title": title, **fields}
    return {"title": title, "pages": [{"id": "p", "questions": [question]}]}


def test_what_is_missing_is_named():
    assert sentences({}) == ["The text is missing; write it."]
    assert sentences(of_question(type="nps")) == [
        "The label of the low end is missing; write it.",
        "The label of the high end is missing; write it.",
    ]
    scale = {"points": 4, "labels": {"1": {"zh-Hans": "差", "en": "Bad"}, "2": {}}}
    assert sentences(of_question(type="likert", scale=scale)) == [
        "Point 4 of the scale has no label; write it."
    ]


def test_what_is_not_translated_is_named_with_the_language():
    scale = {"points": 4, "labels": {"1": {"en": "Bad"}, "4": {"zh-Hans": "好"}}}
    assert sentences(of_question(type="likert", scale=scale, help={"en": "Help"})) == [
        "The help text is not in Chinese yet.",
        "The label of point 1 is not in Chinese yet.",
        "The label of point 4 is not in English yet.",
    ]


def test_one_language_needs_no_translation():
    one = {"languages": ["en"], "default_language": "en", "title": {"en": "A"}}
    assert sentences(one) == []


def test_the_words_within_a_sentence_are_translated_with_it(app):
    (finding,) = check_wording(Document())
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert explain(finding) == "缺少文字，请填写。"


@pytest.mark.parametrize(
    ("zh", "en", "word"),
    [
        ("服务人员有礼貌和耐心。", "The staff were polite.", "和"),
        ("服务人员态度温和。", "The staff were kind.", None),
        ("服务人员和气。", "The sandwich was fresh.", None),
        ("我参与了处理。", "I took part.", None),
        ("响应快、态度好。", "Fast service.", "、"),
        ("响应快。", "Fast and friendly.", "and"),
    ],
)
def test_a_statement_asks_one_thing(zh, en, word):
    scale = {"points": 4, "labels": {p: {"zh-Hans": p, "en": p} for p in "14"}}
    item = {"id": "a", "label": {"zh-Hans": zh, "en": en}}
    document = of_question(type="likert_grid", scale=scale, items=[item])
    expected = f"“{word}” may join two questions in one; ask them separately."
    assert sentences(document) == ([expected] if word else [])


def document_of(*questions, languages=("zh-Hans", "en")):
    page = {"id": "p", "questions": questions}
    whole = {"languages": languages, "default_language": languages[0], "pages": [page]}
    return Document.model_validate(whole)


def codes(document):
    return {f.code for f in check_wording(document) if f.code != "wording.missing"}


def english(**fields):
    return document_of({"id": "q", "title": {"en": "A"}, **fields}, languages=("en",))


def test_questions_that_ask_well_are_left_alone():
    assert check_wording(questionnaire("well_worded")) == []


def test_rules_of_style_are_for_the_languages_that_they_know():
    odd = "Nobody and never: always recently, don't you agree? 18-25"
    title = {"fr": odd}
    item = {"id": "i", "label": title}
    scale = {"points": 3, "labels": {n: {"fr": n} for n in "123"}}
    grid = {"type": "likert_grid", "id": "g", "title": title, "scale": scale, "items": [item]}
    assert codes(document_of(grid, languages=("fr",))) == set()


def test_every_kind_of_text_is_walked_with_an_address_of_its_own():
    document = Document.model_validate(EVERYTHING)
    keys = [wording.key for wording in wordings(document)]
    assert len(keys) == len(set(keys))
    assert keys[:2] == ["document/title", "document/introduction"]
    assert {
        "check:p.both/message", "screen_out:p.young/title", "screen_out:p.young/message",
        "question:csat/labels.3", "question:stars/low", "question:ces/high", "question:ok/statement",
        "question:n/unit", "check:n.few/message", "option:rank.a/label", "experiment:e/title",
        "arm:e.a/label", "quota:quo/title", "cell:quo.c/label", "computed:c/title",
        "profile:tech/title", "veto:v/title", "bonus:b/title", "level:top/title",
    } <= set(keys)  # fmt: skip


EVERYTHING = {
    "pages": [
        {
            "id": "p",
            "checks": [{"id": "both", "must": {"answered": [{"answer": "n"}]}}],
            "screen_outs": [{"id": "young", "when": {"answered": [{"answer": "n"}]}}],
            "questions": [
                {"id": "csat", "type": "csat"},
                {"id": "stars", "type": "stars"},
                {"id": "ces", "type": "ces"},
                {"id": "ok", "type": "consent"},
                {"id": "n", "type": "number", "checks": [{"id": "few", "must": {}}]},
                {"id": "rank", "type": "ranking", "options": [{"id": "a"}]},
            ],
        }
    ],
    "experiments": [{"id": "e", "arms": [{"id": "a"}]}],
    "quotas": [{"id": "quo", "cells": [{"id": "c", "when": {}}]}],
    "computed": [{"id": "c", "value": {}}],
    "profiles": [{"id": "tech"}],
    "vetoes": [{"id": "v", "when": {}}],
    "bonuses": [{"id": "b", "when": {}}],
    "levels": [{"id": "top"}],
}


def test_what_a_rating_cannot_do_without():
    missing = [f.message for f in check_wording(english(type="csat", title={"en": "A"}))]
    assert len([m for m in missing if m.startswith("Point")]) == 5
    stars = [f.place for f in check_wording(english(type="stars", title={"en": "A"}))]
    assert stars == ["document"]


@pytest.mark.parametrize(
    ("word", "count"),
    [("make", 1), ("the", 1), ("table", 2), ("asked", 1), ("wanted", 2), ("services", 3),
     ("recommend", 3), ("satisfied", 3), ("mm", 1)],
)  # fmt: skip
def test_syllables(word, count):
    assert syllables(word) == count


def test_the_grade_of_a_text_is_that_of_the_formula():
    text = "The cat sat on the mat, and then it went to sleep again."
    words, spoken = 13, 14
    grade = 0.39 * words + 11.8 * spoken / words - 15.59
    assert flesch_kincaid(text) == pytest.approx(grade)
    assert flesch_kincaid("Too short to say.") is None


def test_rare_characters_and_long_runs():
    assert rare_characters("您觉得倨傲𠮷吗") == ["倨", "𠮷"]
    assert longest_run("您好，请告诉我们您的感受。") == 9
    rare = document_of(
        {"id": "q", "type": "short_text", "title": {"zh-Hans": "师傅是否倨傲狷狂？"}},
        languages=("zh-Hans",),
    )
    assert (
        "倨狷" in next(f for f in check_wording(rare) if f.code == "wording.hard_to_read").message
    )


@pytest.mark.parametrize(
    ("label", "language", "side"),
    [
        ("Very dissatisfied", "en", -2), ("Somewhat satisfied", "en", 0.5), ("Neither", "en", 0),
        ("Not satisfied", "en", -1), ("Blue", "en", None), ("非常满意", "zh-Hans", 2),
        ("比较满意", "zh-Hans", 0.5), ("不满意", "zh-Hans", -1), ("一般", "zh-Hans", 0),
        ("Très bien", "fr", None), ("Terrible", "en", -2), ("不太满意", "zh-Hans", -0.5),
    ],
)  # fmt: skip
def test_sides_of_labels(label, language, side):
    assert polarity(label, language) == side


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("18–25", (18, 25, True, True)), ("18 to 25 years", (18, 25, True, True)),
        ("18至25岁", (18, 25, True, True)), ("under 18", (None, 18, False, False)),
        ("18岁以下", (None, 18, False, False)), ("18岁及以下", (None, 18, False, True)),
        ("65 or over", (65, None, True, False)), ("65岁以上", (65, None, True, False)),
        ("more than 3 years", (3, None, False, False)), ("1,000 or more", (1000, None, True, False)),
        ("10:00-12:00", None), ("25–18", None), ("Blue", None), ("2 sizes", None),
        ("1,5 to 2,5", (1.5, 2.5, True, True)),
    ],
)  # fmt: skip
def test_ranges_are_read(label, expected):
    found = range_of(label)
    assert (found and found[:4]) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["18–25", "25–35"], {"wording.overlapping_ranges"}),
        (["18–24", "25 or over"], set()),
        (["under 25", "over 25"], {"wording.range_gap"}),
        (["over 25", "over 30"], {"wording.overlapping_ranges"}),
        (["under 25", "under 30"], {"wording.overlapping_ranges"}),
        (["1–6 days", "1–4 weeks"], set()),
        (["0.5–1.0 kg", "1.1–2.0 kg"], set()),
        (["1–2", "4–5"], {"wording.range_gap"}),
        (["more than 30 minutes", "2 hours or more"], set()),
    ],
)
def test_ranges_neither_overlap_nor_leave_gaps(labels, expected):
    options = [{"id": f"o{n}", "label": {"en": label}} for n, label in enumerate(labels)]
    assert codes(english(type="single", options=options)) == expected


def labelled(*labels, kind="likert"):
    points = {n: {"en": label} for n, label in enumerate(labels, 1)}
    return english(type=kind, scale={"points": len(labels), "labels": points})


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Bad", "Neither", "Good"], set()),
        (["Bad", "Neither", "Good", "Very good"], {"wording.unbalanced_scale"}),
        (["Blue", "Good", "Bad", "Excellent"], set()),
        (["Bad", "Good", "Neither"], {"wording.scale_order"}),
        (["Not at all important", "Important", "Very important", "Extremely important"], set()),
        (["Average", "Fair", "Good"], set()),
    ],
)
def test_scales_are_fair(labels, expected):
    assert codes(labelled(*labels)) == expected


def test_a_way_out_is_what_it_says():
    names = [{"id": f"o{n}", "label": {"en": f"Shop {n}"}} for n in "abcde"]
    assert codes(english(type="multiple", options=names)) == {"wording.no_other"}
    for way_out in ({"other": True}, {"exclusive": True}, {"missing": "dont_know"}):
        last = {"id": "z", "label": {"en": "Z"}, **way_out}
        assert codes(english(type="multiple", options=[*names, last])) == set()
    assert codes(english(type="ranking", options=names)) == set()
    source = {"id": "s", "type": "multiple", "title": {"en": "S"}, "options": names[:2]}
    carried = {"id": "c", "type": "single", "title": {"en": "C"}, "options": names}
    carried["carry"] = {"question": "s"}
    assert codes(document_of(source, carried, languages=("en",))) == set()


def test_ranking_many_things_is_asked_otherwise():
    names = [{"id": f"o{n}", "label": {"en": f"Shop {n}"}} for n in "abcdefgh"]
    (finding,) = [
        f for f in check_wording(english(type="ranking", options=names)) if f.place == "question:q"
    ]
    assert finding.message == "Nobody ranks 8 things with care; ask for the most important few."


def test_shouting_is_no_abbreviation_and_staff_names_are_not_read():
    assert codes(english(type="short_text", title={"en": "PLEASE WRITE YOUR NAME"})) == set()
    hidden = Document.model_validate(
        {"dimensions": [{"id": "d", "title": {"zh-Hans": "SLA", "en": "SLA"}}]}
    )
    assert codes(hidden) == set()


def test_on_the_corpus_most_findings_are_right_and_most_faults_are_found():
    measured = scores()
    counted = Counter(case.language for case in cases())
    assert min(counted[code] for code in ("zh-Hans", "en")) >= 60
    for language in ("zh-Hans", "en"):
        score = measured[language, "all"]
        assert score.precision >= 0.95
        assert score.recall >= 0.9


@pytest.mark.parametrize("name", [n for n in broken_names() if n.startswith("wording.")])
def test_each_fault_of_wording_has_a_questionnaire_with_only_it(name):
    assert {f.code for f in check_wording(questionnaire(f"broken/{name}"))} == {name}


def test_information_and_consent_ask_nothing():
    odd = {"title": {"en": "Nobody always agrees"}}
    said = [{"id": "i", "type": "information", **odd}, {"id": "c", "type": "consent", **odd}]
    assert codes(document_of(*said, languages=("en",))) == set()


@settings(max_examples=60, deadline=1000)
@given(
    st.text(max_size=300), st.text(alphabet="不没 not nor 和and18–25、最近never{}()", max_size=1500)
)
def test_no_text_stops_the_check_or_holds_it_up(one, other):
    for language in ("zh-Hans", "en"):
        options = [{"id": f"o{n}", "label": {language: other[n:]}} for n in range(6)]
        scale = {"points": 3, "labels": {n: {language: one} for n in "123"}}
        item = {"id": "i", "label": {language: other}}
        questions = (
            {"id": "a", "type": "single", "title": {language: one}, "options": options},
            {"id": "b", "type": "likert_grid", "scale": scale, "items": [item]},
        )
        for finding in check_wording(document_of(*questions, languages=(language,))):
            assert finding.message


def codes_of(language, title):
    question = {"id": "q", "type": "long_text", "title": {language: title}}
    found = check_wording(Document.model_validate({
        "languages": [language], "default_language": language, "title": {language: "T"},
        "pages": [{"id": "p", "questions": [question]}]}))  # fmt: skip
    return {finding.code for finding in found}


@pytest.mark.parametrize(
    ("language", "title", "code"),
    [
        ("zh-Hans", "您认为价格是否合理以及质量是否可靠？", "wording.double_barrelled"),
        ("zh-Hans", "收费是否合理，安装是否及时？", "wording.double_barrelled"),
        ("en", "Was the price fair and was the product reliable?", "wording.double_barrelled"),
        ("zh-Hans", "作为有责任心的顾客，您会支持我们的活动吧？", "wording.leading"),
    ],
)
def test_two_verbs_ask_twice_and_a_begging_end_leads(language, title, code):
    assert code in codes_of(language, title)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("zh-Hans", "您是否知道送货和安装是否收费？"),
        ("zh-Hans", "您是否了解，本店是否提供以旧换新？"),
        ("zh-Hans", "工程师是否在约定时间内到达？"),
        ("en", "Did the engineer come and install the machine?"),
        ("en", "How satisfied were you?"),
    ],
)
def test_one_verb_asks_once(language, title):
    assert codes_of(language, title) & {"wording.double_barrelled", "wording.leading"} == set()


def test_what_was_found_is_kept_until_words_change():
    def document(title, **more):
        question = {
            "type": "nps",
            "id": "a",
            "title": {"en": title, "zh-Hans": "您会推荐吗？"},
            **more,
        }
        pages = [{"id": f"p{n}", "questions": [{**question, "id": f"q{n}"}]} for n in range(2)]
        return Document.model_validate({"pages": pages})

    first = check_wording(document("Would you recommend us?"))
    ruled = document("Would you recommend us?", show={"==": [{"customer": "tier"}, "high"]})
    assert check_wording(ruled) == first
    changed = check_wording(document("How satisfied are you with the price and the quality?"))
    assert [f for f in changed if f.code == "wording.double_barrelled"] != []
    assert [f for f in first if f.code == "wording.double_barrelled"] == []
    for n in range(wording.KEPT + 1):
        check_wording(document(f"How was visit {n}?"))
    assert check_wording(ruled) == first
    assert len(wording._found) == wording.KEPT
