"""Languages of the interface: which there are, and which one a request gets.

A questionnaire may speak any other language too: `name_of` and `direction` say how to write it,
`locale_of` which of ours stands in for phrases that it does not bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel import Locale, UnknownLocaleError
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


_RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})


def name_of(language: str) -> str:
    """What speakers of the BCP 47 tag `language` call it; the tag itself when nobody knows."""
    if language in NAMES:
        return NAMES[language]
    try:
        found = Locale.parse(language, sep="-").get_display_name()
    except (ValueError, UnknownLocaleError):
        return language
    return found[:1].upper() + found[1:] if found else language


def direction(language: str) -> str:
    """`rtl` for a tag whose script runs from right to left, else `ltr`."""
    primary, *rest = language.lower().split("-")
    scripts = {part for part in rest if len(part) == 4 and part.isalpha()}
    if scripts:
        return "rtl" if scripts & _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT else "ltr"


def locale_of(language: str) -> str:
    """Babel's locale for the phrases of a page in `language`: English where we have no other."""
    return LOCALES[match(language) or "en"]


def closest(accepted: str | None, offered: Sequence[str]) -> str | None:
    """The tag of `offered` that serves who asks for `accepted`: the same, or the same language."""
    wanted = (accepted or "").replace("_", "-").lower()
    if not wanted:
        return None
    same = (tag for tag in offered if tag.lower() == wanted)
    primary = wanted.partition("-")[0]
    akin = (tag for tag in offered if tag.lower().partition("-")[0] == primary)
    return next(same, None) or next(akin, None)


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
