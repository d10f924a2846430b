"""Every staff page of a filled installation: accessible, fitting and silent, in both languages."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from surveyapp.database import db
from surveyapp.datasets.models import Flag, ScreeningRun
from surveyapp.jobs import running
from surveyapp.worker import import_kinds
from tests.browser.conftest import LONG
from tests.browser.installation import SHOWN, TINY, Installation, filled, sign_in, speak

pytestmark = pytest.mark.browser

SHOOT = bool(os.environ.get("SURVEYAPP_SCREENSHOTS"))
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT_OFF = """() => [...document.querySelectorAll('main table')]
  .filter((t) => t.checkVisibility() && t.getBoundingClientRect().right > innerWidth)
  .filter((t) => !t.closest('.table-wrap, .tall, [tabindex]'))
  .map((t) => t.textContent.trim().slice(0, 40))"""


@pytest.fixture(scope="module")
def installation(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One for the module; without a browser it is not built."""
    with filled(tmp_path_factory.mktemp("filled"), SHOWN if SHOOT else TINY) as made:
        yield made


@pytest.fixture
def desk(installation: Installation, visit: Callable[..., Page]) -> Page:
    """The administrator's browser."""
    page = visit(width=1280, height=860, locale="en")
    page.context.set_default_timeout(20_000)
    sign_in(page, installation.base)
    return page


ANALYSIS = ("", "/change", "/trend", "/scales", "/data", "/compare", "/tables", "/weights")


def addresses(made: Installation) -> list[str]:
    """Every page that staff can open by address, with data and without."""
    tabs = ["", "/sample", "/waves", "/messages", "/touchpoints", "/screening", "/review"]
    tabs += ["/endings", "/exports", "/response", "/periods", "/events", "/reasons", "/settings"]
    tabs += ["/reports", "/exports/kept", *(f"/analysis{p}" for p in ANALYSIS)]
    study = [f"/studies/{made.study}{tab}" for tab in tabs]
    deeper = ["/sample/redraw", "/touchpoints/sheet", f"/messages/{made.invitation}"]
    deeper += [
        "/touchpoints/labels",
        "/waves/steps/1",
        "/waves/steps/1/reasons",
        "/waves/steps/new/reminder",
    ]
    study += [f"/studies/{made.study}{tail}" for tail in deeper]
    study += [f"/studies/{made.study}/responses/{made.reviewed}"]
    empty = [f"/studies/{made.draft}{tab}" for tab in tabs[:-1]]
    questionnaire = [
        f"/questionnaires/1{tab}" for tab in ("", "/check", "/versions", "/versions/1")
    ]
    lists = ["/studies", "/studies/new", "/questionnaires", "/questionnaires/new"]
    people = ["/customers", "/customers?q=nobody", "/customers/1", "/customers/import"]
    people += [f"/customers/{tail}" for tail in ("events/import", "tiers", "duplicates")]
    lists += ["/populations", "/populations/new", "/panels", "/panels/new", "/calendar"]
    office = ["/staff", "/staff/new", "/staff/2", "/audit", "/audit/evidence"]
    office += ["/channels", "/contact-policy", "/api-tokens"]
    return [*study, *empty, *questionnaire, *lists, *people, *office]


def faults(page: Page, address: str, audit: Callable[[Page], None] | None) -> Iterator[str]:
    """What is wrong with the page at `address`; its accessibility where there is an audit."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        yield f"{address}: status {answer and answer.status}"
        return
    page.wait_for_load_state()
    if over := page.evaluate(WIDER):
        yield f"{address}: {over} px wider than the window"
    yield from (f"{address}: cut off: {words}" for words in page.evaluate(CUT_OFF))
    try:
        if audit:
            audit(page)
    except AssertionError as violation:
        yield f"{address}: {violation}"


@pytest.mark.parametrize(
    ("language", "width", "audited"),
    [
        ("zh-Hans", 360, {0}),
        ("en", 1280, {1}),
        pytest.param("zh-Hans", 360, {0, 1}, marks=LONG),
        pytest.param("en", 1280, {0, 1}, marks=LONG),
    ],
)
def test_every_page_is_accessible_and_fits(
    installation: Installation,
    desk: Page,
    axe: Callable[[Page], None],
    language: str,
    width: int,
    audited: set[int],
) -> None:
    """Each page is opened in both looks and audited in one; the long form audits it in both."""
    speak(desk, installation.base, language)
    desk.set_viewport_size({"width": width, "height": 800})
    wrong: list[str] = []
    for number, address in enumerate(addresses(installation)):
        audit = axe if number % 2 in audited else None
        wrong += faults(desk, installation.base + address, audit)
    assert not wrong, "\n".join(wrong)


def test_pages_before_the_sign_in_and_for_what_is_missing(
    installation: Installation, visit: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = visit(locale="zh-CN")
    for path in ("/sign-in", "/nothing-here", "/r/forged", "/q/forged", "/o/forged"):
        page.goto(installation.base + path)
        assert page.evaluate(WIDER) <= 0
        axe(page)
    sign_in(page, installation.base, "researcher")
    page.goto(f"{installation.base}/nothing-here")
    expect(page.locator("h1")).to_have_text("找不到页面")
    expect(page.locator(".brand")).to_be_visible()
    axe(page)


def test_an_import_from_the_file_to_its_result(
    installation: Installation, desk: Page, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    speak(desk, installation.base, "en")
    file = tmp_path / "customers.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        rows = [["客户编号", "手机号"], ["N1", "174 0099 0001"], ["N2", "12"]]
        csv.writer(out).writerows(rows)
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto(f"{installation.base}/customers/import")
    desk.set_input_files("#file", file)
    desk.get_by_role("button", name="Upload and check").click()
    expect(desk.locator("h1")).to_have_text("Check the columns")
    desk.wait_for_load_state()  # its words are there before its style sheet
    assert desk.evaluate(WIDER) <= 0
    axe(desk)
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.wait_for_url("**/jobs/*")
    axe(desk)
    import_kinds()
    running.run_waiting()
    desk.reload()
    for label in ("New customers", "Rejected rows"):
        expect(desk.locator(".figure", has_text=label).locator(".value")).to_have_text("1")
    assert desk.evaluate(WIDER) <= 0
    axe(desk)


def test_contradictions_are_named_in_the_words_of_the_questionnaire(
    installation: Installation, desk: Page
) -> None:
    run = db.session.scalars(select(ScreeningRun)).one()
    rule = "contradiction:fast_but_slow"
    known = select(Flag.response_id).where(Flag.rule == rule)
    flagged = db.session.scalar(known)
    if flagged is None:
        flagged = installation.reviewed
        db.session.add(Flag(run_id=run.id, response_id=flagged, layer=1, rule=rule))
        db.session.commit()
    speak(desk, installation.base, "en")
    desk.goto(f"{installation.base}/studies/{installation.study}/responses/{flagged}")
    expect(desk.locator("main")).to_contain_text("Contradiction: Agrees that everything was fast")


@pytest.mark.parametrize("path", ["", "/sample", "/screening"])
def test_pages_are_legible_in_the_dark(
    installation: Installation, visit: Callable[..., Page], axe: Callable[[Page], None], path: str
) -> None:
    page = visit(width=1280, height=860, scheme="dark")
    sign_in(page, installation.base, "analyst")
    page.goto(f"{installation.base}/studies/{installation.study}{path}")
    axe(page)


def take_pictures(installation: Installation, desk: Page) -> None:
    """Write the README's pictures of staff pages."""
    speak(desk, installation.base, "en")
    study = f"/studies/{installation.study}"
    pages = {"study": study, "sample": f"{study}/sample", "screening": f"{study}/screening"}
    for name, path in {**pages, "designer": "/questionnaires/1"}.items():
        desk.set_viewport_size({"width": 1280, "height": 1180 if name == "study" else 860})
        desk.goto(installation.base + path)
        if name == "designer":
            desk.locator("[id^=go-question-]").nth(3).click()
        desk.wait_for_timeout(600)
        desk.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


if SHOOT:

    def test_pictures_for_the_readme(installation: Installation, desk: Page) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        take_pictures(installation, desk)
        assert all(file.stat().st_size < 300_000 for file in PICTURES.glob("*.png"))
