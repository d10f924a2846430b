"""Check and publish: errors block, warnings need a tick, versions never change."""

import hashlib
import json
import re

from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.library import template
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from tests.designer_web.conftest import document, post, replay, stored

NEVER = {"and": [{"==": [{"answer": "solved"}, "yes"]}, {"==": [{"answer": "solved"}, "no"]}]}


def publish(client, number, **fields):
    data = {"revision": stored(number).revision, **fields}
    return client.post(f"/questionnaires/{number}/publish", data=data)


def rule_of(client, number, place, rule):
    replay(client, number, {"do": "set", "at": place, "values": {"show": rule}})


def entries():
    return db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("quest%"))).all()


def test_the_template_is_publishable_and_leaves_an_audit_entry(staff, made):
    answer = publish(staff, made.id)
    assert answer.status_code == 302
    (version,) = stored(made.id).versions
    assert version.number == 1
    assert version.document == made.draft
    (entry,) = entries()
    assert entry.actor == "administrator@example.com"
    assert entry.detail["content_hash"] == version.content_hash
    listed = staff.get(answer.location).text
    assert "Version 1 is published." in listed
    assert version.content_hash in listed


def test_the_hash_is_that_of_the_file(staff, made):
    publish(staff, made.id)
    file = staff.get(f"/questionnaires/{made.id}/versions/1.json")
    assert hashlib.sha256(file.data).hexdigest() == stored(made.id).versions[0].content_hash
    assert json.loads(file.data)["format"] == "surveyapp/questionnaire/1"


def test_a_version_stays_as_it_was_when_the_draft_goes_on(staff, made):
    publish(staff, made.id)
    post(staff, made.id, {"question:channel/title.en": "Which way?"})
    page = staff.get(f"/questionnaires/{made.id}/versions/1").text
    assert "How did you mainly contact us this time?" in page
    assert "Which way?" not in page
    assert "unchanged" in page
    assert "not published" in staff.get(f"/questionnaires/{made.id}/versions").text
    assert "Draft ahead" in staff.get("/questionnaires").text
    publish(staff, made.id)
    assert [v.number for v in stored(made.id).versions] == [1, 2]


def test_the_same_content_is_not_published_twice(staff, made):
    publish(staff, made.id)
    answer = publish(staff, made.id)
    assert answer.status_code == 422
    assert "Nothing has changed since version 1." in answer.text


def test_an_error_blocks_and_says_where(staff, made):
    rule_of(staff, made.id, "question:contacts", NEVER)
    page = staff.get(f"/questionnaires/{made.id}/check?run=1").text
    assert "No answers lead here" in page
    assert f"/questionnaires/{made.id}?at=question:contacts" in page
    assert "Publish version" not in page
    assert publish(staff, made.id, accept="y").status_code == 422
    assert stored(made.id).versions == []
    assert entries() == []


def test_the_finding_stands_beside_its_question_in_the_editor(staff, made):
    rule_of(staff, made.id, "question:contacts", NEVER)
    staff.get(f"/questionnaires/{made.id}/proof")
    page = staff.get(f"/questionnaires/{made.id}?at=question:contacts").text
    assert "No answers lead here" in page


def test_warnings_need_a_tick(staff, made):
    always = {"answered": [{"answer": "channel"}]}
    rule_of(staff, made.id, "question:solved", always)
    page = staff.get(f"/questionnaires/{made.id}/check?run=1").text
    assert "with warnings" in page
    refused = publish(staff, made.id)
    assert refused.status_code == 422
    assert "tick that you publish anyway" in refused.text
    assert publish(staff, made.id, accept="y").status_code == 302
    assert entries()[0].detail["warnings"] >= 1


def test_a_draft_that_changed_after_the_check_is_not_published(staff, made):
    post(staff, made.id, {"question:channel/title.en": "Newer"})
    answer = publish(staff, made.id, revision=1)
    assert "changed after the check" in staff.get(answer.location).text
    assert stored(made.id).versions == []


def test_a_version_can_become_the_draft_again_and_undo_takes_it_back(staff, made):
    publish(staff, made.id)
    replay(staff, made.id, {"do": "delete", "at": "page:contact"})
    shorter = document(made.id)
    staff.post(f"/questionnaires/{made.id}/versions/1/draft")
    assert len(document(made.id).pages) == len(shorter.pages) + 1
    staff.post(f"/questionnaires/{made.id}/undo", data={"revision": stored(made.id).revision})
    assert document(made.id) == shorter


def test_the_check_page_asks_for_the_proof_itself(staff, made):
    page = staff.get(f"/questionnaires/{made.id}/check").text
    assert f'hx-get="/questionnaires/{made.id}/proof"' in page
    part = staff.get(f"/questionnaires/{made.id}/proof").text
    assert "Ready to publish" in part
    assert "<html" not in part


def test_witnesses_are_told_in_words_and_replayed_by_the_preview(staff, made):
    part = staff.get(f"/questionnaires/{made.id}/proof").text
    assert "Product line bought" in part
    assert "Appliances" in part
    links = re.findall(r'href="(/preview/[^"]*)"', part)
    assert len(links) >= 4
    for link in links:
        assert staff.get(link.replace("&amp;", "&")).status_code == 200


def test_both_languages_have_the_teaching_sentences(staff, made):
    rule_of(staff, made.id, "question:contacts", NEVER)
    staff.post("/language/zh-Hans")
    page = staff.get(f"/questionnaires/{made.id}/check?run=1").text
    assert "No answers lead here" not in page
    assert "还不能发布" in page


def test_a_tampered_version_is_told(staff, made):
    publish(staff, made.id)
    version = db.session.scalar(select(QuestionnaireVersion))
    version.document = {**version.document, "thank_you": {"en": "Changed behind the back"}}
    db.session.commit()
    assert "does not match" in staff.get(f"/questionnaires/{made.id}/versions/1").text


def test_publishing_on_any_database(any_app):
    from surveyapp.designer import publishing

    found = editor.create(template("aftersales"), "a@example.com")
    db.session.commit()
    version = publishing.publish(found, 1, "a@example.com", accept_warnings=True)
    db.session.commit()
    assert db.session.get(Questionnaire, found.id).versions == [version]
