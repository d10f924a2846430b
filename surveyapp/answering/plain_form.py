"""Answering without a script: each press of a button saves the page, then goes where it says."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask_babel import force_locale

from surveyapp.answering.asking import ask, language_of
from surveyapp.answering.batches import read_form
from surveyapp.answering.saving import mark_opened, save
from surveyapp.answering.shelf import shelf
from surveyapp.answering.submitting import errors, page_of, submit, variable_of
from surveyapp.answering.visits import Visit
from surveyapp.designer.answers import check_page
from surveyapp.designer.document import Document
from surveyapp.designer.path import Path, VisiblePage, path
from surveyapp.findings import Finding
from surveyapp.languages import closest, explain, locale_of


def press(visit: Visit, device: str) -> Response:
    """Handle the posted form of one page."""
    document = shelf().document(visit.version_id)
    form = request.form.to_dict(flat=False)
    way = path(document, visit.answers, visit.facts)
    asked = way.page(request.form.get("_page", "")) or _current(way, visit)
    batch = read_form(asked, form, visit.answers, visit.sequences)
    chosen = closest(request.form.get("_lang"), document.languages)
    language = chosen if chosen else language_of(document, visit.language)
    if chosen and not batch.changes and visit.response_id is None:
        mark_opened(visit)
        return _to(visit, page=asked.page.id, lang=language)
    batch = replace(batch, language=language)
    changed = {**visit.answers, **{v: value for v, (value, _) in batch.changes.items()}}
    after = replace(visit, answers={v: a for v, a in changed.items() if a is not None})
    go = "stay" if chosen else request.form.get("_go", "next")
    if go == "submit":
        return _submit(visit, after, document, batch, language, device, asked)
    if not save(visit, batch, language, device):
        return _to(visit)
    return _turn(after, document, asked, go, language)


def _current(way: Path, visit: Visit) -> VisiblePage:
    found = way.page(way.resume(visit.answers) or way.page_ids[-1])
    if found is None:
        raise LookupError("a path without pages")
    return found


def _turn(visit: Visit, document: Document, asked: VisiblePage, go: str, language: str) -> Response:
    """After a save: the page with its mistakes, or the next, or the one before."""
    way = path(document, visit.answers, visit.facts)
    if asked.page.id not in way.page_ids:
        return _to(visit)
    here = way.page_ids.index(asked.page.id)
    if go in ("back", "stay"):
        return _to(visit, page=way.page_ids[max(0, here - (go == "back"))])
    shown = {question.id for question in asked.questions}
    if any(question.id not in shown for question in way.pages[here].questions):
        return _to(visit, page=asked.page.id)
    if findings := errors(check_page(way, asked.page.id, visit.answers, language)):
        return ask(visit, sentences(findings, language), asked.page.id)
    return _to(visit, page=way.page_ids[min(here + 1, len(way.pages) - 1)])


def _submit(
    visit: Visit,
    after: Visit,
    document: Document,
    batch: object,
    language: str,
    device: str,
    asked: VisiblePage,
) -> Response:
    way = path(document, after.answers, after.facts)
    if asked.page.id in way.page_ids[:-1]:
        save(visit, batch, language, device)  # type: ignore[arg-type]
        return _turn(after, document, asked, "next", language)
    outcome = submit(visit, document, batch, language, device)  # type: ignore[arg-type]
    if outcome.completed:
        return _to(visit)
    here = [f for f in outcome.findings if page_of(way, f) == outcome.page]
    return ask(after, sentences(here, language), outcome.page)


def sentences(findings: list[Finding], language: str) -> dict[str, str]:
    """The first sentence about each variable, in `language`."""
    with force_locale(locale_of(language)):
        found: dict[str, str] = {}
        for finding in findings:
            found.setdefault(variable_of(finding), explain(finding))
        return found


def _to(visit: Visit, **query: str) -> Response:
    """Redirect to the visit's own page, so that reloading repeats nothing."""
    address = f"{visit.base}?{urlencode(query)}" if query else visit.base
    return redirect(address, 303)  # type: ignore[return-value]
