"""All facts of a report, from the data, the sample and the questionnaire. For the worker.

Needs the report's language to be forced, because names are put into words here.
"""

from __future__ import annotations

import base64
import platform
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import select

from surveyapp import __version__, clock
from surveyapp.accounts import audit
from surveyapp.brands.known import known
from surveyapp.brands.models import BrandLogo
from surveyapp.brands.shades import LIGHT, shades
from surveyapp.customers.attributes import VALUE_LABELS
from surveyapp.database import db
from surveyapp.datasets.desk import newest_run
from surveyapp.datasets.exports.labels import said
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.designer.paper.making import paper
from surveyapp.distribution import dispositions, progress, specs
from surveyapp.distribution.models import SampleDesign, Study
from surveyapp.distribution.outcome_rates import outcomes, rates, summed
from surveyapp.distribution.views.blueprint import value_name
from surveyapp.findings import N_
from surveyapp.reports import publication, snapshots, telling
from surveyapp.reports.papers import seal
from surveyapp.reports.papers.drawing import Palette
from surveyapp.reports.papers.facts import SECTIONS, Brand, Facts, Provenance
from surveyapp.reports.papers.sources import ALL, DAYS, Source

Json = dict[str, Any]
UNSEALED = frozenset(("by", "token"))
"""What is of the request and not of the report."""


def facts(study: Study, source: Source, asked: Mapping[str, Any]) -> tuple[Facts, bytes]:
    """What the report says, and the bytes of its figures, which its words are made of."""
    minimum = publication.minimum_of(study.id)
    figures = snapshots.computed(source.data, source.excluded, minimum)
    changed = _changes(source, minimum)
    head = audit.head()
    content = seal.canonical(
        {"study": study.id, "asked": {k: v for k, v in asked.items() if k not in UNSEALED},
         "dataset": source.content.data.hash, "head": head, "figures": figures, "changes": changed}
    )  # fmt: skip
    made = clock.now().astimezone(ZoneInfo(study.timezone))
    period, previous = _spans(source, figures)
    gathered = Facts(
        study=study.title,
        period=period,
        previous=previous,
        made=f"{made:%Y-%m-%d %H:%M} ({study.timezone})",
        brand=brand(asked.get("brand") or study.brand_id, asked["language"]),
        figures=_named(figures),
        provenance=_provenance(study, source, head, content),
        changes=changed,
        standings=_standings(figures),
        design=_design(study, source),
        response=_response(study, source),
        exclusions=_exclusions(source),
        weights=_weights(source, asked["language"]),
        paper=_paper(source, asked["language"]),
        sections=tuple(asked.get("sections") or SECTIONS),
    )
    return gathered, content


def _changes(source: Source, minimum: int) -> Json:
    """Outcome → its change, of those that can be told."""
    from surveyapp.datasets.changing import between

    rows = between(source.both, source.sides, minimum) if source.span.before else []
    return {row["outcome"]: row for row in rows if row["difference"] is not None}


def _spans(source: Source, figures: Mapping[str, Any]) -> tuple[str, str]:
    """The span and the one before, in words."""
    span = source.span
    if span.kind == ALL:
        inside = (figures.get("sample") or {}).get("days") or ()
        return _days(tuple(inside)) or str(gettext("All answers")), ""
    told = _days if span.kind == DAYS else "".join
    return told(span.now), told(span.before)


def _days(span: tuple[str, ...]) -> str:
    return span[0] if span and span[0] == span[-1] else " – ".join(span)


def brand(brand_id: int | None, language: str) -> Brand:
    """Name, colour and logo of a brand, else of the default one, else nobody's."""
    look = known().look(brand_id)
    if look is None:
        return Brand()
    palette = Palette(accent=shades(look.colour, LIGHT).text)
    mark = db.session.get(BrandLogo, look.mark.hash) if look.mark else None
    if mark is None:
        return Brand(look.called(language), palette=palette)
    picture = base64.b64encode(mark.data).decode()
    address = f"data:image/{mark.kind};base64,{picture}"
    return Brand(look.called(language), address, mark.plate, palette)


def _named(figures: Json) -> Json:
    """The figures with the names of strata in words."""
    sample = figures.get("sample") or {}
    strata = [
        {**s, "name": value_name(s["name"].removeprefix(specs.BETWEEN))}
        for s in sample.get("strata", ())
    ]
    return {**figures, "sample": {**sample, "strata": strata}} if strata else figures


def _standings(figures: Mapping[str, Any]) -> list[Json]:
    """Standings with their names, places and bands in words."""
    return [_worded(standing) for standing in figures.get("standings", ())]


def _worded(standing: Json) -> Json:
    by = standing["by"]
    group = telling.RANKED[by]
    entries = [
        {**e, "shown": telling.group_name(by, e["name"]), "place": telling.place(e)}
        for e in standing["entries"]
    ]
    return {
        **standing,
        "group": str(gettext(group)),
        "of": telling.outcome_name(standing),
        "summary": telling.summary(standing),
        "bands_said": telling.bands(standing),
        "entries": entries,
    }


def _design(study: Study, source: Source) -> Json | None:
    wanted = select(SampleDesign).where(SampleDesign.study_id == study.id)
    if source.span.period_id is not None:
        wanted = wanted.where(SampleDesign.period_id == source.span.period_id)
    designs = db.session.scalars(wanted.order_by(SampleDesign.id.desc())).all()
    if not designs:
        return None
    newest = designs[0]
    attributes = [specs.ATTRIBUTES.get(name, name) for name in newest.strata_by]
    strata = ", ".join(str(gettext(name)) for name in attributes)
    selection = str(newest.options.get("selection", "simple"))
    facts = [
        (N_("Customers in the frame"), f"{newest.frame_size:,}"),
        (N_("Drawn"), f"{newest.n:,}"),
        (N_("Strata by"), strata or "–"),
        (N_("Allocation"), gettext(specs.METHOD_NAMES.get(newest.method, newest.method))),
        (N_("Selection"), gettext(specs.SELECTION_NAMES.get(selection, selection))),
        (N_("Seed"), str(newest.seed)),
        (N_("Frame (SHA-256)"), newest.frame_hash[:16] or "–"),
        (N_("Draw (SHA-256)"), newest.draw_hash[:16] or "–"),
    ]
    if len(designs) > 1:
        facts.append((N_("Draws in all; this is the newest"), str(len(designs))))
    return {"facts": facts}


def _weights(source: Source, language: str) -> Json:
    """The recipe, and the names of what it speaks of."""
    recipe, book = source.data.weighing.recipe, source.data.codebook
    names = {f"frame:{key}": str(gettext(name)) for key, name in specs.ATTRIBUTES.items()}
    for margin in recipe.margins:
        column = next((v for v in book.variables if f"data:{v.name}" == margin.of), None)
        if column is None or not column.is_answer:
            names |= {f"{margin.of}={value}": value_name(value) for value in VALUE_LABELS}
        if column is not None:
            names[margin.of] = column.text(language)
            names |= {f"{margin.of}={code}": said(text, language) for code, text in column.values}
    return {"recipe": recipe.as_json(), "names": names}


def _response(study: Study, source: Source) -> Json | None:
    counts = progress.disposition_counts(study.id, source.span.period_id)
    totals = {one: sum(found[one] for found in counts.values()) for one in dispositions.ALL}
    whole = summed(outcomes(found) for found in counts.values())
    if not whole.cases:
        return None
    found = rates(whole)
    names = ("e", "rr1", "rr2", "rr3", "coop1", "ref1", "con1")
    return {
        "cases": int(whole.cases),
        "dispositions": [(one.code, gettext(one.name), n) for one, n in totals.items() if n],
        **{name: _float(getattr(found, name)) for name in names},
        "whole": source.span.kind == DAYS,
    }


def _float(share: Fraction | None) -> float | None:
    return None if share is None else float(share)


def _exclusions(source: Source) -> list[Json]:
    counts = Counter(source.excluded.values())
    ordered = sorted(counts.items(), key=lambda pair: (pair[0].layer, -pair[1], pair[0].rule))
    return [{"layer": why.layer, "rule": why.rule, "n": n} for why, n in ordered]


def _paper(source: Source, language: str) -> Any:
    newest = source.data.newest
    speaks = language if language in newest.languages else newest.default_language
    return paper(newest, speaks, "")


def _provenance(study: Study, source: Source, head: str, content: bytes) -> Provenance:
    run = newest_run(study.id)
    digest = seal.digest(content)
    asked = select(QuestionnaireVersion.number, QuestionnaireVersion.content_hash).where(
        QuestionnaireVersion.questionnaire_id == study.version.questionnaire_id,
        QuestionnaireVersion.number.in_(source.content.data.versions),
    )
    rows = db.session.execute(asked.order_by(QuestionnaireVersion.number))
    of_data = gettext("%(n)s completed responses", n=f"{len(source.content.data):,}")
    return Provenance(
        dataset=source.content.data.hash,
        source=str(of_data),
        head=head,
        content=digest,
        words=seal.words_of(digest),
        software=(
            ("surveyapp", __version__),
            ("Python", platform.python_version()),
            *((name, version(name)) for name in ("numpy", "scipy", "pingouin")),
        ),
        versions=[(number, found) for number, found in rows],
        recipe=run.recipe_hash if run else "",
    )
