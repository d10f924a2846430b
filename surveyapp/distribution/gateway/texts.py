"""The texts that the gateway carries: a list per phone, in memory and in a sealed journal."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from surveyapp import clock
from surveyapp.crypto import UnreadableError, Vault

PURPOSE = "phone.journal"


@dataclass
class Line:
    """One text. outbound: towards the phone. other: the sender's number at the provider's side."""

    sid: str
    phone: str
    other: str
    body: str
    outbound: bool
    at: datetime
    status: str
    error_code: str = ""
    segments: int = 1
    callback: str = ""
    dialect: str = "twilio"
    """The API that it came by, whose receipts it gets."""
    reference: str = ""
    """The caller's own id, where the API knows one."""


def new_sid() -> str:
    """An id of Twilio's shape."""
    return f"SM{secrets.token_hex(16)}"


class Texts:
    """All texts, safe to use from many threads.

    journal: file that keeps them over a restart, sealed line by line with `vault`.
    """

    def __init__(self, journal: Path | None = None, vault: Vault | None = None) -> None:
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}
        self._phones: dict[str, list[Line]] = defaultdict(list)
        self._vault = vault
        self.version = 0
        """Counts changes, so that a screen knows whether it is stale."""
        if journal is not None and journal.is_file():
            self._replay(journal)
        self._journal = None if journal is None else _append_to(journal)

    def add(self, line: Line) -> Line:
        """Keep a new text."""
        with self._lock:
            self._put(line)
            self._write(asdict(line) | {"at": line.at.isoformat()})
        return line

    def move(self, sid: str, status: str, error_code: str = "") -> None:
        """Give a text its next status."""
        with self._lock:
            line = self._lines[sid]
            line.status, line.error_code = status, error_code
            self.version += 1
            self._write({"sid": sid, "status": status, "error_code": error_code})

    def get(self, sid: str) -> Line | None:
        """The text with this id."""
        return self._lines.get(sid)

    def sent_to(self, phone: str) -> list[Line]:
        """Texts towards a phone, newest first."""
        with self._lock:
            return [line for line in reversed(self._phones.get(phone, [])) if line.outbound]

    def conversation(self, phone: str) -> list[Line]:
        """Every text with a phone, oldest first."""
        with self._lock:
            return list(self._phones.get(phone, []))

    def phones(self, containing: str = "", most: int = 100) -> list[Line]:
        """The newest text of each phone, newest first."""
        with self._lock:
            last = [lines[-1] for phone, lines in self._phones.items() if containing in phone]
        return sorted(last, key=lambda line: line.at, reverse=True)[:most]

    def outbound(self) -> list[Line]:
        """Every text towards a phone."""
        with self._lock:
            return [line for line in self._lines.values() if line.outbound]

    def doubled(self) -> dict[tuple[str, str], int]:
        """(phone, body) → times, for every text that was sent more than once."""
        times = Counter((line.phone, line.body) for line in self.outbound())
        return {pair: n for pair, n in times.items() if n > 1}

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()

    def _put(self, line: Line) -> None:
        self._lines[line.sid] = line
        self._phones[line.phone].append(line)
        self.version += 1

    def _write(self, entry: dict[str, object]) -> None:
        if self._journal is not None:
            text = json.dumps(entry, ensure_ascii=False)
            self._journal.write(self._vault.encrypt(text, PURPOSE) if self._vault else text)
            self._journal.write("\n")

    def _replay(self, journal: Path) -> None:
        for entry in self._entries(journal.read_text(encoding="utf-8").splitlines()):
            if "phone" in entry:
                self._put(Line(**{**entry, "at": datetime.fromisoformat(entry["at"])}))
            elif line := self._lines.get(entry["sid"]):
                line.status, line.error_code = entry["status"], entry["error_code"]

    def _entries(self, lines: Iterable[str]) -> Iterable[dict]:  # type: ignore[type-arg]
        """What can be read; the last line may be torn, and keys may have changed."""
        for line in lines:
            try:
                yield json.loads(self._vault.decrypt(line, PURPOSE) if self._vault else line)
            except (ValueError, UnreadableError):
                continue


def _append_to(journal: Path):  # type: ignore[no-untyped-def]
    journal.touch(mode=0o600)
    torn = journal.stat().st_size and not journal.read_bytes().endswith(b"\n")
    if torn:
        with journal.open("a", encoding="utf-8") as file:
            file.write("\n")
    return journal.open("a", encoding="utf-8", buffering=1)


def now() -> datetime:
    """The gateway's time, whole seconds as Twilio's."""
    return clock.now().astimezone(UTC)
