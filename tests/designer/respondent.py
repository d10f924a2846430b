"""Random answers to a questionnaire, sound ones, as persons who skip some questions give them."""

import random
from typing import Any

from surveyapp.designer.choices import all_options
from surveyapp.designer.document import (
    Choice,
    Consent,
    Date,
    Document,
    Multiple,
    Number,
    Option,
    Photo,
    Question,
    Ranking,
    ShortText,
    missing_of,
    scale_ends,
    variables_of,
)

WORDS = ["很好", "等了很久", "fine", "10"]
FORMATTED = {"email": "fang@example.com", "phone": "138 0000 0000", "digits": "0123"}


def random_answers(
    document: Document, draw: random.Random, answered: float = 0.7
) -> dict[str, Any]:
    return {
        variable: random_answer(document, question, variable, draw)
        for question in document.questions()
        for variable in variables_of(question)
        if draw.random() < answered
    }


def random_answer(
    document: Document, question: Question, variable: str, draw: random.Random
) -> Any:
    if isinstance(question, Choice):
        if variable != question.id:
            return draw.choice(WORDS)
        return _chosen(question, all_options(document, question), draw)
    if missing_of(question) and draw.random() < 0.2:
        return draw.choice(missing_of(question))
    if ends := scale_ends(question):
        return draw.randint(*ends)
    if isinstance(question, Number):
        return draw.randint(int(question.minimum or 0), int(question.maximum or 99))
    return _single_answer(question, draw)


def _single_answer(question: Question, draw: random.Random) -> Any:
    if isinstance(question, Date):
        return f"2026-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}"
    if isinstance(question, Consent):
        return True
    if isinstance(question, Photo):
        return "photo"
    if isinstance(question, ShortText) and question.format != "any":
        return FORMATTED[question.format]
    return draw.choice(WORDS)


def _chosen(question: Choice, options: tuple[Option, ...], draw: random.Random) -> Any:
    alone = [option.id for option in options if option.exclusive or option.missing]
    ids = [option.id for option in options if option.id not in alone]
    if isinstance(question, Ranking):
        return draw.sample(ids, min(len(ids), question.at_most or len(ids)))
    if not isinstance(question, Multiple):
        return draw.choice([*ids, *alone])
    if alone and draw.random() < 0.2:
        return alone[:1]
    most = min(len(ids), question.at_most or len(ids))
    chosen = draw.sample(ids, draw.randint(1, most))
    return [one for one in ids if one in chosen]
