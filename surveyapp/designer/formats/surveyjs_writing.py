"""A questionnaire as SurveyJS JSON."""

from __future__ import annotations

import json
from typing import Any

from surveyapp.designer.choices import CHOICES
from surveyapp.designer.document import (
    Choice,
    Document,
    LikertGrid,
    Page,
    Question,
    Rating,
    missing_of,
    scale_ends,
)
from surveyapp.designer.formats.notes import Exported, Notes
from surveyapp.designer.formats.rule_writing import SURVEYJS_WORDS, Writer
from surveyapp.designer.formats.writing import Writing, filename
from surveyapp.findings import N_

Part = dict[str, Any]


def write(document: Document) -> Exported:
    """The SurveyJS file, and what SurveyJS cannot say."""
    notes = Notes()
    tree = _Surveyjs(document, notes).tree()
    content = (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()
    return Exported(content, filename(document, "surveyjs.json"), "application/json", notes.all())


class _Surveyjs(Writing):
    name = "SurveyJS"

    def __init__(self, document: Document, notes: Notes) -> None:
        super().__init__(document, notes)
        self._others = {question.id: _other(question) for question in document.questions()}
        spoken = document.languages
        self._default = "en" if "en" in spoken else document.default_language
        names = {v: self._name(v) for v in document.variables}
        codes = {(q, o): "other" for q, o in self._others.items() if o}
        self.writer = Writer(document, SURVEYJS_WORDS, names, codes)

    def _name(self, variable: str) -> str:
        question, _, part = variable.partition(".")
        found = self.document.question_by_id[question]
        return f"{question}-Comment" if part and isinstance(found, CHOICES) else variable

    def tree(self) -> Part:
        document = self.document
        self.report_measurement()
        made: Part = {"locale": code_of(document.default_language),
                      "title": self.words(document.title),
                      "description": self.words(document.introduction),
                      "completedHtml": self.words(document.thank_you),
                      "calculatedValues": [], "pages": [], "triggers": []}  # fmt: skip
        for one in document.computed:
            text = self.written(one.value, f"computed:{one.id}", self.writer.value)
            if text:
                made["calculatedValues"].append({"name": one.id, "expression": text})
        for page in document.pages:
            made["pages"].append(_kept(self._page(page)))
            made["triggers"] += self._ends(page)
        return {**_kept(made), "pages": made["pages"]}  # by its pages it is known, even by none

    def words(self, text: dict[str, str]) -> object:
        """A string where one language is spoken, else a map; English is `default` there."""
        text = {tag: self.piped(words) for tag, words in text.items() if words}
        if len(self.document.languages) == 1:
            return text.get(self._default, next(iter(text.values()), ""))
        return {"default" if tag == self._default else code_of(tag): words
                for tag, words in text.items()}  # fmt: skip

    def pipe(self, name: str, kind: str) -> str:
        """How an answer is shown in a text."""
        return f"{{{self._name(name) if kind == 'answer' else f'{kind}_{name}'}}}"

    def _page(self, page: Page) -> Part:
        place = f"page:{page.id}"
        self.report_page(page)
        return {"name": page.id, "title": self.words(page.title),
                "visibleIf": self.written(page.show, place, self.writer.holds),
                "questionOrder": "random" if page.shuffle else None,
                "elements": [_kept(self._question(q)) for q in page.questions]}  # fmt: skip

    def _ends(self, page: Page) -> list[Part]:
        made = []
        for out in page.screen_outs:
            place = f"screen_out:{page.id}.{out.id}"
            text = self.written(out.when, place, self.writer.holds)
            if text:
                made.append({"type": "complete", "expression": text})
                why = N_("It ends the survey there like any other; its message is left out.")
                self.notes.lost(place, self.shown(out.title) or out.id, why)
        return made

    def _question(self, question: Question) -> Part:
        place = f"question:{question.id}"
        self.report_question(question)
        made: Part = {
            "type": "text", "name": question.id, "title": self.words(question.title),
            "description": self.words(question.help),
            "isRequired": question.required or None,
            "visibleIf": self.written(question.show, place, self.writer.holds),
            "requiredIf": self.written(question.require, place, self.writer.holds),
            "validators": [_kept(one) for one in self._checks(question)],
        }  # fmt: skip
        shape: Part = getattr(self, f"_{question.type}")(question)
        shape.setdefault("validators", [])
        return {**made, **shape, "validators": made["validators"] + shape["validators"]}

    def _checks(self, question: Question) -> list[Part]:
        made = []
        for check in question.checks:
            place = f"check:{question.id}.{check.id}"
            text = self.written(check.must, place, lambda rule: self.writer.passes(rule))
            if text:
                made.append({"type": "expression", "text": self.words(check.message),
                             "expression": text})  # fmt: skip
        return made

    # kinds of questions

    def _single(self, question: Any) -> Part:
        return {"type": "radiogroup", **self._choices(question)}

    def _multiple(self, question: Any) -> Part:
        most = question.at_most
        return {"type": "checkbox", **self._choices(question), "maxSelectedChoices": most}

    def _ranking(self, question: Any) -> Part:
        made = {"type": "ranking", **self._choices(question)}
        if question.at_most:
            made |= {"selectToRankEnabled": True, "maxSelectedChoices": question.at_most}
        return made

    def _choices(self, question: Choice) -> Part:
        made: Part = {"choices": []}
        for option in question.options:
            place = f"option:{question.id}.{option.id}"
            special = self._special(question, option)
            if special:
                made |= special
                continue
            show = self.written(option.show, place, self.writer.holds)
            made["choices"].append(
                _kept({"value": option.id, "text": self.words(option.label), "visibleIf": show})
            )
            if option.exclusive or option.missing or option.other:
                why = N_("Only one answer of the kind can be marked there; this one is plain.")
                self.notes.lost(place, self.shown(option.label), why)
        if question.shuffle:
            made["choicesOrder"] = "random"
        if question.carry:
            mode = {"chosen": "selected", "unchosen": "unselected"}[question.carry.which]
            made |= {"choicesFromQuestion": question.carry.question,
                     "choicesFromQuestionMode": mode}  # fmt: skip
        return made

    def _special(self, question: Choice, option: Any) -> Part | None:
        label = self.words(option.label)
        if option.show is not None:
            return None
        if self._others[question.id] == option.id:
            return {"showOtherItem": True, "otherText": label}
        if option.id == "none" and option.exclusive:
            return {"showNoneItem": True, "noneText": label}
        special = {"dont_know": ("dontknow", "DontKnow"), "refused": ("refused", "Refuse")}
        code, key = special.get(option.missing or "", ("", ""))
        if code and option.id == code:
            return {f"show{key}Item": True, f"{key[0].lower()}{key[1:]}Text": label}
        return None

    def _scale(self, question: Rating, ends: Part) -> Part:
        low, high = scale_ends(question) or (1, 5)
        if missing_of(question):
            why = N_("Ratings there have no “don't know”; it is left out.")
            self.notes.lost(f"question:{question.id}", " ".join(missing_of(question)), why)
        return {"type": "rating", "rateMin": low, "rateMax": high, **ends}

    def _ends_of(self, question: Any) -> Part:
        return {"minRateDescription": self.words(question.low),
                "maxRateDescription": self.words(question.high)}  # fmt: skip

    def _labelled(self, question: Any, labels: dict[int, dict[str, str]]) -> Part:
        _, high = scale_ends(question) or (1, 5)
        values = [{"value": p, "text": self.words(labels[p])} if labels.get(p) else p
                  for p in range(1, high + 1)]  # fmt: skip
        return self._scale(question, {"rateValues": values})

    def _likert(self, question: Any) -> Part:
        return self._labelled(question, question.scale.labels)

    def _csat(self, question: Any) -> Part:
        return self._labelled(question, question.labels)

    def _nps(self, question: Any) -> Part:
        return self._scale(question, self._ends_of(question))

    _ces = _nps

    def _stars(self, question: Any) -> Part:
        return self._scale(question, {"rateType": "stars", **self._ends_of(question)})

    def _likert_grid(self, question: LikertGrid) -> Part:
        if missing_of(question):
            why = N_("Ratings there have no “don't know”; it is left out.")
            self.notes.lost(f"question:{question.id}", " ".join(missing_of(question)), why)
        labels = question.scale.labels
        columns = [{"value": p, "text": self.words(labels.get(p, {})) or str(p)}
                   for p in range(1, question.scale.points + 1)]  # fmt: skip
        rows = []
        for item in question.items:
            place = f"item:{question.id}.{item.id}"
            show = self.written(item.show, place, self.writer.holds)
            rows.append(_kept({"value": item.id, "text": self.words(item.label),
                               "visibleIf": show}))  # fmt: skip
        return {"type": "matrix", "columns": columns, "rows": rows,
                "rowOrder": "random" if question.shuffle else None,
                "eachRowRequired": question.required or None}  # fmt: skip

    def _number(self, question: Any) -> Part:
        self.report_unit(question)
        step = round(10**-question.decimals, 6) if question.decimals else None
        return {"inputType": "number", "min": question.minimum, "max": question.maximum,
                "step": step}  # fmt: skip

    def _date(self, question: Any) -> Part:
        made: Part = {"inputType": "date"}
        for ours, theirs in (("earliest", "min"), ("latest", "max")):
            if getattr(question, ours) == "today":
                made[f"{theirs}ValueExpression"] = "today()"
            elif getattr(question, ours):
                made[theirs] = getattr(question, ours)
        return made

    def _short_text(self, question: Any) -> Part:
        made: Part = {"maxLength": question.max_length}
        if question.format in ("email", "phone"):
            made["inputType"] = {"email": "email", "phone": "tel"}[question.format]
        elif question.format == "digits":
            made["validators"] = [{"type": "regex", "regex": r"^\d+$"}]
        return made

    def _long_text(self, question: Any) -> Part:
        return {"type": "comment", "maxLength": question.max_length}

    def _consent(self, question: Any) -> Part:
        return {"type": "boolean", "renderAs": "checkbox",
                "labelTrue": self.words(question.statement)}  # fmt: skip

    def _photo(self, question: Any) -> Part:
        return {"type": "file", "acceptedTypes": "image/*", "sourceType": "file-camera"}

    def _information(self, question: Any) -> Part:
        return {"type": "html", "html": self.words(question.title), "title": None}


def code_of(tag: str) -> str:
    """What SurveyJS calls a language."""
    return {"zh-Hans": "zh-cn", "zh-Hant": "zh-tw", "pt-BR": "pt-br"}.get(tag, tag)


def _other(question: Question) -> str:
    """The option that may be `other` there: the only one that asks to specify."""
    others = [o.id for o in getattr(question, "options", ()) if o.other and o.show is None]
    return others[0] if len(others) == 1 else ""


def _kept(part: Part) -> Part:
    return {key: value for key, value in part.items() if value not in (None, "", [], {})}
