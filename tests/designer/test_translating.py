"""Units of translation, and the files that translators get and give back."""
# ruff: noqa: E501 - files are easier to read on few lines

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from surveyapp.designer.document import Document
from surveyapp.designer.edits import apply
from surveyapp.designer.library import template
from surveyapp.designer.translating import sheet, xliff
from surveyapp.designer.translating.files import Row, TranslationFile, chosen, merge
from surveyapp.designer.translating.units import (
    DONE,
    MISSING,
    STALE,
    digest,
    edit_of,
    lost_pipes,
    phone_lines,
    progress,
    texts_of,
    units,
)
from surveyapp.designer.wording import wordings
from surveyapp.findings import SurveyError

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "xliff20.rng"))
AFTERSALES = template("aftersales")


def small(**texts):
    languages = ["zh-Hans", "en", "fr"]
    questions = [{"id": "q", "type": "short_text", "title": texts}]
    return Document.model_validate(
        {"languages": languages, "pages": [{"id": "p", "questions": questions}]}
    )


def states(document, marks=None):
    return {u.key: u.state for u in units(document, "zh-Hans", "en", marks or {})}


def test_a_text_is_missing_stale_or_done():
    assert states(small(**{"zh-Hans": "题"})) == {"question:q/title": MISSING}
    both = small(**{"zh-Hans": "题", "en": "Question"})
    assert states(both) == {"question:q/title": DONE}
    made = {("question:q/title", digest("Question")): digest("旧题")}
    assert states(both, made) == {"question:q/title": STALE}
    other = {("question:q/title", digest("Other")): digest("旧题")}
    assert states(both, other) == {"question:q/title": DONE}
    assert states(small(en="Question")) == {}
    assert progress(both, "zh-Hans", "en", made) == {
        "missing": 0,
        "stale": 1,
        "done": 0,
        "total": 1,
    }
    assert chosen(units(both, "zh-Hans", "en", made), "stale") == list(
        units(both, "zh-Hans", "en", made)
    )
    assert chosen(units(both, "zh-Hans", "en", made), "missing") == []


def test_the_two_ways_of_collecting_texts_agree():
    walked = {w.key: w.text for w in wordings(AFTERSALES) if w.text}
    assert texts_of(AFTERSALES.model_dump(mode="json")) == walked


def test_every_unit_can_be_written_at_its_address():
    for unit in units(AFTERSALES, "zh-Hans", "en", {}):
        now = apply(AFTERSALES, edit_of(unit.key, "fr", "Un mot"))
        assert texts_of(now.model_dump(mode="json"))[unit.key]["fr"] == "Un mot"


def test_placeholders_must_stay():
    assert lost_pipes("您好{name|客人}，{nps}分", "Hello {name|guest}, {nps} points") == []
    assert lost_pipes("{nps}分", "Points") == ["{nps}"]
    assert lost_pipes("分", "{nps} points {{x}}") == ["{nps}"]
    (unit,) = units(small(**{"zh-Hans": "{a}和{a}"}), "zh-Hans", "en", {})
    assert unit.pipes == ["{a}"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 0), ("短", 1), ("字" * 21, 2), ("a" * 40, 1), ("a" * 41, 2), ("一\n二", 2)],
)
def test_lines_on_a_phone(text, lines):
    assert phone_lines(text) == lines


def named(unit):
    return f"Text & “{unit.point}”\x07"


def written(document=AFTERSALES, source="zh-Hans", target="en", marks=None):
    return xliff.write("T\x00", source, target, units(document, source, target, marks or {}), named)


def test_xliff_has_the_published_structure():
    odd = small(**{"zh-Hans": "<甲> & {a|b}\x0b\r\n乙", "en": " x "})
    stale = {("question:q/title", digest(" x ")): digest("旧")}
    for content in (written(), written(target="fr"), written(odd), written(odd, marks=stale)):
        SCHEMA.assertValid(etree.fromstring(content))
    root = etree.fromstring(written())
    ids = root.xpath("//*[local-name()='unit']/@id")
    assert len(ids) == len(set(ids)) == len(list(units(AFTERSALES, "zh-Hans", "en", {})))
    (segment,) = etree.fromstring(written(odd, marks=stale)).xpath("//*[local-name()='segment']")
    assert segment.get("subState") == "surveyapp:stale"


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)


@settings(max_examples=150)
@given(TEXT, TEXT)
def test_xliff_comes_back_as_it_was_written(source, target):
    document = small(**{"zh-Hans": source, "en": target})
    every = list(units(document, "zh-Hans", "en", {}))
    file = xliff.read(written(document))
    assert (file.source, file.target) == ("zh-Hans", "en")
    assert [tuple(row) for row in file.rows] == [(u.key, u.source, u.target) for u in every]


def test_xliff_of_other_tools_is_read():
    content = f"""<?xml version="1.0"?>
    <xliff xmlns="{xliff.NAMESPACE}" xmlns:m="urn:oasis:names:tc:xliff:matches:2.0" version="2.1"
      srcLang="zh-Hans" trgLang="en"><file id="f"><group id="g"><unit id="question:q-title">
      <m:matches><m:match ref="#s1"><source>别的</source><target>Other</target></m:match></m:matches>
      <segment><source>甲<mrk id="a">乙</mrk></source><target>A<pc id="1">b</pc><cp hex="0007"/>\
<cp hex="D800"/><cp hex="zz"/></target></segment>
      <ignorable><source> </source><target> </target></ignorable>
      <segment><source>丙</source><target>c</target></segment></unit></group></file></xliff>"""
    (row,) = xliff.read(content.encode()).rows
    assert row == Row("question:q/title", "甲乙 丙", "Ab\x07 c")
    stray = f'<xliff xmlns="{xliff.NAMESPACE}" version="2.0" srcLang="a" trgLang="b"><cp hex="41"/>x</xliff>'
    assert xliff.read(stray.encode()).rows == ()


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xliff>&b;</xliff>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB.encode(), "entities"),
        (("<?xml version='1.0' encoding='UTF-16'?>" + BOMB).encode("utf-16"), "entities"),
        (b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", "entities"),
        (b"not xml", "not_xml"),
        (b"", "not_xml"),
        (b"<?xml version='1.0' encoding='utf-7'?><x/>", "not_xml"),
        (b"<?xml version='1.0' encoding='nope'?><x/>", "not_xml"),
        (b"<x/>", "not_xliff"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "not_xliff"),
        (f'<xliff xmlns="{xliff.NAMESPACE}" version="2.0" srcLang="en"/>'.encode(), "no_languages"),
        (f'<xliff xmlns="{xliff.NAMESPACE}" version="2.0">'.encode() + b"<g>" * 90, "too_deep"),
        (b"x" * 10_000_001, "too_large"),
    ],
)
def test_hostile_files_are_refused(content, code):
    with pytest.raises(SurveyError) as refused:
        xliff.read(content)
    assert refused.value.findings[0].code == f"translation.{code}"


@settings(max_examples=25, deadline=None)
@given(TEXT, TEXT)
def test_the_spreadsheet_comes_back_as_it_was_written(source, target):
    clean = re.compile(r"[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_x")
    source, target = "=" + clean.sub("", source), clean.sub("", target)
    document = small(**{"zh-Hans": source, "en": target})
    every = list(units(document, "zh-Hans", "en", {}))
    content = sheet.write("zh-Hans", "en", every, lambda u: "Text", str.title)
    file = sheet.read(content, "t.xlsx")
    assert (file.source, file.target) == ("zh-Hans", "en")
    assert [(r.key, r.source.strip(), r.target.strip()) for r in file.rows] == [
        (u.key, u.source.strip(), u.target.strip()) for u in every
    ]


def test_a_spreadsheet_with_other_columns_is_refused():
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["id", "en"])
    with pytest.raises(SurveyError, match=r"translation\.no_columns"):
        sheet.read(made.getvalue(), "t.xlsx")
    with pytest.raises(SurveyError, match=r"translation\.too_large"):
        sheet.read(b"P" * 10_000_001, "t.xlsx")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", BOMB)
    with pytest.raises(SurveyError, match=r"format\.entities"):
        sheet.read(bomb.getvalue(), "t.xlsx")


def test_short_rows_of_a_spreadsheet_are_without_a_translation():
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        lines = book.add_worksheet()
        lines.write_row(0, 0, ["id", "en", "fr"])
        lines.write_row(1, 0, ["question:q/title"])
        lines.write_row(2, 1, ["no address"])
    assert sheet.read(made.getvalue(), "t.xlsx").rows == (Row("question:q/title", "", ""),)


def test_what_becomes_of_each_row():
    made = small(**{"zh-Hans": "几分{nps}", "en": "Points {nps}"})
    made = apply(made, edit_of("document/title", "zh-Hans", "题"))
    made = apply(made, edit_of("document/thank_you", "zh-Hans", "谢谢"))
    made = apply(made, edit_of("page:p/title", "zh-Hans", "页"))
    rows = [
        Row("document/title", "题", "Title"),
        Row("document/thank_you", "从前的", "Thanks"),
        Row("page:p/title", "页", " "),
        Row("question:q/title", "几分{nps}\r\n", "Points {nps}"),
        Row("question:gone/title", "题", "Gone"),
    ]
    file = TranslationFile("zh-Hans", "en", tuple(rows))
    report = merge(made, file)
    kinds = ["taken", "conflicting", "empty", "unchanged", "unknown"]
    assert [outcome.what for outcome in report.outcomes] == kinds
    assert apply(made, report.edit).title["en"] == "Title"
    anyway = merge(made, file, anyway=True)
    assert [o.row.key for o in anyway.of("taken")] == ["document/title", "document/thank_you"]


def test_what_the_questionnaire_cannot_hold_is_refused_alone():
    made = small(**{"zh-Hans": "几分{nps}"})
    made = apply(made, edit_of("document/title", "zh-Hans", "题"))
    made = apply(made, edit_of("page:p/title", "zh-Hans", "页"))
    rows = [
        Row("document/title", "题", "x" * 4001),
        Row("page:p/title", "页", "Page"),
        Row("question:q/title", "几分{nps}", "Points"),
    ]
    report = merge(made, TranslationFile("zh-Hans", "en", tuple(rows)))
    assert [outcome.what for outcome in report.outcomes] == ["refused", "taken", "refused"]
    assert report.outcomes[0].why[0].code == "document.too_long"
    assert report.outcomes[2].lost == ("{nps}",)
    assert apply(made, report.edit).pages[0].title["en"] == "Page"
    nothing = merge(made, TranslationFile("zh-Hans", "en", ()))
    assert nothing.edit is None


def test_a_workbook_that_unpacks_to_more_than_translations_is_refused():
    stream = io.BytesIO(sheet.write("zh-Hans", "en", [], lambda u: u.what, str))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * 40_000_000)
    with pytest.raises(SurveyError, match=r"format\.too_large"):
        sheet.read(stream.getvalue(), "t.xlsx")


def test_words_of_a_locked_scale_are_refused_alone():
    made = apply(small(**{"zh-Hans": "几分"}), edit_of("page:p/title", "zh-Hans", "页"))
    for title, words in (("zh-Hans", "几分"), ("en", "How many")):
        made = apply(made, edit_of("question:q/title", title, words))
    tree = made.model_dump(mode="json")
    tree["pages"][0]["questions"][0]["origin"] = {"source": "library:question.x", "locked": True}
    made = Document.model_validate(tree)
    rows = (Row("question:q/title", "几分", "Points"), Row("page:p/title", "页", "Page"))
    report = merge(made, TranslationFile("zh-Hans", "en", rows))
    assert [outcome.what for outcome in report.outcomes] == ["refused", "taken"]
    assert report.outcomes[0].why[0].code == "edit.locked"
