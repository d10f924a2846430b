"""A whole installation with data: the demo's pipeline, small, and a browser of its staff."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

from surveyapp.accounts.samples import SAMPLE_PASSWORD, add_sample_users
from surveyapp.database import db
from surveyapp.datasets.models import Review
from surveyapp.demo.pipeline import Run, Scale
from surveyapp.demo.stage import Stage, stage
from surveyapp.distribution import studies
from surveyapp.distribution.models import Invitation, Study
from tests import ports
from tests.browser import conftest

TINY = Scale(customers=400, sample=200, people=40, threads=4, formats=("csv",))
SHOWN = Scale(customers=5842, sample=900, people=420, formats=("csv",))
"""Large enough for a picture in the README."""


@dataclass(frozen=True)
class Installation:
    """A filled installation that serves its pages at `base`."""

    stage: Stage
    study: int
    draft: int
    """A study that has nothing yet: every page's empty state."""
    reviewed: int
    """A response that waits at the review desk."""
    invitation: int

    @property
    def base(self) -> str:
        """Address of its web server."""
        return self.stage.base


@contextmanager
def filled(folder: Path, scale: Scale = TINY) -> Iterator[Installation]:
    """Run the whole line once in `folder` and keep its web server up."""
    with stage(folder, environment={}, port=ports.free(), phone_port=ports.free()) as scene:
        add_sample_users()
        Run(scene, scale, lambda *_how_far: None).perform(folder)
        study = db.session.scalars(select(Study)).one()
        title = "A study whose name is rather long, as the names of studies tend to become 三月"
        draft = studies.create(title, study.version, population=study.population)
        db.session.commit()
        reviewed = db.session.scalars(select(Review.response_id).limit(1)).one()
        invitation = db.session.scalars(select(Invitation.id).limit(1)).one()
        yield Installation(scene, study.id, draft.id, reviewed, invitation)


def sign_in(page: Page, base: str, role: str = "admin") -> None:
    """Sign in as one of the sample users."""
    conftest.sign_in(page, base, role, SAMPLE_PASSWORD)


def speak(page: Page, base: str, language: str) -> None:
    """Read the staff pages in `language`, as its button in the menu does."""
    page.goto(f"{base}/studies")
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f'.who button[lang="{language}"]').dispatch_event("click")
        page.locator(f'html[lang="{language}"]').wait_for()
