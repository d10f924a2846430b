"""Formulas that may be plain true or false: what is known at once never becomes a solver's term."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import z3

Formula = Any
"""A z3 formula, or True or False."""


def both(*formulas: Formula) -> Formula:
    """Whether all hold."""
    left = _without(formulas, True)
    if left is None:
        return False
    return True if not left else left[0] if len(left) == 1 else _made(z3.Z3_mk_and, left)


def either(*formulas: Formula) -> Formula:
    """Whether one holds."""
    left = _without(formulas, False)
    if left is None:
        return True
    return False if not left else left[0] if len(left) == 1 else _made(z3.Z3_mk_or, left)


def _made(make: Callable[..., Any], formulas: list[Formula]) -> Formula:
    """The formula, without the checks of each part that z3's own And and Or make."""
    context = formulas[0].ctx
    parts = (z3.Ast * len(formulas))(*(formula.ast for formula in formulas))
    return z3.BoolRef(make(context.ref(), len(formulas), parts), context)


def _without(formulas: Iterable[Formula], idle: bool) -> list[Formula] | None:
    """The formulas that matter; None where one of them decides alone."""
    left = []
    for formula in formulas:
        if isinstance(formula, bool):
            if formula is not idle:
                return None
        else:
            left.append(formula)
    return left


def opposite(formula: Formula) -> Formula:
    """Whether it does not hold."""
    if isinstance(formula, bool):
        return not formula
    context = formula.ctx
    return z3.BoolRef(z3.Z3_mk_not(context.ref(), formula.ast), context)


def implies(condition: Formula, consequence: Formula) -> Formula:
    """Whether the consequence holds where the condition does."""
    return either(opposite(condition), consequence)


def same(left: Formula, right: Formula) -> Formula:
    """Whether both hold or neither does."""
    if isinstance(left, bool):
        return right if left else opposite(right)
    if isinstance(right, bool):
        return left if right else opposite(left)
    return left == right


def choose(condition: Formula, then: Any, otherwise: Any) -> Any:
    """One term or the other."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if isinstance(then, int) and isinstance(otherwise, int):
        then = z3.IntVal(then, condition.ctx)
    return z3.If(condition, then, otherwise)


def held(model: Any, formula: Any) -> bool:
    """Whether a formula is true in a solver's model; straight to the library, asked so often."""
    found, reference = (z3.Ast * 1)(), formula.ctx.ref()
    z3.Z3_model_eval(reference, model.model, formula.ast, True, found)
    return bool(z3.Z3_get_bool_value(reference, found[0]) == z3.Z3_L_TRUE)


def put(formula: Any, pairs: Sequence[tuple[Any, Any]]) -> Any:
    """The formula with terms of the same sorts in place of names (z3's own checks these)."""
    count = len(pairs)
    if not count:
        return formula
    names = (z3.Ast * count)(*(name.ast for name, _ in pairs))
    values = (z3.Ast * count)(*(value.ast for _, value in pairs))
    context = formula.ctx
    made = z3.Z3_substitute(context.ref(), formula.ast, count, names, values)
    return z3.BoolRef(made, context)


def solver_in(context: Any, effort: int) -> Any:
    """A solver that takes so many steps at most.

    The simple one takes half the time of the tactics; and a formula here has few parts that do
    not matter, so that looking for them costs more than it saves.
    """
    solver = z3.SimpleSolver(ctx=context)
    solver.set("rlimit", effort)
    solver.set("relevancy", 0)
    return solver


def spent_in(meter: Any) -> int:
    """The steps that all solvers of a solver's context have taken together."""
    return int(meter.statistics().get_key_value("rlimit count"))
