"""The steps of the main job, each through the product's own functions."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers import generator, importing, mapping
from surveyapp.customers.models import Customer
from surveyapp.customers.rejects import Rejects
from surveyapp.database import db
from surveyapp.datasets.exports import offering
from surveyapp.designer import editor, publishing
from surveyapp.designer.library import template
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution import designs, invitations, studies, touchpoints
from surveyapp.distribution.models import SampleDesign, Study, Wave
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.jobs.registry import Progress
from surveyapp.tabular.table import open_rows

Tell = Progress

TITLE = "售后服务满意度月度调研 After-sales satisfaction"
INVITATION = {
    "zh-Hans": "{name}您好，感谢您光临{store}。请用约3分钟评价我们的售后服务：{link} 退订回T",
    "en": "Hello {name}, how was our service at {store}? 3 minutes: {link} STOP to opt out",
}
REMINDER = {
    "zh-Hans": "{name}您好，您的意见对我们很重要，问卷仍可填写：{link} 退订回T",
    "en": "Hello {name}, your opinion counts and there is still time: {link} STOP to opt out",
}
THANKS = {
    "zh-Hans": "{name}您好，感谢您的评价，我们会据此改进服务。退订回T",
    "en": "Thank you {name}, your answers help us improve. STOP to opt out",
}
SEED = 20260701


def write_customers(path: Path, n: int, today: date) -> None:
    """Write `n` invented customers as the CSV file that a retailer would hand over."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(generator.HEADER)
        writer.writerows(generator.generate(n, seed=SEED, today=today))


def import_customers(path: Path, tell: Tell, total: int) -> dict[str, Any]:
    """Import the file as the web page's job does; what came of it."""
    with open_rows(path) as table:
        columns = mapping.guess(table.header)
        waste = path.with_suffix(".rejected.csv")
        with Rejects(waste, table.header, lambda f: f.message, sealed=False) as rejects:
            outcome = importing.import_rows(table, columns, rejects, tell, total=total)
    db.session.commit()
    return outcome.as_json()


def publish_questionnaire() -> QuestionnaireVersion:
    """The after-sales questionnaire of the library, proved and published."""
    by = audit.actor()
    questionnaire = editor.create(template("aftersales"), by)
    version = publishing.publish(questionnaire, questionnaire.revision, by, accept_warnings=True)
    db.session.commit()
    return version


def today() -> date:
    """The day of the run, for the customers' purchases."""
    return clock.now().date()


def plan_study(version: QuestionnaireVersion) -> Study:
    """A study of everyone who bought within three months, agreed, and was left in peace."""
    study = studies.create(TITLE, version, population=Population().as_json())
    db.session.add_all(
        [
            Wave(study_id=study.id, kind="invitation", number=1, texts=INVITATION),
            Wave(study_id=study.id, kind="reminder", number=1, after_days=3, texts=REMINDER),
            Wave(study_id=study.id, kind="thank_you", number=1, texts=THANKS),
        ]
    )
    store = db.session.scalar(select(Customer.store).order_by(Customer.id).limit(1))
    touchpoints.add(study, [store or "1"], list(touchpoints.KINDS))
    db.session.commit()
    return study


def draw_sample(study: Study, n: int) -> SampleDesign:
    """Draw `n` by city and tier, Neyman by spend, and give everyone drawn an invitation."""
    spec = Spec(n=n, seed=SEED, strata_by=("city", "tier"), method="proportional", minimum=2)
    design = designs.draw(study, spec)
    invitations.issue(design)
    studies.move(study, "start")
    for wave in db.session.query(Wave).filter_by(study_id=study.id):
        wave.state, wave.starts_at = "running", clock.now()
    db.session.commit()
    return design


def export(study: Study, kind: str) -> list[str]:
    """Export the cleaned data in one format; the paths of the files, codebook and log included."""
    return [str(offering.folder() / file.name) for file in offering.export(study.id, kind)]
