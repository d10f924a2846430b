"""The rows of an XLSForm's survey sheet, each as a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, Part, as_rule
from surveyapp.designer.formats.expression import Call, Name, Node, Value, parse, replaced
from surveyapp.designer.formats.translation import Translator, Variable, joined
from surveyapp.designer.formats.xlsform_constraints import constrain
from surveyapp.designer.formats.xlsform_sheets import Row, Sheets
from surveyapp.designer.formats.xlsform_unread import of_row
from surveyapp.findings import N_, SurveyError

Words = Callable[[dict[str, str], str], dict[str, str]]
MISSING = ("dont_know", "not_applicable", "refused")
_TYPES = {
    "int": "integer", "string": "text", "trigger": "acknowledge", "photo": "image", "q string":
    "text", "add text prompt": "text", "add integer prompt": "integer", "select1": "select_one",
    "select one": "select_one", "select all that apply": "select_multiple", "select multiple":
    "select_multiple", "select one from": "select_one", "select all that apply from":
    "select_multiple", "add select one prompt using": "select_one", "date time": "datetime",
    "phone number": "phone",
    "rank": "rank", "odk:rank": "rank",
}  # fmt: skip
_META = frozenset({"start", "end", "today", "deviceid", "phonenumber", "username", "email",
                   "simserial", "subscriberid", "audit", "start-geopoint", "background-audio",
                   "imei", "calculate"}) - {"calculate"}  # fmt: skip
_SIMPLE = {"integer": "number", "decimal": "number", "text": "short_text", "date": "date",
           "phone": "short_text",
           "note": "information", "acknowledge": "consent", "image": "photo"}  # fmt: skip
_VARIABLES = {"number": "number", "date": "date", "consent": "boolean"}
_ROW_LOST = {
    "default": N_("Answers filled in beforehand have no counterpart."),
    "trigger": N_("Calculations that wait for another answer have no counterpart."),
    "repeat_count": N_("Repeats have no counterpart."),
    "autoplay": N_("Sound and film in a questionnaire have no counterpart yet."),
}
_TEXT_LOST = {
    "guidance_hint": N_("Hints for interviewers have no counterpart."),
    "required_message": N_("What is said of a missing answer is worded by the page here."),
    "image": N_("Pictures in a questionnaire have no counterpart yet."),
    "big_image": N_("Pictures in a questionnaire have no counterpart yet."),
    "audio": N_("Sound and film in a questionnaire have no counterpart yet."),
    "video": N_("Sound and film in a questionnaire have no counterpart yet."),
}


_OR_OTHER = re.compile(r" or[_ ](?:specify )?other$")


def type_of(row: Row) -> tuple[str, str, bool]:
    """Type, list of choices and whether `or_other` is said, by their first names."""
    words = " ".join(row.get("type").split())
    other = bool(_OR_OTHER.search(words))
    words = _OR_OTHER.sub("", words)
    lower = words.lower().replace("select_one_from_file", "select one from file")
    for alias in sorted({*_TYPES, "select_one", "select_multiple", "rank"}, key=len, reverse=True):
        kind = _TYPES.get(alias, alias)
        if kind in ("select_one", "select_multiple", "rank") and lower.startswith(f"{alias} "):
            return kind, words[len(alias) + 1 :].strip(), other
    return _TYPES.get(lower, _TYPES.get(lower.replace("_", " "), lower)), "", other


class Questions:
    """Reads rows onto the draft's last page."""

    def __init__(self, draft: Draft, sheets: Sheets, words: Words) -> None:
        self._draft = draft
        self._sheets = sheets
        self._words = words

    def read(self, row: Row, place: str) -> list[Part]:
        """The questions that the row becomes: one, or none and a note."""
        kind, choices, other = type_of(row)
        if self.is_words_of_other(row):
            self._words_of_other(row)
            return []
        if kind in ("calculate", "hidden"):
            self._calculate(row, place, kind)
            return []
        made = self._made(row, place, kind, choices, other)
        if made is None:
            return []
        self._lost(row, place)
        own = self._draft.find(row.get("name"))
        if row.get("constraint") and own is not None:
            constrain(self._draft, made, own, row, place, self._words)
        self._required(row, made, place, own)
        return [made]

    def _made(self, row: Row, place: str, kind: str, choices: str, other: bool) -> Part | None:
        if kind in ("select_one", "select_multiple", "rank"):
            return self._select(row, place, kind, choices, other)
        if kind == "range":
            return self._range(row, place)
        if kind in ("time", "datetime"):
            self._draft.lost(place, kind, N_("“{kind}” is asked as plain text here."), kind=kind)
            kind = "text"
        if kind not in _SIMPLE:
            self._unknown(row, place, kind)
            return None
        ours = _SIMPLE[kind]
        if kind == "text" and "multiline" in row.get("appearance"):
            ours = "long_text"
        fields: Part = {"decimals": 2} if kind == "decimal" else {}
        if kind == "phone":
            fields["format"] = "phone"
        if kind == "acknowledge":
            fields["statement"] = self._text(row, "hint", place) or self._text(row, "label", place)
        made = self._add(row, place, ours, **fields)
        if kind == "acknowledge":
            made["help"] = {}
        if ours != "information":
            values = {"OK": True} if ours == "consent" else {}
            self._know(row, made, _VARIABLES.get(ours, "text"), values)
        return made

    def _unknown(self, row: Row, place: str, kind: str) -> None:
        what = row.get("name") or kind
        if kind in _META:
            why = N_("“{kind}” is recorded with each response anyway, or not recorded here.")
        else:
            why = N_("Questions of the kind “{kind}” have no counterpart here.")
        self._draft.lost(place, what, why, kind=row.get("type")[:60])

    def _text(self, row: Row, heading: str, place: str) -> dict[str, str]:
        return self._words(row.text(heading), place)

    def _add(self, row: Row, place: str, kind: str, **fields: Any) -> Part:
        title = self._text(row, "label", place)
        return self._draft.question(row.get("name") or "question", kind, place, title=title,
                                    help=self._text(row, "hint", place), **fields)  # fmt: skip

    def _know(self, row: Row, made: Part, kind: str, values: Mapping[str, Any]) -> Variable:
        return self._draft.know(row.get("name"), Variable(made["id"], kind, values))

    def _required(self, row: Row, made: Part, place: str, own: Variable | None) -> None:
        text = row.get("required").lower()
        if made["type"] == "information" or text in ("", "no", "false", "false()", "0"):
            return
        if text in ("yes", "true", "true()", "1"):
            made["required"] = True
        else:
            made["require"] = self._draft.rule(row.get("required"), place, own)

    def name_lost(self, row: Row, kind: str, place: str) -> None:
        """What no question, group or calculation can have here."""
        of_row(row, kind, place, self._draft)
        for heading, why in _ROW_LOST.items():
            if row.get(heading):
                self._draft.lost(place, f"{heading}: {row.get(heading)}", why)
        for heading, why in _TEXT_LOST.items():
            for text in row.text(heading).values():
                self._draft.lost(place, text, why)

    def _lost(self, row: Row, place: str) -> None:
        self.name_lost(row, type_of(row)[0], place)
        if row.get("calculation"):
            why = N_("An answer that is calculated is a computed value here.")
            self._draft.lost(place, row.get("calculation"), why)
        if row.get("readonly").lower() in ("yes", "true", "true()"):
            self._draft.lost(place, "readonly", N_("Every question can be answered here."))
        looks = set(row.get("appearance").split()) - _KNOWN_LOOKS
        if looks:
            why = N_("How a question looks is decided by the page here.")
            self._draft.told(place, " ".join(sorted(looks)), why)

    # calculations

    def _calculate(self, row: Row, place: str, kind: str) -> None:
        name, text = row.get("name"), row.get("calculation")
        self.name_lost(row, kind, place)
        if kind == "hidden":
            if self._draft.find(name) is None:
                why = N_("Hidden values that a server fills in have no counterpart.")
                self._draft.lost(place, name, why)
            return
        for heading in ("label", "hint"):
            for words in row.text(heading).values():
                why = N_("A computed value is shown nowhere by itself, so its words are not read.")
                self._draft.told(place, words, why)
        if not text:
            why = N_("It has no calculation, so there is no value.")
            self._draft.lost(place, name, why)
            return
        self._draft.compute(name, text, place)
        if row.get("relevant") and self._draft.find(name) is not None:
            why = N_("A computed value has no condition of its own; put it into the calculation.")
            self._draft.lost(place, row.get("relevant"), why)

    # ranges and choices

    def _range(self, row: Row, place: str) -> Part:
        given = dict(re.findall(r"(\w+)\s*=\s*(-?[\d.]+)", row.get("parameters")))
        low, high, step = (_number(given.get(k), d) for k, d in
                           (("start", 1), ("end", 10), ("step", 1)))  # fmt: skip
        if "rating" in row.get("appearance") and (low, step) == (1, 1) and high in range(3, 11):
            made = self._add(row, place, "stars", points=int(high))
        else:
            decimals = next((d for d in range(7) if (step * 10**d).is_integer()), 2)
            low, high = min(low, high), max(low, high)
            made = self._add(
                row, place, "number", minimum=low, maximum=high, decimals=decimals
            )  # fmt: skip
            if step not in (1, 0.1, 0.01):
                why = N_("A number is typed here, so steps of {step} are not kept to.")
                self._draft.lost(place, row.get("name"), why, step=step)
        self._know(row, made, "number", {})
        return made

    def _select(self, row: Row, place: str, kind: str, name: str, other: bool) -> Part | None:
        rows = self._sheets.choices.get(name)
        if rows is None:
            why = N_("There is no list “{name}” on the sheet choices.")
            self._draft.lost(place, row.get("name"), why, name=name[:60])
            rows = []
        codes: dict[str, Row] = {}
        for one in rows:
            if one.get("name"):
                codes.setdefault(one.get("name"), one)
        self._of_choices_lost(codes, place)
        if kind == "select_one" and not other and (made := self._scale(row, codes, place)):
            return made
        carry = self._carry(row, name)
        ours = {"select_one": "single", "select_multiple": "multiple", "rank": "ranking"}[kind]
        labels = {} if carry else {c: self._text(r, "label", place) for c, r in codes.items()}
        options, values = self._draft.options(labels, place)
        if "search(" in row.get("appearance"):
            why = N_("Answers from a file beside the form do not come over; write them down here.")
            self._draft.lost(place, row.get("appearance"), why)
        if not carry and row.get("choice_filter"):
            options = self._filtered(row, rows, values, options, place)
        if other:
            options.append(_other(self._draft, options))
            values = {**values, "other": options[-1]["id"]}
        for option in options:
            if option["id"] in MISSING and ours == "single":
                option["missing"] = option["id"]
        shuffle = bool(re.search(r"randomize\s*=\s*true", row.get("parameters")))
        made = self._add(row, place, ours, options=options, shuffle=shuffle,
                         **({"carry": carry[0]} if carry else {}))  # fmt: skip
        kind = "choice" if ours == "single" else "choice_set"
        self._know(row, made, kind, carry[1] if carry else values)
        return made

    def _of_choices_lost(self, codes: Mapping[str, Row], place: str) -> None:
        for row in codes.values():
            for heading in ("image", "audio", "video"):
                for text in row.text(heading).values():
                    self._draft.lost(place, text, _TEXT_LOST[heading])

    def _carry(self, row: Row, name: str) -> tuple[Part, Mapping[str, Any]] | None:
        """`selected(${q}, name)` over the same list: the answers chosen before."""
        text = re.sub(r"\s+", "", row.get("choice_filter"))
        found = re.fullmatch(r"(not\()?selected\(\$\{([^{}]+)\},name\)(\))?", text)
        source = self._draft.find(found[2]) if found and bool(found[1]) is bool(found[3]) else None
        if found is None or source is None or source.kind not in ("choice", "choice_set"):
            return None
        rows = self._sheets.choices.get(name, [])
        if not self._is_of(source, [source.values.get(row.get("name")) for row in rows]):
            return None
        which = "unchosen" if found[1] else "chosen"
        return {"question": source.name, "which": which}, source.values

    def _is_of(self, source: Variable, offered: list[Any]) -> bool:
        """Whether these are the source's options, with or without those that exclude the others."""
        every = [question for page in self._draft.pages for question in page["questions"]]
        own = next((q.get("options", ()) for q in every if q["id"] == source.name), ())
        plain = [option["id"] for option in own if not option.get("exclusive")]
        return bool(own) and offered in (plain, [option["id"] for option in own])

    def _filtered(
        self, row: Row, rows: list[Row], values: Mapping[str, Any], options: list[Part], place: str
    ) -> list[Part]:
        """The options with the filter, as it reads for each of them, as their own rule; one that
        stands in several rows is offered where it reads so for any of them.
        """
        text = row.get("choice_filter")
        try:
            node = parse(text, self._draft.dialect)
            kept = []
            for code, option in zip(values, options, strict=True):
                own = [one for one in rows if one.get("name") == code]
                read = [replaced(_for_choice(node, one), self._not_offered)
                        for one in own if one.text("label") == own[0].text("label")]  # fmt: skip
                made = joined("or", [Translator(self._draft.find).holds(one) for one in read])
                if made is not False:
                    kept.append({**option, "show": as_rule(made)})
                    continue
                why = N_("The filter offers this answer to nobody, so it was left out.")
                self._draft.lost(place, code, why)
        except SurveyError as error:
            self._draft.refused(error, place, text)
            return options
        return kept

    def _not_offered(self, part: Node) -> Node | None:
        """`selected(${q}, 'x')` where q offers no x: nobody has chosen it."""
        if not (isinstance(part, Call) and part.function == "selected" and len(part.operands) == 2):
            return None
        name, code = part.operands
        source = self._draft.find(name.name) if isinstance(name, Name) else None
        if source is None or not source.values or not isinstance(code, Value):
            return None
        known = {str(one) for one in (*source.values, *source.values.values())}
        return None if str(code.value) in known else Value(False)

    # scales and grids

    def _scale(self, row: Row, codes: Mapping[str, Row], place: str) -> Part | None:
        """A choice of 1 … n that looks like a scale, or of 0 … 10."""
        points = [code for code in codes if code not in MISSING]
        missing = [code for code in codes if code in MISSING]
        if row.get("choice_filter") or "randomize" in row.get("parameters"):
            return None
        texts = {code: self._text(codes[code], "label", place) for code in points}
        if points == [str(p) for p in range(11)] and _bare(texts):
            ends = {"low": _end(texts, "0"), "high": _end(texts, "10")}
            made = self._add(row, place, "nps", missing=missing, **ends)
        elif "likert" in row.get("appearance") and _is_scale(points):
            made = self._add(row, place, "likert", scale=_scale_of(texts), missing=missing)
        else:
            return None
        self._know(row, made, "number", {c: c for c in missing} | {p: int(p) for p in points})
        return made

    def is_grid(self, rows: list[Row], questions: bool) -> bool:
        """Whether rows of one group can be statements on one scale."""
        lists = {type_of(row)[:2] for row in rows}
        if not questions or len(lists) != 1 or next(iter(lists))[0] != "select_one":
            return False
        if any(row.get("constraint") for row in rows):
            return False
        found = self._sheets.choices.get(next(iter(lists))[1], [])
        codes = [row.get("name") for row in found if row.get("name") not in MISSING]
        return 3 <= len(codes) <= 11 and len(set(codes)) == len(codes)

    def grid(self, row: Row, rows: list[Row], place: str) -> Part:
        """A group shown as a table: a grid whose points are the choices in their order."""
        found = self._sheets.choices[type_of(rows[0])[1]]
        missing = [r.get("name") for r in found if r.get("name") in MISSING]
        texts = {r.get("name"): self._text(r, "label", place) for r in found
                 if r.get("name") not in MISSING}  # fmt: skip
        made = self._add(row, place, "likert_grid", scale=_scale_of(texts), missing=missing)
        values: dict[str, Any] = {code: p for p, code in enumerate(texts, 1)}
        values |= {code: code for code in missing}
        prefix = f"{row.get('name')}_"
        codes = {r.get("name").removeprefix(prefix): self._text(r, "label", place) for r in rows}
        items, names = self._draft.options(codes, place)
        made["items"] = items
        made["required"] = all(r.get("required").lower() in ("yes", "true", "true()") for r in rows)
        self._of_choices_lost({r.get("name"): r for r in found}, place)
        for one, item in zip(rows, items, strict=True):
            self._row_lost(one, made["required"], f"survey:{one.number}")
            if one.get("relevant"):
                item["show"] = self._draft.rule(one.get("relevant"), f"survey:{one.number}")
            name = names[one.get("name").removeprefix(prefix)]
            self._draft.know(
                one.get("name"), Variable(f"{made['id']}.{name}", "number", values)
            )  # fmt: skip
        if list(texts) != [str(p) for p in range(1, len(texts) + 1)]:
            why = N_("Its columns are the points 1 to {points} of a scale, in their order.")
            self._draft.told(place, row.get("name"), why, points=len(texts))
        return made

    def _row_lost(self, row: Row, required: bool, place: str) -> None:
        """What a row loses that becomes a statement of a grid."""
        self._lost(row, place)
        for text in row.text("hint").values():
            self._draft.lost(place, text, N_("A statement of a grid has no hint of its own."))
        asked = row.get("required")
        if not required and asked.lower() not in ("", "no", "false", "false()", "0"):
            why = N_("Single statements of a grid cannot be required; the grid is not.")
            self._draft.lost(place, f"required: {asked}", why)

    # the words behind "other"

    def is_words_of_other(self, row: Row) -> bool:
        """Whether a text row is asked exactly where the option that it is named after is chosen."""
        return self._behind(row) is not None

    def _behind(self, row: Row) -> tuple[Part, Part] | None:
        name, text = row.get("name"), re.sub(r"\s+", "", row.get("relevant"))
        if type_of(row)[0] != "text" or not text or "_" not in name:
            return None
        for page in self._draft.pages[-2:]:
            for question in page["questions"]:
                for option in question.get("options", ()):
                    key, code = question["id"], option["id"]
                    asked = (f"selected(${{{key}}},'{code}')", f"${{{key}}}='{code}'")
                    if name == f"{key}_{code}" and text in asked:
                        return question, option
        return None

    def _words_of_other(self, row: Row) -> None:
        found = self._behind(row)
        if found is None:
            return
        question, option = found
        option["other"] = True
        place = f"survey:{row.number}"
        self.name_lost(row, "text", place)
        if row.get("constraint"):
            why = N_("What is checked of the words behind an answer has no counterpart.")
            self._draft.lost(place, row.get("constraint"), why)
        words = Variable(f"{question['id']}.{option['id']}", "text")
        self._draft.know(row.get("name"), words)


_KNOWN_LOOKS = frozenset({"likert", "rating", "multiline", "table-list", "field-list", "label",
                          "list-nolabel"})  # fmt: skip


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text else float(default)
    except ValueError:
        return float(default)


def _for_choice(node: Node, choice: Row) -> Node:
    """The filter as it reads for one choice: its columns are values."""

    def column(part: Node) -> Node | None:
        if isinstance(part, Call) and part.function == "column":
            name = part.operands[0]
            return Value(choice.get(str(name.value).lower()) if isinstance(name, Value) else "")
        if isinstance(part, Call) and part.function in ("==", "!=") and len(part.operands) == 2:
            left, right = (replaced(one, column) for one in part.operands)
            if isinstance(left, Value) and isinstance(right, Value):
                same = str(left.value) == str(right.value)
                return Value(same is (part.function == "=="))
            if isinstance(left, Value) and isinstance(right, Name):
                left, right = right, left
            return Call(part.function, (left, right))
        return None

    return replaced(node, column)


def _is_scale(points: list[str]) -> bool:
    return 3 <= len(points) <= 11 and points == [str(p) for p in range(1, len(points) + 1)]


def _scale_of(texts: Mapping[str, dict[str, str]]) -> Part:
    labels = {}
    for point, (code, words) in enumerate(texts.items(), 1):
        kept = {tag: text for tag, text in words.items() if text not in (code, str(point))}
        if kept:
            labels[point] = kept
    return {"points": len(texts), "labels": labels}


def _bare(texts: Mapping[str, dict[str, str]]) -> bool:
    """Whether only the ends of 0 … 10 have words."""
    middle = [(code, text) for code, words in texts.items() for text in words.values()
              if code not in ("0", "10")]  # fmt: skip
    return all(text in ("", code) for code, text in middle)


def _end(texts: Mapping[str, dict[str, str]], code: str) -> dict[str, str]:
    plain = {tag: re.sub(rf"^{code}\s*[–:.-]*\s*", "", text) for tag, text in texts[code].items()}
    return {tag: text for tag, text in plain.items() if text}


def _other(draft: Draft, options: list[Part]) -> Part:
    taken = {option["id"] for option in options}
    name = "other" if "other" not in taken else "other_words"
    words = {"en": "Other", "zh-Hans": "其他"}
    label = {tag: words[tag] for tag in draft.languages if tag in words}
    return {"id": name, "label": label or {draft.default: "Other"}, "other": True}
