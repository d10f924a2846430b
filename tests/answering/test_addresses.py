"""Where an ending sends somebody on to: signed, in time, and never where a request says."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask

from surveyapp import clock
from surveyapp.answering.endings import addresses
from surveyapp.database import db
from surveyapp.designer.document import Document
from tests.answering.endings_world import ends, mark, reads
from tests.answering.plain_client import PlainClient
from tests.answering.world import World, build, everything, the_response
from tests.questionnaires import questionnaire

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"


def link(person: PlainClient) -> str:
    found: list[str] = person.tree.xpath("//a[@class='button']/@href")
    return found[0] if found else ""


def secret_of(world: World) -> str:
    db.session.rollback()
    found = addresses.secret_of(world.study.id)
    assert found
    return found


def the_check() -> Any:
    """The function that the guide gives to the receiving shop."""
    found = re.search(r"```python\n(import hashlib.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found
    assert len(found[1].strip().splitlines()) <= 14
    there: dict[str, Any] = {}
    exec(found[1], there)
    return there["check"]


def test_the_shop_checks_what_came_along_as_the_guide_shows(any_app: Flask) -> None:
    world = ends()
    person = reads(any_app, world.url, 4)
    address = link(person)
    secret, check = secret_of(world), the_check()
    query = urlsplit(address).query
    assert address.startswith("https://shop.example/welcome?campaign=autumn&")
    told = check(query, secret)
    assert told["csat"] == "4"
    assert told["campaign"] == "autumn"
    assert told["reference"] == addresses.reference_of(the_response().id)
    assert "Go on to shop.example" in person.text
    assert check(query.replace("csat=4", "csat=5"), secret) is None
    assert check(query, "another") is None
    assert check("", secret) is None
    expired = int(told["expires"]) + 1
    assert check(query, secret, now=expired) is None
    assert 23 * 3600 < int(told["expires"]) - clock.now().timestamp() <= 24 * 3600


def test_the_touchpoint_goes_along(any_app: Flask) -> None:
    world = ends()
    told = parse_qs(urlsplit(link(reads(any_app, world.printed, 4))).query)
    assert (told["touchpoint"], told["touchpoint.store"]) == (["RECEIPT1"], ["S01"])


def test_the_reference_tells_nothing_of_the_number_and_differs(any_app: Flask) -> None:
    first, second = addresses.reference_of(1), addresses.reference_of(2)
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{24}", first)


def test_loading_again_makes_no_new_time_and_writes_nothing(any_app: Flask) -> None:
    world = ends()
    first = link(reads(any_app, world.url, 4))
    before = everything()
    assert link(PlainClient(any_app.test_client(), world.url)) == first
    assert everything() == before


def test_after_its_time_nothing_leads_on(any_app: Flask) -> None:
    world = ends()
    assert link(reads(any_app, world.url, 4))
    with clock.frozen(clock.now() + timedelta(hours=25)):
        later = PlainClient(any_app.test_client(), world.url)
    assert link(later) == ""
    assert "Have a look at our shop." in later.text


def test_no_request_says_where_to_go(any_app: Flask) -> None:
    world = ends()
    person = reads(any_app, f"{world.url}?address=https://evil.example&next=//evil.example", 4)
    assert "evil" not in link(person)
    answer = any_app.test_client().get(f"{world.url}?address=https://evil.example")
    assert "evil" not in answer.get_data(as_text=True)
    assert "Refresh" not in answer.headers


def test_the_secret_link_is_not_told_to_the_shop(any_app: Flask) -> None:
    world = ends()
    mark(any_app, world.url, 4)
    answer = any_app.test_client().get(world.url)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def at_once(**more: Any) -> Document:
    document = questionnaire("full/endings")
    low, shop, best = document.endings
    there = shop.model_copy(update={"at_once": True, **more})
    return document.model_copy(update={"endings": (low, there, best)})


def test_somebody_is_sent_on_at_once_where_nothing_is_to_be_read(any_app: Flask) -> None:
    world = build(at_once())
    mark(any_app, world.url, 4)
    answer = any_app.test_client().get(world.url)
    assert answer.status_code == 200
    assert answer.headers["Refresh"].startswith("0; url=https://shop.example/welcome?campaign=")
    assert "shop.example" in answer.get_data(as_text=True)


def test_nobody_is_sent_on_past_a_coupon(any_app: Flask) -> None:
    world = build(at_once(coupon=True))
    mark(any_app, world.url, 4)
    assert "Refresh" not in any_app.test_client().get(world.url).headers


def test_a_new_secret_refuses_the_old_links(any_app: Flask) -> None:
    world = ends()
    query = urlsplit(link(reads(any_app, world.url, 4))).query
    old = secret_of(world)
    addresses.renew(world.study.id)
    db.session.commit()
    new = secret_of(world)
    assert new != old
    assert the_check()(query, old) is not None
    assert the_check()(query, new) is None
    assert old not in str(everything()["ending_secret"])
