"""Qualtrics' logic: conditions of display, branches and skips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, as_rule
from surveyapp.designer.formats.expression import Call, Name, Node, Value
from surveyapp.designer.formats.translation import Made, Rule, Translator, joined, untranslatable
from surveyapp.findings import N_, SurveyError

_LOCATOR = re.compile(r"q://(QID\d+)/(\w+)(?:/([\w~]+))?(?:/([\w~]+))?")
_COMPARE = {
    "EqualTo": "==", "NotEqualTo": "!=", "GreaterThan": ">", "GreaterThanOrEqual": ">=",
    "LessThan": "<", "LessThanOrEqual": "<=", "Is": "==", "IsNot": "!=",
}  # fmt: skip


class Logic:
    """Reads conditions with the names that a draft knows (`QID1`, `QID3/2` for a row)."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def rule(self, logic: object, place: str) -> Rule | None:
        """The rule that is true where the condition holds; None, and a note, where none can be."""
        if not isinstance(logic, dict):
            return None
        try:
            return as_rule(self._made(logic, True))
        except SurveyError as error:
            what = re.sub(r"<[^>]{0,300}>", "", " ".join(_descriptions(logic)))
            self._draft.refused(error, place, what or "logic")
            return None

    def _made(self, logic: Mapping[str, Any], wanted: bool) -> Made:
        """The groups: `If` and `AndIf` hold together, `OrIf` and `ElseIf` are alternatives."""
        alternatives: list[list[Made]] = []
        for group in _parts(logic):
            made = self._group(group, wanted)
            if not alternatives or str(group.get("Type", "")).startswith(("Or", "Else")):
                alternatives.append([made])
            else:
                alternatives[-1].append(made)
        return joined("or", [joined("and", group) for group in alternatives])

    def _group(self, group: Mapping[str, Any], wanted: bool) -> Made:
        translator = Translator(self._draft.find)
        alternatives: list[list[Made]] = []
        for one in _parts(group):
            made = translator.holds(_condition(one), wanted)
            if alternatives and str(one.get("Conjuction", "And")) != "Or":
                alternatives[-1].append(made)
            else:
                alternatives.append([made])
        return joined("or", [joined("and", parts) for parts in alternatives])


def _parts(logic: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    numbered = sorted((key for key in logic if key.isdigit() and len(key) < 6), key=int)
    yield from (logic[key] for key in numbered if isinstance(logic[key], dict))


def _descriptions(logic: Mapping[str, Any]) -> Iterator[str]:
    for group in _parts(logic):
        for one in _parts(group):
            yield str(one.get("Description") or one.get("LeftOperand") or "")


def _condition(one: Mapping[str, Any]) -> Node:
    kind = str(one.get("LogicType", ""))
    if kind != "Question":
        why = N_("It depends on “{kind}”, which has no counterpart here.")
        raise untranslatable(why, kind=f"{kind} {one.get('LeftOperand', '')}".strip()[:60])
    locator = str(one.get("LeftOperand") or one.get("ChoiceLocator") or "")
    return condition_of(locator, str(one.get("Operator", "")), one.get("RightOperand"))


def condition_of(locator: str, operator: str, right: object) -> Node:
    """A condition on what a locator such as `q://QID1/SelectableChoice/2` names."""
    found = _LOCATOR.match(locator)
    if found is None:
        raise untranslatable(N_("It reads something that is not a question; write it again."))
    question, what, first, second = found.groups()
    of_row = second is not None or (what.endswith("EntryValue") and first is not None)
    name: Node = Name(f"{question}/{first}" if of_row else question)
    if operator in ("Selected", "NotSelected"):
        chosen = Call("selected", (name, Value(second or first or "")))
        return chosen if operator == "Selected" else Call("not", (chosen,))
    if operator in ("Empty", "NotEmpty"):
        return Call(operator.lower(), (name,))
    if what == "SelectedChoicesCount":
        name = Call("count", (Name(question),))
    if operator in _COMPARE and isinstance(right, str | int | float):
        return Call(_COMPARE[operator], (name, Value(right)))
    raise untranslatable(N_("“{name}” has no counterpart in our rules."), name=operator or what)


def skips_of(
    element: Mapping[str, Any], logic: Logic, draft: Draft
) -> Iterator[tuple[str, Rule]]:  # fmt: skip
    """Where the question's skips lead, each with the rule of those who stay."""
    skips = element.get("SkipLogic")
    for one in skips if isinstance(skips, list) else ():
        if not isinstance(one, dict):
            continue
        place = f"question:{element.get('QuestionID')}"
        to = str(one.get("SkipToDestination", ""))
        locator = str(one.get("ChoiceLocator") or one.get("Locator") or "")
        try:
            node = condition_of(locator, str(one.get("Condition", "")), None)
            rule = as_rule(Translator(draft.find).holds(node, False))
        except SurveyError as error:
            draft.refused(error, place, f"SkipLogic → {to}")
            continue
        if rule is not None:
            why = N_("The jump became a rule: what it leaps over is hidden from those.")
            draft.told(place, f"SkipLogic → {to}", why)
            yield to, rule
