"""A questionnaire as an XLSForm workbook."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveyapp.designer.choices import CHOICES, all_options
from surveyapp.designer.document import (
    Choice,
    Document,
    Information,
    LikertGrid,
    Multiple,
    Page,
    Question,
    Single,
    missing_of,
    question_of,
    scale_ends,
    variables_of,
)
from surveyapp.designer.formats.notes import Exported, Notes
from surveyapp.designer.formats.rule_writing import XPATH_WORDS, Writer
from surveyapp.designer.formats.writing import Writing, filename
from surveyapp.designer.formats.xlsform_constraints import FORMATS
from surveyapp.designer.rules import sources
from surveyapp.findings import N_

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = dict[str, Any]
_HEADINGS = ("type", "name", "label", "hint", "required", "relevant", "constraint",
             "constraint_message", "calculation", "choice_filter", "appearance",
             "parameters")  # fmt: skip
_TEXTS = ("label", "hint", "constraint_message")
_FACT = re.compile(r"\$\{((?:customer|touchpoint|survey)_\w+)\}")
_LANGUAGES = {"zh-Hans": "Chinese (zh)", "en": "English (en)"}
_MISSING = {
    "dont_know": {"zh-Hans": "不知道", "en": "Don’t know"},
    "not_applicable": {"zh-Hans": "不适用", "en": "Not applicable"},
    "refused": {"zh-Hans": "拒绝回答", "en": "Prefer not to say"},
}
_PLAIN = {"consent": "acknowledge", "photo": "image", "information": "note", "date": "date"}


def write(document: Document) -> Exported:
    """The workbook, and what XLSForm cannot say."""
    notes = Notes()
    content = _Xlsform(document, notes).workbook()
    return Exported(content, filename(document, "xlsx"), MIMETYPE, notes.all())


class _Xlsform(Writing):
    name = "XLSForm"

    def __init__(self, document: Document, notes: Notes) -> None:
        super().__init__(document, notes)
        self._names = _names_of(document)
        self.writer = Writer(document, XPATH_WORDS, self._names)
        self.rows: list[Row] = []
        self.lists: dict[str, list[tuple[str, dict[str, str]]]] = {}
        self._ended: list[str] = []
        self._computed: list[str] = []
        self._asked: set[str] = set()

    def pipe(self, name: str, kind: str) -> str:
        """How an answer is shown in a label."""
        if kind == "answer":
            return f"${{{self._names[name]}}}"
        return f"${{{name if kind == 'computed' else f'{kind}_{name}'}}}"

    def workbook(self) -> bytes:
        self.report_measurement()
        document = self.document
        for tag, title in document.title.items():
            if tag != document.default_language and title:
                why = N_("A form has its title in one language only.")
                self.notes.lost(f"title:{tag}", title, why)
        self._say("introduction", document.introduction)
        self._calculations()
        taken = set(self._names.values())
        for page in document.pages:
            self._page(page, page.id if page.id not in taken else f"page_{page.id}")
        self._say("thank_you", document.thank_you)
        used = {name for row in self.rows for cell in row.values() for name in _facts_in(cell)}
        hidden = [{"type": "hidden", "name": name} for name in sorted(used)]
        return self._saved(hidden + self.rows)

    def _say(self, name: str, words: dict[str, str]) -> None:
        if words:
            self.rows.append({"type": "note", "name": name, "label": self._text(words)})

    def _text(self, words: Mapping[str, str]) -> dict[str, str]:
        return {tag: self.piped(text) for tag, text in words.items()}

    def _page(self, page: Page, name: str) -> None:
        place = f"page:{page.id}"
        self.report_page(page)
        if page.shuffle:
            why = N_("Questions in random order have no counterpart there.")
            self.notes.lost(place, self.shown(page.title) or page.id, why)
        show = self.written(page.show, place, self.writer.holds)
        relevant = " and ".join(f"({one})" for one in (show, *self._ended) if one)
        self.rows.append({"type": "begin_group", "name": name, "label": self._text(page.title),
                          "relevant": show if not self._ended else relevant,
                          "appearance": "field-list"})  # fmt: skip
        for question in page.questions:
            self._question(question)
            self._asked |= {question.id}
            self._calculations()
        self.rows.append({"type": "end_group", "name": name})
        for out in page.screen_outs:
            where = f"screen_out:{page.id}.{out.id}"
            if text := self.written(out.when, where, self.writer.fails):
                self._ended.append(text)
                why = N_("The pages after it are hidden there; its message is left out.")
                self.notes.lost(where, self.shown(out.title) or out.id, why)

    def _calculations(self) -> None:
        """Computed values, as soon as all that they read stands above."""
        for one in self.document.computed:
            read = sources(one.value)
            ready = all(question_of(s.name) in self._asked for s in read if s.kind == "answer")
            known = all(s.name in self._computed for s in read if s.kind == "computed")
            if one.id in self._computed or not ready or not known:
                continue
            self._computed.append(one.id)
            text = self.written(one.value, f"computed:{one.id}", self.writer.value)
            self.rows.append({"type": "calculate", "name": one.id, "calculation": text or "''"})

    # questions

    def _question(self, question: Question) -> None:
        place = f"question:{question.id}"
        self.report_question(question)
        row: Row = {
            "name": self._names.get(question.id, question.id),
            "label": self._text(question.title), "hint": self._text(question.help),
            "required": "yes" if question.required else
            self.written(question.require, place, self.writer.holds),
            "relevant": self.written(question.show, place, self.writer.holds),
        }  # fmt: skip
        if not row["label"] and not row["hint"]:
            row["label"] = dict.fromkeys(self.document.languages, question.id)  # they need one
        if isinstance(question, LikertGrid):
            self._grid(question, row)
            return
        if isinstance(question, Information):
            row["required"] = ""
        row |= self._shape(question)
        self._constrain(question, row)
        self.rows.append(row)
        if isinstance(question, CHOICES):
            self._words_of_others(question)

    def _shape(self, question: Question) -> Row:
        kind = question.type
        if isinstance(question, CHOICES):
            return self._choices(question)
        if kind == "number":
            self.report_unit(question)
            return self._number(question)
        if kind in ("likert", "nps", "ces", "csat"):
            return {"type": f"select_one {self._points(question)}", "appearance": "likert"}
        if kind == "stars":
            return self._stars(question)
        if kind == "long_text":
            return {"type": "text", "appearance": "multiline"}
        if kind == "consent":
            return self._consent(question)
        return {"type": _PLAIN.get(kind, "text")}

    def _consent(self, question: Any) -> Row:
        if question.help and question.statement:
            why = N_("Its help is left out: the statement stands in its place.")
            self.notes.lost(f"question:{question.id}", self.shown(question.help), why)
        return {"type": "acknowledge", "hint": self._text(question.statement or question.help)}

    def _stars(self, question: Any) -> Row:
        if question.low or question.high or question.missing:
            why = N_("Words at the ends of stars have no counterpart there.")
            self.notes.lost(f"question:{question.id}", self.shown(question.low), why)
        parameters = f"start=1 end={question.points} step=1"
        return {"type": "range", "appearance": "rating", "parameters": parameters}

    def _number(self, question: Any) -> Row:
        if question.decimals not in (0, 2):
            why = N_("How many decimals are allowed has no counterpart there.")
            self.notes.lost(f"question:{question.id}", self.shown(question.title), why)
        return {"type": "decimal" if question.decimals else "integer"}

    def _points(self, question: Any) -> str:
        """The list of a rating's points."""
        low, high = scale_ends(question) or (1, 5)
        words = getattr(question, "labels", None) or getattr(
            getattr(question, "scale", None), "labels", {}
        )
        if question.type in ("nps", "ces"):
            words = {low: question.low, high: question.high}
        labels = [(str(p), dict(words.get(p, {}))) for p in range(low, high + 1)]
        if question.type == "nps":
            labels = [(c, {t: f"{c} – {w}" for t, w in text.items()}) for c, text in labels]
        every = [(code, self._with_all(text, code)) for code, text in labels]
        every += [(name, dict(_MISSING[name])) for name in missing_of(question)]
        return self._list(question.id, every)

    def _with_all(self, text: Mapping[str, str], code: str) -> dict[str, str]:
        return {tag: text.get(tag) or code for tag in self.document.languages}

    def _list(self, name: str, options: list[tuple[str, dict[str, str]]]) -> str:
        """The name of the list with these choices; equal lists are one."""
        for known, choices in self.lists.items():
            if choices == options:
                return known
        self.lists[name] = options
        return name

    def _choices(self, question: Choice) -> Row:
        kind = {"single": "select_one", "multiple": "select_multiple", "ranking": "rank"}
        options = all_options(self.document, question)
        labels = [(option.id, self._text(option.label)) for option in options]
        row: Row = {"type": f"{kind[question.type]} {self._list(question.id, labels)}",
                    "choice_filter": self._filter(question)}  # fmt: skip
        if question.shuffle:
            row["parameters"] = "randomize=true"
        if question.type == "ranking" and question.at_most:
            why = N_("There, everything is ranked, not the first {count} only.")
            place = f"question:{question.id}"
            self.notes.lost(place, self.shown(question.title), why, count=question.at_most)
        return row

    def _filter(self, question: Choice) -> str:
        """Rules of options, and options carried along, as one filter."""
        parts = []
        if question.carry:
            chosen = f"selected(${{{self._names[question.carry.question]}}}, name)"
            kept = chosen if question.carry.which == "chosen" else f"not({chosen})"
            own = [f"name = '{option.id}'" for option in question.options]
            parts.append(" or ".join([kept, *own]))
        for option in question.options:
            place = f"option:{question.id}.{option.id}"
            show = self.written(option.show, place, self.writer.holds)
            if show:
                parts.append(f"name != '{option.id}' or ({show})")
        return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)

    def _words_of_others(self, question: Choice) -> None:
        for option in question.options:
            if not option.other:
                continue
            name = self._names[question.id]
            chosen = f"${{{name}}} = '{option.id}'"
            if not isinstance(question, Single):
                chosen = f"selected(${{{name}}}, '{option.id}')"
            self.rows.append({"type": "text", "name": self._names[f"{question.id}.{option.id}"],
                              "label": self._text(option.label), "relevant": chosen,
                              "required": "yes"})  # fmt: skip

    def _grid(self, question: LikertGrid, row: Row) -> None:
        required = row.pop("required")
        if question.shuffle:
            why = N_("Statements in random order have no counterpart there.")
            self.notes.lost(f"question:{question.id}", self.shown(question.title), why)
        if question.require is not None:
            why = N_("A condition of when a whole grid is required stands at each statement there.")
            self.notes.told(f"question:{question.id}", self.shown(question.title), why)
        self.rows.append({**row, "type": "begin_group", "appearance": "table-list"})
        points = self._points(question)
        for item in question.items:
            place = f"item:{question.id}.{item.id}"
            self.rows.append({"type": f"select_one {points}", "label": self._text(item.label),
                              "name": self._names[f"{question.id}.{item.id}"],
                              "relevant": self.written(item.show, place, self.writer.holds),
                              "required": required})  # fmt: skip
        self.rows.append({"type": "end_group", "name": row["name"]})

    def _constrain(self, question: Question, row: Row) -> None:
        parts = _bounds(question)
        message: dict[str, str] = {}
        for check in question.checks:
            place = f"check:{question.id}.{check.id}"
            text = self.written(check.must, place, lambda r: self.writer.passes(r, question.id))
            if not text:
                continue
            if message:
                why = N_("One question has one message there; this one is left out.")
                self.notes.lost(place, self.shown(check.message), why)
            message = message or self._text(check.message)
            parts.append(f"({text})" if " or " in text else text)
        row["constraint"] = " and ".join(parts) if len(parts) > 1 else "".join(parts).strip()
        row["constraint_message"] = message

    # the workbook

    def _saved(self, rows: list[Row]) -> bytes:
        import xlsxwriter

        stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}  # fmt: skip
        with xlsxwriter.Workbook(stream, options) as book:
            book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001
            self._sheet(book, "survey", _HEADINGS, rows)
            choices = [
                {"list_name": name, "name": code, "label": text}
                for name, options in self.lists.items()
                for code, text in options
            ]
            self._sheet(book, "choices", ("list_name", "name", "label"), choices)
            default = self.document.default_language
            settings = {
                "form_title": self.shown(self.document.title) or "questionnaire",
                "form_id": "questionnaire",
                "default_language": _LANGUAGES.get(default, f"{default} ({default})"),
            }
            self._sheet(book, "settings", tuple(settings), [settings])  # fmt: skip
        return stream.getvalue()

    def _sheet(self, book: Any, title: str, headings: tuple[str, ...], rows: list[Row]) -> None:
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        columns: list[tuple[str, str]] = []
        for heading in headings:
            texts = self.document.languages if heading in _TEXTS else ("",)
            columns += [(heading, tag) for tag in texts]
        for column, (heading, tag) in enumerate(columns):
            named = f"{heading}::{_LANGUAGES.get(tag, f'{tag} ({tag})')}" if tag else heading
            sheet.write_string(0, column, named, bold)
            sheet.set_column(column, column, 30 if tag else 18)
        for number, row in enumerate(rows, 1):
            for column, (heading, tag) in enumerate(columns):
                cell = row.get(heading) or ""
                text = cell.get(tag, "") if isinstance(cell, dict) else str(cell)
                if text:
                    sheet.write_string(number, column, text)


def _names_of(document: Document) -> dict[str, str]:
    """Variable → name in the form, each its own."""
    names: dict[str, str] = {}
    taken: set[str] = {"introduction", "thank_you", *(c.id for c in document.computed)}
    for question in document.questions():
        for variable in (question.id, *variables_of(question)):
            if variable in names:
                continue
            name = wanted = variable.replace(".", "_")
            number = 1
            while name in taken:
                number += 1
                name = f"{wanted}_{number}"
            names[variable] = name
            taken.add(name)
    return names


def _facts_in(cell: Any) -> list[str]:
    texts = cell.values() if isinstance(cell, dict) else [cell]
    return [name for text in texts for name in _FACT.findall(str(text))]


def _bounds(question: Any) -> list[str]:
    """The limits of a question as conditions on its answer."""
    parts = []
    for name, sign in (("minimum", ">="), ("maximum", "<=")):
        limit = getattr(question, name, None)
        if limit is not None:
            parts.append(f". {sign} {int(limit) if float(limit).is_integer() else limit}")
    for name, sign in (("earliest", ">="), ("latest", "<=")):
        day = getattr(question, name, None)
        if day is not None:
            parts.append(f". {sign} " + ("today()" if day == "today" else f"date('{day}')"))
    default = {"short_text": 200, "long_text": 2000}.get(question.type)
    if default and question.max_length != default:
        parts.append(f"string-length(.) <= {question.max_length}")
    if getattr(question, "format", "any") != "any":
        parts.append(f"regex(., '{FORMATS[question.format]}')")
    if isinstance(question, Multiple):
        if question.at_most:
            parts.append(f"count-selected(.) <= {question.at_most}")
        parts += [f"not(selected(., '{option.id}') and count-selected(.) > 1)"
                  for option in question.options if option.exclusive]  # fmt: skip
    return parts
