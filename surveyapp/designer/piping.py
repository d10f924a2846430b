"""Piping: earlier answers, facts and computed values in the words of a questionnaire.

    Why did you give us {nps} points, {customer.city|dear customer}?

`{source|fallback}` is replaced by the value of the source, or by the fallback (nothing, where
none is given) while the value is unknown. A source is a variable, `customer.ATTRIBUTE`,
`touchpoint.ATTRIBUTE`, `survey.ATTRIBUTE`, `random.EXPERIMENT` or `computed.ID`. `{{` and `}}`
are braces; braces around anything else stay as they are. A choice shows the label that was chosen,
several are joined as the language does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from surveyapp.designer.choices import CHOICES, all_options
from surveyapp.designer.computed import computations
from surveyapp.designer.document import (
    Document,
    Photo,
    Text,
    missing_of,
    question_of,
    variables_of,
)
from surveyapp.designer.facts import attributes, is_own
from surveyapp.designer.rules import SOURCES, Answers, Facts, Source

_PIECE = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)(?:\|([^{}|]*))?\}")


class Pipe(NamedTuple):
    """A source in a text, and what stands there while its value is unknown."""

    source: Source
    fallback: str | None = None

    @property
    def written(self) -> str:
        """The pipe as it stands in the text."""
        kind, name = self.source
        inner = name if kind == "answer" else f"{kind}.{name}"
        return f"{{{inner}}}" if self.fallback is None else f"{{{inner}|{self.fallback}}}"


def pieces(text: str) -> tuple[str | Pipe, ...]:
    """The text in its pieces: words as they are shown, and pipes."""
    found: list[str | Pipe] = []
    end = 0
    for match in _PIECE.finditer(text):
        found.append(text[end : match.start()])
        name = match[1]
        found.append(match[0][0] if name is None else Pipe(source_named(name), match[2]))
        end = match.end()
    return _joined([*found, text[end:]])


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The text with questions renamed in its pipes; all else stays as it is written."""
    if "{" not in text:
        return text
    return _PIECE.sub(lambda match: _with_names(match, names), text)


def _with_names(match: re.Match[str], names: Mapping[str, str]) -> str:
    name, whole = match[1], match[0]
    if name is None or source_named(name).kind != "answer":
        return whole
    question, dot, rest = name.partition(".")
    return f"{{{names.get(question, question)}{dot}{rest}{whole[len(name) + 1 :]}"


def _joined(found: list[str | Pipe]) -> tuple[str | Pipe, ...]:
    joined: list[str | Pipe] = []
    for piece in found:
        last = joined[-1] if joined else None
        if isinstance(piece, str) and isinstance(last, str):
            joined[-1] = last + piece
        elif piece != "":
            joined.append(piece)
    return tuple(joined)


def source_named(name: str) -> Source:
    """The source that a text names: `q1`, `touchpoint.store`."""
    kind, dot, rest = name.partition(".")
    return Source(kind, rest) if dot and kind in SOURCES else Source("answer", name)


def pipes(text: str) -> tuple[Pipe, ...]:
    """The pipes in a text, in order."""
    return tuple(p for p in pieces(text) if isinstance(p, Pipe)) if "{" in text else ()


def piped(
    document: Document, text: Text | str, language: str, answers: Answers, facts: Facts
) -> str:
    """`text` (in one language, or in all) as a person with these answers reads it.

    `answers` are those on the path before the text, `facts` those of the path.
    """
    written = text if isinstance(text, str) else document.text(text, language)
    if "{" not in written and "}" not in written:
        return written
    return "".join(
        piece if isinstance(piece, str) else _filled(document, piece, language, answers, facts)
        for piece in pieces(written)
    )


def _filled(document: Document, pipe: Pipe, language: str, answers: Answers, facts: Facts) -> str:
    if not is_known(document, pipe.source):
        return pipe.written
    return shown(document, pipe.source, language, answers, facts) or pipe.fallback or ""


def is_known(document: Document, source: Source) -> bool:
    """Whether the document has such a source; a pipe of any other stays as it is written."""
    if source.kind == "answer":
        question = document.question_by_id.get(question_of(source.name))
        return question is not None and source.name in variables_of(question)
    if source.kind == "computed":
        return any(computed.id == source.name for computed in document.computed)
    if source.kind == "customer" and is_own(source.name):
        return True  # without asking which there are: what is not known has no value
    return source.name in attributes(document).get(source.kind, {})


def shown(document: Document, source: Source, language: str, answers: Answers, facts: Facts) -> str:
    """The value of a source as a person reads it; empty while it is unknown or has no words.

    A photo has none, nor has the reason why there is no answer.
    """
    if source.kind == "computed":
        read = computations(document).get(source.name)
        return _plain(read(answers, facts)) if read else ""
    if source.kind != "answer":
        return _plain(facts.get(source.kind, {}).get(source.name))
    value = answers.get(source.name)
    if not _tells(document, source.name, value):
        return ""
    labels = _labels(document, source.name, language)
    if isinstance(value, list | tuple):
        joiner = "、" if language.startswith("zh") else ", "
        return joiner.join(labels.get(str(one), _plain(one)) for one in value)
    return labels.get(str(value), _plain(value))


def _tells(document: Document, variable: str, answer: object) -> bool:
    question = document.question_by_variable.get(variable)
    return question is None or not (isinstance(question, Photo) or answer in missing_of(question))


def _labels(document: Document, variable: str, language: str) -> Mapping[str, str]:
    """The labels of the options that a variable may hold."""
    question = document.question_by_id.get(question_of(variable))
    if question is None or variable != question.id or not isinstance(question, CHOICES):
        return {}
    options = all_options(document, question)
    return {o.id: document.text(o.label, language) or o.id for o in options}


def _plain(value: object) -> str:
    """A value in characters: whole numbers without a point, dates as they are written."""
    if value is None or isinstance(value, bool | list | tuple | dict):
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
