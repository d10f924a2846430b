"""Precision and recall of each screening layer, and ROC curves, for 5 to 40 % careless respondents.

Mixtures of 1,000 simulated respondents, the careless in equal parts uniform (random),
straight-lining, midpoint, speeding and alpha-tuned; means over three seeds. Renews the tables and
the curves of docs/screening.md and docs/screening.zh.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._curves import area, curve, drawing
from benchmarks._mixtures import mixture
from benchmarks._report import report
from surveyapp.datasets.screening.battery import battery
from surveyapp.datasets.screening.engine import Screening, screen
from surveyapp.datasets.screening.recipe import Recipe
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.library import template
from surveyapp.stats.careless import consistency, distance, runs, variability

DOCS = Path(__file__).resolve().parent.parent / "docs"
CARELESS = ("random", "straight_lining", "midpoint", "speeding", "alpha_tuned")
SHARES = (5, 10, 20, 40)
SEEDS = (201, 202, 203)
SIZE = 1000
CURVES_AT = 20
"""The percentage of careless respondents for which curves are drawn."""
Floats = NDArray[np.float64]
Run = tuple[NDArray[np.str_], Dataset, Screening]


def main() -> None:
    runs_at = {share: [_run(share, seed) for seed in SEEDS] for share in SHARES}
    layers = [_layers(share, done) for share, done in runs_at.items()]
    recalls = [_recalls(kind, runs_at) for kind in ("genuine", *CARELESS)]
    scores, kinds = _pooled(runs_at[CURVES_AT])
    areas = [_areas(name, values, kinds) for name, values in scores.items()]
    for name, caught in (("all", CARELESS), ("alpha_tuned", ("alpha_tuned",))):
        _draw(name, caught, scores, kinds, runs_at[CURVES_AT])
    for table, rows in (("layers", layers), ("recall", recalls), ("areas", areas)):
        report(f"screening_{table}", rows)
        for page in ("screening.md", "screening.zh.md"):
            _renew(DOCS / page, table, rows)


def _run(share: int, seed: int) -> Run:
    each = SIZE * share // 100 // len(CARELESS)
    counts = {"genuine": SIZE - each * len(CARELESS), **dict.fromkeys(CARELESS, each)}
    made, kinds = mixture(counts, seed)
    data = build(made, {1: template("aftersales")}, timezone="Asia/Shanghai")
    return np.array(kinds), data, screen(data, Recipe())


def _flagged(data: Dataset, outcome: Screening, layer: int | None) -> NDArray[np.bool_]:
    """Rows with a hit of the layer; None: excluded."""
    hit = {h.response for h in outcome.hits if h.layer == layer}
    found = set(outcome.excluded) if layer is None else hit
    return np.array([response in found for response in data.ids])


def _layers(share: int, done: list[Run]) -> dict[str, Any]:
    row: dict[str, Any] = {"careless": f"{share} %"}
    for name, layer in (("layer 1", 1), ("layer 2", 2), ("excluded", None)):
        precision, recall = [], []
        for kinds, data, outcome in done:
            flagged, careless = _flagged(data, outcome, layer), kinds != "genuine"
            precision.append(float(careless[flagged].mean()) if flagged.any() else 1.0)
            recall.append(float(flagged[careless].mean()))
        row |= {f"{name}: precision": _percent(precision), f"{name}: recall": _percent(recall)}
    return row


def _recalls(kind: str, runs_at: dict[int, list[Run]]) -> dict[str, Any]:
    shares = {
        f"{share} %": _percent(
            [
                float(_flagged(data, outcome, None)[kinds == kind].mean())
                for kinds, data, outcome in done
            ]
        )
        for share, done in runs_at.items()
    }
    return {"behaviour": kind, **shares}


def _pooled(done: list[Run]) -> tuple[dict[str, Floats], NDArray[np.str_]]:
    """Scores by index, and behaviours, of all runs below each other."""
    each = [_scores(data, outcome) for _, data, outcome in done]
    scores = {name: np.concatenate([one[name] for one in each]) for name in each[0]}
    return scores, np.concatenate([kinds for kinds, _, _ in done])


def _scores(data: Dataset, outcome: Screening) -> dict[str, Floats]:
    """The indices, higher is more suspicious."""
    common = battery(data)
    items = [v.name for v in common.items]
    rules = dict.fromkeys(data.ids, 0)
    for hit in outcome.hits:
        rules[hit.response] += 1
    return {
        "hurry": -np.log(data.floats("seconds") / data.floats("expected_seconds")),
        "longest run": runs.longstring(common.runs),
        "even-odd": consistency.even_odd(common.keyed, list(common.by_dimension.values())),
        "Mahalanobis": distance.mahalanobis(common.keyed, items).d2,
        "low spread": -variability.intra_individual_variability(common.raw),
        "number of rules": np.array([float(n) for n in rules.values()]),
    }


def _areas(name: str, values: Floats, kinds: NDArray[np.str_]) -> dict[str, Any]:
    row: dict[str, Any] = {"index": name, "all": _area(values, kinds, CARELESS)}
    return row | {kind: _area(values, kinds, (kind,)) for kind in CARELESS}


def _area(values: Floats, kinds: NDArray[np.str_], caught: Iterable[str]) -> str:
    return f"{area(_curve(values, kinds, caught)):.2f}"


def _curve(
    values: Floats, kinds: NDArray[np.str_], caught: Iterable[str]
) -> list[tuple[float, float]]:
    wanted = np.isin(kinds, [*caught, "genuine"])
    return curve(values[wanted], kinds[wanted] != "genuine")


def _draw(
    name: str,
    caught: tuple[str, ...],
    scores: dict[str, Floats],
    kinds: NDArray[np.str_],
    done: list[Run],
) -> None:
    out = np.concatenate([_flagged(data, outcome, None) for _, data, outcome in done])
    recipe = float(out[kinds == "genuine"].mean()), float(out[np.isin(kinds, caught)].mean())
    curves = {index: _curve(values, kinds, caught) for index, values in scores.items()}
    folder = DOCS / "figures"
    folder.mkdir(exist_ok=True)
    title, mark = f"ROC curves of screening: {name.replace('_', '-')}", "what the recipe excludes"
    svg = drawing(title, curves, {mark: recipe})
    (folder / f"screening-{name}.svg").write_text(svg, "utf-8")
    chinese = {CHINESE[index]: points for index, points in curves.items()}
    svg = drawing(
        f"数据筛查的 ROC 曲线：{CHINESE[name]}", chinese, {"方案实际排除的位置": recipe}, AXES
    )
    (folder / f"screening-{name}.zh.svg").write_text(svg, "utf-8")


def _percent(shares: list[float]) -> str:
    return f"{100 * fmean(shares):.1f} %"


def _renew(page: Path, name: str, rows: list[dict[str, Any]]) -> None:
    """The numbers of one table between its markers; its header is the page's own."""
    lines = [f"| {' | '.join(_said(cell, page.name) for cell in row.values())} |" for row in rows]
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    text = page.read_text("utf-8")
    pattern = re.compile(f"({re.escape(begin)}\n(?:[^\n]*\n){{2}}).*?({re.escape(end)})", re.S)
    body = "\n".join(lines) + "\n"
    page.write_text(pattern.sub(lambda m: m[1] + body + m[2], text), "utf-8")


AXES = ("误伤的认真作答者", "发现的不认真作答者")
CHINESE = {
    "all": "全部不认真者",
    "genuine": "认真作答", "random": "随机作答", "straight_lining": "直线作答",
    "midpoint": "总选中间", "speeding": "过快作答", "alpha_tuned": "按目标 α 编造",
    "hurry": "用时过短",
    "longest run": "最长连续相同", "even-odd": "奇偶不一致", "Mahalanobis": "马氏距离",
    "low spread": "变化过小", "number of rules": "触发规则数",
}  # fmt: skip


def _said(cell: str, page: str) -> str:
    return CHINESE.get(cell, cell) if page.endswith(".zh.md") else cell.replace("_", "-")


if __name__ == "__main__":
    main()
