# ruff: noqa: E501 - a table of sentences reads better with one sentence on one line
import json

import pytest
from hypothesis import given, settings

from surveyapp.designer.document import Document
from surveyapp.designer.library import TEMPLATES, template
from surveyapp.designer.versions import canonical, content_hash, load
from surveyapp.findings import SurveyError
from tests.designer.test_rules import JSON
from tests.questionnaires import names, questionnaire

DOCUMENTS = [*map(questionnaire, names()), *map(template, TEMPLATES)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.title["en"])
def test_canonical_json_reads_back_to_the_same_document(document):
    text = canonical(document)
    assert load(text) == document
    assert canonical(load(text.encode())) == text
    assert load(json.loads(text)) == document


def test_the_hash_depends_on_the_content_alone():
    text = '{"title": {"en": "A", "zh-Hans": "甲"}, "dimensions": [{"id": "a", "weight": %s}]}'
    other = '{"dimensions": [{"weight": %s, "id": "a"}], "title": {"zh-Hans": "甲", "en": "A"}}'
    hashes = {content_hash(load(t)) for t in (text % "25", other % "25.0", text % '"25.00"')}
    assert len(hashes) == 1
    assert content_hash(load(text % "25.5")) not in hashes
    assert content_hash(load(text.replace("甲", "乙") % "25")) not in hashes


def test_the_hash_is_that_of_the_bytes():
    assert content_hash(Document()) == (
        "a0f5e364a477e955aa17f06f5fc97d71a6c753308971d18336dc917f72658667"
    )


def test_a_byte_order_mark_is_no_trouble():
    assert load(b"\xef\xbb\xbf{}") == Document()


def refused(source):
    with pytest.raises(SurveyError) as caught:
        load(source)
    return [(finding.code, finding.place, finding.message) for finding in caught.value.findings]


def question(**fields):
    return {"pages": [{"id": "p1", "questions": [fields]}]}


@pytest.mark.parametrize(
    ("data", "code", "place", "sentence"),
    [
        (
            {"pges": []},
            "unknown_property",
            "document",
            "There is no property “pges” here; correct its name or remove it.",
        ),
        (
            question(id="q1", type="liker"),
            "unknown_type",
            "question:q1",
            "There is no question type “liker”. Did you mean “likert”?",
        ),
        (
            question(id="q1", type="zzz"),
            "unknown_type",
            "question:q1",
            "There is no question type “zzz”; the types are single multiple ranking likert likert_grid nps ces csat stars number date short_text long_text consent photo information.",
        ),
        (
            question(id="q1"),
            "unknown_type",
            "question:q1",
            "The question has no type; the types are single multiple ranking likert likert_grid nps ces csat stars number date short_text long_text consent photo information.",
        ),
        (question(type="nps"), "missing", "question:#1", "“id” is missing here; add it."),
        (
            question(id="Q 1", type="nps"),
            "bad_id",
            "question:Q 1",
            "“Q 1” cannot be an id: begin with a small letter a–z and use only small letters, digits and _, at most 40 in all.",
        ),
        (
            question(id="q1", type="nps", options=[]),
            "unknown_property",
            "question:q1",
            "There is no property “options” here; correct its name or remove it.",
        ),
        (
            question(id="q1", type="short_text", format="zip"),
            "not_allowed",
            "question:q1",
            "“zip” is not allowed for “format”; allowed: 'any', 'email', 'phone' or 'digits'.",
        ),
        (
            question(id="q1", type="likert_grid", items=[{"id": "a", "dimension": 3}]),
            "wrong_kind",
            "item:a",
            "“dimension” has a value that does not fit: “3”.",
        ),
        (
            question(id="q1", type="likert", scale={"points": 2}),
            "out_of_range",
            "question:q1",
            "“scale.points” must be at least 3, not 2.",
        ),
        (
            question(id="q1", type="likert", scale={"points": 12}),
            "out_of_range",
            "question:q1",
            "“scale.points” must be at most 11, not 12.",
        ),
        (
            question(id="q1", type="nps", title={"en": "x" * 4001}),
            "too_long",
            "question:q1",
            "“title.en” is longer than 4000 characters; shorten it.",
        ),
        (
            question(id="q1", type="nps", show=[1]),
            "wrong_kind",
            "question:q1",
            "“show” has a value that does not fit: “[…]”.",
        ),
        (
            question(id="q1", type="nps", required={}),
            "wrong_kind",
            "question:q1",
            "“required” has a value that does not fit: “{…}”.",
        ),
        (
            {"dimensions": [{"id": "d", "weight": 101}]},
            "out_of_range",
            "dimension:d",
            "“weight” must be at most 100, not 101.",
        ),
        (
            {"dimensions": [{"id": "d", "weight": 1.234}]},
            "wrong_kind",
            "dimension:d",
            "“weight” has a value that does not fit: “1.234”.",
        ),
        (
            {"contradictions": [{"id": "c"}]},
            "missing",
            "contradiction:c",
            "“when” is missing here; add it.",
        ),
        ({"pages": {}}, "wrong_kind", "document", "“pages” has a value that does not fit: “{…}”."),
        ({"pages": [3]}, "wrong_kind", "page:#1", "“page:#1” has a value that does not fit: “3”."),
        (
            {"format": "surveyapp/questionnaire/2"},
            "not_allowed",
            "document",
            "“surveyapp/questionnaire/2” is not allowed for “format”; allowed: 'surveyapp/questionnaire/1'.",
        ),
        ([], "wrong_kind", "document", "“document” has a value that does not fit: “[…]”."),
    ],
)
def test_a_malformed_element_is_named_and_the_sentence_teaches(data, code, place, sentence):
    assert refused(data) == [(f"document.{code}", place, sentence)]


def test_every_error_is_told_at_once():
    data = {"pages": [{"id": "p", "questions": [{"type": "nps"}, {"type": "x", "id": "b"}]}]}
    assert [place for _, place, _ in refused(data)] == ["question:#1", "question:b"]


@pytest.mark.parametrize(
    ("source", "code", "sentence"),
    [
        ("", "document.not_json", "This is not JSON: line 1, column 1 cannot be read."),
        (
            '{\n"pages": [}',
            "document.not_json",
            "This is not JSON: line 2, column 11 cannot be read.",
        ),
        (
            b"\xff\xfe{\x00}\x00",
            "document.encoding",
            "The file is not UTF-8 text (byte 0); save it as UTF-8.",
        ),
        (
            "[" * 200_000,
            "document.too_deep",
            "The questionnaire is nested too deeply; simplify its rules.",
        ),
        ('{"a": NaN}', "document.number", "“NaN” is not a number; write digits."),
        (
            '{"a": ' + "9" * 5000 + "}",
            "document.number",
            "A number in the questionnaire has too many digits.",
        ),
        (
            '{"title": {"en": "abc\\ud800"}}',
            "document.characters",
            "The text near “title en abc” has half a character; write it again.",
        ),
        (" " * 4_000_001, "document.too_large", "The questionnaire is larger than 4 megabytes."),
    ],
)
def test_what_is_no_json_is_told_by_place(source, code, sentence):
    found = refused(source)
    assert [(c, p) for c, p, _ in found] == [(code, "document")]
    if code != "document.characters":
        assert found[0][2] == sentence


def test_nesting_beyond_the_stack_is_refused_in_parsed_form_too():
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"not": [deep]}
    assert refused({"contradictions": [{"id": "c", "when": deep}]})[0][0] == "document.too_deep"
    while deep:
        (deep,) = deep["not"]


@settings(max_examples=200)
@given(JSON)
def test_any_json_is_a_document_or_a_list_of_findings(data):
    try:
        load(json.dumps(data))
    except SurveyError as error:
        sentences = [finding.message for finding in error.findings]
        assert_all(sentences)


def assert_all(sentences):
    assert sentences
    assert all(sentences)


def test_fields_of_later_formats_leave_the_hash_of_older_documents_alone():
    plain = load({"pages": [{"id": "p", "questions": [{"id": "n", "type": "nps"}]}]})
    assert "checks" not in canonical(plain)
    assert "experiments" not in canonical(plain)
    used = load(
        {"pages": [{"id": "p", "shuffle": True, "questions": [{"id": "n", "type": "nps"}]}]}
    )
    assert '"shuffle":true' in canonical(used)
    assert content_hash(plain) != content_hash(used)
    assert load(canonical(used)) == used
