"""Checks, screen-outs and the measurement model in the editor: begun, changed, deleted."""

import json

import pytest

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.library import template
from surveyapp.designer.measurement import levels_or_usual
from tests.designer_web.conftest import HTMX, document, post, replay

OUTER = {
    "computed": "computed_values",
    "experiment": "experiments",
    "quota": "quotas",
    "contradiction": "contradictions",
    "veto": "scoring",
    "bonus": "scoring",
    "ending": "endings",
}


def add(client, number, kind, into="document"):
    """Add a part of that kind; where the editor is then."""
    answer = replay(client, number, {"do": "add", "what": kind, "into": into}, headers=HTMX)
    assert answer.status_code == 200, answer.text
    return answer.json["state"]["here"]


def delete(client, number, place):
    """Delete the selected part; where the editor is then."""
    edit = json.dumps({"do": "delete", "at": place})
    answer = post(client, number, {"do": "replay", "edit": edit, "here": place}, headers=HTMX)
    return answer.json["state"]["here"]


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("kind", OUTER)
def test_a_part_is_added_shown_and_deleted(staff, made, kind, language):
    staff.post(f"/language/{language}")
    empty = staff.get(f"/questionnaires/{made.id}?at={OUTER[kind]}&lang={language}")
    assert f'id="add-{kind}"' in empty.text
    here = add(staff, made.id, kind)
    assert here.startswith(f"{kind}:")
    page = staff.get(f"/questionnaires/{made.id}?at={here}&lang={language}").text
    assert f'name="{here}/title.en"' in page
    listed = staff.get(f"/questionnaires/{made.id}?at={OUTER[kind]}&lang={language}").text
    assert f"at={here}" in listed
    assert delete(staff, made.id, here).split(":")[0] in (OUTER[kind], kind)


@pytest.mark.parametrize(
    ("kind", "into"),
    [("check", "question:solved"), ("check", "page:contact"), ("screen_out", "page:contact")],
)
def test_parts_of_a_question_or_a_page(staff, made, kind, into):
    here = add(staff, made.id, kind, into)
    assert here.startswith(f"{kind}:{into.split(':')[1]}.")
    post(staff, made.id, {f"{here}/message.en": "Please look again."})
    page = staff.get(f"/questionnaires/{made.id}?at={here}").text
    assert "Please look again." in page
    assert "data-selected" in page
    owner = staff.get(f"/questionnaires/{made.id}?at={into}").text
    assert f"at={here}" in owner
    assert delete(staff, made.id, here) == into


def test_a_check_is_an_error_or_a_warning(staff, made):
    here = add(staff, made.id, "check", "question:contacts")
    post(staff, made.id, {f"{here}/severity": "warning"})
    assert document(made.id).question_by_id["contacts"].checks[0].severity == "warning"


def test_an_option_is_shown_under_a_condition(staff, made):
    place = "option:solved.yes"
    page = staff.get(f"/questionnaires/{made.id}?at={place}").text
    assert "Show only when" in page
    fields = {"do": "rows", "at": place, "field": "show", "here": place, "act": "add"}
    fields |= {"0.source": "answer:channel", "0.operator": "is", "0.value": "phone"}
    fields.pop("act")
    post(staff, made.id, fields)
    options = document(made.id).question_by_id["solved"].options
    assert options[0].show == {"==": [{"answer": "channel"}, "phone"]}
    assert "By phone" in staff.get(f"/questionnaires/{made.id}?at={place}").text


def test_a_question_is_required_under_a_condition_on_itself_and_those_before(staff, made):
    place = "question:contacts"
    fields = {"do": "rows", "at": place, "field": "require", "here": place}
    fields |= {"0.source": "answer:solved", "0.operator": "is", "0.value": "yes"}
    post(staff, made.id, fields)
    found = document(made.id).question_by_id["contacts"]
    assert found.require == {"==": [{"answer": "solved"}, "yes"]}
    assert found.show is None
    page = staff.get(f"/questionnaires/{made.id}?at={place}").text
    before, _, fold = page.partition('id="more-require" open')
    assert 'value="answer:contacts"' in fold
    assert 'value="answer:contacts"' not in before


def test_a_computed_value_is_written_as_text(staff, made):
    here = add(staff, made.id, "computed")
    fields = {"do": "rule-text", "at": here, "field": "value", "here": here}
    post(staff, made.id, {**fields, "text": "contacts * 2"})
    assert document(made.id).computed[0].value == {"*": [{"answer": "contacts"}, 2]}
    refused = post(staff, made.id, {**fields, "text": "contacts *"}, headers=HTMX)
    assert refused.status_code == 422
    assert "contacts *<" in refused.json["parts"]["properties"][1]


def test_profiles_and_their_sums(staff, made):
    add(staff, made.id, "profile")
    profile = document(made.id).profiles[0]
    assert sum(profile.weights.values()) == 100
    place = f"profile:{profile.id}"
    page = staff.get(f"/questionnaires/{made.id}?at=dimensions").text
    assert f'name="{place}/weights.response_speed"' in page
    answer = post(
        staff, made.id, {f"{place}/weights.response_speed": "", "here": "dimensions"}, headers=HTMX
    )
    assert "response_speed" not in document(made.id).profiles[0].weights
    assert "must be 100 %" in answer.json["parts"]["properties"][1]


def test_the_usual_levels_become_ones_own(staff):
    made = editor.create(template("service_centre"), "a@example.com")
    db.session.commit()
    page = staff.get(f"/questionnaires/{made.id}?at=scoring").text
    assert "Change these levels" in page
    edits = [
        {"do": "add", "what": "level", "into": "document", "value": one.model_dump(mode="json")}
        for one in levels_or_usual(())
    ]
    replay(staff, made.id, {"do": "all", "edits": edits, "at": "document"})
    assert document(made.id).levels == levels_or_usual(())
    post(staff, made.id, {"level:fair/least": "6.5", "here": "scoring"})
    assert document(made.id).levels[2].least == 6.5
    assert 'value="6.5"' in staff.get(f"/questionnaires/{made.id}?at=scoring").text


def test_reliability_and_the_cap_of_bonuses(staff, made):
    add(staff, made.id, "bonus")
    post(
        staff,
        made.id,
        {"dimension:response_speed/expected_alpha": "0.8", "document/bonus_cap": "20"},
    )
    after = document(made.id)
    assert after.dimensions[0].expected_alpha == 0.8
    assert after.bonus_cap == 20
    post(staff, made.id, {"dimension:response_speed/expected_alpha": ""})
    assert document(made.id).dimensions[0].expected_alpha is None


def test_an_ending_gives_a_coupon_and_leads_to_an_address(staff, made):
    here = add(staff, made.id, "ending")
    post(staff, made.id, {f"{here}/coupon": "1", f"{here}/address": "https://shop.example/a"})
    page = staff.get(f"/questionnaires/{made.id}?at={here}").text
    assert f'name="{here}/parameters"' in page
    assert 'value="touchpoint.store"' in page
    post(staff, made.id, {f"{here}/parameters": "touchpoint.store", f"{here}/valid_hours": "2"})
    (found,) = document(made.id).endings
    assert (found.coupon, found.call_back, found.valid_hours) == (True, False, 2)
    assert found.parameters == ("touchpoint.store",)
    refused = post(staff, made.id, {f"{here}/address": "http://shop.example"})
    assert "An address begins with https://" in refused.text
    assert document(made.id).endings[0].address == "https://shop.example/a"
    listed = staff.get(f"/questionnaires/{made.id}?at=endings").text
    assert "Coupon" in listed
    assert "Goes on" in listed


def test_arms_and_cells(staff, made):
    here = add(staff, made.id, "experiment")
    assert add(staff, made.id, "arm", here) == here
    quota = add(staff, made.id, "quota")
    cell = add(staff, made.id, "cell", quota)
    assert cell.startswith("cell:")
    post(staff, made.id, {f"{cell}/limit": "40"})
    assert document(made.id).quotas[0].cells[1].limit == 40
    assert len(document(made.id).experiments[0].arms) == 3
    assert "Counted here when" in staff.get(f"/questionnaires/{made.id}?at={cell}").text


def test_what_a_text_may_pipe(staff, made):
    add(staff, made.id, "computed")
    for place, inside in (("question:contacts", False), ("check:contacts.x", True)):
        found = staff.get(f"/questionnaires/{made.id}/sources?at={place}&lang=en").text
        assert 'value="channel"' in found
        assert 'value="customer.city"' in found
        assert ('value="contacts"' in found) is inside
        assert ('value="computed.value1"' in found) is inside, "it is made of contacts"
