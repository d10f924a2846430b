"""States of one document that share their equal parts, and what is kept with a part."""

import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.edits import apply
from surveyapp.designer.rule_sources import choices
from surveyapp.designer.sharing import kept, sharing
from tests.designer.test_edits import SMALL


def fresh(document: Document) -> Document:
    return Document.model_validate(document.model_dump(mode="json"))


def test_equal_states_share_every_page():
    found = sharing(SMALL, fresh(SMALL))
    assert found == SMALL
    assert [a is b for a, b in zip(found.pages, SMALL.pages, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("edit", "shared"),
    [
        ({"do": "set", "at": "question:q1", "values": {"title": {"en": "New"}}}, {"q2"}),
        ({"do": "move", "at": "question:q2", "into": "page:page2"}, {"q1", "q2"}),
        ({"do": "add", "what": "question", "type": "nps", "into": "page:page1", "index": 0,
          "value": {"type": "nps"}}, {"q1", "q2"}),
        ({"do": "delete", "at": "question:q1"}, {"q2"}),
        ({"do": "add", "what": "page", "into": "document", "index": 0}, {"q1", "q2"}),
    ],
)  # fmt: skip
def test_an_edit_leaves_the_questions_that_it_does_not_touch_the_very_same(edit, shared):
    now = apply(SMALL, edit)
    same = {q.id for q in now.questions() if q is SMALL.question_by_id.get(q.id)}
    assert same == shared
    assert now == fresh(now)


def test_what_is_kept_is_made_again_for_another_key_and_not_for_a_changed_copy():
    question = fresh(SMALL).question_by_id["q1"]
    made = []

    def count(key):
        return kept(question, "_counted", key, lambda: made.append(key) or len(made))

    assert [count("a"), count("a"), count("b"), count("a")] == [1, 1, 2, 3]
    changed = question.model_copy(update={"required": False})
    assert "_counted" not in changed.__dict__
    assert fresh(SMALL).question_by_id["q1"] == question


def test_sources_follow_the_page_that_a_question_is_moved_to(app):
    with app.test_request_context():
        assert choices(SMALL, "document", "en")["answer:q2"].group == "1."
        now = apply(SMALL, {"do": "move", "at": "question:q2", "into": "page:page2"})
        assert choices(now, "document", "en")["answer:q2"].group == "2."
        assert choices(SMALL, "document", "en")["answer:q2"].group == "1."
