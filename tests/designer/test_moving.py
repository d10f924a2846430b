"""Steps over the edges of pages, selections after a change, fingerprints of parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer import fragments, moving, scale_presets
from surveyapp.designer.document import Document
from surveyapp.designer.edits import apply
from surveyapp.designer.question_types import KIN, TYPES, kin_of
from surveyapp.designer.selecting import after, owners_of, places_of, selected
from surveyapp.findings import SurveyError


def document(*pages):
    """Pages given by the ids of their questions: `document("ab", "", "c")`."""
    made = [
        {"id": f"p{i}", "questions": [{"id": q, "type": "nps"} for q in ids]}
        for i, ids in enumerate(pages)
    ]
    return Document.model_validate({"pages": made, "dimensions": [{"id": "d"}]})


def shape(made):
    return ["".join(q.id for q in page.questions) for page in made.pages]


@pytest.mark.parametrize(
    ("place", "way", "expected"),
    [
        ("question:b", "up", ["ba", "", "c"]),
        ("question:a", "down", ["ba", "", "c"]),
        ("question:b", "down", ["a", "b", "c"]),
        ("question:c", "up", ["ab", "c", ""]),
        ("page:p1", "up", ["", "ab", "c"]),
        ("page:p1", "down", ["ab", "c", ""]),
    ],
)
def test_a_step_goes_over_the_edges_of_pages(place, way, expected):
    made = document("ab", "", "c")
    assert shape(apply(made, moving.step(made, place, way))) == expected


@pytest.mark.parametrize(
    ("place", "way", "code"),
    [
        ("question:a", "up", "edit.at_the_end"),
        ("question:c", "down", "edit.at_the_end"),
        ("page:p0", "up", "edit.at_the_end"),
        ("page:p2", "down", "edit.at_the_end"),
        ("page:none", "up", "edit.unknown_place"),
        ("question:none", "up", "edit.unknown_place"),
        ("dimension:d", "up", "edit.unknown_place"),
    ],
)
def test_where_there_is_no_step(place, way, code):
    with pytest.raises(SurveyError) as error:
        moving.step(document("ab", "", "c"), place, way)
    assert error.value.findings[0].code == code


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.data())
def test_a_step_back_undoes_a_step(sizes, data):
    names = iter("abcdefghijklmnop")
    made = document(*["".join(next(names) for _ in range(size)) for size in sizes])
    questions = [q.id for q in made.questions()]
    if not questions:
        return
    place = f"question:{data.draw(st.sampled_from(questions))}"
    way, back = data.draw(st.sampled_from([("up", "down"), ("down", "up")]))
    try:
        moved = apply(made, moving.step(made, place, way))
    except SurveyError:
        return
    assert apply(moved, moving.step(moved, place, back)) == made


OPTIONS = [{"id": "x"}, {"id": "y"}]


def rich():
    tree = document("a", "b").model_dump(mode="json")
    tree["pages"][0]["questions"] = [
        {"id": "a", "type": "single", "options": OPTIONS},
        {"id": "g", "type": "likert_grid", "items": [{"id": "s1"}]},
    ]
    tree["contradictions"] = [
        {"id": "c1", "when": {"answered": [{"answer": "a"}]}},
        {"id": "c2", "when": {"answered": [{"answer": "a"}]}},
    ]
    return Document.model_validate(tree)


def test_every_place_once():
    places = list(places_of(rich()))
    assert len(places) == len(set(places))
    wanted = {"page:p0", "question:a", "option:a.y", "item:g.s1", "dimension:d"}
    assert wanted | {"contradiction:c2"} <= set(places)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("option:a.x", "option:a.x"),
        ("option:a.gone", "question:a"),
        ("option:none.gone", "question:a"),
        ("dimension:d", "dimensions"),
        ("introduction", "introduction"),
        ("nonsense", "question:a"),
        (None, "question:a"),
    ],
)
def test_what_is_selected(wanted, expected):
    assert selected(rich(), wanted) == expected


def test_without_questions_the_first_part_is_selected():
    assert selected(Document.model_validate({}), None) == "document"
    assert selected(document(""), None) == "page:p0"


@pytest.mark.parametrize(
    ("edit", "here", "expected"),
    [
        ({"do": "add", "what": "option", "into": "question:a"}, "question:g", "question:a"),
        ({"do": "add", "what": "question", "into": "page:p1", "value": {"type": "nps"}}, "document",
         "question:q1"),
        ({"do": "copy", "at": "question:g"}, "question:g", "question:q1"),
        ({"do": "delete", "at": "question:g"}, "question:g", "question:a"),
        ({"do": "delete", "at": "question:a"}, "question:a", "question:g"),
        ({"do": "delete", "at": "option:a.x"}, "option:a.x", "question:a"),
        ({"do": "delete", "at": "contradiction:c2"}, "contradiction:c2", "contradiction:c1"),
        ({"do": "set", "at": "document", "values": {}}, "thank_you", "thank_you"),
    ],
)  # fmt: skip
def test_what_is_selected_after_a_change(edit, here, expected):
    before = rich()
    assert after(before, apply(before, edit), edit, here) == expected


def test_after_the_last_of_a_kind_its_list_is_selected():
    one = document("a").model_dump(mode="json")
    one["contradictions"] = [{"id": "c1", "when": {"answered": [{"answer": "a"}]}}]
    before = Document.model_validate(one)
    edit = {"do": "delete", "at": "contradiction:c1"}
    assert after(before, apply(before, edit), edit, "contradiction:c1") == "contradictions"


def test_owners():
    assert owners_of("option:a.x") == ["question:a"]
    assert owners_of("check:a.x") == ["question:a", "page:a"]
    assert owners_of("question:a") == []
    assert owners_of("weather:a.x") == []


def test_a_part_that_a_browser_has_is_not_sent():
    every = [fragments.fragment("bar", "<p>1</p>"), fragments.fragment("canvas", "<p>2</p>")]
    header = f"bar={every[0].key} canvas=old nonsense"
    known = fragments.held(header)
    assert set(fragments.lacking(every, known)) == {"canvas"}
    assert fragments.held(None) == {}


def test_what_differs_in_every_answer_is_no_change():
    one = '<input name="revision" value="1"><input name="csrf_token" value="a">'
    two = '<input name="revision" value="2"><input name="csrf_token" value="b">'
    assert fragments.fragment("x", one).key == fragments.fragment("x", two).key
    assert fragments.fragment("x", one + "!").key != fragments.fragment("x", two).key


def test_types_and_their_kin():
    assert all(kin_of(kind) == family for family in KIN for kind in family)
    assert kin_of("information") == ()
    assert all(kind in TYPES for family in KIN for kind in family)


def test_presets_write_only_the_documents_languages():
    edit = scale_presets.fill("question:q", "quality", ("en",))
    labels = edit["edits"][1]["values"]["scale"]["labels"]
    assert labels["5"] == {"en": "Very good"}
    assert scale_presets.fill("question:q", "mood", ("en",)) is None
