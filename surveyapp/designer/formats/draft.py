"""The questionnaire that grows while a file is read: ids, names, texts, rules, and the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from surveyapp.designer.document import QUESTION_TYPES, Document
from surveyapp.designer.document_errors import findings_of
from surveyapp.designer.facts import ATTRIBUTES
from surveyapp.designer.formats.expression import Dialect, Node, parse
from surveyapp.designer.formats.guarding import refused
from surveyapp.designer.formats.mending import mended
from surveyapp.designer.formats.notes import Imported, Notes
from surveyapp.designer.formats.texts import LONGEST, language_tag, without_markup
from surveyapp.designer.formats.translation import NEVER, Made, Rule, Translator, Variable, joined
from surveyapp.designer.rule_places import rules_of
from surveyapp.findings import N_, SurveyError

Part = dict[str, Any]
MAX_QUESTIONS = 3000
MAX_OPTIONS = 2000
TOO_MANY = N_("The file has more than {limit} questions.")
_NOT_ID = re.compile(r"[^a-z0-9_]+")


def id_of(name: str, prefix: str) -> str:
    """A valid id that resembles `name`; `prefix` stands before what does not begin with a letter.

    Codes are lowered, everything that an id cannot hold becomes `_`.
    """
    plain = _NOT_ID.sub("_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")
    if not plain or not plain[0].isalpha():
        plain = f"{prefix}{plain}"
    return plain[:40]


class Ids:
    """Gives each name of one kind its own id."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._given: set[str] = set()

    def new(self, name: str) -> str:
        """The id for a name; a number is added when it is taken."""
        wanted = id_of(name, self._prefix)
        found, number = wanted, 1
        while found in self._given:
            number += 1
            found = f"{wanted[: 39 - len(str(number))]}_{number}"
        self._given.add(found)
        return found


class Draft:
    """Collects the parts of a document. Pages are dictionaries as they stand in its JSON."""

    def __init__(self, kind: str, dialect: Dialect) -> None:
        self.kind = kind
        self.dialect = dialect
        self.notes = Notes()
        self.lost, self.told = self.notes.lost, self.notes.told
        self.languages: list[str] = []
        self.default = "en"
        self.fields: Part = {}
        self.pages: list[Part] = []
        self.computed: list[Part] = []
        self.variables: dict[str, Variable] = dict(_facts())
        self._questions = Ids("q")
        self._page_ids = Ids("p")
        self._computed_ids = Ids("c")
        self._origin = {"source": kind}

    # texts

    def speak(self, names: list[str], default: str = "") -> dict[str, str]:
        """Settle the languages; returns name in the file → tag. The first is the default."""
        tags: dict[str, str] = {}
        for name in names:
            tag = language_tag(name)
            if tag and tag not in tags.values():
                tags[name] = tag
            else:
                why = N_("This is no language that could be recognised; its texts were left out.")
                self.lost(f"language:{name[:40]}", name, why)
        wanted = tags.get(default) or language_tag(default)
        self.languages = list(tags.values()) or ["en"]
        self.default = wanted if wanted in self.languages else self.languages[0]
        return tags

    def text(self, found: Mapping[str, object], place: str) -> dict[str, str]:
        """Words by language tag, without markup and not too long, empty ones left out."""
        made = {tag: self._words(str(words), place) for tag, words in found.items() if words}
        return {tag: words for tag, words in made.items() if words}

    def _words(self, given: str, place: str) -> str:
        words, tags = without_markup(given)
        words = self._piped(words, place).strip()
        if tags:
            why = N_("The words came over without their formatting ({tags}).")
            what = " ".join(words.split())[:60]
            self.lost(place, what, why, tags=" ".join(sorted(tags)[:8]))
        if len(words) > LONGEST or len(given) > 10 * LONGEST:
            why = N_("The text is longer than {limit} characters; the rest was cut off.")
            self.lost(place, " ".join(words.split())[:60], why, limit=LONGEST)
        return words[:LONGEST]

    pipe: re.Pattern[str] | None = None
    """How the file pipes an answer into a text; group 1 is the name."""

    def _piped(self, words: str, place: str) -> str:
        if self.pipe is None:
            return words.replace("{", "{{").replace("}", "}}") if _BRACES.search(words) else words
        pieces: list[str] = []
        end = 0
        for found in self.pipe.finditer(words):
            pieces += [words[end : found.start()], self._pipe_of(found, place)]
            end = found.end()
        return "".join([*pieces, words[end:]])

    def _pipe_of(self, found: re.Match[str], place: str) -> str:
        variable = self.find(next((name for name in found.groups() if name), "").strip())
        if variable is None or variable.option:
            why = N_("The text shows an answer that did not come over; the place shows nothing.")
            self.lost(place, found[0], why)
            return ""
        prefix = "" if variable.source == "answer" else f"{variable.source}."
        return f"{{{prefix}{variable.name}}}"

    # names and rules

    def find(self, name: str) -> Variable | None:
        """What a name of the file stands for, as far as it has been read."""
        return self.variables.get(name)

    def rule(self, text: str, place: str, own: Variable | None = None) -> Rule | None:
        """The condition as a rule that is true where it is; None, and a note, where none can be."""
        return self._translated(text, place, lambda t, node: t.holds(node), own)

    def must(self, text: str, place: str, own: Variable | None) -> Rule | None:
        """The condition as a rule that is false where it is."""
        return self._translated(text, place, lambda t, node: t.must(node), own)

    def _translated(
        self, text: str, place: str, make: Callable[[Translator, Node], Made],
        own: Variable | None,
    ) -> Rule | None:  # fmt: skip
        try:
            return as_rule(make(Translator(self.find, own), parse(text, self.dialect)))
        except SurveyError as error:
            self.refused(error, place, text)
            return None

    def refused(self, error: SurveyError, place: str, what: str) -> None:
        """Note a condition that could not be translated."""
        finding = error.findings[0]
        self.lost(place, what, finding.template, **finding.params)

    def value(self, text: str, place: str) -> Any:
        """A calculation as an operand; None (and a note) where it cannot be said."""
        try:
            return Translator(self.find).value(parse(text, self.dialect))
        except SurveyError as error:
            self.refused(error, place, text)
            return None

    # parts

    def page(self, name: str, title: dict[str, str] | None = None) -> Part:
        """A new page, the last so far."""
        made: Part = {"id": self._page_ids.new(name), "title": title or {}, "questions": []}
        self.pages.append(made)
        return made

    def question(self, name: str, kind: str, place: str, **fields: Any) -> Part:
        """A new question on the last page; its id resembles `name`."""
        if not self.pages:
            self.page("page_1")
        if sum(len(page["questions"]) for page in self.pages) >= MAX_QUESTIONS:
            raise refused("too_large", TOO_MANY, limit=MAX_QUESTIONS)
        made = {"id": self._questions.new(name), "type": kind, "origin": self._origin, **fields}
        self.pages[-1]["questions"].append(made)
        if made["id"] != name and name:
            why = N_("The question is called “{name}” here.")
            self.told(place, name, why, name=made["id"])
        return made

    def know(self, name: str, variable: Variable) -> Variable:
        """Let conditions that follow read `name`."""
        self.variables[name] = variable
        return variable

    def compute(self, name: str, text: str, place: str) -> None:
        """A value made from answers, that conditions may read by `name`."""
        value = self.value(text, place)
        if not isinstance(value, dict):
            if value is not None:
                self.lost(place, name, N_("A constant is no computed value; it was left out."))
            return
        made = {"id": self._computed_ids.new(name), "title": {self.default: name[:200]},
                "value": value}  # fmt: skip
        self.computed.append(made)
        self.know(name, Variable(str(made["id"]), kind_of_value(value), {}, "computed"))

    def options(
        self, codes: Mapping[str, dict[str, str]], place: str
    ) -> tuple[list[Part], dict[str, Any]]:
        """Options with ids from their codes, and code → id. More than can be offered are cut."""
        ids = Ids("o")
        made: list[Part] = []
        values: dict[str, Any] = {}
        for code, label in codes.items():
            if len(made) == MAX_OPTIONS:
                self.lost(place, code, N_("There are too many answers; the rest was left out."))
                break
            values[code] = ids.new(code)
            made.append({"id": values[code], "label": label})
        renamed = [code for code, name in values.items() if code != name]
        if renamed:
            why = N_("Codes of answers are ids here: {pairs}.")
            pairs = ", ".join(f"{code} → {values[code]}" for code in renamed[:12])
            more = "…" if len(renamed) > 12 else ""
            self.told(place, place.partition(":")[2], why, pairs=pairs + more)
        return made, values

    def finish(self) -> Imported:
        """The document, without rules that do not fit it (each with a note)."""
        languages = list(dict.fromkeys(self.languages or [self.default]))
        tree = {"languages": languages, "default_language": self.default, **self.fields,
                "pages": [page for page in self.pages if page["questions"]],
                "computed": self.computed}  # fmt: skip
        try:
            document = mended(tree, self.notes)
        except ValidationError as error:
            raise SurveyError(*findings_of(error, tree)) from error
        return Imported(document, self.kind, counted(document), self.notes.all())


_BRACES = re.compile(r"\{[a-z][a-z0-9_.]*(\|[^{}]*)?\}")


def as_rule(made: Made) -> Rule | None:
    """A translated condition as a rule: none where it always holds, `false` where it never does."""
    if made is True:
        return None
    return NEVER if made is False else made


def all_of(*rules: Rule | None) -> Rule | None:
    """The rule that every one of the rules holds; None where there is none."""
    return as_rule(joined("and", [rule for rule in rules if rule is not None]))


def kind_of_value(value: Mapping[str, Any]) -> str:
    """What a calculation gives: a number, unless it is a choice between other things."""
    operator, operands = next(iter(value.items()))
    if operator == "if" and any(isinstance(one, str) for one in operands[1:]):
        return "text"
    return "boolean" if operator in ("and", "or", "not", "answered", "==", "in") else "number"


def _facts() -> Mapping[str, Variable]:
    """Attributes as the writers name them: `customer_city`."""
    return {
        f"{kind}_{name}": Variable(
            name, type_.kind, {v: v for v in type_.options}, source=kind
        )
        for kind, attributes in ATTRIBUTES.items()
        for name, type_ in attributes.items()
    }  # fmt: skip


def counted(document: Document) -> Mapping[str, int]:
    """How many of each kind came over: types of questions, pages, rules, languages."""
    kinds = Counter[str](question.type for question in document.questions())
    found = {kind: kinds[kind] for kind in QUESTION_TYPES if kinds[kind]}
    rules = sum(1 for _ in rules_of(document))
    options = sum(len(getattr(q, "options", ())) for q in document.questions())
    rest = {"pages": len(document.pages), "options": options, "rules": rules,
            "languages": len(document.languages), "computed": len(document.computed)}  # fmt: skip
    return {**found, **{kind: count for kind, count in rest.items() if count}}
