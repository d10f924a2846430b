"""One column of a dataset: what it is called, what its values mean, how it is scored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from surveyapp.datasets.blanks import ALWAYS
from surveyapp.datasets.carrying import Recode
from surveyapp.designer.document import Text
from surveyapp.stats.steps import Step

Code = int | str
LATER = ("recodes", "missing", "blanks", "points", "steps")
"""Fields that early datasets did not have: left out of the hash while they are at their default."""


@dataclass(frozen=True)
class Variable:
    """One column.

    name: the column's name, unique. kind: choice (option id), indicator (0/1: an option of a
    multiple question, a consent, a photo, a computed condition), rank (place of an option), scale
    (integer), number, date, text, or about (not an answer: version, weight, …). type: of the
    question, or random (arm of an experiment), or computed. source: the variable of the answers
    that it shows. values: code and label per language. low, high: ends of a scale. versions:
    numbers of the versions that ask it. recodes: those among them that asked it otherwise, and how
    their answers are read. missing: answers that say why there is none → the reason of the blank.
    blanks: further reasons that a blank may have. points: of options. steps: points of a number.
    """

    name: str
    kind: str
    label: Text = field(default_factory=dict)
    source: str = ""
    option: str = ""
    question: str = ""
    type: str = ""
    values: tuple[tuple[Code, Text], ...] = ()
    dimension: str | None = None
    reverse: bool = False
    low: float | None = None
    high: float | None = None
    versions: tuple[int, ...] = ()
    recodes: tuple[Recode, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()
    blanks: tuple[int, ...] = ()
    points: tuple[tuple[str, float], ...] = ()
    steps: Step | None = None

    @property
    def is_answer(self) -> bool:
        """Whether the column holds answers (and so may be blank for a reason)."""
        return self.kind != "about"

    @property
    def reasons(self) -> tuple[int, ...]:
        """Every reason that a blank of this column may have."""
        said = (reason for _, reason in self.missing)
        return tuple(dict.fromkeys((*ALWAYS, *said, *self.blanks)))

    @property
    def is_scored(self) -> bool:
        """Whether its answers have points in a dimension."""
        known = self.kind == "scale" or bool(self.points) or self.steps is not None
        return self.dimension is not None and known

    def text(self, language: str) -> str:
        """The label in `language`, else in any."""
        return self.label.get(language) or next(iter(self.label.values()), self.name)

    def content(self) -> dict[str, Any]:
        """Every field as JSON has it, without those of LATER that say nothing."""
        silent = {name for name in LATER if getattr(self, name) in ((), None)}
        return {name: value for name, value in asdict(self).items() if name not in silent}
