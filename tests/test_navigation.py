"""The frame of the pages: navigation by role, the start page, trouble in words, health."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, abort
from lxml import html
from sqlalchemy.exc import OperationalError

from surveyapp.accounts.guard import public
from surveyapp.database import db
from surveyapp.findings import Finding, SurveyError, Term
from surveyapp.navigation import EXPLANATIONS
from tests.auditing import AuditingClient

SignIn = Callable[[str], AuditingClient]


def places(page: str) -> list[str]:
    """The addresses of the main navigation."""
    found = html.document_fromstring(page).xpath("//nav[not(contains(@class, 'tabs'))]//a/@href")
    return [str(address) for address in found]


def test_the_start_page_is_the_list_of_studies(sign_in: SignIn, client: AuditingClient) -> None:
    assert sign_in("analyst").get("/").location == "/studies"
    assert client.get("/").location.startswith("/sign-in")


def test_the_navigation_offers_what_the_role_may_open_and_marks_where_one_is(
    sign_in: SignIn,
) -> None:
    for role, staff_pages in (("analyst", False), ("administrator", True)):
        browser = sign_in(role)
        page = browser.get("/studies").text
        offered = places(page)
        assert ("/staff" in offered) == ("/audit" in offered) == staff_pages
        for address in offered:
            if address.startswith("/"):
                assert browser.get(address, follow_redirects=True).status_code == 200
        marked = html.document_fromstring(page).xpath("//a[@aria-current='page']/@href")
        assert marked == ["/studies"]


def test_health_answers_when_the_database_does(
    app: Flask, client: AuditingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/health").json == {"status": "ok"}

    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(db.session, "execute", gone)
    assert client.get("/health").status_code == 500


def with_trouble(app: Flask) -> None:
    """Routes that end in trouble, open to all."""
    app.add_url_rule("/trouble/<int:code>", "trouble", public(lambda code: abort(code)))

    def refuse() -> str:
        raise SurveyError(
            Finding("a.one", "here", "Give a number."),
            Finding("a.two", "there", "Every row needs {what}.", {"what": Term("Name")}),
        )

    app.add_url_rule("/trouble/refusal", "refusal", public(refuse))

    def crash() -> str:
        raise RuntimeError("secret detail")

    app.add_url_rule("/trouble/crash", "crash", public(crash))


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500, 418])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_trouble_is_said_in_words_of_both_languages(
    app: Flask, client: AuditingClient, code: int, language: str
) -> None:
    with_trouble(app)
    answer = client.get(f"/trouble/{code}", headers={"Accept-Language": language})
    assert answer.status_code == code
    english = EXPLANATIONS.get(code, EXPLANATIONS[400])
    assert (english in answer.text) == (language == "en")
    assert ("这一步没有成功" in answer.text or "没有" in answer.text) == (language != "en")
    assert html.document_fromstring(answer.text).get("lang") == (
        "en" if language == "en" else "zh-Hans"
    )
    assert 'href="/"' in answer.text


def test_a_refusal_that_no_view_caught_is_still_said_in_words(
    app: Flask, client: AuditingClient
) -> None:
    with_trouble(app)
    english = client.get("/trouble/refusal", headers={"Accept-Language": "en"})
    assert english.status_code == 422
    assert "Give a number. Every row needs Name." in english.text
    chinese = client.get("/trouble/refusal", headers={"Accept-Language": "zh-CN"}).text
    assert "Give a number." not in chinese
    assert "请填写数字" in chinese


def test_a_crash_shows_no_detail(app: Flask, client: AuditingClient) -> None:
    with_trouble(app)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/trouble/crash", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert EXPLANATIONS[500] in answer.text
    assert "secret detail" not in answer.text


def test_machines_get_their_plain_errors(client: AuditingClient) -> None:
    for address in ("/hooks/nothing", "/static/nothing.css"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "<nav" not in answer.text


def test_unknown_addresses_are_not_found_for_strangers_too(client: AuditingClient) -> None:
    answer = client.get("/nothing/here", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert EXPLANATIONS[404] in answer.text
    assert client.post("/health").status_code == 405


def test_each_page_has_a_nonce_of_its_own(client: AuditingClient) -> None:
    policies = {client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_data_may_load_nothing_at_all(client: AuditingClient) -> None:
    answer = client.get("/health")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
