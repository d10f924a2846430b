"""Ratios, shares, differences, quantiles and association: R survey 4.1-1 on a small design."""

import csv
import io

import numpy as np
import pytest

from surveyapp.stats.sampling.contrasts import association, difference, quantile, ratio, share
from surveyapp.stats.sampling.design import design_of

ROWS = list(
    csv.DictReader(
        io.StringIO(
            "st,cl,w,N,g,y,x,h\n"
            "n,1,10,40,a,3,2,p\nn,1,10,40,b,5,3,q\nn,2,12,40,a,4,1,p\nn,2,12,40,a,7,5,q\n"
            "n,2,12,40,b,1,4,p\nn,3,9,40,b,6,2,q\ns,1,20,25,a,8,6,q\ns,1,20,25,b,9,3,p\n"
            "s,2,25,25,a,2,7,p\ns,2,25,25,b,10,1,q\ns,3,22,25,a,7,2,p\ns,4,18,25,b,6,4,q\n"
            "s,4,18,25,a,5,5,p\n"
        )
    )
)
"""svydesign(id = ~cl, strata = ~st, weights = ~w, fpc = ~N, nest = TRUE)"""


def column(name):
    return np.array([float(row[name]) for row in ROWS])


@pytest.fixture
def design():
    return design_of(
        len(ROWS),
        strata=[row["st"] for row in ROWS],
        clusters=[row["cl"] for row in ROWS],
        weights=column("w"),
        population={"n": 40, "s": 25},
    )


def near(found, expected):
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_ratio_equals_svyratio(design):
    found = ratio(column("y"), column("x"), design)
    near([found.value, found.se], [1.64082687338501, 0.18178174205629])


def test_a_share_equals_svyciprop_on_the_logit_scale(design):
    found = share(column("y") > 5, design)
    expected = [0.591549294691779, 0.314007214660113, 0.820862024548264]
    # svyciprop fits a model to its own tolerance; the share itself is 42 / 71
    assert [found.value, found.low, found.high] == pytest.approx(expected, rel=1e-8)
    none = share(column("y") > 99, design)
    assert (none.value, none.low) == (0, None)


def test_a_share_of_a_domain_has_the_degrees_of_freedom_of_the_domain():
    """svyby(~s, ~g, design, svyciprop, vartype = "ci"): three people of twelve bear a wide one."""
    s, w = [1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1], [1, 2, 3, 1, 2, 1, 1, 3, 1, 2, 2, 1]
    plain = design_of(12, weights=w)
    found = share(s, plain, domain=np.arange(12) < 3)
    assert found.df == 2
    near([found.value, found.low, found.high], [0.5, 0.0036660394271, 0.996333960573])
    assert share(s, plain, domain=np.zeros(12)).value is None
    assert share(s, plain, domain=np.arange(12) < 1).low is None


def test_a_difference_counts_the_covariance_of_the_domains(design):
    groups = np.array([row["g"] for row in ROWS])
    found = difference(column("y"), groups == "a", groups == "b", design)
    near([found.value, found.se], [-1.78097622027534, 1.70205577170681])
    assert difference(column("y"), groups == "a", groups == "z", design).value is None


def test_quantiles_equal_svyquantile_and_lie_in_their_interval(design):
    for q, expected in ((0.25, 4), (0.5, 6), (0.9, 10)):
        found = quantile(column("y"), q, design)
        assert found.value == expected
        assert found.low <= found.value <= found.high
        assert found.se >= 0


def test_association_equals_svychisq(design):
    rows, columns = [row["g"] for row in ROWS], [row["h"] for row in ROWS]
    found = association(rows, columns, design)
    near([found.f, found.df1, found.df2, found.p], [0.898541528241955, 1, 5, 0.386700994144684])
    larger = association([row["y"] for row in ROWS], columns, design)
    assert 0 <= larger.p <= 1


def test_a_share_met_exactly_takes_the_middle():
    plain = design_of(4)
    assert quantile([1, 2, 3, 4], 0.5, plain).value == 2.5


def test_what_has_no_base_is_none():
    plain, alone = design_of(2), design_of(1)
    assert ratio([1, 2], [0, 0], plain).value is None
    assert share([np.nan, np.nan], plain).value is None
    assert quantile([np.nan, np.nan], 0.5, plain).value is None
    assert quantile([3.0], 0.5, alone).low is None
    assert association(["a", "a"], ["x", "y"], plain).f is None


def test_rows_without_weight_add_nothing_to_the_association():
    """survey 4.1-1: svychisq(~g + h, design, statistic = "F") 0.6022, degf(design) 4 (its own
    ddf is 5). In a domain with a weightless category F was not a number, with a warning.
    """
    rows, columns = [row["g"] for row in ROWS], [row["h"] for row in ROWS]
    w = np.where(np.arange(13) == 5, 0, column("w"))
    names = {"strata": [row["st"] for row in ROWS], "clusters": [row["cl"] for row in ROWS]}
    found = association(rows, columns, design_of(13, **names, weights=w))
    near([found.f, found.df1, found.df2], [0.602204930228656, 1, 4])
    assert found.n == 12
    only = design_of(13, **names, weights=column("w") * (np.array(rows) == "a"))
    assert association(rows, columns, only).f is None


def test_a_census_has_no_association_to_test():
    rows = ["a", "b", "a", "b"]
    found = association(rows, ["x", "x", "y", "x"], design_of(4, population={(): 4}))
    assert (found.f, found.p) == (None, None)


def test_an_interval_of_a_quantile_lies_about_q_and_not_about_its_ties():
    """R's svyquantile(qrule = "school") gives 4 to 5: more than half say 4 or less."""
    answers = [3] * 30 + [4] * 60 + [5] * 10
    found = quantile(answers, 0.35, design_of(100))
    assert (found.value, found.low, found.high) == (4, 3, 4)
