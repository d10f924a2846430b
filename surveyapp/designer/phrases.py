"""The editor's words: names of types and fields, and what is said after a change."""

from __future__ import annotations

from flask_babel import gettext as _

from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.places import split
from surveyapp.findings import N_
from surveyapp.languages import name_of

KINDS = {
    "document": N_("Questionnaire"),
    "page": N_("Page"),
    "question": N_("Question"),
    "option": N_("Answer option"),
    "item": N_("Statement"),
    "dimension": N_("Dimension"),
    "contradiction": N_("Contradiction"),
    "check": N_("Check"),
    "screen_out": N_("Screen-out"),
    "computed": N_("Computed value"),
    "experiment": N_("Experiment"),
    "arm": N_("Group of an experiment"),
    "quota": N_("Quota"),
    "cell": N_("Cell of a quota"),
    "profile": N_("Weights for a role"),
    "veto": N_("Veto"),
    "bonus": N_("Bonus"),
    "level": N_("Level"),
    "ending": N_("Ending"),
}
PANELS = {
    "document": N_("The questionnaire"),
    "introduction": N_("Introduction"),
    "thank_you": N_("Closing words"),
    "endings": N_("Endings by answer"),
    "dimensions": N_("Dimensions and weights"),
    "scoring": N_("Vetoes, bonuses, levels"),
    "contradictions": N_("Contradictions"),
    "computed_values": N_("Computed values"),
    "experiments": N_("Experiments"),
    "quotas": N_("Quotas"),
}
"""What the editor selects that is no single part."""
CHANGES = {
    "added": N_("added"),
    "removed": N_("deleted"),
    "moved": N_("moved"),
    "changed": N_("changed"),
}
FIELDS = {
    "title": N_("Wording"),
    "label": N_("Label"),
    "help": N_("Help"),
    "required": N_("Answer required"),
    "show": N_("Show rule"),
    "when": N_("Condition"),
    "scale": N_("Scale"),
    "dimension": N_("Dimension"),
    "reverse": N_("Reversed"),
    "weight": N_("Weight"),
    "type": N_("Type"),
    "minimum": N_("Smallest"),
    "maximum": N_("Largest"),
    "decimals": N_("Decimal places"),
    "unit": N_("Unit"),
    "at_most": N_("At most"),
    "max_length": N_("Longest answer"),
    "exclusive": N_("Excludes all others"),
    "low": N_("Low end"),
    "high": N_("High end"),
    "introduction": N_("Introduction"),
    "thank_you": N_("Closing words"),
    "languages": N_("Languages"),
    "default_language": N_("Default language"),
    "require": N_("Required when"),
    "missing": N_("Answers beside the scale"),
    "shuffle": N_("Random order"),
    "carry": N_("Options from an earlier question"),
    "other": N_("Asks to specify"),
    "fixed": N_("Keeps its place"),
    "points": N_("Points, 0 to 10"),
    "labels": N_("Labels"),
    "thresholds": N_("Points for the number"),
    "earliest": N_("Earliest day"),
    "latest": N_("Latest day"),
    "format": N_("What it must be"),
    "statement": N_("Statement"),
    "block": N_("Group of pages"),
    "must": N_("What must hold"),
    "message": N_("Message"),
    "severity": N_("How strict"),
    "value": N_("Value"),
    "limit": N_("At most"),
    "percent": N_("Bonus"),
    "bonus_cap": N_("Most that all bonuses add"),
    "least": N_("From"),
    "weights": N_("Weights"),
    "expected_alpha": N_("Expected reliability"),
    "coupon": N_("A coupon"),
    "call_back": N_("An offer to call back"),
    "address": N_("Address"),
    "parameters": N_("Sent along, signed"),
    "valid_hours": N_("Valid for (hours)"),
    "at_once": N_("Go there at once, without a press"),
}
MISSING = {
    "dont_know": N_("Don’t know"),
    "not_applicable": N_("Not applicable"),
    "refused": N_("Prefer not to say"),
}
"""Answers that say why there is none → their names."""
TEXTS = frozenset(
    {"title", "label", "help", "unit", "low", "high", "introduction", "thank_you", "statement"}
    | {"message", "scale", "labels"}
)
"""Fields that hold a text in several languages."""
_SAID = {
    "add": N_("Added."),
    "copy": N_("Copied."),
    "delete": N_("Deleted."),
    "set": N_("Saved."),
    "all": N_("Saved."),
    "undo": N_("Undone."),
    "redo": N_("Done again."),
}


def said(edit: Edit, document: Document) -> str:
    """What a screen reader is told after `edit`."""
    if edit.get("do") == "move":
        return _moved(str(edit.get("at")), document)
    return str(_(_SAID.get(str(edit.get("do")), _SAID["set"])))


def _moved(place: str, document: Document) -> str:
    kind, name = split(place)
    if kind == "page":
        ids = [page.id for page in document.pages]
        return str(_("Page %(n)s of %(count)s now.", n=ids.index(name) + 1, count=len(ids)))
    for number, page in enumerate(document.pages, 1):
        ids = [question.id for question in page.questions]
        if kind == "question" and name in ids:
            where = {"n": ids.index(name) + 1, "count": len(ids), "page": number}
            return str(_("Question %(n)s of %(count)s on page %(page)s now.", **where))
    return str(_("Moved."))


def field_name(path: str) -> str:
    """A field's path for people: `title.en` → Wording (English), `low.ja` → Low end (日本語)."""
    parts = path.split(".")
    name = _(FIELDS[parts[0]]) if parts[0] in FIELDS else parts[0]
    if len(parts) > 1 and parts[0] in TEXTS and parts[-1] != "points":
        return f"{name} ({name_of(parts[-1])})"
    return name
