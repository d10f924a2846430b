"""The list of saved drafts, comparing and restoring them."""

from surveyapp.designer import history
from tests.designer_web.conftest import document, post, replay, stored


def listed(client, number):
    return client.get(f"/questionnaires/{number}/history").text


def test_who_did_what_is_listed_newest_first(staff, made):
    post(staff, made.id, {"question:channel/title.en": "Which way?"})
    replay(staff, made.id, {"do": "delete", "at": "question:solved"})
    page = listed(staff, made.id)
    assert page.index("Deleted") < page.index("Edited") < page.index("Created")
    assert "Question “Which way?”" in page
    assert "administrator@example.com" in page
    assert page.count("Restore<") == 2
    assert [one.number for one in history.saved(stored(made.id))] == [3, 2, 1]


def test_any_saved_draft_is_restored_as_a_new_one(staff, made):
    first = document(made.id)
    post(staff, made.id, {"question:channel/title.en": "Which way?"})
    replay(staff, made.id, {"do": "delete", "at": "question:solved"})
    shorter = document(made.id)
    revision = stored(made.id).revision
    base = f"/questionnaires/{made.id}/history"
    staff.post(f"{base}/1/restore", data={"revision": revision})
    assert document(made.id) == first
    assert stored(made.id).revision == revision + 1
    assert "Restored" in listed(staff, made.id)
    staff.post(f"/questionnaires/{made.id}/undo", data={"revision": revision + 1})
    assert document(made.id) == shorter


def test_a_stale_or_forgotten_draft_is_not_restored(staff, made):
    post(staff, made.id, {"question:channel/title.en": "Which way?"})
    base = f"/questionnaires/{made.id}/history"
    answer = staff.post(f"{base}/1/restore", data={"revision": 1})
    assert "Someone changed the draft" in staff.get(answer.location).text
    assert document(made.id).question_by_id["channel"].title["en"] == "Which way?"
    assert staff.post(f"{base}/99/restore", data={"revision": 2}).status_code == 404


def test_a_saved_draft_is_compared_with_the_draft(staff, made):
    post(staff, made.id, {"question:channel/title.en": "Which way?"})
    page = staff.get(f"/questionnaires/{made.id}/difference?from=r1&to=draft").text
    assert "<ins>Which way</ins>" in page
    assert "Draft of save 1" in page
    gone = staff.get(f"/questionnaires/{made.id}/difference?from=r9&to=draft")
    assert gone.status_code == 404


def test_an_analyst_reads_the_history_and_restores_nothing(sign_in, made):
    analyst = sign_in("analyst")
    assert "Restore<" not in listed(analyst, made.id)
    answer = analyst.post(f"/questionnaires/{made.id}/history/1/restore", data={"revision": 1})
    assert answer.status_code == 403
