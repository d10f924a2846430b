"""One step up or down: where a page or a question goes, over the edges of pages too."""

from __future__ import annotations

from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.places import split, unknown
from surveyapp.findings import N_, Finding, SurveyError


def step(document: Document, place: str, way: str) -> Edit:
    """The edit that moves the page or question at `place` one step `up` or `down`.

    Raises SurveyError where there is no such part, or nowhere to go.
    """
    kind, name = split(place)
    by = -1 if way == "up" else 1
    if kind == "page":
        ids = [page.id for page in document.pages]
        if name in ids:
            return _within(place, ids.index(name) + by, len(ids))
    for number, page in enumerate(document.pages if kind == "question" else ()):
        ids = [question.id for question in page.questions]
        if name in ids:
            index = ids.index(name) + by
            if 0 <= index < len(ids):
                return {"do": "move", "at": place, "into": f"page:{page.id}", "index": index}
            return _over(document, place, number + by, by)
    raise SurveyError(unknown(place))


def _within(place: str, index: int, count: int) -> Edit:
    if 0 <= index < count:
        return {"do": "move", "at": place, "index": index}
    raise SurveyError(_nowhere(place))


def _over(document: Document, place: str, page: int, by: int) -> Edit:
    """To the end of the page before, or to the beginning of the page after."""
    if not 0 <= page < len(document.pages):
        raise SurveyError(_nowhere(place))
    edit = {"do": "move", "at": place, "into": f"page:{document.pages[page].id}"}
    return edit if by < 0 else {**edit, "index": 0}


def _nowhere(place: str) -> Finding:
    return Finding("edit.at_the_end", place, N_("It cannot go further in this direction."))
