"""A stratified sample of the rows of a file: strata, allocation, draw, weights."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.allocation import Allocation, Stratum, allocate
from surveyapp.stats.sampling.draw import draw
from surveyapp.stats.sampling.spread import standard_deviation
from surveyapp.stats.sampling.weights import StratumWeights, stratum_weights
from surveyapp.tabular.frame import read_frame
from surveyapp.tabular.safe_csv import write_csv, written_whole

if TYPE_CHECKING:
    import pandas as pd

ADDED = ("inclusion_probability", "design_weight")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What to draw: see the options of the command."""

    strata_by: tuple[str, ...]
    n: int
    method: str = "proportional"
    measure: str | None = None
    minimum: int = 0
    seed: int = 0
    unit_id: str | None = None


@dataclass(frozen=True)
class Sample:
    """header and rows: the file's text; strata: sorted by key; drawn: positions of the drawn
    rows in file order, each with the number of its stratum.
    """

    strata_by: tuple[str, ...]
    header: list[str]
    rows: list[list[str]]
    strata: list[Stratum]
    allocation: Allocation
    drawn: list[tuple[int, int]]
    findings: tuple[Finding, ...]

    def weights(self) -> list[StratumWeights]:
        """Per stratum."""
        sizes = zip(self.strata, self.allocation.sizes, strict=True)
        return [stratum_weights(stratum.size, n) for stratum, n in sizes]

    def as_json(self) -> dict[str, object]:
        """The published form of the design."""
        strata = [
            {
                "stratum": dict(zip(self.strata_by, stratum.key, strict=True)),
                "N": stratum.size,
                "sd": stratum.sd,
                "n": n,
                "probability": float(weights.probability),
                "weight": None if weights.weight is None else float(weights.weight),
            }
            for stratum, n, weights in zip(
                self.strata, self.allocation.sizes, self.weights(), strict=True
            )
        ]
        return {"n": self.allocation.n, "strata": strata}

    def write(self, path: Path) -> None:
        """The drawn rows with probability and weight, for Excel. Raises SurveyError."""
        weights = self.weights()
        try:
            with written_whole(path, encoding="utf-8-sig", newline="") as file:
                write_csv(file, [*self.header, *ADDED], self._drawn_rows(weights))
        except OSError as error:
            raise SurveyError(
                Finding(
                    "sample.not_written",
                    "out",
                    N_('"{name}" cannot be written: {reason}.'),
                    {"name": str(path), "reason": error.strerror or str(error)},
                )
            ) from error

    def _drawn_rows(self, weights: Sequence[StratumWeights]) -> Iterator[list[str]]:
        for position, stratum in self.drawn:
            of = weights[stratum]
            added = (repr(float(of.probability)), repr(float(of.weight or 0)))
            yield [*self.rows[position], *added]


def sample_file(path: Path, request: Request) -> Sample:
    """Draw from the rows of a CSV, XLSX, .sav or Parquet file. Raises SurveyError.

    A unit is known by `unit_id`, else by its whole row, so the draw does not depend on the
    order of the rows.
    """
    _refuse_unclear(request)
    frame = read_frame(path)
    header = [str(name) for name in frame.columns]
    rows = _text_rows(frame)
    strata_at = [_column(frame, header, name) for name in request.strata_by]
    members: dict[Key, list[int]] = {}
    for position, row in enumerate(rows):
        members.setdefault(tuple(row[at] for at in strata_at), []).append(position)
    keys = sorted(members)
    spreads, remarks = _spreads(frame, header, rows, request, [members[key] for key in keys])
    strata = [Stratum(k, len(members[k]), sd) for k, sd in zip(keys, spreads, strict=True)]
    allocation = allocate(strata, request.n, request.method, request.minimum)
    ids = _unit_ids(frame, header, rows, request.unit_id)
    drawn = [
        (position, number)
        for number, (key, n) in enumerate(zip(keys, allocation.sizes, strict=True))
        for position in _draw(members[key], ids, n, request.seed, key)
    ]
    findings = (*_blank_strata(keys), *remarks, *allocation.findings)
    return Sample(request.strata_by, header, rows, strata, allocation, sorted(drawn), findings)


def _draw(positions: list[int], ids: list[str], n: int, seed: int, key: Key) -> list[int]:
    by_id = {ids[position]: position for position in positions}
    return [by_id[unit] for unit in draw(by_id, n, seed=seed, stratum=key)]


def _refuse_unclear(request: Request) -> None:
    if not request.strata_by or "" in request.strata_by:
        raise SurveyError(
            Finding("sample.no_strata", "strata", N_("Name the columns of the strata: city,tier."))
        )
    repeated = [name for name, times in Counter(request.strata_by).items() if times > 1]
    if repeated:
        raise SurveyError(
            Finding(
                "sample.stratum_twice",
                f"column:{repeated[0]}",
                N_('"{column}" is named twice among the strata.'),
                {"column": repeated[0]},
            )
        )
    if request.method in ("neyman", "power") and not request.measure:
        raise SurveyError(
            Finding(
                "sample.no_measure",
                "measure",
                N_("This allocation needs a measure: name a numeric column."),
            )
        )


def _column(frame: pd.DataFrame, header: list[str], name: str) -> int:
    """Where the column is; the reader's own error, with the nearest name, when it is not."""
    from surveyapp.tabular.frame import known_columns

    known_columns(header, [name])
    return header.index(name)


def _text_rows(frame: pd.DataFrame) -> list[list[str]]:
    columns = [[_text(value) for value in frame[name]] for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _spreads(
    frame: pd.DataFrame,
    header: list[str],
    rows: list[list[str]],
    request: Request,
    members: list[list[int]],
) -> tuple[list[float | None], list[Finding]]:
    """Standard deviation of the measure per stratum; blank cells take no part and are counted."""
    if not request.measure:
        return [None] * len(members), []
    at = _column(frame, header, request.measure)
    values = [_number(row[at], frame.index[i], request.measure) for i, row in enumerate(rows)]
    blank = sum(value is None for value in values)
    spreads = [
        standard_deviation(v for position in part if (v := values[position]) is not None)
        for part in members
    ]
    if not blank:
        return spreads, []
    remark = Finding(
        "sample.measure_missing",
        f"column:{request.measure}",
        N_('{count} rows have no "{column}" and do not count in its spread.'),
        {"count": blank, "column": request.measure},
        "warning",
    )
    return spreads, [remark]


def _number(text: str, row: object, column: str) -> float | None:
    cell = text.strip()
    if not cell:
        return None
    try:
        value = float(cell.replace(",", ""))
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    raise SurveyError(
        Finding(
            "sample.not_a_number",
            f"row:{row}",
            N_('Row {row}, column "{column}": "{value}" is not a number.'),
            {"row": row, "column": column, "value": text[:40]},
        )
    )


def _unit_ids(
    frame: pd.DataFrame, header: list[str], rows: list[list[str]], unit_id: str | None
) -> list[str]:
    if unit_id is None:
        return _row_ids(rows)
    at = _column(frame, header, unit_id)
    seen: dict[str, object] = {}
    for row, number in zip(rows, frame.index, strict=True):
        if not row[at] or row[at] in seen:
            raise _bad_id(unit_id, row[at], number)
        seen[row[at]] = number
    return list(seen)


def _bad_id(column: str, value: str, row: object) -> SurveyError:
    template = N_('Row {row}: the id "{value}" in column "{column}" occurs before.')
    if not value:
        template = N_('Row {row} has no id in column "{column}".')
    params = {"row": row, "column": column, "value": value}
    return SurveyError(Finding("sample.unit_id", f"row:{row}", template, params))


def _row_ids(rows: list[list[str]]) -> list[str]:
    """The whole row as text; equal rows are numbered, and which of them is drawn is all one."""
    times: Counter[str] = Counter()
    ids = []
    for row in rows:
        text = json.dumps(row, ensure_ascii=False)
        times[text] += 1
        ids.append(f"{times[text]}{text}")
    return ids


def _blank_strata(keys: list[Key]) -> list[Finding]:
    return [
        Finding(
            "sample.blank_stratum",
            "stratum:" + "/".join(key),
            N_('Some rows have nothing in a stratum column; they form the stratum "{stratum}".'),
            {"stratum": " / ".join(key)},
            "warning",
        )
        for key in keys
        if not all(part.strip() for part in key)
    ]
