"""Qualtrics: a survey file (.qsf) as a questionnaire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, Part, all_of, id_of
from surveyapp.designer.formats.expression import SCRIPT
from surveyapp.designer.formats.guarding import refused
from surveyapp.designer.formats.notes import Imported
from surveyapp.designer.formats.qualtrics_logic import Logic, skips_of
from surveyapp.designer.formats.qualtrics_questions import Sheet, read_question
from surveyapp.designer.formats.qualtrics_unread import OPTIONS_AT_REST, of_survey
from surveyapp.designer.formats.translation import NEVER, untrue
from surveyapp.findings import N_

_ELEMENTS_LOST = {
    "QO": N_("Quotas have to be set up here."),
    "TO": N_("What starts after a response has no counterpart."),
    "CR": N_("What starts after a response has no counterpart."),
    "ED": N_("Embedded data have no counterpart; customers' attributes can be read by rules."),
    "NT": N_("Notes of its authors do not come over: write a comment on the part."),
}
_FLOW_LOST = {
    "WebService": N_("Calls of other servers have no counterpart."),
    "Authenticator": N_("Who may answer is decided by the personal links here."),
    "ReferenceSurvey": N_("Another survey cannot be put in; copy its questions."),
    "Quota": N_("Quotas have to be set up here."),
    "QuotaCheck": N_("Quotas have to be set up here."),
    "TableOfContents": N_("A table of contents has no counterpart."),
}
_OPTIONS_LOST = ("Header", "Footer", "EOSRedirectURL", "CustomStyles")
_MAX_FLOW = 20


def read(tree: Mapping[str, Any]) -> Imported:
    """The questionnaire of a Qualtrics file."""
    entry, elements = tree.get("SurveyEntry"), tree.get("SurveyElements")
    if isinstance(elements, dict):
        elements = list(elements.values())
    if not isinstance(entry, dict) or not isinstance(elements, list):
        raise refused("unknown", N_("It is no whole Qualtrics file: its elements are missing."))
    return _Reader(entry, [one for one in elements if isinstance(one, dict)]).whole()


class _Reader:
    def __init__(self, entry: Mapping[str, Any], elements: list[Mapping[str, Any]]) -> None:
        self._draft = draft = Draft("qualtrics", SCRIPT)
        draft.pipe = re.compile(r"\$\{(?:q://(QID\d+)/[^{}]*|([a-z]+://[^{}]*))\}")
        self._entry = entry
        self._elements = elements
        self._questions = {
            str(e.get("PrimaryAttribute")): e["Payload"]
            for e in elements
            if e.get("Element") == "SQ" and isinstance(e.get("Payload"), dict)
        }
        self._blocks = {str(block.get("ID")): block for block in self._all_blocks()}  # fmt: skip
        default = str(entry.get("SurveyLanguage") or "EN")
        others = {
            tag
            for q in self._questions.values()
            for tag in (q.get("Language") if isinstance(q.get("Language"), dict) else ())
        }
        self._tags = draft.speak([default, *sorted(others - {default})], default)  # fmt: skip
        self._default = default
        self._logic = Logic(draft)
        self._gone: list[Part] = []
        self._met: set[str] = set()
        self._sheet = Sheet(draft, self._tags, default, self._logic)

    def _all_blocks(self) -> Iterator[Mapping[str, Any]]:
        for element in self._elements:
            payload = element.get("Payload")
            if element.get("Element") == "BL" and payload:
                found = payload.values() if isinstance(payload, dict) else payload
                yield from (one for one in found if isinstance(one, dict))

    def whole(self) -> Imported:
        """The document."""
        draft, entry = self._draft, self._entry
        draft.fields["title"] = draft.text({draft.default: entry.get("SurveyName") or ""}, "survey")
        for key in ("SurveyDescription", "SurveyExpirationDate"):
            if str(entry.get(key) or "0000")[:4] != "0000":
                why = N_("This setting has no counterpart here.")
                draft.lost("survey", f"{key}: {entry[key]}", why)
        self._flow(self._root(), None, 0)
        self._trash()
        self._nowhere()
        for element in self._elements:
            kind = str(element.get("Element"))
            if kind in _ELEMENTS_LOST:
                what = str(element.get("PrimaryAttribute") or kind)
                draft.lost(f"element:{kind}", what, _ELEMENTS_LOST[kind])
            elif kind == "SCO" and _scores(element.get("Payload")):
                why = N_("Scoring has no counterpart: use dimensions and their weights.")
                draft.lost("element:SCO", "Scoring", why)
            elif kind == "SO":
                self._options(element.get("Payload"))
        return draft.finish()

    def _root(self) -> list[Mapping[str, Any]]:
        for element in self._elements:
            payload = element.get("Payload")
            if element.get("Element") == "FL" and isinstance(payload, dict):
                return _flow_of(payload)
        return [{"Type": "Block", "ID": name} for name, block in self._blocks.items()
                if block.get("Type") != "Trash"]  # fmt: skip

    def _options(self, options: object) -> None:
        payload = options if isinstance(options, dict) else {}
        for key in _OPTIONS_LOST:
            if payload.get(key) not in (None, *OPTIONS_AT_REST):
                why = N_("Looks and addresses belong to the account here, not to a questionnaire.")
                self._draft.lost("survey", key, why)
        of_survey(payload, _OPTIONS_LOST, self._draft)

    def _trash(self) -> None:
        for block in self._blocks.values():
            if block.get("Type") == "Trash":
                for one in _elements(block):
                    if one.get("QuestionID"):
                        why = N_("It lies in the trash of the file and was left there.")
                        self._draft.told(f"question:{one['QuestionID']}", "Trash", why)

    def _nowhere(self) -> None:
        """Blocks that the flow leads to nowhere, and questions that stand in no block."""
        for name, block in self._blocks.items():
            if name not in self._met and block.get("Type") != "Trash":
                why = N_("The flow of the file does not lead there, so nobody is asked.")
                self._draft.lost(f"block:{name}", str(block.get("Description") or name), why)
        inside = {str(one.get("QuestionID")) for block in self._blocks.values()
                  for one in _elements(block)}  # fmt: skip
        for name in (name for name in self._questions if name not in inside):
            why = N_("The question stands in no block of the file, so nobody is asked.")
            self._draft.lost(f"question:{name}", name, why)

    # the flow

    def _flow(self, flow: list[Mapping[str, Any]], show: Part | None, depth: int) -> None:
        if depth > _MAX_FLOW:
            raise refused("too_deep", N_("The file is nested too deeply to be a questionnaire."))
        for element in flow:
            kind = str(element.get("Type"))
            if kind in ("Block", "Standard", "Default"):
                block = self._blocks.get(str(element.get("ID")), {})
                self._met.add(str(element.get("ID")))
                if not block:
                    why = N_("The flow names a block that is not in the file.")
                    self._draft.lost("flow", str(element.get("ID")), why)
                rule = self._logic.rule(element.get("DisplayLogic"), f"block:{element.get('ID')}")
                self._block(block, all_of(show, rule))
            elif kind == "Branch":
                self._branch(element, show, depth)
            elif kind in ("BlockRandomizer", "Randomizer"):
                self._randomizer(element, show, depth)
            elif kind == "EndSurvey":
                self._end_lost(element)
                self._end(show)
            elif kind == "EmbeddedData":
                self._embedded(element)
            elif kind in ("Group", "Root"):
                self._flow(_flow_of(element), show, depth + 1)
            else:
                why = _FLOW_LOST.get(kind, N_("“{kind}” in the flow has no counterpart."))
                self._draft.lost("flow", kind, why, kind=kind)

    def _branch(self, element: Mapping[str, Any], show: Part | None, depth: int) -> None:
        place = f"flow:{element.get('FlowID', 'Branch')}"
        rule = self._logic.rule(element.get("BranchLogic"), place)
        if rule is None and any(one.get("Type") == "EndSurvey" for one in _flow_of(element)):
            why = N_("The end of the survey in this branch was left out with its condition.")
            self._draft.lost(place, "EndSurvey", why)
            return
        self._flow(_flow_of(element), all_of(show, rule), depth + 1)

    def _end(self, show: Part | None) -> None:
        """What comes after the end is shown to those only who did not end there."""
        if show is None:
            self._gone.append(NEVER)
            return
        made = untrue(show)
        self._gone.append(made if isinstance(made, dict) else {"or": [made]})
        why = N_("The end of the survey became a rule: what comes after it is hidden from those.")
        self._draft.told("flow", "EndSurvey", why)

    def _end_lost(self, element: Mapping[str, Any]) -> None:
        """Messages and addresses of an end; who ended there sees the page of everybody."""
        options = element.get("Options")
        given = options if isinstance(options, dict) else {}
        for key in ("EOSMessage", "EOSRedirectURL", "SurveyTermination", "ResponseFlag"):
            if given.get(key) not in (None, "", "DefaultMessage", "Default"):
                why = N_("An end of its own has no counterpart: use a screen-out with its words.")
                self._draft.lost("flow", f"{key}: {given[key]}", why)

    def _embedded(self, element: Mapping[str, Any]) -> None:
        fields = element.get("EmbeddedData")
        for one in fields if isinstance(fields, list) else ():
            if isinstance(one, dict):
                self._draft.lost("flow", str(one.get("Field")), _ELEMENTS_LOST["ED"])

    def _randomizer(self, element: Mapping[str, Any], show: Part | None, depth: int) -> None:
        inner, first = _flow_of(element), len(self._draft.pages)
        self._flow(inner, show, depth + 1)
        place = f"flow:{element.get('FlowID', 'Randomizer')}"
        if str(element.get("SubSet") or len(inner)) != str(len(inner)):
            why = N_("Only some of its blocks are shown there; here all of them are.")
            self._draft.lost(place, "Randomizer", why)
        pages = self._draft.pages[first:]
        if len(pages) == len(inner):
            for page in pages:
                page["block"] = id_of(str(element.get("FlowID", "random")), "b")
        else:
            why = N_("Blocks of several pages in random order have no counterpart.")
            self._draft.lost(place, "Randomizer", why)

    # blocks

    def _block(self, block: Mapping[str, Any], show: Part | None) -> None:
        name = str(block.get("Description") or "Block")
        place = f"block:{name[:60]}"
        self._block_lost(block, place)
        show = all_of(show, *self._gone)
        skipping: list[tuple[str, Part]] = []
        self._page(name, show)
        for element in _elements(block):
            if element.get("Type") == "Page Break":
                self._page(name, show)
                continue
            name_ = str(element.get("QuestionID"))
            skipping = [(to, rule) for to, rule in skipping if to != name_]
            self._question(name_, [rule for _, rule in skipping])
            for to, rule in skips_of(element, self._logic, self._draft):
                skipping.append((to, rule))
                if to == "ENDOFSURVEY":
                    self._gone.append(rule)

    def _page(self, name: str, show: Part | None) -> None:
        if self._draft.pages and not self._draft.pages[-1]["questions"]:
            self._draft.pages.pop()
        ascii_name = name if name.isascii() else "page"
        page = self._draft.page(ascii_name)
        page["show"] = show
        default = name.startswith(("Default Question Block", "Block "))
        page["title"] = {} if default else self._draft.text({self._draft.default: name}, "block")

    def _block_lost(self, block: Mapping[str, Any], place: str) -> None:
        options = block.get("Options")
        if not isinstance(options, dict):
            return
        if options.get("Looping") not in (None, "None", False):
            why = N_("Loop and merge has no counterpart: its questions are asked once.")
            self._draft.lost(place, "Loop & Merge", why)
        if str(options.get("RandomizeQuestions", "false")) not in ("false", "", "None"):
            why = N_("Questions in random order: shuffle the page here.")
            self._draft.lost(place, "RandomizeQuestions", why)

    def _question(self, name: str, skipped: list[Part]) -> None:
        payload = self._questions.get(name)
        if payload is None:
            why = N_("The question is named in a block, but it is not in the file.")
            self._draft.lost(f"question:{name}", name, why)
            return
        place = f"question:{payload.get('DataExportTag') or name}"
        show = all_of(*(self._logic.rule(payload.get(key), place)
                        for key in ("DisplayLogic", "InPageDisplayLogic")))  # fmt: skip
        for made in read_question(self._sheet, name, payload, place):
            made["show"] = all_of(show, *skipped, made.get("show"))


def _elements(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = block.get("BlockElements")
    found = list(found.values()) if isinstance(found, dict) else found
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _flow_of(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    flow = element.get("Flow")
    found = list(flow.values()) if isinstance(flow, dict) else flow
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _scores(payload: object) -> bool:
    return isinstance(payload, dict) and bool(payload.get("ScoringCategories"))
