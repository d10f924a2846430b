"""Saving drafts: one of two saves wins, the other learns what changed, undo walks back."""

import threading

import pytest

from surveyapp.database import db
from surveyapp.designer import editor, history
from surveyapp.designer.library import template
from surveyapp.designer.models import DraftRevision, Questionnaire
from surveyapp.findings import SurveyError
from tests.designer.test_edits import add, put


@pytest.fixture
def questionnaire(app):
    found = editor.create(template("aftersales"), "a@example.com")
    db.session.commit()
    return found


def titled(text):
    return put("document", title={"en": text})


def save(questionnaire, text, by="a@example.com"):
    editor.save(questionnaire, questionnaire.revision, titled(text), by)
    db.session.commit()


def test_a_save_makes_the_next_revision(questionnaire):
    save(questionnaire, "One")
    assert (questionnaire.revision, questionnaire.title["en"]) == (2, "One")
    assert editor.draft_of(questionnaire).title["en"] == "One"


def test_an_edit_that_changes_nothing_makes_none(questionnaire):
    save(questionnaire, questionnaire.title["en"])
    assert questionnaire.revision == 1


def test_a_stale_save_is_refused_and_told_what_changed_by_whom(questionnaire):
    save(questionnaire, "Theirs", by="b@example.com")
    with pytest.raises(editor.StaleDraftError) as error:
        editor.save(questionnaire, 1, titled("Mine"), "a@example.com")
    (recorded,) = history.since(questionnaire, error.value.revision)
    assert (recorded.by, recorded.change.place) == ("b@example.com", "document")
    assert recorded.change.fields[0].after == "Theirs"
    assert questionnaire.title["en"] == "Theirs"


def test_a_change_that_was_taken_back_is_not_told(questionnaire):
    save(questionnaire, "Theirs")
    editor.undo(questionnaire, 2, "b@example.com")
    assert history.since(questionnaire, 1) == []


def test_what_is_no_longer_kept_cannot_be_told(questionnaire, monkeypatch):
    monkeypatch.setattr(editor, "KEPT", 3)
    for number in range(6):
        save(questionnaire, str(number))
    assert history.since(questionnaire, 1) is None
    assert DraftRevision.__table__.name == "draft_revision"
    kept = db.session.query(DraftRevision.number).order_by(DraftRevision.number).all()
    assert [row.number for row in kept] == [4, 5, 6, 7]


def test_undo_and_redo_walk_the_states(questionnaire):
    first = questionnaire.title["en"]
    save(questionnaire, "One")
    save(questionnaire, "Two")
    seen = []
    for step in (editor.undo, editor.undo, editor.redo, editor.redo):
        seen.append(step(questionnaire, questionnaire.revision, "a").title["en"])
    assert seen == ["One", first, "One", "Two"]
    assert not editor.can_redo(questionnaire)
    assert questionnaire.revision == 7


def test_an_edit_after_undo_begins_a_new_line(questionnaire):
    save(questionnaire, "One")
    editor.undo(questionnaire, 2, "a")
    save(questionnaire, "Other")
    assert not editor.can_redo(questionnaire)
    editor.undo(questionnaire, questionnaire.revision, "a")
    assert editor.redo(questionnaire, questionnaire.revision, "a").title["en"] == "Other"


def test_nothing_to_undo_or_redo(questionnaire):
    for step in (editor.undo, editor.redo):
        with pytest.raises(SurveyError, match="There is nothing to"):
            step(questionnaire, 1, "a")


def test_a_questionnaire_that_others_stored_can_be_edited_and_undone(app):
    tree = template("empty").model_dump(mode="json")
    found = Questionnaire(title=tree["title"], draft=tree)
    db.session.add(found)
    db.session.commit()
    save(found, "One")
    assert editor.undo(found, 2, "a").title == template("empty").title


def test_ids_of_published_versions_are_never_given_again(questionnaire):
    from surveyapp.designer.models import QuestionnaireVersion

    nps = add("question", into="page:contact", value={"type": "nps", "title": {"en": "x"}})
    with_q1 = editor.save(questionnaire, 1, nps, "a")
    tree = with_q1.model_dump(mode="json")
    version = QuestionnaireVersion(
        questionnaire_id=questionnaire.id, number=1, content_hash="x", document=tree
    )
    db.session.add(version)
    editor.save(questionnaire, 2, {"do": "delete", "at": "question:q1"}, "a")
    again = editor.save(questionnaire, 3, nps, "a")
    assert again.pages[0].questions[-1].id == "q2"


def test_of_two_saves_at_once_one_wins(any_app):
    found = editor.create(template("empty"), "a")
    db.session.commit()
    name, barrier, results = found.id, threading.Barrier(2), []

    def write(text):
        with any_app.app_context():
            mine = db.session.get(Questionnaire, name)
            revision = mine.revision
            barrier.wait()
            try:
                editor.save(mine, revision, titled(text), text)
                db.session.commit()
                results.append("saved")
            except editor.StaleDraftError:
                results.append("stale")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=write, args=(text,)) for text in ("A", "B")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["saved", "stale"]
