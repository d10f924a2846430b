"""The codebook: which columns a study has and what their values mean.

Columns come from the questionnaire's versions, never from the answers seen: a column exists before
anybody answers and stays when a later version drops its question or option. Where a later
version gives an id another type, it becomes a column of its own (`id__v3`).

A blank cell has a reason (`blanks`); `columns` says which columns each kind of question has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from surveyapp.datasets import carrying
from surveyapp.datasets.columns import variables_of
from surveyapp.datasets.variable import Variable
from surveyapp.designer.document import Document, Text
from surveyapp.designer.mapping import Mappings

LIKERT = ("likert", "likert_grid")


@dataclass(frozen=True)
class Codebook:
    """Every variable in order; dimensions: id, label and weight in per cent, of
    the newest version.
    """

    variables: tuple[Variable, ...]
    dimensions: tuple[tuple[str, Text, Decimal], ...] = ()

    def __getitem__(self, name: str) -> Variable:
        return self.by_name[name]

    @property
    def by_name(self) -> dict[str, Variable]:
        """Index by column name."""
        return {variable.name: variable for variable in self.variables}

    def with_blank(self, reason: int) -> Codebook:
        """The same, whose answers may be blank for one more reason."""
        variables = (
            replace(v, blanks=(*v.blanks, reason)) if v.is_answer else v for v in self.variables
        )
        return Codebook(tuple(variables), self.dimensions)

    @property
    def answers(self) -> tuple[Variable, ...]:
        """The columns that hold answers."""
        return tuple(v for v in self.variables if v.is_answer)

    @property
    def scales(self) -> tuple[Variable, ...]:
        """Likert items in document order: where screening looks for patterns."""
        return tuple(v for v in self.variables if v.type in LIKERT)

    def items_of(self, dimension: str) -> tuple[Variable, ...]:
        """The rated items of a dimension: what its reliability is computed from."""
        return tuple(v for v in self.elements_of(dimension) if v.kind == "scale")

    def elements_of(self, dimension: str) -> tuple[Variable, ...]:
        """Everything that is scored into a dimension: ratings, choices, measured numbers."""
        return tuple(v for v in self.variables if v.is_scored and v.dimension == dimension)

    @property
    def hash(self) -> str:
        """SHA-256 of the content."""
        content = (
            [v.content() for v in self.variables],
            [[*d[:2], str(d[2])] for d in self.dimensions],
        )
        return hashlib.sha256(
            json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        ).hexdigest()


def codebook(
    versions: Mapping[int, Document],
    about: tuple[Variable, ...] = (),
    mappings: Mappings | None = None,
) -> Codebook:
    """The columns of all versions (number → document), after the `about` columns.

    Order follows the newest version; what only older ones ask comes after it. Labels are the
    newest ones; codes are the union, so an option that was dropped keeps its label. `mappings`
    (number → decisions) says which older answers are read into a column of another meaning.
    """
    merged: dict[carrying.Key, Variable] = {}
    for number in sorted(versions, reverse=True):
        for variable in variables_of(versions[number]):
            carrying.add(merged, replace(variable, versions=(number,)), mappings or {})
    newest = versions[max(versions)] if versions else Document()
    dimensions = tuple((d.id, d.title, d.weight) for d in newest.dimensions)
    taken = {v.name for v in about}
    answers = [
        replace(v, name=f"{v.name}_" if v.name in taken else v.name) for v in merged.values()
    ]
    return Codebook((*about, *answers), dimensions)
