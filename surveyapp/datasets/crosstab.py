"""Any closed question by any attribute or other question, weighted, with the test of independence.

A column of too few answers is left out of everything, also of the shares of all, from which it
could be computed; where those left out are together too few, the next smallest goes with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.datasets.preferences import option_label, title_of
from surveyapp.datasets.standings import groups_of
from surveyapp.datasets.suppression import shown
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weighting import weighting
from surveyapp.designer.document import Text
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.contrasts import Contrast, association
from surveyapp.stats.sampling.crosstab import Cell, crosstab

Json = dict[str, Any]
MOST = 12
"""More columns than this are not read on a page; the largest are shown."""


@dataclass(frozen=True)
class Rows:
    """What is tabulated: its categories (code, label), 1 or 0 per response and category (NaN: no
    answer), and whether a response has exactly one of them.
    """

    label: Text
    categories: tuple[tuple[str, Text], ...]
    matrix: NDArray[np.float64]
    exclusive: bool


def tabulate(data: Dataset, row: str, column: str, minimum: int) -> Json:
    """row: an answer column, or the id of a question with several answers; column: an attribute or
    an answer column. label; columns (name, label, n); small (likewise); rows: code, label, all and
    cells (share, low, high, t, p, stands_out); test: Rao and Scott's f, df1, df2, p, n, or None;
    base: answers in the table. SurveyError without two columns to show.
    """
    found, labels = _rows(data, row), groups_of(data, column)
    weights = weighting(data)
    used = Rows(found.label, found.categories, found.matrix[weights.use], found.exclusive)
    groups = [g for g, use in zip(labels, weights.use, strict=True) if use]
    sizes = _sizes(used, groups)
    kept = shown_of(sizes, minimum)
    if len(kept) < 2:
        raise SurveyError(_nothing(minimum))
    table = crosstab(used.matrix, groups, kept, weights.design)
    names = _names(data, column)
    return {
        "label": used.label,
        "by": names.get("", {}),
        "columns": [{"name": c, "label": names.get(c, {}), "n": sizes[c]} for c in kept],
        "small": [
            {"name": c, "label": names.get(c, {}), "n": n} for c, n in sizes.items()
            if c not in kept
        ],
        "rows": [
            {"code": code, "label": label, "all": _share(all_), "cells": [_as_json(c) for c in own]}
            for (code, label), all_, own in zip(
                used.categories, table.everybody, table.cells, strict=True
            )
        ],
        "test": _test(used, groups, kept, weights.design) if used.exclusive else None,
        "base": sum(table.n),
        "overlap": not used.exclusive,
    }  # fmt: skip


def shown_of(sizes: dict[str, int], minimum: int) -> list[str]:
    """The columns to show, in their order: large enough, at most MOST; those left out must
    together be large enough too, or nobody.
    """
    large = shown(sizes, minimum)
    largest = set(sorted(large, key=lambda name: (-sizes[name], name))[:MOST])
    return [name for name in large if name in largest]


def _sizes(rows: Rows, groups: Sequence[str | None]) -> dict[str, int]:
    answered: list[bool] = np.isfinite(rows.matrix).max(axis=1, initial=False).tolist()
    sizes: dict[str, int] = {}
    for group, there in zip(groups, answered, strict=True):
        if group is not None:
            sizes[group] = sizes.get(group, 0) + int(there)
    return {name: sizes[name] for name in sorted(sizes, key=_order) if sizes[name]}


def _order(name: str) -> tuple[int, float, str]:
    """Numbers by their size, then names."""
    return (0, float(name), "") if name.lstrip("-").isdigit() else (1, 0.0, name)


def _rows(data: Dataset, name: str) -> Rows:
    variable = data.codebook.by_name.get(name)
    if variable is not None:
        return _single(data, variable)
    options = [v for v in data.codebook.answers if v.question == name and v.kind == "indicator"]
    if not options:
        raise SurveyError(_unknown(name))
    categories = tuple((v.option, option_label(data, v)) for v in options)
    matrix = np.column_stack([data.floats(v.name) for v in options])
    return Rows(title_of(data, name), categories, matrix, exclusive=False)


def _single(data: Dataset, variable: Variable) -> Rows:
    values = groups_of(data, variable.name)
    labels = {str(code): label for code, label in variable.values}
    known = [*labels, *sorted({v for v in values if v is not None and v not in labels}, key=_order)]
    occurring = [code for code in known if code in set(values)]
    matrix = np.array(
        [
            [np.nan] * len(occurring) if v is None else [float(v == code) for code in occurring]
            for v in values
        ]
    ).reshape(len(values), len(occurring))
    categories = tuple((code, labels.get(code, {})) for code in occurring)
    return Rows(variable.label, categories, matrix, exclusive=True)


def _names(data: Dataset, column: str) -> dict[str, Text]:
    """Code → label of the columns; "" → of them all. Attributes have no labels here."""
    variable = data.codebook.by_name.get(column)
    if variable is None or not variable.is_answer:
        return {}
    return {"": variable.label, **{str(code): label for code, label in variable.values}}


def _test(rows: Rows, groups: Sequence[str | None], kept: list[str], design: Any) -> Json | None:
    """Over the whole design; responses outside the table count only for their strata."""
    inside = np.array([g in set(kept) for g in groups]) & np.isfinite(rows.matrix).any(axis=1)
    at = [rows.matrix[i].argmax() if use else None for i, use in enumerate(inside)]
    found = association(at, groups, design, inside)
    if found.f is None or found.p is None:
        return None
    return {"f": found.f, "df1": found.df1, "df2": found.df2, "p": found.p, "n": found.n}


def _share(found: Contrast) -> Json:
    return {"share": found.value, "low": found.low, "high": found.high}


def _as_json(cell: Cell) -> Json:
    stands_out = cell.p is not None and cell.p < 0.05
    return {**_share(cell.share), "t": cell.t, "p": cell.p, "stands_out": stands_out}


def _nothing(minimum: int) -> Finding:
    template = N_(
        "The table needs two columns with at least {least} answers each. Choose another column."
    )
    return Finding("crosstab.nothing", "column", template, {"least": minimum})


def _unknown(name: str) -> Finding:
    template = N_('The answers have no closed question "{name}". Choose one of the list.')
    return Finding("crosstab.unknown", "row", template, {"name": name})
