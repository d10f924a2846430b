"""Outcome rates of a survey of named persons. Pure.

Definitions of AAPOR, Standard Definitions (9th ed., 2016): response rates RR1 to RR6, cooperation
COOP1 to COOP4, refusal REF1 to REF3, contact CON1 to CON3. A rate without a base is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

from surveyapp.distribution.dispositions import UNDELIVERED, Disposition

Number = int | Fraction


@dataclass(frozen=True)
class Outcomes:
    """Cases by final outcome, or their design weights summed.

    complete I, partial P, refusal and break-off R, non-contact NC, other O, unknown whether a
    member of the population UH (household) and UO (other), not eligible NE.
    """

    complete: Number = 0
    partial: Number = 0
    refusal: Number = 0
    non_contact: Number = 0
    other: Number = 0
    unknown_household: Number = 0
    unknown_other: Number = 0
    not_eligible: Number = 0

    def __add__(self, more: Outcomes) -> Outcomes:
        sums = {f.name: getattr(self, f.name) + getattr(more, f.name) for f in fields(self)}
        return Outcomes(**sums)

    def weighted(self, weight: Number) -> Outcomes:
        """Every case counted `weight` times."""
        return Outcomes(**{f.name: getattr(self, f.name) * weight for f in fields(self)})

    @property
    def unknown(self) -> Number:
        """Cases whose eligibility is unknown."""
        return self.unknown_household + self.unknown_other

    @property
    def cases(self) -> Fraction:
        """All of them."""
        every = (getattr(self, field.name) for field in fields(self))
        return sum(every, Fraction(0))


@dataclass(frozen=True)
class Rates:
    """Every rate as an exact share of 0 to 1, None without a base; e: the share of the unknown that
    is taken to be eligible in RR3, RR4, REF2 and CON2.
    """

    e: Fraction | None
    rr1: Fraction | None
    rr2: Fraction | None
    rr3: Fraction | None
    rr4: Fraction | None
    rr5: Fraction | None
    rr6: Fraction | None
    coop1: Fraction | None
    coop2: Fraction | None
    coop3: Fraction | None
    coop4: Fraction | None
    ref1: Fraction | None
    ref2: Fraction | None
    ref3: Fraction | None
    con1: Fraction | None
    con2: Fraction | None
    con3: Fraction | None


def rates(of: Outcomes, e: Fraction | None = None) -> Rates:
    """All rates. e: default the eligible share of the cases whose eligibility is known (AAPOR's
    "CASRO" estimate); without such cases 1, the cautious end.
    """
    i, p, r, o = of.complete, of.partial, of.refusal, of.other
    known = i + p + r + of.non_contact + o
    if e is None:
        e = _share(known, known + of.not_eligible)
        e = Fraction(1) if e is None else e
    most, some = known + of.unknown, known + e * of.unknown
    contacted = i + p + r + o
    return Rates(
        e=e,
        rr1=_share(i, most),
        rr2=_share(i + p, most),
        rr3=_share(i, some),
        rr4=_share(i + p, some),
        rr5=_share(i, known),
        rr6=_share(i + p, known),
        coop1=_share(i, contacted),
        coop2=_share(i + p, contacted),
        coop3=_share(i, i + p + r),
        coop4=_share(i + p, i + p + r),
        ref1=_share(r, most),
        ref2=_share(r, some),
        ref3=_share(r, known),
        con1=_share(contacted, most),
        con2=_share(contacted, some),
        con3=_share(contacted, known),
    )


def outcomes(counts: Mapping[Disposition, int], *, verified: bool = False) -> Outcomes:
    """Dispositions as outcomes.

    verified: the list is known to hold eligible customers only, so whoever was reached by no
    answer is a non-contact instead of unknown; an address that failed stays unknown.
    """
    total = dict.fromkeys(("I", "P", "R", "O", "UO", "NC", "NE"), 0)
    for disposition, n in counts.items():
        counted = disposition.category
        if verified and counted == "UO" and disposition != UNDELIVERED:
            counted = "NC"
        total[counted] += n
    return Outcomes(
        complete=total["I"],
        partial=total["P"],
        refusal=total["R"],
        non_contact=total["NC"],
        other=total["O"],
        unknown_other=total["UO"],
        not_eligible=total["NE"],
    )


def summed(parts: Iterable[Outcomes]) -> Outcomes:
    """All together."""
    return sum(parts, Outcomes())


def _share(part: Number, whole: Number) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None
