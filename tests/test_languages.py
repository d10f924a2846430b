"""Which language a request gets, and tags in the spellings that browsers and files use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, g, session
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from surveyapp import languages
from surveyapp.accounts.models import User
from surveyapp.database import db
from surveyapp.findings import Finding, Term
from tests.auditing import AuditingClient
from tests.conftest import add_user

SignIn = Callable[[str], AuditingClient]


@pytest.mark.parametrize(
    ("tag", "matched"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("ZH-hans", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh_Hans_CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("en_US", "en"),
        ("fr", None),
        ("eng", None),
        ("enx-GB", None),
        ("zhuang", None),
        ("", None),
        (None, None),
    ],
)
def test_tags(tag: str | None, matched: str | None) -> None:
    assert languages.match(tag) == matched


@settings(max_examples=80)
@given(st.text(max_size=12))
def test_any_tag_matches_a_supported_one_or_none(tag: str) -> None:
    found = languages.match(tag)
    assert found is None or found in languages.LOCALES
    assert found is None or languages.match(found) == found


@pytest.mark.parametrize(
    ("view", "person", "account", "browser", "chosen"),
    [
        ("en", "zh-Hans", "zh-Hans", "zh-CN", "en"),
        (None, "en", "zh-Hans", "zh-CN", "en"),
        (None, None, "en", "zh-CN", "en"),
        (None, None, None, "en-GB,en;q=0.9", "en"),
        (None, None, None, "fr,de;q=0.9,en;q=0.1", "en"),
        (None, None, None, "fr", "zh-Hans"),
        (None, None, None, "", "zh-Hans"),
        (None, "kl", None, "en", "en"),
    ],
)
def test_who_decides(
    app: Flask,
    view: str | None,
    person: str | None,
    account: str | None,
    browser: str,
    chosen: str,
) -> None:
    with app.test_request_context(headers={"Accept-Language": browser}):
        g.language = view
        session["language"] = person
        g.user = User(language=account) if account else None
        assert languages.preferred() == chosen
        assert languages.locale() == languages.LOCALES[chosen]


@pytest.mark.parametrize(("language", "said"), [("en", "Row 3: Name"), ("zh-Hans", "姓名")])
def test_findings_are_explained_in_the_readers_language(
    app: Flask, language: str, said: str
) -> None:
    finding = Finding("a.b", "row:3", "Row {row}: {what}", {"row": 3, "what": Term("Name")})
    with app.test_request_context():
        g.language = language
        assert said in languages.explain(finding)


def test_the_choice_is_kept_for_the_browser_and_for_the_account(
    app: Flask, sign_in: SignIn, client: AuditingClient
) -> None:
    def shown(browser: AuditingClient, page: str = "/sign-in") -> str:
        return str(html.document_fromstring(browser.get(page).text).get("lang"))

    assert shown(client) == "zh-Hans"
    assert client.post("/language/en", data={"next": "/sign-in?next=/studies"}).location == (
        "/sign-in?next=/studies"
    )
    assert shown(client) == "en"
    analyst = sign_in("analyst")
    analyst.post("/language/zh-Hans")
    assert shown(analyst, "/studies") == "zh-Hans"
    assert db.session.scalars(db.select(User.language)).one() == "zh-Hans"
    assert client.post("/language/fr").status_code == 404
    assert client.get("/language/en").status_code == 405
    assert client.post("/language/en", data={"next": "//evil.example"}).location == "/"


def test_a_browser_that_never_chose_follows_the_account(app: Flask, client: AuditingClient) -> None:
    from tests.conftest import PASSWORD

    user = add_user("analyst")
    user.language = "en"
    db.session.commit()
    client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    page = client.get("/studies", headers={"Accept-Language": "zh-CN"}).text
    assert html.document_fromstring(page).get("lang") == "en"


@pytest.mark.parametrize(
    ("tag", "name", "direction", "locale"),
    [
        ("zh-Hans", "简体中文", "ltr", "zh_Hans_CN"),
        ("zh-Hant-TW", "中文 (繁體, 台灣)", "ltr", "zh_Hans_CN"),
        ("en-GB", "English (United Kingdom)", "ltr", "en"),
        ("fr", "Français", "ltr", "en"),
        ("ar", "العربية", "rtl", "en"),
        ("ur-Latn", None, "ltr", "en"),
        ("az-Arab", None, "rtl", "en"),
        ("xx-yy-zz", "xx-yy-zz", "ltr", "en"),
    ],
)
def test_any_language_has_a_name_a_direction_and_phrases(
    tag: str, name: str | None, direction: str, locale: str
) -> None:
    assert languages.direction(tag) == direction
    assert languages.locale_of(tag) == locale
    if name:
        assert languages.name_of(tag) == name


@pytest.mark.parametrize(
    ("accepted", "offered", "expected"),
    [
        ("fr-CA", ["en", "fr"], "fr"),
        ("zh_TW", ["en", "zh-Hans", "zh-Hant"], "zh-Hans"),
        ("zh-hant", ["en", "zh-Hans", "zh-Hant"], "zh-Hant"),
        ("de", ["en", "fr"], None),
        ("", ["en"], None),
        (None, ["en"], None),
    ],
)
def test_who_asks_for_a_language_gets_the_closest_that_is_offered(
    accepted: str | None, offered: list[str], expected: str | None
) -> None:
    assert languages.closest(accepted, offered) == expected
