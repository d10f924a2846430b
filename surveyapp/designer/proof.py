"""The check before publishing: what is wrong, what can never happen, and answers that show it.

Decided by a solver over every combination of answers, not by trying some. An element that a rule
shows gets a witness: answers (and facts of the customer) that lead there, and others that do not;
the preview replays them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from surveyapp.designer.document import Document
from surveyapp.designer.rule_types import check_rules, rules_of
from surveyapp.designer.rules import Answers, Facts
from surveyapp.designer.structure import check_structure
from surveyapp.designer.wording import check_wording
from surveyapp.findings import N_, Finding

if TYPE_CHECKING:
    from surveyapp.designer.proof_model import Element, Model

EFFORT = 5_000_000
"""The solver's steps for one question; the same on every machine, unlike seconds."""


@dataclass(frozen=True)
class Witness:
    """Answers and facts, as few as are needed, that lead to (or past) an element."""

    answers: Answers
    facts: Facts


@dataclass(frozen=True)
class Proof:
    """What `prove` found.

    shown: place → answers that show it; hidden: place → answers that reach it without showing it.
    Places are `page:ID`, `question:ID`, `contradiction:ID`, those with a rule of their own.
    """

    findings: tuple[Finding, ...] = ()
    shown: Mapping[str, Witness] = field(default_factory=dict)
    hidden: Mapping[str, Witness] = field(default_factory=dict)

    @property
    def publishable(self) -> bool:
        """Whether no finding is an error."""
        return all(finding.severity != "error" for finding in self.findings)

    def at(self, place: str) -> tuple[Finding, ...]:
        """The findings about one element."""
        return tuple(finding for finding in self.findings if finding.place == place)


def prove(document: Document, *, effort: int = EFFORT) -> Proof:
    """Check the whole document. `effort` bounds the solver; what it leaves open is said so."""
    findings = [*check_structure(document), *check_wording(document)]
    faulty = check_rules(document)
    findings += faulty
    if any(finding.code == "document.duplicate_id" for finding in findings):
        return Proof(tuple(findings))  # without names there is nothing to prove about
    places = {finding.place for finding in faulty}
    decided = _Decisions(document, places, effort)
    decided.decide()
    return Proof((*findings, *decided.findings), decided.shown, decided.hidden)


class _Decisions:
    """Puts the questions to the solver and collects findings and witnesses."""

    def __init__(self, document: Document, faulty: set[str], effort: int) -> None:
        self.findings: list[Finding] = []
        self.shown: dict[str, Witness] = {}
        self.hidden: dict[str, Witness] = {}
        self._document = document
        self._faulty = faulty
        self._effort = effort
        self._never: set[str] = set()

    def decide(self) -> None:
        """Decide every element that has a rule and depends on sound rules only."""
        rules = [
            (place, rule)
            for place, field, rule in rules_of(self._document)
            if place not in self._faulty
            and field in ("show", "when")
            and place.startswith(("page:", "question:", "contradiction:"))
        ]
        if not rules:
            return
        from surveyapp.designer.proof_model import Model

        model = Model(self._document, self._faulty)
        for place, rule in rules:
            if place.startswith("contradiction:"):
                condition, element = model.condition_of(rule)
                if self._decidable(element):
                    self._contradiction(model, place, condition.true, element)
            elif self._decidable(element := model.elements[place]):
                self._element(model, place, element)

    def _decidable(self, element: Element) -> bool:
        return not self._faulty.intersection(element.definitions)

    def _element(self, model: Model, place: str, element: Element) -> None:
        answer = self._ask(model, element, element.visible)
        if isinstance(answer, Witness):
            self.shown[place] = answer
            self._hiding(model, place, element)
        elif answer is None:
            self._undecided(place)
        else:
            self._unreached(model, place, element)

    def _hiding(self, model: Model, place: str, element: Element) -> None:
        answer = self._ask(model, element, element.owner, model.negated(element.visible))
        if isinstance(answer, Witness):
            self.hidden[place] = answer
        elif answer is None:
            self._undecided(place)
        else:
            template = N_("Whatever is answered before, this is shown: its rule can be removed.")
            self._report("proof.always_shown", place, template, "warning")

    def _unreached(self, model: Model, place: str, element: Element) -> None:
        """What complete answers never show may still show while an answer is missing."""
        answer = self._ask(model, element, element.visible, complete=False)
        if isinstance(answer, Witness):
            self.shown[place] = answer
            template = N_("This is shown only as long as a required answer before it is missing.")
            self._report("proof.only_unanswered", place, template, "warning")
        elif answer is None:
            self._undecided(place)
        elif element.page not in self._never:  # else it is said once, of the page
            self._never.add(place)
            template = N_("No answers lead here: change the rule, or remove this.")
            self._report("proof.never_shown", place, template, "error")

    def _contradiction(self, model: Model, place: str, when: Any, element: Element) -> None:
        answer = self._ask(model, element, when)
        if isinstance(answer, Witness):
            self.shown[place] = answer
        elif answer is None:
            self._undecided(place)
        else:
            template = N_("No answers contradict each other in this way: change the rule.")
            self._report("proof.never_contradicts", place, template, "warning")

    def _undecided(self, place: str) -> None:
        template = N_("The check did not finish for this rule; simplify it to be sure of it.")
        self._report("proof.undecided", place, template, "info")

    def _report(self, code: str, place: str, template: str, severity: str) -> None:
        self.findings.append(Finding(code, place, template, {}, severity))

    def _ask(
        self, model: Model, element: Element, *formulas: Any, complete: bool = True
    ) -> Witness | bool | None:
        """A witness of the formulas, False where there is none, None where it stays open."""
        values = model.solve(element, formulas, complete=complete, effort=self._effort)
        if values is None or values is False:
            return values
        facts: dict[str, dict[str, object]] = {"customer": {}, "touchpoint": {}}
        answers: dict[str, object] = {}
        for (kind, name), value in values.items():
            (answers if kind == "answer" else facts[kind])[name] = value
        return Witness({v: answers[v] for v in self._document.variables if v in answers}, facts)
