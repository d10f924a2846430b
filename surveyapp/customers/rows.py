"""One row of a file as typed values, or as findings that name row, column, value and reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from surveyapp.customers.attributes import CUSTOMERS
from surveyapp.customers.cells import CellError, clean
from surveyapp.customers.mapping import Columns
from surveyapp.customers.subjects import Attribute, Subject
from surveyapp.findings import N_, Finding

SHOWN = 60
"""Characters of a value that a finding repeats."""
REMEMBERED = 4096
"""Cells of a column whose value is remembered: cities, choices and dates repeat all the time."""


@dataclass(slots=True)
class Row:
    """What one row says.

    number: as a spreadsheet shows it. values: attribute → value, only what is not blank.
    findings: empty when the row can be imported.
    """

    number: int
    values: dict[str, object] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


Finish = Callable[[Row], None]
"""What a row needs beyond its cells: completes its values, or adds findings."""


class RowReader:
    """Reads the rows of one file under one mapping."""

    def __init__(
        self,
        header: Sequence[str],
        columns: Columns,
        subject: Subject = CUSTOMERS,
        finish: Finish | None = None,
    ) -> None:
        self._width, self._subject, self._finish = len(header), subject, finish
        self._plan: list[tuple[int, Attribute, str, dict[str, object]]] = [
            (header.index(columns[attribute.name]), attribute, columns[attribute.name], {})
            for attribute in subject.attributes
            if columns.get(attribute.name)
        ]

    def read(self, number: int, cells: Sequence[str]) -> Row:
        """The row's values; a blank cell says nothing."""
        row = Row(number)
        if len(cells) > self._width:
            row.findings.append(_too_many(self._subject.area, number, cells, self._width))
            return row
        values = row.values
        for position, attribute, column, known in self._plan:
            cell = cells[position]
            if cell in known:
                values[attribute.name] = known[cell]
                continue
            try:
                self._read_cell(row, attribute, cell, known)
            except CellError as trouble:
                area = self._subject.area
                row.findings.append(finding(area, trouble, number, column, clean(cell)))
        if self._finish and not row.findings:
            self._finish(row)
        return row

    def _read_cell(
        self, row: Row, attribute: Attribute, cell: str, known: dict[str, object]
    ) -> None:
        if text := cell if cell.isalnum() else clean(cell):
            value = row.values[attribute.name] = attribute.read(text)
            if len(known) < REMEMBERED:
                known[cell] = value
        elif template := self._subject.missing.get(attribute.name):
            raise CellError(f"no_{attribute.name}", template)


def finding(area: str, trouble: CellError, row: int, column: str, cell: str) -> Finding:
    """What is wrong with a cell, as people see it."""
    shown = cell if len(cell) <= SHOWN else cell[:SHOWN] + "…"
    params = {"row": row, "column": column, "value": shown, **trouble.params}
    place = f"row:{row}:column:{column}"
    return Finding(f"{area}.{trouble.code}", place, trouble.template, params)


def _too_many(area: str, row: int, cells: Sequence[str], width: int) -> Finding:
    return Finding(
        f"{area}.too_many_cells",
        f"row:{row}",
        N_("Row {row} has {cells} cells but the header has {width}: perhaps a comma inside a cell without quotation marks."),  # noqa: E501
        {"row": row, "cells": len(cells), "width": width},
    )  # fmt: skip
