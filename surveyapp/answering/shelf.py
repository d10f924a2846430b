"""Parsed documents and rendered sheets of the versions in use, a bounded number per process.

Versions are immutable, so nothing here ever grows stale.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from flask import Flask, current_app
from sqlalchemy import bindparam, select

from surveyapp.answering.sheet import Sheet, sheet
from surveyapp.brands.looks import Look
from surveyapp.database import connection
from surveyapp.designer.document import Document
from surveyapp.designer.models import QuestionnaireVersion

Value = TypeVar("Value")
CAPACITY = 64
"""Documents, and sheets, kept a process; a sheet is about 200 kilobytes."""


class Kept(Generic[Value]):
    """The `capacity` values that were used last."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._capacity = capacity
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, made when it is not there. Two threads may both make it once."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._capacity:
                self._values.popitem(last=False)
        return value


class Shelf:
    """What one application keeps."""

    def __init__(self) -> None:
        self._documents: Kept[Document] = Kept()
        self._sheets: Kept[Sheet] = Kept()

    def document(self, version_id: int) -> Document:
        """The document of a version, read and validated once."""
        return self._documents.get(version_id, lambda: _load(version_id))

    def sheet(
        self, version_id: int, language: str, extra: str = "", look: Look | None = None
    ) -> Sheet:
        """The version's page in a language; `extra`: of assets.EXTRAS; `look`: of a brand."""
        return self._sheets.get(
            (version_id, language, extra, look and look.key),
            lambda: sheet(self.document(version_id), language, extra=extra, look=look),
        )


def shelf() -> Shelf:
    """The running application's shelf."""
    found: Shelf = current_app.extensions["answering"]
    return found


def init_app(app: Flask) -> None:
    """Give the application a shelf of its own."""
    app.extensions["answering"] = Shelf()


def _load(version_id: int) -> Document:
    # By the connection under way: who asks while holding one must not wait for a second.
    stored = connection().execute(_DOCUMENT, {"version": version_id}).scalar_one()
    return Document.model_validate(stored)


_DOCUMENT = select(QuestionnaireVersion.document).where(
    QuestionnaireVersion.id == bindparam("version")
)
