"""A screening run: dataset and recipe in, flags and proposed exclusions out. Pure.

Layer 1 rules and layer 2 patterns flag; the recipe's policy turns strong evidence into a proposed
exclusion; layer 3 draws what a person reads. Nothing is deleted.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from surveyapp.datasets.screening.bursts import burst_hits
from surveyapp.datasets.screening.hits import KINDS, Hit
from surveyapp.datasets.screening.logic import logic_hits
from surveyapp.datasets.screening.patterns import pattern_hits
from surveyapp.datasets.screening.plausibility import plausibility_hits
from surveyapp.datasets.screening.recipe import Policy, Recipe
from surveyapp.datasets.table import Dataset
from surveyapp.findings import Finding
from surveyapp.jobs.refusals import as_stored
from surveyapp.stats.sampling.draw import draw


@dataclass(frozen=True)
class Screening:
    """The outcome of one recipe on one dataset.

    hits: sorted by response, layer, rule. excluded: response → (layer, rules that did it).
    review: responses to read, ascending.
    """

    recipe: Recipe
    dataset_hash: str
    n: int
    hits: tuple[Hit, ...]
    excluded: dict[int, tuple[int, str]]
    review: tuple[int, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def bytes(self) -> bytes:
        """The outcome as canonical JSON: equal for equal recipe and dataset."""
        content = {
            "recipe": self.recipe.hash,
            "dataset": self.dataset_hash,
            "hits": [[h.response, h.layer, h.rule, dict(h.detail)] for h in self.hits],
            "excluded": [[r, *why] for r, why in sorted(self.excluded.items())],
            "review": self.review,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

    @property
    def hash(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.bytes).hexdigest()

    def summary(self) -> dict[str, object]:
        """Counts for pages: per layer and per rule."""
        flagged = {layer: {h.response for h in self.hits if h.layer == layer} for layer in (1, 2)}
        by_layer = Counter(layer for layer, _ in self.excluded.values())
        rules = Counter((h.layer, h.rule) for h in self.hits)
        return {
            "n": self.n,
            "flagged": len(flagged[1] | flagged[2]),
            "excluded": len(self.excluded),
            "kept": self.n - len(self.excluded),
            "layers": {
                str(layer): {"flagged": len(flagged[layer]), "excluded": by_layer[layer]}
                for layer in (1, 2)
            },
            "review": len(self.review),
            "rules": [
                {"layer": layer, "rule": rule, "flagged": n}
                for (layer, rule), n in sorted(rules.items())
            ],
            "findings": [as_stored(finding) for finding in self.findings],
        }


def screen(data: Dataset, recipe: Recipe) -> Screening:
    """Apply a recipe."""
    logic = sorted(logic_hits(data, recipe.logic))
    patterns, findings = pattern_hits(data, recipe.patterns, recipe.seed)
    patterns += plausibility_hits(data, recipe.plausibility)
    patterns = sorted([*patterns, *burst_hits(data, recipe.bursts)])
    excluded = proposed(logic, patterns, recipe.policy)
    kept = [i for i in data.ids if i not in excluded]
    review = _drawn(kept, recipe, "kept") + _drawn(sorted(excluded), recipe, "excluded")
    return Screening(
        recipe,
        data.hash,
        len(data),
        tuple(sorted(logic + patterns)),
        excluded,
        tuple(sorted(review)),
        tuple(findings),
    )


def replayed(
    recipe: Recipe, dataset_hash: str, hits: Iterable[Hit], review: Iterable[int]
) -> Screening:
    """The outcome that these hits and this review sample were stored of, to compare its hash."""
    found = sorted(hits)
    logic, patterns = ([hit for hit in found if hit.layer == layer] for layer in (1, 2))
    excluded = proposed(logic, patterns, recipe.policy)
    return Screening(recipe, dataset_hash, 0, tuple(found), excluded, tuple(sorted(review)))


def proposed(logic: list[Hit], patterns: list[Hit], policy: Policy) -> dict[int, tuple[int, str]]:
    """Who is excluded without a person's word, with the layer and the rules."""
    excluded: dict[int, tuple[int, str]] = {}
    for response, rules in _rules(patterns).items():
        if policy.pattern_kinds and len({KINDS[r] for r in rules}) >= policy.pattern_kinds:
            excluded[response] = (2, "+".join(rules))
    if policy.on_logic:
        excluded |= {response: (1, "+".join(rules)) for response, rules in _rules(logic).items()}
    return excluded


def _rules(hits: list[Hit]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for hit in hits:
        found.setdefault(hit.response, []).append(hit.rule)
    return found


def _drawn(responses: list[int], recipe: Recipe, status: str) -> list[int]:
    """A share of those kept and of those excluded, so that both kinds of error can be seen."""
    n = math.ceil(recipe.review.share * len(responses))
    stratum = ("review", status)
    return [int(i) for i in draw(map(str, responses), n, seed=recipe.seed, stratum=stratum)]
