"""The library: questionnaires to start from."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from surveyapp.designer.document import Document
from surveyapp.findings import N_, Finding, SurveyError

TEMPLATES = ("aftersales", "empty")
"""Names of the templates, the fullest first; the titles stand in the documents."""


@lru_cache
def template(name: str) -> Document:
    """The template `name`; SurveyError `library.unknown` when there is none of that name."""
    if name not in TEMPLATES:
        reason = N_("There is no template “{name}”. Choose one from the list.")
        raise SurveyError(Finding("library.unknown", f"template:{name}", reason, {"name": name}))
    file = files("surveyapp.designer") / "library_files" / f"{name}.json"
    return Document.model_validate_json(file.read_bytes())
