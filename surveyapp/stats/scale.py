"""One scale from a stream of answers: reliability and dimensionality out of the same pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol

import numpy as np

from surveyapp.findings import N_, Finding
from surveyapp.stats.accumulate import gather
from surveyapp.stats.dimensionality import Dimensionality, dimensionality
from surveyapp.stats.moments import Block, Missing, Moments
from surveyapp.stats.reliability import (
    ItemReliability,
    Reliability,
    no_answers,
    reliability,
    reverse,
)


@dataclass(frozen=True)
class ScaleAnalysis:
    """Reliability (alpha) and dimensionality (KMO, Bartlett) of the same items and rows.

    findings: of both, each once, and of the answers themselves.
    """

    reliability: Reliability
    dimensionality: Dimensionality
    findings: tuple[Finding, ...]


class Answers(Protocol):
    """Where answers come from when they are not read here, block by block."""

    def gathered(self, ends: tuple[float, float] | None) -> Gathered:
        """What all rows amount to; a later call reads them again."""

    def only(self, places: Sequence[int]) -> Answers:
        """The same rows with these columns."""


def analyse_scale(
    data: Block | Callable[[], Iterable[Block]] | Answers,
    items: Sequence[str],
    *,
    reversed_items: Sequence[str] = (),
    ends: tuple[float, float] | None = None,
    missing: Missing = "pairwise",
    level: float = 0.95,
) -> ScaleAnalysis:
    """Analyse the columns of `data`, named `items`, in order.

    data: a matrix, a function that yields its blocks from the beginning (it is read again if an
    item turns out to have no answers at all, as complete rows must not wait for that item), or
    answers that are gathered elsewhere.
    ends: the scale's lowest and highest answer, needed to reverse; answers outside are reported,
    and a reversed item with such answers makes alpha None. KMO and Bartlett use complete rows.
    ValueError when items are reversed without `ends`.
    """
    if reversed_items and ends is None:
        raise ValueError("reversing needs the ends of the scale")
    source = _source(data)
    found = source.gathered(ends)
    moments, off = found.moments, found.off
    answered = [place for place, n in enumerate(moments.pairwise.n) if n]
    if 0 < len(answered) < len(items):
        names = [items[place] for place in answered]
        rest = analyse_scale(
            source.only(answered),
            names,
            reversed_items=[item for item in reversed_items if item in names],
            ends=ends,
            missing=missing,
            level=level,
        )
        return _with_unanswered(rest, items)
    findings = off.findings(items, reversed_items)
    turned = reverse(moments, items, reversed_items, ends) if ends else moments
    alpha = reliability(turned, items, missing=missing, level=level)
    if any(finding.severity == "error" for finding in findings):
        alpha = _withheld(alpha)
    dims = dimensionality(moments, items)
    return ScaleAnalysis(alpha, dims, _once([*findings, *alpha.findings, *dims.findings]))


def _source(data: Block | Callable[[], Iterable[Block]] | Answers) -> Answers:
    if isinstance(data, np.ndarray):
        return _Blocks(lambda: [data])
    return _Blocks(data) if callable(data) else data


@dataclass(frozen=True)
class Gathered:
    """What rows amount to: their moments, and their answers off the scale. Parts merge."""

    moments: Moments
    off: OffScale

    def merged(self, later: Gathered) -> Gathered:
        """The rows of both, these first."""
        return Gathered(self.moments.merged(later.moments), self.off.merged(later.off))


def gathered(blocks: Iterable[Block], k: int, ends: tuple[float, float] | None) -> Gathered:
    """Blocks of rows with k items; `ends` of the scale, where answers outside are to be counted."""
    off = OffScale(k, ends)
    return Gathered(gather(off.watching(blocks)), off)


@dataclass(frozen=True)
class _Blocks:
    """Answers that are read here."""

    read: Callable[[], Iterable[Block]]

    def gathered(self, ends: tuple[float, float] | None) -> Gathered:
        blocks = iter(self.read())
        first = next(blocks)
        return gathered(chain([first], blocks), first.shape[-1], ends)

    def only(self, places: Sequence[int]) -> _Blocks:
        return _Blocks(lambda: (block[:, places] for block in self.read()))


class OffScale:
    """Counts answers outside the scale while the blocks go by."""

    def __init__(self, k: int, ends: tuple[float, float] | None) -> None:
        self._ends = ends
        self._count = np.zeros(k, dtype=np.int64)
        self._first = np.full(k, np.nan)

    def watching(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The blocks, counted on their way."""
        for block in blocks:
            if self._ends is not None:
                self._watch(block, *self._ends)
            yield block

    def merged(self, later: OffScale) -> OffScale:
        """The rows of both, these first."""
        both = OffScale(len(self._count), self._ends)
        both._count = self._count + later._count
        both._first = np.where(self._count > 0, self._first, later._first)
        return both

    def _watch(self, block: Block, low: float, high: float) -> None:
        outside = (block < low) | (block > high)
        for item in np.flatnonzero(outside.any(axis=0)):
            if not self._count[item]:
                self._first[item] = block[int(outside[:, item].argmax()), item]
            self._count[item] += int(outside[:, item].sum())

    def findings(self, items: Sequence[str], reversed_items: Sequence[str]) -> list[Finding]:
        """One finding per item with such answers; an error where the item is to be reversed."""
        return [
            _off_scale(
                item, item in reversed_items, {"count": int(count), "value": first, "item": item}
            )
            for item, count, first in zip(items, self._count, self._first, strict=True)
            if count
        ]


def _off_scale(item: str, turned: bool, params: dict[str, object]) -> Finding:
    place = f"item:{item}"
    if turned:
        template = N_(
            '"{item}" cannot be reversed: {count} answers lie off the scale, first {value:g}.'
        )
        return Finding("items.off_scale_reversed", place, template, params)
    template = N_('"{item}" has {count} answers off the scale, first {value:g}; they were used.')
    return Finding("items.off_scale", place, template, params, "warning")


def _with_unanswered(rest: ScaleAnalysis, items: Sequence[str]) -> ScaleAnalysis:
    """The analysis of the answered items with the others, empty, in their places."""
    known = {item.id: item for item in rest.reliability.items}
    rows = tuple(known.get(item) or ItemReliability(item, 0, None, None) for item in items)
    said = tuple(no_answers(item) for item in items if item not in known)
    return ScaleAnalysis(
        replace(rest.reliability, items=rows, findings=said + rest.reliability.findings),
        replace(rest.dimensionality, findings=said + rest.dimensionality.findings),
        said + rest.findings,
    )


def _withheld(alpha: Reliability) -> Reliability:
    items = tuple(replace(item, item_total_r=None, alpha_if_deleted=None) for item in alpha.items)
    return replace(
        alpha,
        alpha=None,
        standardised=None,
        interval=None,
        average_r=None,
        items=items,
        findings=(),
    )


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    unique: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        unique.setdefault((finding.code, finding.place), finding)
    return tuple(unique.values())
