"""Importing a table: good rows go in, bad rows come back, nothing twice.

The key (of customers their number, of events their id) tells them apart. A blank cell, like a
column that is not chosen, says nothing: new ones get the default, known ones keep what is known.
Rows are written batch by batch, so memory stays bounded and an import that dies may simply be run
again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Protocol

from surveyapp.customers import batches
from surveyapp.customers.mapping import Columns, checked
from surveyapp.customers.own.subject import customers_subject, own_names
from surveyapp.customers.rows import Finish, Row, RowReader
from surveyapp.customers.subjects import Subject
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.jobs.registry import Progress
from surveyapp.tabular.table import Table

BATCH = 2000
MOST_ROWS = 2_000_000
"""Rows of one file: the numbers seen are remembered, about 70 bytes each."""
MOST_NOTES = 50


class Collector(Protocol):
    """Takes rows that there is something to say about."""

    def add(self, cells: Sequence[str], findings: Sequence[Finding]) -> None:
        """One row, and what there is to say."""


@dataclass(frozen=True)
class Target:
    """What the rows of a table become.

    subject: whose attributes the columns give. step: msgid of what the progress says. write: a
    batch of rows with distinct keys. finish: completes a row when its cells are read.
    """

    subject: Subject
    step: str
    write: Callable[[Sequence[Row]], batches.Written]
    finish: Finish | None = None


def customers(*, opt_in: bool = False) -> Target:
    """Customers, with the own attributes that are in use."""
    subject = customers_subject()
    write = partial(batches.write, opt_in=opt_in, own=own_names(subject))
    return Target(subject, N_("Importing customers"), write)


_Read = tuple[Row, list[str]]


@dataclass
class Outcome:
    """What an import did; JSON-ready and without personal data.

    rows: read. created, updated, unchanged: customers or events. waiting: events among
    them whose customer is not known yet. rejected: rows that came back. repeated: rows whose key
    stood in the file before (the later row wins where it says something).
    kept_opt_outs: rows that said "not opted out" of somebody who stays opted out. problems:
    refusals counted by column and code. repeated_rows: the first row numbers of `repeated`.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    repeated: int = 0
    kept_opt_outs: int = 0
    waiting: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    repeated_rows: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """All fields by name."""
        return asdict(self)

    def counts(self) -> dict[str, int]:
        """The whole numbers by name."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}


def import_rows(
    table: Table,
    columns: Columns,
    rejects: Collector,
    progress: Progress,
    *,
    into: Target | None = None,
    total: int = 0,
    opt_in: bool = False,
) -> Outcome:
    """Import every row of `table` under the mapping `columns`; bad rows go to `rejects`.

    into: what the rows become (default: customers). total: rows expected, for the progress (0:
    unknown). opt_in: whether "not opted out" in a file of customers may undo an opt-out that came
    from an earlier import. Raises SurveyError for a mapping
    that cannot be used, a file without rows, or one that breaks off; what was written before
    stays and is what the file says.
    """
    into = into or customers(opt_in=opt_in)
    importer = _Importer(rejects, into)
    columns = checked(table.header, columns, into.subject)
    reader = RowReader(table.header, columns, into.subject, into.finish)
    for batch in _batches(table, reader):
        importer.take(batch)
        progress(into.step, importer.outcome.rows, total)
    if importer.outcome.rows == 0:
        raise SurveyError(
            Finding("import.no_rows", "file", N_("The file has column names but no rows."))
        )
    return importer.finished()


def _batches(table: Table, reader: RowReader) -> Iterator[list[_Read]]:
    batch: list[_Read] = []
    for count, (number, cells) in enumerate(table.rows, 1):
        if count > MOST_ROWS:
            raise SurveyError(_too_many_rows())
        batch.append((reader.read(number, cells), cells))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _too_many_rows() -> Finding:
    return Finding(
        "import.too_many_rows",
        "file",
        N_("The file has more than {limit} rows; the first {limit} were read. Split the file."),
        {"limit": MOST_ROWS},
    )


class _Importer:
    def __init__(self, rejects: Collector, into: Target) -> None:
        self.outcome = Outcome()
        self._rejects, self._into = rejects, into
        self._seen: set[int] = set()
        self._problems: Counter[tuple[str, str]] = Counter()

    def take(self, batch: list[_Read]) -> None:
        self.outcome.rows += len(batch)
        good: dict[str, Row] = {}
        cells_of: dict[int, list[str]] = {}
        for row, cells in batch:
            if row.findings:
                self._reject(cells, row.findings)
                continue
            cells_of[row.number] = cells
            self._merge(good, row)
        if good:
            self._write(list(good.values()), cells_of)

    def _merge(self, good: dict[str, Row], row: Row) -> None:
        """Keep one row a key: the later one, with what only the earlier one says."""
        key = str(row.values[self._into.subject.key])
        earlier = good.get(key)
        if hash(key) in self._seen:
            self.outcome.repeated += 1
            if len(self.outcome.repeated_rows) < MOST_NOTES:
                self.outcome.repeated_rows.append(row.number)
        self._seen.add(hash(key))
        good[key] = Row(row.number, {**earlier.values, **row.values}) if earlier else row

    def _write(self, rows: list[Row], cells_of: dict[int, list[str]]) -> None:
        written = self._into.write(rows)
        for name in ("created", "updated", "unchanged", "kept_opt_outs"):
            setattr(self.outcome, name, getattr(self.outcome, name) + getattr(written, name))
        for finding in written.rejected:
            self._reject(cells_of[int(str(finding.params["row"]))], [finding])
        for finding in written.waiting:
            self.outcome.waiting += 1
            self._name(cells_of[int(str(finding.params["row"]))], [finding])

    def _reject(self, cells: list[str], findings: list[Finding]) -> None:
        self.outcome.rejected += 1
        self._name(cells, findings)

    def _name(self, cells: list[str], findings: list[Finding]) -> None:
        self._rejects.add(cells, findings)
        for finding in findings:
            column = str(finding.params.get("column", ""))
            self._problems[column, finding.code] += 1

    def finished(self) -> Outcome:
        self.outcome.problems = [
            {"column": column, "code": code, "count": count}
            for (column, code), count in self._problems.most_common()
        ]
        return self.outcome
