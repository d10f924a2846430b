"""The library over HTTP: searched, inserted, added to, put away, and taken anew."""

import pytest
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.designer import team_library
from surveyapp.designer.library_models import LibraryEntry
from tests.designer_web.conftest import document, post, replay, stored


def insert(client, number, source, at="question:contacts", **more):
    data = {"source": source, "at": at, "revision": stored(number).revision, **more}
    return client.post(f"/questionnaires/{number}/library", data=data)


def keep(client, number, at, **fields):
    data = {"kind": "question", "over": "0", "name_en": "Ours", "at": at, **fields}
    return client.post(f"/questionnaires/{number}/library/keep", data=data)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_library_shows_searches_and_previews(staff, made, language):
    staff.post(f"/language/{language}")
    for address in ("/library", f"/questionnaires/{made.id}/library?at=question:outcome"):
        whole = staff.get(address).text
        assert "NPS" in whole
        assert "SERVQUAL" in whole
        joint = "&" if "?" in address else "?"
        few = staff.get(f"{address}{joint}q=nps&kind=question").text
        assert "SERVQUAL" not in few
        none = staff.get(f"{address}{joint}q=zzzz").text
        assert ("Nothing fits" if language == "en" else "没有找到") in none


def test_a_question_goes_where_it_is_wanted_and_undo_takes_it_out(staff, made):
    answer = insert(staff, made.id, "library:question.nps", index="1")
    assert answer.location.endswith("at=question:nps_2")
    now = document(made.id)
    assert now.pages[0].questions[1].id == "nps_2"
    assert now.question_by_id["nps_2"].origin.locked
    page = staff.get(answer.location).text
    assert "Taken from the library" in page
    staff.post(f"/questionnaires/{made.id}/undo", data={"revision": stored(made.id).revision})
    assert "nps_2" not in document(made.id).question_by_id


def test_a_locked_question_keeps_its_words_until_somebody_unlocks_it(staff, made):
    insert(staff, made.id, "library:question.ces")
    words = {"do": "set", "at": "question:ces", "values": {"title": {"en": "Was it easy?"}}}
    form = {"do": "set", "question:ces/title.en": "Was it easy?", "here": "question:ces"}
    refused = post(staff, made.id, form)
    assert refused.status_code == 422
    assert "is locked" in refused.text
    assert (
        "can no longer be compared" in staff.get(f"/questionnaires/{made.id}?at=question:ces").text
    )
    assert replay(staff, made.id, {"do": "unlock", "at": "question:ces"}).status_code == 302
    assert replay(staff, made.id, words).status_code == 302
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.detail["place"]) == ("questionnaire.unlock", "question:ces")
    assert entry.actor == "administrator@example.com"


def test_a_block_goes_behind_the_page_and_a_scale_to_the_question(staff, made):
    insert(staff, made.id, "library:block.delivery")
    assert document(made.id).pages[1].id == "delivery_page"
    insert(staff, made.id, "library:scale.satisfied7", at="question:outcome")
    assert document(made.id).question_by_id["outcome"].scale.points == 7


def test_what_cannot_be_inserted_is_said(staff, made):
    answer = insert(staff, made.id, "library:scale.agree5", at="question:contacts")
    assert "cannot stand here" in staff.get(answer.location).text
    assert insert(staff, made.id, "library:question.none").status_code == 404
    stale = insert(staff, made.id, "library:question.nps", revision="-1")
    data = {"source": "library:question.nps", "at": "page:contact", "revision": "0"}
    stale = staff.post(f"/questionnaires/{made.id}/library", data=data)
    assert "changed in the meantime" in staff.get(stale.location).text


def test_a_question_is_kept_for_the_team_and_found_again(staff, made):
    form = staff.get(f"/questionnaires/{made.id}/library/keep?at=question:contacts").text
    assert 'value="How many times' in form
    fields = {"name_zh": "联系几次", "tags": "phone, 电话 phone", "citation": "Ours, 2026"}
    answer = keep(staff, made.id, "question:contacts", **fields)
    assert "the team&#39;s library now" in staff.get(answer.location).text
    (row,) = db.session.query(LibraryEntry).all()
    assert (row.revision, row.tags) == (1, ["phone", "电话"])
    assert "联系几次" not in staff.get("/library").text
    assert "Ours" in staff.get("/library?q=联系几次").text
    insert(staff, made.id, f"team:{row.id}")
    assert document(made.id).question_by_id["contacts_2"].origin.citation == "Ours, 2026"


def test_a_page_is_kept_as_a_block_without_rules_that_read_outside(staff, made):
    rule = {"==": [{"answer": "channel"}, "store"]}
    for place in ("page:reasons_page", "question:detail"):
        edit = {"do": "set", "at": place, "values": {"show": rule}}
        assert replay(staff, made.id, edit).status_code == 302
    inside = {"==": [{"customer": "tier"}, "high"]}
    replay(staff, made.id, {"do": "set", "at": "question:reasons", "values": {"show": inside}})
    keep(staff, made.id, "page:reasons_page", kind="block")
    keep(staff, made.id, "page:speed_page", kind="block", name_en="Speed")
    blocks = {e.name["en"]: e for e in team_library.entries().values() if e.team}
    (page,) = blocks["Ours"].pages
    assert page.show is None
    assert [question.show for question in page.questions] == [inside, None]
    assert [d.id for d in blocks["Speed"].dimensions] == ["response_speed"]


def test_a_scale_is_kept_alone_and_an_entry_without_a_name_is_refused(staff, made):
    keep(staff, made.id, "question:outcome", kind="scale")
    assert [e.kind for e in team_library.entries().values() if e.team] == ["scale"]
    refused = keep(staff, made.id, "question:outcome", name_en=" ", name_zh="")
    assert refused.status_code == 422
    assert "Give it a name" in refused.text
    assert staff.get(f"/questionnaires/{made.id}/library/keep?at=nowhere").status_code == 404


def test_a_new_revision_is_offered_and_taken_where_it_is_wanted(staff, made):
    keep(staff, made.id, "question:outcome")
    (entry,) = [e for e in team_library.entries().values() if e.team]
    insert(staff, made.id, entry.source)
    words = {"title": {"en": "How satisfied are you with the repair?"}}
    replay(staff, made.id, {"do": "set", "at": "question:outcome", "values": words})
    keep(staff, made.id, "question:outcome", over=str(entry.team))
    page = staff.get(f"/questionnaires/{made.id}/library").text
    assert "revision 1 → 2" in page
    assert "with the repair?</ins>" in page
    data = {"at": "question:outcome_2", "revision": stored(made.id).revision}
    staff.post(f"/questionnaires/{made.id}/library/update", data=data)
    now = document(made.id).question_by_id["outcome_2"]
    assert (now.title["en"], now.origin.revision) == (words["title"]["en"], 2)
    data["revision"] = stored(made.id).revision
    again = staff.post(f"/questionnaires/{made.id}/library/update", data=data)
    assert "as new as its entry already" in staff.get(again.location).text


def test_an_entry_of_another_kind_or_gone_cannot_be_renewed(staff, made):
    keep(staff, made.id, "question:outcome", kind="scale")
    (entry,) = [e for e in team_library.entries().values() if e.team]
    answer = keep(staff, made.id, "question:outcome", over=str(entry.team))
    assert "not in the team" in staff.get(answer.location).text


def test_putting_away_can_be_taken_back(staff, made):
    keep(staff, made.id, "question:contacts")
    gone = staff.post("/library/1/archive")
    assert "Put away." in staff.get(gone.location).text
    assert not any(entry.team for entry in team_library.entries().values())
    staff.post("/library/1/restore")
    assert any(entry.team for entry in team_library.entries().values())
    assert staff.post("/library/9/archive").status_code == 404


def test_an_analyst_looks_and_changes_nothing(sign_in, made):
    analyst = sign_in("analyst")
    page = analyst.get(f"/questionnaires/{made.id}/library")
    assert page.status_code == 200
    assert "Insert “" not in page.text
    assert insert(analyst, made.id, "library:question.nps").status_code == 403
    assert keep(analyst, made.id, "question:contacts").status_code == 403
