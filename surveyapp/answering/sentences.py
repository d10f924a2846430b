"""What is wrong, in the customer's language, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import force_locale

from surveyapp.designer.document import question_of
from surveyapp.designer.path import Path
from surveyapp.findings import Finding
from surveyapp.languages import explain, locale_of


def variable_of(finding: Finding) -> str:
    """The variable that a finding of `designer.answers` is about; `page:ID` for a whole page."""
    kind, _, name = finding.place.partition(":")
    return finding.place if kind == "page" else name


def page_of(way: Path, finding: Finding) -> str | None:
    """The page of the path on which a finding is to be mended."""
    kind, _, name = finding.place.partition(":")
    if kind == "page":
        return name
    asked = question_of(name)
    return next((p.page.id for p in way.pages if any(q.id == asked for q in p.questions)), None)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep answers from being accepted."""
    return [finding for finding in findings if finding.severity == "error"]


def check_key(finding: Finding) -> str:
    """Names the check whose warning a finding is."""
    return f"{variable_of(finding)}~{finding.params.get('check', '')}"


def sentences(findings: Iterable[Finding], language: str) -> dict[str, str]:
    """The first sentence about each variable, in `language`."""
    with force_locale(locale_of(language)):
        found: dict[str, str] = {}
        for finding in findings:
            found.setdefault(variable_of(finding), explain(finding))
        return found
