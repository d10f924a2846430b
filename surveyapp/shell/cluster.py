"""Answers that are summed by many machines: each takes row groups of one Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveyapp.shell.common import refuse
from surveyapp.tabular.numbers import group_blocks, row_groups

if TYPE_CHECKING:
    from surveyapp.stats.scale import Gathered

Ends = tuple[float, float] | None
PATIENCE = "10s"
"""How long a scheduler may take to answer."""


@dataclass(frozen=True)
class OnCluster:
    """The columns of a file that every worker can read under this path. Sums travel, answers do
    not: a part of any size comes back as a few kilobytes.
    """

    client: Any
    path: Path
    columns: tuple[str, ...]
    codes: tuple[float, ...]

    def gathered(self, ends: Ends) -> Gathered:
        """What all rows amount to. Raises SurveyError `table.*`."""
        sizes = row_groups(self.path, self.columns) or [0]
        before = [0, *accumulate(sizes)]
        tasks = [
            self.client.submit(
                part, str(self.path), self.columns, self.codes, group, before[group], ends,
                pure=False,
            )
            for group in range(len(sizes))
        ]  # fmt: skip
        found: list[Gathered] = self.client.gather(tasks)
        return reduce(lambda one, later: one.merged(later), found)

    def only(self, places: Sequence[int]) -> OnCluster:
        """The same rows with these columns."""
        return replace(self, columns=tuple(self.columns[place] for place in places))


def part(
    path: str, columns: Sequence[str], codes: Sequence[float], group: int, before: int, ends: Ends
) -> Gathered:
    """One row group, on a worker."""
    from surveyapp.stats.scale import gathered

    return gathered(group_blocks(path, columns, codes, group, before), len(columns), ends)


def client_of(address: str) -> Any:
    """A client of the Dask scheduler there, or a refusal that says what is wanted."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        refuse("--scheduler needs the extra “dask”: pip install 'surveyapp[dask]'.")
    try:
        return Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as trouble:
        refuse(f"The scheduler {address} does not answer: {trouble}.")
