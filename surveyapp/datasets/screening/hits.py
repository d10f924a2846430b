"""What screening finds: one hit per response and rule, and the names of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveyapp.findings import N_

SMALLEST = 1e-4
"""A chance below it is told as this: beyond the digits that hits keep, and never 0."""
KINDS = {
    "longstring": "invariance",
    "grid_run": "invariance",
    "irv_low": "invariance",
    "irv_high": "scatter",
    "guttman": "scatter",
    "mahalanobis": "distance",
    "reversal": "reversal",
    "nps_gap": "disagreement",
    "even_odd": "disagreement",
    "synonyms": "disagreement",
    "antonyms": "disagreement",
    "person_total": "disagreement",
    "isolation": "cluster",
    "hurried": "pace",
    "off_hours": "moment",
    "off_window": "moment",
    "far": "place",
    "trap": "program",
    "unworked": "program",
    "burst_network": "burst",
    "burst_browser": "burst",
    "burst_interviewer": "burst",
    "burst_minute": "burst",
}
"""Rule of layer 2 → the kind of evidence that it is. Rules of one kind count once."""

TITLES = {
    "contradiction": N_("Contradictory answers"),
    "speed": N_("Too fast to have been read"),
    "duplicate": N_("Copy of another response"),
    "longstring": N_("The same answer many times in a row"),
    "grid_run": N_("The same answer many times in a row in one grid"),
    "irv_low": N_("Hardly any variation"),
    "irv_high": N_("As scattered as random answers"),
    "mahalanobis": N_("Unusual combination of answers"),
    "reversal": N_("Agrees with a statement and with its opposite"),
    "nps_gap": N_("Recommendation does not fit the answers"),
    "even_odd": N_("Inconsistent within the dimensions"),
    "guttman": N_("Agrees with the harder statements and not with the easier ones"),
    "synonyms": N_("Answers differently what others answer alike"),
    "antonyms": N_("Answers alike what others answer oppositely"),
    "person_total": N_("High where others are low"),
    "isolation": N_("Set apart by its pattern as a whole"),
    "hurried": N_("Hurried"),
    "off_hours": N_("Sent while the store was closed"),
    "off_window": N_("Long after the purchase"),
    "far": N_("Far from the store"),
    "trap": N_("Filled in a field that nobody sees"),
    "unworked": N_("In a rush of answers from one address"),
    "burst_network": N_("Many answers at once from one network"),
    "burst_browser": N_("Many answers at once from one browser"),
    "burst_interviewer": N_("Many interviews at once by one interviewer"),
    "burst_minute": N_("Far more answers than in the minutes around"),
    "review": N_("Read by a person"),
    "manual": N_("Decided by a person"),
    "run": N_("No longer flagged so as to be excluded"),
}
"""Rule (its part before a colon) → what a person calls it."""


def title_of(rule: str) -> str:
    """The msgid of a rule's name; `contradiction:x` is a contradiction. What is not known (the log
    keeps 60 characters of a long list) stands for itself.
    """
    name = rule.partition(":")[0]
    return TITLES.get(name, name)


@dataclass(frozen=True, order=True)
class Hit:
    """A response that tripped a rule. detail: the numbers behind it, rounded."""

    response: int
    layer: int
    rule: str
    detail: Mapping[str, object] = field(default_factory=dict, compare=False)
