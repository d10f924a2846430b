"""SPSS .sav: variable labels, value labels, and blanks as user-missing codes with their reason."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from surveyapp.datasets.blanks import ALWAYS, MISSING_CODES, REASONS
from surveyapp.datasets.exports.checking import Progress, differs
from surveyapp.datasets.exports.content import BLOCK, Content
from surveyapp.datasets.exports.labels import cut, label_of, said
from surveyapp.datasets.exports.names import spss_names
from surveyapp.datasets.variable import Variable

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = ("scale", "indicator", "rank")
EPOCH = date(1582, 10, 14)
"""Day from which SPSS counts the seconds of its dates."""
DAY = 86_400
LONGEST = 255
"""Bytes of a variable's label."""
MOST = 3
"""Values that SPSS takes for missing in a text column; numbers have a whole range."""
FAR = 9_000_000_000_000_000
"""Added to the missing codes of a number question whose range could hold them."""


def write(path: Path, content: Content, progress: Progress) -> None:
    """Write the file. SPSS files are written in one go: columns are kept as small as they go."""
    import pandas as pd
    import pyreadstat

    columns, names = content.columns, spss_names([v.name for v in content.columns])
    parts: list[pd.DataFrame] = list(_parts(content, progress))
    frame = pd.concat(parts, ignore_index=True) if parts else _empty(columns)
    frame.columns = pd.Index([names[v.name] for v in columns])
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=cut(content.data.title, 60),
        column_labels={names[v.name]: label_of(v, content.language, LONGEST) for v in columns},
        variable_value_labels={
            names[v.name]: labels for v in columns if (labels := _values(v, content.language))
        },
        missing_ranges={names[v.name]: _missing(v) for v in columns if _is_coded(v)},
        variable_measure={names[v.name]: _measure(v) for v in columns},
        variable_format={
            names[v.name]: "SDATE10" if v.kind == "date" else "F8.0"
            for v in columns
            if v.kind in (*_WHOLE, "date")
        },
        row_compress=True,
    )


def check(path: Path, content: Content, progress: Progress) -> None:
    """Read back in blocks and compare cells, names and labels."""
    import pyreadstat

    columns, names = content.columns, spss_names([v.name for v in content.columns])
    _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    if meta.column_names != [names[v.name] for v in columns]:
        raise differs(path, 0, "names")
    labels = {names[v.name]: label_of(v, content.language, LONGEST) for v in columns}
    if meta.column_names_to_labels != labels:
        raise differs(path, 0, "labels")
    for variable in columns:
        found = meta.variable_value_labels.get(names[variable.name], {})
        if found != _values(variable, content.language):
            raise differs(path, 0, f"values of {variable.name}")
    start = 0
    for part in _parts(content, progress):
        read, _ = pyreadstat.read_sav(
            str(path),
            row_offset=start,
            row_limit=len(part),
            user_missing=True,
            disable_datetime_conversion=True,
        )
        _compare(path, read, part, columns, start)
        start += len(part)
    rest, _ = pyreadstat.read_sav(str(path), row_offset=start, row_limit=1)
    if start and len(rest):
        raise differs(path, start + 1, "row")


def _compare(
    path: Path, read: pd.DataFrame, wanted: pd.DataFrame, columns: tuple[Variable, ...], start: int
) -> None:
    if len(read) != len(wanted):
        raise differs(path, start + min(len(read), len(wanted)) + 1, "row")
    for at, variable in enumerate(columns):
        a, b = read.iloc[:, at].to_numpy(), wanted.iloc[:, at].to_numpy()
        same = _same(a, b)
        if not same.all():
            raise differs(path, start + int(np.argmin(same)) + 1, variable.name)


def _same(a: Any, b: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if b.dtype == object:
        return np.array([(x or "") == y for x, y in zip(a, b, strict=True)], dtype=bool)
    one, two = a.astype(np.float64), b.astype(np.float64)
    return np.asarray((one == two) | (np.isnan(one) & np.isnan(two)), dtype=bool)


def _parts(content: Content, progress: Progress) -> Iterator[pd.DataFrame]:
    import pandas as pd

    columns = content.columns
    for number, block in enumerate(content.blocks()):
        start = number * BLOCK
        progress.report(progress.step, start, progress.total)
        yield pd.DataFrame(
            {
                v.name: _column(content, v, cells, start)
                for v, cells in zip(columns, block, strict=True)
            }
        )
    progress.report(progress.step, progress.total, progress.total)


def _column(content: Content, v: Variable, cells: list[Any], start: int) -> Any:
    if not _is_coded(v):
        if _is_text(v):
            return np.array([c or "" for c in cells], dtype=object)
        return np.array([math.nan if c is None else c for c in cells], dtype=np.float64)
    codes = _codes(v)
    why = content.reasons(v.name, start, len(cells))
    filled = [codes[int(r)] if c is None else c for c, r in zip(cells, why, strict=True)]
    if v.kind == "choice":
        return np.array([sys.intern(str(c)) for c in filled], dtype=object)
    if v.kind == "date":
        seconds = [(c - EPOCH).days * DAY if isinstance(c, date) else c for c in filled]
        return np.array(seconds, dtype=np.float64)
    return np.array(filled, dtype=np.float64 if v.kind == "number" else np.int16)


def _empty(columns: tuple[Variable, ...]) -> pd.DataFrame:
    import pandas as pd

    kinds = {
        v.name: object if _is_text(v) else np.int16 if v.kind in _WHOLE else np.float64
        for v in columns
    }
    return pd.DataFrame({name: np.array([], dtype=kind) for name, kind in kinds.items()})


def _is_coded(v: Variable) -> bool:
    """Whether blanks get a code (a person's own words cannot share a column with codes)."""
    return v.kind in ("choice", "number", "date", *_WHOLE)


def _is_text(v: Variable) -> bool:
    return v.kind in ("text", "choice") or (v.kind == "about" and v.type == "text")


def _codes(v: Variable) -> dict[int, int]:
    far = v.kind == "number" and (v.low is None or v.low <= max(MISSING_CODES.values()))
    return {reason: MISSING_CODES[reason] - FAR * far for reason in v.reasons}


def _missing(v: Variable) -> list[Any]:
    codes = _codes(v)
    if v.kind == "choice":
        said = [code for reason, code in codes.items() if reason not in ALWAYS]
        usual = [codes[reason] for reason in ALWAYS]
        return [str(code) for code in sorted([*said, *usual][:MOST])]
    return [{"lo": min(codes.values()), "hi": max(codes.values())}]


def _values(v: Variable, language: str) -> dict[Any, str]:
    if not _is_coded(v):
        return {}
    labels: dict[Any, str] = {code: said(text, language) for code, text in v.values}
    kind = {"choice": str, "number": float, "date": float}.get(v.kind, int)
    for reason, code in _codes(v).items():
        labels[code] = REASONS[reason][language]
    return {kind(code): cut(text, 120) for code, text in labels.items() if text}


def _measure(v: Variable) -> str:
    return {"scale": "ordinal", "rank": "ordinal", "number": "scale", "date": "scale"}.get(
        v.kind, "nominal"
    )
