"""Data sets whose weights are made by recipes of every kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from benchmarks._mixtures import mixture
from surveyapp.datasets.about import Uses, about_of
from surveyapp.datasets.reading import Row
from surveyapp.datasets.table import Dataset, build
from surveyapp.datasets.weights.recipe import Margin, WeightRecipe
from surveyapp.datasets.weights.sample import STATUSES, Cell, Weighing
from tests.datasets.test_numbers import DOCUMENT

CITY = Margin(of="frame:city")
CHANNEL = Margin(of="data:channel", totals={"phone": 35, "chat": 25, "store": 22, "visit": 18})
SOLVED = Margin(of="data:solved", totals={"yes": 75, "partly": 18, "no": 7})
RAKED = WeightRecipe(calibration="margins", margins=(CITY, CHANNEL), merge_below=4)
STRATA = (("N · high", "N", "high", 900), ("N · low", "N", "low", 2100), ("", "", "low", 500))
"""Label, city (one without), tier, customers."""
ONCE = Uses()


def cells_of(rows: list[Row]) -> tuple[Cell, ...]:
    """As many others of each fate as there are answers in a stratum."""
    found = []
    for period in dict.fromkeys(row.period for row in rows):
        answers: Counter[str] = Counter()
        weights: Counter[str] = Counter()
        for row in rows:
            if row.period == period and row.stratum_size is not None:
                answers[row.stratum] += 1
                weights[row.stratum] += row.weight or 0  # type: ignore[assignment]
        for label, city, tier, size in STRATA:
            shares = dict(zip(STATUSES, (1, 2, 0.2, 1 + tier.count("o"), 0.5), strict=True))
            counts = {status: round(share * answers[label]) for status, share in shares.items()}
            sums = {status: share * float(weights[label]) for status, share in shares.items()}
            found.append(Cell(period, label, {"city": city, "tier": tier}, size, counts, sums))
    return tuple(found)


def study(
    recipe: WeightRecipe, n: int = 90, *, unequal: bool = False, uses: Uses = ONCE, seed: int = 8
) -> Dataset:
    """n answers of a sample, of which every ninth lacks the channel."""
    rows, _ = mixture({"genuine": n}, seed=seed)
    put = []
    for place, row in enumerate(rows):
        label, _city, _tier, size = STRATA[(place % 5) // 2]
        answers = {k: v for k, v in row.answers.items() if k != "channel" or place % 9}
        put.append(
            replace(
                row,
                answers=answers,
                stratum=label,
                stratum_size=size,
                weight=4.0 + place % 7 if unequal else 6.0,
                cluster=f"store {place % 11}" if uses.clusters else None,
                period=("2026-02", "2026-03")[place % 2] if uses.recurs else "",
            )
        )
    versions = {1: DOCUMENT}
    about = about_of(versions.values(), uses)
    weighing = Weighing(recipe, cells_of(put))
    return build(put, versions, about=about, language="zh-Hans", weighing=weighing)


def codes_only(recipe: WeightRecipe) -> Dataset:
    """40 answers through printed codes."""
    rows, _ = mixture({"genuine": 40}, seed=5)
    none = [replace(row, stratum="", stratum_size=None, weight=None) for row in rows]
    versions = {1: DOCUMENT}
    return build(none, versions, language="zh-Hans", weighing=Weighing(recipe))


FIELD = WeightRecipe(eligibility=("city",), response=("city", "tier"), calibration="none")
BY_HAND = WeightRecipe(calibration="margins", margins=(SOLVED, CHANNEL), merge_below=4)
CASES = {
    "eligibility and response": lambda: study(FIELD),
    "then strata": lambda: study(FIELD.model_copy(update={"calibration": "strata"})),
    "raked, with blanks": lambda: study(RAKED),
    "raked after the field": lambda: study(
        RAKED.model_copy(update={"eligibility": (), "response": ("tier",), "bounds": (0.2, 5.0)})
    ),
    "raked and trimmed": lambda: study(RAKED.model_copy(update={"trim": 1.4}), unequal=True),
    "raked, unequal chances": lambda: study(RAKED, unequal=True),
    "raked, stores": lambda: study(RAKED, unequal=True, uses=Uses(clusters=True)),
    "raked, small categories": lambda: study(RAKED.model_copy(update={"merge_below": 25})),
    "raked, two periods": lambda: study(RAKED, uses=Uses(recurs=True)),
    "raked to typed shares": lambda: codes_only(BY_HAND),
    "cannot be raked": lambda: codes_only(RAKED),
}
