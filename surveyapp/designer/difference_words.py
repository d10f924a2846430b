"""The words of the page of differences: classes, reasons, kinds of parts."""

from __future__ import annotations

from surveyapp.designer.field_effects import ADDITIVE, BREAKING, WORDING
from surveyapp.findings import N_

LEVEL_NAMES = {
    BREAKING: N_("Breaking"),
    ADDITIVE: N_("Additive"),
    WORDING: N_("Wording"),
}
"""Class → its name, the most serious first."""

LEVEL_MEANINGS = {
    BREAKING: N_("Answers from before and after are not of the same kind."),
    ADDITIVE: N_("More can be asked or answered; what was collected keeps its place."),
    WORDING: N_("Words and order of display; no answer changes."),
}

REASONS = {
    (BREAKING, "removed"): N_("It is not asked any more."),
    (BREAKING, "option_removed"): N_("This answer cannot be chosen any more."),
    (BREAKING, "type"): N_("Its answers are of another kind."),
    (BREAKING, "points"): N_("The scale has other points, so the numbers mean something else."),
    (BREAKING, "meaning"): N_("Labels changed places, so the same code means something else."),
    (BREAKING, "unit"): N_("Numbers are given in another unit."),
    (BREAKING, "missing"): N_("Which answers count as no answer is different."),
    (ADDITIVE, "missing"): N_("One more way to say why there is no answer."),
    (BREAKING, "carried"): N_("Other answers are offered."),
    (BREAKING, "required"): N_("More people must answer it."),
    (ADDITIVE, "required"): N_("Fewer people must answer it."),
    (BREAKING, "asks_other"): N_("Others are asked than before; some are not asked any more."),
    (ADDITIVE, "asks_more"): N_("More people are asked than before."),
    (ADDITIVE, "asks_other"): N_("More people are asked than before."),
    (BREAKING, "answers_allowed"): N_("Some answers that were possible are refused now."),
    (ADDITIVE, "answers_allowed"): N_("More answers are possible than before."),
    (BREAKING, "other"): N_("The words behind this answer are not asked any more."),
    (ADDITIVE, "other"): N_("The words behind this answer are asked too."),
    (BREAKING, "scores"): N_("Scores are computed differently, those of earlier answers too."),
    (BREAKING, "computed"): N_("What is computed from the answers is different."),
    (ADDITIVE, "computed"): N_("A further value is computed."),
    (BREAKING, "arms"): N_("The random groups are different."),
    (ADDITIVE, "arms"): N_("The random groups are divided differently."),
    (ADDITIVE, "flags"): N_("Screening flags other answers from now on."),
    (ADDITIVE, "language"): N_("One more language."),
    (ADDITIVE, "question"): N_("A new question."),
    (ADDITIVE, "option"): N_("A new answer to choose."),
    (ADDITIVE, "item"): N_("A new statement."),
    (ADDITIVE, "dimension"): N_("A new dimension."),
}
"""Class and reason → sentence."""
