"""The first rows of an upload as they would be imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from surveyapp.customers import mapping
from surveyapp.customers.importing import Target
from surveyapp.customers.rows import RowReader
from surveyapp.customers.subjects import Attribute, Subject
from surveyapp.customers.uploads import Upload
from surveyapp.findings import Finding
from surveyapp.tabular.table import open_rows

SHOWN_ROWS = 20
MOST_CELLS = 40
"""Columns shown of a wide table."""


@dataclass(frozen=True)
class Line:
    """One row: its number, its cells, what is wrong by column name ("" for the row itself)."""

    number: int
    cells: Sequence[str]
    wrong: dict[str, list[Finding]]

    @property
    def findings(self) -> list[Finding]:
        """Everything that is wrong with the row."""
        return [finding for found in self.wrong.values() for finding in found]


@dataclass(frozen=True)
class Preview:
    """What the mapping page shows. columns: the mapping, guessed where nobody chose yet."""

    header: Sequence[str]
    columns: mapping.Columns
    lines: Sequence[Line]
    findings: Sequence[Finding]
    """What is wrong with the mapping, and what to know about the file."""
    subject: Subject
    blocked: bool
    """Whether the import cannot start."""

    @property
    def bad(self) -> int:
        """How many of the shown rows would come back."""
        return sum(1 for line in self.lines if line.wrong)

    @property
    def unused(self) -> list[str]:
        """Columns that give no attribute."""
        return [name for name in self.header if name not in self.columns.values()]

    def attribute_of(self, column: str) -> Attribute | None:
        """The attribute that a column gives."""
        attributes = self.subject.attributes
        return next((a for a in attributes if self.columns.get(a.name) == column), None)

    def example(self, attribute: str) -> str:
        """The first cell that is not blank in the column of `attribute`."""
        column = self.columns.get(attribute)
        if column is None or column not in self.header:
            return ""
        place = list(self.header).index(column)
        return next((cell for line in self.lines if (cell := line.cells[place].strip())), "")


def preview(upload: Upload, columns: mapping.Columns | None, into: Target) -> Preview:
    """Read the first rows of an upload. Raises SurveyError `table.*` for an unusable file."""
    subject = into.subject
    with open_rows(upload.path, upload.filename) as table:
        chosen = mapping.guess(table.header, subject) if columns is None else columns
        problems = mapping.check(table.header, chosen, subject)
        usable = {name: column for name, column in chosen.items() if column in table.header}
        reader = RowReader(table.header, usable, subject, into.finish)
        rows = islice(table.rows, SHOWN_ROWS)
        lines = [_line(reader, number, cells, len(table.header)) for number, cells in rows]
    remarks = [*problems, *table.findings]
    return Preview(table.header, usable, lines, remarks, subject, blocked=bool(problems))


def _line(reader: RowReader, number: int, cells: list[str], width: int) -> Line:
    wrong: dict[str, list[Finding]] = {}
    for finding in reader.read(number, cells).findings:
        wrong.setdefault(str(finding.params.get("column", "")), []).append(finding)
    return Line(number, cells[:width], wrong)
