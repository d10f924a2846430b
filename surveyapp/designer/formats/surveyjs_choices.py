"""Choices, ratings and matrices of SurveyJS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from surveyapp.designer.formats.draft import MAX_OPTIONS, Ids, Part, all_of
from surveyapp.designer.formats.surveyjs_element import Reading, at_least, many
from surveyapp.designer.formats.surveyjs_unread import of_items
from surveyapp.designer.formats.translation import Variable
from surveyapp.findings import N_

Given = tuple[str, object, Part]
"""Value, words and the rest of one choice, row or column."""
_SPECIAL: tuple[tuple[tuple[str, ...], str, str, Mapping[str, Any]], ...] = (
    (("showNoneItem", "hasNone"), "none", "noneText", {"exclusive": True, "fixed": True}),
    (("showRefuseItem",), "refused", "refuseText", {"missing": "refused", "fixed": True}),
    (("showDontKnowItem",), "dontknow", "dontKnowText", {"missing": "dont_know", "fixed": True}),
    (("showOtherItem", "hasOther"), "other", "otherText", {"other": True, "fixed": True}),
)
_WORDS = {"none": {"en": "None", "zh-Hans": "以上都没有"},
          "other": {"en": "Other", "zh-Hans": "其他"},
          "refused": {"en": "Refuse to answer", "zh-Hans": "拒绝回答"},
          "dontknow": {"en": "Don't know", "zh-Hans": "不知道"}}  # fmt: skip


def radiogroup(reading: Reading) -> None:
    """One of the choices."""
    _choice(reading, "single")


def checkbox(reading: Reading) -> None:
    """Several of the choices."""
    made = _choice(reading, "multiple")
    most, least = reading.number("maxSelectedChoices"), reading.number("minSelectedChoices")
    if most and most >= 1:
        made["at_most"] = int(most)
    if least and least >= 1:
        at_least(reading, made, int(least))
    if reading.element.get("showSelectAllItem") or reading.element.get("hasSelectAll"):
        why = N_("“Select all” is no answer of its own and is not offered here.")
        reading.draft.lost(reading.place, "showSelectAllItem", why)


def ranking(reading: Reading) -> None:
    """The choices in order."""
    made = _choice(reading, "ranking")
    most = reading.number("maxSelectedChoices")
    if reading.element.get("selectToRankEnabled") and most and most >= 1:
        made["at_most"] = int(most)


def _choice(reading: Reading, kind: str) -> Part:
    element, draft = reading.element, reading.draft
    options, values = _options(reading, kind)
    carry = _carry(reading)
    shuffle = element.get("choicesOrder") in ("random",)
    if element.get("choicesOrder") in ("asc", "desc"):
        why = N_("Answers are not sorted by their words here; they stand as in the file.")
        draft.lost(reading.place, str(element["choicesOrder"]), why)
    made = reading.add(kind, options=options, carry=carry, shuffle=shuffle)
    if carry:
        values = {**_carried_values(reading), **values}
    type_ = "choice" if kind == "single" else "choice_set"
    reading.know(made, Variable("", type_, values))
    for option in options:
        if option.get("other"):
            words = Variable(f"{made['id']}.{option['id']}", "text")
            draft.know(f"{reading.name}-Comment", words)
    return made


def _options(reading: Reading, kind: str) -> tuple[list[Part], dict[str, Any]]:
    given = [item_of(one) for one in many(reading.element.get("choices"))]
    given += [item_of(number) for number in _numbers(reading)]
    given = _offered(reading, _first(given))
    of_items(reading.element.get("choices"), "choice", reading.place, reading.draft,
             ("visibleIf", "showCommentArea", "name", "title"))  # fmt: skip
    codes = {code: reading.words(words, reading.place) or {reading.draft.default: code}
             for code, words, _ in given}  # fmt: skip
    options, values = reading.draft.options(codes, reading.place)
    for (code, _, rest), option in zip(_first(given), options, strict=False):
        _refine(reading, code, rest, option)
    ids = Ids("o")
    for option in options:
        ids.new(option["id"])
    for keys, code, text, fields in _SPECIAL:
        if any(reading.element.get(key) for key in keys):
            label = reading.words(reading.element.get(text), reading.place) or _named(reading, code)
            made = {"id": ids.new(code), "label": label, **fields}
            if kind == "single":
                made.pop("exclusive", None)
            if reading.element.get("choicesOrder") != "random":
                made.pop("fixed", None)
            values[code] = made["id"]
            options.append(made)
    return options, values


def _numbers(reading: Reading) -> range:
    """Choices that are counted: from `choicesMin` to `choicesMax`."""
    low, high, step = (reading.number(f"choices{key}") for key in ("Min", "Max", "Step"))
    if high is None:
        return range(0)
    return range(int(low or 0), int(high) + 1, max(int(step or 1), 1))[: MAX_OPTIONS + 1]


def _offered(reading: Reading, given: list[Given]) -> list[Given]:
    """The choices that can be offered, before anything is made of each; with a note of a cut."""
    if len(given) > MAX_OPTIONS:
        why = N_("There are too many answers; the rest was left out.")
        reading.draft.lost(reading.place, given[MAX_OPTIONS][0], why)
    return given[:MAX_OPTIONS]


def _first(given: list[Given]) -> list[Given]:
    """Of choices with one value the last wins its words, and each stands once."""
    return list({code: (code, words, rest) for code, words, rest in given}.values())


def _named(reading: Reading, code: str) -> dict[str, str]:
    known = {tag: _WORDS[code].get(tag) for tag in reading.draft.languages}
    words = {tag: text for tag, text in known.items() if text}
    return words or {reading.draft.default: _WORDS[code]["en"]}


def _refine(reading: Reading, code: str, rest: Part, option: Part) -> None:
    """Rules and words of one choice."""
    filtered = reading.element.get("choicesVisibleIf")
    show = None
    if isinstance(filtered, str) and filtered.strip():
        text = re.sub(r"\{\s*(item|choice)\s*\}", lambda _: _quoted(code), filtered)
        show = reading.draft.rule(text, reading.place)
    if isinstance(rest.get("visibleIf"), str) and rest["visibleIf"].strip():
        show = all_of(show, reading.draft.rule(rest["visibleIf"], reading.place))
    if show:
        option["show"] = show
    if rest.get("showCommentArea"):
        option["other"] = True
    if rest.get("imageLink"):
        why = N_("Pictures in a questionnaire have no counterpart yet.")
        reading.draft.lost(reading.place, code, why)
    if rest.get("enableIf"):
        why = N_("Greying out has no counterpart; hide it with a rule instead.")
        reading.draft.lost(reading.place, code, why)


def _quoted(code: str) -> str:
    return f'"{code}"' if "'" in code else f"'{code}'"


def item_of(choice: object) -> tuple[str, object, Part]:
    """Code, words and the rest of one choice, row or column."""
    if isinstance(choice, dict):
        value = choice.get("value", choice.get("name", ""))
        return _code(value), choice.get("text", choice.get("title")) or _code(value), choice
    value, bar, text = _code(choice).partition("|")  # “value|words”, as older files have it
    return value, text if bar else value, {}


def _code(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:200]


def _carry(reading: Reading) -> Part | None:
    name = reading.element.get("choicesFromQuestion")
    if not name:
        return None
    source = reading.draft.find(str(name))
    mode = reading.element.get("choicesFromQuestionMode", "all")
    if source is None or source.kind not in ("choice", "choice_set") or mode == "all":
        why = N_("Answers taken from “{name}” have to be written into the list.")
        reading.draft.lost(reading.place, str(name), why, name=str(name)[:60])
        return None
    return {"question": source.name, "which": "chosen" if mode == "selected" else "unchosen"}


def _carried_values(reading: Reading) -> Mapping[str, Any]:
    source = reading.draft.find(str(reading.element.get("choicesFromQuestion")))
    return source.values if source else {}


def rating(reading: Reading) -> None:
    """Stars, 0 to 10, a labelled scale; other ranges are a choice of their points."""
    element, place = reading.element, reading.place
    low = element.get("minRateDescription", element.get("mininumRateDescription"))
    high = element.get("maxRateDescription", element.get("maximumRateDescription"))
    ends = {"low": reading.words(low, place), "high": reading.words(high, place)}
    given = [item_of(one) for one in many(element.get("rateValues"))]
    points = [code for code, _, _ in given] or _range(reading)
    number = Variable("", "number")
    numbers = [str(point) for point in range(1, len(points) + 1)]
    labels = {i: reading.words(words, place) for i, (code, words, _) in enumerate(given, 1)
              if words != code}  # fmt: skip
    shape = element.get("rateType", element.get("rateDisplayMode"))
    if points == [str(point) for point in range(11)] and not labels:
        reading.add("nps", number, **ends)
    elif points == numbers and shape == "stars" and 3 <= len(points) <= 10 and not labels:
        reading.add("stars", number, points=len(points), **ends)
    elif points == numbers and 3 <= len(points) <= 11:
        for point, words in ((1, ends["low"]), (len(points), ends["high"])):
            if words and not labels.get(point):
                labels[point] = words
        scale = {"points": len(points), "labels": {p: w for p, w in labels.items() if w}}
        reading.add("likert", number, scale=scale)
    else:
        _points(reading, points, {str(code): words for code, words, _ in given}, ends)


def _range(reading: Reading) -> list[str]:
    low, high, step = (reading.number(key) for key in ("rateMin", "rateMax", "rateStep"))
    first, step = int(1 if low is None else low), max(int(step or 1), 1)
    count = reading.number("rateCount")
    last = int(high if high is not None else first + step * ((count or 5) - 1))
    return [str(point) for point in range(first, min(last, first + 100 * step) + 1, step)]


def _points(
    reading: Reading, points: list[str], words: Mapping[str, object], ends: Mapping[str, Any]
) -> None:
    labels = {code: reading.words(words.get(code, code), reading.place) for code in points}
    for code, end in ((points[:1], ends["low"]), (points[-1:], ends["high"])):
        for one in code:
            labels[one] = {tag: f"{one} – {text}" for tag, text in end.items()} or labels[one]
    options, values = reading.draft.options(labels, reading.place)
    reading.add("single", Variable("", "choice", values), options=options)
    why = N_("A rating that does not run from 1 (or 0 to 10) is a choice of its points here.")
    reading.draft.lost(reading.place, reading.name, why)


def matrix(reading: Reading) -> None:
    """A grid; with fewer than three columns or more than eleven, a choice for each row."""
    element, place = reading.element, reading.place
    columns = [item_of(one) for one in many(element.get("columns"))]
    rows = [item_of(one) for one in many(element.get("rows"))]
    of_items(element.get("columns"), "column", place, reading.draft)
    of_items(element.get("rows"), "row", place, reading.draft, ("visibleIf",))
    labels = {code: reading.words(words, place) if words != code else {}
              for code, words, _ in columns}  # fmt: skip
    if not rows or not columns:
        why = N_("A grid needs rows and columns; this one has none.")
        reading.draft.lost(place, reading.name, why)
    elif 3 <= len(labels) <= 11:
        _grid(reading, labels, rows)
    else:
        _row_by_row(reading, labels, rows)


def _grid(reading: Reading, labels: Mapping[str, Any], rows: list[tuple[str, Any, Part]]) -> None:
    codes = list(labels)
    if sorted(codes) == sorted(str(p) for p in range(1, len(codes) + 1)):
        codes.sort(key=int)
    values = {code: point for point, code in enumerate(codes, 1)}
    ids = Ids("i")
    items = []
    for code, words, rest in _first(rows):
        item: Part = {"id": ids.new(code), "label": reading.words(words, reading.place)}
        if isinstance(rest.get("visibleIf"), str):
            item["show"] = reading.draft.rule(rest["visibleIf"], reading.place)
        items.append((code, item))
    shuffle = reading.element.get("rowOrder", reading.element.get("rowsOrder")) == "random"
    scale = {
        "points": len(codes),
        "labels": {values[code]: labels[code] for code in codes if labels[code]},
    }
    made = reading.add("likert_grid", scale=scale, items=[i for _, i in items], shuffle=shuffle)
    all_rows = ("eachRowRequired", "isAllRowRequired")
    made["required"] = any(reading.element.get(key) for key in all_rows) or made["required"]
    for code, item in items:
        known = Variable(f"{made['id']}.{item['id']}", "number", values)
        reading.draft.know(f"{reading.name}.{code}", known)
    why = N_("Its columns are the points 1 to {points} of a scale, in their order.")
    reading.draft.told(reading.place, reading.name, why, points=len(codes))


def _row_by_row(
    reading: Reading, labels: Mapping[str, Any], rows: list[tuple[str, Any, Part]]
) -> None:
    labels = {code: words or {reading.draft.default: code} for code, words in labels.items()}
    for code, words, rest in _first(rows):
        label = reading.words(words, reading.place)
        inner = Reading({**reading.element, "name": f"{reading.name}.{code}"}, reading.place,
                        reading.draft, reading.words)  # fmt: skip
        inner.title = {tag: f"{reading.title.get(tag, '')} – {text}" for tag, text in label.items()}
        options, values = reading.draft.options(labels, reading.place)
        made = inner.add("single", Variable("", "choice", values), options=options)
        if isinstance(rest.get("visibleIf"), str):
            made["show"] = reading.draft.rule(rest["visibleIf"], reading.place)
        reading.made += inner.made
    why = N_("Its rows are questions of their own here.")
    reading.draft.told(reading.place, reading.name, why)
