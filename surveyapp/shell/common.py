"""What the commands share: one-line errors, lists and pairs in options, JSON without NaN."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from surveyapp.findings import Finding, SurveyError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

UNUSABLE = 2
NAMED = 5
"""Findings that a line of refusal tells; `check` lists them all."""
FILE = click.Path(path_type=Path)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)

MISSING_CODES = click.option(
    "--missing-codes", default="", help='Numbers that mean "no answer": 99,-1.'
)


class OneLine(click.Command):
    """A command whose usage errors are one line on standard error, exit 2."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """As usual, but without the usage text around an error."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            refuse(error.format_message())

    def invoke(self, ctx: click.Context) -> Any:
        """As usual; what a file or an option is refused for is one line, too."""
        try:
            return super().invoke(ctx)
        except SurveyError as error:
            first = " ".join(finding.message for finding in error.findings[:NAMED])
            more = len(error.findings) - NAMED
            refuse(f"{first} (and {more} more)" if more > 0 else first)


def refuse(message: str, code: int = UNUSABLE) -> NoReturn:
    """One line on standard error, and the exit code."""
    click.echo(f"Error: {' '.join(message.split())}", err=True)
    raise SystemExit(code)


def names(text: str, option: str) -> list[str]:
    """`a,b,c` as a list of different names, at least one."""
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        refuse(f"{option} names nothing.")
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice is not None:
        refuse(f'{option} names "{twice}" twice.')
    return found


def number(text: str, option: str) -> float:
    """A number up to `LARGEST`."""
    from surveyapp.tabular.numbers import LARGEST

    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and abs(value) > LARGEST:
        refuse(f"{option}: {value:g} is too large to compute with.")
    if not math.isfinite(value):
        refuse(f'{option}: "{text.strip()}" is not a number.')
    return value


def codes(text: str) -> list[float]:
    """`99,-1` of --missing-codes as numbers; nothing is none."""
    return [number(code, "--missing-codes") for code in text.split(",") if code.strip()]


def pairs(text: str, option: str) -> dict[str, float]:
    """`E=4421,H=755` as names with numbers, in order."""
    found: dict[str, float] = {}
    for name in names(text, option):
        key, equals, value = name.rpartition("=")
        if not equals or not key.strip():
            refuse(f'{option}: write NAME=NUMBER, not "{name}".')
        if key.strip() in found:
            refuse(f'{option} names "{key.strip()}" twice.')
        found[key.strip()] = number(value, option)
    return found


def ends(text: str, option: str = "--scale") -> tuple[float, float]:
    """`1:5` as lowest and highest answer."""
    low, colon, high = text.partition(":")
    if not colon:
        refuse(f"{option}: write LOWEST:HIGHEST, as in 1:5.")
    found = number(low, option), number(high, option)
    if found[0] >= found[1]:
        refuse(f"{option} {text}: the lowest answer comes first, as in 1:5.")
    return found


def columns_of(path: Path, wanted: Iterable[str | None]) -> pd.DataFrame:
    """The named columns of the file; what is None is not asked for."""
    from surveyapp.tabular.frame import read_frame

    return read_frame(path, list(dict.fromkeys(name for name in wanted if name)))


def numbers_in(
    frame: pd.DataFrame, column: str, missing: Collection[float] = ()
) -> NDArray[np.float64]:
    """A column as numbers, NaN where nothing stands or a code that is `missing`."""
    from surveyapp.tabular.numbers import as_numbers

    return as_numbers(frame[[column]], missing)[:, 0]


def weights_in(frame: pd.DataFrame, column: str | None) -> NDArray[np.float64] | None:
    """A column of weights; refused where one is missing or negative. None without a column."""
    import numpy as np

    if column is None:
        return None
    w = numbers_in(frame, column)
    wrong = ~np.isfinite(w) | (w < 0)
    if wrong.any():
        row = frame.index[int(wrong.argmax())]
        refuse(f'Column "{column}", row {row}: a weight is a number of 0 or more.')
    return w


def texts_in(frame: pd.DataFrame, column: str) -> list[str]:
    """A column as texts; refused where nothing stands, since a row without a group has no place."""
    found = [_text(value) for value in frame[column]]
    if "" in found:
        row = frame.index[found.index("")]
        refuse(f'Column "{column}", row {row} is empty; every row needs its group.')
    return found


def _text(value: object) -> str:
    if value is None or (not hasattr(value, "__len__") and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def as_findings(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as JSON."""
    return [{"code": found.code, "message": found.message} for found in findings]


def finite(value: float | None) -> float | None:
    """The number; None for what is no number."""
    return None if value is None or not math.isfinite(value) else float(value)


def write_json(result: Mapping[str, Any]) -> None:
    """Print the result as JSON."""
    click.echo(json.dumps(result, ensure_ascii=False, allow_nan=False, indent=2))


def figure(value: float | None, digits: int = 4) -> str:
    """A number for people; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def write_findings(findings: Iterable[Mapping[str, str]]) -> None:
    """Print the findings below a table."""
    for found in findings:
        click.echo(f"! {found['message']}")


def write_table(frame: pd.DataFrame, added: Mapping[str, Iterable[str]], out: Path) -> None:
    """All columns of the frame and the added ones as CSV, whole or not at all."""
    from surveyapp.tabular.safe_csv import write_csv, written_whole

    columns = [[_text(value) for value in frame[name]] for name in frame.columns]
    header = [*map(str, frame.columns), *added]
    try:
        with written_whole(out, encoding="utf-8-sig", newline="") as file:
            write_csv(file, header, zip(*columns, *added.values(), strict=True))
    except OSError as error:
        refuse(f'"{out}" cannot be written: {error.strerror or error}.')
