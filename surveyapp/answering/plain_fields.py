"""Fields of the plain form that are no variables: places of a ranking, reasons, photos. Pure.

_place.QUESTION.OPTION   the place of an option, a list of numbers to choose from
_none.VARIABLE           why there is no answer, ticked beside a field to type in
_drop.VARIABLE           take the photo away
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from surveyapp.designer.document import Photo, Question, Ranking, missing_of, variables_of
from surveyapp.findings import N_, Finding

Form = Mapping[str, Sequence[str]]
_TYPED = ("number", "date", "short_text")


def raw_values(question: Question, form: Form) -> dict[str, Any]:
    """What `answer_forms.parse` reads: the form's fields by variable, ours turned into them."""
    raw: dict[str, Any] = {v: list(form[v]) for v in variables_of(question) if v in form}
    if isinstance(question, Ranking):
        raw[question.id] = [option for _, option in sorted(_places(question, form))]
    elif question.type in _TYPED and not "".join(raw.get(question.id, [])).strip():
        reasons = [r for r in form.get(f"_none.{question.id}", ()) if r in missing_of(question)]
        raw[question.id] = reasons[:1]
    return raw


def asked(question: Question, form: Form, shown: Sequence[str]) -> list[str]:
    """The variables whose answers this form tells, also by leaving them out.

    `shown` are those that the page asked for. A photo stays unless it is taken away; words behind
    an option are told wherever their field was.
    """
    if isinstance(question, Photo):
        return [question.id] if form.get(f"_drop.{question.id}") else []
    return [
        v
        for v in variables_of(question)
        if v in form or (v in shown and not _is_words(v, question))
    ]


def _is_words(variable: str, question: Question) -> bool:
    return variable != question.id and question.type != "likert_grid"


def doubtful(question: Question, form: Form) -> list[Finding]:
    """A finding when two options of a ranking have the same place."""
    if not isinstance(question, Ranking):
        return []
    places = [place for (place, _), _ in _places(question, form)]
    if len(places) == len(set(places)):
        return []
    template = N_("Two of them had the same place; please check the order.")
    return [Finding("answer.same_place", f"question:{question.id}", template)]


def _places(question: Ranking, form: Form) -> list[tuple[tuple[int, int], str]]:
    """((place, position in the form), option) of every option that has a place."""
    start = f"_place.{question.id}."
    found = []
    for position, (name, values) in enumerate(form.items()):
        text = values[0] if values else ""
        if name.startswith(start) and text.isascii() and text.isdigit():
            found.append(((int(text[:4]), position), name[len(start) :]))
    return found
