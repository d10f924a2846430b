"""The page of the check: findings with a way to see them, lengths, and ways that cover all."""

import re
from html import unescape

import pytest

from surveyapp.database import db
from surveyapp.designer import editor, witnesses
from surveyapp.designer.document import Document
from surveyapp.designer.proof import Proof, Witness
from surveyapp.designer.proving.covering import Way
from surveyapp.designer.selecting import places_of
from surveyapp.designer.witnesses import Unmet, unmet
from tests.questionnaires import broken_names, questionnaire


def opened(client, document):
    with client.application.app_context():
        made = editor.create(document, "a@example.com")
        db.session.commit()
        number = made.id
    return client.get(f"/questionnaires/{number}/check?run=1").text


def test_lengths_and_ways_stand_on_the_page_and_can_be_walked(staff):
    page = opened(staff, questionnaire("branching"))
    assert "How long it is" in page
    assert "Ways that cover everything" in page
    links = [unescape(link) for link in re.findall(r'href="(/preview/[^"]+)"', page)]
    assert links
    for link in links:
        assert staff.get(link).status_code == 200


def test_a_dead_end_can_be_seen_with_the_answers_that_lead_there(staff):
    page = opened(staff, questionnaire("broken/proof.dead_end"))
    assert "Some people get stuck here" in page
    assert re.search(r'href="/preview/\d+\?[^"]*page=p2[^"]*n%22%3A9[^"]*"[^>]*>.*?See it', page)


@pytest.mark.parametrize("code", [c for c in broken_names() if c.startswith("proof.")])
def test_every_finding_of_the_proof_has_a_page_that_names_its_place(staff, code):
    page = opened(staff, questionnaire(f"broken/{code}"))
    assert 'class="message' in page


def test_findings_stand_by_severity_and_then_by_place(staff):
    tree = questionnaire("branching").model_dump(mode="json")
    first, *_rest, last = [q for page in tree["pages"] for q in page["questions"]]
    first["title"], last["title"] = {"en": "Alone in English"}, {"en": "Also alone"}
    tree["pages"].insert(0, {"id": "empty", "questions": []})
    page = opened(staff, Document.model_validate(tree))
    heads = re.findall(
        r"<li class=\"message (\w*)\">\s*<p><strong><a href=\"[^\"]*at=([^\"]*)", page
    )
    ranks = [("error", "warning", "").index(severity) for severity, _ in heads]
    assert ranks == sorted(ranks)
    order = list(places_of(Document.model_validate(tree)))
    for level in ("error", "warning", ""):
        places = [order.index(unescape(at)) for severity, at in heads if severity == level]
        assert places == sorted(places), level
    assert len(heads) > 2


def test_what_no_way_meets_is_named():
    by = Witness({}, {})
    ways = [Way(by, ("question:a", "option:a.x"), ("question:b",), 2, 10.0)]
    places = ("question:a", "option:a.x", "question:b", "contradiction:c")
    proof = Proof((), dict.fromkeys(places, by), dict.fromkeys(places, by), {}, ())
    assert unmet(proof, ways) == Unmet(("question:b",), ("question:a", "option:a.x"))
    assert unmet(proof, []) == Unmet(places[:3], places[:3])


def test_the_page_says_what_no_way_shows(staff, monkeypatch):
    monkeypatch.setattr(witnesses, "unmet", lambda *_: Unmet(("question:q2",), ()))
    page = opened(staff, questionnaire("branching"))
    assert "On none of these ways" in page
    assert "Shown on none" in page
    assert "Left out on none" not in page
