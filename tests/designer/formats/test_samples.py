"""Files that other projects published (see `samples/README.md`)."""

import csv
import re
from pathlib import Path

import pytest

from surveyapp.designer.formats.reading import read_any
from surveyapp.designer.path import path
from tests.designer.formats.tables import lost, question, workbook

SAMPLES = Path(__file__).parent / "samples"


def sample(name):
    file = SAMPLES / name
    if file.suffix == ".json":
        return read_any(file.read_bytes(), file.name)
    sheets, current = {}, []
    for row in csv.reader(file.read_text("utf-8").splitlines(), skipinitialspace=True):
        cells = [cell.strip() for cell in row]
        if cells and cells[0]:
            current = sheets.setdefault(cells[0].lower(), [])
        elif any(cells):
            current.append(cells[1:])
    return read_any(workbook(**sheets), file.name)


def types(imported):
    return {q.id: q.type for q in imported.document.questions()}


@pytest.mark.parametrize("file", sorted(p.name for p in SAMPLES.iterdir() if p.suffix != ".md"))
def test_each_is_read_and_named_in_the_readme(file):
    imported = sample(file)
    assert list(imported.document.questions())
    assert f"`{file}`" in (SAMPLES / "README.md").read_text("utf-8")
    assert all(re.search(r"\w", note.why.message) for note in imported.notes)


def test_the_kids_are_asked_for_as_many_as_there_are():
    imported = sample("surveyjs-condition-kids.json")
    assert lost(imported) == []
    kids = question(imported, "kids")
    answers = {"have_kids": "yes", "kids": kids.options[1].id}
    shown = [q.id for p in path(imported.document, answers, {}).pages for q in p.questions]
    assert shown == ["have_kids", "kids", "kid1_age", "kid2_age"]
    shown = [q.id for p in path(imported.document, {}, {}).pages for q in p.questions]
    assert shown == ["have_kids"]


def test_the_product_feedback_is_scales_choices_and_words():
    imported = sample("surveyjs-productfeedback.json")
    assert lost(imported) == []
    assert list(types(imported).values()) == [
        "likert_grid", "likert", "likert", "long_text", "single", "single", "short_text",
        "short_text", "short_text"]  # fmt: skip
    likert = question(imported, "satisfaction")
    assert likert.scale.labels[1] == {"en": "Not Satisfied"}
    assert question(imported, "recommend_friends").show == {">": [{"answer": "satisfaction"}, 3]}
    assert question(imported, "price").options[0].label == {"en": "Yes, the price is about right"}


def test_the_films_are_rated_in_two_languages():
    imported = sample("surveyjs-multilanguages.json")
    document = imported.document
    assert (document.languages, document.default_language) == (("de", "en"), "de")
    assert len(types(imported)) == 5
    first = next(document.questions())
    assert first.title["en"] == "Please rate these movies – Moonlight – Rating"
    assert first.options[0].label == {"en": "5 (the best)", "de": "5 (Das beste)"}


def test_the_widgets_come_over_or_are_named():
    imported = sample("pyxform-widgets.csv")
    found = types(imported)
    assert found["my_select1"] == "single"
    assert question(imported, "my_int").maximum == 9
    assert question(imported, "my_date").earliest == "today"
    assert question(imported, "my_select").checks[0].message == {
        "en": "option c and d cannot be selected together"
    }
    assert question(imported, "my_output").title["en"].endswith("still {my_trigger}?")
    whats = {what for _, what in lost(imported)}
    assert {"my_geopoint", "my_barcode", "my_audio", "my_video", "locationMap", "default: 18.31",
            "selected(/widgets/branch, 'n')", "add_none_option: FALSE"} <= whats  # fmt: skip


def test_groups_and_headings_of_any_case():
    father = sample("pyxform-group.csv")
    assert types(father) == {"family_name": "short_text", "phone_number": "short_text",
                             "age": "number"}  # fmt: skip
    assert father.document.pages[1].title == {"en": "Father"}
    shouting = sample("pyxform-case-insensitivity.csv")
    assert types(shouting) == {"q1": "single"}
    assert [o.id for o in question(shouting, "q1").options] == ["n1_c", "n2_c"]
    assert {"q2", "q3"} <= {what for _, what in lost(shouting)}
    assert shouting.document.title == {"en": "Yes or no"}
