"""Reading a questionnaire from a file of our own format, however damaged or hostile it is."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import ValidationError

from surveyapp.designer.document import FORMAT, Document
from surveyapp.designer.document_errors import findings_of
from surveyapp.findings import N_, Finding, SurveyError

LARGEST_FILE = 50_000_000
"""Bytes; no questionnaire comes near."""


def read_own(content: bytes) -> Document:
    """The document in `content`.

    Raises SurveyError: `file.unknown_kind` alone where it is no questionnaire of ours, else the
    `document.…` findings that keep it from being one.
    """
    tree = _parsed(content)
    if not isinstance(tree, Mapping) or not _ours(tree):
        raise SurveyError(_unknown())
    try:
        return Document.model_validate(tree)
    except ValidationError as error:
        raise SurveyError(*findings_of(error, tree)) from None


def _parsed(content: bytes) -> object:
    if len(content) > LARGEST_FILE:
        template = N_("The file is larger than {most} megabytes, too large for a questionnaire.")
        params = {"most": LARGEST_FILE // 1_000_000}
        raise SurveyError(Finding("file.unknown_kind", "file", template, params))
    try:
        return json.loads(content)
    except RecursionError:
        template = N_("The file is nested too deeply to be a questionnaire.")
        raise SurveyError(Finding("file.unknown_kind", "file", template)) from None
    except ValueError:
        raise SurveyError(_unknown()) from None


def _ours(tree: Mapping[str, object]) -> bool:
    """Whether the file says that it is ours, or has pages with lists of questions as ours do."""
    if "format" in tree:
        return tree["format"] == FORMAT
    pages = tree.get("pages")
    return isinstance(pages, list) and all(
        isinstance(page, Mapping) and "questions" in page for page in pages
    )


def _unknown() -> Finding:
    template = N_("This is no questionnaire of a kind that is known here.")
    return Finding("file.unknown_kind", "file", template)
