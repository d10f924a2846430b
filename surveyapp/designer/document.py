"""The questionnaire document: what is asked, in which order, in which languages.

A frozen value. Ids never change meaning, codes are data, labels are not. Order is fixed, rules
only hide and show. A draft may be unfinished (no options yet, an empty label): `proof` says so;
what is malformed (unknown type, a duplicate key, a wrong kind of value) never becomes a Document.

Answers are a flat mapping from *variable* to value; a variable is a question's id, or
`question.item` for each statement of a grid:

    single → option id · multiple → list of option ids in document order · likert, nps and each
    grid statement → int · number → int or float · short_text, long_text → str

An unanswered variable is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_serializer

FORMAT: Literal["surveyapp/questionnaire/1"] = "surveyapp/questionnaire/1"

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Language = Literal["zh-Hans", "en"]
Label = Annotated[str, StringConstraints(max_length=4000)]
Text = dict[Language, Label]
Rule = dict[str, Any]
"""A rule tree as JSON (`surveyapp.designer.rules` gives it meaning)."""


class Part(BaseModel):
    """Base of everything in a document: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A changed copy. What was computed from the original's fields is not taken along."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class Option(Part):
    """One answer of a choice. An exclusive option ("none of these") clears the others."""

    id: Id
    label: Text = {}
    exclusive: bool = False


class Scale(Part):
    """Points 1 … `points`, each with a label where one is given (the ends at least)."""

    points: Annotated[int, Field(ge=3, le=11)] = 5
    labels: dict[int, Text] = {}


class Item(Part):
    """One statement of a grid; scored into `dimension` when it names one."""

    id: Id
    label: Text = {}
    dimension: Id | None = None
    reverse: bool = False


class QuestionBase(Part):
    """What every question has. `show` hides the question unless it is true."""

    id: Id
    title: Text = {}
    help: Text = {}
    required: bool = False
    show: Rule | None = None


class Single(QuestionBase):
    """One of the options."""

    type: Literal["single"] = "single"
    options: tuple[Option, ...] = ()


class Multiple(QuestionBase):
    """Any number of the options, at most `at_most` where given."""

    type: Literal["multiple"] = "multiple"
    options: tuple[Option, ...] = ()
    at_most: Annotated[int, Field(ge=1)] | None = None


class Likert(QuestionBase):
    """One statement on a labelled scale; scored into `dimension` when it names one."""

    type: Literal["likert"] = "likert"
    scale: Scale = Scale()
    dimension: Id | None = None
    reverse: bool = False


class LikertGrid(QuestionBase):
    """Several statements on one scale."""

    type: Literal["likert_grid"] = "likert_grid"
    scale: Scale = Scale()
    items: tuple[Item, ...] = ()


class Nps(QuestionBase):
    """Likelihood to recommend, 0–10, both ends labelled."""

    type: Literal["nps"] = "nps"
    low: Text = {}
    high: Text = {}


class Number(QuestionBase):
    """A number within bounds, with at most `decimals` decimal places."""

    type: Literal["number"] = "number"
    minimum: float | None = None
    maximum: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    unit: Text = {}


class ShortText(QuestionBase):
    """One line."""

    type: Literal["short_text"] = "short_text"
    max_length: Annotated[int, Field(ge=1, le=500)] = 200


class LongText(QuestionBase):
    """Several lines."""

    type: Literal["long_text"] = "long_text"
    max_length: Annotated[int, Field(ge=1, le=10000)] = 2000


class Information(QuestionBase):
    """Text to read; takes no answer."""

    type: Literal["information"] = "information"


Question = Annotated[
    Single | Multiple | Likert | LikertGrid | Nps | Number | ShortText | LongText | Information,
    Field(discriminator="type"),
]


QUESTION_TYPES = (
    "single",
    "multiple",
    "likert",
    "likert_grid",
    "nps",
    "number",
    "short_text",
    "long_text",
    "information",
)
"""The value of `type` of each kind of question."""


class Page(Part):
    """Questions shown together."""

    id: Id
    title: Text = {}
    show: Rule | None = None
    questions: tuple[Question, ...] = ()


class Dimension(Part):
    """A scored construct; the weights (per cent) of a document's dimensions sum to 100."""

    id: Id
    title: Text = {}
    weight: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(0)

    @field_serializer("weight", when_used="json")
    def _weight_as_number(self, weight: Decimal) -> int | float:
        return int(weight) if weight == weight.to_integral_value() else float(weight)


class Contradiction(Part):
    """Answers that cannot both be meant; screening flags a response for which `when` is true."""

    id: Id
    title: Text = {}
    when: Rule


class Document(Part):
    """A whole questionnaire."""

    format: Literal["surveyapp/questionnaire/1"] = FORMAT
    title: Text = {}
    languages: tuple[Language, ...] = ("zh-Hans", "en")
    default_language: Language = "zh-Hans"
    introduction: Text = {}
    thank_you: Text = {}
    pages: tuple[Page, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Every question, in document order."""
        for page in self.pages:
            yield from page.questions

    @cached_property
    def question_by_id(self) -> dict[str, Question]:
        """Index of the questions (the last of duplicate ids; `proof` reports duplicates)."""
        return {q.id: q for q in self.questions()}

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Every variable, in document order."""
        return tuple(v for q in self.questions() for v in variables_of(q))

    def text(self, text: Text, language: str) -> str:
        """`text` in `language`, else in the default language, else in any, else empty."""
        labels = cast(dict[str, str], text)
        wanted = (language, self.default_language, *text)
        return next((labels[code] for code in wanted if labels.get(code)), "")


def variables_of(question: QuestionBase) -> tuple[str, ...]:
    """The variables that a question fills: none for information, one a statement for a grid."""
    if isinstance(question, Information):
        return ()
    if isinstance(question, LikertGrid):
        return tuple(f"{question.id}.{item.id}" for item in question.items)
    return (question.id,)


def question_of(variable: str) -> str:
    """The id of the question that fills `variable`."""
    return variable.partition(".")[0]
