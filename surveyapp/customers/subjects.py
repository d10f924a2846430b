"""What a table may be about: the attributes that its columns give, and those that it must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from surveyapp.customers.cells import key
from surveyapp.findings import N_


@dataclass(frozen=True)
class Attribute:
    """One attribute that a file may give.

    name: of the field that an import sets. label: msgid of its name. headers: column names under
    which it is recognised, in both languages. read: cell → value, raising CellError.
    own: its Chinese and English name, where the installation defined it.
    """

    name: str
    label: str
    headers: tuple[str, ...]
    read: Callable[[str], object]
    own: tuple[str, str] | None = None


@dataclass(frozen=True)
class Subject:
    """Customers, or events.

    name: of the subject, in addresses and stored uploads. area: how the codes of its findings
    begin. key: the attribute that tells rows apart. needed: attribute → msgid of what to say when
    no column gives it. missing: attribute → msgid of what to say about a blank cell.
    """

    name: str
    area: str
    key: str
    attributes: tuple[Attribute, ...]
    needed: dict[str, str]
    missing: dict[str, str]

    @cached_property
    def by_name(self) -> dict[str, Attribute]:
        """Name → attribute."""
        return {attribute.name: attribute for attribute in self.attributes}

    @cached_property
    def by_header(self) -> dict[str, Attribute]:
        """A column's name as it is compared → attribute."""
        return {key(word): a for a in self.attributes for word in (a.name, *a.headers)}


def words(text: str) -> tuple[str, ...]:
    """The words of a text, for short lists of column names."""
    return tuple(text.split())


NO_CELL = N_("Row {row}, {column}: the cell is blank, but every row needs it.")
