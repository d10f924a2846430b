"""What a screen reader is told: Chromium's accessibility tree of every type of question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.designer.document import Document
from surveyapp.designer.questions import QUESTION_TYPES
from tests.answering.world import build
from tests.browser.test_types import _without_script
from tests.questionnaires import full_names, questionnaire

pytestmark = pytest.mark.browser

CONTROLS = {
    *("button", "checkbox", "combobox", "Date", "link", "listbox", "radio", "searchbox", "slider"),
    *("spinbutton", "switch", "textbox"),
}
GROUPS = {"group", "radiogroup"}
FIELDS = {"number": "textbox", "short_text": "textbox", "long_text": "textbox", "date": "Date"}
"""Type → role of its one field; the others are groups, a photo is a button. Of a date Chromium
does not tell that it is required: what need not be answered says so in its name."""
WITHOUT_HELP = ("information", "consent")


@dataclass
class Node:
    """One node that is exposed: what it is, is called, says beside, and is in."""

    role: str
    name: str
    description: str
    states: dict[str, Any]
    parents: tuple[str, ...]
    """Names of the groups around it."""


def tree(page: Page) -> list[Node]:
    """Every exposed node of the page, from Chromium itself."""
    session = page.context.new_cdp_session(page)
    found = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in found}

    def groups(node: dict[str, Any]) -> Iterator[str]:
        while node := by_id.get(node.get("parentId"), {}):
            if _said(node, "role") in GROUPS:
                yield _said(node, "name")

    return [
        Node(
            _said(node, "role"),
            _said(node, "name"),
            _said(node, "description"),
            {one["name"]: one["value"].get("value") for one in node.get("properties", [])},
            tuple(groups(node)),
        )
        for node in found
        if not node["ignored"]
    ]


def _said(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", "")).strip()


def every_type() -> Document:
    """One required question of each type on one page, each with help, and one optional field."""
    known: dict[str, Any] = {}
    for name in ("all_types", *full_names()):
        for question in questionnaire(name).questions():
            if question.show is None and question.type not in known:
                known[question.type] = question.model_dump(mode="json")
    questions = []
    for kind, question in known.items():
        question |= {"id": f"x_{kind}", "checks": [], "required": kind != "information"}
        question["title"] = {"zh-Hans": f"问题 {kind}", "en": f"About {kind}"}
        question["help"] = {"zh-Hans": f"说明 {kind}", "en": f"Help with {kind}"}
        questions.append({key: value for key, value in question.items() if value is not None})
    optional = {**known["short_text"], "id": "spare", "required": False}
    optional["title"] = {"zh-Hans": "选填", "en": "Anything else"}
    page = {"id": "p1", "title": {"zh-Hans": "第1页", "en": "Page 1"}}
    return Document.model_validate(
        {
            "title": {"zh-Hans": "全部", "en": "Everything"},
            "pages": [{**page, "questions": [*questions, optional]}],
        }
    )


def the_field(nodes: list[Node], kind: str) -> Node:
    """What the question of a type is answered in: its field, else the group of its controls."""
    roles = {FIELDS[kind]} if kind in FIELDS else {"button"} if kind == "photo" else GROUPS
    found = [n for n in nodes if n.role in roles and n.name.startswith(f"About {kind}")]
    assert found, (kind, [(n.role, n.name) for n in nodes if kind in n.name])
    return found[0]


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_screen_reader_is_told_every_question_its_help_and_what_is_wrong(
    app: Flask, site: str, visit: Callable[..., Page], script: bool
) -> None:
    document = every_type()
    kinds = [question.type for question in document.questions()][:-1]
    assert sorted(kinds) == sorted(QUESTION_TYPES)
    page = visit(width=1280, height=800)
    if not script:
        page.route("**/r/*", _without_script)
    page.goto(site + build(document).url)
    asked = [kind for kind in kinds if kind != "information"]
    nodes = tree(page)
    _every_control_has_a_name(nodes)
    for kind in asked:
        found = the_field(nodes, kind)
        if kind not in WITHOUT_HELP:
            assert f"Help with {kind}" in found.description, (kind, found)
        if kind in FIELDS:
            assert kind == "date" or found.states["required"] is True, (kind, found)
            assert found.states.get("invalid") == "false", (kind, found)
    _choices_stand_in_their_question(nodes)
    spare = _spare(nodes)
    assert (spare.name, spare.states["required"]) == ("Anything else (optional)", False)
    _then_errors(page, asked)


def _spare(nodes: list[Node]) -> Node:
    (found,) = (n for n in nodes if n.role == "textbox" and n.name.startswith("Anything else"))
    return found


def _then_errors(page: Page, asked: list[str]) -> None:
    page.locator("#next").click()
    summary = page.locator("#errors")
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    nodes = tree(page)
    _every_control_has_a_name(nodes)
    links = [n.name for n in nodes if n.role == "link"]
    for kind in asked:
        found = the_field(nodes, kind)
        (link,) = [one for one in links if one.startswith(f"About {kind} ")] or [""]
        if kind == "likert_grid":
            items = [n for n in nodes if n.role == "radiogroup" and found.name in n.parents]
            assert items
            assert all(n.states["invalid"] == "true" and "Please" in n.description for n in items)
            continue
        sentence = link.removeprefix(f"About {kind} ")
        assert sentence.startswith("Please"), (kind, links)
        assert sentence in found.description, (kind, found)
        if kind in FIELDS:
            assert found.states["invalid"] == "true", (kind, found)
    spare = _spare(nodes)
    assert spare.states["invalid"] == "false"


def _every_control_has_a_name(nodes: list[Node]) -> None:
    controls = [node for node in nodes if node.role in CONTROLS]
    assert len(controls) > 60
    assert [node for node in controls if not node.name] == []
    assert [node for node in nodes if node.role in GROUPS and not node.name] == []


def _choices_stand_in_their_question(nodes: list[Node]) -> None:
    """Radios, ticks and places say in which question they are."""
    choices = [n for n in nodes if n.role in ("radio", "checkbox", "combobox")]
    lost = [n for n in choices if not any(name.startswith("About ") for name in n.parents)]
    assert lost == []
