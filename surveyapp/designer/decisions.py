"""What becomes of earlier answers, as it is asked on the page of the check and read from its form.

Fields are named `map/SOURCE/how` (keep, split, or `recode:TARGET`) and `map/SOURCE/TARGET/CODE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from surveyapp.designer.document import Document, Text
from surveyapp.designer.mapping import Carried, Code
from surveyapp.designer.mapping_asks import Ask, Target, asks, suggested
from surveyapp.findings import N_

WHY = {
    "removed": N_("It is not asked any more."),
    "retyped": N_("Its answers are of another kind."),
    "points": N_("Its scale has other points."),
    "meaning": N_("Labels changed places: the same codes mean something else."),
    "options": N_("Some of its answers cannot be chosen any more."),
    "unit": N_("Its numbers are given in another unit."),
}


@dataclass(frozen=True)
class Choice:
    """One way to decide. table: old code, its label, and the new code that is preselected."""

    value: str
    label: str
    target: str = ""
    table: tuple[tuple[str, str, str], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    """The new codes to choose from, with labels."""


@dataclass(frozen=True)
class Decision:
    """One question to the researcher; kind as in `Ask.why`, why in words."""

    source: str
    title: str
    kind: str
    why: str
    choices: tuple[Choice, ...]
    chosen: str


def decisions(
    before: Document, after: Document, language: str, form: Mapping[str, str] | None = None
) -> list[Decision]:
    """What is to be decided before `after` is published; what was chosen before stays chosen."""
    made = []
    for ask in asks(before, after):
        chosen = (form or {}).get(f"map/{ask.source}/how") or ask.default.how
        choices = tuple(_choices(ask, _Labels(before, after, language)))
        title = _title(before, ask.source, language)
        made.append(Decision(ask.source, title, ask.why, str(_(WHY[ask.why])), choices, chosen))
    return made


def _title(document: Document, variable: str, language: str) -> str:
    """What people call the question, or the statement or answer within it."""
    name, _dot, inner = variable.partition(".")
    question = document.question_by_id[name]
    parts = [*getattr(question, "items", ()), *getattr(question, "options", ())]
    label = next((part.label for part in parts if inner and part.id == inner), question.title)
    return document.text(label, language)


@dataclass(frozen=True)
class _Labels:
    before: Document
    after: Document
    language: str

    def of(self, document: Document, code: Code, label: Text) -> str:
        text = document.text(label, self.language)
        return f"{code} – {text}" if text else str(code)


def _choices(ask: Ask, labels: _Labels) -> Iterator[Choice]:
    if ask.why in ("meaning", "unit"):
        yield Choice("split", str(_("A column of its own: earlier answers are kept apart.")))
        yield Choice("keep", str(_("The same meaning: earlier and new answers stay together.")))
        return
    yield Choice("keep", _kept(ask))
    for target in ask.targets:
        codes = tuple((str(c), labels.of(labels.after, c, t)) for c, t in target.codes)
        guess = suggested(ask, target)
        table = tuple(
            (str(code), labels.of(labels.before, code, label), str(guess.get(str(code), "")))
            for code, label in ask.codes
        )
        label = _recoding(ask, target)
        yield Choice(f"recode:{target.variable}", label, target.variable, table, codes)


def _kept(ask: Ask) -> str:
    sentences = {
        "options": _("The same column: earlier answers keep the code that they have."),
        "removed": _("A column of its own: earlier answers stay under their name."),
    }
    return str(sentences.get(ask.why) or _("A new column: earlier answers stay as they are."))


def _recoding(ask: Ask, target: Target) -> str:
    if ask.why == "removed":
        return str(_("It goes on as “%(name)s”.", name=target.variable))
    if ask.why == "options":
        return str(_("The same meaning: these answers become others."))
    return str(_("The same meaning: earlier answers are translated."))


def read_form(form: MultiDict[str, str], before: Document, after: Document) -> list[Carried]:
    """The decisions in a form of the page; `mapping_asks.settled` checks them."""
    made = []
    for ask in asks(before, after):
        how, _colon, name = form.get(f"map/{ask.source}/how", "").partition(":")
        if how in ("keep", "split"):
            made.append(Carried(source=ask.source, how=how, target=ask.source))
        elif how == "recode":
            target = next((one for one in ask.targets if one.variable == name), None)
            values = _values(form, ask, target) if target else {}
            made.append(Carried(source=ask.source, how="recode", target=name, values=values))
    return made


def _values(form: MultiDict[str, str], ask: Ask, target: Target) -> dict[str, Code]:
    known = {str(code): code for code, _label in target.codes}
    chosen = {
        str(code): form.get(f"map/{ask.source}/{target.variable}/{code}", "")
        for code, _label in ask.codes
    }
    return {code: known.get(new, new) for code, new in chosen.items() if new}
