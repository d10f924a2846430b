"""What each newer kind of question takes, refuses and keeps, by plain forms and by the script's."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from surveyapp import clock
from tests.answering.plain_client import PlainClient
from tests.answering.world import batch, build, post, state_in, the_response
from tests.auditing import AuditingClient


def person_at(client: AuditingClient, name: str, **customer: str) -> PlainClient:
    return PlainClient(client, build(f"full/{name}", **customer).url)


def test_a_ranking_is_given_by_places(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "ranking")
    person.press({"prio": ["skill", "speed", "price", "polite"]})
    assert the_response().answers == {"prio": ["skill", "speed", "price", "polite"]}
    person.press({}, value="back")
    chosen = {
        select.get("name"): select.value for select in person.tree.xpath("//select") if select.value
    }
    assert chosen == {
        "_place.prio.skill": "1",
        "_place.prio.speed": "2",
        "_place.prio.price": "3",
        "_place.prio.polite": "4",
    }


def test_two_options_at_one_place_are_pointed_out(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "ranking")
    places = {"speed": "2", "price": "1", "skill": "2", "polite": "9"}
    data = {f"_place.prio.{name}": place for name, place in places.items()}
    answer = client.post(person.url, data={"_page": "p1", "_go": "next", **data})
    assert "Two of them had the same place" in answer.get_data(as_text=True)
    assert the_response().answers == {"prio": ["price", "speed", "skill", "polite"]}


def test_an_unfinished_ranking_is_asked_for(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "ranking")
    person.press({"prio": ["skill"]})
    assert person.page == "p1"
    assert "Please put 4 answers in order; 1 are in order so far." in person.errors[0]


def test_words_behind_a_ranked_option_are_kept_while_it_is_ranked(
    app: Flask, client: AuditingClient
) -> None:
    person = person_at(client, "ranking")
    person.press({"prio": ["skill", "speed", "price", "polite"]})
    person.finish({"top": ["other1", "chat"], "top.other1": "By letter"})
    assert the_response().answers["top.other1"] == "By letter"


def test_stars_say_how_many_they_are(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "stars")
    names = person.tree.xpath("//*[@class='stars of5']//span[@class='vh']/text()")
    assert names == [f"{n} of 5 stars" for n in range(1, 6)]


def test_a_reason_beside_the_scale_is_an_answer(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "stars")
    person.press({"visit": "dont_know", "effort": 7, "overall": "refused"})
    assert person.page == "p2"
    person.press(
        {"staff.kind": 5, "staff.able": "not_applicable", "wait": "dont_know", "nps": "refused"}
    )
    assert the_response().answers == {
        "visit": "dont_know",
        "effort": 7,
        "overall": "refused",
        "staff.kind": 5,
        "staff.able": "not_applicable",
        "wait": "dont_know",
        "nps": "refused",
    }


def test_a_typed_number_outweighs_the_tick_beside_it(app: Flask, client: AuditingClient) -> None:
    world = build("full/stars")
    post(app, f"{world.url}/save", batch({"visit": 5, "effort": 1, "overall": 3}))
    form = {"_page": "p2", "wait": "12", "_none.wait": "dont_know", "_go": "back"}
    client.post(world.url, data=form)
    assert the_response().answers["wait"] == 12


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026/11/3", "2026-11-03"),
        ("2026年1月9日", "2026-01-09"),
        ("2025-12-31", "Please choose a day from 2026-01-01 to 2026-11-24."),
        ("2026-11-25", "Please choose a day from 2026-01-01 to 2026-11-24."),
        ("2026-02-30", "Please enter a date, such as 2026-11-23."),
        ("soon", "Please enter a date, such as 2026-11-23."),
    ],
)
def test_a_date_is_read_as_people_type_it_and_kept_within_its_bounds(
    app: Flask, client: AuditingClient, typed: str, expected: str
) -> None:
    """At 17:00 UTC it is already the next day, the 24th, in the study's zone."""
    with clock.frozen(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)):
        person = person_at(client, "date")
        assert person.tree.xpath("//input[@name='visited']/@max") == ["2026-11-24"]
        person.press({"visited": typed}, value="next")
        if expected.startswith("2026"):
            assert the_response().answers == {"visited": expected}
        else:
            person.press({"visited": typed}, value="next")
            assert person.errors == [f"On which day did you visit us? {expected}"]


def test_required_consent_lets_nobody_past_without_it(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "consent")
    person.press({})
    assert person.page == "p1"
    assert person.errors == ["May we use your answers? Please agree before you go on."]
    person.press({"agreed": True})
    assert person.page == "p2"
    person.finish({})
    assert the_response().answers == {"agreed": True}


def test_consent_that_is_taken_back_is_no_answer(app: Flask, client: AuditingClient) -> None:
    world = build("full/consent")
    post(app, f"{world.url}/save", batch({"agreed": True, "call": True, "phone": "13800000000"}))
    post(app, f"{world.url}/save", batch({"call": None}, 2))
    assert post(app, f"{world.url}/submit", {}).json["state"] == "completed"
    assert the_response().answers == {"agreed": True}


def test_a_telephone_number_and_an_address_are_checked(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "consent")
    person.press({"agreed": True})
    person.press({"call": True})
    person.press({"phone": "none", "mail": "fang"})
    assert [error.rpartition(" Please ")[2] for error in person.errors] == [
        "enter a telephone number, such as 138 0000 0000.",
        "enter an e-mail address, such as name@example.com.",
    ]


def test_what_is_specified_is_required_with_its_option_and_dropped_without(
    app: Flask, client: AuditingClient
) -> None:
    person = person_at(client, "other")
    person.press({"brand": "else1", "faults": ["more", "noise"]})
    assert person.errors == [
        "Another brand Please write what you mean.",
        "Something else Please write what you mean.",
    ]
    words = {"brand.else1": "Gamma", "faults.more": "Smell"}
    person.press({"brand": "alpha", "faults": ["noise"], **words}, value="back")
    assert the_response().answers["brand.else1"] == "Gamma"
    person.finish({})
    assert the_response().answers == {"brand": "alpha", "faults": ["noise"]}


def test_what_excludes_the_others_stands_alone(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "other")
    person.press({"brand": "unknown", "faults": ["noise", "dk"]})
    assert "cannot be chosen together" in person.errors[0]
    person.finish({"faults": ["dk"]})
    assert the_response().answers == {"brand": "unknown", "faults": ["dk"]}


def test_options_are_carried_along_and_chosen_ones_that_went_away_do_not_count(
    app: Flask, client: AuditingClient
) -> None:
    person = person_at(client, "carry", tier="low")
    assert not person.tree.xpath("//input[@value='returns']")
    person.press({"used": ["repair", "setup"]})
    offered = {
        name: person.tree.xpath(f"//input[@name='{name}']/@value") for name in ("best", "missed")
    }
    assert offered == {"best": ["repair", "setup"], "missed": ["advice", "no_more"]}
    person.press({"best": "setup", "missed": "advice", "rate.setup": 2}, value="back")
    person.press({"used": ["repair", "advice"]})
    assert person.tree.xpath("//input[@name='best']/@value") == ["repair", "advice"]
    assert not person.tree.xpath("//input[@name='rate.setup']")
    assert the_response().answers["best"] == "setup"
    person.press({})
    assert person.errors == ["Which one was best? Please choose an answer."]
    person.finish({"best": "repair"})
    assert the_response().answers == {
        "used": ["repair", "advice"],
        "best": "repair",
    }


def test_answers_are_piped_with_their_fallback(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "piping", city="杭州")
    assert "What did you buy, 杭州?" in person.text
    person.press({"product": "fridge", "price": 30})
    assert "Your Fridge ({new}): nothing chosen. Twice: 60." in person.text
    assert "Tell us more about your Fridge." in person.text
    person.press({}, value="back")
    person.press({"liked": ["quiet", "looks"], "price": "refused"})
    assert "Quiet, Looks. Twice: unknown." in person.text
    assert not person.tree.xpath("//textarea")
    person.finish({})
    assert "Enjoy your Fridge." in person.text
    assert the_response().facts["computed"] == {}


def test_computed_values_are_stored_with_what_was_known(app: Flask) -> None:
    world = build("full/piping", city="杭州")
    body = batch({"product": "washer", "price": 1200}, language="zh-Hans")
    with clock.frozen(datetime(2026, 11, 25, 4, 0, tzinfo=UTC)):
        assert post(app, f"{world.url}/submit", body).json["state"] == "completed"
    response = the_response()
    assert response.facts["computed"] == {"double": 2400}
    assert response.facts["survey"] == {
        "today": "2026-11-25",
        "language": "zh-Hans",
        "mode": "link",
    }
    assert response.facts["customer"]["city"] == "杭州"


def test_pipes_reach_the_script_with_the_facts_that_they_name(app: Flask) -> None:
    client = app.test_client()
    answer = client.get(build("full/piping", city="杭州", tier="low").url)
    assert state_in(answer)["facts"]["customer"] == {"city": "杭州"}
    page = answer.get_data(as_text=True)
    assert 'data-p="What did you buy, {customer.city|dear customer}?"' in page


def test_an_error_of_a_check_keeps_one_and_a_warning_asks_once(
    app: Flask, client: AuditingClient
) -> None:
    person = person_at(client, "checks")
    person.press({"people": 13, "children": 13, "school": "No. 1"})
    assert person.errors == [
        "How many of them are children? There must be fewer children than people."
    ]
    person.press({"children": 2})
    assert person.page == "p1"
    assert person.errors == [
        "How many people live with you? More than twelve people? Please check 13."
    ]
    assert "go on once more" in person.text
    person.press({"people": 14})
    assert person.page == "p2"
    person.finish({})
    assert the_response().answers == {"people": 14, "children": 2, "school": "No. 1"}


def test_a_rule_may_require_an_answer(app: Flask, client: AuditingClient) -> None:
    person = person_at(client, "checks")
    person.press({"people": 3, "children": 1})
    assert person.errors == ["Which school? Please write an answer."]
    person.press({"children": 0})
    assert person.page == "p2"


def test_a_page_is_checked_as_a_whole(app: Flask) -> None:
    world = build("full/checks")
    body = batch({"people": 30, "children": 29, "school": "Many"})
    answer = post(app, f"{world.url}/submit", body).json
    assert (answer["page"], answer["errors"]) == (
        "p1",
        {"page:p1": "Together these are too many."},
    )
    assert the_response().state == "started"


def test_no_warning_keeps_the_server_from_accepting(app: Flask) -> None:
    world = build("full/checks")
    answer = post(app, f"{world.url}/submit", batch({"people": 13, "children": 0})).json
    assert answer["state"] == "completed"
