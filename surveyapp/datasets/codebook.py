"""The codebook: which columns a study has and what their values mean.

Columns come from the questionnaire's versions, never from the answers seen: a column exists before
anybody answers and stays when a later version drops its question or option. Where a later
version gives an id another type, it becomes a column of its own (`id__v3`).

A blank cell has one of three reasons, kept apart because they mean different things: the person
was not shown the question (off path), saw it and gave no answer (unanswered), or the version that
he answered did not contain it (not asked).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from surveyapp.datasets import carrying
from surveyapp.datasets.carrying import Recode
from surveyapp.designer.document import (
    Document,
    Information,
    Likert,
    LikertGrid,
    Multiple,
    Nps,
    Number,
    Question,
    Scale,
    Single,
    Text,
)
from surveyapp.designer.mapping import Mappings

ANSWERED, UNANSWERED, OFF_PATH, NOT_ASKED = range(4)
REASONS: dict[int, Text] = {
    UNANSWERED: {"zh-Hans": "未作答", "en": "Not answered"},
    OFF_PATH: {"zh-Hans": "未显示", "en": "Not shown (off path)"},
    NOT_ASKED: {"zh-Hans": "该版本无此题", "en": "Not in this version"},
}
MISSING_CODES = {UNANSWERED: -98, OFF_PATH: -99, NOT_ASKED: -97}
"""What stands for a blank in formats that code them (SPSS); elsewhere the cell is empty."""

Code = int | str
NO_YES: tuple[tuple[Code, Text], ...] = (
    (0, {"zh-Hans": "未选", "en": "Not chosen"}),
    (1, {"zh-Hans": "已选", "en": "Chosen"}),
)


@dataclass(frozen=True)
class Variable:
    """One column.

    name: the column's name, unique. kind: choice (option id), indicator (0/1, one per option of a
    multiple question), scale (integer), number, text, or about (not an answer: version, weight,
    …). source: the variable of the answers that it shows. values: code and label per language.
    low, high: ends of a scale. versions: numbers of the versions that ask it.
    recodes: those among them that asked it otherwise, and how their answers are read.
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

    @property
    def is_answer(self) -> bool:
        """Whether the column holds answers (and so may be blank for a reason)."""
        return self.kind != "about"

    def text(self, language: str) -> str:
        """The label in `language`, else in any."""
        return self.label.get(language) or next(iter(self.label.values()), self.name)


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

    @property
    def answers(self) -> tuple[Variable, ...]:
        """The columns that hold answers."""
        return tuple(v for v in self.variables if v.is_answer)

    @property
    def scales(self) -> tuple[Variable, ...]:
        """Likert items in presented order (NPS has another length and is not among them)."""
        return tuple(v for v in self.variables if v.kind == "scale" and v.type != "nps")

    def items_of(self, dimension: str) -> tuple[Variable, ...]:
        """The items that are scored into a dimension."""
        return tuple(v for v in self.scales if v.dimension == dimension)

    @property
    def hash(self) -> str:
        """SHA-256 of the content."""
        content = (
            [asdict(v) for v in self.variables],
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


def variables_of(document: Document) -> Iterator[Variable]:
    """The columns of one version, in document order."""
    for question in document.questions():
        yield from _columns(question)


def _columns(question: Question) -> Iterator[Variable]:
    if isinstance(question, Information):
        return
    base = Variable(
        question.id,
        "text",
        question.title,
        source=question.id,
        question=question.id,
        type=question.type,
    )
    if isinstance(question, Single):
        yield replace(base, kind="choice", values=tuple((o.id, o.label) for o in question.options))
    elif isinstance(question, Multiple):
        for option in question.options:
            yield replace(
                base,
                name=f"{question.id}.{option.id}",
                kind="indicator",
                option=option.id,
                label=joined(question.title, option.label),
                values=NO_YES,
            )
    elif isinstance(question, LikertGrid):
        for item in question.items:
            yield replace(
                _scaled(base, question.scale),
                name=f"{question.id}.{item.id}",
                source=f"{question.id}.{item.id}",
                label=joined(question.title, item.label),
                dimension=item.dimension,
                reverse=item.reverse,
            )
    else:
        yield _simple(base, question)


def _simple(base: Variable, question: Question) -> Variable:
    if isinstance(question, Likert):
        scaled = _scaled(base, question.scale)
        return replace(scaled, dimension=question.dimension, reverse=question.reverse)
    if isinstance(question, Nps):
        ends: tuple[tuple[Code, Text], ...] = ((0, question.low), (10, question.high))
        return replace(base, kind="scale", low=0, high=10, values=ends)
    if isinstance(question, Number):
        return replace(base, kind="number", low=question.minimum, high=question.maximum)
    return base


def _scaled(base: Variable, scale: Scale) -> Variable:
    values: tuple[tuple[Code, Text], ...] = tuple(sorted(scale.labels.items()))
    return replace(base, kind="scale", low=1, high=scale.points, values=values)


def joined(title: Text, label: Text) -> Text:
    """Question and statement in each language that has the latter."""
    return {
        language: f"{title[language]} – {text}" if title.get(language) else text
        for language, text in label.items()
    }
