"""The kinds of questions.

Answers are a flat mapping from *variable* to value; a variable is a question's id, or
`question.item` for each statement of a grid, or `question.option` for the words behind an option
that asks to specify:

    single → option id · multiple → list of option ids in document order · ranking → list of option
    ids, best first · likert, nps, ces, csat, stars and each grid statement → int · number → int or
    float · date → ISO string · consent → true · photo → key of the stored file · short_text,
    long_text and `question.option` → str

A question that offers `missing` answers may hold one of their names instead. An unanswered
variable is absent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from surveyapp.designer.parts import Check, Id, Missing, Origin, Part, Rule, Text

Day = Annotated[str, StringConstraints(pattern=r"^(today|[0-9]{4}-[0-9]{2}-[0-9]{2})$")]
"""An ISO date, or the day on which it is answered, in the study's time zone."""


class Option(Part):
    """One answer of a choice. An exclusive option ("none of these") clears the others.

    show: hides it unless true. other: asks to specify in words. missing: says why there is no
    answer. fixed: keeps its place when the others are shuffled. points: its score, 0 to 10.
    """

    later: ClassVar[frozenset[str]] = frozenset({"show", "other", "missing", "fixed", "points"})

    id: Id
    label: Text = {}
    exclusive: bool = False
    show: Rule | None = None
    other: bool = False
    missing: Missing | None = None
    fixed: bool = False
    points: Annotated[float, Field(ge=0, le=10)] | None = None


class Carry(Part):
    """Take the options of an earlier choice along: those that were chosen, or the others.

    They stand before the question's own options, with their ids and labels.
    """

    question: Id
    which: Literal["chosen", "unchosen"] = "chosen"


class Scale(Part):
    """Points 1 … `points`, each with a label where one is given (the ends at least)."""

    points: Annotated[int, Field(ge=3, le=11)] = 5
    labels: dict[int, Text] = {}


class Item(Part):
    """One statement of a grid; scored into `dimension` when it names one."""

    later: ClassVar[frozenset[str]] = frozenset({"show", "fixed"})

    id: Id
    label: Text = {}
    dimension: Id | None = None
    reverse: bool = False
    show: Rule | None = None
    fixed: bool = False


class Thresholds(Part):
    """Points for a measured number: `full` up to `best`, `off` fewer for every further `step`.

    With `better` = "lower" a response within 10 s has full points and loses one for every further
    5 s begun; with "higher" a rate of at least 95 has them. Never below 0.
    """

    best: float
    step: Annotated[float, Field(gt=0)] = 1
    full: Annotated[float, Field(gt=0, le=10)] = 10
    off: Annotated[float, Field(ge=0)] = 1
    better: Literal["lower", "higher"] = "lower"


class QuestionBase(Part):
    """What every question has. `show` hides the question unless it is true.

    require: makes it required where true. checks: what must hold of the answer. origin: where it
    came from. title and help may pipe earlier answers.
    """

    later: ClassVar[frozenset[str]] = frozenset(
        {"require", "checks", "origin", "missing", "shuffle", "carry", "dimension", "thresholds",
         "format"}
    )  # fmt: skip

    id: Id
    title: Text = {}
    help: Text = {}
    required: bool = False
    show: Rule | None = None
    require: Rule | None = None
    checks: tuple[Check, ...] = ()
    origin: Origin | None = None


class Single(QuestionBase):
    """One of the options; scored into `dimension` by the options' points."""

    type: Literal["single"] = "single"
    options: tuple[Option, ...] = ()
    carry: Carry | None = None
    shuffle: bool = False
    dimension: Id | None = None


class Multiple(QuestionBase):
    """Any number of the options, at most `at_most` where given."""

    type: Literal["multiple"] = "multiple"
    options: tuple[Option, ...] = ()
    at_most: Annotated[int, Field(ge=1)] | None = None
    carry: Carry | None = None
    shuffle: bool = False


class Ranking(QuestionBase):
    """The options in order of preference: all that are shown, or the first `at_most`."""

    type: Literal["ranking"] = "ranking"
    options: tuple[Option, ...] = ()
    at_most: Annotated[int, Field(ge=1)] | None = None
    carry: Carry | None = None
    shuffle: bool = False


class Likert(QuestionBase):
    """One statement on a labelled scale; scored into `dimension` when it names one."""

    later: ClassVar[frozenset[str]] = QuestionBase.later - {"dimension"}

    type: Literal["likert"] = "likert"
    scale: Scale = Scale()
    dimension: Id | None = None
    reverse: bool = False
    missing: tuple[Missing, ...] = ()


class LikertGrid(QuestionBase):
    """Several statements on one scale; an item's `show` follows what was chosen before."""

    type: Literal["likert_grid"] = "likert_grid"
    scale: Scale = Scale()
    items: tuple[Item, ...] = ()
    missing: tuple[Missing, ...] = ()
    shuffle: bool = False


class Nps(QuestionBase):
    """Likelihood to recommend, 0–10, both ends labelled."""

    type: Literal["nps"] = "nps"
    low: Text = {}
    high: Text = {}
    missing: tuple[Missing, ...] = ()


class Ces(QuestionBase):
    """Customer effort, 1–7, both ends labelled; 7 is the least effort."""

    type: Literal["ces"] = "ces"
    low: Text = {}
    high: Text = {}
    dimension: Id | None = None
    missing: tuple[Missing, ...] = ()


class Csat(QuestionBase):
    """Satisfaction, 1–5, every point labelled; 4 and 5 are the satisfied."""

    type: Literal["csat"] = "csat"
    labels: dict[int, Text] = {}
    dimension: Id | None = None
    missing: tuple[Missing, ...] = ()


class Stars(QuestionBase):
    """One to `points` stars."""

    type: Literal["stars"] = "stars"
    points: Annotated[int, Field(ge=3, le=10)] = 5
    low: Text = {}
    high: Text = {}
    dimension: Id | None = None
    missing: tuple[Missing, ...] = ()


class Number(QuestionBase):
    """A number within bounds, with at most `decimals` decimal places.

    Scored into `dimension` by `thresholds`.
    """

    type: Literal["number"] = "number"
    minimum: float | None = None
    maximum: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    unit: Text = {}
    missing: tuple[Missing, ...] = ()
    dimension: Id | None = None
    thresholds: Thresholds | None = None


class Date(QuestionBase):
    """A day, not before `earliest` and not after `latest`."""

    type: Literal["date"] = "date"
    earliest: Day | None = None
    latest: Day | None = None
    missing: tuple[Missing, ...] = ()


class ShortText(QuestionBase):
    """One line; `format` says what must be written in it."""

    type: Literal["short_text"] = "short_text"
    max_length: Annotated[int, Field(ge=1, le=500)] = 200
    format: Literal["any", "email", "phone", "digits"] = "any"
    missing: tuple[Missing, ...] = ()


class LongText(QuestionBase):
    """Several lines."""

    type: Literal["long_text"] = "long_text"
    max_length: Annotated[int, Field(ge=1, le=10000)] = 2000


class Consent(QuestionBase):
    """Agreement to `statement`. Where required, nobody goes on without giving it."""

    type: Literal["consent"] = "consent"
    statement: Text = {}


class Photo(QuestionBase):
    """A picture, such as a photographed comment card."""

    type: Literal["photo"] = "photo"


class Information(QuestionBase):
    """Text to read; takes no answer."""

    type: Literal["information"] = "information"


Choice = Single | Multiple | Ranking
"""Questions with options."""
Rating = Likert | LikertGrid | Nps | Ces | Csat | Stars
"""Questions answered with a point of a scale."""

Question = Annotated[
    Single
    | Multiple
    | Ranking
    | Likert
    | LikertGrid
    | Nps
    | Ces
    | Csat
    | Stars
    | Number
    | Date
    | ShortText
    | LongText
    | Consent
    | Photo
    | Information,
    Field(discriminator="type"),
]

QUESTION_TYPES = (
    "single",
    "multiple",
    "ranking",
    "likert",
    "likert_grid",
    "nps",
    "ces",
    "csat",
    "stars",
    "number",
    "date",
    "short_text",
    "long_text",
    "consent",
    "photo",
    "information",
)
"""The value of `type` of each kind of question."""

FULL_POINTS = Decimal(10)
"""Points run from 0 to 10."""


def scale_ends(question: QuestionBase) -> tuple[int, int] | None:
    """Lowest and highest point of a rating; None for other questions."""
    if isinstance(question, Likert | LikertGrid):
        return 1, question.scale.points
    if isinstance(question, Stars):
        return 1, question.points
    return {"nps": (0, 10), "ces": (1, 7), "csat": (1, 5)}.get(getattr(question, "type", ""))


def missing_of(question: QuestionBase) -> tuple[Missing, ...]:
    """The answers beside the scale that say why there is none (not those among options)."""
    return getattr(question, "missing", ())


def variables_of(question: QuestionBase) -> tuple[str, ...]:
    """The variables that a question fills, in order; none for information."""
    if isinstance(question, Information):
        return ()
    if isinstance(question, LikertGrid):
        return tuple(f"{question.id}.{item.id}" for item in question.items)
    words = (option.id for option in getattr(question, "options", ()) if option.other)
    return (question.id, *(f"{question.id}.{option}" for option in words))


def question_of(variable: str) -> str:
    """The id of the question that fills `variable`."""
    return variable.partition(".")[0]
