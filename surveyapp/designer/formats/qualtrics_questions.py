"""The kinds of questions of Qualtrics, each as one or several of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, Part
from surveyapp.designer.formats.qualtrics_logic import Logic
from surveyapp.designer.formats.qualtrics_unread import of_question
from surveyapp.designer.formats.texts import titled
from surveyapp.designer.formats.translation import Variable
from surveyapp.findings import N_

Payload = Mapping[str, Any]
_LOST = {
    "QuestionJS": N_("Scripts do not come over."),
    "DefaultChoices": N_("Answers filled in beforehand have no counterpart."),
    "GradingData": N_("Scoring has no counterpart: use dimensions and their weights."),
    "SearchSource": N_("Answers looked up elsewhere have to be written into the list."),
}


class Sheet:
    """What all questions of one file need."""

    def __init__(
        self, draft: Draft, tags: Mapping[str, str], default: str, logic: Logic
    ) -> None:  # fmt: skip
        self.draft = draft
        self.tags = tags
        self.default = default
        self.logic = logic


class Asked:
    """One question of the file while it is read."""

    def __init__(self, sheet: Sheet, name: str, payload: Payload, place: str) -> None:
        self.sheet, self.draft = sheet, sheet.draft
        self.name = name
        self.payload = payload
        self.place = place
        self.code = str(payload.get("DataExportTag") or name)
        self.selector = str(payload.get("Selector") or "")
        self.title = self.text("QuestionText", payload.get("QuestionText"))
        settings = _map(_map(payload.get("Validation")).get("Settings"))
        self.settings = settings
        self.required = settings.get("ForceResponse") == "ON"
        self.made: list[Part] = []

    def text(self, key: str, default: object) -> dict[str, str]:
        """A text of the question in its languages."""
        found = {self.sheet.default: default}
        for language, texts in _map(self.payload.get("Language")).items():
            found[language] = _map(texts).get(key)
        return self._words(found)

    def _words(self, found: Mapping[str, Any]) -> dict[str, str]:
        known = {
            self.sheet.tags[tag]: words
            for tag, words in found.items()
            if tag in self.sheet.tags and isinstance(words, str | int | float)
        }
        return self.draft.text(known, self.place)  # fmt: skip

    def listed(self, key: str, order: str) -> dict[str, Mapping[str, Any]]:
        """Choices or answers by number, in their order."""
        given = self.payload.get(key)
        if isinstance(given, list):
            given = {str(i): one for i, one in enumerate(given, 1)}
        every = {str(name): _map(one) for name, one in _map(given).items()}
        wanted = self.payload.get(order)
        names = [str(one) for one in wanted] if isinstance(wanted, list) else []
        kept = [name for name in dict.fromkeys(names) if name in every]
        return {name: every[name] for name in [*kept, *(n for n in every if n not in kept)]}

    def labels(self, key: str, order: str) -> dict[str, dict[str, str]]:
        """The words of choices or answers by number."""
        made = {}
        for name, one in self.listed(key, order).items():
            found = {self.sheet.default: one.get("Display")}
            for language, texts in _map(self.payload.get("Language")).items():
                found[language] = _map(_map(_map(texts).get(key)).get(name)).get("Display")
            made[name] = self._words(found) or {self.draft.default: name}
        return made

    def add(self, kind: str, suffix: str = "", title: dict[str, str] | None = None,
            **fields: Any) -> Part:  # fmt: skip
        """A question of ours."""
        made = self.draft.question(
            f"{self.code}_{suffix}" if suffix else self.code, kind, self.place,
            title=title or self.title, required=self.required and kind != "information", **fields,
        )  # fmt: skip
        row = self.listed("Choices", "ChoiceOrder").get(suffix.partition("_")[0], {})
        if suffix and (show := self.sheet.logic.rule(row.get("DisplayLogic"), self.place)):
            made["show"] = show
        self.made.append(made)
        return made

    def know(self, row: str, variable: Variable) -> None:
        """Let conditions read it as `QID1`, a row as `QID1/2`."""
        self.draft.know(f"{self.name}/{row}" if row else self.name, variable)

    def part(self, label: Mapping[str, str]) -> dict[str, str]:
        """The title of a question that was one row of another."""
        return titled(self.title, label)


def read_question(sheet: Sheet, name: str, payload: Payload, place: str) -> list[Part]:
    """The questions that one of theirs becomes, on the draft's last page."""
    asked = Asked(sheet, name, payload, place)
    for key, why in _LOST.items():
        if payload.get(key) not in (None, "", False, [], {}, "false"):
            sheet.draft.lost(place, key, why)
    if asked.settings.get("ForceResponse") == "RequestResponse" or (
        asked.settings.get("ForceResponseType") == "RequestResponse"
    ):
        asked.required = False
        why = N_("A request to answer has no counterpart: the question is not required.")
        sheet.draft.lost(place, "RequestResponse", why)
    kind = str(payload.get("QuestionType"))
    if kind in READERS:
        of_question(payload, place, sheet.draft)
        if kind != "MC":
            _entries_lost(asked)
        READERS[kind](asked)
    else:
        why = N_("Questions of the kind “{kind}” have no counterpart here.")
        what = " ".join(asked.title.values())[:60] or name
        sheet.draft.lost(place, what, why, kind=f"{kind} {asked.selector}".strip())
    return asked.made


def _entries_lost(asked: Asked) -> None:
    """Words behind an answer, which choices only can have."""
    for number, one in asked.listed("Choices", "ChoiceOrder").items():
        if str(one.get("TextEntry", "")).lower() in ("true", "on"):
            why = N_("Words besides the answers have no counterpart on this question.")
            asked.draft.lost(asked.place, f"Choices {number} TextEntry", why)
    if asked.payload.get("DynamicChoices") and asked.payload.get("QuestionType") != "MC":
        why = N_("Answers taken along from another question have to be written into the list.")
        asked.draft.lost(
            asked.place, str(_map(asked.payload["DynamicChoices"]).get("Locator")), why
        )


def _choice(asked: Asked) -> None:
    if asked.selector == "NPS":
        made = asked.add("nps")
        asked.know("", Variable(made["id"], "number", {str(p): p for p in range(11)}))
        return
    kind = "multiple" if asked.selector.startswith("M") else "single"
    options, values = _options(asked, kind)
    made = asked.add(kind, options=options, shuffle=_shuffled(asked), carry=_carry(asked))
    if kind == "multiple":
        _how_many(asked, made)
    type_ = "choice" if kind == "single" else "choice_set"
    carried = asked.draft.find(str(_source(asked)))
    known = {**(carried.values if made["carry"] and carried else {}), **values}
    asked.know("", Variable(made["id"], type_, known))


def _options(asked: Asked, kind: str) -> tuple[list[Part], dict[str, Any]]:
    labels = asked.labels("Choices", "ChoiceOrder")
    given = asked.listed("Choices", "ChoiceOrder")
    options, values = asked.draft.options(labels, asked.place)
    for number, option in zip(given, options, strict=False):
        one = given[number]
        if str(one.get("TextEntry", "")).lower() in ("true", "on"):
            option["other"] = True
        if kind == "multiple" and str(one.get("ExclusiveAnswer", "")).lower() == "true":
            option["exclusive"] = True
        if show := asked.sheet.logic.rule(one.get("DisplayLogic"), asked.place):
            option["show"] = show
    return options, values


def _how_many(asked: Asked, made: Part) -> None:
    most, least = (_number(asked.settings.get(key)) for key in ("MaxChoices", "MinChoices"))
    if most and most >= 1:
        made["at_most"] = int(most)
    if least and least >= 1:
        rule = {">=": [{"count": [{"answer": made["id"]}]}, int(least)]}
        made["checks"] = [{"id": "at_least", "must": rule}]


def _shuffled(asked: Asked) -> bool:
    random = _map(asked.payload.get("Randomization"))
    kind = str(random.get("Type") or "None")
    if kind not in ("None", "All"):
        why = N_("Part of the random order of its answers has no counterpart; all are shuffled.")
        asked.draft.lost(asked.place, f"Randomization: {kind}", why)
    return kind not in ("None", "")


def _source(asked: Asked) -> str | None:
    locator = str(_map(asked.payload.get("DynamicChoices")).get("Locator") or "")
    found = re.match(r"q://(QID\d+)/ChoiceGroup/(Selected|Unselected)Choices", locator)
    return found[1] if found else None


def _carry(asked: Asked) -> Part | None:
    dynamic = _map(asked.payload.get("DynamicChoices"))
    if not dynamic:
        return None
    source = asked.draft.find(str(_source(asked)))
    if source is None or source.kind not in ("choice", "choice_set"):
        why = N_("Answers taken along from another question have to be written into the list.")
        asked.draft.lost(asked.place, str(dynamic.get("Locator")), why)
        return None
    chosen = "/SelectedChoices" in str(dynamic.get("Locator"))
    return {"question": source.name, "which": "chosen" if chosen else "unchosen"}


def _ranking(asked: Asked) -> None:
    options, values = _options(asked, "ranking")
    made = asked.add("ranking", options=options, shuffle=_shuffled(asked))
    asked.know("", Variable(made["id"], "choice_set", values))


def _matrix(asked: Asked) -> None:
    sub = str(asked.payload.get("SubSelector") or "")
    if asked.selector == "TE":
        _cells(asked)
    elif asked.selector not in ("Likert", "Bipolar") or sub not in (
        "SingleAnswer", "DL", "MultipleAnswer", "", "DND",
    ):  # fmt: skip
        why = N_("Questions of the kind “{kind}” have no counterpart here.")
        what = " ".join(asked.title.values())[:60] or asked.name
        asked.draft.lost(asked.place, what, why, kind=f"Matrix {asked.selector} {sub}".strip())
    else:
        labels = asked.labels("Answers", "AnswerOrder")
        rows = asked.labels("Choices", "ChoiceOrder")
        if sub == "MultipleAnswer" or not 3 <= len(labels) <= 11:
            _row_by_row(asked, labels, rows, "multiple" if sub == "MultipleAnswer" else "single")
        else:
            _grid(asked, labels, rows)


def _grid(asked: Asked, labels: Mapping[str, Any], rows: Mapping[str, Any]) -> None:
    points = {code: point for point, code in enumerate(labels, 1)}
    items, values = asked.draft.options(rows, asked.place)
    for number, item in zip(values, items, strict=False):
        one = asked.listed("Choices", "ChoiceOrder")[number]
        if show := asked.sheet.logic.rule(one.get("DisplayLogic"), asked.place):
            item["show"] = show
    scale = {"points": len(points), "labels": {points[code]: text for code, text in labels.items()}}
    made = asked.add("likert_grid", scale=scale, items=items, shuffle=_shuffled(asked))
    for number, item in values.items():
        asked.know(number, Variable(f"{made['id']}.{item}", "number", points))
    why = N_("Its columns are the points 1 to {points} of a scale, in their order.")
    asked.draft.told(asked.place, asked.code, why, points=len(points))


def _row_by_row(
    asked: Asked, labels: Mapping[str, dict[str, str]], rows: Mapping[str, Any], kind: str
) -> None:
    for number, label in rows.items():
        options, values = asked.draft.options(labels, asked.place)
        made = asked.add(kind, number, asked.part(label), options=options)
        type_ = "choice" if kind == "single" else "choice_set"
        asked.know(number, Variable(made["id"], type_, values))
    why = N_("Its rows are questions of their own here.")
    asked.draft.told(asked.place, asked.code, why)


def _cells(asked: Asked) -> None:
    for row, label in asked.labels("Choices", "ChoiceOrder").items():
        for column, head in asked.labels("Answers", "AnswerOrder").items():
            title = {tag: f"{text} – {head.get(tag, '')}".strip(" –")
                     for tag, text in asked.part(label).items()}  # fmt: skip
            made = asked.add("short_text", f"{row}_{column}", title)
            asked.know(f"{row}/{column}", Variable(made["id"], "text"))
    why = N_("Its fields are questions of their own here.")
    asked.draft.told(asked.place, asked.code, why)


def _text(asked: Asked) -> None:
    content = str(asked.settings.get("ContentType") or "")
    if asked.selector == "FORM":
        for row, label in asked.labels("Choices", "ChoiceOrder").items():
            made = asked.add("short_text", row, asked.part(label))
            asked.know(row, Variable(made["id"], "text"))
        why = N_("Its fields are questions of their own here.")
        asked.draft.told(asked.place, asked.code, why)
    elif content == "ValidNumber":
        limits = _map(asked.settings.get("ValidNumber"))
        decimals = _number(limits.get("NumDecimals"))
        made = asked.add("number", minimum=_number(limits.get("Min")),
                         maximum=_number(limits.get("Max")),
                         decimals=int(min(max(decimals or 0, 0), 6)))  # fmt: skip
        asked.know("", Variable(made["id"], "number"))
    elif content == "ValidDate":
        made = asked.add("date")
        asked.know("", Variable(made["id"], "date"))
    else:
        _words(asked, content)


def _words(asked: Asked, content: str) -> None:
    long = asked.selector in ("ML", "ESTB")
    form = {"ValidEmail": "email", "ValidPhone": "phone", "ValidUSPhone": "phone"}.get(content)
    if content and form is None:
        why = N_("The check “{kind}” of the text has no counterpart.")
        asked.draft.lost(asked.place, content, why, kind=content)
    most = _number(asked.settings.get("TotalChars") or asked.settings.get("MaxChars"))
    fields: Part = {}
    if most and most >= 1:
        fields["max_length"] = int(min(most, 10000 if long else 500))
    if form and not long:
        fields["format"] = form
    made = asked.add("long_text" if long else "short_text", **fields)
    asked.know("", Variable(made["id"], "text"))


def _slider(asked: Asked) -> None:
    settings = _map(asked.payload.get("Configuration"))
    low, high = _number(settings.get("CSSliderMin")), _number(settings.get("CSSliderMax"))
    stars = asked.selector == "STAR"
    for row, label in asked.labels("Choices", "ChoiceOrder").items():
        if stars:
            points = int(min(max(_number(settings.get("StarCount")) or 5, 3), 10))
            made = asked.add("stars", row, asked.part(label), points=points)
        else:
            decimals = int(min(_number(settings.get("NumDecimals")) or 0, 6))
            made = asked.add("number", row, asked.part(label), minimum=low, maximum=high,
                             decimals=decimals)  # fmt: skip
        asked.know(row, Variable(made["id"], "number"))
    if not stars and asked.made:
        why = N_("A slider is a number to type here.")
        asked.draft.told(asked.place, asked.code, why)


def _sum(asked: Asked) -> None:
    """A constant sum: a number for each part, and a check of the whole at the last one."""
    for row, label in asked.labels("Choices", "ChoiceOrder").items():
        made = asked.add("number", row, asked.part(label), minimum=0)
        asked.know(row, Variable(made["id"], "number"))
    total = _number(asked.settings.get("ChoiceTotal"))
    if asked.made and total is not None:
        parts = [{"answer": made["id"]} for made in asked.made]
        check = {"id": "total", "must": {"==": [{"sum": parts}, total]}}
        asked.made[-1]["checks"] = [check]
    why = N_("Its fields are questions of their own here.")
    asked.draft.told(asked.place, asked.code, why)


def _information(asked: Asked) -> None:
    if asked.title:
        asked.add("information")
    else:
        why = N_("It holds no words, only markup or pictures.")
        asked.draft.lost(asked.place, asked.code, why)


def _upload(asked: Asked) -> None:
    why = N_("Only photographs can be sent here, no other files.")
    asked.draft.lost(asked.place, asked.code, why)
    made = asked.add("photo")
    asked.know("", Variable(made["id"], "text"))


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) < 1e15 else None


READERS: Mapping[str, Callable[[Asked], None]] = {
    "MC": _choice, "RO": _ranking, "Matrix": _matrix, "TE": _text, "Slider": _slider, "CS": _sum,
    "DB": _information, "FileUpload": _upload,
}  # fmt: skip
