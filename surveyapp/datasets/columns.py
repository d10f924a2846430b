"""From a questionnaire to the columns of its answers, in document order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from surveyapp.datasets.blanks import NOT_OFFERED, NOT_RANKED, SAID, UNKNOWN
from surveyapp.datasets.variable import Code, Variable
from surveyapp.designer.choices import all_options
from surveyapp.designer.document import (
    Choice,
    Csat,
    Date,
    Document,
    Information,
    Likert,
    LikertGrid,
    Multiple,
    Number,
    Option,
    Question,
    Ranking,
    Single,
    Stars,
    Text,
    missing_of,
    scale_ends,
)
from surveyapp.designer.rule_types import TypeChecker
from surveyapp.stats.steps import Step

NO_YES: tuple[tuple[Code, Text], ...] = (
    (0, {"zh-Hans": "未选", "en": "Not chosen"}),
    (1, {"zh-Hans": "已选", "en": "Chosen"}),
)
GIVEN: tuple[tuple[Code, Text], ...] = (
    (0, {"zh-Hans": "未同意", "en": "Not given"}),
    (1, {"zh-Hans": "已同意", "en": "Given"}),
)
ATTACHED: tuple[tuple[Code, Text], ...] = (
    (0, {"zh-Hans": "无照片", "en": "No photo"}),
    (1, {"zh-Hans": "有照片", "en": "Photo attached"}),
)
FALSE_TRUE: tuple[tuple[Code, Text], ...] = (
    (0, {"zh-Hans": "否", "en": "False"}),
    (1, {"zh-Hans": "是", "en": "True"}),
)
FILE: Text = {"zh-Hans": "文件编号", "en": "key of the file"}
WORDS: Text = {"zh-Hans": "具体内容", "en": "in words"}
TICKED = ("consent", "photo")
"""Types whose column is 0 where the question was seen and nothing was given."""


def variables_of(document: Document) -> Iterator[Variable]:
    """The columns of one version: its questions, then its experiments and computed values."""
    for question in document.questions():
        yield from _columns(document, question)
    yield from _groups(document)
    yield from _values(document)


def _columns(document: Document, question: Question) -> Iterator[Variable]:
    if isinstance(question, Information):
        return
    base = Variable(
        question.id,
        "text",
        question.title,
        source=question.id,
        question=question.id,
        type=question.type,
        missing=tuple((name, SAID[name]) for name in missing_of(question)),
    )
    if isinstance(question, Single | Multiple | Ranking):
        yield from _choice(base, question, all_options(document, question))
    elif isinstance(question, LikertGrid):
        for item in question.items:
            yield replace(
                _rated(base, question),
                name=f"{question.id}.{item.id}",
                source=f"{question.id}.{item.id}",
                label=joined(question.title, item.label),
                dimension=item.dimension,
                reverse=item.reverse,
            )
    else:
        yield from _simple(base, question)


def _choice(base: Variable, question: Choice, options: tuple[Option, ...]) -> Iterator[Variable]:
    real = [option for option in options if option.missing is None]
    base = replace(base, missing=tuple((o.id, SAID[o.missing]) for o in options if o.missing))
    if isinstance(question, Single):
        yield replace(
            base,
            kind="choice",
            values=tuple((o.id, o.label) for o in real),
            points=tuple((o.id, o.points) for o in real if o.points is not None),
            dimension=question.dimension,
        )
    own = {option.id for option in question.options}
    for option in real if not isinstance(question, Single) else ():
        column = replace(
            base,
            name=f"{question.id}.{option.id}",
            option=option.id,
            label=joined(question.title, option.label),
        )
        partly = (NOT_OFFERED,) if option.show is not None or option.id not in own else ()
        if isinstance(question, Ranking):
            blanks = (*partly, NOT_RANKED)
            yield replace(column, kind="rank", blanks=blanks, low=1, high=len(real))
        else:
            yield replace(column, kind="indicator", values=NO_YES, blanks=partly)
    for option in question.options:
        if option.other:
            name = f"{question.id}.{option.id}"
            label = joined(joined(question.title, option.label), WORDS)
            yield replace(base, name=f"{name}.text", source=name, label=label, missing=())


def _simple(base: Variable, question: Question) -> Iterator[Variable]:
    if scale_ends(question):
        yield _rated(base, question)
    elif isinstance(question, Number):
        steps = Step(**question.thresholds.model_dump()) if question.thresholds else None
        yield replace(
            base,
            kind="number",
            low=question.minimum,
            high=question.maximum,
            dimension=question.dimension,
            steps=steps,
        )
    elif isinstance(question, Date):
        yield replace(base, kind="date")
    elif question.type == "consent":
        yield replace(base, kind="indicator", values=GIVEN)
    elif question.type == "photo":
        yield replace(base, kind="indicator", values=ATTACHED)
        yield replace(base, name=f"{base.name}.file", label=joined(base.label, FILE))
    else:
        yield base


def _rated(base: Variable, question: Question) -> Variable:
    low, high = scale_ends(question) or (0, 0)
    return replace(
        base,
        kind="scale",
        low=low,
        high=high,
        values=_scale_labels(question, low, high),
        dimension=getattr(question, "dimension", None),
        reverse=getattr(question, "reverse", False),
    )


def _scale_labels(question: Question, low: int, high: int) -> tuple[tuple[Code, Text], ...]:
    """Every labelled point; of scales that label their ends, the two ends."""
    if isinstance(question, Likert | LikertGrid):
        return tuple(sorted(question.scale.labels.items()))
    if isinstance(question, Csat):
        return tuple(sorted(question.labels.items()))
    ends = ((low, getattr(question, "low", {})), (high, getattr(question, "high", {})))
    return tuple((point, text) for point, text in ends if text or not isinstance(question, Stars))


def _groups(document: Document) -> Iterator[Variable]:
    for experiment in document.experiments:
        name = f"random.{experiment.id}"
        arms: tuple[tuple[Code, Text], ...] = tuple((a.id, a.label) for a in experiment.arms)
        yield Variable(
            name, "choice", experiment.title, source=name, type="random", values=arms,
            blanks=(UNKNOWN,),
        )  # fmt: skip


def _values(document: Document) -> Iterator[Variable]:
    checker = TypeChecker(document) if document.computed else None
    for computed in document.computed:
        found = checker.known["computed"].get(computed.id) if checker else None
        static = found.kind if found else "text"
        kind = {"number": "number", "boolean": "indicator", "date": "date"}.get(static, "text")
        yield Variable(
            f"computed.{computed.id}",
            kind,
            computed.title,
            source=f"computed.{computed.id}",
            type="computed",
            values=FALSE_TRUE if kind == "indicator" else (),
            blanks=(UNKNOWN,),
        )


def joined(title: Text, label: Text) -> Text:
    """Question and statement in each language that has the latter."""
    return {
        language: f"{title[language]} – {text}" if title.get(language) else text
        for language, text in label.items()
    }
