"""Languages of the interface: which there are, and which one a request gets."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g, request, session
from flask_babel import get_locale, gettext

from surveyapp.findings import Finding, Term

LOCALES: Mapping[str, str] = {"zh-Hans": "zh_Hans_CN", "en": "en"}
"""BCP 47 tag (pages, database) → Babel's locale (catalogues)."""

NAMES: Mapping[str, str] = {"zh-Hans": "简体中文", "en": "English"}


def match(accepted: str | None) -> str | None:
    """The supported tag for one that a browser or a file names (`zh-CN`, `en-GB`), or None."""
    language = (accepted or "").replace("_", "-").lower().partition("-")[0]
    return {"zh": "zh-Hans", "en": "en"}.get(language)


def preferred() -> str:
    """Tag for this request: the view's, else the person's, the account's, the browser's."""
    if forced := g.get("language"):
        return str(forced)
    if chosen := match(session.get("language")):
        return chosen
    if user := g.get("user"):
        return str(user.language)
    tags = (match(tag) for tag, _ in request.accept_languages)
    return next((tag for tag in tags if tag), "zh-Hans")


def locale() -> str:
    """The same as Babel's locale; Babel asks for it once a request."""
    return LOCALES[preferred()]


def tag() -> str:
    """BCP 47 tag of the language that is being rendered (for `<html lang>`)."""
    return "en" if str(get_locale() or "").startswith("en") else "zh-Hans"


def explain(finding: Finding) -> str:
    """The finding's sentence in the reader's language."""
    params = {
        name: gettext(value) if isinstance(value, Term) else value
        for name, value in finding.params.items()
    }
    return str(gettext(finding.template)).format(**params)


def init_app(app: Flask) -> None:
    """Give the templates what they need to speak."""
    app.add_template_filter(explain)
    app.add_template_global(tag, "language_tag")
    app.jinja_env.globals["language_names"] = NAMES
