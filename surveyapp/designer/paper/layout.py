"""What stands on the paper: numbered questions, ways to answer them, conditions in words.

Paper cannot branch, shuffle or compute: a condition becomes an instruction that names the
question it depends on by number, everything else stands in document order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from string import ascii_lowercase


@dataclass(frozen=True)
class Box:
    """One thing to tick or to number: its label, and whether words are written behind it."""

    label: str
    words: bool = False
    condition: str = ""


@dataclass(frozen=True)
class Ticks:
    """Boxes below each other. mark: `circle` (one), `box` (several) or `place` (1, 2, 3 …)."""

    mark: str
    boxes: tuple[Box, ...]
    kind: str = field(default="ticks", init=False)


@dataclass(frozen=True)
class Points:
    """A row of numbers to circle, with labels at some of them, and boxes for no answer."""

    points: tuple[tuple[int, str], ...]
    low: str = ""
    high: str = ""
    missing: tuple[Box, ...] = ()
    kind: str = field(default="points", init=False)


@dataclass(frozen=True)
class Grid:
    """Lettered statements (letter, text, condition), each with the same points."""

    points: tuple[tuple[int, str], ...]
    items: tuple[tuple[str, str, str], ...]
    missing: tuple[Box, ...] = ()
    kind: str = field(default="grid", init=False)


@dataclass(frozen=True)
class Lines:
    """Lines to write on; `after` is a unit. missing: boxes for no answer."""

    count: int
    after: str = ""
    missing: tuple[Box, ...] = ()
    kind: str = field(default="lines", init=False)


@dataclass(frozen=True)
class Day:
    """Boxes for the digits of a day. missing: boxes for no answer."""

    missing: tuple[Box, ...] = ()
    kind: str = field(default="day", init=False)


@dataclass(frozen=True)
class Agreement:
    """A statement to tick and sign."""

    statement: str
    kind: str = field(default="agreement", init=False)


@dataclass(frozen=True)
class Attachment:
    """A place to attach a card or a picture."""

    kind: str = field(default="attachment", init=False)


@dataclass(frozen=True)
class Nothing:
    """Text to read."""

    kind: str = field(default="nothing", init=False)


Answer = Ticks | Points | Grid | Lines | Day | Agreement | Attachment | Nothing


@dataclass(frozen=True)
class PaperQuestion:
    """One question. number: empty for information. notes: how to answer, who answers."""

    number: str
    title: str
    help: str
    condition: str
    notes: tuple[str, ...]
    required: bool
    answer: Answer


@dataclass(frozen=True)
class PaperPage:
    """A section. stops: who ends here, as sentences."""

    title: str
    condition: str
    questions: tuple[PaperQuestion, ...]
    stops: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """The whole paper questionnaire in one language. mark: names the content it was made of."""

    title: str
    language: str
    introduction: str
    pages: tuple[PaperPage, ...]
    thank_you: str
    mark: str


def letter(index: int) -> str:
    """a, b … z, aa, ab … for the statements of a grid."""
    rest, last = divmod(index, len(ascii_lowercase))
    return (letter(rest - 1) if rest else "") + ascii_lowercase[last]
