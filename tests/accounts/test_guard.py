"""Every route is protected unless its view says otherwise; roles see what is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from surveyapp.accounts.guard import access
from tests.auditing import AuditingClient

SignIn = Callable[[str], AuditingClient]
PUBLIC_PREFIXES = ("/static/", "/sign-in", "/language/", "/health", "/s/", "/r/", "/q/", "/hooks/")


def address(rule: Rule) -> str:
    """The rule with something that fits in place of each variable."""

    def example(found: re.Match[str]) -> str:
        kind, options = found[1], found[2]
        return "1" if kind == "int" else options.split(",")[0] if kind == "any" else "x"

    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?\w+>", example, rule.rule)


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if access(rule.endpoint) != "public"]


def test_nobody_opens_a_staff_page_without_signing_in(app: Flask, client: AuditingClient) -> None:
    staff_pages = rules(app)
    assert len(staff_pages) > 20
    for rule in staff_pages:
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            answer = client.open(address(rule), method=method)
            assert answer.status_code == 302, f"{method} {rule.rule}"
            assert answer.location.startswith("/sign-in"), f"{method} {rule.rule}"


def test_what_is_public_is_meant_to_be(app: Flask) -> None:
    """A view marked public by mistake shows here: staff words never stand in public addresses."""
    public = {r.rule for r in app.url_map.iter_rules() if access(r.endpoint) == "public"}
    staff_words = (
        "/customers",
        "/questionnaires",
        "/studies",
        "/staff",
        "/audit",
        "/jobs",
        "/datasets",
    )
    assert not {rule for rule in public if rule.startswith(staff_words)}


def test_only_administrators_open_the_pages_of_administrators(sign_in: SignIn, app: Flask) -> None:
    for role in ("researcher", "analyst"):
        browser = sign_in(role)
        for page in ("/staff", "/staff/new", "/audit"):
            assert browser.get(page).status_code == 403
    administrator = sign_in("administrator")
    for page in ("/staff", "/staff/new", "/audit"):
        assert administrator.get(page).status_code == 200


def test_htmx_is_told_to_go_to_the_sign_in(client: AuditingClient) -> None:
    answer = client.get("/customers", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/customers?q=1", "/customers?q=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_sign_in_leads_back_but_never_off_the_site(
    app: Flask, client: AuditingClient, wanted: str, reached: str
) -> None:
    from tests.conftest import PASSWORD, add_user

    add_user("analyst")
    data = {"email": "analyst@example.com", "password": PASSWORD}
    answer = client.post("/sign-in", query_string={"next": wanted}, data=data)
    assert answer.location == reached
