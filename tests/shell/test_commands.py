"""The statistics from the shell: contracts, values from R, and what is refused."""

import csv
import json
import math

import pandas as pd
import pytest
from click.testing import CliRunner

from surveyapp.shell.allocate import allocate
from surveyapp.shell.estimate import estimate
from surveyapp.shell.rake import rake
from surveyapp.shell.score import score
from surveyapp.shell.screen import screen
from surveyapp.stats.sampling.allocation import METHODS
from tests.stats.careless.test_chance_of_runs import people

CLUSTERS = """st,cl,w,N,g,y
n,1,10,40,a,3
n,1,10,40,b,5
n,2,12,40,a,4
n,2,12,40,a,7
n,2,12,40,b,1
n,3,9,40,b,6
s,1,20,25,a,8
s,1,20,25,b,9
s,2,25,25,a,2
s,2,25,25,b,10
s,3,22,25,a,7
s,4,18,25,b,6
s,4,18,25,a,5
"""


@pytest.fixture
def file(tmp_path):
    def write(text, name="data.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)

    return write


def run(command, *words):
    done = CliRunner().invoke(command, [*words, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(command, *words, code=2):
    done = CliRunner().invoke(command, [*words])
    assert done.exit_code == code, done.output
    assert done.stderr.count("\n") == 1
    return done.stderr


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as written:
        return list(csv.DictReader(written))


def near(found, expected):
    assert found == pytest.approx(expected, rel=1e-9)


DESIGN = ("--value", "y", "--weight", "w", "--strata", "st", "--cluster", "cl", "--by", "g")


def test_estimates_equal_survey_4_1_1_with_clusters_and_finite_populations(file):
    """svydesign(id=~cl, strata=~st, weights=~w, fpc=~N, nest=TRUE); svymean, svytotal, subset."""
    found = run(estimate, file(CLUSTERS), *DESIGN, "--fpc", "N")
    mean, total, part = found["mean"], found["total"], found["by"]["a"]
    near(
        [mean["value"], mean["se"], mean["deff"]],
        [5.96244131455399, 0.526730813816295, 0.484224731033636],
    )
    near(mean["ci"], [4.60843665228789, 7.31644597682009])
    assert (mean["df"], mean["n"]) == (5, 13)
    near([total["value"], total["se"], total["deff"]], [1270, 176.515665027215, 1.19860701591735])
    near(total["ci"], [816.252037775777, 1723.74796222422])
    near([part["mean"]["value"], part["mean"]["se"]], [5.17647058823529, 0.959743967570244])
    near(part["mean"]["ci"], [2.51179414723178, 7.84114702923881])
    near([part["total"]["value"], part["total"]["se"]], [616, 150.599269586542])
    assert part["mean"]["df"] == 4


def test_estimates_equal_survey_4_1_1_from_an_unlimited_population(file):
    found = run(estimate, file(CLUSTERS), *DESIGN)
    near(found["mean"]["se"], 0.567296666555388)
    near(found["total"]["se"], 190.896132316329)
    near(found["by"]["a"]["mean"]["se"], 1.04476521497882)


def test_without_a_weight_a_row_stands_for_its_share_of_the_population(file):
    found = run(estimate, file("y,N\n1,10\n3,10\n"), "--value", "y", "--fpc", "N")
    assert found["total"]["value"] == 20
    assert found["mean"]["value"] == 2


WEIGHTLESS = "y,w,st\n1,10,a\n3,20,a\n7,0,a\n4,15,b\n9,25,b\n8,0,b\n"


def test_rows_without_weight_add_no_degrees_of_freedom(file):
    """svymean(~y, d, deff = TRUE); confint(…, df = degf(d)) of survey 4.1-1: degf is 2, not 4."""
    words = ("--value", "y", "--weight", "w", "--strata", "st")
    found = run(estimate, file(WEIGHTLESS), *words)
    mean, total = found["mean"], found["total"]
    assert (mean["df"], mean["n"]) == (2, 4)
    near(
        [mean["value"], mean["se"], mean["deff"]],
        [5.071428571428571, 1.639439022411298, 0.914449026151154],
    )
    near(mean["ci"], [-1.98250821360719, 12.1253653564643])
    near(total["ci"], [-545.735454489473, 1255.73545448947])


def test_a_large_offset_leaves_the_standard_error_alone(file):
    """survey 4.1-1 gives 1.63943902248133 here: noise after nine digits."""
    rows = WEIGHTLESS.splitlines()
    far = [rows[0], *(f"{1e7 + float(row.split(',')[0])!r}{row[1:]}" for row in rows[1:])]
    words = ("--value", "y", "--weight", "w", "--strata", "st")
    near(run(estimate, file("\n".join(far)), *words)["mean"]["se"], 1.639439022411298)


def test_what_does_not_vary_has_no_error_and_no_design_effect(file):
    """deff of survey 4.1-1 is NaN; rounding made it 4.7e30 for the total."""
    text = "y,w\n" + "".join(f"0.3,{w}\n" for w in (1.1, 2.7, 3.3, 0.7, 5.9, 13.1))
    found = run(estimate, file(text), "--value", "y", "--weight", "w")
    assert found["mean"]["value"] == 0.3
    assert found["mean"]["se"] == 0
    assert found["mean"]["deff"] is None
    assert found["total"]["deff"] is None


def test_replicate_weights_equal_survey_4_1_1(file):
    """as.svrepdesign(type = "JKn", mse = TRUE) with clusters and finite populations."""
    table = file(CLUSTERS)
    found = run(estimate, table, *DESIGN, "--fpc", "N", "--variance", "jackknife")
    linear = run(estimate, table, *DESIGN, "--fpc", "N")
    assert found["mean"]["value"] == linear["mean"]["value"]
    near(found["mean"]["se"], 0.535626375695701)
    drawn = ("--variance", "bootstrap", "--replicates", "2000", "--seed", "4")
    boot = run(estimate, table, *DESIGN, "--fpc", "N", *drawn)
    assert boot["mean"]["se"] == pytest.approx(linear["mean"]["se"], rel=0.1)
    assert boot == run(estimate, table, *DESIGN, "--fpc", "N", *drawn)


def test_a_share_has_an_interval_between_0_and_1(file):
    shares = "y,g\n1,a\n0,a\n1,a\n1,b\n1,b\n,b\n0,a\n"
    words = (file(shares), "--value", "y", "--by", "g", "--interval")
    plain = run(estimate, *words, "t")
    logit, wilson = run(estimate, *words, "logit"), run(estimate, *words, "wilson")
    assert plain["mean"]["ci"][1] > 1
    for found in (logit, wilson):
        assert {**found["mean"], "ci": 0} == {**plain["mean"], "ci": 0}
        assert 0 < found["mean"]["ci"][0] < 4 / 6 < found["mean"]["ci"][1] < 1
        assert found["total"] == plain["total"]
    assert logit["by"]["b"]["mean"]["ci"] is None
    assert "estimate.no_logit" in [f["code"] for f in logit["by"]["b"]["findings"]]
    low, high = wilson["by"]["b"]["mean"]["ci"]
    assert 0 < low < high == 1
    said = 'Column "y", row 3: a share has the values 0 and 1, not 2.'
    assert said in refused(estimate, file("y\n1\n2\n"), "--value", "y", "--interval", "wilson")
    nobody = run(estimate, file("y\n\n\n"), "--value", "y", "--interval", "wilson")
    assert nobody["mean"]["ci"] is None


def test_what_cannot_be_estimated_is_null_with_a_finding(file):
    nobody = run(estimate, file("y,g\n,a\n,b\n"), "--value", "y")
    assert nobody["mean"] == {
        "value": None, "se": None, "ci": None, "deff": None, "df": 0, "n": 0,
    }  # fmt: skip
    assert nobody["findings"][0]["code"] == "estimate.no_answers"
    alone = run(estimate, file("y,s\n1,a\n2,a\n9,b\n"), "--value", "y", "--strata", "s")
    assert alone["findings"][0]["code"] == "estimate.lonely_stratum"
    text = CliRunner().invoke(estimate, [file(CLUSTERS), *DESIGN]).stdout
    assert "mean" in text
    assert "deff" in text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("y,w,st,N\n1,-1,a,9\n", "0 or more"),
        ("y,w,st,N\n1,1,,9\n", "is empty"),
        ("y,w,st,N\n1,1,a,0\n", "above 0"),
        ("y,w,st,N\n1,1,a,9\n1,1,a,8\n", "two different sizes"),
        ("y,w,st,N\n1,1,a,1\n1,1,a,1\n", 'stratum "a" has 2 rows in the file, more sampled units'),
        ("y,w,st,N\nx,1,a,1\n", '"x" is not a number'),
    ],
)
def test_a_design_that_cannot_be_is_refused_in_one_line(file, rows, said):
    words = ("--value", "y", "--weight", "w", "--strata", "st", "--fpc", "N")
    assert said in refused(estimate, file(rows), *words)


def test_a_stratum_with_more_clusters_than_it_has_is_named(file):
    words = ("--value", "y", "--strata", "st", "--fpc", "N", "--cluster", "c")
    rows = "y,st,N,c\n1,a,2,1\n2,a,2,2\n3,b,1,1\n4,b,1,2\n"
    assert 'stratum "b" has 2 clusters in the file' in refused(estimate, file(rows), *words)


def test_an_unknown_column_is_refused_in_one_line(file):
    assert "no column" in refused(estimate, file(CLUSTERS), "--value", "yy")


PEOPLE = "sex,age,x\n" + "".join(
    f"{s},{a},1\n"
    for s, a, n in (("f", "y", 3), ("f", "o", 2), ("m", "y", 1), ("m", "o", 4))
    for _ in range(n)
)
MARGINS = '{"sex": {"f": 60, "m": 40}, "age": {"y": 55, "o": 45}}'


def test_raked_weights_meet_every_margin_and_are_written(file, tmp_path):
    out = tmp_path / "out.csv"
    words = (file(PEOPLE), "--margins", file(MARGINS, "m.json"), "--out", str(out))
    report = run(rake, *words)
    assert report["converged"] is True
    rows = table(out)
    assert list(rows[0]) == ["sex", "age", "x", "weight"]
    for column, category, target in (("sex", "f", 60), ("age", "o", 45)):
        near(math.fsum(float(r["weight"]) for r in rows if r[column] == category), target)
    # the odds ratio of the sample is kept: 3 * 4 / (2 * 1)
    held = {(r["sex"], r["age"]): 0.0 for r in rows}
    for row in rows:
        held[row["sex"], row["age"]] += float(row["weight"])
    near(held["f", "y"] * held["m", "o"] / held["f", "o"] / held["m", "y"], 6)
    assert "effective n" in CliRunner().invoke(rake, list(words)).stdout


def test_margins_that_contradict_each_other_write_nothing_and_are_named(file, tmp_path):
    rows = "g,h\na,a\na,a\nb,b\nb,b\n"
    margins = '{"g": {"a": 50, "b": 50}, "h": {"a": 70, "b": 30}}'
    out = tmp_path / "out.csv"
    said = refused(
        rake, file(rows), "--margins", file(margins, "m.json"), "--out", str(out), code=3
    )
    assert 'Margin "g"' in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("margins", "code", "said"),
    [
        ('{"sex": {"f": 60, "m": 40}, "age": {"y": 50, "o": 45}}', 3, "adds up to 95"),
        ('{"sex": {"f": 60}}', 3, 'no total for "m"'),
        ('{"sex": {"f": 60, "m": 30, "d": 10}}', 3, 'No row stands for "d"'),
        ('{"sex": {"f": 60, "m": 0}}', 3, "above 0"),
        ('{"sex": {"f": "many"}}', 2, "is not a number"),
        ('{"sex": {}}', 2, "needs its categories"),
        ("[]", 2, "write {"),
        ("nonsense", 2, "not JSON"),
        ("[" * 100_000, 2, "not JSON"),
        ('{"sex": {"f": 1, "m": 2, "f": 3}}', 2, '"f" stands there twice'),
        ('{"sex": {"f": 1e308, "m": 1e308}}', 2, "nobody can compute"),
        ('{"sex": {"f": 1e-300, "m": 1e-300}}', 2, "nobody can compute"),
        ('{"sex": {"f": 1%s, "m": 1}}' % ("0" * 400), 2, "nobody can compute"),
        ('{"height": {"f": 60}}', 2, "no column"),
    ],
)
def test_margins_that_cannot_be_are_refused_in_one_line(file, tmp_path, margins, code, said):
    words = (file(PEOPLE), "--margins", file(margins, "m.json"), "--out", str(tmp_path / "o.csv"))
    assert said in refused(rake, *words, code=code)


def test_bounds_hold_the_weights_or_the_margin_is_named(file, tmp_path):
    words = (file(PEOPLE), "--margins", file(MARGINS, "m.json"), "--out", str(tmp_path / "o.csv"))
    report = run(rake, *words, "--bounds", "0.1:50")
    assert report["ratio"][1] < 50
    assert report["at_bounds"] == [0, 0]
    assert report["course"][-1]["round"] == report["rounds"]
    assert report["course"][-1]["worst"] < 1e-9
    assert "cannot be met" in refused(rake, *words, "--bounds", "0.9:10.1", code=3)
    gone = refused(rake, words[0], "--margins", "none.json", "--out", words[4])
    assert "cannot be read" in gone


ALLOCATE = ("--sizes", "E=4421,H=755,M=1018", "--n", "200")
SDS = ("--sds", "E=131.34629856146447,H=107.65625359174948,M=124.71705590476161")


@pytest.mark.parametrize(
    ("words", "sizes"),
    [
        ((), (143, 24, 33)),
        (("--method", "equal"), (67, 67, 66)),
        (("--method", "neyman", *SDS), (147, 21, 32)),
        (("--method", "neyman", *SDS, "--costs", "E=1,H=4,M=9"), (175, 12, 13)),
        (("--method", "power", "--power", "1", *SDS), (147, 21, 32)),
        (("--method", "power", "--power", "0", *SDS), (72, 59, 69)),
    ],
)
def test_allocations_equal_the_formulas(words, sizes):
    found = run(allocate, *ALLOCATE, *words)
    assert tuple(found["allocation"].values()) == sizes
    assert found["findings"] == []
    assert "total: 200" in CliRunner().invoke(allocate, [*ALLOCATE, *words]).stdout


def test_an_allocation_that_cannot_exist_is_null_with_a_finding():
    too_many = run(allocate, "--sizes", "a=3", "--n", "9")
    assert too_many["allocation"] is None
    assert too_many["findings"][0]["code"] == "sample.n_exceeds_frame"
    flat = run(allocate, "--sizes", "a=3,b=5", "--sds", "a=1,b=0", "--n", "5", "--method", "power")
    assert flat["allocation"] == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sizes", "a", "--n", "1"), "NAME=NUMBER"),
        (("--sizes", "a=1.5", "--n", "1"), "whole number"),
        (("--sizes", "a=1,a=2", "--n", "1"), "twice"),
        (("--sizes", "a=many", "--n", "1"), "not a number"),
        (("--sizes", ",", "--n", "1"), "names nothing"),
        (("--sizes", "a=1", "--sds", "b=1", "--n", "1"), "not among"),
        (("--sizes", "a=1", "--sds", "a=-1", "--n", "1"), "not negative"),
        (("--sizes", "a=1", "--costs", "a=0", "--n", "1"), "above 0"),
        (("--n", "1"), "--sizes"),
    ],
)
def test_options_of_allocate_are_refused_in_one_line(words, said):
    assert said in refused(allocate, *words)


def test_scores_come_with_their_base_and_interval(file):
    nps = run(score, file("q\n10\n9\n8\n0\n\n"), "--nps", "q")
    assert (nps["nps"], nps["n"], nps["promoters"], nps["detractors"]) == (25, 4, 2, 1)
    assert nps["distribution"]["8"] == 1
    csat = run(score, file("q\n5\n4\n3\n1\n"), "--csat", "q", "--scale", "1:5")
    assert (csat["csat"], csat["top"], csat["mean"], csat["index"]) == (50, 2, 3.25, 56.25)
    near(csat["ci"], [15.003898915214948, 84.99610108478506])
    ces = run(score, file("q,w\n7,1\n1,3\n"), "--ces", "q", "--scale", "1:7", "--weight", "w")
    assert (ces["ces"], ces["n"], ces["easy"]) == (2.5, 2, 25)
    assert "NPS 25.00" in CliRunner().invoke(score, [file("q\n10\n9\n8\n0\n"), "--nps", "q"]).stdout


def test_a_design_effect_that_is_null_says_why(file):
    plain = run(estimate, file("y\n1\n2\n4\n"), "--value", "y")
    assert plain["mean"]["deff"] is None
    assert "population" in plain["findings"][0]["message"]
    alike = run(estimate, file("y,w\n3,2\n3,5\n"), "--value", "y", "--weight", "w")
    assert alike["mean"]["deff"] is None
    assert [found["code"] for found in alike["findings"]] == ["estimate.no_effect"]
    assert "do not vary" in alike["findings"][0]["message"]


def test_a_mean_of_answers_that_agree_says_why_it_has_no_interval(file):
    csat = run(score, file("q\n5\n5\n"), "--csat", "q", "--scale", "1:5")
    assert csat["mean_ci"] is None
    assert [f["code"] for f in csat["findings"]] == ["scores.few_answers", "scores.no_spread"]
    wide = run(score, file("q\n1\n5\n"), "--csat", "q", "--scale", "1:5")
    assert wide["mean_ci"] == [1, 5]


def test_no_answers_are_null_and_never_zero(file):
    for words in (
        ("--nps", "q"),
        ("--csat", "q", "--scale", "1:5"),
        ("--ces", "q", "--scale", "1:7"),
    ):
        found = run(score, file("q,z\n,1\n"), *words)
        assert found[words[0].strip("-")] is None
        assert found["ci"] is None
        assert found["findings"][0]["code"] == "scores.no_answers"


def test_options_of_score_are_refused_in_one_line(file):
    data = file("q\n10\n11\n")
    assert "Name one" in refused(score, data)
    assert "needs --scale" in refused(score, data, "--ces", "q")
    assert "LOWEST:HIGHEST" in refused(score, data, "--ces", "q", "--scale", "7")
    assert "lowest answer comes first" in refused(score, data, "--ces", "q", "--scale", "7:1")
    assert "outside the scale" in refused(score, data, "--nps", "q")


@pytest.mark.parametrize("kind", ["--nps", "--csat", "--ces"])
def test_what_is_no_point_of_the_scale_is_no_answer(file, kind):
    """5.5 counted as a detractor and was missing from the distribution."""
    scale = () if kind == "--nps" else ("--scale", "1:7")
    said = refused(score, file("q\n6\n5.5\n"), kind, "q", *scale)
    assert "5.5 in row 3 is no point of the scale" in said
    left = run(score, file("q\n6\n5.5\n99\n"), kind, "q", *scale, "--missing-codes", "5.5, 99")
    assert left["n"] == 1


def test_codes_that_mean_no_answer_are_none_in_every_command(file, tmp_path):
    data = file("y,w\n1,1\n3,1\n99,99\n-1,1\n")
    found = run(estimate, data, "--value", "y", "--weight", "w", "--missing-codes", "99,-1")
    assert (found["mean"]["value"], found["mean"]["n"]) == (2, 2)
    out = tmp_path / "out.csv"
    other = file(ANSWERS.replace("3,,", "3,99,"), "other.csv")
    words = (other, "--items", "a1,a2,b1", "--out", str(out))
    run(screen, *words, "--missing-codes", "99")
    assert table(out)[5]["irv"] == repr(0.5**0.5)
    asked = ((estimate, (data, "--value", "y")), (score, (data, "--nps", "y")), (screen, words))
    for command, more in asked:
        assert "not a number" in refused(command, *more, "--missing-codes", "x")


@pytest.mark.parametrize(("items", "flagged"), [(5, 0), (24, 1)])
def test_a_run_is_held_against_chance(file, tmp_path, items, flagged):
    """Five alike of five are common among attentive people; 24 of 24 in the middle are not."""
    names = [f"q{i}" for i in range(items)]
    X, _ = people(200, items, 1)
    text = "\n".join([",".join(names), *(",".join(f"{v:.0f}" for v in row) for row in X[1:])])
    middle = "\n" + ",".join(["3"] * items) + "\n"
    out = tmp_path / "o.csv"
    found = run(screen, file(text + middle), "--items", ",".join(names), "--out", str(out))
    assert found["flags"]["longstring"] >= flagged
    last = table(out)[-1]
    assert (float(last["longstring_p"]) <= 0.01, "longstring" in last["flags"]) == (flagged,) * 2
    assert not any(f["code"] == "screen.no_chance" for f in found["findings"])


def test_a_run_without_a_chance_is_no_flag(file, tmp_path):
    words = ("--items", "a,b,c", "--out", str(tmp_path / "o.csv"))
    found = run(screen, file("a,b,c\n3,3,3\n3,3,3\n"), *words)
    assert found["flags"]["longstring"] == 0
    assert any(f["code"] == "screen.no_chance" for f in found["findings"])


ANSWERS = """a1,a2,b1,b2,c1,c2
1,1,1,1,1,1
1,2,4,5,3,3
5,4,2,1,3,2
2,2,5,4,1,1
4,5,1,2,5,4
3,,2,2,4,4
"""


def test_person_indices_are_written_one_row_a_person(file, tmp_path):
    out = tmp_path / "flags.csv"
    words = (file(ANSWERS), "--items", "a1,a2,b1,b2,c1,c2", "--out", str(out))
    report = run(screen, *words)
    rows = table(out)
    assert list(rows[0]) == [
        "row", "longstring", "longstring_p", "avgstring", "irv", "d2", "d2_p", "even_odd",
        "synonyms", "antonyms", "person_total", "d2_shrunk", "guttman", "guttman_share", "flags",
    ]  # fmt: skip
    assert rows[0]["longstring"] == "6"
    assert rows[0]["flags"] == "irv"  # longstring: five of six items are often alike by chance
    assert rows[0]["even_odd"] == ""
    assert report["n"] == 6
    assert report["defined"]["d2"] == 0
    assert [f["code"] for f in report["findings"]] == ["careless.too_few", "screen.few_rows"]
    assert "flagged" in CliRunner().invoke(screen, list(words)).stdout


def test_items_are_keyed_for_even_odd_when_asked(file, tmp_path):
    out = str(tmp_path / "f.csv")
    words = (file(ANSWERS), "--items", "a1,a2,b1,b2,c1,c2", "--out", out)
    plain = run(screen, *words, "--groups", "2,2,2")
    turned = run(screen, *words, "--reverse", "a2,b2,c2", "--scale", "1:5")
    assert plain["flags"]["even_odd"] < turned["flags"]["even_odd"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--items", "a1,zz"), "no column"),
        (("--items", "a1,a1"), "twice"),
        (("--items", "a1,a2", "--reverse", "b1", "--scale", "1:5"), "not among"),
        (("--items", "a1,a2", "--reverse", "a2"), "needs --scale"),
        (("--items", "a1,a2", "--groups", "1,2"), "add up to the 2 items"),
        (("--items", "a1,a2", "--groups", "x"), "add up"),
    ],
)
def test_options_of_screen_are_refused_in_one_line(file, tmp_path, words, said):
    assert said in refused(screen, file(ANSWERS), *words, "--out", str(tmp_path / "f.csv"))


def test_a_file_that_cannot_be_written_is_said_in_one_line(file, tmp_path):
    words = (file(ANSWERS), "--items", "a1,a2", "--out", str(tmp_path / "no" / "f.csv"))
    assert "cannot be written" in refused(screen, *words)


DEGENERATE = [
    (("--sds", "E=0,H=0"), "20", "sample.zero_sd"),
    (("--sds", "E=131.3", "--min-per-stratum", "2"), "20", "sample.unknown_sd"),
    ((), "20", None),
    (("--sds", "E=131.3,H=107.7"), "6000", "sample.n_exceeds_frame"),
    (("--sds", "E=131.3,H=107.7"), "1", "sample.stratum_unreached"),
    (("--sds", "E=131.3,H=107.7"), "0", "sample.n_too_small"),
    (("--sds", "E=131.3,H=107.7"), "-5", "sample.n_too_small"),
    (("--sds", "E=131.3,H=107.7", "--min-per-stratum", "40"), "60", "sample.minimums_exceed_n"),
    (("--sds", "E=131.3,H=107.7", "--min-per-stratum", "800"), "4000", "sample.minimum_capped"),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("words", "n", "code"), DEGENERATE)
def test_every_method_answers_degenerate_input_with_a_finding(method, words, n, code):
    found = run(allocate, "--sizes", "E=4421,H=755", "--n", n, "--method", method, *words)
    said = [finding["code"] for finding in found["findings"]]
    follows_spread = method not in ("equal", "proportional")
    if code in ("sample.zero_sd", "sample.unknown_sd") and not follows_spread:
        code = None
    if code is None and words == () and follows_spread:
        code = "sample.no_sd"
    assert (code in said) if code else said == []
    if found["allocation"] is not None:
        assert sum(found["allocation"].values()) == int(n)
        assert all(size >= 0 for size in found["allocation"].values())
    assert CliRunner().invoke(
        allocate, ["--sizes", "E=4421,H=755", "--n", n, "--method", method, *words]
    ).exit_code in (0,)


def test_empty_and_single_strata_are_named():
    found = run(allocate, "--sizes", "a=0,b=1,c=9", "--n", "5", "--method", "proportional")
    assert found["allocation"] == {"a": 0, "b": 1, "c": 4}
    assert [f["code"] for f in found["findings"]] == ["sample.empty_stratum", "sample.single_unit"]
    assert (
        run(allocate, "--sizes", "a=0", "--n", "1")["findings"][0]["code"] == "sample.empty_frame"
    )


def test_the_published_allocation_comes_out():
    words = ("--sizes", "E=4421,H=755,M=1018", "--sds", "E=131.3,H=107.7,M=124.7", "--n", "200")
    found = run(allocate, *words, "--method", "neyman", "--min-per-stratum", "2")
    assert found["allocation"] == {"E": 147, "H": 21, "M": 32}
    assert found["findings"] == []
    dear = run(allocate, *words, "--method", "cost", "--costs", "E=1,H=4,M=9")
    same = run(allocate, *words, "--method", "neyman", "--costs", "E=1,H=4,M=9")
    assert dear["allocation"] == same["allocation"]
    assert sum(dear["allocation"].values()) == 200


def test_precision_and_answers_from_the_shell():
    many = run(allocate, "--sizes", "E=4421,H=755", "--margin", "3", "--response-rate", "50")
    # Cochran: 1067.07 answers, corrected for 4 421 and for 755 customers, at one in two.
    assert many["allocation"] == {"E": 1720, "H": 755}
    assert many["findings"][0]["code"] == "sample.margin_missed"
    assert many["margins"]["E"] == pytest.approx(3, abs=0.01)
    assert "allocate needs --n or --margin" in refused(allocate, "--sizes", "a=3")
    empty = run(allocate, "--sizes", "a=0,b=50", "--margin", "20", "--min-per-stratum", "30")
    assert empty["allocation"] == {"a": 0, "b": 30}
    assert empty["margins"]["a"] is None
    silent = run(allocate, "--sizes", "a=9", "--margin", "3", "--response-rate", "1")
    assert "expect ± –" in silent["findings"][-1]["message"]


def test_a_column_of_lists_groups_by_what_they_hold(tmp_path):
    """Parquet can hold them; whether a list differs from itself has no single answer."""
    path = tmp_path / "lists.parquet"
    pd.DataFrame({"y": [1, 2, 4, 5], "g": [[1, 2], [1, 2], [3], [3]]}).to_parquet(path)
    found = run(estimate, str(path), "--value", "y", "--by", "g")
    assert [part["mean"]["value"] for part in found["by"].values()] == [1.5, 4.5]


def test_equal_tenths_have_no_spread(file, tmp_path):
    """Three times 0.1 have a mean of 0.10000000000000002, and so a spread of 1e-17."""
    words = ("--items", "a,b,c", "--out", str(tmp_path / "o.csv"))
    found = run(screen, file("a,b,c\n0.1,0.1,0.1\n1,2,3\n"), *words)
    assert found["flags"]["irv"] == 1


def test_few_rows_have_a_shrunken_distance_and_everybody_their_guttman_errors(file, tmp_path):
    out = tmp_path / "flags.csv"
    text = "a,b,c,d\n1,2,2,3\n3,3,4,4\n5,4,1,2\n"
    report = run(screen, file(text), "--items", "a,b,c,d", "--out", str(out))
    assert (report["defined"]["d2"], report["defined"]["d2_shrunk"]) == (0, 3)
    assert "screen.few_rows" in [f["code"] for f in report["findings"]]
    rows = table(out)
    assert [row["guttman"] for row in rows] == ["0", "0", "4"]
    assert rows[2]["guttman_share"] == "0.25"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (screen, ("--items", "a,b", "--out", "o.csv")),
        (score, ("--csat", "a", "--scale", "1:5", "--weight", "b")),
        (estimate, ("--value", "b")),
    ],
)
def test_numbers_too_near_0_to_compute_with_are_refused(file, command, words):
    path = file("a,b\n1,1e-200\n2,2e-310\n4,3e-200\n")
    assert 'Column "b", row 2: 1e-200 is too near 0' in refused(command, path, *words)


def test_numbers_too_large_to_compute_with_are_refused():
    words = ("--sizes", "E=10,H=5", "--n", "3", "--method", "power")
    assert "too large" in refused(allocate, *words, "--sds", "E=1e308,H=1e308")
    small = ("--costs", "E=1e-300,H=1e60")
    found = run(allocate, *words[:4], "--method", "neyman", "--sds", "E=1e60,H=1e-308", *small)
    assert found["allocation"] == {"E": 3, "H": 0}
