"""XLSForm: the survey, choices and settings sheets as a questionnaire."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from surveyapp.designer.formats import xlsform_sheets
from surveyapp.designer.formats.draft import Draft, Part, all_of
from surveyapp.designer.formats.expression import XPATH
from surveyapp.designer.formats.guarding import refused
from surveyapp.designer.formats.notes import Imported
from surveyapp.designer.formats.texts import language_tag
from surveyapp.designer.formats.xlsform_questions import Questions, type_of
from surveyapp.designer.formats.xlsform_sheets import Row, Sheets
from surveyapp.designer.formats.xlsform_unread import of_sheets
from surveyapp.findings import N_

_MAX_DEPTH = 20
_SETTINGS = ("form_title", "form_id", "version", "default_language", "id_string", "style",
             "allow_choice_duplicates", "name", "namespaces")  # fmt: skip


@dataclass
class Node:
    """A row with the rows that stand inside it."""

    row: Row
    kind: str
    children: list[Node] = field(default_factory=list)


def read(content: bytes, name: str = "") -> Imported:
    """The questionnaire of an .xlsx file."""
    sheets = xlsform_sheets.read(content, name)
    draft = Draft("xlsform", XPATH)
    draft.pipe = re.compile(r"\$\{\s*([^{}]{1,100}?)\s*\}")
    return _Reader(draft, sheets).whole()


def _tree(rows: list[Row], draft: Draft) -> list[Node]:
    top: list[Node] = []
    stack: list[list[Node]] = [top]
    for row in rows:
        kind = row.get("type").lower().replace("_", " ")
        if row.get("disabled").lower() in ("yes", "true"):
            why = N_("The row is switched off in the file and was left there.")
            draft.lost(f"survey:{row.number}", row.get("name") or kind, why)
            continue
        if not kind:
            why = N_("The row has no type, so nothing is asked.")
            what = row.get("name") or next(iter(row.text("label").values()), "")
            what = what or next(iter(row.cells.values()), "")
            draft.lost(f"survey:{row.number}", what, why)
        if kind.startswith("begin "):
            made = Node(row, kind.split()[1])
            stack[-1].append(made)
            stack.append(made.children)
        elif kind.startswith("end ") and kind.split()[1] in ("group", "repeat", "loop"):
            if len(stack) == 1:
                why = N_("This end has no beginning.")
                draft.lost(f"survey:{row.number}", row.get("type"), why)
            else:
                stack.pop()
        elif kind:
            stack[-1].append(Node(row, "question"))
        if len(stack) > _MAX_DEPTH:
            raise refused("too_deep", N_("The file is nested too deeply to be a questionnaire."))
    if len(stack) > 1:
        draft.lost("survey", "begin group", N_("A group is never ended; it ends with the sheet."))
    return top


def _language_of_bare(sheets: Sheets, default: str) -> str:
    """The tag of the columns that name no language, where others do; empty where none can be told.

    It is the form's own language, else one of which no row has words besides, else English.
    """
    rows = [*sheets.survey, *(row for rows in sheets.choices.values() for row in rows)]
    bare = [row.text(name) for row in rows for name in ("label", "hint") if row.text(name).get("")]
    if not bare or not sheets.languages or language_tag(default):
        return language_tag(default) if bare and sheets.languages else ""
    named = [tag for name in sheets.languages if (tag := language_tag(name))]
    besides = {language_tag(language) for texts in bare for language in texts if language}
    free = [tag for tag in (*named, "en") if tag not in besides]
    return next(iter(free), "")


class _Reader:
    def __init__(self, draft: Draft, sheets: Sheets) -> None:
        self._draft = draft
        self._sheets = sheets
        default = sheets.settings.get("default_language", "")
        own = _language_of_bare(sheets, default)
        new = [own] if own not in ("", *map(language_tag, sheets.languages)) else []
        tags = draft.speak([*new, *sheets.languages], own or default)
        self._tags = {"": draft.default, **tags}
        self._questions = Questions(draft, sheets, self._words)
        self._loose = False

    def _words(self, texts: dict[str, str], place: str) -> dict[str, str]:
        named = [words for language, words in texts.items()
                 if language and self._tags.get(language) == self._tags[""]]  # fmt: skip
        if texts.get("") and named and named != [texts[""]]:
            why = N_("The column that names the language counts; these words were left out.")
            self._draft.lost(place, texts[""], why)
        known = {
            self._tags[language]: text
            for language, text in sorted(texts.items(), key=lambda item: item[0] != "")
            if language in self._tags
        }
        return self._draft.text(known, place)  # fmt: skip

    def whole(self) -> Imported:
        draft, sheets = self._draft, self._sheets
        title = sheets.settings.get("form_title", "")
        draft.fields["title"] = draft.text({draft.default: title}, "settings")
        for key, value in sheets.settings.items():
            if key not in _SETTINGS:
                why = N_("This setting belongs to the server that the form was made for.")
                draft.lost("settings", f"{key}: {value}", why)
        for node in _tree(sheets.survey, draft):
            self._top(node)
        of_sheets(sheets, draft)
        return draft.finish()

    def _top(self, node: Node) -> None:
        """A group at the top is a page; what stands outside of groups shares one."""
        row = node.row
        name = row.get("name")
        if name in ("introduction", "thank_you") and type_of(row)[0] == "note":
            self._draft.fields[name] = self._words(row.text("label"), f"survey:{row.number}")
            return
        if node.kind == "question" or self._is_grid(node):
            if not self._loose:
                self._draft.page("page")
            self._loose = True
            self._node(node, None)
            return
        self._loose = False
        place = f"survey:{row.number}"
        page = self._draft.page(row.get("name") or "page", self._words(row.text("label"), place))
        self._group_lost(node, place)
        page["show"] = self._relevant(row, place)
        if row.text("hint"):
            words = self._words(row.text("hint"), place)
            self._draft.question(f"{row.get('name')}_text", "information", place, title=words)
        for child in node.children:
            self._node(child, None)

    def _is_grid(self, node: Node) -> bool:
        return "table-list" in node.row.get("appearance") and self._questions.is_grid(
            [child.row for child in node.children], all(c.kind == "question" for c in node.children)
        )

    def _node(self, node: Node, show: Part | None) -> None:
        row, place = node.row, f"survey:{node.row.number}"
        if node.kind == "question":
            for made in self._questions.read(row, place):
                made["show"] = all_of(show, self._relevant(row, place), made.get("show"))
            return
        show = all_of(show, self._relevant(row, place))
        if self._is_grid(node):
            made = self._questions.grid(row, [child.row for child in node.children], place)
            made["show"] = show
            return
        self._group_lost(node, place)
        if label := self._words(row.text("label"), place):
            made = self._draft.question(
                f"{row.get('name')}_text", "information", place, title=label, show=show
            )
            made["help"] = self._words(row.text("hint"), place)
        for child in node.children:
            self._node(child, show)

    def _group_lost(self, node: Node, place: str) -> None:
        self._questions.name_lost(node.row, node.kind, place)
        if node.kind in ("repeat", "loop"):
            why = N_("Repeats have no counterpart: its questions are asked once.")
            self._draft.lost(place, node.row.get("name"), why)

    def _relevant(self, row: Row, place: str) -> dict[str, Any] | None:
        text = row.get("relevant")
        if self._questions.is_words_of_other(row) or type_of(row)[0] in ("calculate", "hidden"):
            return None
        return self._draft.rule(text, place) if text else None
