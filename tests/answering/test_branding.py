"""The customer's page in a brand: one more small request at most, and nothing for who has none."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp import clock
from surveyapp.answering.sheet import survey_assets
from surveyapp.brands import keeping, known
from surveyapp.brands.models import Brand
from surveyapp.database import db
from surveyapp.designer.library import template
from surveyapp.distribution import dry_runs, links, touchpoints
from surveyapp.distribution.models import Invitation, Study, Touchpoint
from tests.answering.world import World, batch, build, everything, post
from tests.auditing import AuditingClient
from tests.brands.pages import branded
from tests.brands.test_keeping import add

GZIP = {"Accept-Encoding": "gzip"}
MOST_BYTES = 30 * 1024
OWN = "http://s.example.com"
NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)


def text(client: FlaskClient, url: str, **options: Any) -> str:
    return client.get(url, **options).get_data(as_text=True)


def logo_of(page: str) -> str:
    found = re.search(r'<p class="mark"><img src="([^"]+)"', page)
    assert found, "no logo"
    return found[1]


def test_a_study_without_a_brand_pays_nothing(app: Flask, client: AuditingClient) -> None:
    world = build("all_types")
    with clock.frozen(NOON):
        before = client.get(world.url, headers=GZIP)
        add()
        after = client.get(world.url, headers=GZIP)
    assert after.data == before.data
    assert after.headers["Content-Security-Policy"] == survey_assets().policy
    assert b"mark" not in gzip.decompress(after.data).split(b"<body>")[1].split(b"<script")[0]


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_page_and_logo_are_two_requests_within_30_kilobytes_and_kept_for_good(
    app: Flask, client: AuditingClient, language: str
) -> None:
    world = build(template("aftersales"))
    branded(world.study)
    page = client.get(f"{world.url}?lang={language}", headers=GZIP)
    words = gzip.decompress(page.data).decode()
    sources = re.findall(r'<(?:link|script|img)[^>]+(?:src|href)="(?!data:)([^"]+)', words)
    assert sources == [logo_of(words)]
    logo = client.get(sources[0])
    assert logo.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert logo.mimetype in ("image/png", "image/webp")
    assert "Set-Cookie" not in logo.headers
    head = sum(len(n) + len(v) + 4 for one in (page, logo) for n, v in one.headers)
    assert len(page.data) + len(logo.data) + head <= MOST_BYTES


def test_the_colour_is_in_the_style_that_the_policy_allows(
    app: Flask, client: AuditingClient
) -> None:
    world = build("all_types")
    look = keeping.look_of(branded(world.study))
    answer = client.get(world.url)
    allowed = survey_assets((), look)
    assert look.style in answer.get_data(as_text=True)
    assert allowed.policy == answer.headers["Content-Security-Policy"]
    assert "unsafe" not in allowed.policy


def test_every_page_of_a_study_shows_its_brand(app: Flask, client: AuditingClient) -> None:
    world = build("all_types")
    brand = branded(world.study)
    src = keeping.look_of(brand).mark
    assert src is not None
    pages = [world.url, world.printed, f"/o/{world.tokens[0]}"]
    pages = [text(client, url) for url in pages]
    post(app, f"{world.url}/save", batch({"channel": "phone"}))
    post(app, f"{world.url}/submit", batch({}))
    pages.append(text(client, world.url))
    db.session.get_one(Touchpoint, 1).once = "receipt"
    db.session.commit()
    pages.append(text(client, world.printed))
    db.session.get_one(Study, world.study.id).opens_at = clock.now() + timedelta(days=1)
    db.session.commit()
    pages.append(text(client, world.printed))
    for page in pages:
        assert logo_of(page) == src.address
        assert 'alt="' in page
        assert keeping.look_of(brand).style in page


def test_the_default_brand_is_for_studies_that_chose_none_and_for_unknown_links(
    app: Flask, client: AuditingClient
) -> None:
    world = build("all_types")
    default = add(is_default=True, colour="#112233")
    style = keeping.look_of(default).style
    for url in (world.url, "/r/nobody", "/resume", "/o/nobody"):
        assert style in text(client, url), url
    chosen = branded(world.study)
    assert keeping.look_of(chosen).style in text(client, world.url)
    keeping.remove(chosen)
    db.session.commit()
    known.forget()
    assert style in text(client, world.url)


def test_a_link_that_opens_nothing_does_not_tell_whose_it_was(
    app: Flask, client: AuditingClient
) -> None:
    world = build("all_types")
    branded(world.study)
    db.session.get_one(Invitation, 1).expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert client.get(world.url).data == client.get("/r/nobody").data


def test_a_changed_brand_is_seen_though_pages_are_kept(app: Flask, client: AuditingClient) -> None:
    world = build("all_types")
    brand = branded(world.study)
    first = text(client, world.url)
    keeping.save(brand, keeping.Wanted({"en": "Blue <b>"}, "#123456"))
    db.session.commit()
    known.forget()
    second = text(client, world.url)
    assert "#123456" not in first
    assert "--accent:#123456" in second
    assert "<b>" not in second.split("<body>")[1].split("<main")[0]


def test_only_a_logo_that_is_there_is_shown(app: Flask, client: AuditingClient) -> None:
    brand = branded(build("all_types").study)
    mark = keeping.look_of(brand).mark
    assert mark is not None
    other = {"png": "webp", "webp": "png"}[mark.kind]
    for path in (f"{mark.hash}.{other}", f"{'0' * 32}.png", "x.png", f"{mark.hash}.svg"):
        assert client.get(f"/survey/logo/{path}").status_code == 404
    before = everything()
    assert client.get(mark.address).status_code == 200
    assert everything() == before


@pytest.fixture
def own(app: Flask) -> World:
    """A study whose brand has a host of its own."""
    world = build("all_types")
    branded(world.study, host="s.example.com")
    return world


def test_links_texts_and_codes_name_the_brands_host(app: Flask, own: World) -> None:
    invitation, touchpoint = db.session.get_one(Invitation, 1), db.session.get_one(Touchpoint, 1)
    assert links.url_of(invitation) == f"{OWN}{own.url}"
    assert links.opt_out_url_of(invitation) == f"{OWN}/o/{own.tokens[0]}"
    assert touchpoints.url_of(touchpoint) == f"{OWN}{own.printed}"
    assert f"{OWN}/r/" in dry_runs.example(own.study, "{name} {link}", "en")[0]


def test_the_customers_pages_work_on_the_brands_host(app: Flask, own: World) -> None:
    client = app.test_client()
    at: dict[str, Any] = {"base_url": OWN}
    page = client.get(own.url, **at)
    assert page.status_code == 200
    logo = logo_of(page.get_data(as_text=True))
    for path in (logo, f"{own.url}/sw.js", f"/o/{own.tokens[0]}", "/static/survey/survey.css"):
        with client.get(path, **at) as answer:
            assert answer.status_code == 200, path
    for origin in (OWN, "https://s.example.com", "http://127.0.0.1:8000"):
        sent = client.post(
            f"{own.url}/save", json=batch({"channel": "phone"}), headers={"Origin": origin}, **at
        )
        assert sent.status_code == 200
    behind = client.post(
        f"{own.url}/save", json=batch({"channel": "phone"}, 2), headers={"Origin": OWN}
    )
    assert behind.status_code == 200
    for origin in ("https://evil.example", "https://s.example.com.evil.example"):
        sent = client.post(
            f"{own.url}/save", json=batch({"channel": "chat"}, 3), headers={"Origin": origin}, **at
        )
        assert sent.status_code == 403


def test_staff_pages_are_not_found_on_the_brands_host(app: Flask, own: World) -> None:
    client = app.test_client()
    known_here = {"answering", "logo"}
    seen = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in known_here or "opt_out" in rule.endpoint:
            continue
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        if path.startswith("/static/"):
            path = "/static/app.css"
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for host in (OWN, "https://S.EXAMPLE.com:8443"):
                answer = client.open(path, method=method, base_url=host)
                assert answer.status_code == 404, f"{method} {path}"
                assert "Location" not in answer.headers
                seen += 1
    assert seen > 200
    assert client.get("/static/../static/app.css", base_url=OWN).status_code == 404
    assert client.get("/sign-in").status_code == 200
    keeping.remove(db.session.get_one(Brand, 1))
    db.session.commit()
    known.forget()
    assert client.get("/sign-in", base_url=OWN).status_code == 404


def test_a_press_leads_back_to_the_same_host(app: Flask, own: World) -> None:
    answer = app.test_client().post(own.url, data={"_go": "back"}, base_url=OWN)
    assert answer.status_code == 303
    assert answer.location.startswith("/r/")


def test_all_words_in_the_colour_take_the_shade_for_words(app: Flask) -> None:
    """A selector that is added to the page's style with `color: var(--accent)` stands in brand.css,
    too: areas may have less contrast than words.
    """
    folder = Path(str(app.static_folder)) / "survey"
    rules = re.compile(r"([^{}]+)\{([^{}]*)\}")
    style = "".join(file.read_text("utf-8") for file in folder.glob("*.css"))
    style = re.sub(r"/\*.*?\*/|:not\([^)]*\)", "", style, flags=re.S)
    coloured: dict[str, set[str]] = {"--accent": set(), "--words": set()}
    for selectors, declarations in rules.findall(style):
        for token in re.findall(r"(?<![-\w])color: var\((--\w+)\)", declarations):
            if token in coloured:
                coloured[token] |= {one.strip() for one in selectors.split(",")}
    elsewhere = {"progress", "button.quiet"}  # an area; and in brand.css by where it stands
    assert coloured["--accent"] - elsewhere
    assert coloured["--accent"] - elsewhere <= coloured["--words"]
