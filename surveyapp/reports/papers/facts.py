"""Everything that a report says, as plain values, gathered before a word of it is written. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveyapp.designer.paper.layout import Paper
from surveyapp.reports.papers.drawing import Palette

Json = Mapping[str, Any]
SECTIONS = (
    "dimensions", "score", "standings", "questions", "questionnaire", "sample", "response",
    "screening",
)  # fmt: skip
"""Parts that may be left out; definitions and provenance always stay."""


@dataclass(frozen=True)
class Brand:
    """Whose report it is. logo: a picture as data address."""

    name: str = ""
    logo: str = ""
    plate: str = ""
    palette: Palette = field(default_factory=Palette)


@dataclass(frozen=True)
class Provenance:
    """Where the numbers come from. versions: number and content hash of what was asked."""

    dataset: str
    source: str
    head: str
    content: str
    words: str
    software: Sequence[tuple[str, str]] = ()
    versions: Sequence[tuple[int, str]] = ()
    recipe: str = ""


@dataclass(frozen=True)
class Facts:
    """study: its title. period and previous: in words, previous empty where there is none.
    figures: what `reports.snapshots.computed` makes. changes: outcome → row of `datasets.changing`.
    standings: figures' standings with their names in words. design: what was drawn. response:
    dispositions and rates. exclusions: layer, rule, n. weights: the recipe, and names: margin or
    margin=category → in words.
    """

    study: str
    period: str
    previous: str
    made: str
    brand: Brand
    figures: Json
    provenance: Provenance
    changes: Mapping[str, Json] = field(default_factory=dict)
    standings: Sequence[Json] = ()
    design: Json | None = None
    response: Json | None = None
    exclusions: Sequence[Json] = ()
    weights: Json | None = None
    paper: Paper | None = None
    sections: Sequence[str] = SECTIONS

    @property
    def minimum(self) -> int:
        """Fewest answers behind a figure."""
        return int(self.figures.get("minimum", 0))

    @property
    def withheld(self) -> bool:
        """Whether there are too few answers for any figure."""
        return bool(self.figures.get("withheld"))

    def wants(self, section: str) -> bool:
        """Whether a part was asked for."""
        return section in self.sections
