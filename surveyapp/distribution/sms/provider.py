"""The one interface to text message providers, and what a call of one can end in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Ending(StrEnum):
    """How a call ended, in our words."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """Refused for good: this number or text will not do. Certainly not sent."""
    THROTTLED = "throttled"
    """Too fast. Certainly not sent."""
    TRANSIENT = "transient"
    """The provider could not be reached. Certainly not sent."""
    BLOCKED = "blocked"
    """Credentials or sender are wrong, for every message alike. Certainly not sent."""
    UNKNOWN = "unknown"
    """The request left and no answer came. It may have been sent."""


@dataclass(frozen=True)
class Text:
    """One text to hand over. reference: ours, returned with each status callback."""

    to: str
    body: str
    reference: str
    valid_for: timedelta


@dataclass(frozen=True)
class Outcome:
    """How one call ended. code: the provider's own. detail: for the timeline, without contact
    data. opted_out: the provider says that this phone refused texts.
    """

    ending: Ending
    sid: str = ""
    status: str = ""
    code: str = ""
    detail: str = ""
    segments: int = 0
    opted_out: bool = False


@dataclass(frozen=True)
class Known:
    """A text that the provider has on record."""

    sid: str
    body: str
    status: str
    code: str


class UnreachableError(Exception):
    """The provider could not be asked; ask again later."""


class Provider(Protocol):
    """What the outbox needs of a provider. Implementations are safe to call from many threads."""

    name: str

    def send(self, text: Text) -> Outcome:
        """Hand over one text. Never raises for what a provider or a network does."""

    def find(self, to: str) -> Iterable[Known]:
        """The newest texts to `to` that the provider has; raises UnreachableError."""
