"""What all formats share: progress, and the error for a file that is not what it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from surveyapp.findings import N_, Finding, SurveyError

T = TypeVar("T")
EVERY = 2000


@dataclass(frozen=True)
class Progress:
    """Tells a job how far a step is. report(step, done, total); step is a msgid."""

    report: Callable[[str, int, int], None]
    step: str
    total: int

    def counted(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows, reported now and then."""
        for number, row in enumerate(rows):
            if number % EVERY == 0:
                self.report(self.step, number, self.total)
            yield row
        self.report(self.step, self.total, self.total)


def differs(path: Path, row: int, column: str) -> SurveyError:
    """The file does not hold what was written to it (row 0: its header or labels)."""
    template = N_(
        "The file {name} was withdrawn: reading it back gave other data in row {row}, {column}."
    )
    params = {"name": path.name, "row": row, "column": column}
    return SurveyError(Finding("export.differs", f"row:{row}", template, params))


def too_large(path: Path, rows: int, columns: int) -> SurveyError:
    """A sheet holds only so many rows and columns."""
    template = N_(
        "An {kind} sheet holds {rows} rows and {columns} columns, fewer than there are here."
        " Choose CSV or Parquet."
    )
    params = {"kind": path.suffix[1:].upper(), "rows": rows, "columns": columns}
    return SurveyError(Finding("export.too_large", f"file:{path.name}", template, params))


def write_text(path: Path, text: str) -> None:
    """Write a small file and read it back. Raises SurveyError `export.differs`."""
    path.write_bytes(text.encode())
    if path.read_bytes() != text.encode():
        raise differs(path, 0, "text")
