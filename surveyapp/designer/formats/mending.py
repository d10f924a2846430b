"""Rules of a document that was read, each looked at: those that do not fit are taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from surveyapp.designer.formats.notes import Notes
from surveyapp.designer.rule_types import MAX_NODES
from surveyapp.designer.rules import parts_of, source_of
from surveyapp.findings import N_

Part = dict[str, Any]
_RULE_KEYS = ("show", "require", "must", "when", "value")


def rules_in(tree: Part) -> Iterator[tuple[str, Part, str]]:
    """Every rule of a document's JSON: where it belongs, the part that holds it, under which key."""
    waiting: list[tuple[str, Any]] = [("document", tree)]
    while waiting:
        place, node = waiting.pop(0)
        for key, value in node.items():
            if key in _RULE_KEYS and isinstance(value, dict):
                yield place, node, key
            elif isinstance(value, list):
                waiting += [
                    (_place(key, one, place), one) for one in value if isinstance(one, dict)
                ]


def _place(key: str, part: Part, inside: str) -> str:
    kind = {"pages": "page", "questions": "question", "computed": "computed"}.get(key)
    return f"{kind}:{part.get('id')}" if kind else inside


def mend(tree: Part, notes: Notes) -> Part:
    """Take out rules that are too large or read what is not there; a check goes with its rule."""
    known = _known(tree)
    for place, part, key in list(rules_in(tree)):
        if _fits(part[key], known):
            continue
        why = N_("The condition is too large or reads what did not come over.")
        notes.lost(place, key, why)
        part[key] = None
    _without_empty_rules(tree)
    return tree


def _known(tree: Part) -> dict[str, set[str]]:
    answers: set[str] = set()
    for page in tree["pages"]:
        for question in page["questions"]:
            parts = (*question.get("items", ()), *question.get("options", ()))
            answers |= {question["id"], *(f"{question['id']}.{part['id']}" for part in parts)}
    computed = {one["id"] for one in tree.get("computed", ())}
    return {"answer": answers, "computed": computed}


def _fits(rule: object, known: dict[str, set[str]]) -> bool:
    waiting, nodes = [(rule, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        source, parts = source_of(node), parts_of(node)
        nodes += 1
        if nodes > MAX_NODES or depth > 30:
            return False
        if source and source.name not in known.get(source.kind, {source.name}):
            return False
        if parts:
            waiting += [(operand, depth + 1) for operand in parts[1]]
    return True


def _without_empty_rules(tree: Part) -> None:
    tree["computed"] = [one for one in tree.get("computed", ()) if one["value"] is not None]
    for page in tree["pages"]:
        for part in (page, *page["questions"]):
            if "checks" in part:
                part["checks"] = [one for one in part["checks"] if one["must"] is not None]
