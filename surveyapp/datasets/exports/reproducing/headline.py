# %%
"""The headline of a study from its exported CSV file, with numpy and pandas only.

The cells of the notebook that comes with an export; the platform itself never runs it.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cells = list[str]
OTHER = "The file is not the one that this was made for. 文件与导出时不一致。"


def read(plan: dict[str, Any]) -> pd.DataFrame:
    """The rows that enter estimates, every cell as text; empty where blank."""
    with Path(plan["file"]).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != plan["sha256"]:
        warnings.warn(OTHER, stacklevel=2)
    table = pd.read_csv(plan["file"], dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return table[table["analysis_weight"] != ""].reset_index(drop=True)


def numbers(column: Cells) -> Floats:
    """A column as numbers, NaN where blank."""
    return np.array([float(cell) if cell else math.nan for cell in column], dtype=float)


# %%
def points(table: pd.DataFrame, element: dict[str, Any]) -> Floats:
    """Points from 0 to 10 of one scored column."""
    column = table[element["column"]].tolist()
    if element["kind"] == "options":
        return np.array([element["points"].get(cell, math.nan) for cell in column], dtype=float)
    if element["kind"] == "steps":
        return np.array([stepped(cell, element) for cell in column], dtype=float)
    share = (numbers(column) - element["low"]) / (element["high"] - element["low"])
    scaled: Floats = 10 * (1 - share if element["reverse"] else share)
    return scaled


def stepped(cell: str, rule: dict[str, Any]) -> float:
    """Full points up to the best value, some off for every step begun after it (exact decimals)."""
    if cell == "":
        return math.nan
    best, step, full, off = (Decimal(str(rule[key])) for key in ("best", "step", "full", "off"))
    distance = Decimal(cell) - best if rule["better"] == "lower" else best - Decimal(cell)
    return float(max(full - max(math.ceil(distance / step), 0) * off, Decimal(0)))


def dimension(table: pd.DataFrame, elements: list[dict[str, Any]]) -> Floats:
    """Index from 0 to 100: the mean of the elements, where at least half of them are answered."""
    values = np.column_stack([points(table, element) for element in elements])
    answered = np.isfinite(values)
    n = answered.sum(axis=1)
    mean = np.where(answered, values, 0).sum(axis=1) / np.maximum(n, 1)
    return np.where((n > 0) & (n >= values.shape[1] / 2), 10 * mean, np.nan)


def total(scores: list[Floats], weights: list[float], rows: int) -> Floats:
    """The weighted mean of the dimensions that a row has, if they carry half of the weight."""
    used = [(score, weight) for score, weight in zip(scores, weights, strict=True) if weight != 0]
    if not used:
        return np.full(rows, np.nan)
    values, units = np.column_stack([s for s, _ in used]), np.array([100 * w for _, w in used])
    answered = np.isfinite(values)
    carried = (answered * units).sum(axis=1)
    summed = (np.where(answered, values, 0) * units).sum(axis=1)
    enough = (carried > 0) & (carried >= units.sum() / 2)
    return np.where(enough, summed / np.where(enough, carried, 1), np.nan)


# %%
def estimate(
    y: Floats, table: pd.DataFrame, plan: dict[str, Any], low: float, high: float
) -> dict[str, Any]:
    """Weighted mean, standard error by Taylor linearisation over the primary units, 95 % interval
    by Student's t, cut at low and high.
    """
    nothing = {"n": 0, "mean": None, "se": None, "low": None, "high": None}
    used = np.isfinite(y)
    if not used.any():
        return nothing
    w = np.where(used, numbers(table["analysis_weight"].tolist()), 0)
    filled = np.where(used, y, 0)
    mean = float((w * filled).sum() / w.sum())
    influence = w * (filled - mean) / w.sum()
    if plan["raked"] is not None:
        influence = residuals(influence, table, plan["raked"])
    z = units(table, plan, influence)
    df = len(z) - z["stratum"].nunique()
    if df < 1 or used.sum() < 2:
        return {**nothing, "n": int(used.sum()), "mean": mean}
    se = math.sqrt(sum(variance(part) for _, part in z.groupby("stratum", sort=False)))
    reach = t_quantile(0.975, df) * se
    ends = max(mean - reach, low), min(mean + reach, high)
    return {"n": int(used.sum()), "mean": mean, "se": se, "low": ends[0], "high": ends[1]}


def residuals(influence: Floats, table: pd.DataFrame, raked: dict[str, Any]) -> Floats:
    """What is left to vary of influences once the margins are fixed: influence / weight less its
    regression on the margins' categories, under the weights before the raking.
    """
    weight = numbers(table["analysis_weight"].tolist())
    columns = [table[name].to_numpy(object) for name in raked["margins"]]
    inside = [c == category for c in columns for category in sorted(set(c) - {""})]
    root = np.sqrt(numbers(table[raked["before"]].tolist()))
    known = np.column_stack(inside) * root[:, None]
    slopes = np.linalg.lstsq(known, influence / weight * root, rcond=None)[0]
    left: Floats = influence - known @ slopes / root * weight
    return left


def units(table: pd.DataFrame, plan: dict[str, Any], influence: Floats) -> pd.DataFrame:
    """Per primary unit (a row, or its store where stores were drawn first) the sum of influences,
    its stratum, and the customers in it (no number: not limited).
    """
    rows = [f"row {i}" for i in range(len(table))]
    frame = pd.DataFrame({"stratum": "", "unit": rows, "size": math.nan, "z": influence})
    if plan["design"] != "simple":
        frame["stratum"] = table["stratum"]
        if "period" in table.columns:  # each is a sample of its own
            frame["stratum"] = table["period"] + " · " + table["stratum"]
    if plan["design"] == "stratified":
        frame["size"] = numbers(table["stratum_size"].tolist())
    elif "cluster" in table.columns:
        stores = table["cluster"].tolist()
        frame["unit"] = [store or row for store, row in zip(stores, rows, strict=True)]
    grouped = frame.groupby(["stratum", "unit"], sort=False)
    return grouped.agg(z=("z", "sum"), size=("size", "last")).reset_index()


def variance(stratum: pd.DataFrame) -> float:
    """What one stratum adds. A single unit is centred at the overall mean, which is zero."""
    z, n = stratum["z"].to_numpy(float), len(stratum)
    size = max(float(stratum["size"].iloc[-1]), n)  # NaN where the population is not limited
    correction = 1 - n / size if math.isfinite(size) else 1.0
    if n == 1:
        return correction * float(z[0] ** 2)
    return correction * n / (n - 1) * float(((z - z.mean()) ** 2).sum())


# %%
def t_quantile(p: float, df: int) -> float:
    """Student's t by bisection of its distribution function."""
    low, high = 0.0, 1e9
    for _ in range(200):
        middle = (low + high) / 2
        upper = incomplete_beta(df / 2, 0.5, df / (df + middle * middle)) / 2
        low, high = (middle, high) if 1 - upper < p else (low, middle)
    return (low + high) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 10_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d)
            c = 1 + term / c
            fraction *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return math.exp(front) * fraction / a


# %%
def headline(table: pd.DataFrame, plan: dict[str, Any]) -> dict[str, Any]:
    """The weighted total, every dimension and NPS, each with n, mean, se and interval."""
    scores = [dimension(table, d["elements"]) for d in plan["dimensions"]]
    weights = [d["weight"] for d in plan["dimensions"]]
    found = {"total": estimate(total(scores, weights, len(table)), table, plan, 0, 100)}
    for one, score in zip(plan["dimensions"], scores, strict=True):
        found[f"dimension {one['id']}"] = estimate(score, table, plan, 0, 100)
    if plan["nps"] is not None:
        score = numbers(table[plan["nps"]].tolist())
        nps = np.where(np.isnan(score), np.nan, 100.0 * (score >= 9) - 100.0 * (score <= 6))
        found["nps"] = estimate(nps, table, plan, -100, 100)
    return found
