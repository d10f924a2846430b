"""What each process has worked out lately and keeps, because it would come out the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from flask import current_app

MOST = 16
"""Values that are kept under one name."""

Value = TypeVar("Value")


def lately(name: str, key: Hashable, make: Callable[[], Value]) -> Value:
    """The value of `key`, made where it is not kept; the one kept longest goes first.

    One store for each application, so that two databases of one process are never mixed up.
    """
    store: OrderedDict[Hashable, Value] = current_app.extensions.setdefault(
        f"designer.{name}", OrderedDict()
    )
    found = store.get(key)
    if found is None:
        found = store[key] = make()
        while len(store) > MOST:
            store.popitem(last=False)
    return found
