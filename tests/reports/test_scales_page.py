"""The page of scales: further coefficients, proposed keys, the factors of all items, in words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm.attributes import flag_modified

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.reports import publication, scale_words, snapshots
from surveyapp.reports.models import Snapshot
from tests.auditing import AuditingClient
from tests.datasets.studies import small_study
from tests.reports.test_study_page import NEVER, words


def page(staff: AuditingClient, study: Study) -> str:
    return words(staff.get(f"/studies/{study.id}/analysis/scales").text)


def changed(study: Study, change: Any) -> dict[str, Any]:
    """Change every response's answers, compute again: the figures."""
    for response in db.session.query(Response):
        change(response.id, response.answers)
        flag_modified(response, "answers")
    db.session.commit()
    return snapshots.refresh(study.id).figures


def test_further_coefficients_are_the_kept_ones_with_their_rows(staff: AuditingClient) -> None:
    study, _ = small_study()

    def skip(number: int, answers: dict[str, Any]) -> None:
        if number % 7 == 0:
            del answers["staff.cared"]

    kept = changed(study, skip)
    text = page(staff, study)
    (scale,) = (s for s in kept["scales"] if s["dimension"] == "attitude")
    more = kept["depth"]["attitude"]["further"]
    told = more["coefficients"]
    for value in (told["alpha"], told["standardised"], told["average_r"], scale["standardised"],
                  told["omega"]["total"], told["spearman_brown"], told["lambda6"],
                  told["ordinal"]):  # fmt: skip
        assert f"{value:.3f}".replace("-", "−") in text
    for ends in (told["bootstrap"], told):
        assert f"[{ends['low']:.3f}, {ends['high']:.3f}]".replace("-", "−") in text
    assert more["n"] == 66
    assert "takes only the 66 who answered every item (listwise)" in text
    assert "No answer is missing: pairwise and listwise are the same." in text, "of other scales"
    assert not NEVER.search(text)


def test_a_backward_item_is_proposed_with_its_place_and_nothing_is_changed(
    staff: AuditingClient,
) -> None:
    study, _ = small_study()

    def turn(_number: int, answers: dict[str, Any]) -> None:
        for item in ("speed.reached", "first.repeated"):
            answers[item] = 6 - answers[item]

    kept = changed(study, turn)
    document = dict(study.version.document)
    markup = staff.get(f"/studies/{study.id}/analysis/scales").text
    text = words(markup)
    assert "“I reached a member of staff quickly.” goes against the other items (r = −0." in text
    assert "should be marked “Reversed”" in text
    assert "It is marked “Reversed”: perhaps its wording does not ask for that." in text
    (speed,) = (s for s in kept["scales"] if s["dimension"] == "response_speed")
    after, now = speed["keying"]["alpha"], speed["alpha"]
    told = f"With it turned round α would be {after:.3f} instead of {now:.3f}."
    assert told.replace("-", "−") in text
    where = f"/questionnaires/{study.version.questionnaire_id}?at=item:speed.reached"
    assert f'href="{where}"' in markup
    assert staff.get(where).status_code == 200
    assert study.version.document == document


def test_items_under_their_dimensions_show_where_they_load(staff: AuditingClient) -> None:
    study, _ = small_study()
    kept = snapshots.refresh(study.id).figures["structure"]
    text = page(staff, study)
    solution = kept["solution"]
    assert f"n = {kept['n']} complete, {kept['k']} items" in text
    for share in solution["explained"]:
        assert f"{100 * share:.1f} %" in text
    for row in solution["loadings"].values():
        assert "".join(f"{value:z.2f}".replace("-", "−") for value in row) in text.replace(" ", "")


@pytest.mark.parametrize("spoiled", ["equal", "constant", "nobody"])
def test_the_culprit_of_factors_that_cannot_be_computed_is_named(
    staff: AuditingClient, spoiled: str
) -> None:
    study, _ = small_study()

    def spoil(number: int, answers: dict[str, Any]) -> None:
        if spoiled == "equal":
            answers["staff.cared"] = answers["speed.began"]
        elif spoiled == "constant":
            answers["staff.cared"] = 4
        elif number > 12:
            del answers["staff.cared"]

    changed(study, spoil)
    text = page(staff, study)
    said = {
        "equal": "\"The staff truly wanted to help me.\" says the same as \"Work on my problem "
        "began soon.\": leave one of them out.",
        "constant": '"The staff truly wanted to help me." does not vary (every answer is 4)',
        "nobody": '"The staff truly wanted to help me." is answered in 12 of 77 rows',
    }  # fmt: skip
    assert said[spoiled] in text
    assert ("No factors can be computed from these answers:" in text) == (spoiled != "constant")
    assert not NEVER.search(text)


def test_figures_of_the_last_release_still_show(staff: AuditingClient) -> None:
    study, _ = small_study()
    snapshots.refresh(study.id)
    row = db.session.get_one(Snapshot, study.id)
    figures = {**row.figures, "format": 3}
    del figures["structure"]
    for scale in (*figures["scales"], figures["overall"]):
        del scale["keying"], scale["average_r"]
    for one in figures["depth"].values():
        del one["further"]
    figures["scales"][0]["items"][0]["item_total_r"] = -0.2
    row.figures = figures
    flag_modified(row, "figures")
    db.session.commit()
    text = page(staff, study)
    assert "Guttman’s λ6" in text
    assert "goes against the other items (r = −0.20)" in text
    assert "All scored items together" not in text


def test_a_raised_minimum_takes_them_away_at_once(staff: AuditingClient) -> None:
    study, _ = small_study()

    def skip(number: int, answers: dict[str, Any]) -> None:
        if number > 40:
            del answers["speed.waited"]

    changed(study, skip)
    assert "Loadings on factor" in page(staff, study)
    publication.set_minimum(study.id, 41)
    db.session.commit()
    text = page(staff, study)
    assert "Withheld: 40 answers, fewer than 41." in text
    assert "Loadings on factor" not in text
    assert db.session.get_one(Snapshot, study.id).figures["structure"]["solution"] is None


def solved(loadings: dict[str, list[float]], homes: dict[str, int], *strays: str) -> dict[str, Any]:
    number = len(next(iter(loadings.values())))
    return {"number": number, "loadings": loadings, "homes": homes, "strays": list(strays)}


def test_where_items_load_is_told_in_sentences(app: Flask) -> None:
    scales = [
        {"dimension": name, "title": {"en": name.title()}, "items": [{"id": f"{name}1"}]}
        for name in ("speed", "care")
    ]
    two = {"speed1": [0.8, 0.1], "care1": [-0.5, 0.2]}
    with app.test_request_context(headers={"Accept-Language": "en"}):
        apart = scale_words.belonging(solved(two, {"speed": 0, "care": 1}), scales, {})
        assert apart == ["Every item loads where it belongs: on the factor of its dimension."]
        shared = scale_words.belonging(solved(two, {"speed": 0, "care": 0}), scales, {})
        assert "“Speed”, “Care” load on the same factor (1)" in shared[0]
        found = solved(two, {"speed": 0, "care": 1}, "care1")
        (stray,) = scale_words.belonging(found, scales, {"care1": "Kind"})
        assert stray.startswith("“Kind” loads on factor 1 (−0.50)")
        one = solved({"speed1": [0.8], "care1": [0.7]}, {"speed": 0, "care": 0})
        assert scale_words.belonging(one, scales, {})[0].startswith("One factor stands behind")
        assert scale_words.belonging(one, scales[:1], {}) == []


def test_two_backward_items_and_one_that_only_suffers(app: Flask) -> None:
    item = {"label": {"en": "Q – a"}, "reverse": False, "item_total_r": -0.3}
    scale = {
        "alpha": 0.2,
        "items": [{**item, "id": "x"}, {**item, "id": "g.y"}, {**item, "id": "g.z"}],
        "keying": {"negative": ["x", "g.y", "g.z"], "backwards": ["g.y", "g.z"], "alpha": 0.8},
    }
    with app.test_request_context(headers={"Accept-Language": "en"}):
        first, second, third = scale_words.keys(scale)
    assert [one["id"] for one in (first, second, third)] == ["g.y", "g.z", "x"]
    assert "With them turned round α would be 0.800 instead of 0.200." in second["said"]
    assert third["said"].startswith("“Q – a” correlates negatively with the rest")
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert "若将这些题反向计分，α 将由 0.200 变为 0.800。" in scale_words.keys(scale)[1]["said"]
    assert scale_words.place("x") == "question:x"
