"""One row of a file as typed values, or as findings that name row, column, value and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from surveyapp.customers.attributes import ATTRIBUTES, Attribute
from surveyapp.customers.cells import CellError, clean
from surveyapp.customers.mapping import Columns
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


class RowReader:
    """Reads the rows of one file under one mapping."""

    def __init__(self, header: Sequence[str], columns: Columns) -> None:
        self._width = len(header)
        self._plan: list[tuple[int, Attribute, str, dict[str, object]]] = [
            (header.index(columns[attribute.name]), attribute, columns[attribute.name], {})
            for attribute in ATTRIBUTES
            if columns.get(attribute.name)
        ]

    def read(self, number: int, cells: Sequence[str]) -> Row:
        """The row's values; a blank cell says nothing."""
        row = Row(number)
        if len(cells) > self._width:
            row.findings.append(_too_many(number, cells, self._width))
            return row
        for position, attribute, column, known in self._plan:
            cell = cells[position]
            if cell in known:
                row.values[attribute.name] = known[cell]
                continue
            try:
                self._read_cell(row, attribute, cell, known)
            except CellError as trouble:
                row.findings.append(_finding(trouble, number, column, clean(cell)))
        return row

    @staticmethod
    def _read_cell(row: Row, attribute: Attribute, cell: str, known: dict[str, object]) -> None:
        if text := clean(cell):
            value = row.values[attribute.name] = attribute.read(text)
            if len(known) < REMEMBERED:
                known[cell] = value
        elif attribute.name == "number":
            raise CellError(
                "no_number",
                N_(
                    "Row {row}, {column}: the customer number is missing. Every customer needs one."
                ),
            )


def _finding(trouble: CellError, row: int, column: str, cell: str) -> Finding:
    shown = cell if len(cell) <= SHOWN else cell[:SHOWN] + "…"
    params = {"row": row, "column": column, "value": shown, **trouble.params}
    place = f"row:{row}:column:{column}"
    return Finding(f"customer.{trouble.code}", place, trouble.template, params)


def _too_many(row: int, cells: Sequence[str], width: int) -> Finding:
    return Finding(
        "customer.too_many_cells",
        f"row:{row}",
        N_("Row {row} has {cells} cells but the header has {width}: perhaps a comma inside a cell without quotation marks."),  # noqa: E501
        {"row": row, "cells": len(cells), "width": width},
    )  # fmt: skip
