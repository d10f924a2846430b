"""Random answers to a questionnaire, sound ones, as persons who skip some questions give them."""

import random
from typing import Any

from surveyapp.designer.document import (
    Document,
    Likert,
    LikertGrid,
    Multiple,
    Nps,
    Number,
    Question,
    Single,
    variables_of,
)


def random_answers(
    document: Document, draw: random.Random, answered: float = 0.7
) -> dict[str, Any]:
    return {
        variable: random_answer(question, draw)
        for question in document.questions()
        for variable in variables_of(question)
        if draw.random() < answered
    }


def random_answer(question: Question, draw: random.Random) -> Any:
    if isinstance(question, Single):
        return draw.choice(question.options).id
    if isinstance(question, Multiple):
        return _some(question, draw)
    if isinstance(question, Likert | LikertGrid):
        return draw.randint(1, question.scale.points)
    if isinstance(question, Nps):
        return draw.randint(0, 10)
    if isinstance(question, Number):
        return draw.randint(int(question.minimum or 0), int(question.maximum or 99))
    return draw.choice(["很好", "等了很久", "fine", "10"])


def _some(question: Multiple, draw: random.Random) -> list[str]:
    alone = [option.id for option in question.options if option.exclusive]
    if alone and draw.random() < 0.2:
        return alone[:1]
    ids = [option.id for option in question.options if not option.exclusive]
    most = min(len(ids), question.at_most or len(ids))
    chosen = draw.sample(ids, draw.randint(1, most))
    return [i for i in ids if i in chosen]
