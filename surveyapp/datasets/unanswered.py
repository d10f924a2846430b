"""Answers that say why there is none: how many, of which question."""

from __future__ import annotations

from typing import Any

import numpy as np

from surveyapp.datasets.blanks import ANSWERED, SAID, UNANSWERED
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable

Json = dict[str, Any]


def missing_answers(data: Dataset) -> list[Json]:
    """Per question that was answered so at least once: the count of each reason, `left_out` (seen,
    nothing given) and `base` (all who were asked).
    """
    seen: set[str] = set()
    found = []
    for variable in data.codebook.answers:
        name = variable.question if variable.option else variable.name
        if variable.missing and name not in seen:
            seen.add(name)
            counts = _counts(data, variable)
            if any(counts[reason] for reason in SAID):
                found.append({"variable": name, "label": _label(data, variable), **counts})
    return found


def _counts(data: Dataset, variable: Variable) -> Json:
    why = data.reasons[variable.name].combine_chunks().to_numpy(zero_copy_only=False)
    counts = {reason: int((why == code).sum()) for reason, code in SAID.items()}
    left_out = int((why == UNANSWERED).sum())
    answered = int((why == ANSWERED).sum())
    if variable.option:
        columns = [v for v in data.codebook.answers if v.question == variable.question and v.option]
        answered = int(np.isfinite([data.floats(v.name) for v in columns]).any(axis=0).sum())
    return {**counts, "left_out": left_out, "base": answered + left_out + sum(counts.values())}


def _label(data: Dataset, variable: Variable) -> dict[str, str]:
    if not variable.option:
        return dict(variable.label)
    asked = (document.question_by_id.get(variable.question) for document in data.versions.values())
    return next((dict(one.title) for one in asked if one), {})
