"""`flask --app wsgi screen FILE`: who answered carelessly, one row a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from surveyapp.findings import Finding
from surveyapp.shell.common import (
    FILE,
    FORMAT,
    MISSING_CODES,
    OneLine,
    as_findings,
    codes,
    columns_of,
    ends,
    names,
    refuse,
    write_findings,
    write_json,
    write_table,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CUTS: dict[str, tuple[str, float]] = {
    "longstring": ("p<=", 0.01),
    "irv": ("<=", 0.0),
    "d2": ("p<", 0.001),
    "even_odd": (">=", 0.0),
    "synonyms": ("<", 0.0),
    "antonyms": (">", 0.0),
    "person_total": ("<", 0.0),
}
"""Index → when it is flagged: a run that at most 1 in 100 attentive people would give (as the
application's recipe), no spread, p < 0.001, or an agreement of the wrong sign. Rows to look at, not
to exclude by."""
ENOUGH = 5
"""Complete rows per item from which on the plain distance is steady."""
STEM = re.compile(r"[\W_]*\d+[a-z]?$")


@click.command("screen", cls=OneLine)
@click.argument("file", type=FILE)
@click.option("--items", required=True, help="Columns in presented order: a,b,c.")
@click.option("--reverse", default="", help="Items keyed the other way: b. Needs --scale.")
@click.option("--scale", help="Lowest and highest answer: 1:5.")
@click.option(
    "--groups",
    default="",
    help="Items of one scale for even-odd: 5,5,5 in order. Default: same name but digits.",
)
@click.option("--synonyms", type=click.FloatRange(0, 1), default=0.5, show_default=True)
@click.option("--antonyms", type=click.FloatRange(0, 1), default=0.5, show_default=True)
@click.option("--out", type=FILE, required=True, help="CSV: all indices and flags per row.")
@MISSING_CODES
@FORMAT
def screen(
    file: Path,
    items: str,
    reverse: str,
    scale: str | None,
    groups: str,
    synonyms: float,
    antonyms: float,
    out: Path,
    missing_codes: str,
    form: str,
) -> None:
    """Compute person indices of careless answering for the rows of FILE.

    Definitions as R's careless package (longstring, avgstring, irv, d2 on complete rows, even_odd,
    synonyms, antonyms, person_total without the person). Empty cells: not defined for that row.
    d2_shrunk: the distance for few rows (Ledoit and Wolf). guttman: pairs of an easy step failed
    and a hard one taken, and their share of such pairs; keyed by --reverse.
    longstring is flagged where at most 1 in 100 attentive people would give such a run
    (longstring_p: one trait, the shares of each answer and the correlation of neighbours in FILE).
    """
    from surveyapp.tabular.numbers import as_numbers

    wanted, turned = names(items, "--items"), names(reverse, "--reverse") if reverse else []
    frame = columns_of(file, wanted)
    raw = as_numbers(frame, codes(missing_codes))
    keyed = _keyed(raw, wanted, turned, scale)
    found, findings = _indices(
        raw,
        keyed,
        wanted,
        [w in turned for w in wanted],
        _groups(groups, wanted),
        synonyms,
        antonyms,
    )
    flags = _flags(found)
    columns = {name: [_cell(v) for v in values] for name, values in found.items()}
    columns["flags"] = flags
    rows = frame[[]].assign(row=[str(number) for number in frame.index])
    write_table(rows, columns, out)
    report = _report(found, flags, findings)
    if form == "json":
        write_json(report)
    else:
        click.echo(f"{report['n']} rows, {report['flagged']} flagged")
        for name, count in report["flags"].items():
            click.echo(f"  {name}: {count}")
        write_findings(report["findings"])


def _keyed(raw: Floats, items: Sequence[str], turned: Sequence[str], scale: str | None) -> Floats:
    stranger = next((name for name in turned if name not in items), None)
    if stranger is not None:
        refuse(f'--reverse names "{stranger}", which is not among --items.')
    if not turned:
        return raw
    if scale is None:
        refuse("--reverse needs --scale LOWEST:HIGHEST, as in --scale 1:5.")
    keyed = raw.copy()
    for name in turned:
        keyed[:, items.index(name)] = sum(ends(scale)) - keyed[:, items.index(name)]
    return keyed


def _groups(text: str, items: Sequence[str]) -> list[list[int]]:
    if not text:
        by_stem: dict[str, list[int]] = {}
        for place, name in enumerate(items):
            by_stem.setdefault(STEM.sub("", name), []).append(place)
        return list(by_stem.values())
    lengths = [int(part) if part.strip().isdecimal() else 0 for part in text.split(",")]
    if min(lengths) < 1 or sum(lengths) != len(items):
        refuse(f"--groups: lengths like 5,5,5 that add up to the {len(items)} items.")
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    return [list(range(at, at + n)) for at, n in zip(starts, lengths, strict=True)]


def _indices(
    raw: Floats,
    keyed: Floats,
    items: Sequence[str],
    reverse: Sequence[bool],
    groups: list[list[int]],
    synonyms: float,
    antonyms: float,
) -> tuple[dict[str, Floats], list[Finding]]:
    from surveyapp.stats.careless import chance, consistency, distance, guttman, runs, variability
    from surveyapp.stats.careless.shrunken import shrunken_distance

    distances = distance.mahalanobis(raw, items)
    shrunken, drawn = shrunken_distance(raw)
    errors, share = guttman.guttman_errors(keyed)
    found = {
        "longstring": runs.longstring(raw),
        "longstring_p": chance.chance_of_runs(raw, reverse),
        "avgstring": runs.average_string(raw),
        "irv": variability.intra_individual_variability(raw),
        "d2": distances.d2,
        "d2_p": distances.p_values(),
        "even_odd": consistency.even_odd(keyed, groups),
        "synonyms": consistency.synonyms(raw, synonyms).r,
        "antonyms": consistency.synonyms(raw, antonyms, antonyms=True).r,
        "person_total": consistency.person_total(raw),
        "d2_shrunk": shrunken,
        "guttman": errors,
        "guttman_share": share,
    }
    few = _few(distances.n, len(items), drawn)
    return found, [*distances.findings, *few, *_no_chance(found)]


def _few(n: int, items: int, drawn: float | None) -> list[Finding]:
    """That a distance of few rows should be read beside the one that allows for it."""
    if drawn is None or n >= ENOUGH * items:
        return []
    return [
        Finding(
            "screen.few_rows",
            "items",
            f"{n} complete rows say little of {items} items: d2_shrunk draws their correlations"
            f" by {drawn:.0%} towards 0. It ranks people and has no p.",
            {},
            "info",
        )
    ]


def _no_chance(found: dict[str, Floats]) -> list[Finding]:
    import numpy as np

    if np.isfinite(found["longstring_p"]).any():
        return []
    return [
        Finding(
            "screen.no_chance",
            "items",
            "longstring is not flagged: how long a run chance gives is known only where two"
            " neighbouring items vary over several rows, with at most 101 different answers.",
            {},
            "info",
        )
    ]


def _flags(found: dict[str, Floats]) -> list[str]:
    """Names of the flagged indices of each row."""
    from surveyapp.stats.careless.consistency import NOISE

    tests: dict[str, Callable[[Any, float], Any]] = {
        ">=": lambda x, cut: x >= cut - NOISE,
        "<=": lambda x, cut: x <= cut + NOISE,
        "<": lambda x, cut: x < cut - NOISE,
        ">": lambda x, cut: x > cut + NOISE,
        "p<": lambda x, cut: x < cut,
        "p<=": lambda x, cut: x <= cut,
    }
    hits: list[list[str]] = [[] for _ in found["longstring"]]
    for name, (test, cut) in CUTS.items():
        values = found[f"{name}_p" if test.startswith("p") else name]
        for row, hit in enumerate(tests[test](values, cut)):
            if hit:
                hits[row].append(name)
    return [" ".join(row) for row in hits]


def _cell(value: float) -> str:
    if value != value:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _report(found: dict[str, Floats], flags: list[str], findings: list[Finding]) -> dict[str, Any]:
    import numpy as np

    return {
        "n": len(flags),
        "flagged": sum(1 for flag in flags if flag),
        "flags": {name: sum(name in flag.split() for flag in flags) for name in CUTS},
        "defined": {name: int(np.isfinite(values).sum()) for name, values in found.items()},
        "findings": as_findings(findings),
    }
