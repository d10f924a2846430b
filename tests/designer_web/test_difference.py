"""Differences side by side, their class and reach, and what becomes of earlier answers."""

import re

import pytest
from sqlalchemy import select

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.designer.classification import classify
from surveyapp.designer.difference_words import LEVEL_MEANINGS, LEVEL_NAMES, REASONS
from surveyapp.designer.elements import KINDS as PARTS
from surveyapp.designer.field_effects import BY_KIND, FIELDS, LEVELS
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.designer.phrases import KINDS
from surveyapp.distribution.models import Study
from tests.designer.test_classification import CASES
from tests.designer_web.conftest import document, post, replay, stored


@pytest.fixture
def live(staff, made):
    """Version 1 of the after-sales questionnaire with three answers."""
    publish(staff, made.id)
    version = db.session.scalars(select(QuestionnaireVersion)).one()
    study = Study(title="S", version_id=version.id, state="running")
    db.session.add(study)
    db.session.flush()
    for number, answers in enumerate(
        ({"channel": "phone", "outcome": 4}, {"channel": "store"}, {"solved": "yes"})
    ):
        row = Response(study_id=study.id, version_id=version.id, language="en", seed=1)
        row.answers, row.token_hash = answers, str(number)
        db.session.add(row)
    db.session.commit()
    return made


def publish(client, number, **fields):
    data = {"revision": stored(number).revision, "accept": "y", **fields}
    return client.post(f"/questionnaires/{number}/publish", data=data)


def difference(client, number, query=""):
    return client.get(f"/questionnaires/{number}/difference{query}").text


def delete(client, number, place):
    replay(client, number, {"do": "delete", "at": place})


def latest(number):
    return stored(number).versions[-1]


def test_changed_words_are_marked_on_both_sides(staff, live):
    post(staff, live.id, {"question:channel/title.en": "How did you mainly reach us this time?"})
    page = difference(staff, live.id)
    assert "<del>contact</del>" in page
    assert "<ins>reach</ins>" in page
    assert "Words and order of display" in page
    assert "touches 2 of 3 responses" in page
    assert "Version 1" in page


def test_chinese_is_marked_by_characters(staff, live):
    title = document(live.id).question_by_id["channel"].title["zh-Hans"]
    post(staff, live.id, {"question:channel/title.zh-Hans": title.replace(title[-3:], "渠道？")})
    page = difference(staff, live.id)
    assert re.search(r"<ins>渠道？?</ins>", page)


def test_an_option_tells_how_many_chose_it(staff, live):
    delete(staff, live.id, "option:channel.phone")
    page = difference(staff, live.id)
    assert "Breaking" in page
    assert "This answer cannot be chosen any more." in page
    assert "touches 1 of 3 responses" in page


def test_one_class_is_shown_alone(staff, live):
    delete(staff, live.id, "option:channel.phone")
    post(staff, live.id, {"question:solved/title.en": "Was it solved at all?"})
    page = difference(staff, live.id, "?from=1&to=draft&only=wording")
    assert "at all" in page
    assert "cannot be chosen any more" not in page
    assert "Breaking</a>" not in page
    assert "Breaking" in page


def test_a_rule_is_shown_in_words_and_as_it_is_written(staff, live):
    rule = {"==": [{"answer": "channel"}, "phone"]}
    replay(staff, live.id, {"do": "set", "at": "question:solved", "values": {"show": rule}})
    page = difference(staff, live.id)
    assert "channel == &#34;phone&#34;" in page
    assert "How did you mainly contact us this time" in page
    assert "some are not asked any more" in page


def test_added_removed_and_moved_parts(staff, live):
    edits = [
        {"do": "add", "what": "question", "into": "page:contact",
         "value": {"type": "single", "title": {"en": "Brand new"},
                   "options": [{"id": "x", "label": {"en": "An option of it"}}]}},
        {"do": "delete", "at": "question:solved"},
        {"do": "move", "at": "question:nps", "into": "page:contact", "index": 0},
    ]  # fmt: skip
    for edit in edits:
        replay(staff, live.id, edit)
    page = difference(staff, live.id)
    assert "<ins>Brand new</ins>" in page
    assert "<ins>An option of it</ins>" in page
    assert "deleted" in page
    assert "moved" in page
    assert "1 of 4" in page


def test_any_two_versions_and_nothing_between_equal_ones(staff, live):
    post(staff, live.id, {"question:channel/title.en": "Which way?"})
    publish(staff, live.id)
    assert "Which way?" in difference(staff, live.id, "?from=1&to=2")
    assert "Nothing is different" in difference(staff, live.id, "?from=2&to=draft")
    assert "<del>Which way</del>" in difference(staff, live.id, "?from=2&to=1")
    listed = staff.get(f"/questionnaires/{live.id}/versions").text
    assert "difference?from=1&amp;to=2" in listed
    assert staff.get(f"/questionnaires/{live.id}/difference?from=7").status_code == 404


def test_a_version_tells_what_became_of_earlier_answers(staff, live):
    delete(staff, live.id, "option:channel.phone")
    publish(
        staff,
        live.id,
        **{"map/channel/how": "recode:channel", "map/channel/channel/phone": "store"},
    )
    page = staff.get(f"/questionnaires/{live.id}/versions/2").text
    assert "phone → store" in page


def test_a_new_questionnaire_from_any_version(staff, live):
    post(staff, live.id, {"question:channel/title.en": "Which way?"})
    answer = staff.post(f"/questionnaires/{live.id}/copy", data={"version": 1})
    copied = int(answer.location.rsplit("/", 1)[1])
    assert "mainly contact" in document(copied).question_by_id["channel"].title["en"]
    assert document(copied).title["en"].endswith("(copy)")
    assert stored(copied).versions == []
    missing = staff.post(f"/questionnaires/{live.id}/copy", data={"version": 9})
    assert missing.status_code == 404


def test_everything_is_escaped(staff, live):
    post(staff, live.id, {"question:channel/title.en": "<b>bold</b>"})
    page = difference(staff, live.id)
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page


def test_the_check_page_tells_the_reach_before_publishing(staff, live):
    delete(staff, live.id, "question:channel")
    page = staff.get(f"/questionnaires/{live.id}/proof").text
    assert "What changes since version 1" in page
    assert re.search(r"It is not asked any more\.</td><td[^>]*>2<", page)


def test_nobody_is_asked_before_the_first_version(staff, made):
    page = staff.get(f"/questionnaires/{made.id}/proof").text
    assert "What changes since" not in page
    assert "What becomes of earlier answers" not in page


def test_a_dropped_option_is_recoded_as_the_form_says(staff, live):
    delete(staff, live.id, "option:channel.phone")
    page = staff.get(f"/questionnaires/{live.id}/proof").text
    assert 'name="map/channel/recode:channel' not in page
    assert 'name="map/channel/channel/phone"' in page
    publish(
        staff,
        live.id,
        **{"map/channel/how": "recode:channel", "map/channel/channel/phone": "store"},
    )
    assert latest(live.id).mapping == [
        {"source": "channel", "how": "recode", "target": "channel", "values": {"phone": "store"}}
    ]


def test_points_are_translated_to_numbers(staff, live):
    replay(
        staff,
        live.id,
        {"do": "set", "at": "question:outcome", "values": {"scale": {"points": 7}}},
    )
    table = {f"map/outcome/outcome/{old}": str(new) for old, new in enumerate((1, 3, 4, 6, 7), 1)}
    incomplete = {"map/outcome/how": "recode:outcome", **table, "map/outcome/outcome/2": ""}
    refused = publish(staff, live.id, **incomplete)
    assert refused.status_code == 422
    assert "Say which new answer “2” of “outcome” becomes." in refused.text
    assert len(stored(live.id).versions) == 1
    publish(staff, live.id, **{"map/outcome/how": "recode:outcome", **table})
    (entry,) = latest(live.id).mapping
    assert entry["values"] == {"1": 1, "2": 3, "3": 4, "4": 6, "5": 7}


def test_without_a_decision_the_careful_one_is_made(staff, live):
    delete(staff, live.id, "option:channel.phone")
    publish(staff, live.id)
    assert latest(live.id).mapping == [
        {"source": "channel", "how": "keep", "target": "channel", "values": {}}
    ]


def test_every_reason_and_kind_has_its_words():
    pairs = {
        (one.level, reason)
        for before, after, *_ in CASES
        for one in (*classify(before, after), *classify(after, before))
        for reason in one.reasons
    }
    assert pairs <= set(REASONS)
    assert set(KINDS) >= {"document", *PARTS.values()}
    assert set(LEVEL_NAMES) == set(LEVEL_MEANINGS) == set(LEVELS)
    assert FIELDS
    assert BY_KIND


def test_labels_of_points_stand_in_each_language(staff, live):
    replay(
        staff, live.id, {"do": "set", "at": "question:outcome", "values": {"scale": {"points": 7}}}
    )
    page = difference(staff, live.id)
    assert "Number of points" in page
    assert "Scale (English) · 7" in page
    assert "<ins>Very satisfied</ins>" in page
    assert "zh-Hans:" not in page


def test_a_removed_scale_tells_its_points_and_labels(staff, live):
    delete(staff, live.id, "question:outcome")
    page = difference(staff, live.id)
    assert "<del>Very satisfied</del>" in page
    assert "Scale (English) · 5" in page
