"""The main job from an empty database to the exported files, on a running stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.datasets.models import ScreeningRun
from surveyapp.datasets.screening.running import run_screening
from surveyapp.demo import judging, steps
from surveyapp.demo.fieldwork import Fieldwork
from surveyapp.demo.stage import Stage
from surveyapp.demo.steps import Tell
from surveyapp.designer.document import Document
from surveyapp.distribution import invitations, links, progress
from surveyapp.distribution.models import Study
from surveyapp.reports import snapshots


@dataclass(frozen=True)
class Scale:
    """How large a run is. people: who answer at the most."""

    customers: int
    sample: int
    people: int
    threads: int = 6
    formats: tuple[str, ...] = ("csv", "xlsx", "sav")


FULL = Scale(customers=5842, sample=2100, people=1900)
SMALL = Scale(customers=5842, sample=600, people=400, formats=("xlsx",))


@dataclass
class Run:
    """A run and what it has found so far."""

    stage: Stage
    scale: Scale
    tell: Tell
    seconds: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step and say that it began."""
        self.tell(name, 0, 0)
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 2)

    def perform(self, folder: Path) -> dict[str, Any]:
        """Do everything; the summary as JSON."""
        study, work = self._prepare(folder)
        self._field(work)
        run = self._analyse(study, work)
        files = self._export(study)
        return self._summary(study, run, files)

    def _prepare(self, folder: Path) -> tuple[Study, Fieldwork]:
        path = folder / "customers.csv"
        with self.step("Importing customers"):
            steps.write_customers(path, self.scale.customers, steps.today())
            self.facts["import"] = steps.import_customers(path, self.tell, self.scale.customers)
        with self.step("Publishing the questionnaire"):
            version = steps.publish_questionnaire()
        with self.step("Drawing the sample"):
            study = steps.plan_study(version)
            document = Document.model_validate(version.document)
            most, threads = self.scale.people, self.scale.threads
            work = Fieldwork(self.stage, study, document, threads, most, self.tell)
            self.stage.calendar.jump_to(work.at(-9, 10))
            steps.draw_sample(study, self.scale.sample)
        return study, work

    def _field(self, work: Fieldwork) -> None:
        with self.step("Sending invitations"):
            work.send(work.at(-9, 10))
            work.invite_people()
            work.opt_out()
        with self.step("Customers answer"):
            work.answer(late=False)
        with self.step("Sending reminders"):
            work.send(work.at(-5, 10))
        with self.step("More customers answer"):
            work.answer(late=True)
        with self.step("Sending thank-yous"):
            work.send(work.at(-2, 10))

    def _analyse(self, study: Study, work: Fieldwork) -> ScreeningRun:
        with self.step("Screening"):
            run = run_screening(study.id)
            self.facts["screening"] = judging.judge(run, work.kinds())
        with self.step("Computing reliability and scores"):
            self.facts["figures"] = snapshots.refresh(study.id).figures
        return run

    def _export(self, study: Study) -> list[str]:
        with self.step("Exporting"):
            return [file for kind in self.scale.formats for file in steps.export(study, kind)]

    def _summary(self, study: Study, run: ScreeningRun, files: list[str]) -> dict[str, Any]:
        figures = self.facts["figures"]
        rows = progress.funnel(study.id)
        return {
            "customers": _count(select(func.count()).select_from(Customer)),
            "cities": _count(select(func.count(Customer.city.distinct()))),
            "strata": len(rows),
            **progress.totals(rows),
            "import": self.facts["import"],
            "screening": self.facts["screening"],
            "recipe": run.recipe_hash,
            "alpha": figures["overall"]["alpha"],
            "kmo": figures["overall"]["kmo"],
            "bartlett": figures["overall"]["bartlett"],
            "scales": {
                s["dimension"]: {"alpha": s["alpha"], "kmo": s["kmo"], "n": s["n"]}
                for s in figures["scales"]
            },
            "nps": figures["nps"]["mean"],
            "weighted_total": figures["weighted_total"]["mean"],
            "dimensions": {d["id"]: d["mean"] for d in figures["dimensions"]},
            "seconds": {**self.seconds, "total": round(sum(self.seconds.values()), 2)},
            "files": files,
            "survey_link": unanswered_link(study),
        }


def _count(query: Any) -> int:
    return int(db.session.execute(query).scalar_one())


def unanswered_link(study: Study) -> str | None:
    """A personal link of the study that nobody has opened."""
    found = invitations.unopened(study.id)
    return links.url_of(found) if found else None
