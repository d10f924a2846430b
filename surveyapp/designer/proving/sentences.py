"""What verdicts mean, in coded findings and sentences that say how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from surveyapp.designer.proving.claims import GAPS, SHOWS, Claim
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.findings import N_, Finding


class Sentence(NamedTuple):
    """Code, sentence and severity of a finding."""

    code: str
    template: str
    severity: str


NEVER_SHOWN = Sentence(
    "proof.never_shown", N_("No answers lead here: change the rule, or remove this."), "error"
)
BRIEFLY = Sentence(
    "proof.only_unanswered",
    N_("This is shown only as long as an answer before it is missing or not accepted."),
    "warning",
)
UNDECIDED = Sentence(
    "proof.undecided",
    N_("The check did not finish for this rule; simplify it to be sure of it."),
    "info",
)

_IMPOSSIBLE: Mapping[str, Sentence] = {
    **dict.fromkeys(SHOWS, NEVER_SHOWN),
    "require": Sentence(
        "proof.never_required",
        N_("Whenever this is asked, the rule that makes it required is not true: change it."),
        "warning",
    ),
    "check": Sentence(
        "proof.check_never_fails",
        N_("No answer breaks this check: it can be removed, or its rule is not what is meant."),
        "warning",
    ),
    "screen_out": Sentence(
        "proof.never_screens",
        N_("No answers are screened out here: change the rule, or remove the screen-out."),
        "warning",
    ),
    "finish": Sentence(
        "proof.screens_everybody",
        N_("Everybody is screened out, nobody can complete the questionnaire: change the rules."),
        "error",
    ),
    "contradiction": Sentence(
        "proof.never_contradicts",
        N_("No answers contradict each other in this way: change the rule."),
        "warning",
    ),
    "cell": Sentence(
        "proof.cell_unreached",
        N_("No answers fall into this quota cell, so that it never fills: change its rule."),
        "warning",
    ),
    "veto": Sentence(
        "proof.never_vetoes", N_("No answers set off this veto: change its rule."), "warning"
    ),
    "bonus": Sentence(
        "proof.never_adds", N_("No answers earn this bonus: change its rule."), "warning"
    ),
    "ending": Sentence(
        "proof.ending_unreached",
        N_("No answers lead to this ending, so that nobody reads it: change its rule."),
        "warning",
    ),
    "computed": Sentence(
        "proof.never_known",
        N_("Whatever is answered, this value cannot be computed: change how it is made."),
        "warning",
    ),
}
"""Kind of claim → what it means that the answer is never yes."""

_CERTAIN: Mapping[str, Sentence] = {
    **dict.fromkeys(
        SHOWS,
        Sentence(
            "proof.always_shown",
            N_("Whatever is answered before, this is shown: its rule can be removed."),
            "warning",
        ),
    ),
    "require": Sentence(
        "proof.always_required",
        N_("Whenever this is asked, its rule makes it required: simply make it required."),
        "info",
    ),
    "check": Sentence(
        "proof.check_always_fails",
        N_("Every answer breaks this check, so that no answer is accepted: change its rule."),
        "error",
    ),
}
"""Kind of claim → what it means that the answer is always yes."""

_POSSIBLE: Mapping[str, Sentence] = {
    **dict.fromkeys(
        GAPS,
        Sentence(
            "proof.piped_missing",
            N_(
                "“{source}” may be missing here and would leave a gap: write what stands there"
                " then, as in {example}."
            ),
            "warning",
        ),
    ),
    "empty": Sentence(
        "proof.nothing_to_choose",
        N_(
            "For some people none of the answers is offered, and the question is skipped: say so"
            " in its rule, or add an answer that everybody has."
        ),
        "info",
    ),
}
"""Kind of claim → what it means that the answer may be yes."""


def findings_of(claim: Claim, verdict: Verdict) -> Iterator[Finding]:
    """What is to be said of a verdict."""
    kind = "check" if claim.kind == "page_check" else claim.kind
    if verdict.yes is False:
        if kind in _IMPOSSIBLE:
            yield _finding(claim, _IMPOSSIBLE[kind])
    elif verdict.yes and kind in _POSSIBLE:
        yield _finding(claim, _POSSIBLE[kind])
    elif verdict.briefly:
        yield _finding(claim, BRIEFLY)
    elif verdict.yes and verdict.no is False and kind in _CERTAIN:
        yield _finding(claim, _CERTAIN[kind])
    if verdict.open:
        yield _finding(claim, UNDECIDED)


def _finding(claim: Claim, sentence: Sentence) -> Finding:
    severity = sentence.severity
    if claim.kind == "empty" and claim.severe:
        severity = "warning"
    if claim.kind in ("check", "page_check") and severity == "error" and not claim.severe:
        severity = "warning"
    name = claim.part.removeprefix("answer.")
    params = {"source": name, "example": f"{{{name}|…}}"} if claim.kind in GAPS else {}
    return Finding(sentence.code, claim.place, sentence.template, params, severity)
