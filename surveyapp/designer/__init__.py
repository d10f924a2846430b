"""What is asked: the questionnaire document, its rules, its proof, its versions and its editor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import import_module

from flask import Flask
from flask_babel import format_datetime, gettext

from surveyapp.languages import name_of

VIEWS = (
    "difference_views",
    "draft_history_views",
    "editing_views",
    "format_views",
    "library_views",
    "paper_views",
    "preview_link_views",
    "publishing_views",
    "rule_views",
    "teamwork_views",
    "translating_views",
)
"""Modules whose views hang on the blueprint of `views`."""


def init_app(app: Flask) -> None:
    """Register the pages and their filters, and tell rules of the own attributes of customers."""
    from surveyapp.designer import facts, own_facts, views

    for module in VIEWS:
        import_module(f"surveyapp.designer.{module}")
    facts.learn(own_facts.told)
    app.register_blueprint(views.designer)
    app.add_template_filter(trim_number)
    app.add_template_filter(moment)
    app.add_template_filter(language_list)
    app.add_template_filter(name_of, "language_name")
    app.add_template_filter(word_pairs)


def trim_number(value: object) -> str:
    """A number without trailing zeros: 25, 12.5."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(value: datetime) -> str:
    """A moment for people, in UTC; a script puts the reader's own time in its place."""
    return f"{format_datetime(value, 'short')} UTC"


def language_list(tags: Iterable[str]) -> str:
    """Languages by the names they have for themselves."""
    return " · ".join(map(name_of, tags))


def word_pairs(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Keys with their names in the reader's language, as the choices of a field."""
    return [(key, gettext(name)) for key, name in names.items()]
