"""A few whole ways on which everything that varies is met once and missed once at least."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from surveyapp.designer.document import Document
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.proving.claims import SHOWS, Claim
from surveyapp.designer.proving.replay import Replay, Rules, Witness
from surveyapp.designer.proving.samples import Crowd, Respondent
from surveyapp.designer.proving.verdict import Verdict

CROWD = 40
Target = tuple[str, bool]
"""A place, and whether it is to be met or missed."""
MET = (*SHOWS, "screen_out")
"""Kinds of claims that people can see: what is shown, and where the way ends."""


@dataclass(frozen=True)
class Way:
    """One way: its answers, what it covers that no way before it does, how long it is."""

    witness: Witness
    met: tuple[str, ...]
    missed: tuple[str, ...]
    questions: int
    seconds: float


def ways_of(
    document: Document, decided: Sequence[tuple[Claim, Verdict]], language: str | None = None
) -> tuple[tuple[Way, ...], tuple[Target, ...]]:
    """The ways, the one that covers most first; and what no whole way covers."""
    claims = [claim for claim, _ in decided if claim.kind in MET]
    wanted = set(_targets(decided))
    rules = Rules(document)
    crowd = Crowd(document, seed=5)
    candidates = [(one, _covered(document, one, claims, rules)) for one in crowd.respondents(CROWD)]
    met = set().union(*(covered for _, covered in candidates)) if candidates else set()
    for claim, verdict in decided:
        for target, by in _witnesses(claim, verdict):
            if target in wanted and target not in met and by is not None:
                one = crowd.completed(by, frozenset(by.answers))
                if one is not None:
                    covered = _covered(document, one, claims, rules)
                    candidates.append((one, covered))
                    met |= covered
    chosen = tuple(_chosen(document, candidates, wanted, language))
    return chosen, tuple(sorted(wanted - met))


def _targets(decided: Iterable[tuple[Claim, Verdict]]) -> Iterator[Target]:
    for claim, verdict in decided:
        if claim.kind in MET and verdict.yes and not verdict.briefly:
            yield claim.place, True
            if verdict.no:
                yield claim.place, False


def _witnesses(claim: Claim, verdict: Verdict) -> Iterator[tuple[Target, Witness | None]]:
    yield (claim.place, True), verdict.yes_by
    yield (claim.place, False), verdict.no_by


def _covered(
    document: Document, one: Respondent, claims: Iterable[Claim], rules: Rules
) -> set[Target]:
    replay = Replay(document, one.witness, rules)
    outcomes = ((claim.place, replay.outcome(claim)) for claim in claims)
    return {(place, outcome) for place, outcome in outcomes if outcome is not None}


def _chosen(
    document: Document,
    candidates: Sequence[tuple[Respondent, set[Target]]],
    wanted: set[Target],
    language: str | None,
) -> Iterator[Way]:
    """Greedily, the way that covers most of what is left (at most ln n times the fewest)."""
    left = set(wanted)
    while left:
        one, covered = max(candidates, key=lambda c: len(c[1] & left), default=(None, set()))
        new = covered & left
        if one is None or not new:
            return
        left -= new
        yield Way(
            one.witness,
            tuple(sorted(place for place, yes in new if yes)),
            tuple(sorted(place for place, yes in new if not yes)),
            len(one.way.questions),
            expected_seconds(document, one.way, language),
        )
