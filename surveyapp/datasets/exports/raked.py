"""What an analyst needs of a raking: the weights before it, and what each row was raked to.

Totals that the raking fixed do not vary. Standard errors come from residuals on the categories of
these columns under the weight before (`stats.sampling.calibration`), which a file without them
would not allow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weighting import Weighting
from surveyapp.datasets.weights.margins import OTHERS
from surveyapp.datasets.weights.raking import Groups
from surveyapp.datasets.weights.recipe import FRAME, Margin, WeightRecipe

BASE = "weight_before_raking"
EMPTY, TOGETHER = "–", "*"
"""Stand for a category without a name, and for small ones that were taken together."""


@dataclass(frozen=True)
class Raked:
    """columns: the weight before, then one per margin; cells: column → what each row that enters
    estimates has in it; met: whether any row was raked.
    """

    columns: tuple[Variable, ...] = ()
    cells: dict[str, Sequence[float | str | None]] = field(default_factory=dict, repr=False)
    met: bool = False

    @property
    def margins(self) -> list[str]:
        """The columns of the margins."""
        return [column.name for column in self.columns[1:]]


def raked(weights: Weighting, data: Dataset) -> Raked:
    """Nothing where the recipe does not rake; columns without cells where it could not."""
    recipe = data.weighing.recipe
    if recipe.calibration != "margins":
        return Raked()
    steps = weights.chain.steps
    place = next(place for place, step in enumerate(steps) if step.key == "margins")
    before, raking = steps[place - 1].weights, steps[place]
    names = _names(recipe, {v.name for v in data.codebook.variables})
    margins = (_margin(m, name) for m, name in zip(recipe.margins, names, strict=True))
    cells: dict[str, Sequence[float | str | None]] = {BASE: before.tolist()}
    cells |= {n: _shown(group) for n, group in zip(names, raking.groups, strict=True)}
    return Raked((_BEFORE, *margins), cells, raking.calibration is not None)


def _names(recipe: WeightRecipe, taken: Collection[str]) -> list[str]:
    """`margin_` and the attribute or column; told apart where both have that name, or an answer."""
    found: list[str] = []
    for margin in recipe.margins:
        name = f"margin_{margin.name}"
        if name in found or name in taken:
            name = f"margin_{margin.of.partition(':')[0]}_{margin.name}"
        while name in found or name in taken:
            name += "_"
        found.append(name)
    return found


def _shown(group: Groups) -> list[str | None]:
    """Categories as text, with their sample where there is more than one of them."""
    known = {one[1] for one in group if one is not None}
    names = dict(_named(known))
    return [None if one is None else " · ".join(filter(None, (one[0], names[one[1]])))
            for one in group]  # fmt: skip


def _named(categories: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each under a name that no other has, and that is not blank."""
    taken = {one for one in categories if one not in ("", OTHERS)}
    for special, name in (("", EMPTY), (OTHERS, TOGETHER)):
        while name in taken:
            name += name[0]
        taken.add(name)
        yield special, name
    yield from ((one, one) for one in categories if one not in ("", OTHERS))


_BEFORE = Variable(
    BASE,
    "about",
    {"zh-Hans": "迭代加权（raking）之前的权数", "en": "Weight before raking"},
    type="number",
)


def _margin(margin: Margin, name: str) -> Variable:
    ours = margin.of.startswith(FRAME)
    label = {
        "zh-Hans": f"迭代加权的边际：{'抽样框属性' if ours else '数据列'} {margin.name}"
        "（空：未按此加权；*：合并的小类别）",
        "en": f"Margin of the raking: {'attribute of the frame' if ours else 'column'} "
        f"{margin.name} (blank: left alone; *: small categories taken together)",
    }
    return Variable(name, "about", label, type="text")
