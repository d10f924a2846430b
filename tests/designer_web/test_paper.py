"""The paper version: what stands on it, and the files that are made of it."""

from io import BytesIO

import pytest
from docx import Document as WordDocument

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.paper import pdf
from surveyapp.designer.paper.layout import letter
from surveyapp.designer.paper.making import paper, speaking
from surveyapp.designer.paper.word import word_file
from tests.designer_web.paper_sample import SAMPLE


@pytest.fixture
def made(app):
    found = editor.create(SAMPLE, "a@example.com")
    db.session.commit()
    return found


@pytest.fixture
def sheet(app):
    with app.test_request_context():
        yield paper(SAMPLE, "en", "Draft · 0123")


def question(sheet, number):
    return next(q for page in sheet.pages for q in page.questions if q.number == number)


def test_questions_are_numbered_and_information_is_not(sheet):
    numbers = [q.number for page in sheet.pages for q in page.questions]
    assert numbers == ["", *map(str, range(1, 18))]
    assert [letter(n) for n in (0, 25, 26, 27, 52)] == ["a", "z", "aa", "ab", "ba"]


def test_conditions_name_the_question_by_its_number(sheet):
    assert sheet.pages[1].condition == "Only if “question 1” is Yes."
    assert question(sheet, "10").condition == "Only if “question 5b” is 2 or less."


def test_piped_answers_say_where_the_answer_stands(sheet):
    assert question(sheet, "10").title == "You said (your answer to question 4). Why? {really}"
    assert sheet.thank_you == "Goodbye, friend."


def test_carried_options_are_all_printed_with_whom_they_are_for(sheet):
    ranking = question(sheet, "3")
    assert [box.label for box in ranking.answer.boxes] == [
        "Thing 1", "Thing 2", "Thing 3", "Thing 4", "None",
    ]  # fmt: skip
    assert "Only for what you chose in question 2." in ranking.notes


def test_who_is_screened_out_is_told_to_stop(sheet):
    assert sheet.pages[0].stops == ("If “question 1” is No, stop here. We ask buyers only.",)


def test_bounds_are_said_in_words(sheet):
    notes = [question(sheet, n).notes for n in ("11", "12", "13", "14")]
    assert notes == [
        ("From 0 to 1000.",), ("At least 18.",), ("At most 9.5.",), ("At most today.",),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_page_to_print_is_a_good_page(staff, made, language):
    page = staff.get(f"/questionnaires/{made.id}/paper?lang={language}").text
    assert f'<html lang="{language}">' in page
    for asked in SAMPLE.questions():
        assert asked.id in ("why",) or asked.title[language] in page
    assert "Draft ·" in page or "草稿 ·" in page


def test_the_word_file_holds_every_text(staff, made):
    answer = staff.get(f"/questionnaires/{made.id}/paper.docx?lang=en")
    assert answer.headers["Content-Disposition"].endswith('-en.docx"')
    document = WordDocument(BytesIO(answer.data))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    text = "\n".join([*(p.text for p in document.paragraphs), *cells])
    for asked in SAMPLE.questions():
        assert asked.id == "why" or asked.title["en"] in text
    for words in (
        "○ Yes",
        "____ Thing 1",
        "a) Fast",
        "○ 10",
        "Signature",
        "yuan",
        "(your answer to",
    ):
        assert words in text, words


def test_a_word_file_of_nothing_opens_too(app):
    with app.test_request_context(), speaking("en"):
        empty = paper(SAMPLE.model_copy(update={"pages": (), "thank_you": {}}), "en", "x")
        assert WordDocument(BytesIO(word_file(empty))).paragraphs


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_pdf_has_the_texts_and_asks_nobody_for_anything(staff, made, language):
    answer = staff.get(f"/questionnaires/{made.id}/paper.pdf?lang={language}")
    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"
    assert answer.data.count(b"/Type /Page\n") + answer.data.count(b"/Type /Page ") < 12


def test_without_the_libraries_of_pdf_a_sentence_says_what_to_do(staff, made, monkeypatch):
    def missing(*_args):
        raise pdf.SurveyError(pdf.Finding("paper.no_pdf", "document", pdf.UNAVAILABLE))

    monkeypatch.setattr("surveyapp.designer.paper_views.pdf_file", missing)
    answer = staff.get(f"/questionnaires/{made.id}/paper.pdf")
    assert answer.location.endswith(f"/questionnaires/{made.id}")
    assert "libpango" in staff.get("/questionnaires").text


def test_a_published_version_is_printed_as_it_was(staff, made):
    from surveyapp.designer import publishing

    publishing.publish(made, made.revision, "a@example.com", accept_warnings=True)
    db.session.commit()
    page = staff.get(f"/questionnaires/{made.id}/paper?version=1&lang=en").text
    assert "Version 1 ·" in page
    assert "version=1" in page
