"""Cross-tabulation: R survey 4.1-1 on the small design, and what must hold for every table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.sampling.contrasts import association
from surveyapp.stats.sampling.crosstab import crosstab
from surveyapp.stats.sampling.design import design_of
from tests.stats.sampling.test_sampling_contrasts import ROWS, column

DESIGN = design_of(
    len(ROWS),
    strata=[row["st"] for row in ROWS],
    clusters=[row["cl"] for row in ROWS],
    weights=column("w"),
    population={"n": 40, "s": 25},
)
SHARE = [0.731092436974505, 0.20104455793543, 0.96707752297506]
"""svyciprop(~I(g == "a"), subset(design, h == "p")): 4 degrees of freedom, of 5 in all."""
EXCESS = (0.0963212766426415, 0.094584603111357)
"""svycontrast(svymean(~ap + a + p), quote(ap - a * p)) and its SE."""
SUBSET = [1.584100194957084, 1, 5, 0.263739137714363]
"""svychisq(~g + h, subset(design, y < 9))"""


def indicators(labels, codes):
    return np.array(
        [[np.nan] * len(codes) if x is None else [float(x == c) for c in codes] for x in labels]
    )


def test_a_cell_is_that_of_svyciprop_and_svycontrast():
    rows = indicators([row["g"] for row in ROWS], "ab")
    table = crosstab(rows, [row["h"] for row in ROWS], "pq", DESIGN)
    cell = table.cells[0][0]
    assert [cell.share.value, cell.share.low, cell.share.high] == pytest.approx(SHARE, rel=1e-6)
    assert cell.excess == pytest.approx(EXCESS[0], rel=1e-9)
    assert cell.t == pytest.approx(EXCESS[0] / EXCESS[1], rel=1e-9)
    assert table.n == (7, 6)


def test_association_in_a_domain_equals_svychisq_of_the_subset():
    rows, columns = [row["g"] for row in ROWS], [row["h"] for row in ROWS]
    found = association(rows, columns, DESIGN, column("y") < 9)
    assert [found.f, found.df1, found.df2, found.p] == pytest.approx(SUBSET, rel=1e-9)


tables = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from(["x", "y", None])),
    min_size=4, max_size=40,
)  # fmt: skip


@given(tables)
def test_shares_of_a_column_sum_to_one_and_excesses_to_none(answers):
    rows = indicators([row for row, _ in answers], "abc")
    table = crosstab(rows, [label for _, label in answers], "xy", design_of(len(answers)))
    for j, n in enumerate(table.n):
        if n:
            assert sum(row[j].share.value for row in table.cells) == pytest.approx(1)
    for row in table.cells:
        assert sum(cell.excess for cell in row) == pytest.approx(0, abs=1e-12)
        assert all(cell.p is None or 0 <= cell.p <= 1 for cell in row)


def test_a_plain_sample_gives_nearly_habermans_residuals():
    rng = np.random.default_rng(5)
    columns = rng.choice(["x", "y"], 4000).tolist()
    rows = [rng.choice(["a", "b"], p=[0.5, 0.5] if c == "x" else [0.53, 0.47]) for c in columns]
    table = crosstab(indicators(rows, "ab"), columns, "xy", design_of(4000))
    counts = np.array(
        [[sum(r == a and c == b for r, c in zip(rows, columns, strict=True)) for b in "xy"]
         for a in "ab"]
    )  # fmt: skip
    row, col, n = counts.sum(1, keepdims=True), counts.sum(0, keepdims=True), counts.sum()
    expected = row * col / n
    haberman = (counts - expected) / np.sqrt(expected * (1 - row / n) * (1 - col / n))
    assert [cell.t for line in table.cells for cell in line] == pytest.approx(
        haberman.ravel(), rel=0.01
    )


def test_what_cannot_be_tested_has_no_p():
    table = crosstab(np.ones((4, 1)), list("xxyy"), "xyz", design_of(4))
    assert [cell.p for cell in table.cells[0]] == [None, None, None]
    assert table.cells[0][2].share.value is None
    nobody = crosstab(np.full((4, 1), np.nan), list("xxyy"), "xy", design_of(4))
    assert nobody.cells[0][0].t is None
    with pytest.raises(ValueError, match="equally long"):
        crosstab(np.ones((3, 1)), list("xy"), "xy", design_of(3))
