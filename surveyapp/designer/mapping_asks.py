"""Which decisions a new version asks for, and whether those that were made can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from surveyapp.designer.document import (
    Document,
    Number,
    Question,
    Text,
    question_of,
    scale_ends,
    variables_of,
)
from surveyapp.designer.mapping import Carried, Code
from surveyapp.findings import N_, Finding, SurveyError

CLOSED = frozenset({"choice", "points"})
"""Forms whose every answer is one code, so that a table translates them."""

_FORMS = {
    "single": "choice", "multiple": "set", "ranking": "order", "number": "number", "date": "day",
    "short_text": "text", "long_text": "text", "consent": "yes", "photo": "file",
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What the answers of a variable are like. codes: with labels, where there are any."""

    form: str
    codes: tuple[tuple[Code, Text], ...] = ()
    unit: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> frozenset[Code]:
        """The codes alone."""
        return frozenset(code for code, _ in self.codes)


@dataclass(frozen=True)
class Target:
    """A variable of the new version that answers may go to."""

    variable: str
    codes: tuple[tuple[Code, Text], ...]


@dataclass(frozen=True)
class Ask:
    """One decision. why: removed, retyped, points, meaning, options or unit. codes: those that
    need a new one; whole: all of them do when answers are recoded. default: what is done unasked.
    """

    source: str
    why: str
    codes: tuple[tuple[Code, Text], ...]
    targets: tuple[Target, ...]
    whole: bool
    default: Carried


def shapes(document: Document) -> dict[str, Shape]:
    """Variable → shape of its answers."""
    return {
        variable: _shape(document, question, variable)
        for question in document.questions()
        for variable in variables_of(question)
    }


def _shape(document: Document, question: Question, variable: str) -> Shape:
    ends = scale_ends(question)
    if ends:
        labels = _labels(question)
        return Shape("points", tuple((p, labels.get(p, {})) for p in range(ends[0], ends[1] + 1)))
    if variable != question.id:
        return Shape("text")
    unit = tuple(question.unit.items()) if isinstance(question, Number) else ()
    return Shape(_FORMS[question.type], tuple(_options(document, question).items()), unit)


def _labels(question: Question) -> Mapping[int, Text]:
    scale = getattr(question, "scale", None)
    labels: Mapping[int, Text] = scale.labels if scale else getattr(question, "labels", {})
    return labels


def _options(document: Document, question: Question) -> dict[Code, Text]:
    """Option → label, those that are carried along from earlier questions too."""
    found: dict[Code, Text] = {}
    seen: set[str] = set()
    asked: Question | None = question
    while asked is not None and asked.id not in seen:
        seen.add(asked.id)
        for option in getattr(asked, "options", ()):
            found.setdefault(option.id, option.label)
        carry = getattr(asked, "carry", None)
        asked = document.question_by_id.get(carry.question) if carry else None
    return found


def exchanged(old: Iterable[tuple[Code, Text]], new: Iterable[tuple[Code, Text]]) -> set[Code]:
    """Codes that now have the label which another code had: the same code means another thing."""
    before = dict(old)
    return {
        code
        for code, label in new
        for language, text in label.items()
        if text
        and code in before
        and before[code].get(language) != text
        and any(other.get(language) == text for name, other in before.items() if name != code)
    }


def asks(before: Document, after: Document) -> tuple[Ask, ...]:
    """Every decision that the change from `before` to `after` asks for, in document order."""
    old, new = shapes(before), shapes(after)
    fresh = {name: shape for name, shape in new.items() if name not in old}
    made = (_ask(name, shape, new.get(name), fresh) for name, shape in old.items())
    return tuple(one for one in made if one)


def _ask(name: str, old: Shape, new: Shape | None, fresh: Mapping[str, Shape]) -> Ask | None:
    keep = Carried(source=name, target=name)
    if new is None:
        fitting = {other: shape for other, shape in fresh.items() if _fits(old, shape)}
        targets = tuple(Target(other, shape.codes) for other, shape in fitting.items())
        return Ask(name, "removed", old.codes, targets, old.form in CLOSED, keep)
    here = (Target(name, new.codes),)
    if old.form != new.form:
        both = here if {old.form, new.form} <= CLOSED else ()
        return Ask(name, "retyped", old.codes, both, True, keep)
    gone = tuple((code, label) for code, label in old.codes if code not in new.names)
    if old.form == "points" and old.names != new.names:
        return Ask(name, "points", old.codes, here, True, keep)
    split = Carried(source=name, how="split", target=name)
    if exchanged(old.codes, new.codes):
        return Ask(name, "meaning", (), here, False, split)
    if gone:
        return Ask(name, "options", gone, here, False, keep)
    if any(dict(new.unit).get(language, text) != text for language, text in old.unit):
        return Ask(name, "unit", (), here, False, split)
    return None


def _fits(old: Shape, new: Shape) -> bool:
    return old.form == new.form or {old.form, new.form} <= CLOSED


def suggested(ask: Ask, target: Target) -> dict[str, Code]:
    """A first table for an ask: points spread over the new scale, equal codes and labels kept."""
    known = dict(target.codes)
    if ask.codes and all(isinstance(code, int) for code in (*dict(ask.codes), *known)):
        return _spread([int(c) for c, _ in ask.codes], [int(c) for c in known])
    table: dict[str, Code] = {}
    for code, label in ask.codes:
        words = {(tag, text) for tag, text in label.items() if text}
        alike = [new for new, other in target.codes if words & set(other.items())]
        if code in known or alike:
            table[str(code)] = code if code in known else alike[0]
    return table


def _spread(old: list[int], new: list[int]) -> dict[str, Code]:
    """Old points at the same relative place of the new scale, halves upwards."""
    step = (max(new) - min(new)) / ((max(old) - min(old)) or 1)
    return {str(point): int(min(new) + (point - min(old)) * step + 0.5) for point in old}


def settled(before: Document, after: Document, given: Iterable[Carried]) -> tuple[Carried, ...]:
    """The decision for every ask: the one that is given, else the default.

    Raises SurveyError when one is given for what nobody asked, or cannot be carried out.
    """
    wanted = {one.source: one for one in given}
    asked = {ask.source: ask for ask in asks(before, after)}
    findings = [finding for one in wanted.values() for finding in _wrong(one, asked)]
    targets = [one.target for one in wanted.values() if one.how == "recode"]
    template = N_("Answers of two questions cannot go into the same column “{target}”.")
    for target in {target for target in targets if targets.count(target) > 1}:
        findings.append(_finding("mapping.twice", target, template, target=target))
    if findings:
        raise SurveyError(*findings)
    return tuple(wanted.get(source, ask.default) for source, ask in asked.items())


def _wrong(one: Carried, asked: Mapping[str, Ask]) -> Iterator[Finding]:
    ask = asked.get(one.source)
    if ask is None:
        template = N_("Nothing is to be decided about “{source}”. Check the draft anew.")
        yield _finding("mapping.unasked", one.source, template, source=one.source)
    elif one.how == "recode":
        target = next((t for t in ask.targets if t.variable == one.target), None)
        if target is None:
            template = N_("The answers of “{source}” cannot go there.")
            yield _finding("mapping.target", one.source, template, source=one.source)
        else:
            yield from _wrong_codes(one, ask, target)


def _wrong_codes(one: Carried, ask: Ask, target: Target) -> Iterator[Finding]:
    known = {code for code, _ in target.codes}
    asked = {str(code) for code, _ in ask.codes}
    missing = asked - set(one.values) if ask.whole and known else set()
    bad = [code for code, new in one.values.items() if new not in known or code not in asked]
    for code in sorted(missing | set(bad)):
        template = N_("Say which new answer “{code}” of “{source}” becomes.")
        yield _finding("mapping.code", one.source, template, code=code, source=one.source)


def _finding(name: str, variable: str, template: str, **params: object) -> Finding:
    return Finding(name, f"question:{question_of(variable)}", template, params)
