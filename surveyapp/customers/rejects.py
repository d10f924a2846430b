"""The file of rows that could not be imported: the same columns and the reason, safe in Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from surveyapp.customers.cells import inert
from surveyapp.database import vault
from surveyapp.findings import Finding

REASON_COLUMN = "退回原因 Reason"
"""The column that is added; a returned file that has it already keeps only the new reasons."""

_PURPOSE = "customer.rejects"


class Rejects:
    """Collects rejected rows in a file, made when the first one comes.

    sealed: every record is ciphertext, for files that this installation keeps; a file that a
    person asked for by a command is plain UTF-8 with the mark that makes Excel read it right.
    """

    def __init__(
        self,
        path: Path,
        header: Sequence[str],
        explain: Callable[[Finding], str],
        *,
        sealed: bool,
    ) -> None:
        self.path, self.count = path, 0
        self._explain, self._sealed = explain, sealed
        self._kept = [i for i, name in enumerate(header) if name != REASON_COLUMN]
        self._header = [header[i] for i in self._kept]
        self._width = len(header)
        self._file: TextIO | None = None

    def add(self, cells: Sequence[str], findings: Sequence[Finding]) -> None:
        """Write one rejected row and why."""
        if self._file is None:
            self._file = self._open()
            self._write([*self._header, REASON_COLUMN])
        kept = [cells[i] for i in self._kept]
        reasons = " ".join(self._explain(finding) for finding in findings)
        self._write([*map(inert, kept), inert(reasons), *map(inert, cells[self._width :])])
        self.count += 1

    def _open(self) -> TextIO:
        self.path.touch(mode=0o600)
        return self.path.open("w", encoding="ascii" if self._sealed else "utf-8-sig", newline="")

    def _write(self, record: Sequence[str]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(record)
        text = line.getvalue()
        assert self._file is not None  # noqa: S101 - add() opened it
        self._file.write(vault.encrypt(text, _PURPOSE) + "\n" if self._sealed else text)

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()


def unsealed(path: Path) -> Iterator[bytes]:
    """A sealed file as the CSV that a person downloads, line by line."""
    yield b"\xef\xbb\xbf"
    with path.open(encoding="ascii") as lines:
        for line in lines:
            yield vault.decrypt(line.rstrip("\n"), _PURPOSE).encode()
