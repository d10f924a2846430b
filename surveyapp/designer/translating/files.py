"""What translation files have in common: rows of source and target, and taking them over.

A row is *taken* when its source still says what the questionnaire says and its target is new;
*unchanged* when the questionnaire says the same already; *conflicting* when the source was changed
since the file was written (its translation is shown, not taken); *unknown* when there is no such
text; *empty* without a translation; *refused* when a placeholder was lost, or when the
questionnaire cannot hold the text (too long, locked).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit, apply
from surveyapp.designer.parts import LONGEST_LABEL
from surveyapp.designer.translating.units import Unit, edit_of, lost_pipes, units
from surveyapp.findings import N_, Finding, SurveyError

TAKEN, UNCHANGED, CONFLICTING = "taken", "unchanged", "conflicting"
UNKNOWN, EMPTY, REFUSED = "unknown", "empty", "refused"
OUTCOMES = (TAKEN, CONFLICTING, REFUSED, UNKNOWN, EMPTY, UNCHANGED)
MAX_BYTES = 10_000_000


class Row(NamedTuple):
    """One line of a translation file."""

    key: str
    source: str
    target: str


class Outcome(NamedTuple):
    """What became of a row. why: the reason of a refusal; unit: the text as it stands here."""

    row: Row
    what: str
    unit: Unit | None = None
    why: tuple[Finding, ...] = ()
    lost: tuple[str, ...] = ()


class TranslationFile(NamedTuple):
    """The content of a file: its languages and rows."""

    source: str
    target: str
    rows: tuple[Row, ...]


class Report(NamedTuple):
    """Every row's outcome, and the one edit that takes what is taken (None: nothing)."""

    outcomes: tuple[Outcome, ...]
    edit: Edit | None

    def of(self, what: str) -> list[Outcome]:
        """The outcomes of one kind."""
        return [outcome for outcome in self.outcomes if outcome.what == what]


def merge(document: Document, file: TranslationFile, *, anyway: bool = False) -> Report:
    """What of a file the document takes. anyway: conflicting rows too."""
    known = {unit.key: unit for unit in units(document, file.source, file.target, {})}
    outcomes = [_judged(row, known.get(row.key), anyway) for row in file.rows]
    edits = {
        outcome.row.key: edit_of(outcome.row.key, file.target, _clean(outcome.row.target))
        for outcome in outcomes
        if outcome.what == TAKEN
    }
    wrong = _wrong(document, list(edits.items()))
    judged = tuple(
        outcome._replace(what=REFUSED, why=wrong[outcome.row.key])
        if outcome.what == TAKEN and outcome.row.key in wrong
        else outcome
        for outcome in outcomes
    )
    good: list[Any] = [edit for key, edit in edits.items() if key not in wrong]
    return Report(judged, {"do": "all", "edits": good} if good else None)


def _judged(row: Row, unit: Unit | None, anyway: bool) -> Outcome:
    if unit is None:
        return Outcome(row, UNKNOWN)
    target = _clean(row.target)
    if not target.strip():
        return Outcome(row, EMPTY, unit)
    if target == _clean(unit.target):
        return Outcome(row, UNCHANGED, unit)
    if _clean(row.source) != _clean(unit.source) and not anyway:
        return Outcome(row, CONFLICTING, unit)
    if len(target) > LONGEST_LABEL:
        return Outcome(row, REFUSED, unit, (_too_long(row.key),))
    lost = lost_pipes(unit.source, target)
    return Outcome(row, REFUSED if lost else TAKEN, unit, lost=tuple(lost))


def _too_long(key: str) -> Finding:
    """Said here already: `_wrong` would make thousands of documents to find as many of them."""
    template = N_("The text is longer than {limit} characters; shorten it.")
    return Finding("document.too_long", key, template, {"limit": LONGEST_LABEL})


def _clean(text: str) -> str:
    """Line ends as we write them: spreadsheets and editors have their own."""
    return text.replace("\r\n", "\n").replace("_x000D_", "").strip()


def _wrong(document: Document, edits: Sequence[tuple[str, Edit]]) -> dict[str, tuple[Finding, ...]]:
    """The edits that cannot be made, found by halving: most often all can."""
    if not edits:
        return {}
    try:
        apply(document, {"do": "all", "edits": [edit for _, edit in edits]})
    except SurveyError as error:
        if len(edits) == 1:
            return {edits[0][0]: error.findings}
        middle = len(edits) // 2
        return _wrong(document, edits[:middle]) | _wrong(document, edits[middle:])
    return {}


def unusable(code: str, template: str, **params: object) -> SurveyError:
    """The error that ends the reading of a file: one finding with the code `translation.<code>`."""
    return SurveyError(Finding(f"translation.{code}", "file", template, params))


def chosen(every: Iterable[Unit], only: str) -> list[Unit]:
    """The units of one state, or of `all`."""
    return [unit for unit in every if only in ("all", unit.state)]
