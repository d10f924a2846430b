"""What a report is made of, before it is paper, page or spreadsheet. Pure.

Texts are in the report's language. Numbers stay numbers until somebody shows them, so that the
spreadsheet gets them whole and the page rounds them once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from surveyapp.designer.paper.layout import Paper
from surveyapp.reports.numerals import number, percent

Span = tuple[float | None, float | None]
Cell = str | int | float | Span | None
TEXT, COUNT, ONE, TWO, THREE, SHARE, SPAN, SHARES, SPAN2 = (
    "text", "count", "one", "two", "three", "share", "span", "shares", "span2",
)  # fmt: skip
"""Kinds of columns. share: 0 to 1, shown in per cent; span, span2 (two decimals) and
shares: (low, high)."""
DIGITS = {ONE: 1, TWO: 2, THREE: 3}


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and what its cells are."""

    label: str
    kind: str = TEXT

    @property
    def is_number(self) -> bool:
        """Whether its cells stand at the right."""
        return self.kind != TEXT

    def show(self, cell: Cell) -> str:
        """A cell as people read it; an en dash where there is none."""
        if cell is None or cell == "":
            return "–"
        if isinstance(cell, tuple):
            return _span(cell, self.kind)
        if isinstance(cell, str):
            return cell
        if self.kind == SHARE:
            return percent(cell)
        return number(cell, DIGITS.get(self.kind, 0))


def _span(span: Span, kind: str) -> str:
    low, high = span
    if low is None or high is None:
        return "–"
    if kind == SHARES:
        return f"[{percent(low)}, {percent(high)}]"
    digits = 2 if kind == SPAN2 else 1
    return f"[{number(low, digits)}, {number(high, digits)}]"


@dataclass(frozen=True)
class Table:
    """Rows under columns. sheet: its name in the spreadsheet; empty where it has none there."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    sheet: str = ""
    kind: str = field(default="table", init=False)

    def shown(self) -> list[list[str]]:
        """The rows as people read them."""
        return [
            [column.show(cell) for column, cell in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Figure:
    """A chart. svg: the drawing; height: in its own units, where a page is 640 wide. source: base
    and origin, below it. table: the same figures.
    """

    title: str
    svg: str
    height: float
    source: str
    table: Table


@dataclass(frozen=True)
class Sheet:
    """One or two figures that share a page."""

    figures: tuple[Figure, ...]
    kind: str = field(default="sheet", init=False)


@dataclass(frozen=True)
class Words:
    """Paragraphs; `points` makes a list of them."""

    texts: tuple[str, ...]
    points: bool = False
    kind: str = field(default="words", init=False)


@dataclass(frozen=True)
class Terms:
    """Terms with what they mean, or facts with their values."""

    pairs: tuple[tuple[str, str], ...]
    code: bool = False
    kind: str = field(default="terms", init=False)


@dataclass(frozen=True)
class Asked:
    """The questionnaire as it was asked."""

    paper: Paper
    kind: str = field(default="asked", init=False)


Block = Table | Sheet | Words | Terms | Asked


@dataclass(frozen=True)
class Section:
    """A part with a heading. anchor: where links lead to."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    lead: str = ""


@dataclass(frozen=True)
class Headline:
    """One figure of the summary. change: against the period before, in words; sure: that it is a
    change and not chance. warn: below what is expected.
    """

    label: str
    value: str
    base: str
    change: str = ""
    sure: str = ""
    """up, down, or empty."""
    warn: str = ""


@dataclass(frozen=True)
class Priority:
    """One of the three to improve: what, how it stands, what it costs, where to begin."""

    title: str
    score: str
    base: str
    cost: str
    begin: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """The page that is grasped in ten seconds."""

    headlines: tuple[Headline, ...]
    priorities: tuple[Priority, ...]
    trust: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Cover:
    """The first page. logo: a picture as data address, empty for none."""

    title: str
    kind: str
    brand: str
    facts: tuple[tuple[str, str], ...]
    logo: str = ""
    logo_plate: str = ""


@dataclass(frozen=True)
class Seal:
    """What proves the report: the words that name its figures, and where the chain stood."""

    words: str
    content: str
    dataset: str
    head: str


@dataclass(frozen=True)
class Document:
    """A report. labels: what stands on every page (title of the summary, of contents …)."""

    language: str
    cover: Cover
    summary: Summary
    body: tuple[Section, ...]
    appendix: tuple[Section, ...]
    seal: Seal
    labels: dict[str, str]

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in order."""
        return (*self.body, *self.appendix)


def tables_of(document: Document) -> list[Table]:
    """Every table of the body and the appendix, those of charts included, in order."""
    found: list[Table] = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                found.append(block)
            elif isinstance(block, Sheet):
                found += [figure.table for figure in block.figures]
    return found


PAGE = 700
"""Units of height that two figures may share: a page is 640 wide, and titles need room."""
PER_PAGE = 2


def on_sheets(figures: Sequence[Figure]) -> tuple[Sheet, ...]:
    """The figures in their order on as few pages as hold them, two a page at most."""
    sheets: list[list[Figure]] = []
    for figure in figures:
        last = sheets[-1] if sheets else None
        fits = last is not None and len(last) < PER_PAGE
        if last is not None and fits and sum(f.height for f in last) + figure.height <= PAGE:
            last.append(figure)
        else:
            sheets.append([figure])
    return tuple(Sheet(tuple(sheet)) for sheet in sheets)
