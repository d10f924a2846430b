"""Experiments: whether it matters to any rule which arm somebody is in."""

from __future__ import annotations

from collections.abc import Sequence

import z3

from surveyapp.designer.document import Experiment
from surveyapp.designer.proving.claims import Claim, cone_of
from surveyapp.designer.proving.logic import both, opposite, same
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.designer.proving.verdicts import Decider
from surveyapp.designer.rules import Source


def matters(experiment: Experiment, claims: Sequence[Claim], decider: Decider) -> Verdict:
    """Yes where another arm alone changes what a rule says of somebody."""
    if len(experiment.arms) < 2:  # the structure of the questionnaire says so
        return Verdict(yes=True)
    still_open = False
    for claim in claims:
        found = True if claim.source else _differs(experiment, claim, decider)
        if found:
            return Verdict(yes=True)
        still_open = still_open or found is None
    return Verdict(yes=None if still_open else False, open=still_open)


def _differs(experiment: Experiment, claim: Claim, decider: Decider) -> bool | None:
    model = decider.model
    arm = model.value(Source("random", experiment.id)).text.term
    first, *others = (model.code(one.id) for one in experiment.arms)
    rule = model.rule(claim.rule)
    found: bool | None = False
    for formula in (rule.true, rule.known):
        if isinstance(formula, bool):
            continue
        here = z3.substitute(formula, (arm, first))
        for other in others:
            changed = opposite(same(here, z3.substitute(formula, (arm, other))))
            cone = cone_of(claim, decider.graph)
            values = model.solve(cone, [both(changed)], complete=True, effort=decider.effort)
            if isinstance(values, dict):
                return True
            found = None if values is None else found
    return found
