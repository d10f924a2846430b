"""A start that takes a while: its progress, its cancelling, in both languages and widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.database import db
from surveyapp.distribution import designs, inviting, starting
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from tests.distribution.builders import add_customers, add_study
from tests.distribution.test_starting import ready_to_start

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(360, "zh-Hans", "dark"), (1280, "en", "light")]
)
def test_a_long_start_is_seen_left_and_cancelled(
    app: Flask,
    desk: Callable[..., Page],
    site: str,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    language: str,
    scheme: str,
) -> None:
    monkeypatch.setattr(starting, "AT_ONCE", 10)
    study = ready_to_start()
    page = desk(width=width, scheme=scheme)
    db.session.execute(update(User).values(language=language))
    job = starting.start(study)
    assert job is not None
    running_since = {"state": "running", "started_at": clock.now(), "attempt": 1}
    far = {"step": starting.STEPS[starting.START], "done": 300_000, "total": 1_000_000}
    db.session.execute(update(Job).values(**running_since, **far))
    db.session.commit()
    page.goto(f"{site}/studies/{study.id}/waves")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "300000")
    axe(page)
    shot(page, f"starting-{width}-{language}", full_page=False)
    db.session.execute(update(Job).values(state="queued"))
    db.session.commit()
    page.get_by_role(
        "button", name="取消启动" if language == "zh-Hans" else "Cancel the start"
    ).click()
    expect(page.locator("form.start-form")).to_be_visible()
    assert running.run_waiting() == 2
    page.reload()
    expect(bar).to_have_count(0)
    axe(page)


@pytest.mark.parametrize(
    ("width", "language", "scheme"),
    [(360, "zh-Hans", "light"), (1280, "en", "dark")],
)
def test_links_that_failed_are_said_and_gone_on_with(
    app: Flask,
    desk: Callable[..., Page],
    site: str,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    width: int,
    language: str,
    scheme: str,
) -> None:
    add_customers(40)
    study = add_study(population=Population().as_json())
    design = designs.draw(study, Spec(n=30, seed=7, strata_by=("city",)))
    job = running.enqueue(inviting.KIND, study_id=study.id, design_id=design.id)
    job.state, job.step, job.error = "failed", inviting.STEP, "OSError: disk full"
    page = desk(width=width, scheme=scheme)
    db.session.execute(update(User).values(language=language))
    db.session.commit()
    page.goto(f"{site}/studies/{study.id}/sample")
    expect(page.get_by_text("OSError: disk full")).to_be_visible()
    axe(page)
    shot(page, f"links-failed-{width}-{language}", full_page=False)
    page.get_by_role("button", name="继续" if language == "zh-Hans" else "Go on").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert running.run_waiting() == 1
    page.reload()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert inviting.under_way(study) == []
