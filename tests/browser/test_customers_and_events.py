"""Events, tiers, tokens and populations as people see them; one population from word to list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp import clock
from surveyapp.api import tokens
from surveyapp.customers.duplicates import finding
from surveyapp.customers.events.models import Event
from surveyapp.customers.own import keeping
from surveyapp.customers.own.entering import Entry
from surveyapp.customers.tiers import computing
from surveyapp.customers.tiers.rule import Limits
from surveyapp.database import db
from surveyapp.distribution.populations import rules
from surveyapp.distribution.populations.models import SavedPopulation
from tests.browser.conftest import LOOKS
from tests.distribution.builders import add_customers

pytestmark = pytest.mark.browser

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = (
    "/customers",
    "/customers/1",
    "/customers/tiers",
    "/customers/attributes",
    "/customers/attributes/1",
    "/customers/duplicates",
    "/customers/events/import",
    "/populations",
    "/populations/new",
    "/populations/1",
    "/api-tokens",
)


@pytest.fixture
def filled(app: Flask) -> None:
    """Customers who bought and had service cases; tiers computed, a population and a token."""
    people = add_customers(40)
    db.session.commit()
    for place, person in enumerate(people):
        for turn in range(1 + place % 3):
            kind = "service_case" if turn == 2 else "purchase"
            at = clock.now() - timedelta(days=5 + place * 3 + turn * 40)
            db.session.add(
                Event(
                    event_id=f"E{place}-{turn}",
                    kind=kind,
                    happened_at=at,
                    customer_number=person.number,
                    customer_id=person.id,
                    amount=Decimal(100 * (place + 1)),
                )
            )
    card = "gold = 金卡 | Gold card\nplain = 普卡 | Plain card"
    keeping.add(Entry("card", "choice", "会员卡", "Membership card of the app", card))
    keeping.retire(keeping.add(Entry("warranty_years", "number", "保修年限", "Warranty years")))
    people[0].extra = {"card": "gold", "warranty_years": 2.5}
    served = "customer.service_cases_in_365_days >= 1 and customer.open_service_cases == 0"
    db.session.add(SavedPopulation(name="售后服务过的客户 Served lately", rule=rules.read(served)))
    tokens.create("上海收银系统 Tills in Shanghai")
    db.session.commit()
    people[1].phone_hash, people[1].name = people[0].phone_hash, people[0].name
    db.session.commit()
    finding.find(lambda *_: None)
    computing.compute(Limits(), lambda *_: None)
    db.session.commit()


def speak(page: Page, site: str, language: str) -> None:
    page.goto(f"{site}/customers")
    page.evaluate(
        """language => { const f = document.createElement('form'); f.method = 'post';
        f.action = `/language/${language}`; document.body.append(f); f.submit(); }""",
        language,
    )
    page.wait_for_url("**/studies**")


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_pages_fit_and_are_accessible(
    filled: None,
    desk: Callable[..., Page],
    site: str,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    width: int,
    language: str,
) -> None:
    scheme = "dark" if width == 360 else "light"
    page = desk("administrator", width=width, scheme=scheme)
    speak(page, site, language)
    for address in PAGES:
        page.goto(site + address)
        expect(page.locator("h1")).to_have_count(1)
        assert page.evaluate(WIDER) == 0, address
        axe(page)
        name = address.strip("/").replace("/", "-")
        shot(page, f"customers-{name}-{width}-{language}-{scheme}")


def test_a_population_counts_while_it_is_typed(
    filled: None, desk: Callable[..., Page], site: str
) -> None:
    page = desk()
    page.goto(f"{site}/populations/new")
    page.fill('[name="name"]', "Buyers")
    page.locator('[name="rule"]').press_sequentially("customer.purchases_in_30_days >")
    expect(page.locator("#checked")).to_contain_text("stops too early")
    page.locator('[name="rule"]').press_sequentially("= 1")
    expect(page.locator("#checked")).to_contain_text("is 1 or more")
    expect(page.locator("#checked")).to_contain_text("of 40 on file")
    page.click('button:has-text("Save")')
    expect(page.locator("tbody")).to_contain_text("Buyers")
