"""Rules of a document that was read, each checked: those that do not fit it are taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.formats.notes import Notes
from surveyapp.designer.rule_places import check_order, rules_of
from surveyapp.designer.rule_types import TypeChecker
from surveyapp.findings import Finding

Part = dict[str, Any]
_PASSES = 8


def mended(tree: Part, notes: Notes) -> Document:
    """The document of a JSON tree, without rules that are wrong; each one taken out is noted.

    Taking a computed value out may break what reads it, so it is done until nothing is left.
    """
    document = Document.model_validate(tree)
    for _ in range(_PASSES):
        wrong = {finding.place: finding for finding in _findings(document)}
        if not wrong:
            break
        for place, finding in wrong.items():
            notes.lost(place, place.partition(":")[2], finding.template, **finding.params)
        document = Document.model_validate(_without(document, set(wrong)))
    return document


def _findings(document: Document) -> Iterator[Finding]:
    checker = TypeChecker(document)
    for placed in rules_of(document):
        yield from checker.check_placed(placed)
    yield from check_order(document)


def _without(document: Document, wrong: set[str]) -> Part:
    tree = document.model_dump(mode="json")
    for quota in tree["quotas"]:
        quota["cells"] = [cell for cell in quota["cells"]
                          if f"cell:{quota['id']}.{cell['id']}" not in wrong]  # fmt: skip
    tree["quotas"] = [quota for quota in tree["quotas"] if quota["cells"]]
    tree["computed"] = [one for one in tree["computed"] if f"computed:{one['id']}" not in wrong]
    for page in tree["pages"]:
        _clean(page, f"page:{page['id']}", wrong)
        _clean_checks(page, f"check:{page['id']}", wrong)
        for question in page["questions"]:
            name = question["id"]
            _clean(question, f"question:{name}", wrong)
            _clean_checks(question, f"check:{name}", wrong)
            for kind in ("option", "item"):
                for part in question.get(f"{kind}s", ()):
                    _clean(part, f"{kind}:{name}.{part['id']}", wrong)
    return tree


def _clean(part: Part, place: str, wrong: set[str]) -> None:
    if place in wrong:
        part["show"] = None
        if "require" in part:
            part["require"] = None
        if part.get("carry"):
            part["carry"] = None


def _clean_checks(part: Part, place: str, wrong: set[str]) -> None:
    part["checks"] = [one for one in part["checks"] if f"{place}.{one['id']}" not in wrong]
