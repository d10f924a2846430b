"""SurveyJS: its JSON as a questionnaire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, Part, all_of
from surveyapp.designer.formats.expression import SURVEYJS
from surveyapp.designer.formats.guarding import refused
from surveyapp.designer.formats.notes import Imported
from surveyapp.designer.formats.surveyjs_element import listed
from surveyapp.designer.formats.surveyjs_questions import READERS, read_question
from surveyapp.designer.formats.surveyjs_triggers import (
    condition_of,
    is_showing,
    shown_by,
    targets,
)
from surveyapp.designer.formats.surveyjs_unread import unread
from surveyapp.findings import N_

_TEXTS = frozenset({"title", "description", "text", "html", "label", "completedHtml", "otherText",
                    "noneText", "labelTrue", "labelFalse", "minRateDescription",
                    "maxRateDescription", "refuseText", "dontKnowText"})  # fmt: skip
_SURVEY_LOST = {
    "completedHtmlOnCondition": N_("Closing pages that depend on answers: use screen-outs."),
    "navigateToUrl": N_("Going on to another address at the end is not done here."),
    "navigateToUrlOnCondition": N_("Going on to another address at the end is not done here."),
    "maxTimeToFinish": N_("There is no time limit here."),
    "timeLimit": N_("There is no time limit here."),
    "logo": N_("The logo belongs to the account's look, not to the questionnaire."),
    "quizMode": N_("Right answers and quizzes have no counterpart."),
}
_COMPLETE = N_(
    "“Complete” triggers became rules: what comes after the page is not shown to those people."
)


def read(tree: Mapping[str, Any]) -> Imported:
    """The questionnaire of a SurveyJS document."""
    draft = Draft("surveyjs", SURVEYJS)
    draft.pipe = re.compile(r"\{\s*([^\W\d][\w .-]{0,100}?)\s*\}")
    pages = list(_pages(tree, draft))
    reader = _Reader(draft, tree)
    reader.head()
    for number, page in enumerate(pages, 1):
        reader.page(page, number)
    reader.end()
    reader.triggers()
    return draft.finish()


def _pages(tree: Mapping[str, Any], draft: Draft) -> Iterator[Mapping[str, Any]]:
    pages = tree.get("pages")
    if not isinstance(pages, list):
        pages = [{"name": "page1", "elements": elements_of(tree)}]
    for page in pages:
        if isinstance(page, dict):
            yield page
        else:
            raise refused("not_surveyjs", N_("The pages of the file are not as SurveyJS has them."))


def elements_of(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The elements of a page or panel (older files say `questions`)."""
    found = part.get("elements", part.get("questions", part.get("templateElements")))
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


class _Reader:
    def __init__(self, draft: Draft, tree: Mapping[str, Any]) -> None:
        self._draft = draft
        self._tree = tree
        locale = str(tree.get("locale") or "en")[:20]
        maps = list(_maps(tree))
        both = any("default" in one and locale in one for one in maps)
        default = "en" if both else locale
        named = {str(tag) for one in maps for tag in one} - {"default", locale, default}
        self._tags = draft.speak(list(dict.fromkeys([locale, default, *sorted(named)])), locale)
        self._tags["default"] = self._tags.get(default, draft.default)
        self._shown_by = shown_by(tree)
        self._ruled: set[str] = set()

    def words(self, value: object, place: str) -> dict[str, str]:
        """A string, or a map of languages, as a text."""
        given = value if isinstance(value, dict) else {"default": value}
        known = {self._tags[tag]: words for tag, words in given.items()
                 if tag in self._tags and isinstance(words, str | int | float)}  # fmt: skip
        return self._draft.text(known, place)

    def head(self) -> None:
        draft, tree = self._draft, self._tree
        draft.fields["title"] = self.words(tree.get("title"), "survey")
        draft.fields["introduction"] = self.words(tree.get("description"), "survey")
        for key, why in _SURVEY_LOST.items():
            if tree.get(key):
                draft.lost("survey", key, why)
        unread(tree, "survey", "survey", draft)
        for one in listed(tree.get("calculatedValues")):
            draft.variables.pop(str(one.get("name")), None)
        self._values()

    def end(self) -> None:
        """What is read last, and may show any answer."""
        words = self.words(self._tree.get("completedHtml"), "survey")
        self._draft.fields["thank_you"] = words

    def page(self, page: Mapping[str, Any], number: int) -> None:
        name = str(page.get("name") or f"page{number}")
        place = f"page:{name}"
        made = self._draft.page(name, self.words(page.get("title"), place))
        order = page.get("questionOrder", page.get("questionsOrder", "default"))
        order = self._tree.get("questionsOrder") if order == "default" else order
        made["shuffle"] = order == "random"
        unread(page, "page", place, self._draft)
        self._lost_of(page, place)
        made["show"] = self._shown(page, name, place)
        if page.get("description"):
            description = self.words(page["description"], place)
            self._draft.question(f"{name}_text", "information", place, title=description)
        for element in elements_of(page):
            self._element(element, None)
            self._values()

    def _lost_of(self, part: Mapping[str, Any], place: str) -> None:
        if part.get("enableIf"):
            why = N_("Greying out has no counterpart; hide it with a rule instead.")
            self._draft.lost(place, str(part["enableIf"]), why)
        if part.get("isRequired") and part.get("type") in (None, "panel"):
            why = N_("A whole page or panel cannot be required; require its questions.")
            self._draft.lost(place, "isRequired", why)
        if part.get("requiredIf") and part.get("type") in (None, "panel"):
            why = N_("A whole page or panel cannot be required; require its questions.")
            self._draft.lost(place, str(part["requiredIf"]), why)

    def _element(self, element: Mapping[str, Any], show: dict[str, Any] | None) -> None:
        kind = str(element.get("type", "text"))
        name = str(element.get("name") or "question")
        place = f"question:{name}"
        if kind == "panel":
            unread(element, kind, place, self._draft)
        show = all_of(show, self._shown(element, name, place))
        self._lost_of(element, place)
        if kind == "panel":
            self._panel(element, show, place)
        elif kind in READERS:
            for made in read_question(kind, element, place, self._draft, self.words):
                made["show"] = all_of(show, made.get("show"))
        else:
            why = N_("Questions of the kind “{kind}” have no counterpart here.")
            self._draft.lost(place, name, why, kind=kind)

    def _panel(self, panel: Mapping[str, Any], show: Part | None, place: str) -> None:
        words = [self.words(panel.get(key), place) for key in ("title", "description")]
        if any(words):
            title, rest = words
            name = f"{panel.get('name') or 'panel'}_text"
            made = self._draft.question(name, "information", place, title=title or rest, show=show)
            made["help"] = rest if title else {}
        for element in elements_of(panel):
            self._element(element, show)

    def _shown(self, part: Mapping[str, Any], name: str, place: str) -> Part | None:
        """When a page or an element is shown: by its own condition, or by that of a trigger."""
        own = part.get("visibleIf")
        text = own if isinstance(own, str) else ""
        if not text.strip() and (text := self._shown_by.get(name, "")):
            self._ruled.add(name)
        if text:
            return self._draft.rule(text, place)
        if part.get("visible") is False:
            why = N_("It is hidden until a script shows it; scripts do not come over.")
            self._draft.lost(place, name, why)
        return None

    def _values(self) -> None:
        """Computed values, as soon as what they read has been asked."""
        for one in listed(self._tree.get("calculatedValues")):
            name, text = str(one.get("name")), str(one.get("expression", ""))
            if name and name not in self._draft.variables and self._readable(text):
                self._draft.compute(name, text, f"calculatedValues:{name}")

    def _readable(self, text: str) -> bool:
        read = re.findall(r"\{\s*([^{}]+?)\s*\}", text)
        return all(self._draft.find(name) for name in read)

    def triggers(self) -> None:
        """`complete` triggers hide what comes after; values that never got ready are reported."""
        draft = self._draft
        for number, one in enumerate(listed(self._tree.get("triggers")), 1):
            place, kind = f"trigger:{number}", str(one.get("type", ""))
            text = condition_of(one)
            if kind.startswith("complete") and text:
                self._complete(text, place)
            elif is_showing(one) and self._ruled.issuperset(targets(one)):
                why = N_("“Visible” triggers became rules of what they show.")
                draft.told(place, text, why)
            else:
                why = N_("A trigger of the kind “{kind}” has no counterpart here.")
                draft.lost(place, text or kind, why, kind=kind or "?")
        for one in listed(self._tree.get("calculatedValues")):
            name = str(one.get("name"))
            if name not in draft.variables and not self._readable(str(one.get("expression", ""))):
                why = N_("This value reads what did not come over.")
                draft.lost(f"calculatedValues:{name}", name, why)

    def _complete(self, text: str, place: str) -> None:
        draft = self._draft
        stay = draft.rule(f"!({text})", place)
        read = {v.name for n in re.findall(r"\{\s*([^{}]+?)\s*\}", text) if (v := draft.find(n))}
        asked = [i for i, page in enumerate(draft.pages)
                 if any(q["id"] in {name.partition(".")[0] for name in read}
                        for q in page["questions"])]  # fmt: skip
        if stay is None or not asked:
            return
        for page in draft.pages[asked[-1] + 1 :]:
            page["show"] = all_of(page.get("show"), stay)
        draft.told(place, text, _COMPLETE)


def _maps(tree: object) -> Iterator[Mapping[str, object]]:
    """Every text of the file that is a map of languages."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if key in _TEXTS and isinstance(value, dict):
                    yield value
                elif isinstance(value, dict | list):
                    waiting.append(value)
        elif isinstance(node, list):
            waiting += node
