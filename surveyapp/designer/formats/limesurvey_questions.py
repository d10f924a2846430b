"""The kinds of questions of LimeSurvey, each as one or several of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, Part, all_of
from surveyapp.designer.formats.limesurvey_tables import Entry
from surveyapp.designer.formats.texts import titled
from surveyapp.designer.formats.translation import Variable
from surveyapp.findings import N_

Words = Callable[[Mapping[str, str], str], dict[str, str]]
_ATTRIBUTES_LOST = {
    "hidden": N_("It is hidden there; here every question that is shown can be answered."),
    "prefix": N_("Words before the field have no counterpart; write them into the question."),
    "em_validation_sq": N_("Checks of single rows have no counterpart."),
    "min_num_value": N_("Limits of a sum have no counterpart; write a check."),
    "max_num_value": N_("Limits of a sum have no counterpart; write a check."),
    "equals_num_value": N_("Limits of a sum have no counterpart; write a check."),
    "random_group": N_("Single questions in random order have no counterpart; shuffle the page."),
    "time_limit": N_("There is no time limit here."),
    "code_filter": N_("Filters by code have no counterpart; write a rule for each answer."),
    "input_boxes": N_("Fields instead of choices have no counterpart."),
    "multiflexible_checkbox": N_("Check boxes in a table have no counterpart; a number is asked."),
    "allowed_filetypes": N_("Only photographs can be sent here, no other files."),
    "max_num_of_files": N_("One photograph is asked for here, not several files."),
}
ALWAYS = ("", "1", "true")
_SET = {"hidden": ("1",), "input_boxes": ("1",), "multiflexible_checkbox": ("1",)}
_SCALES: Mapping[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "C": (("N", {"en": "No", "zh-Hans": "否"}), ("U", {"en": "Uncertain", "zh-Hans": "不确定"}),
          ("Y", {"en": "Yes", "zh-Hans": "是"})),
    "E": (("D", {"en": "Decrease", "zh-Hans": "减少"}), ("S", {"en": "Same", "zh-Hans": "不变"}),
          ("I", {"en": "Increase", "zh-Hans": "增加"})),
}  # fmt: skip
_PAIRS: Mapping[str, tuple[tuple[str, str, dict[str, str]], ...]] = {
    "Y": (("Y", "yes", {"en": "Yes", "zh-Hans": "是"}), ("N", "no", {"en": "No", "zh-Hans": "否"})),
    "G": (("F", "female", {"en": "Female", "zh-Hans": "女"}),
          ("M", "male", {"en": "Male", "zh-Hans": "男"})),
}  # fmt: skip


def bare(relevance: str) -> str:
    """The equation without braces around it, and `Q1[SQ1]` as `Q1_SQ1`."""
    text = relevance.strip()
    inner = re.fullmatch(r"\{([^{}]*)\}", text)
    return re.sub(r"(\w)\[(\w+)\]", r"\1_\2", inner[1] if inner else text)


class Asked:
    """One question of the file while it is read."""

    def __init__(
        self, entry: Entry, answers: list[Entry], below: list[Entry],
        attributes: Mapping[str, Mapping[str, str]], place: str, draft: Draft, words: Words,
    ) -> None:  # fmt: skip
        self.entry = entry
        self.answers = answers
        self.rows = [one for one in below if one.get("scale_id", "0") == "0"]
        self.columns = [one for one in below if one.get("scale_id", "0") == "1"]
        self._attributes = attributes
        self.place = place
        self.draft = draft
        self._words = words
        self.code = entry.get("title") or f"q{entry.get('qid')}"
        self.title = self.text(entry, "question")
        self.help = self.text(entry, "help")
        self.made: list[Part] = []

    def text(self, entry: Entry, name: str) -> dict[str, str]:
        """A text of a question, an answer or a statement."""
        return self._words(entry.text(name), self.place)

    def attribute(self, name: str) -> str:
        """An attribute that has no language."""
        return next((v for v in self._attributes.get(name, {}).values() if v), "")

    def number(self, name: str) -> float | None:
        """An attribute that is a number."""
        try:
            return float(self.attribute(name))
        except ValueError:
            if self.attribute(name):
                why = N_("A limit that is calculated has no counterpart; write a check.")
                self.draft.lost(self.place, f"{name}: {self.attribute(name)}", why)
            return None

    def shuffled(self) -> bool:
        """Whether answers or rows stand in random order, as old and new files say it."""
        orders = (self.attribute("answer_order"), self.attribute("subquestion_order"))
        if "alphabetical" in orders:
            why = N_("Answers are not sorted by their words here; they stand as in the file.")
            self.draft.lost(self.place, "alphabetical", why)
        return self.attribute("random_order") == "1" or "random" in orders

    def add(self, kind: str, name: str = "", title: dict[str, str] | None = None,
            **fields: Any) -> Part:  # fmt: skip
        """A question of ours; `name` and `title` where it is one of several."""
        required = self.entry.get("mandatory") == "Y" and kind != "information"
        made = self.draft.question(
            name or self.code, kind, self.place, title=title or self.title,
            help=self.help if not self.made else {}, required=required, **fields,
        )  # fmt: skip
        self.made.append(made)
        return made

    def know(self, suffix: str, variable: Variable) -> None:
        """Let conditions read it by code (`Q1`, `Q1_SQ1`) and by numbers (`1X2X3SQ1`)."""
        self.draft.know(f"{self.code}{suffix and '_'}{suffix}", variable)
        numbers = "X".join(self.entry.get(key) for key in ("sid", "gid", "qid"))
        self.draft.know(f"{numbers}{suffix.replace('_', '')}", variable)

    def rows_titled(self, row: Entry, column: Entry | None = None) -> dict[str, str]:
        """The title of a question that was one row of another."""
        parts = [self.title, self.text(row, "question")]
        if column is not None:
            parts.append(self.text(column, "question"))
        return titled(*parts)

    def report(self) -> None:
        """Attributes without a counterpart, soft mandatory, the check of the answer."""
        for name, why in _ATTRIBUTES_LOST.items():
            value = self.attribute(name)
            if value and value != "0" and value in _SET.get(name, (value,)):
                self.draft.lost(self.place, f"{name}: {value}", why)
        if self.entry.get("mandatory") == "S":
            why = N_("“Soft mandatory” has no counterpart: the question is not required.")
            self.draft.lost(self.place, self.code, why)
        if self.entry.get("preg"):
            why = N_("A pattern that the answer has to match has no counterpart.")
            self.draft.lost(self.place, self.entry.get("preg"), why)
        scored = [a for a in self.answers if a.get("assessment_value", "0") != "0"]
        if scored:
            why = N_("Assessments have no counterpart: use dimensions and their weights.")
            self.draft.lost(self.place, "assessment_value", why)
        if self.entry.get("other") == "Y" and self.entry.get("type") not in "L!OMP":
            why = N_("Words besides the answers have no counterpart on this question.")
            self.draft.lost(self.place, "other", why)
        if self.attribute("em_validation_q"):
            self._check()

    def _check(self) -> None:
        text = self.attribute("em_validation_q")
        own = self.draft.find(self.code)
        must = self.draft.must(text, self.place, own) if self.made else None
        if must is not None:
            tip = self._words(self._attributes.get("em_validation_q_tip", {}), self.place)
            self.made[-1]["checks"] = [{"id": "validation", "must": must, "message": tip}]


# choices


def _labels(asked: Asked, entries: list[Entry], name: str) -> dict[str, dict[str, str]]:
    key = "code" if name == "answer" else "title"
    return {e.get(key): asked.text(e, name) or {asked.draft.default: e.get(key)} for e in entries}


def _single(asked: Asked) -> None:
    options, values = asked.draft.options(_labels(asked, asked.answers, "answer"), asked.place)
    if asked.entry.get("other") == "Y":
        options.append(_other(asked, options))
        values["-oth-"] = options[-1]["id"]
    _filter(asked, options, {code: values[code] for code in values if code != "-oth-"})
    shuffle = asked.shuffled()
    made = asked.add("single", options=options, shuffle=shuffle)
    asked.know("", Variable(made["id"], "choice", values))
    _know_other(asked, made)


def _with_comment(asked: Asked) -> None:
    _single(asked)
    made = asked.add("long_text", f"{asked.code}_comment", asked.title)
    made["required"] = False
    asked.know("comment", Variable(made["id"], "text"))
    why = N_("Its comment is a question of its own here.")
    asked.draft.told(asked.place, asked.code, why)


def _other(asked: Asked, options: list[Part]) -> Part:
    taken = {option["id"] for option in options}
    words = asked._words(asked._attributes.get("other_replace_text", {}), asked.place)
    known = {"en": "Other", "zh-Hans": "其他"}
    label = words or {tag: known[tag] for tag in asked.draft.languages if tag in known}
    return {"id": "other" if "other" not in taken else "other_words", "other": True,
            "label": label or {asked.draft.default: "Other"}}  # fmt: skip


def _know_other(asked: Asked, made: Part) -> None:
    for option in made["options"]:
        if option.get("other"):
            asked.know("other", Variable(f"{made['id']}.{option['id']}", "text"))


def _multiple(asked: Asked) -> None:
    options, values = asked.draft.options(_labels(asked, asked.rows, "question"), asked.place)
    if asked.entry.get("other") == "Y":
        options.append(_other(asked, options))
    for code in re.split(r"[;,\s]+", asked.attribute("exclude_all_others")):
        for option in options:
            if code and option["id"] == values.get(code):
                option["exclusive"] = True
    _filter(asked, options, values)
    made = asked.add("multiple", options=options, shuffle=asked.shuffled())
    most, least = asked.number("max_answers"), asked.number("min_answers")
    if most and most >= 1:
        made["at_most"] = int(most)
    if least and least >= 1:
        rule = {">=": [{"count": [{"answer": made["id"]}]}, int(least)]}
        made["checks"] = [{"id": "at_least", "must": rule}]
    asked.know("", Variable(made["id"], "choice_set", values))
    for code, option in values.items():
        asked.know(code, Variable(made["id"], "choice_set", values, "answer", option))
    _know_other(asked, made)


def _with_comments(asked: Asked) -> None:
    _multiple(asked)
    why = N_("A comment for each answer has no counterpart; only what was chosen is asked.")
    asked.draft.lost(asked.place, asked.code, why)


def _ranking(asked: Asked) -> None:
    every = _labels(asked, asked.answers, "answer") or _labels(asked, asked.rows, "question")
    options, values = asked.draft.options(every, asked.place)
    made = asked.add("ranking", options=options, shuffle=asked.shuffled())
    most = asked.number("max_answers")
    if most and most >= 1:
        made["at_most"] = int(most)
    asked.know("", Variable(made["id"], "choice_set", values))


def _pair(asked: Asked) -> None:
    every = _PAIRS[asked.entry.get("type")]
    options = [{"id": name, "label": _known(asked, label)} for _, name, label in every]
    made = asked.add("single", options=options)
    asked.know("", Variable(made["id"], "choice", {code: name for code, name, _ in every}))


def _known(asked: Asked, label: dict[str, str]) -> dict[str, str]:
    found = {tag: label[tag] for tag in asked.draft.languages if tag in label}
    return found or {asked.draft.default: label["en"]}


def _filter(asked: Asked, parts: list[Part], values: Mapping[str, Any]) -> None:
    """Array filters: a row is shown while the answer of the same code was chosen, or not."""
    for name, wanted in (("array_filter", True), ("array_filter_exclude", False)):
        for source in filter(None, re.split(r"[;,\s]+", asked.attribute(name))):
            for part in parts:
                code = next((c for c, made in values.items() if made == part["id"]), None)
                if code is not None:
                    _filter_one(asked, part, f"{source}_{code}", wanted)
    shown = {values.get(row.get("title")): _show_of(asked, row) for row in asked.rows}
    for part in parts:
        if rule := shown.get(part["id"]):
            part["show"] = all_of(part.get("show"), rule)


def _show_of(asked: Asked, row: Entry) -> Part | None:
    """The relevance of a single row, in newer files."""
    text = row.get("relevance").strip()
    return None if text in ALWAYS else asked.draft.rule(bare(text), asked.place)


def _filter_one(asked: Asked, part: Part, name: str, wanted: bool) -> None:
    show = asked.draft.rule(name if wanted else f"!({name})", asked.place)
    if show and not part.get("show"):
        part["show"] = show


# scales


def _five(asked: Asked) -> None:
    made = asked.add("likert", scale={"points": 5})
    asked.know("", Variable(made["id"], "number", {str(p): p for p in range(1, 6)}))


def _grid_of(
    asked: Asked,
    labels: Mapping[str, dict[str, str]],
    rows: list[Entry],
    name: str = "",
    title: dict[str, str] | None = None,
    suffix: str = "",
) -> None:
    """A grid with these columns, or a choice for each row where they are too few or many."""
    if not 3 <= len(labels) <= 11:
        _row_by_row(asked, labels, rows, suffix)
        return
    points = {code: point for point, code in enumerate(labels, 1)}
    items, values = asked.draft.options(_ends(_labels(asked, rows, "question")), asked.place)
    _filter(asked, items, values)
    scale = {"points": len(points), "labels": {points[c]: t for c, t in labels.items() if t}}
    shuffle = asked.shuffled()
    made = asked.add("likert_grid", name, title, scale=scale, items=items, shuffle=shuffle)
    for code, item in values.items():
        variable = Variable(f"{made['id']}.{item}", "number", points)
        asked.know(f"{code}{suffix}", variable)
    if list(points) != [str(p) for p in points.values()]:
        why = N_("Its columns are the points 1 to {points} of a scale, in their order.")
        asked.draft.told(asked.place, asked.code, why, points=len(points))


def _ends(labels: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """`sweet|bitter`, words at both ends of a row, as `sweet – bitter`."""
    return {code: {tag: " – ".join(part.strip() for part in text.split("|")) for tag, text in
                   words.items()} for code, words in labels.items()}  # fmt: skip


def _row_by_row(
    asked: Asked, labels: Mapping[str, dict[str, str]], rows: list[Entry], suffix: str
) -> None:
    for row in rows:
        options, values = asked.draft.options(labels, asked.place)
        name = f"{asked.code}_{row.get('title')}{suffix}"
        made = asked.add("single", name, asked.rows_titled(row), options=options,
                         show=_show_of(asked, row))  # fmt: skip
        asked.know(f"{row.get('title')}{suffix}", Variable(made["id"], "choice", values))
    why = N_("Its rows are questions of their own here.")
    asked.draft.told(asked.place, asked.code, why)


def _numbered(count: int) -> Callable[[Asked], None]:
    return lambda asked: _grid_of(asked, {str(p): {} for p in range(1, count + 1)}, asked.rows)


def _fixed(asked: Asked) -> None:
    labels = {code: _known(asked, text) for code, text in _SCALES[asked.entry.get("type")]}
    _grid_of(asked, labels, asked.rows)


def _answers_of(asked: Asked, scale: str) -> dict[str, dict[str, str]]:
    own = [one for one in asked.answers if one.get("scale_id", "0") == scale]
    return _labels(asked, own, "answer")


def _flexible(asked: Asked) -> None:
    _grid_of(asked, _answers_of(asked, "0"), asked.rows)


def _dual(asked: Asked) -> None:
    for scale, letter in (("0", "A"), ("1", "B")):
        head = asked._words(asked._attributes.get(f"dualscale_header{letter}", {}), asked.place)
        title = titled(asked.title, head)
        number = int(scale)
        _grid_of(asked, _answers_of(asked, scale), asked.rows, f"{asked.code}_{number + 1}", title,
                 f"_{number}")  # fmt: skip
    why = N_("Its two scales are two questions here.")
    asked.draft.told(asked.place, asked.code, why)


# numbers, texts and the rest


def _bounds(asked: Asked, low: str, high: str) -> Part:
    whole = asked.attribute("num_value_int_only") == "1" or low.startswith("multi")
    lowest, highest = asked.number(low), asked.number(high)
    if lowest is None and highest is None:
        lowest, highest = asked.number("slider_min"), asked.number("slider_max")
    return {"minimum": lowest, "maximum": highest,
            "decimals": 0 if whole else 2}  # fmt: skip


def _number(asked: Asked) -> None:
    unit = asked._words(asked._attributes.get("suffix", {}), asked.place)
    made = asked.add("number", unit=unit, **_bounds(asked, "min_num_value_n", "max_num_value_n"))
    asked.know("", Variable(made["id"], "number"))


def _several(kind: str, variable: str) -> Callable[[Asked], None]:
    def reader(asked: Asked) -> None:
        for row in asked.rows:
            name = f"{asked.code}_{row.get('title')}"
            bounds = _bounds(asked, "min_num_value_n", "max_num_value_n")
            fields = bounds if kind == "number" else {}
            show = _show_of(asked, row)
            made = asked.add(kind, name, asked.rows_titled(row), show=show, **fields)
            asked.know(row.get("title"), Variable(made["id"], variable))
        why = N_("Its fields are questions of their own here.")
        asked.draft.told(asked.place, asked.code, why)

    return reader


def _table(kind: str, variable: str) -> Callable[[Asked], None]:
    def reader(asked: Asked) -> None:
        for row in asked.rows:
            for column in asked.columns:
                suffix = f"{row.get('title')}_{column.get('title')}"
                bounds = _bounds(asked, "multiflexible_min", "multiflexible_max")
                fields = bounds if kind == "number" else {}
                title = asked.rows_titled(row, column)
                show = all_of(_show_of(asked, row), _show_of(asked, column))
                made = asked.add(kind, f"{asked.code}_{suffix}", title, show=show, **fields)
                asked.know(suffix, Variable(made["id"], variable))
        why = N_("Its fields are questions of their own here.")
        asked.draft.told(asked.place, asked.code, why)

    return reader


def _text(kind: str, longest: int) -> Callable[[Asked], None]:
    def reader(asked: Asked) -> None:
        most = asked.number("maximum_chars")
        fields: Part = {"max_length": int(min(most, longest))} if most and most >= 1 else {}
        made = asked.add(kind, **fields)
        asked.know("", Variable(made["id"], "text"))

    return reader


def _date(asked: Asked) -> None:
    days: Part = {}
    for ours, theirs in (("earliest", "date_min"), ("latest", "date_max")):
        given = asked.attribute(theirs)
        if re.fullmatch(r"\d{4}-\d\d-\d\d.*", given):
            days[ours] = given[:10]
        elif given:
            why = N_("This bound of the date cannot be said here.")
            asked.draft.lost(asked.place, f"{theirs}: {given}", why)
    made = asked.add("date", **days)
    asked.know("", Variable(made["id"], "date"))


def _boilerplate(asked: Asked) -> None:
    asked.add("information")


def _equation(asked: Asked) -> None:
    text = asked.attribute("equation")
    if not text:
        text = next(iter(asked.entry.text("question").values()), "")
    text = re.sub(r"<[^>]{0,500}>", "", text).strip()
    inner = re.fullmatch(r"\{(.*)\}", text, re.DOTALL)
    asked.draft.compute(asked.code, inner[1] if inner else text, asked.place)


def _file(asked: Asked) -> None:
    made = asked.add("photo")
    asked.know("", Variable(made["id"], "text"))


READERS: Mapping[str, Callable[[Asked], None]] = {
    "L": _single, "!": _single, "O": _with_comment, "M": _multiple, "P": _with_comments,
    "R": _ranking, "Y": _pair, "G": _pair, "5": _five, "A": _numbered(5), "B": _numbered(10),
    "C": _fixed, "E": _fixed, "F": _flexible, "H": _flexible, "1": _dual, "N": _number,
    "K": _several("number", "number"), "Q": _several("short_text", "text"),
    ":": _table("number", "number"), ";": _table("short_text", "text"),
    "S": _text("short_text", 500), "T": _text("long_text", 10000), "U": _text("long_text", 10000),
    "D": _date, "X": _boilerplate, "*": _equation, "|": _file,
}  # fmt: skip
