"""What the writers of foreign formats have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from surveyapp.designer.document import Document, Page, Question, missing_of
from surveyapp.designer.formats.expression import MAX_LENGTH
from surveyapp.designer.formats.notes import Notes
from surveyapp.designer.formats.rule_writing import unwritable
from surveyapp.designer.piping import Pipe, is_known, pieces
from surveyapp.findings import N_, SurveyError

_SCORES = N_("Scores are computed here: dimensions and weights have no counterpart there.")
_MEASUREMENT = {
    "profiles": N_("Weights by role have no counterpart there."),
    "vetoes": N_("Vetoes have no counterpart there."),
    "bonuses": N_("Bonuses have no counterpart there."),
    "levels": N_("Names of scores have no counterpart there."),
    "contradictions": N_("Contradictions are found here while answers are screened."),
    "experiments": N_("Random groups have no counterpart there."),
    "quotas": N_("Quotas have to be set up there."),
    "endings": N_("Endings by answer have no counterpart there; the closing words stay."),
}


_TOO_LONG = N_("The rule would have more than {limit} characters there; split it first.")


def filename(document: Document, ending: str) -> str:
    """A file name from the title, safe on every system."""
    title = document.text(document.title, document.default_language) or "questionnaire"
    plain = re.sub(r"[^\w-]+", "-", title)[:60].strip("-") or "questionnaire"
    return f"{plain}.{ending}"


class Writing:
    """One document being written; collects what the format cannot say."""

    name = ""

    def __init__(self, document: Document, notes: Notes) -> None:
        self.document = document
        self.notes = notes

    def shown(self, text: dict[str, str]) -> str:
        """A text for the report."""
        return self.document.text(text, self.document.default_language)

    def written(self, rule: object, place: str, write: Callable[[Any], str]) -> str:
        """The rule as the format writes it; empty (and a note) where it cannot."""
        if rule is None:
            return ""
        try:
            text = write(rule)
            if len(text) > MAX_LENGTH:
                raise unwritable(_TOO_LONG, limit=MAX_LENGTH)
            return text
        except SurveyError as error:
            finding = error.findings[0]
            self.notes.lost(place, place.partition(":")[2], finding.template, **finding.params)
            return ""

    def pipe(self, name: str, kind: str) -> str:
        """How an answer is shown in a text there."""
        raise NotImplementedError

    def piped(self, words: str) -> str:
        """Words with the format's own way to show answers; fallbacks are noted."""
        return "".join(self._piece(piece) for piece in pieces(words)) if "{" in words else words

    def _piece(self, piece: str | Pipe) -> str:
        if isinstance(piece, str):
            return piece
        if not is_known(self.document, piece.source):
            return piece.written
        if piece.fallback:
            why = N_("The words for a missing answer, “{words}”, have no counterpart there.")
            self.notes.lost("text", piece.written, why, words=piece.fallback)
        kind, name = piece.source
        return self.pipe(name, kind)

    def report_measurement(self) -> None:
        """Everything that belongs to scoring, screening and fieldwork here."""
        for one in self.document.dimensions:
            self.notes.lost(f"dimension:{one.id}", self.shown(one.title) or one.id, _SCORES)
        for value in self.document.computed:
            if value.title:
                why = N_("The title of a computed value has no counterpart there; its id stays.")
                self.notes.lost(f"computed:{value.id}", self.shown(value.title), why)
        for kind, why in _MEASUREMENT.items():
            for part in getattr(self.document, kind):
                self.notes.lost(f"{kind}:{part.id}", self.shown(getattr(part, "title", {}))
                                or part.id, why)  # fmt: skip

    def report_page(self, page: Page) -> None:
        """Blocks and checks of a page."""
        if page.block:
            why = N_("Pages in random order have no counterpart there.")
            self.notes.lost(f"page:{page.id}", page.block, why)
        for check in page.checks:
            why = N_("Checks of a whole page have no counterpart there; check its last question.")
            self.notes.lost(f"check:{page.id}.{check.id}", self.shown(check.message), why)

    def report_unit(self, question: Any) -> None:
        """The unit of a number."""
        if question.unit:
            why = N_("Units of numbers have no counterpart there; write it into the question.")
            self.notes.lost(f"question:{question.id}", self.shown(question.unit), why)

    def report_question(self, question: Question) -> None:
        """Scoring, missing answers and fine points of a question."""
        place, what = f"question:{question.id}", self.shown(question.title) or question.id
        if getattr(question, "thresholds", None):
            why = N_("Points by thresholds have no counterpart there.")
            self.notes.lost(place, what, why)
        if missing_of(question) and question.type in ("number", "date", "short_text"):
            why = N_("“{names}” beside the field has no counterpart there.")
            self.notes.lost(place, what, why, names=" ".join(missing_of(question)))
        if question.type in ("ces", "csat"):
            why = N_("It is a plain scale there.")
            self.notes.lost(place, what, why)
        if any(getattr(one, "reverse", False) for one in (question, *_options(question))):
            self.notes.lost(place, what, N_("That it is reverse-keyed has no counterpart there."))
        if any(getattr(option, "points", None) is not None for option in _options(question)):
            self.notes.lost(place, what, N_("Points of answers have no counterpart there."))
        if any(option.fixed for option in _options(question)) and getattr(
            question, "shuffle", False
        ):
            why = N_("Answers that keep their place while others are shuffled do not there.")
            self.notes.lost(place, what, why)
        for check in question.checks:
            if check.severity == "warning":
                why = N_("A warning is an error there: it keeps the person on the page.")
                self.notes.lost(f"check:{question.id}.{check.id}", self.shown(check.message), why)


def _options(question: Question) -> tuple[Any, ...]:
    return getattr(question, "options", getattr(question, "items", ()))
