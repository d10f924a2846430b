"""The kinds of questions of SurveyJS, each as one or several of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from surveyapp.designer.formats.draft import Draft, Part, all_of
from surveyapp.designer.formats.surveyjs_choices import (
    checkbox,
    item_of,
    matrix,
    radiogroup,
    ranking,
    rating,
)
from surveyapp.designer.formats.surveyjs_element import (
    Element,
    Reading,
    Words,
    at_least,
    listed,
    many,
)
from surveyapp.designer.formats.surveyjs_unread import of_items, unread
from surveyapp.designer.formats.texts import titled
from surveyapp.designer.formats.translation import Variable
from surveyapp.findings import N_

_LOST = {
    "defaultValue": N_("Answers filled in beforehand have no counterpart."),
    "defaultValueExpression": N_("Answers filled in beforehand have no counterpart."),
    "setValueIf": N_("Answers set by a condition have no counterpart."),
    "choicesByUrl": N_("Answers fetched from another address have to be written into the list."),
    "choicesEnableIf": N_("Greying out has no counterpart; hide it with a rule instead."),
    "correctAnswer": N_("Right answers and quizzes have no counterpart."),
    "inputMask": N_("Input masks have no counterpart; use the text's format."),
    "maskType": N_("Input masks have no counterpart; use the text's format."),
    "valueName": N_("Two questions cannot share one answer."),
}


def read_question(
    kind: str, element: Element, place: str, draft: Draft, words: Words
) -> list[Part]:
    """The questions that the element becomes, on the draft's last page; notes what is lost."""
    reading = Reading(element, place, draft, words)
    _read(kind, reading)
    return reading.made


def _read(kind: str, reading: Reading) -> None:
    element, place, draft = reading.element, reading.place, reading.draft
    for key, why in _LOST.items():
        if element.get(key) not in (None, "", {}, []):
            draft.lost(place, key, why)
    unread(element, kind, place, draft)
    READERS[kind](reading)
    if len(reading.made) == 1:
        own = draft.find(reading.name)
        _require(reading, own)
        _checks(reading, own)
    elif element.get("requiredIf") or listed(element.get("validators")):
        why = N_("What is checked of several fields together has no counterpart.")
        draft.lost(place, str(element.get("requiredIf") or "validators"), why)
    if element.get("showCommentArea") or element.get("hasComment"):
        _comment_area(reading)


def _comment_area(reading: Reading) -> None:
    """The field for words below a question: a question of its own."""
    words = reading.words(reading.element.get("commentText"), reading.place) or reading.title
    made = reading.draft.question(
        f"{reading.name}_comment", "long_text", reading.place, title=words, required=False
    )
    reading.draft.know(f"{reading.name}-Comment", Variable(made["id"], "text"))
    reading.made.append(made)
    why = N_("Its comment is a question of its own here.")
    reading.draft.told(reading.place, reading.name, why)


def _inner(kind: str, reading: Reading, inner: Reading) -> None:
    """Read a field or a cell as a question of its own, with its own condition."""
    _read(kind, inner)
    text = inner.element.get("visibleIf")
    if isinstance(text, str) and text.strip():
        show = reading.draft.rule(text, reading.place)
        for made in inner.made:
            made["show"] = all_of(show, made.get("show"))
    reading.made += inner.made


def _require(reading: Reading, own: Variable | None) -> None:
    text = reading.element.get("requiredIf")
    if isinstance(text, str) and text.strip():
        reading.made[0]["require"] = reading.draft.rule(text, reading.place, own)


def _checks(reading: Reading, own: Variable | None) -> None:
    made = reading.made[0]
    for number, one in enumerate(listed(reading.element.get("validators")), 1):
        kind = str(one.get("type", "")).removesuffix("validator")
        if kind in _VALIDATORS and _VALIDATORS[kind](reading, made, one):
            if one.get("text") and kind != "answercount":
                why = N_("What is said of an answer out of bounds is worded by the page here.")
                reading.draft.lost(reading.place, str(one["text"]), why)
            continue
        must = None
        if kind == "expression" and own is not None:
            must = reading.draft.must(str(one.get("expression", "")), reading.place, own)
        if must is not None:
            check = {"id": f"v{number}", "must": must,
                     "message": reading.words(one.get("text"), reading.place)}  # fmt: skip
            made.setdefault("checks", []).append(check)
        elif kind != "expression":
            why = N_("A check of the kind “{kind}” has no counterpart on this question.")
            what = str(one.get("text") or one.get("regex") or kind)
            reading.draft.lost(reading.place, what, why, kind=kind)


def _numeric(reading: Reading, made: Part, validator: Element) -> bool:
    if made["type"] != "number":
        return False
    for theirs, ours in (("minValue", "minimum"), ("maxValue", "maximum")):
        if isinstance(validator.get(theirs), int | float):
            made[ours] = validator[theirs]
    return True


def _length(reading: Reading, made: Part, validator: Element) -> bool:
    most = validator.get("maxLength")
    if made["type"] in ("short_text", "long_text") and isinstance(most, int) and most > 0:
        made["max_length"] = min(most, 500 if made["type"] == "short_text" else 10000)
    return not validator.get("minLength")


def _email(reading: Reading, made: Part, validator: Element) -> bool:
    if made["type"] != "short_text":
        return False
    made["format"] = "email"
    return True


def _digits(reading: Reading, made: Part, validator: Element) -> bool:
    if made["type"] != "short_text" or validator.get("regex") != r"^\d+$":
        return False
    made["format"] = "digits"
    return True


def _how_many(reading: Reading, made: Part, validator: Element) -> bool:
    if made["type"] != "multiple":
        return False
    most, least = validator.get("maxCount"), validator.get("minCount")
    if isinstance(most, int) and most > 0:
        made["at_most"] = most
    if isinstance(least, int) and least > 0:
        at_least(reading, made, least, validator.get("text"))
    return True


_VALIDATORS: Mapping[str, Callable[[Reading, Part, Element], bool]] = {
    "numeric": _numeric,
    "text": _length,
    "email": _email,
    "regex": _digits,
    "answercount": _how_many,
}


def _text(reading: Reading) -> None:
    kind = str(reading.element.get("inputType", "text"))
    if kind in ("number", "range"):
        _number(reading)
    elif kind == "date":
        days = {ours: _day(reading, theirs) for ours, theirs in
                (("earliest", "min"), ("latest", "max"))}  # fmt: skip
        reading.add("date", Variable("", "date"), **days)
    else:
        form = {"email": "email", "tel": "phone"}.get(kind, "any")
        if form == "any" and kind not in ("text", "url", "password"):
            why = N_("“{kind}” is asked as plain text here.")
            reading.draft.lost(reading.place, kind, why, kind=kind)
        for key in ("min", "max", "step", "minValueExpression", "maxValueExpression"):
            if reading.element.get(key) not in (None, ""):
                why = N_("Limits of an answer that is typed as plain text have no counterpart.")
                reading.draft.lost(reading.place, f"{key}: {reading.element[key]}", why)
        most = reading.number("maxLength")
        longest = {"max_length": int(most)} if most and 1 <= most <= 500 else {}
        reading.add("short_text", Variable("", "text"), format=form, **longest)


def _number(reading: Reading) -> None:
    for key in ("minValueExpression", "maxValueExpression"):
        if reading.element.get(key):
            why = N_("A limit that is calculated has no counterpart; write a check.")
            reading.draft.lost(reading.place, str(reading.element[key]), why)
    step = reading.number("step") or (0 if "step" in reading.element else 1)
    decimals = next((d for d in range(7) if step and float(step * 10**d).is_integer()), 2)
    reading.add("number", Variable("", "number"), minimum=reading.number("min"),
                maximum=reading.number("max"), decimals=decimals)  # fmt: skip


def _day(reading: Reading, key: str) -> str | None:
    given = reading.element.get(key) or reading.element.get(f"{key}ValueExpression")
    if given in (None, ""):
        return None
    text = str(given).replace(" ", "").lower()
    if text == "today()":
        return "today"
    if len(text) >= 10 and text[:10].replace("-", "").isdigit() and text[4] == text[7] == "-":
        return text[:10]
    why = N_("This bound of the date cannot be said here.")
    reading.draft.lost(reading.place, str(given), why)
    return None


def _comment(reading: Reading) -> None:
    most = reading.number("maxLength")
    longest = {"max_length": int(most)} if most and 1 <= most <= 10000 else {}
    reading.add("long_text", Variable("", "text"), **longest)


def _boolean(reading: Reading) -> None:
    element, place = reading.element, reading.place
    yes = element.get("labelTrue")
    if element.get("renderAs") == "checkbox" and element.get("isRequired"):
        statement = reading.words(yes or element.get("label"), place)
        reading.add("consent", Variable("", "boolean"), statement=statement)
        return
    no = element.get("labelFalse")
    options = [
        {"id": "yes", "label": reading.words(yes, place) or {reading.draft.default: "Yes"}},
        {"id": "no", "label": reading.words(no, place) or {reading.draft.default: "No"}},
    ]
    values = {"true": "yes", "false": "no"}
    for key, option in (("valueTrue", "yes"), ("valueFalse", "no")):
        if key in element:
            values[str(element[key])] = option
    reading.add("single", Variable("", "choice", values), options=options)


def _html(reading: Reading) -> None:
    words = reading.words(reading.element.get("html"), reading.place)
    if words:
        reading.title = words
        reading.add("information")
    else:
        why = N_("It holds no words, only markup or pictures.")
        reading.draft.lost(reading.place, reading.name, why)


def _image(reading: Reading) -> None:
    why = N_("Pictures in a questionnaire have no counterpart yet.")
    reading.draft.lost(reading.place, str(reading.element.get("imageLink", "")), why)


def _file(reading: Reading) -> None:
    if reading.element.get("allowMultiple"):
        why = N_("One photograph is asked for here, not several files.")
        reading.draft.lost(reading.place, "allowMultiple", why)
    if "image" not in str(reading.element.get("acceptedTypes", "")) and not str(
        reading.element.get("sourceType", "")
    ).startswith("camera"):
        why = N_("Only photographs can be sent here, no other files.")
        reading.draft.lost(reading.place, str(reading.element.get("acceptedTypes", "file")), why)
    reading.add("photo", Variable("", "text"))


def _expression(reading: Reading) -> None:
    text = str(reading.element.get("expression", ""))
    if text:
        reading.draft.compute(reading.name, text, reading.place)
        value = reading.draft.find(reading.name)
        if value is not None and value.source == "computed":
            why = N_("It is a computed value here; show it in a text with {{computed.{name}}}.")
            reading.draft.lost(reading.place, reading.name, why, name=value.name)


def _texts(reading: Reading) -> None:
    """Several fields of one question: a question for each."""
    _together(reading)
    for item in listed(reading.element.get("items")):
        name = str(item.get("name") or "item")
        label = reading.words(item.get("title") or name, reading.place)
        inner = Reading({**item, "name": f"{reading.name}.{name}"}, reading.place, reading.draft,
                        reading.words)  # fmt: skip
        inner.title = titled(reading.title, label)
        _inner("text", reading, inner)
    why = N_("Its fields are questions of their own here.")
    reading.draft.told(reading.place, reading.name, why)


def _together(reading: Reading) -> None:
    for key in ("isRequired", "requiredIf"):
        if reading.element.get(key):
            why = N_("Several fields cannot be required together; require those that are needed.")
            reading.draft.lost(reading.place, key, why)


def _cells(reading: Reading) -> None:
    """A table with a question in each cell: a question for each."""
    element, place = reading.element, reading.place
    _together(reading)
    of_items(element.get("rows"), "row", place, reading.draft)
    for row in many(element.get("rows")):
        row_code, row_words, _ = item_of(row)
        for column in listed(element.get("columns")):
            kind = str(column.get("cellType") or element.get("cellType") or "dropdown")
            kind = "dropdown" if kind == "default" else kind
            if kind not in _CELLS:
                why = N_("Questions of the kind “{kind}” have no counterpart here.")
                reading.draft.lost(place, f"{row_code}.{column.get('name')}", why, kind=kind)
                continue
            name = f"{reading.name}.{row_code}.{column.get('name')}"
            own = {key: value for key, value in column.items() if key != "cellType"}
            shared = {"choices": element.get("choices")} if kind in _CHOOSING else {}
            inner = Reading({**shared, **own, "name": name}, place,
                            reading.draft, reading.words)  # fmt: skip
            parts = [reading.title, reading.words(row_words, place),
                     reading.words(column.get("title") or column.get("name"), place)]  # fmt: skip
            inner.title = titled(*parts)
            _inner(kind, reading, inner)
    why = N_("Its fields are questions of their own here.")
    reading.draft.told(place, reading.name, why)


_CHOOSING = ("dropdown", "radiogroup", "checkbox", "tagbox")
_CELLS = ("dropdown", "radiogroup", "checkbox", "tagbox", "text", "comment", "boolean", "rating")
READERS: Mapping[str, Callable[[Reading], None]] = {
    "text": _text,
    "comment": _comment,
    "radiogroup": radiogroup,
    "dropdown": radiogroup,
    "buttongroup": radiogroup,
    "imagepicker": lambda r: checkbox(r) if r.element.get("multiSelect") else radiogroup(r),
    "checkbox": checkbox,
    "tagbox": checkbox,
    "ranking": ranking,
    "rating": rating,
    "boolean": _boolean,
    "matrix": matrix,
    "matrixdropdown": _cells,
    "html": _html,
    "image": _image,
    "file": _file,
    "expression": _expression,
    "multipletext": _texts,
}
