"""Hostile and damaged files: a coded error within a second, in bounded memory."""

import io
import json
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.formats import guarding
from surveyapp.designer.formats.reading import KINDS, detect, read_any
from surveyapp.findings import SurveyError
from tests.designer.formats.tables import limesurvey, surveyjs, workbook, xlsform

MB = 1024 * 1024
LSS = "<?xml version='1.0'?>{}<document><LimeSurveyDocType>Survey</LimeSurveyDocType>{}</document>"


def deep(levels):
    return (
        b'{"pages":[{"elements":'
        + b'[{"type":"panel","elements":' * levels
        + b"[]"
        + b"}]" * (levels)
        + b"}]}"
    )


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"xl/{name}.xml", content)
    return stream.getvalue()


def own(*questions):
    return json.dumps({"pages": [{"id": "p", "questions": questions}]}).encode()


BILLION = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
HOSTILE = {
    "empty": (b"", "format.empty"),
    "blank": (b"  \n ", "format.empty"),
    "text": (b"hello", "format.unknown"),
    "pdf": (b"%PDF-1.7 ...", "format.unknown"),
    "list": (b"[1, 2]", "format.unknown"),
    "number": (b"{", "format.not_json"),
    "other json": (b'{"a": 1}', "format.unknown"),
    "other pages": (b'{"pages": [{"title": "x"}]}', "format.unknown"),
    "infinity": (b'{"pages": [{"elements": [{"type": "text", "min": Infinity}]}]}',
                 "format.not_json"),
    "huge number": (b'{"pages": [' + b"9" * 10_000 + b"]}", "format.not_json"),
    "not utf-8": (b'{"a": "\xff"}', "format.not_json"),
    "5 MB": (b"{" + b" " * 5 * MB + b"}", "format.too_large"),
    "10 MB label": (json.dumps({"pages": [{"elements": [
        {"type": "text", "name": "a", "title": "x" * 10 * MB}]}]}).encode(), "format.too_large"),
    "deep json": (b"[" * 200_000 + b"]" * 200_000, "format.unknown"),
    "deep object": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "format.too_deep"),
    "deep panels": (deep(40), "format.too_deep"),
    "many nodes": (b'{"pages": [' + b"0," * 500_000 + b"0]}", "format.too_deep"),
    "entities": (LSS.format(BILLION, "&b;").encode(), "format.entities"),
    "outside entity": (LSS.format(OUTSIDE, "&a;").encode(), "format.entities"),
    "entity later": (b"<?xml version='1.0'?>" + b" " * 9000 + LSS[21:].format("", "").encode(),
                     "format.unknown"),
    "broken xml": (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>", "format.not_xml"),
    "other xml": (b"<a><LimeSurveyDocType>Survey</LimeSurveyDocType></a>", "format.unknown"),
    "deep xml": (LSS.format("", "<a>" * 300_000).encode(), "format.too_deep"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...", "format.old_excel"),
    "damaged zip": (b"PK\x03\x04 nonsense", "format.damaged"),
    "empty zip": (zipped(a="<a/>"), "format.unknown"),
    "zip without a book": (zipped(workbook="<a/>"), "format.damaged"),
    "zip bomb": (zipped(workbook=b"0" * 40 * MB), "format.too_large"),
    "zip bomb of many": (zipped(workbook="", **{f"a{i}": bytes(5 * MB) for i in range(10)}),
                         "format.too_large"),
    "xlsx with entities": (zipped(workbook=BILLION + "<x>&b;</x>"), "format.entities"),
    "xlsx with late entities": (zipped(workbook="<!--" + "-" * 9000 + "-->" + BILLION + "<x/>"),
                                "format.entities"),
    "xlsx with wide entities": (zipped(workbook=(BILLION + "<x/>").encode("utf-16")),
                                "format.entities"),
    "saved page": (b"<!DOCTYPE html><html></html>", "format.unknown"),
    "number without end": (b'{"pages": [{"elements": [{"type": "text", "min": 1e999}]}]}',
                           "format.not_json"),
    "half a character": (b'{"pages": [{"elements": [{"type": "text", "name": "\\uD800"}]}]}',
                         "format.not_json"),
    "own, too many questions": (own(*[{"type": "nps", "id": f"q{i}"} for i in range(3001)]),
                                "format.too_large"),
    "own, too many answers": (own({"type": "single", "id": "q", "options": [{}] * 2001}),
                              "format.too_large"),
    "own, all wrong": (own({f"k{i}": 1 for i in range(2000)} | {"type": "nps", "id": "q"}),
                       "format.too_many_errors"),
    "xlsx without survey": (workbook(other="| a |\n| b |"), "format.unknown"),
    "half a qsf": (b'{"SurveyElements": []}', "format.unknown"),
    "own, newer": (b'{"format": "surveyapp/questionnaire/9"}', "document.not_allowed"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_refused_with_a_code_soon(name):
    content, code = HOSTILE[name]
    start = time.process_time()
    with pytest.raises(SurveyError) as error:
        read_any(content, "file.x")
    assert time.process_time() - start < 10
    assert error.value.findings[0].code == code
    assert len(error.value.findings[0].message) < 300


def test_a_bomb_does_not_fill_the_memory():
    content, _ = HOSTILE["zip bomb"]
    tracemalloc.start()
    with pytest.raises(SurveyError):
        read_any(content)
    assert tracemalloc.get_traced_memory()[1] < 8 * MB
    tracemalloc.stop()


def test_hostile_parts_of_readable_files_are_cut_or_named():
    long = "x" * 50_000
    imported = surveyjs([
        {"type": "text", "name": "a", "title": long, "visibleIf": "(" * 5000},
        {"type": "text", "name": "a", "title": "<script>alert(1)</script><b>Hi</b>"},
        {"type": "text", "name": "__proto__", "min": 1e400 if False else "NaN"},
        {"type": "radiogroup", "name": "c", "choices": ["x", "x", *[str(i) for i in range(3000)]]},
        {"type": "rating", "name": "d", "rateMin": -5, "rateMax": 1e14},
        {"type": ["list"], "name": {"a": 1}},
    ])  # fmt: skip
    asked = list(imported.document.questions())
    assert [q.id for q in asked][:3] == ["a", "a_2", "proto"]
    assert len(asked[0].title["en"]) == 4000
    assert asked[1].title == {"en": "Hi"}
    assert len(asked[3].options) == 2000
    whys = " ".join(note.why.message for note in imported.not_carried)
    for expected in ("longer than 4000", "could not be read", "formatting", "too many answers"):
        assert expected in whys


def test_duplicate_ids_stay_apart_and_are_told():
    imported = xlsform(
        "| type | name | label |\n| text | a | 1 |\n| text | A | 2 |\n| text | a | 3 |"
    )
    assert [q.id for q in imported.document.questions()] == ["a", "a_2", "a_3"]
    assert [note.what for note in imported.information] == ["A", "a"]


def test_too_many_questions_or_rows_are_refused():
    elements = [{"type": "text", "name": f"q{i}"} for i in range(3001)]
    with pytest.raises(SurveyError) as error:
        surveyjs(elements)
    assert error.value.findings[0].code == "format.too_large"
    rows = [["type", "name"], *[["note", f"n{i}"] for i in range(6001)]]
    with pytest.raises(SurveyError) as error:
        xlsform(rows)
    assert error.value.findings[0].code == "format.too_large"


def test_groups_in_groups_without_end_are_refused():
    rows = [["type", "name"], *[["begin group", f"g{i}"] for i in range(100)]]
    with pytest.raises(SurveyError) as error:
        xlsform(rows)
    assert error.value.findings[0].code == "format.too_deep"


def test_values_that_read_themselves_are_taken_out():
    imported = limesurvey(
        [{"title": "A", "type": "*", "question": "{B + 1}"},
         {"title": "B", "type": "*", "question": "{A + 1}"}])  # fmt: skip
    assert imported.document.computed == ()
    assert {note.place for note in imported.not_carried} == {"question:A", "question:B"}


def test_a_kind_that_the_file_is_not_is_refused():
    content = json.dumps({"elements": [{"type": "text", "name": "a"}]}).encode()
    assert detect(content) == "surveyjs"
    assert read_any(content, kind="surveyjs").kind == "surveyjs"
    for kind in set(KINDS) - {"surveyjs"}:
        with pytest.raises(SurveyError) as error:
            read_any(content, "f", kind)
        assert error.value.findings[0].code == "format.other_kind"
    with pytest.raises(SurveyError) as error:
        read_any(b"nothing", "f", "xlsform")
    assert error.value.findings[0].code == "format.other_kind"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8)
    | st.sampled_from(["text", "matrix", "checkbox", "{a} = 1", "a", "panel"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "name", "title", "choices", "rows", "columns", "visibleIf",
                         "elements", "items", "validators", "rateValues", "min", "value", "text"]),
        inner, max_size=5),
    max_leaves=12)  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(["type", "name", "title", "choices", "rows",
                                                 "columns", "visibleIf", "validators"]), JSON),
                min_size=1, max_size=3))  # fmt: skip
def test_any_surveyjs_tree_is_read_or_refused(elements):
    try:
        surveyjs([{"type": "text", **one} for one in elements])
    except SurveyError as error:
        refusals = [finding.code for finding in error.findings]
        assert all(code.startswith("format.") for code in refusals)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    with pytest.raises(SurveyError):
        read_any(b"PK\x03\x04" + content)


def test_parts_of_our_own_that_are_no_parts_are_named():
    for tree in ({"pages": [5]}, {"format": "surveyapp/questionnaire/1", "pages": {"a": []}}):
        content = json.dumps({"format": "surveyapp/questionnaire/1"} | tree).encode()
        with pytest.raises(SurveyError) as error:
            read_any(content)
        assert error.value.findings[0].code.startswith("document.")


def test_what_no_terminal_should_obey_is_not_in_a_finding():
    with pytest.raises(SurveyError) as error:
        read_any(own({"type": "nps", "id": "\x1b[31m\u202e问", "\x1b[2J": 1}))
    shown = " ".join(f"{finding.place} {finding.message}" for finding in error.value.findings)
    assert shown.isprintable()
    assert "问" in shown


def test_limits_are_those_that_are_said():
    assert guarding.MAX_BYTES == 4 * MB
