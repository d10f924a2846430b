import pytest
from flask_babel import force_locale

from surveyapp.designer.document import Document
from surveyapp.designer.wording import check_wording
from surveyapp.languages import explain


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
    scale = {"points": 3, "labels": {"1": {"zh-Hans": "差", "en": "Bad"}, "2": {}}}
    assert sentences(of_question(type="likert", scale=scale)) == [
        "Point 3 of the scale has no label; write it."
    ]


def test_what_is_not_translated_is_named_with_the_language():
    scale = {"points": 3, "labels": {"1": {"en": "Bad"}, "3": {"zh-Hans": "好"}}}
    assert sentences(of_question(type="likert", scale=scale, help={"en": "Help"})) == [
        "The help text is not in Chinese yet.",
        "The label of point 1 is not in Chinese yet.",
        "The label of point 3 is not in English yet.",
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
    scale = {"points": 3, "labels": {p: {"zh-Hans": p, "en": p} for p in "13"}}
    item = {"id": "a", "label": {"zh-Hans": zh, "en": en}}
    document = of_question(type="likert_grid", scale=scale, items=[item])
    expected = f"“{word}” may join two questions in one; ask them separately."
    assert sentences(document) == ([expected] if word else [])
