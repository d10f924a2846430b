"""Labels that shops sell, as their makers measure them. Pure.

Lengths are millimetres from the upper left corner of the sheet. Margins and pitches of all sheets
were compared with two independent collections of makers' layouts, gLabels' templates (Avery,
Zweckform, HERMA) and J. Beard's label guides for Inkscape: they agree to half a millimetre, which
is also how far those two are apart (tests/distribution/labels/test_formats.py holds the numbers).
The sheets of 24 and 8 have no gaps and stand in the middle of the sheet. Of round labels of 60 mm
on A4 no layout could be found, so they are offered for label printers only; the round sheet is
the one of 63.5 mm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.findings import N_

A4 = (210.0, 297.0)


@dataclass(frozen=True)
class Format:
    """A sheet of equal labels, or one label of a roll."""

    name: str
    title: str
    """English msgid."""
    sheet: tuple[float, float]
    size: tuple[float, float]
    columns: int
    rows: int
    margin: tuple[float, float]
    """Left and top edge of the first label."""
    pitch: tuple[float, float]
    """From one label's edge to the same edge of the next."""
    products: str = ""
    """Names under which makers sell it."""
    round: bool = False
    """Whether labels are circles of this size, not rectangles."""

    @property
    def places(self) -> int:
        """Labels of one sheet."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Left and top edge of the label at a place, counted row by row from 0."""
        row, column = divmod(place, self.columns)
        return (
            self.margin[0] + column * self.pitch[0],
            self.margin[1] + row * self.pitch[1],
        )


FORMATS = {
    one.name: one
    for one in (
        Format(
            "24", N_("24 a sheet, 70 × 37 mm"), A4, (70, 37), 3, 8, (0, 0.5), (70, 37),
            "Avery 3474, HERMA 4464",
        ),
        Format(
            "21", N_("21 a sheet, 63.5 × 38.1 mm"), A4, (63.5, 38.1), 3, 7, (7.2, 15.15),
            (66.04, 38.1), "Avery L7160, HERMA 4677",
        ),
        Format(
            "14", N_("14 a sheet, 99.1 × 38.1 mm"), A4, (99.1, 38.1), 2, 7, (4.65, 15.15),
            (101.6, 38.1), "Avery L7163",
        ),
        Format(
            "65", N_("65 a sheet, 38.1 × 21.2 mm"), A4, (38.1, 21.17), 5, 13, (4.67, 10.9),
            (40.64, 21.17), "Avery L7651",
        ),
        Format(
            "12", N_("12 a sheet, 63.5 × 72 mm"), A4, (63.5, 71.97), 3, 4, (7.21, 4.57),
            (66.04, 71.97), "Avery L7164",
        ),
        Format(
            "8", N_("8 a sheet, 105 × 74 mm"), A4, (105, 74), 2, 4, (0, 0.5), (105, 74),
            "Avery 3427, HERMA 4470",
        ),
        Format(
            "round12", N_("12 a sheet, round, 63.5 mm"), A4, (63.5, 63.5), 3, 4, (5.25, 14.75),
            (68, 68), "Avery L7670", round=True,
        ),
        Format(
            "roll", N_("Label printer, roll of 50 × 30 mm"), (50, 30), (50, 30), 1, 1, (0, 0),
            (50, 30),
        ),
        Format(
            "round", N_("Label printer, roll of round labels of 60 mm"), (60, 60), (60, 60), 1, 1,
            (0, 0), (60, 60), round=True,
        ),
    )
}  # fmt: skip
"""By name, as the page offers them."""


def places(form: Format, n: int, skip: int = 0) -> Iterator[tuple[int, float, float]]:
    """Sheet (from 0), left and top edge of each of `n` labels; the first `skip` places of the
    first sheet are used already. Raises ValueError where that leaves no place on it.
    """
    if not 0 <= skip < form.places:
        raise ValueError(f"a sheet has {form.places} places, {skip} are used")
    for place in range(skip, skip + n):
        sheet, on_it = divmod(place, form.places)
        yield (sheet, *form.corner(on_it))
