"""Answering without a script: each press of a button saves the page, then goes where it says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Response, redirect, request

from surveyapp.answering import marks, rush
from surveyapp.answering.asking import ask, language_of
from surveyapp.answering.attaching import read_photos
from surveyapp.answering.batches import Batch, read_form
from surveyapp.answering.knowing import way_of
from surveyapp.answering.origins import Origin
from surveyapp.answering.plain_fields import doubtful
from surveyapp.answering.saving import mark_opened, save
from surveyapp.answering.sentences import check_key, errors, page_of, sentences
from surveyapp.answering.shelf import shelf
from surveyapp.answering.submitting import submit
from surveyapp.answering.visits import Visit
from surveyapp.designer.answers import check_page
from surveyapp.designer.document import Document
from surveyapp.designer.path import Path, VisiblePage
from surveyapp.findings import Finding
from surveyapp.languages import closest


@dataclass(frozen=True)
class Pressed:
    """A button and the page it was pressed on.

    before, after: the visit without and with what the form says. doubts: what is wrong with the
    form itself. warned: the checks whose warnings it has shown.
    """

    before: Visit
    after: Visit
    document: Document
    language: str
    origin: Origin
    asked: VisiblePage
    batch: Batch
    doubts: tuple[Finding, ...] = ()
    warned: frozenset[str] = frozenset()

    @property
    def page(self) -> str:
        """Id of the page."""
        return self.asked.page.id


def press(visit: Visit, origin: Origin, go: str = "") -> Response:
    """Handle the posted form of one page; `go` instead of the button that was pressed."""
    document = shelf().document(visit.version_id)
    sent = read_photos(document)
    if not sent.readable:
        return ask(visit, sentences(sent.findings, language_of(document, visit.language)))
    chosen = closest(request.form.get("_lang"), document.languages)
    language = chosen or language_of(document, visit.language)
    way = way_of(visit, document, language)
    asked = way.page(request.form.get("_page", "")) or _current(way, visit)
    if asked is None:
        return ask(visit)
    form = request.form.to_dict(flat=False)
    batch = read_form(document, asked, form, visit.answers, visit.sequences, sent.pictures)
    if chosen and not batch.saved and visit.response_id is None:
        mark_opened(visit)
        return _to(visit, page=asked.page.id, lang=language)
    doubts = (*sent.findings, *(f for q in asked.questions for f in doubtful(q, form)))
    batch = replace(batch, language=language, marks=_marks(visit))
    pressed = Pressed(
        visit,
        _with(visit, batch),
        document,
        language,
        origin,
        asked,
        batch,
        doubts,
        frozenset(form.get("_warned", ())),
    )
    return _go(pressed, go or ("stay" if chosen else request.form.get("_go", "next")))


def _marks(visit: Visit) -> dict[str, object]:
    """A form cannot be asked to work, so what begins in a rush is marked at once."""
    admitted = rush.admit(visit, rush.CANNOT) if rush.begins(visit) else {}
    return {**marks.trapped(request.form), **(admitted if isinstance(admitted, dict) else {})}


def _current(way: Path, visit: Visit) -> VisiblePage | None:
    return way.page(way.resume(visit.answers) or way.page_ids[-1]) if way.pages else None


def _with(visit: Visit, batch: Batch) -> Visit:
    """The visit as it will stand once the batch is saved; a photo has no key yet."""
    changed = {**visit.answers, **{v: value for v, (value, _) in batch.changes.items()}}
    changed |= dict.fromkeys(batch.pictures, "photo")
    return replace(visit, answers={v: a for v, a in changed.items() if a is not None})


def _go(pressed: Pressed, go: str) -> Response:
    way = way_of(pressed.after, pressed.document, pressed.language)
    is_last = pressed.page not in way.page_ids[:-1]
    ends = go == "submit" or (go == "next" and way.ended is not None)
    if ends and is_last and not _objections(pressed, way):
        return _submit(pressed, way)
    if not save(pressed.before, pressed.batch, pressed.language, pressed.origin):
        return _to(pressed.before)
    return _turn(pressed, way, "next" if go == "submit" else go)


def _turn(pressed: Pressed, way: Path, go: str) -> Response:
    """After a save: the page with its mistakes, or the next, or the one before."""
    if pressed.page not in way.page_ids:
        return _to(pressed.after)
    here = way.page_ids.index(pressed.page)
    if go in ("back", "stay"):
        return _to(pressed.after, page=way.page_ids[max(0, here - (go == "back"))])
    if _reveals(pressed.asked, way.pages[here]):
        return _to(pressed.after, page=pressed.page)
    if found := _objections(pressed, way):
        warned = [check_key(one) for one in found if one.severity == "warning"]
        return ask(pressed.after, sentences(found, pressed.language), pressed.page, warned)
    return _to(pressed.after, page=way.page_ids[min(here + 1, len(way.pages) - 1)])


def _reveals(before: VisiblePage, after: VisiblePage) -> bool:
    """Whether the answers bring questions, statements or options to the page that it lacked."""
    return not _shown(after) <= _shown(before)


def _shown(page: VisiblePage) -> set[str]:
    """Everything that one may answer or choose there, by name."""
    names = {question.id for question in page.questions}
    names |= {v for q in page.questions if q.type == "likert_grid" for v in page.variables_of(q)}
    return names | {f"{name}={o.id}" for name, options in page.offered.items() for o in options}


def _objections(pressed: Pressed, way: Path) -> list[Finding]:
    """What keeps the page from being left: errors, else warnings that were not shown yet."""
    answers = way.on_path(pressed.after.answers)
    found = [*pressed.doubts, *check_page(way, pressed.page, answers, pressed.language)]
    mild = [one for one in found if one.severity == "warning"]
    new = [one for one in mild if check_key(one) not in pressed.warned]
    return errors(found) or (mild if new else [])


def _submit(pressed: Pressed, way: Path) -> Response:
    outcome = submit(
        pressed.before, pressed.document, pressed.batch, pressed.language, pressed.origin
    )
    if outcome.state:
        return _to(pressed.before)
    here = [one for one in outcome.findings if page_of(way, one) == outcome.page]
    return ask(pressed.after, sentences(here, pressed.language), outcome.page)


def _to(visit: Visit, **query: str) -> Response:
    """Redirect to the visit's own page, so that reloading repeats nothing."""
    address = f"{visit.base}?{urlencode(query)}" if query else visit.base
    return redirect(address, 303)  # type: ignore[return-value]
