"""A verdict: whether a claim can be answered with yes and with no, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.designer.proving.replay import Witness


@dataclass(frozen=True)
class Verdict:
    """yes, no: True (with the witness), False where nobody can, None where it was not decided.

    briefly: only while an answer before it is missing or refused. open: the solver gave up.
    """

    yes: bool | None = None
    no: bool | None = None
    yes_by: Witness | None = None
    no_by: Witness | None = None
    briefly: bool = False
    open: bool = False
