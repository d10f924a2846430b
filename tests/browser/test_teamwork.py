"""Two people at one questionnaire, a preview without an account, and versions side by side."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.designer import comments, editor, preview_links, publishing
from surveyapp.designer.library import template
from surveyapp.designer.models import Questionnaire
from surveyapp.distribution import version_moves
from surveyapp.distribution.models import Study
from tests.browser.conftest import LOOKS, sign_in
from tests.conftest import add_user

pytestmark = pytest.mark.browser
OLD = "How did you mainly contact us this time?"


@pytest.fixture
def enter(app: Flask, site: str, visit: Callable[..., Page]) -> Callable[..., Page]:
    """`enter(role)`: a signed-in browser of a new member of staff."""

    def start(role: str, language: str = "en", **options: object) -> Page:
        user = add_user(role)
        user.language = language
        db.session.commit()
        page = visit(height=800, locale={"en": "en", "zh-Hans": "zh-CN"}[language], **options)
        sign_in(page, site, role)
        return page

    return start


@pytest.fixture
def made(app: Flask) -> int:
    """The number of a stored after-sales questionnaire."""
    found = editor.create(template("aftersales"), "li.wei@example.com")
    db.session.commit()
    return found.id


def test_two_people_and_a_guest(
    enter: Callable[..., Page],
    visit: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
) -> None:
    mine = enter("researcher", width=1280)
    theirs = enter("analyst", width=1280)
    mine.goto(f"{site}/questionnaires/{made}?at=question:channel")
    theirs.goto(f"{site}/questionnaires/{made}?at=question:solved")

    # each sees the other, and where
    expect(theirs.locator("#presence")).to_contain_text("researcher")
    expect(theirs.locator("#presence")).to_contain_text(OLD)
    mine.reload()
    expect(mine.locator("#presence")).to_contain_text("analyst")

    # she comments on the part; he answers and settles it
    theirs.goto(f"{site}/questionnaires/{made}?at=question:channel")
    theirs.get_by_role("link", name="Comments").and_(theirs.locator(".panel-switch a")).click()
    theirs.get_by_label("Comment", exact=True).fill("Does <b>this time</b> mean the last visit?")
    theirs.get_by_role("button", name="Comment", exact=True).click()
    expect(theirs.locator(".thread .prose")).to_have_text(
        "Does <b>this time</b> mean the last visit?"
    )
    axe(theirs)
    mine.goto(f"{site}/questionnaires/{made}?at=question:channel")
    expect(mine.locator("#go-question-channel")).to_contain_text("Open comments: 1")
    mine.locator(".panel-switch").get_by_role("link", name="Comments (1)").click()
    mine.locator(".thread summary").click()
    mine.get_by_label("Your reply").fill("Yes, changed.")
    mine.locator(".thread").get_by_role("button", name="Reply").click()
    expect(mine.locator(".thread .reply")).to_contain_text("Yes, changed.")
    mine.get_by_role("button", name="Settle").click()
    expect(mine.locator(".thread")).to_contain_text("Settled by researcher@example.com")
    expect(mine.locator("#go-question-channel")).not_to_contain_text("Open comments")

    # who leaves is not shown any more
    theirs.goto(f"{site}/questionnaires")
    mine.reload()
    expect(mine.locator("#presence")).not_to_contain_text("analyst")

    # a guest without an account sees the questionnaire, on a phone, until it is revoked
    mine.goto(f"{site}/questionnaires/{made}/links")
    axe(mine)
    mine.get_by_label("For whom (note)").fill("Client")
    mine.get_by_role("button", name="Make a link").click()
    address = mine.get_by_label("Copy it now").input_value()
    guest = visit(has_touch=True, is_mobile=True, locale="en")
    opened = guest.goto(site + "/survey/preview/" + address.rpartition("/")[2])
    assert opened is not None
    assert opened.status == 200
    expect(guest.get_by_text("Preview: nothing is saved")).to_be_visible()
    expect(guest.get_by_text(OLD)).to_be_visible()
    guest.locator("main label").first.click()
    mine.get_by_role("button", name="Revoke").click()
    expect(mine.get_by_text("revoked")).to_be_visible()
    opened = guest.reload()
    assert opened is not None
    assert opened.status == 410


@pytest.fixture
def lived_in(app: Flask, made: int) -> dict[str, int]:
    """Version 1 with answers, a running study, and a draft with changes of every class."""
    found = db.session.get_one(Questionnaire, made)
    first = publishing.publish(found, 1, "li.wei@example.com", accept_warnings=True)
    study = Study(title="2026 春季售后回访", version_id=first.id, state="running")
    db.session.add(study)
    db.session.flush()
    for number in range(40):
        row = Response(study_id=study.id, version_id=first.id, language="zh-Hans", seed=number)
        row.token_hash = str(number)
        row.answers = {"channel": ("phone", "store", "chat")[number % 3], "outcome": 1 + number % 5}
        db.session.add(row)
    title = {
        "zh-Hans": "这次您主要通过哪种渠道联系我们？",
        "en": "Which way did you mainly reach us?",
    }
    asked = {"zh-Hans": "您等了多久？", "en": "How long did you wait?"}
    short = {"id": "short", "label": {"zh-Hans": "不到一天", "en": "Under a day"}}
    edits = [
        {"do": "set", "at": "question:channel", "values": {"title": title}},
        {"do": "delete", "at": "option:channel.store"},
        {"do": "set", "at": "question:outcome", "values": {"scale": {"points": 7}}},
        {"do": "set", "at": "question:comment",
         "values": {"show": {"==": [{"answer": "channel"}, "phone"]}}},
        {"do": "add", "what": "question", "into": "page:contact",
         "value": {"type": "single", "title": asked, "options": [short]}},
        {"do": "move", "at": "question:nps", "into": "page:overall_page", "index": 0},
    ]  # fmt: skip
    for edit in edits:
        editor.save(found, found.revision, edit, "wang.fang@example.com")
        db.session.commit()
        db.session.refresh(found)
    thread = comments.begin(
        found, "question:channel", "渠道里要不要加上微信小程序？", "wang.fang@example.com"
    )
    comments.reply(thread, "要，下一版加。", "li.wei@example.com")
    comments.begin(found, "question:outcome", "Seven points?", "li.wei@example.com")
    preview_links.create(found, None, 14, "客户 / client")
    db.session.commit()
    return {"questionnaire": made, "study": study.id}


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_pages_of_versions_and_teamwork(
    enter: Callable[..., Page],
    site: str,
    lived_in: dict[str, int],
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    language: str,
    width: int,
) -> None:
    page = enter("researcher", language, width=width)
    base = f"{site}/questionnaires/{lived_in['questionnaire']}"
    pages = {
        "difference": f"{base}/difference",
        "check": f"{base}/check?run=1",
        "comments": f"{base}/comments",
        "comments-panel": f"{base}?at=question:channel&panel=comments",
        "history": f"{base}/history",
        "links": f"{base}/links",
        "versions": f"{base}/versions",
    }
    for name, address in pages.items():
        page.goto(address)
        axe(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, (name, overflow)
        shot(page, f"{name}-{language}-{width}")
    page.goto(f"{base}/check?run=1")
    expect(page.locator(".translate select").first).to_be_hidden()
    page.locator('[value="recode:outcome"]').check()
    expect(page.locator('[name="map/outcome/outcome/2"]')).to_have_value("3")


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_study_page_tells_the_version(
    enter: Callable[..., Page],
    site: str,
    lived_in: dict[str, int],
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    language: str,
    width: int,
) -> None:
    found = db.session.get_one(Questionnaire, lived_in["questionnaire"])
    second = publishing.publish(found, found.revision, "li.wei@example.com", accept_warnings=True)
    study = db.session.get_one(Study, lived_in["study"])
    version_moves.plan(study, second, clock.now() + timedelta(days=2))
    db.session.commit()
    page = enter("researcher", language, width=width)
    page.goto(f"{site}/studies/{study.id}/settings")
    axe(page)
    shot(page, f"study-version-{language}-{width}")
    page.on("dialog", lambda dialog: dialog.accept())
    cancel = {"en": "Cancel the move", "zh-Hans": "取消切换"}[language]
    page.get_by_role("button", name=cancel).click()
    expect(page.locator("#version-head")).to_be_visible()
    expect(page.get_by_role("button", name=cancel)).to_have_count(0)
    page.goto(f"{site}/questionnaires/{found.id}/versions/2")
    axe(page)
    expect(page.get_by_text(re.compile("outcome")).first).to_be_visible()
