"""How much each headline depends on the screening: before it, and after each of its layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from surveyapp.datasets.numbers import headline
from surveyapp.datasets.table import Dataset
from surveyapp.findings import N_


class Excluded(Protocol):
    """What keeps a response out."""

    @property
    def layer(self) -> int:
        """The layer of the screening that took it."""


STEPS = (
    ("all", N_("All completed responses")),
    ("layer_1", N_("Without exclusions by rules (layer 1)")),
    ("layer_2", N_("Also without exclusions by patterns (layer 2)")),
    ("layer_3", N_("Also without exclusions by people (layer 3)")),
)
"""Key and msgid of each step."""


def sensitivity(data: Dataset, excluded: Mapping[int, Excluded]) -> list[dict[str, Any]]:
    """Per step its key, how many responses remain, how many this layer took, and the headline.

    excluded: response → what keeps it out.
    """
    layers = np.array([excluded[r].layer if r in excluded else 0 for r in data.ids], dtype=int)
    steps = []
    for layer, (key, _) in enumerate(STEPS):
        taken = (layers > 0) & (layers <= layer)
        kept = data.only(~taken)
        steps.append({"step": key, "taken": int((layers == layer).sum()) if layer else 0,
                      **headline(kept)})  # fmt: skip
    return steps


def cleaned(data: Dataset, excluded: Mapping[int, Excluded]) -> Dataset:
    """The dataset without what is excluded at present."""
    return data.only(np.array([response not in excluded for response in data.ids], dtype=bool))
