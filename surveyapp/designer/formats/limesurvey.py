"""LimeSurvey: a survey (.lss) or a question (.lsq) as a questionnaire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, Ids, Part, all_of, as_rule, id_of
from surveyapp.designer.formats.expression import SCRIPT, Call, Name, Value
from surveyapp.designer.formats.guarding import refused, xml_of
from surveyapp.designer.formats.limesurvey_questions import ALWAYS, READERS, Asked, bare
from surveyapp.designer.formats.limesurvey_tables import Entry, Record, Tables
from surveyapp.designer.formats.limesurvey_unread import attributes as name_attributes
from surveyapp.designer.formats.limesurvey_unread import rest_of
from surveyapp.designer.formats.notes import Imported
from surveyapp.designer.formats.translation import Translator, Variable, joined
from surveyapp.findings import N_, SurveyError

_SUFFIXES = (".NAOK", ".shown", ".value", ".valueNAOK", ".code")
_SIGNS = {"==": "==", "=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
          " ": "=="}  # fmt: skip


def read(content: bytes) -> Imported:
    """The questionnaire of a LimeSurvey file."""
    root = xml_of(content)
    kind = root.findtext("LimeSurveyDocType") or ""
    if root.tag != "document" or kind not in ("Survey", "Question", "Group"):
        why = N_("It is a LimeSurvey file, but no survey, group or question ({kind}).")
        raise refused("unknown", why, kind=kind[:40] or root.tag[:40])
    return _Reader(Tables(root)).whole()


class _Names(Draft):
    """A draft whose names may end in `.NAOK` and the like, or be numbers of questions."""

    def find(self, name: str) -> Variable | None:
        for suffix in _SUFFIXES:
            name = name.removesuffix(suffix)
        return super().find(name) or super().find(name.removeprefix("that."))


class _Reader:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._draft = draft = _Names("limesurvey", SCRIPT)
        draft.pipe = re.compile(r"\{([^\s{}][^{}\n]{0,500})\}")
        survey = (tables.rows("surveys") or [{}])[0]
        default = survey.get("language", "")
        named = [*tables.languages, *survey.get("additional_languages", "").split()]
        spoken = {row.get("language", "") for row in tables.rows("questions")} - {""}
        self._tags = draft.speak(
            list(dict.fromkeys([default, *named, *sorted(spoken)] if default else
                               [*named, *sorted(spoken)])), default)  # fmt: skip
        self._survey = survey
        self._attributes: dict[str, dict[str, dict[str, str]]] = {}
        for row in tables.rows("question_attributes"):
            own = self._attributes.setdefault(row.get("qid", ""), {})
            own.setdefault(row.get("attribute", ""), {})[row.get("language", "")] = row.get(
                "value", ""
            )

    def words(self, texts: Mapping[str, str], place: str) -> dict[str, str]:
        """A text by our language tags."""
        known = {self._tags.get(language, self._draft.default): text
                 for language, text in texts.items()
                 if not language or language in self._tags}  # fmt: skip
        return self._draft.text(known, place)

    def whole(self) -> Imported:
        """The document."""
        self._words_of("title", "surveyls_title")
        self._words_of("introduction", "surveyls_description", "surveyls_welcometext")
        answers, below = self._answers(), self._subquestions()
        questions = [q for q in self._tables.entries("questions")
                     if q.get("parent_qid", "0") == "0"]  # fmt: skip
        groups = self._tables.entries("groups")
        groups.sort(key=lambda one: one.order("group_order"))
        known = {group.get("gid") for group in groups}
        loose = dict.fromkeys(q.get("gid") for q in questions if q.get("gid") not in known)
        for group in [*groups, *(Entry({"gid": gid}) for gid in loose)]:
            self._group(group)
            own = [q for q in questions if q.get("gid") == group.get("gid")]
            for question in sorted(own, key=lambda one: one.order("question_order")):
                qid = question.get("qid")
                self._question(question, answers.get(qid, []), below.get(qid, []))
        self._words_of("thank_you", "surveyls_endtext")  # it may show any answer
        self._quotas()
        rest_of(self._tables, self._draft)
        return self._draft.finish()

    def _words_of(self, ours: str, *names: str) -> None:
        """A text of the whole survey."""
        settings = self._tables.rows("surveys_languagesettings")
        texts = {row.get("surveyls_language", ""): "\n\n".join(
            row[name] for name in names if row.get(name)) for row in settings}  # fmt: skip
        self._draft.fields[ours] = self.words(texts, "survey")

    def _answers(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self._tables.entries("answers"):
            found.setdefault(entry.get("qid"), []).append(entry)
        return {qid: sorted(every, key=lambda one: one.order("sortorder"))
                for qid, every in found.items()}  # fmt: skip

    def _subquestions(self) -> dict[str, list[Entry]]:
        every = [*self._tables.entries("subquestions"), *self._tables.entries("questions")]
        found: dict[str, list[Entry]] = {}
        for entry in every:
            if entry.get("parent_qid", "0") != "0":
                found.setdefault(entry.get("parent_qid"), []).append(entry)
        return {qid: sorted(own, key=lambda one: one.order("question_order"))
                for qid, own in found.items()}  # fmt: skip

    def _group(self, group: Entry) -> None:
        place = f"group:{group.get('gid')}"
        title = self.words(group.text("group_name"), place)
        name = next(iter(title.values()), "") if title else "page"
        page = self._draft.page(name if name.isascii() else "page", title)
        if group.get("grelevance") not in ALWAYS:
            page["show"] = self._draft.rule(bare(group.get("grelevance")), place)
        if group.get("randomization_group"):
            page["block"] = id_of(group.get("randomization_group"), "b")
        if words := self.words(group.text("description"), place):
            self._draft.question(f"{page['id'][:30]}_text", "information", place, title=words)

    def _question(self, question: Entry, answers: list[Entry], below: list[Entry]) -> None:
        place = f"question:{question.get('title')}"
        attributes = self._attributes.get(question.get("qid"), {})
        asked = Asked(question, answers, below, attributes, place, self._draft, self.words)
        kind = question.get("type")
        if kind not in READERS:
            why = N_("Questions of the kind “{kind}” have no counterpart here.")
            self._draft.lost(place, question.get("title"), why, kind=kind)
            return
        show = self._show(question, place)
        READERS[kind](asked)
        asked.report()
        name_attributes(kind, attributes, place, self._draft)
        for made in asked.made:
            made["show"] = all_of(show, made.get("show"))

    def _show(self, question: Entry, place: str) -> dict[str, Any] | None:
        relevance = question.get("relevance")
        if relevance.strip() not in ALWAYS:
            return self._draft.rule(bare(relevance), place)
        rows = [r for r in self._tables.rows("conditions") if r.get("qid") == question.get("qid")]
        return self._conditions(rows, place) if rows else None

    def _conditions(self, rows: list[Record], place: str) -> dict[str, Any] | None:
        """Conditions as old files have them: any scenario, in it all questions, of each any row."""
        scenarios: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            one = (
                f"{row.get('cfieldname', '').lstrip('+')} "
                f'{_SIGNS.get(row.get("method", "=="), "==")} "{row.get("value", "")}"'
            )
            questions = scenarios.setdefault(row.get("scenario", "1"), {})
            questions.setdefault(row.get("cqid", ""), []).append(f"({one})")  # fmt: skip
        text = " or ".join(
            "(" + " and ".join(f"({' or '.join(one)})" for one in questions.values()) + ")"
            for questions in scenarios.values()
        )
        return self._draft.rule(text, place)

    def _quotas(self) -> None:
        """Quotas: members of one question are alternatives, those of several hold together."""
        ids, made = Ids("quota"), []
        asked = {q.get("qid"): q.get("title") for q in self._tables.entries("questions")}
        for row in self._tables.rows("quota"):
            place, name = f"quota:{row.get('name', '')[:40]}", row.get("name", "")
            members = [m for m in self._tables.rows("quota_members")
                       if m.get("quota_id") == row.get("id")]  # fmt: skip
            when = self._members(members, asked, place)
            if when is None:
                why = N_("This quota counts nothing that came over.")
                self._draft.lost(place, name, why)
                continue
            limit = row.get("qlimit", "0")
            title = {self._draft.default: name[:200]}
            cell = {"id": "cell", "label": title, "when": when,
                    "limit": int(limit) if limit.isdigit() and len(limit) < 10 else 0}  # fmt: skip
            made.append({"id": ids.new(name), "title": title, "cells": [cell]})
        self._draft.fields["quotas"] = made

    def _members(
        self, members: list[Record], asked: Mapping[str, str], place: str
    ) -> dict[str, Any] | None:
        groups: dict[str, list[Any]] = {}
        for member in members:
            name, code = asked.get(member.get("qid", ""), ""), member.get("code", "")
            variable = self._draft.find(f"{name}_{code}") or self._draft.find(name)
            if variable is None:
                return None
            try:
                groups.setdefault(name, []).append(_chosen(variable, code))
            except SurveyError as error:
                self._draft.refused(error, place, code)
                return None
        made = joined("and", [joined("or", parts) for parts in groups.values()])
        return as_rule(made) if groups else None


def _chosen(variable: Variable, code: str) -> Part:
    made = Translator(lambda _: variable).holds(
        Call("==", (Name("any"), Value("Y" if variable.option else code)))
    )
    return made if isinstance(made, dict) else {"or": [made]}
