"""What a table may be at most, and the one way to say that a file cannot be used."""

from __future__ import annotations

from surveyapp.findings import Finding, SurveyError

MAX_COLUMNS = 16_384
"""Columns of a table: what a spreadsheet can hold."""
MAX_LINE = 4 * 1024 * 1024
"""Characters of one record; a longer one is no table but a file without line ends."""
MAX_SHEET_ROWS = 1_048_576
"""Rows of a worksheet: what Excel can hold."""
MAX_UNPACKED = 1024 * 1024 * 1024
"""Bytes that a workbook may unpack to in all."""
MAX_SHARED_TEXT = 256 * 1024 * 1024
"""Bytes of a workbook's shared texts, which have to be held in memory."""


def unusable(code: str, place: str, template: str, **params: object) -> SurveyError:
    """The error that ends the reading of a file: one finding with the code `table.<code>`."""
    return SurveyError(Finding(f"table.{code}", place, template, params))
