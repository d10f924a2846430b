"""The page of the check: findings with a way to see them, lengths, and ways that cover all."""

import re
from html import unescape

import pytest

from surveyapp.database import db
from surveyapp.designer import editor
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
