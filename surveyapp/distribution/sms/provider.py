"""The one interface to text message providers, and what a call of one can end in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

READ_SECONDS = 30.0
"""Over the provider's own time limit: giving up earlier would only manufacture unknown outcomes."""


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
    """One text to hand over. reference: ours, unique for each call, returned with status callbacks.

    kind, language, values: what template providers fill their own text with. email: address of the
    reader, for channels that write letters.
    """

    to: str
    body: str
    reference: str
    valid_for: timedelta
    kind: str = "invitation"
    language: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    email: str = ""


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
    """A text that the provider has on record, known by its words or by our reference."""

    sid: str
    body: str
    status: str
    code: str
    reference: str = ""


class UnreachableError(Exception):
    """The provider could not be asked; ask again later."""


class UnrecordedError(Exception):
    """The provider keeps no record that could be asked."""


class Provider(Protocol):
    """What the outbox needs of a provider. Implementations are safe to call from many threads."""

    name: str

    def send(self, text: Text) -> Outcome:
        """Hand over one text. Never raises for what a provider or a network does."""

    def find(self, to: str, reference: str) -> Iterable[Known]:
        """What the provider has of the texts to `to`, or of the call with our `reference`.

        Raises UnreachableError, and UnrecordedError when the provider keeps no record.
        """
