"""Whether the further parts hang together: names, carried options, pages in random order,
experiments, quotas, and the measurement model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from surveyapp.designer.choices import CHOICES, all_options, carry_source
from surveyapp.designer.document import (
    Date,
    Document,
    LikertGrid,
    Number,
    Question,
    Single,
)
from surveyapp.designer.endings import check_endings
from surveyapp.designer.rule_places import runs
from surveyapp.designer.rule_types import closest
from surveyapp.findings import N_, Finding

WHOLE = Decimal(100)


def check_parts(document: Document) -> Iterator[Finding]:
    """Every finding about the further parts of the document."""
    for check in _CHECKS:
        yield from check(document)


def ids_of(document: Document) -> Iterator[tuple[str, str, list[str]]]:
    """Kind, prefix and ids of everything that must be named once."""
    outer = {
        "page": document.pages,
        "question": tuple(document.questions()),
        "dimension": document.dimensions,
        "contradiction": document.contradictions,
        "computed": document.computed,
        "experiment": document.experiments,
        "quota": document.quotas,
        "profile": document.profiles,
        "veto": document.vetoes,
        "bonus": document.bonuses,
        "level": document.levels,
        "ending": document.endings,
    }
    for kind, parts in outer.items():
        yield kind, "", [part.id for part in parts]
    for page in document.pages:
        same = [question for question in document.questions() if question.id == page.id]
        checks = [c.id for owner in (page, *same) for c in owner.checks]  # share their places
        yield "check", f"{page.id}.", checks
        yield "screen_out", f"{page.id}.", [out.id for out in page.screen_outs]
    for question in document.questions():
        yield from _ids_in(question)
    for experiment in document.experiments:
        yield "arm", f"{experiment.id}.", [arm.id for arm in experiment.arms]
    for quota in document.quotas:
        yield "cell", f"{quota.id}.", [cell.id for cell in quota.cells]


def _ids_in(question: Question) -> Iterator[tuple[str, str, list[str]]]:
    prefix = f"{question.id}."
    yield "check", prefix, [check.id for check in question.checks]
    if isinstance(question, CHOICES):
        yield "option", prefix, [option.id for option in question.options]
    if isinstance(question, LikertGrid):
        yield "item", prefix, [item.id for item in question.items]


def _carried(document: Document) -> Iterator[Finding]:
    """What is carried along must be there, and be an earlier choice."""
    for question in document.questions():
        carry = getattr(question, "carry", None)
        if carry is None:
            continue
        place, params = f"question:{question.id}", {"name": carry.question}
        source = document.question_by_id.get(carry.question)
        if source is None:
            known = [q.id for q in document.questions() if isinstance(q, CHOICES)]
            yield _unknown("document.carry_source", place, carry.question, known, _NO_QUESTION)
        elif not isinstance(source, CHOICES):
            template = N_("“{name}” has no answers to choose from that could be carried along.")
            yield Finding("document.carry_source", place, template, params)
        elif carry_source(document, question) is None:
            template = N_("“{name}” is not asked before this: nothing could be carried along.")
            yield Finding("document.carry_source", place, template, params)
        else:
            yield from _twice(document, question, place)


def _twice(document: Document, question: Question, place: str) -> Iterator[Finding]:
    counts = Counter(option.id for option in all_options(document, question))
    own = {option.id for option in getattr(question, "options", ())}
    for name in own:
        if counts[name] > 1:
            template = N_("“{name}” is carried along and is one of its own answers: rename one.")
            yield Finding("document.carried_twice", place, template, {"name": name})


_NO_QUESTION = (
    N_("There is no question “{name}” to carry answers from."),
    N_("There is no question “{name}” to carry answers from. Did you mean “{hint}”?"),
)
_NO_DIMENSION = (
    N_("There is no dimension “{name}”."),
    N_("There is no dimension “{name}”. Did you mean “{hint}”?"),
)


def _unknown(
    code: str, place: str, name: str, known: Iterable[str], templates: tuple[str, str]
) -> Finding:
    hint = closest(name, known)
    return Finding(code, place, templates[1 if hint else 0], {"name": name, "hint": hint})


def _blocks(document: Document) -> Iterator[Finding]:
    """Pages are shuffled only with those of their block that stand beside them."""
    seen: dict[str, int] = {}
    for run in runs(document.pages):
        block, place = run[0].block, f"page:{run[0].id}"
        if block is None:
            continue
        if block in seen:
            template = N_("The pages of “{name}” stand apart: only neighbours are shuffled.")
            yield Finding("document.block_apart", place, template, {"name": block}, "warning")
        elif len(run) == 1:
            template = N_("“{name}” has one page here, so nothing is shuffled.")
            yield Finding("document.block_alone", place, template, {"name": block}, "warning")
        seen[block] = len(run)


def _dates(document: Document) -> Iterator[Finding]:
    for question in document.questions():
        if isinstance(question, Date) and question.earliest and question.latest:
            days = (question.earliest, question.latest)
            if "today" not in days and days[0] > days[1]:
                template = N_("The earliest day is after the latest; exchange them.")
                yield Finding("document.date_bounds", f"question:{question.id}", template)


def _experiments(document: Document) -> Iterator[Finding]:
    for experiment in document.experiments:
        if len(experiment.arms) < 2:
            template = N_("An experiment compares at least two groups: add one.")
            yield Finding("document.no_arms", f"experiment:{experiment.id}", template)
    for quota in document.quotas:
        if not quota.cells:
            template = N_("This quota has no cells, so it limits nothing: add one.")
            yield Finding("document.no_cells", f"quota:{quota.id}", template, {}, "warning")


def _profiles(document: Document) -> Iterator[Finding]:
    known = [dimension.id for dimension in document.dimensions]
    for profile in document.profiles:
        place = f"profile:{profile.id}"
        for name in profile.weights:
            if name not in known:
                yield _unknown("document.profile_dimension", place, name, known, _NO_DIMENSION)
        total = sum(profile.weights.values(), Decimal(0))
        if total != WHOLE:
            template = N_("The weights of this role sum to {total} %; make it 100 %.")
            yield Finding("document.profile_weights", place, template, {"total": f"{total:f}"})


def _bonuses(document: Document) -> Iterator[Finding]:
    for bonus in document.bonuses:
        if bonus.percent > document.bonus_cap:
            template = N_("All bonuses together add at most {cap} %, less than this one.")
            params = {"cap": f"{document.bonus_cap:f}"}
            place = f"bonus:{bonus.id}"
            yield Finding("document.bonus_above_cap", place, template, params, "warning")


def _levels(document: Document) -> Iterator[Finding]:
    least = [level.least for level in document.levels]
    if not least:
        return
    if least not in (sorted(set(least)), sorted(set(least), reverse=True)):
        template = N_("The levels must rise or fall in order, each with its own limit.")
        yield Finding("document.level_order", f"level:{document.levels[0].id}", template)
    elif min(least) > 0:
        template = N_("Totals below {least} have no level: let the lowest one begin at 0.")
        params = {"least": min(least)}
        place = f"level:{document.levels[least.index(min(least))].id}"
        yield Finding("document.level_gap", place, template, params, "warning")


def _points(document: Document) -> Iterator[Finding]:
    """What is scored must say how, and points must go somewhere."""
    for question in document.questions():
        place = f"question:{question.id}"
        if isinstance(question, Number):
            if question.thresholds and not question.dimension:
                template = N_("Its points go into no dimension: choose one.")
                yield Finding("document.points_unused", place, template, {}, "warning")
            elif question.dimension and not question.thresholds:
                template = N_("It is scored, but nothing says how many points a number has.")
                yield Finding("document.no_points", place, template)
        elif isinstance(question, Single):
            given = any(option.points is not None for option in question.options)
            if given and not question.dimension:
                template = N_("Its points go into no dimension: choose one.")
                yield Finding("document.points_unused", place, template, {}, "warning")
            elif question.dimension and not given:
                template = N_("It is scored, but none of its answers has points.")
                yield Finding("document.no_points", place, template)


_CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    _carried,
    _blocks,
    _dates,
    _experiments,
    _profiles,
    _bonuses,
    _levels,
    _points,
    check_endings,
)
