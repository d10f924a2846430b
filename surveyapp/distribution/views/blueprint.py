"""The blueprint of the study pages, and what its views and templates share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.customers.attributes import VALUE_LABELS
from surveyapp.customers.tiers.rule import LIFE_CYCLES, VALUE_TIERS
from surveyapp.database import db
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution import eligibility, message_lists, sequence, specs, study_states
from surveyapp.distribution.models import Study
from surveyapp.distribution.tabs import study_tabs
from surveyapp.findings import Finding, SurveyError
from surveyapp.languages import explain, tag

TIER_ORDER = {name: place for place, name in enumerate((*VALUE_TIERS, *LIFE_CYCLES), 1)}
distribution = Blueprint("distribution", __name__)
distribution.add_app_template_global(study_tabs)


@distribution.app_context_processor
def _names() -> dict[str, object]:
    """Names of codes; templates translate them."""
    return {
        "study_state_names": study_states.STATE_NAMES,
        "attribute_names": specs.ATTRIBUTES,
        "measure_names": specs.MEASURES,
        "method_names": specs.METHOD_NAMES,
        "selection_names": specs.SELECTION_NAMES,
        "reason_names": eligibility.REASONS,
        "message_state_names": message_lists.STATE_NAMES,
        "endpoint_exists": current_app.view_functions.__contains__,
    }


def study_or_404(study_id: int) -> Study:
    """The study with its version and questionnaire, in one query."""
    found = db.session.scalar(
        select(Study)
        .where(Study.id == study_id)
        .options(joinedload(Study.version).joinedload(QuestionnaireVersion.questionnaire))
    )
    if found is None:
        raise NotFound
    return found


def flash_findings(findings: Iterable[Finding]) -> None:
    """Say each finding at the top of the next page."""
    for finding in findings:
        flash(explain(finding), finding.severity)


def page_of(name: str, study: Study) -> str:
    """Address of one of the study's pages."""
    return url_for(f"distribution.{name}", study_id=study.id)


def do_and_say(name: str, study: Study, act: Callable[[], object], said: str) -> Response:
    """Let `act` happen and say so on the study's page `name`, or say why it was refused."""
    try:
        act()
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
    else:
        flash(said, "success")
    return redirect(page_of(name, study))


@distribution.app_template_filter()
def in_words(texts: Mapping[str, str] | None) -> str:
    """A text map in the reader's language, else in any that it has."""
    known = texts or {}
    return known.get(tag()) or next((text for text in known.values() if text), "–")


@distribution.app_template_filter()
def value_name(value: str) -> str:
    """A customer attribute's value as people call it, or several in one name of a stratum or class;
    data such as city names stay as they are.
    """
    parts = (value or "–").split(specs.BETWEEN)
    return specs.BETWEEN.join(
        str(gettext(VALUE_LABELS[part])) if part in VALUE_LABELS else part for part in parts
    )


@distribution.app_template_filter()
def as_people_order(strata: Iterable[Any]) -> list[Any]:
    """Rows of a plan or of a design with tiers from high to low; all else as it was."""

    def place(row: Any) -> tuple[tuple[int, str], ...]:
        key = row.stratum.key
        values = key.values() if isinstance(key, Mapping) else key
        return tuple((TIER_ORDER.get(value, 0), value) for value in values)

    return sorted(strata, key=place)


@distribution.app_template_filter()
def attribute_label(name: str) -> str:
    """The name of an attribute that strata are made of."""
    return str(gettext(specs.ATTRIBUTES[name]))


@distribution.app_template_filter()
def local_time(moment: datetime | None, study: Study) -> str:
    """A moment on the study's wall clock, to the minute; a dash for none."""
    return f"{moment.astimezone(ZoneInfo(study.timezone)):%Y-%m-%d %H:%M}" if moment else "–"


@distribution.app_template_filter()
def step_name(step: Any) -> str:
    """What a step of a sequence is called: its own name, else by its kind and number."""
    return step.name or str(gettext(sequence.KINDS[step.kind])).format(n=step.number)


@distribution.app_template_filter()
def in_time(hours: int) -> str:
    """A wait in words: days, hours, or both."""
    days, rest = divmod(hours, 24)
    words = [str(ngettext("%(num)s day", "%(num)s days", days))] if days else []
    words += [str(ngettext("%(num)s hour", "%(num)s hours", rest))] if rest or not days else []
    return " ".join(words)


@distribution.app_template_filter()
def clock_time(minute: int) -> str:
    """A minute of the day as 09:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
