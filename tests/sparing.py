"""What the applications of all tests have in common is made once: code of addresses, statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

_compile = Rule._compile_builder
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_statements: dict[str, Any] = {}


def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Werkzeug's code that builds a rule's address.

    It depends only on what is the key here, and is given its rule at each call. Compiling it anew
    was most of the time of making an application.
    """
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile(rule, append_unknown)
    return _builders[key]


def share_statements(engine: Engine) -> None:
    """Compile a statement once for all databases of a kind: each test has an engine of its own."""
    engine._compiled_cache = _statements.setdefault(engine.name, engine._compiled_cache)


def _same_kind(one: object, other: object) -> bool:
    """Compiled statements are kept by dialect, and those of two engines of a kind are alike."""
    return type(one) is type(other)


def _by_kind(one: object) -> int:
    return hash(type(one))


def install() -> None:
    """Make it so for all tests of this process."""
    for part, name, made in (
        (Rule, "_compile_builder", compile_once),
        (DefaultDialect, "__eq__", _same_kind),
        (DefaultDialect, "__hash__", _by_kind),
    ):
        setattr(part, name, made)
