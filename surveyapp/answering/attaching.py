"""A photo that comes by itself: the script sends it while the person answers the next question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, request

from surveyapp.answering.asking import language_of
from surveyapp.answering.batches import (
    LARGEST_BODY,
    LARGEST_SEQUENCE,
    Batch,
    pages_of,
    photo_variables,
)
from surveyapp.answering.origins import Origin
from surveyapp.answering.pictures import LARGEST_FILE, drawn_anew, too_large
from surveyapp.answering.replies import reply
from surveyapp.answering.saving import save
from surveyapp.answering.sentences import sentences
from surveyapp.answering.visits import OPEN, Visit
from surveyapp.designer.document import Document
from surveyapp.findings import Finding, SurveyError


def attach(
    visit: Visit, document: Document, variable: str, origin: Origin, marks: Mapping[str, object]
) -> Response:
    """Keep the picture in the request's body as the answer to `variable`, and say its sequence.

    marks: what is noted of the response that it may begin.
    """
    language = visit.language or document.default_language
    sequence = request.args.get("s", default=0, type=int)
    if variable not in photo_variables(document) or not 0 < sequence <= LARGEST_SEQUENCE:
        return reply({"state": "unreadable"}, 400)
    try:
        jpeg = drawn_anew(_body(variable), f"question:{variable}")
    except SurveyError as refused:
        told = sentences(refused.findings, language_of(document, language))
        asked = pages_of(document, {variable: None})
        return reply(
            {"state": OPEN, "saved": {variable: sequence}, "errors": told, "page": asked[0]}
        )
    batch = Batch(
        pages=pages_of(document, {variable: None}),
        pictures={variable: (jpeg, sequence)},
        photos=(variable,),
        marks=marks,
    )
    if not save(visit, batch, language, origin):
        return reply({"state": "completed"})
    return reply({"state": OPEN, "saved": batch.saved})


@dataclass(frozen=True)
class Sent:
    """The photos of a plain form: JPEGs by variable, what is wrong, whether the form was read."""

    pictures: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    readable: bool = True


def read_photos(document: Document) -> Sent:
    """Read the photos of the posted form, within what the questionnaire can need."""
    names = photo_variables(document)
    request.max_content_length = LARGEST_BODY + len(names) * LARGEST_FILE
    if names and (request.content_length or 0) > request.max_content_length:
        return Sent(findings=(too_large(f"question:{names[0]}"),), readable=False)
    pictures: dict[str, bytes] = {}
    findings: list[Finding] = []
    for name in names:
        file = request.files.get(name)
        if file is not None and file.filename:
            try:
                pictures[name] = drawn_anew(file.read(), f"question:{name}")
            except SurveyError as refused:
                findings += refused.findings
    return Sent(pictures, tuple(findings))


def _body(variable: str) -> bytes:
    """The bytes sent; SurveyError before reading more than a picture may have."""
    if (request.content_length or 0) > LARGEST_FILE:
        raise SurveyError(too_large(f"question:{variable}"))
    request.max_content_length = LARGEST_FILE
    return request.get_data()
