"""The questionnaire document: what is asked, in which order, in which languages.

A frozen value. Ids never change meaning, codes are data, labels are not. Order is fixed, rules
only hide and show. A draft may be unfinished (no options yet, an empty label): `proof` says so;
what is malformed (unknown type, a duplicate key, a wrong kind of value) never becomes a Document.

`parts`, `questions` and `measurement` hold the kinds of parts; `questions` says which values
their answers have.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_serializer

from surveyapp.designer.measurement import (
    Bonus,
    Dimension,
    Level,
    Percent,
    Profile,
    Veto,
    as_number,
)
from surveyapp.designer.parts import (
    Check,
    HttpsAddress,
    Id,
    Label,
    Language,
    Missing,
    Origin,
    Part,
    Rule,
    SourceName,
    Text,
)
from surveyapp.designer.questions import (
    QUESTION_TYPES,
    Carry,
    Ces,
    Choice,
    Consent,
    Csat,
    Date,
    Information,
    Item,
    Likert,
    LikertGrid,
    LongText,
    Multiple,
    Nps,
    Number,
    Option,
    Photo,
    Question,
    QuestionBase,
    Ranking,
    Rating,
    Scale,
    ShortText,
    Single,
    Stars,
    Thresholds,
    missing_of,
    question_of,
    scale_ends,
    variables_of,
)

FORMAT: Literal["surveyapp/questionnaire/1"] = "surveyapp/questionnaire/1"


class ScreenOut(Part):
    """Ends the questionnaire after its page where `when` is true, with `message`."""

    id: Id
    title: Text = {}
    when: Rule
    message: Text = {}


class Page(Part):
    """Questions shown together.

    block: pages of one block that follow each other are shuffled among themselves, by the
    response's seed. shuffle: the same for the questions of the page. checks: what must hold of
    the page's answers together. screen_outs: who ends here.
    """

    later: ClassVar[frozenset[str]] = frozenset(
        {"block", "shuffle", "checks", "screen_outs", "origin"}
    )

    id: Id
    title: Text = {}
    show: Rule | None = None
    questions: tuple[Question, ...] = ()
    block: Id | None = None
    shuffle: bool = False
    checks: tuple[Check, ...] = ()
    screen_outs: tuple[ScreenOut, ...] = ()
    origin: Origin | None = None


class Contradiction(Part):
    """Answers that cannot both be meant; screening flags a response for which `when` is true."""

    id: Id
    title: Text = {}
    when: Rule


class Computed(Part):
    """A value made from answers and facts; rules and texts read it as `computed.ID`."""

    id: Id
    title: Text = {}
    value: Rule


class Arm(Part):
    """One of the wordings or forms that an experiment compares."""

    id: Id
    label: Text = {}
    weight: Annotated[int, Field(ge=1, le=1000)] = 1


class Experiment(Part):
    """A random group, drawn from the response's seed; rules read it as `random.ID`."""

    id: Id
    title: Text = {}
    arms: tuple[Arm, ...] = ()


class Cell(Part):
    """At most `limit` completed responses for which `when` is true."""

    id: Id
    label: Text = {}
    when: Rule
    limit: Annotated[int, Field(ge=0)] = 0


class Quota(Part):
    """Cells that are counted and closed on their own."""

    id: Id
    title: Text = {}
    cells: tuple[Cell, ...] = ()


class Ending(Part):
    """What somebody who completed reads where this is the first ending whose `when` is true.

    coupon: a code of the study's stock goes with it. call_back: the person may ask to be called.
    address: where the person may go on to; `parameters` of it are sources as texts write them
    (`touchpoint.store`), signed together and valid for so many hours; at_once: without a press,
    where nothing else is to be read.
    """

    id: Id
    title: Text = {}
    when: Rule
    message: Text = {}
    coupon: bool = False
    call_back: bool = False
    address: HttpsAddress = ""
    parameters: Annotated[tuple[SourceName, ...], Field(max_length=20)] = ()
    valid_hours: Annotated[int, Field(ge=1, le=720)] = 24
    at_once: bool = False


class Document(Part):
    """A whole questionnaire. bonus_cap: the most that all bonuses add, in per cent."""

    later: ClassVar[frozenset[str]] = frozenset(
        {
            "computed",
            "experiments",
            "quotas",
            "profiles",
            "vetoes",
            "bonuses",
            "bonus_cap",
            "levels",
            "endings",
        }
    )

    format: Literal["surveyapp/questionnaire/1"] = FORMAT
    title: Text = {}
    languages: tuple[Language, ...] = ("zh-Hans", "en")
    default_language: Language = "zh-Hans"
    introduction: Text = {}
    thank_you: Text = {}
    pages: tuple[Page, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    computed: tuple[Computed, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    quotas: tuple[Quota, ...] = ()
    profiles: tuple[Profile, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    bonus_cap: Percent = Decimal(15)
    levels: tuple[Level, ...] = ()
    endings: tuple[Ending, ...] = ()

    @field_serializer("bonus_cap", when_used="json")
    def _cap_as_number(self, cap: Decimal) -> int | float:
        return as_number(cap)

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

    @cached_property
    def question_by_variable(self) -> dict[str, Question]:
        """The question that each variable answers."""
        return {v: q for q in self.questions() for v in variables_of(q)}

    @cached_property
    def page_by_question(self) -> dict[str, str]:
        """Question id → id of its page, in document order."""
        return {q.id: page.id for page in self.pages for q in page.questions}

    @cached_property
    def page_ids(self) -> frozenset[str]:
        """The ids of all pages."""
        return frozenset(page.id for page in self.pages)

    def text(self, text: Text, language: str) -> str:
        """`text` in `language`, else in the default language, else in any, else empty."""
        wanted = (language, self.default_language, *text)
        return next((text[code] for code in wanted if text.get(code)), "")


__all__ = [
    "FORMAT",
    "QUESTION_TYPES",
    "Arm",
    "Bonus",
    "Carry",
    "Cell",
    "Ces",
    "Check",
    "Choice",
    "Computed",
    "Consent",
    "Contradiction",
    "Csat",
    "Date",
    "Dimension",
    "Document",
    "Ending",
    "Experiment",
    "Id",
    "Information",
    "Item",
    "Label",
    "Language",
    "Level",
    "Likert",
    "LikertGrid",
    "LongText",
    "Missing",
    "Multiple",
    "Nps",
    "Number",
    "Option",
    "Origin",
    "Page",
    "Part",
    "Percent",
    "Photo",
    "Profile",
    "Question",
    "QuestionBase",
    "Quota",
    "Ranking",
    "Rating",
    "Rule",
    "Scale",
    "ScreenOut",
    "ShortText",
    "Single",
    "Stars",
    "Text",
    "Thresholds",
    "Veto",
    "missing_of",
    "question_of",
    "scale_ends",
    "variables_of",
]
