"""Ready labels for scales, balanced round their middle, in both languages of the product."""

from __future__ import annotations

from typing import Any

from surveyapp.findings import N_

Labels = dict[int, dict[str, str]]


def _labels(chinese: str, english: str) -> Labels:
    """Labels of the points 1, 2, …, from words divided by `|`."""
    pairs = zip(chinese.split("|"), english.split("|"), strict=True)
    return {point: {"zh-Hans": zh, "en": en} for point, (zh, en) in enumerate(pairs, 1)}


AGREEMENT = _labels(
    "非常不同意|不同意|一般|同意|非常同意",
    "Strongly disagree|Disagree|Neither agree nor disagree|Agree|Strongly agree",
)
SATISFACTION = _labels(
    "非常不满意|不满意|一般|满意|非常满意",
    "Very dissatisfied|Dissatisfied|Neither satisfied nor dissatisfied|Satisfied|Very satisfied",
)
PRESETS: dict[str, tuple[str, Labels]] = {
    "agreement": (N_("Agreement, 5 points"), AGREEMENT),
    "agreement7": (
        N_("Agreement, 7 points"),
        _labels(
            "非常不同意|不同意|比较不同意|一般|比较同意|同意|非常同意",
            "Strongly disagree|Disagree|Somewhat disagree|Neither agree nor disagree"
            "|Somewhat agree|Agree|Strongly agree",
        ),
    ),
    "satisfaction": (N_("Satisfaction, 5 points"), SATISFACTION),
    "satisfaction7": (
        N_("Satisfaction, 7 points"),
        _labels(
            "非常不满意|不满意|比较不满意|一般|比较满意|满意|非常满意",
            "Very dissatisfied|Dissatisfied|Somewhat dissatisfied"
            "|Neither satisfied nor dissatisfied|Somewhat satisfied|Satisfied|Very satisfied",
        ),
    ),
    "frequency": (
        N_("Frequency, 5 points"),
        _labels("从不|很少|有时|经常|总是", "Never|Rarely|Sometimes|Often|Always"),
    ),
    "quality": (
        N_("Quality, 5 points"),
        _labels("非常差|差|一般|好|非常好", "Very poor|Poor|Fair|Good|Very good"),
    ),
}
"""Key → its name, and the labels of all its points."""


def fill(place: str, preset: str, languages: tuple[str, ...]) -> dict[str, Any] | None:
    """The edit that gives the scale at `place` the points and labels of `preset`.

    Only labels in `languages` are written; None for a preset that is not known.
    """
    if preset not in PRESETS:
        return None
    every = PRESETS[preset][1]
    labels = {
        str(point): {tag: text for tag, text in texts.items() if tag in languages}
        for point, texts in every.items()
    }
    steps = ({"points": len(every)}, {"labels": labels})
    edits = [{"do": "set", "at": place, "values": {"scale": step}} for step in steps]
    return {"do": "all", "at": place, "edits": edits}
