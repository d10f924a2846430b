"""A verdict: whether a claim can be answered with yes and with no, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.designer.proving.claims import BOTH, Claim
from surveyapp.designer.proving.replay import Witness

Part = tuple[str, str]
"""Name of a condition: kind and id of a question, a source or a constraint."""


@dataclass(frozen=True)
class Verdict:
    """yes, no: True (with the witness), False where nobody can, None where it was not decided.

    briefly: only while an answer before it is missing or refused. open: the solver gave up.
    near: what nobody can follows from what is so many levels near (`proving.near`); 0: it does not.
    core: the conditions from which it follows else, by their names (`proving.cores`).
    """

    yes: bool | None = None
    no: bool | None = None
    yes_by: Witness | None = None
    no_by: Witness | None = None
    briefly: bool = False
    open: bool = False
    near: int = 0
    core: tuple[Part, ...] = ()


UNKNOWN = Verdict()


def settled(claim: Claim, verdict: Verdict) -> bool:
    """Whether nothing that matters is left to ask."""
    return verdict.yes is not None and (
        verdict.yes is False or verdict.no is not None or claim.kind not in BOTH
    )
