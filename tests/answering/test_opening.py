"""Opening a link: one small response, nothing written, and friendly words for what is not open."""

import gzip
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from surveyapp import clock
from surveyapp.answering.lately import WINDOW
from surveyapp.answering.misses import ALLOWED, Misses
from surveyapp.answering.sheet import survey_assets
from surveyapp.customers.own import keeping
from surveyapp.customers.own.entering import Entry
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.designer.library import template
from surveyapp.distribution import links
from surveyapp.distribution.models import Invitation, Study, Touchpoint
from tests.answering.world import batch, build, everything, post, state_in, the_response
from tests.auditing import AuditingClient
from tests.questionnaires import questionnaire

GZIP = {"Accept-Encoding": "gzip"}
MOST_BYTES = 30 * 1024


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_whole_questionnaire_is_one_response_of_at_most_30_kilobytes(
    app: Flask, client: AuditingClient, language: str
) -> None:
    document = template("aftersales")
    answer = client.get(f"{build(document).url}?lang={language}", headers=GZIP)
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) + head <= MOST_BYTES
    page = gzip.decompress(answer.data).decode()
    for variable in document.variables:
        assert f'name="{variable}"' in page
    assert not re.search(r'<(?:link|script|img)[^>]+(?:src|href)="(?!data:)', page)
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", page)


def test_a_client_without_gzip_gets_the_same_page(app: Flask, client: AuditingClient) -> None:
    url = build("all_types").url
    with clock.frozen(clock.now()):
        packed, plain = client.get(url, headers=GZIP), client.get(url)
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data


def test_the_policy_allows_this_script_and_this_style_and_nothing_else(
    app: Flask, client: AuditingClient
) -> None:
    policy = client.get(build("all_types").url).headers["Content-Security-Policy"]
    assert policy == survey_assets().policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert re.search(r"script-src 'sha256-[^']+';", policy)


def test_get_and_head_by_link_scanners_write_nothing(any_app: Flask) -> None:
    world = build("all_types")
    post(any_app, f"{world.url}/save", batch({"channel": "phone"}))
    client = any_app.test_client()
    before = everything()
    for url in (world.url, world.printed):
        for path in (
            url,
            f"{url}?lang=en",
            f"{url}?page=p2&speed=5&nps=10&_go=submit",
            f"{url}/sw.js",
        ):
            for method in ("GET", "HEAD"):
                assert client.open(path, method=method).status_code == 200
    for path in ("/r/nobody", "/r/" + "a" * 11, "/q/NOBODY", f"{world.url}/save"):
        client.get(path)
        client.head(path)
    assert everything() == before


def test_a_score_in_a_link_needs_a_confirming_post(app: Flask, client: AuditingClient) -> None:
    world = build("nps")
    before = everything()
    client.get(f"{world.url}?nps=10")
    assert everything() == before


def test_unknown_and_expired_and_revoked_links_look_alike(any_app: Flask) -> None:
    world = build("all_types", links_count=2)
    invitation = db.session.get_one(Invitation, 1)
    links.revoke(invitation)
    db.session.get_one(Invitation, 2).expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    client = any_app.test_client()
    revoked, expired = (client.get(f"/r/{token}") for token in world.tokens)
    unknown = client.get("/r/" + "a" * 11)
    malformed = client.get("/r/0")
    assert [a.status_code for a in (revoked, expired, unknown, malformed)] == [404, 410, 404, 404]
    assert len({a.data for a in (revoked, expired, unknown, malformed)}) == 1
    assert (
        post(any_app, f"/r/{world.tokens[1]}/save", batch({"channel": "phone"})).status_code == 410
    )
    assert post(any_app, "/r/0/save", batch({"channel": "phone"})).status_code == 404


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"state": "draft"}, 403, "not begun yet"),
        ({"opens_at": timedelta(hours=1)}, 403, "not begun yet"),
        ({"state": "closed"}, 410, "has ended"),
        ({"closes_at": timedelta(0)}, 410, "has ended"),
        ({"state": "paused"}, 200, "How did you contact us?"),
    ],
)
def test_a_study_that_is_not_open_says_so(
    app: Flask, client: AuditingClient, values: dict[str, object], status: int, words: str
) -> None:
    world = build("all_types")
    now = clock.now()
    moments = {k: now + v if isinstance(v, timedelta) else v for k, v in values.items()}
    db.session.execute(update(Study).values(**moments))
    db.session.commit()
    answer = client.get(world.url)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)


def test_a_code_that_was_switched_off_opens_nothing(app: Flask, client: AuditingClient) -> None:
    world = build("all_types")
    db.session.execute(update(Touchpoint).values(active=False))
    db.session.commit()
    assert client.get(world.printed).status_code == 410
    assert client.get("/q/NOBODY").status_code == 404


def test_guessing_links_is_slowed_down_but_a_living_link_always_opens(app: Flask) -> None:
    world = build("all_types")
    client = app.test_client()
    codes = [client.get("/r/" + "a" * 11).status_code for _ in range(ALLOWED + 1)]
    assert codes == [404] * ALLOWED + [429]
    assert client.get(world.url).status_code == 200


def test_misses_are_forgotten_after_a_while_and_bounded() -> None:
    now = [0.0]
    misses = Misses(lambda: now[0])
    assert [misses.too_many("a") for _ in range(ALLOWED + 1)][-1] is True
    assert misses.too_many("b") is False
    now[0] = WINDOW + 1
    assert misses.too_many("a") is False


@pytest.mark.parametrize(
    ("address", "record", "browser", "expected"),
    [
        ("?lang=zh-CN", "en", "en", "zh-Hans"),
        ("", "en", "zh-CN", "en"),
        ("?lang=fr", "zh-Hans", "en", "zh-Hans"),
    ],
)
def test_the_language_comes_from_the_link_the_record_or_the_browser(
    app: Flask, client: AuditingClient, address: str, record: str, browser: str, expected: str
) -> None:
    world = build("all_types", language=record)
    answer = client.get(world.url + address, headers={"Accept-Language": browser})
    assert f'<html lang="{expected}">' in answer.get_data(as_text=True)


def test_a_printed_code_speaks_the_browsers_language(app: Flask, client: AuditingClient) -> None:
    world = build("all_types")
    for browser, expected in (("en-GB", "en"), ("zh-TW,zh;q=0.9", "zh-Hans"), ("fr", "zh-Hans")):
        page = client.get(world.printed, headers={"Accept-Language": browser}).get_data(
            as_text=True
        )
        assert f'<html lang="{expected}">' in page


def test_only_facts_that_a_rule_reads_leave_the_server(app: Flask, client: AuditingClient) -> None:
    state = state_in(client.get(build("customer_branch", city="杭州").url))
    assert "city" not in state["facts"]["customer"]
    assert state["facts"]["customer"] != {}


def test_the_personal_page_offers_to_stop_messages(app: Flask, client: AuditingClient) -> None:
    world = build("all_types")
    assert f'href="/o/{world.tokens[0]}"' in client.get(world.url).get_data(as_text=True)
    assert 'href="/o/' not in client.get(world.printed).get_data(as_text=True)


def test_an_erased_customer_leaves_no_facts(app: Flask, client: AuditingClient) -> None:
    world = build("customer_branch", erased_at=clock.now())
    assert state_in(client.get(world.url))["facts"]["customer"] == {}


def test_own_attributes_decide_what_is_asked_and_are_kept(
    app: Flask, client: AuditingClient
) -> None:
    """Only those that a rule or a text reads reach the browser."""
    given = questionnaire("customer_branch").model_dump(mode="json", by_alias=True)
    given["pages"][0]["show"] = {"==": [{"customer": "own_card"}, "gold"]}
    keeping.add(Entry("card", "choice", "会员卡", "Card", "gold = 金卡\nplain = 普卡"))
    extra = {"card": "gold", "note": "not read"}
    world = build(Document.model_validate(given), extra=extra, product_line="")
    state = state_in(client.get(world.url))
    assert state["facts"]["customer"]["own_card"] == "gold"
    assert "own_note" not in state["facts"]["customer"]
    post(app, f"{world.url}/save", batch({"installed": "yes"}))
    assert the_response().facts["customer"]["own_card"] == "gold"


def test_an_erased_customer_leaves_no_own_facts(app: Flask, client: AuditingClient) -> None:
    given = questionnaire("customer_branch").model_dump(mode="json", by_alias=True)
    given["pages"][0]["show"] = {"==": [{"customer": "own_card"}, "gold"]}
    keeping.add(Entry("card", "choice", "会员卡", "Card", "gold = 金卡\nplain = 普卡"))
    document = Document.model_validate(given)
    world = build(document, extra={"card": "gold"}, erased_at=clock.now())
    assert state_in(client.get(world.url))["facts"]["customer"] == {}
