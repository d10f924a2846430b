"""What a version's mapping makes of earlier answers, and what an export keeps of them."""

from __future__ import annotations

from typing import Any

import pytest

from surveyapp.database import db
from surveyapp.datasets import gather
from surveyapp.datasets.blanks import NOT_ASKED, OFF_PATH, UNANSWERED
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.mapping import Carried
from tests.datasets.studies import fill, make_study, publish
from tests.datasets.test_table import document, reasons, row, single


def likert(name: str, points: int, **more: Any) -> dict[str, Any]:
    return {"id": name, "type": "likert", "scale": {"points": points}, **more}


def columns(data: Dataset) -> list[str]:
    return [v.name for v in data.codebook.answers]


def test_a_dropped_option_is_recoded_and_stays_as_it_was_answered() -> None:
    first, second = document(single("why", "slow", "rude")), document(single("why", "slow"))
    rows = [
        row(1, {"why": "rude"}),
        row(2, {"why": "slow"}),
        row(3, {}),
        row(4, {"why": "slow"}, version=2),
    ]
    mapping = (Carried(source="why", how="recode", target="why", values={"rude": "slow"}),)
    data = build(rows, {1: first, 2: second}, mappings={2: mapping})
    assert data.table["why"].to_pylist() == ["slow", "slow", None, "slow"]
    assert data.table["why__v1"].to_pylist() == ["rude", "slow", None, None]
    assert reasons(data, "why")[2] == UNANSWERED
    assert reasons(data, "why__v1")[3] == NOT_ASKED
    assert [code for code, _ in data.codebook["why"].values] == ["slow"]


def test_a_partial_recoding_keeps_the_other_old_codes() -> None:
    first, second = document(single("why", "a", "b", "c")), document(single("why", "a"))
    mapping = (Carried(source="why", how="recode", target="why", values={"b": "a"}),)
    rows = [row(1, {"why": "b"}), row(2, {"why": "c"})]
    data = build(rows, {1: first, 2: second}, mappings={2: mapping})
    assert data.table["why"].to_pylist() == ["a", "c"]
    assert [code for code, _ in data.codebook["why"].values] == ["a", "c"]


def test_points_land_in_the_new_scale_and_score_only_there() -> None:
    five = document(likert("mark", 5, dimension="d"))
    seven = document(likert("mark", 7, dimension="d"))
    values = {"1": 1, "2": 3, "3": 4, "4": 6, "5": 7}
    mapping = (Carried(source="mark", how="recode", target="mark", values=values),)
    rows = [row(1, {"mark": 2}), row(2, {"mark": 2}, version=2)]
    data = build(rows, {1: five, 2: seven}, mappings={2: mapping})
    assert data.table["mark"].to_pylist() == [3, 2]
    assert data.table["mark__v1"].to_pylist() == [2, None]
    assert [v.name for v in data.codebook.items_of("d")] == ["mark"]


def test_unmapped_points_make_a_column_of_their_own() -> None:
    versions = {1: document(likert("mark", 5)), 2: document(likert("mark", 7))}
    rows = [row(1, {"mark": 2}), row(2, {"mark": 2}, version=2)]
    kept = (Carried(source="mark", target="mark"),)
    data = build(rows, versions, mappings={2: kept})
    assert data.table["mark"].to_pylist() == [None, 2]
    assert data.table["mark__v1"].to_pylist() == [2, None]
    assert data.hash == build(rows, versions).hash


def test_another_meaning_under_the_same_codes_is_split() -> None:
    versions = {n: document(single("q", "a", "b")) for n in (1, 2, 3)}
    rows = [row(n, {"q": "a"}, version=n) for n in (1, 2, 3)]
    split = (Carried(source="q", how="split", target="q"),)
    data = build(rows, versions, mappings={3: split})
    assert data.table["q"].to_pylist() == [None, None, "a"]
    assert data.table["q__v2"].to_pylist() == ["a", "a", None]


def test_a_recoding_before_a_split_stays_on_its_side_of_it() -> None:
    versions = {
        1: document(single("q", "a")),
        2: document(single("r", "a")),
        3: document(single("r", "a")),
    }
    rows = [row(1, {"q": "a"}), row(2, {"r": "a"}, version=2), row(3, {"r": "a"}, version=3)]
    mappings = {
        2: (Carried(source="q", how="recode", target="r", values={"a": "a"}),),
        3: (Carried(source="r", how="split", target="r"),),
    }
    data = build(rows, versions, mappings=mappings)
    assert data.table["r"].to_pylist() == [None, None, "a"]
    assert data.table["r__v2"].to_pylist() == ["a", "a", None]


def test_a_renamed_question_goes_on_in_one_column() -> None:
    shown = {"==": [{"answer": "q"}, "a"]}
    old = document(single("q", "a", "b"), {"id": "t", "type": "long_text", "show": shown})
    new = document(single("q", "a", "b"), {"id": "words", "type": "long_text"})
    mapping = (Carried(source="t", how="recode", target="words"),)
    rows = [
        row(1, {"q": "a", "t": "old"}),
        row(2, {"q": "b"}),
        row(3, {"q": "a", "words": "new"}, version=2),
    ]
    data = build(rows, {1: old, 2: new}, mappings={2: mapping})
    assert columns(data) == ["q", "words"]
    assert data.table["words"].to_pylist() == ["old", None, "new"]
    assert reasons(data, "words")[1] == OFF_PATH


def test_indicators_of_a_recoded_option() -> None:
    def several(name: str, *options: str) -> dict[str, Any]:
        return {**single(name, *options), "type": "multiple"}

    versions = {1: document(several("m", "a", "b", "c")), 2: document(several("m", "b", "c"))}
    mapping = (Carried(source="m", how="recode", target="m", values={"a": "b"}),)
    rows = [row(1, {"m": ["a"]}), row(2, {"m": ["a", "c"]}), row(3, {"m": ["c"]}, version=2)]
    data = build(rows, versions, mappings={2: mapping})
    assert columns(data) == ["m.b", "m.c", "m.a"]
    assert data.table["m.b"].to_pylist() == [1, 1, 0]
    assert data.table["m.c"].to_pylist() == [0, 1, 1]
    assert data.table["m.a"].to_pylist() == [1, 1, None]


def test_a_mapping_to_what_the_study_never_asks_changes_nothing() -> None:
    versions = {1: document(single("q", "a"))}
    mapping = (Carried(source="q", how="recode", target="n", values={"a": "b"}),)
    data = build([row(1, {"q": "a"})], versions, mappings={2: mapping})
    assert data.table["q"].to_pylist() == ["a"]


@pytest.mark.parametrize("mapped", [False, True])
def test_an_export_before_and_after_a_second_version(app: Any, mapped: bool) -> None:
    first = document(single("why", "slow", "rude", "price"))
    study = make_study(first)
    drawn = {"probability": 0.1, "weight": 10.0}
    fill(study, [row(i, {"why": "rude" if i % 2 else "price"}, **drawn) for i in range(1, 101)])
    before = gather.dataset(study.id).table["why"].to_pylist()

    second = publish(document(single("why", "slow", "price")), 2, study.version.questionnaire)
    if mapped:
        how = Carried(source="why", how="recode", target="why", values={"rude": "slow"})
        second.mapping = [how.model_dump(mode="json")]
    study.version = second
    db.session.commit()
    fill(study, [row(i, {"why": "price"}, **drawn) for i in range(101, 111)])

    data = gather.dataset(study.id)
    kept = data.table["why__v1" if mapped else "why"].to_pylist()
    assert kept[:100] == before
    assert data.table["version"].to_pylist() == [1] * 100 + [2] * 10
    if mapped:
        assert data.table["why"].to_pylist()[:2] == ["slow", "price"]
        assert kept[100:] == [None] * 10
    assert data.table["why"].to_pylist()[100:] == ["price"] * 10
