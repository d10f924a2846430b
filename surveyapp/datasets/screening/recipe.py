"""The recipe: everything that decides a screening run, as data.

The same recipe on the same dataset gives the same bytes. Format 1 held the longest run of equal
answers against a share of the items, which a quarter of attentive people reach in five items;
format 2 holds it against chance, and knows further indices of a person and bursts of answers. A
stored recipe keeps its format, its hash and what it flags.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, cast

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from surveyapp.datasets.recipes import Part, Stored, read
from surveyapp.findings import N_, Finding, SurveyError

Share = Annotated[float, Field(ge=0, le=1)]
FIRST: Literal["surveyapp/screening/1"] = "surveyapp/screening/1"
CURRENT: Literal["surveyapp/screening/2"] = "surveyapp/screening/2"


class Logic(Part):
    """Layer 1: what cannot be an attentive person's answer.

    contradictions: apply those that the questionnaire declares. speed_share: faster than this
    share of the time that the path needs (reading and answering at a usual pace). speed_seconds:
    a fixed limit instead, where given. The later of two responses with the same scale answers (of
    at least three different values) is a copy when they are at least `duplicate_items`, or when
    an equal comment of at least `duplicate_characters` goes with them.
    """

    contradictions: bool = True
    speed_share: Share = 0.3
    speed_seconds: Annotated[float, Field(ge=0)] | None = None
    duplicate_items: Annotated[int, Field(ge=5)] = 24
    duplicate_characters: Annotated[int, Field(ge=5)] = 12


class Cuts(Part):
    """Layer 2: what is unusual. None switches an index off.

    irv_low: standard deviation of a person's answers, in parts of the scale's width. irv_high:
    keyed, in parts of what random answering gives. mahalanobis_p: upper tail of the chi-square
    cut-off. reversals: scales in which a reversal is ignored. nps_z: recommendation against the
    items, in robust sd. even_odd: inconsistency over the dimensions. isolation: score of the
    isolation forest. hurried_share: of the path's time; above speed_share.
    """

    irv_low: Annotated[float, Field(ge=0)] | None = 0.07
    irv_high: Annotated[float, Field(gt=0)] | None = 0.85
    mahalanobis_p: Annotated[float, Field(gt=0, lt=1)] | None = 0.001
    reversals: Annotated[int, Field(ge=1)] | None = 2
    nps_z: Annotated[float, Field(gt=0)] | None = 3.5
    even_odd: Annotated[float, Field(ge=-1, le=1)] | None = None
    isolation: Share | None = 0.6
    hurried_share: Share | None = 0.45


Chance = Annotated[float, Field(gt=0, lt=1)]
Correlation = Annotated[float, Field(ge=-1, le=1)]


class Patterns(Cuts):
    """longstring_chance: a run of equal answers that at most this share of attentive people would
    give (`stats.careless.chance`); grid_chance: within one grid of questions. guttman: share of
    Guttman errors. few_z: where complete rows are fewer than five an item, the distance of shrunken
    correlations in robust sd, instead of mahalanobis_p. synonyms, person_total: at most, and
    antonyms: at least this correlation within the person, over pairs of items that correlate
    beyond ±0.5, and with the other people's means.
    """

    longstring_chance: Chance | None = 0.01
    grid_chance: Chance | None = 0.01
    guttman: Share | None = 0.25
    few_z: Annotated[float, Field(gt=0)] | None = 3.5
    synonyms: Correlation | None = None
    antonyms: Correlation | None = None
    person_total: Correlation | None = None

    @property
    def longstring(self) -> float | None:
        """The setting of the rule of this name."""
        return self.longstring_chance


class FirstPatterns(Cuts):
    """Of format 1. longstring_share: longest run of equal answers, of the number of items."""

    longstring_share: Share | None = 0.6

    @property
    def longstring(self) -> float | None:
        """The setting of the rule of this name."""
        return self.longstring_share


class Plausibility(Part):
    """Also layer 2: what hardly belongs to a visit. None or false switches a rule off; what is not
    known of a response is no flag.

    minutes_outside_hours: more of them between completion and the hours of the touchpoint's store.
    days_past_window: more of them beyond the days after a purchase that the study names.
    metres_outside_store: more of them certainly outside the touchpoint's radius. trap: a field was
    filled in that people neither see nor reach. unworked: begun in a rush of answers from one
    address without the puzzle that it was asked.
    """

    minutes_outside_hours: Annotated[int, Field(ge=0)] | None = 60
    days_past_window: Annotated[int, Field(ge=0)] | None = 0
    metres_outside_store: Annotated[int, Field(ge=0)] | None = 0
    trap: bool = True
    unworked: bool = True


class Bursts(Part):
    """Also layer 2: answers of one network, browser or interviewer within `minutes`, or of one
    minute, that the waves of everybody's answers do not explain (`stats.careless.bursts`): a
    burst that the whole collection has with at most this chance. None switches one off.
    """

    minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    network: Chance | None = 0.001
    browser: Chance | None = 0.001
    interviewer: Chance | None = 0.001
    minute: Chance | None = 0.001


class Review(Part):
    """Layer 3: this share of the kept and of the excluded, drawn from the seed, is read."""

    share: Share = 0.1


class Policy(Part):
    """What excludes without a person's word: a hit in layer 1, or so many independent kinds of
    pattern in layer 2 (longstring and low variability are one kind). 0: never.
    """

    on_logic: bool = True
    pattern_kinds: Annotated[int, Field(ge=0)] = 2


class Recipe(Stored):
    """A whole recipe. `patterns` is of the format's kind; the first knows no bursts."""

    format: Literal["surveyapp/screening/1", "surveyapp/screening/2"] = CURRENT
    seed: int = 20260101
    logic: Logic = Logic()
    patterns: Patterns | FirstPatterns = Patterns()
    plausibility: Plausibility = Plausibility()
    bursts: Bursts | None = Bursts()
    review: Review = Review()
    policy: Policy = Policy()

    @model_validator(mode="before")
    @classmethod
    def _of_its_format(cls, given: Any) -> Any:
        """The patterns as those of the format, so that each knows its own settings only."""
        if not isinstance(given, dict):
            return given
        first = given.get("format") == FIRST
        if first and given.get("bursts") is not None:
            wrong = InitErrorDetails(type="extra_forbidden", loc=("bursts",), input=given["bursts"])
            raise ValidationError.from_exception_data(cls.__name__, [wrong])
        given = {**given, "bursts": None} if first else given
        if isinstance(given.get("patterns"), Cuts):
            return given
        kind = FirstPatterns if first else Patterns
        try:
            return {**given, "patterns": kind.model_validate(given.get("patterns", {}))}
        except ValidationError as error:
            inner = [{**detail, "loc": ("patterns", *detail["loc"])} for detail in error.errors()]
            told = cast("list[InitErrorDetails]", inner)
            raise ValidationError.from_exception_data(cls.__name__, told) from error

    def as_json(self) -> dict[str, Any]:
        """As stored: the first format has no word of bursts."""
        told = super().as_json()
        return told if self.is_current else {k: v for k, v in told.items() if k != "bursts"}

    @property
    def is_current(self) -> bool:
        """Whether it is of the newest format."""
        return self.format == CURRENT

    def renewed(self) -> Recipe:
        """The same in the newest format: the longest run by chance, further indices and bursts as
        usual, everything else as it was.
        """
        kept = self.patterns.model_dump(exclude={"longstring_share"})
        if getattr(self.patterns, "longstring_share", 0) is None:
            kept["longstring_chance"] = None
        new = {"format": CURRENT, "patterns": Patterns(**kept), "bursts": Bursts()}
        return self.model_copy(update=new)


def recipe_of(stored: dict[str, Any] | None) -> Recipe:
    """The recipe of its JSON form, the default one for nothing. Raises SurveyError."""
    template = N_("The screening recipe is wrong at {place}: {reason}.")
    return read(Recipe, stored, "screening.recipe", template)


def recipe_from(text: str) -> Recipe:
    """The recipe that somebody wrote as JSON. Raises SurveyError: `screening.not_json`, or of each
    setting that is wrong, by its place.
    """
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        template = N_("The recipe is no JSON: see line {line}.")
        raise SurveyError(
            Finding("screening.not_json", f"line:{line}", template, {"line": line})
        ) from error
    if not isinstance(stored, dict):
        template = N_("A recipe is written in braces.")
        raise SurveyError(Finding("screening.not_json", "recipe", template))
    return recipe_of(stored)
