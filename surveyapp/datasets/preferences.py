"""What people choose and put first: multiple choices and rankings, with respondents as base.

An option that somebody was not offered has no part in that person's answer, so that options may
have bases of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from surveyapp.datasets.blanks import NOT_RANKED
from surveyapp.datasets.scoring import Floats
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weighting import Weighting, as_json, share
from surveyapp.designer.document import Text

Json = dict[str, Any]


def multiples(data: Dataset, weights: Weighting) -> list[Json]:
    """Each multiple choice: its base (who answered it) and per option the share of those who chose
    it among those who answered and were offered it.
    """
    found = []
    for question, columns in _grouped(data, "multiple"):
        table = np.column_stack([data.floats(v.name) for v in columns])
        options = [
            {"id": v.option, "label": option_label(data, v), **share(weights, values)}
            for v, values in zip(columns, table.T, strict=True)
        ]  # fmt: skip
        base = int(np.isfinite(table).any(axis=1).sum())
        found.append({**_head(data, question), "base": base, "options": options})
    return found


def rankings(data: Dataset, weights: Weighting) -> list[Json]:
    """Each ranking: per option `place`, the mean place among those who ranked it, and `first`, the
    share that put it first among those who ranked something and were offered it.
    """
    found = []
    for question, columns in _grouped(data, "ranking"):
        places = [data.floats(v.name) for v in columns]
        options = [
            {
                "id": v.option,
                "label": option_label(data, v),
                "place": as_json(weights.estimate(own, (1, len(columns)))),
                "first": share(weights, _first(data, v, own)),
            }
            for v, own in zip(columns, places, strict=True)
        ]
        base = int(np.isfinite(np.column_stack(places)).any(axis=1).sum())
        found.append({**_head(data, question), "base": base, "options": options})
    return found


def _first(data: Dataset, variable: Variable, places: Floats) -> Floats:
    """1 where it was put first, 0 where it was ranked later or left out, NaN elsewhere."""
    reasons = data.reasons[variable.name].combine_chunks().to_numpy(zero_copy_only=False)
    first = np.where(np.isfinite(places), (places == 1).astype(float), np.nan)
    return np.where(reasons == NOT_RANKED, 0.0, first)


def _grouped(data: Dataset, type_: str) -> Iterator[tuple[str, list[Variable]]]:
    """The option columns of each question of a type, in order."""
    groups: dict[str, list[Variable]] = {}
    for variable in data.codebook.answers:
        if variable.type == type_ and variable.option:
            groups.setdefault(variable.question, []).append(variable)
    yield from groups.items()


def _head(data: Dataset, question: str) -> Json:
    return {"question": question, "label": title_of(data, question)}


def title_of(data: Dataset, question: str) -> Text:
    """What a question asks, by the newest version that has it."""
    newest_first = (data.versions[number] for number in sorted(data.versions, reverse=True))
    asked = (document.question_by_id.get(question) for document in newest_first)
    return next((one.title for one in asked if one), {})


def option_label(data: Dataset, variable: Variable) -> Text:
    """The label of the option alone: the column's is question and option."""
    title = title_of(data, variable.question)
    return {
        language: text.removeprefix(f"{title.get(language, '')} – ")
        for language, text in variable.label.items()
    }
