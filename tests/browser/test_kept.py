"""Snapshots and the archive in a browser: taken, listed, moved away after a question, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from surveyapp.accounts.models import User
from surveyapp.database import db
from surveyapp.jobs.running import run_waiting
from tests.browser.conftest import LOOKS
from tests.datasets.test_archive import closed_study

pytestmark = pytest.mark.browser
WORDS = {
    "en": ("Take a snapshot", "Move to the archive", "In the archive", "Restore"),
    "zh-Hans": ("生成快照", "移到归档", "已归档", "恢复"),
}


def work(page: Page) -> None:
    """What the worker does, then the page as it is afterwards."""
    db.session.remove()
    assert run_waiting() == 1
    page.reload()


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_data_are_frozen_archived_and_restored(
    desk: Callable[..., Page],
    site: str,
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    width: int,
    language: str,
) -> None:
    study = closed_study().id
    scheme: Any = "dark" if width == 360 else "light"
    page = desk("researcher", width=width, scheme=scheme)
    db.session.query(User).update({"language": language})
    db.session.commit()
    take, move, archived, restore = WORDS[language]
    page.goto(f"{site}/studies/{study}/exports")
    page.locator("a[href$='/kept']").click()
    page.on("dialog", lambda dialog: dialog.accept())
    shot(page, f"kept-empty-{width}-{language}")
    for press in (take, move):
        page.get_by_role("button", name=press).click()
        expect(page.locator("section[id^=job-]")).to_be_visible()
        work(page)
    expect(page.get_by_text(archived, exact=True)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    axe(page)
    shot(page, f"kept-{width}-{language}")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    page.get_by_role("button", name=restore).click()
    expect(page.locator("section[id^=job-]")).to_be_visible()
    work(page)
    expect(page.get_by_role("button", name=move)).to_be_visible()
    page.goto(f"{site}/studies/{study}/exports")
    axe(page)
    shot(page, f"exports-{width}-{language}")
