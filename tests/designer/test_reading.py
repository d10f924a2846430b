import pytest

from surveyapp.designer import reading
from surveyapp.designer.reading import read_own
from surveyapp.findings import SurveyError
from tests.questionnaires import FOLDER, questionnaire


def test_a_file_becomes_the_document_that_it_holds():
    content = (FOLDER / "branching.json").read_bytes()
    assert read_own(content) == questionnaire("branching")


def test_a_file_beyond_all_questionnaires_is_not_even_parsed(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    with pytest.raises(SurveyError) as error:
        read_own(b'{"pages": []}')
    assert error.value.findings[0].code == "file.unknown_kind"


def test_only_the_mark_or_the_form_of_ours_makes_it_ours():
    assert read_own(b'{"pages": []}').pages == ()
    for other in (b'{"format": "x", "pages": []}', b'{"survey": []}', b"1", b"{", b"[" * 10_000):
        with pytest.raises(SurveyError) as error:
            read_own(other)
        assert [f.code for f in error.value.findings] == ["file.unknown_kind"]


def test_what_is_wrong_in_one_of_ours_is_said_with_its_place():
    page = b'{"pages": [{"id": "p", "questions": [{"id": "Q", "type": "nps"}]}]}'
    with pytest.raises(SurveyError) as error:
        read_own(page)
    assert [f.code for f in error.value.findings] == ["document.bad_id"]
