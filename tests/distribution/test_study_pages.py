"""The pages of studies, opened as staff open them; every page is audited by the client."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import event, func, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.answering.models import Response, ResponseMember
from surveyapp.database import db
from surveyapp.distribution import designs, drawing, invitations, population, studies
from surveyapp.distribution.models import SampleDesign, SampleMember, Study, Touchpoint
from surveyapp.distribution.specs import Spec
from surveyapp.jobs import running
from tests.auditing import AuditingClient
from tests.distribution.builders import (
    add_customer,
    add_customers,
    add_draw,
    add_invitations,
    add_study,
    add_version,
)

SignIn = Callable[[str], AuditingClient]
NEW = {
    "title": "Autumn",
    "timezone": "Asia/Shanghai",
    "send_from": "09:00",
    "send_until": "20:00",
    "contact_cap": "3",
    "contact_cap_days": "30",
    "bought_within_days": "90",
    "not_contacted_for_days": "30",
    "consented": "y",
}
DRAW = {
    "bought_within_days": "90",
    "not_contacted_for_days": "30",
    "consented": "y",
    "strata_by": ["city", "tier"],
    "method": "neyman",
    "measure": "spend",
    "n": "60",
    "minimum": "3",
    "seed": "7",
}


@pytest.fixture
def study(app: Flask) -> Study:
    add_customers(200)
    made = add_study(population=population.Population().as_json())
    db.session.commit()
    return made


def _page(client: AuditingClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def _post(client: AuditingClient, path: str, data: dict[str, Any], status: int = 302) -> str:
    answer = client.post(path, data=data)
    assert answer.status_code == status, answer.get_data(as_text=True)[-3000:]
    return answer.get_data(as_text=True)


def test_an_empty_list_offers_the_next_step(staff: AuditingClient) -> None:
    assert "No study yet" in _page(staff, "/studies")
    assert "No questionnaire is published yet" in _page(staff, "/studies/new")


def test_a_study_is_made_from_a_published_version(staff: AuditingClient) -> None:
    version = add_version()
    add_customers(6)
    db.session.commit()
    _page(staff, "/studies/new")
    _post(staff, "/studies/new", {**NEW, "version_id": version.id, "cities": ["上海", "杭州"]})
    study = db.session.scalars(select(Study)).one()
    assert (study.send_from, study.send_until, study.state) == (540, 1200, "draft")
    assert study.population["cities"] == ["上海", "杭州"]
    assert study.created_by == "administrator@example.com"
    assert "Autumn" in _page(staff, "/studies")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " "}, "Give the study a title."),
        ({"timezone": "Mars/Base"}, "Choose a time zone from the list."),
        ({"send_until": "08:00"}, "The hours must end after they begin."),
        ({"contact_cap": "0"}, "Give a whole number from 1 to 20."),
        ({"bought_within_days": "-1"}, "Give a whole number from 1 to 3650."),
    ],
)
def test_wrong_settings_are_refused_at_their_field(
    staff: AuditingClient, change: dict[str, str], sentence: str
) -> None:
    version = add_version()
    db.session.commit()
    assert sentence in _post(
        staff, "/studies/new", {**NEW, "version_id": version.id, **change}, 200
    )
    assert db.session.scalar(select(func.count()).select_from(Study)) == 0


def test_settings_keep_times_in_the_studys_zone(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/settings"
    _page(staff, path)
    form = {
        **NEW,
        "version_id": study.version_id,
        "closes_at": "2026-12-01T18:00",
        "title": "Winter",
    }
    _post(staff, path, form)
    assert study.closes_at is not None
    assert study.closes_at.isoformat() == "2026-12-01T10:00:00+00:00"
    assert 'value="2026-12-01T18:00"' in _page(staff, path)
    assert "2026-12-01 18:00" in _page(staff, "/studies")
    _post(staff, path, {**form, "title": ""}, 422)
    assert study.title == "Winter"


def test_the_version_stays_once_somebody_is_invited(staff: AuditingClient, study: Study) -> None:
    other = add_version()
    invitations.issue(add_draw(study, add_customers(1, number="X1")))
    db.session.commit()
    before = study.version_id
    _post(staff, f"/studies/{study.id}/settings", {**NEW, "version_id": other.id})
    assert study.version_id == before
    assert "so the version stays" in _page(staff, f"/studies/{study.id}/settings")


def test_a_study_moves_through_its_states_and_then_rests(
    staff: AuditingClient, study: Study
) -> None:
    for move, state in (
        ("start", "running"),
        ("pause", "paused"),
        ("resume", "running"),
        ("close", "closed"),
    ):
        _post(staff, f"/studies/{study.id}/state/{move}", {})
        db.session.expire_all()
        assert study.state == state
        _page(staff, f"/studies/{study.id}/settings")
    _post(staff, f"/studies/{study.id}/state/start", {"next": f"/studies/{study.id}/sample"})
    assert study.state == "closed"
    assert "not possible any more" in _page(staff, f"/studies/{study.id}/sample")
    _post(staff, f"/studies/{study.id}/settings", {**NEW, "version_id": study.version_id})
    assert study.title == "Autumn"
    _post(staff, f"/studies/{study.id}/state/explode", {}, 404)
    _page(staff, "/studies/999/settings", 404)


def test_the_allocation_shows_before_anything_is_drawn(staff: AuditingClient, study: Study) -> None:
    page = _page(staff, f"/studies/{study.id}/sample")
    assert "before anything is drawn" in page
    assert "9 strata" in page
    fragment = staff.get(
        f"/studies/{study.id}/sample/preview", query_string={**DRAW, "cities": ["上海"]}
    )
    text = fragment.get_data(as_text=True)
    assert "3 strata" in text
    assert "Other city, store, product line, tier or life cycle" in text
    assert "<html" not in text
    assert db.session.scalar(select(func.count()).select_from(SampleDesign)) == 0
    assert study.population["cities"] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n": "201"}, "fewer than the 201 to draw"),
        ({"cities": ["nowhere"]}, "The frame has no units."),
        ({"strata_by": ["city", "store", "tier", "language"]}, "at most three attributes"),
        ({"minimum": "50"}, "more than 60"),
        ({"n": ""}, "Mend the marked fields"),
    ],
)
def test_what_stands_in_the_way_is_said_in_the_preview_and_at_the_draw(
    staff: AuditingClient, study: Study, change: dict[str, Any], sentence: str
) -> None:
    page = staff.get(f"/studies/{study.id}/sample/preview", query_string={**DRAW, **change})
    assert sentence in page.get_data(as_text=True)
    assert sentence in _post(staff, f"/studies/{study.id}/sample", {**DRAW, **change}, 422)
    assert db.session.scalar(select(func.count()).select_from(SampleMember)) == 0
    assert study.population["cities"] == []


def test_a_draw_is_stored_shown_compared_and_downloaded(
    staff: AuditingClient, study: Study
) -> None:
    path = f"/studies/{study.id}/sample"
    _page(staff, f"{path}/redraw", 404)
    _post(staff, path, DRAW)
    design = designs.current(study)
    assert design is not None
    assert (design.n, design.seed, design.method) == (60, 7, "neyman")
    page = _page(staff, path)
    assert design.draw_hash in page
    assert "Draw another sample instead" in page
    compared = _page(staff, f"{path}/redraw")
    assert "Bit by bit the same." in compared
    assert compared.count(design.draw_hash) == 3
    answer = staff.post(f"{path}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 60
    assert list(rows[0]) == ["number", "city", "tier", "inclusion_probability", "design_weight"]
    assert abs(sum(float(row["design_weight"]) for row in rows) - 200) < 1e-9
    assert "+86" not in answer.get_data(as_text=True)
    assert "sample.export" in db.session.scalars(select(AuditEntry.action)).all()


def test_a_tampered_sample_shows_when_it_is_redrawn(staff: AuditingClient, study: Study) -> None:
    _post(staff, f"/studies/{study.id}/sample", DRAW)
    db.session.query(SampleMember).update({"design_weight": 1.0})
    db.session.commit()
    assert "Not the same." in _page(staff, f"/studies/{study.id}/sample/redraw")


def test_an_invited_sample_cannot_be_drawn_again(staff: AuditingClient, study: Study) -> None:
    _post(staff, f"/studies/{study.id}/sample", {**DRAW, "strata_by": [], "method": "equal"})
    design = designs.current(study)
    assert design is not None
    invitations.issue(design)
    db.session.commit()
    page = _page(staff, f"/studies/{study.id}/sample")
    assert "so it stays as it is" in page
    assert "Draw another sample" not in page
    assert "has been invited" in _post(staff, f"/studies/{study.id}/sample", DRAW, 422)


def test_a_large_frame_is_drawn_by_a_job(
    staff: AuditingClient, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 100)
    answer = staff.post(f"/studies/{study.id}/sample", data=DRAW)
    assert "?job=" in answer.location
    assert "Queued" in _page(staff, answer.location)
    assert designs.current(study) is None
    assert running.run_waiting() == 1
    db.session.expire_all()
    design = designs.current(study)
    assert design is not None
    assert designs.redraw(design).identical
    assert "Done" in _page(staff, answer.location)


def test_codes_are_made_printed_and_taken_out_of_use(staff: AuditingClient, study: Study) -> None:
    path = f"/studies/{study.id}/touchpoints"
    assert "No code yet" in _page(staff, path)
    form = {
        "stores": ["Store 1"],
        "other_stores": "New\n\n",
        "places": ["receipt"],
        "other_place": "桌卡",
        "channel": "qr",
    }
    _post(staff, path, form)
    _post(staff, path, form)
    found = db.session.scalars(select(Touchpoint).order_by(Touchpoint.id)).all()
    assert len(found) == 4
    page = _page(staff, path)
    assert "桌卡" in page
    assert "not running" in page
    sheet = _page(staff, f"{path}/sheet?store=New")
    assert sheet.count("label-card") == 2
    svg = staff.get(f"/touchpoints/{found[0].id}/qr.svg")
    assert (svg.mimetype, svg.data[:5]) == ("image/svg+xml", b"<?xml")
    assert staff.get(f"/touchpoints/{found[0].id}/qr.png").data.startswith(b"\x89PNG")
    _post(staff, f"/touchpoints/{found[0].id}/active", {})
    assert not found[0].active
    assert _page(staff, f"{path}/sheet").count("label-card") == 3
    assert "at least one store" in _post(staff, path, {"channel": "qr"}, 422)
    _post(staff, path, {**form, "channel": "fax"}, 422)


def test_how_often_somebody_may_answer_is_chosen_in_words(
    staff: AuditingClient, study: Study
) -> None:
    path = f"/studies/{study.id}/touchpoints"
    page = _page(staff, path)
    for words in ("As often as somebody likes", "Once per device", "Once per receipt number"):
        assert f"<span>{words}</span>" in page
    form = {"stores": ["Store 1"], "places": ["receipt"], "channel": "qr", "once": "receipt"}
    _post(staff, path, form)
    assert db.session.scalars(select(Touchpoint.once)).one() == "receipt"
    terminal = {**form, "channel": "kiosk"}
    assert "cannot limit them" in _post(staff, path, terminal, 422)
    _post(staff, path, {**form, "once": "never"}, 422)
    assert db.session.scalars(select(Touchpoint.once)).one() == "receipt"


@pytest.mark.parametrize(
    "path",
    [
        "/studies/new",
        "/studies/{}/settings",
        "/studies/{}/sample",
        "/studies/{}/touchpoints",
        "/studies/{}/state/start",
    ],
)
def test_analysts_read_and_change_nothing(sign_in: SignIn, study: Study, path: str) -> None:
    analyst = sign_in("analyst")
    assert analyst.post(path.format(study.id), data={**NEW, **DRAW}).status_code == 403
    for page in ("settings", "sample", "touchpoints"):
        text = _page(analyst, f"/studies/{study.id}/{page}")
        assert "Draw the sample" not in text
        assert "Make the codes" not in text
    assert "New study" not in _page(analyst, "/studies")


def test_researchers_design_and_draw(sign_in: SignIn, study: Study) -> None:
    researcher = sign_in("researcher")
    _post(researcher, f"/studies/{study.id}/sample", DRAW)
    assert designs.current(study) is not None


@pytest.mark.parametrize(("page", "most"), [("settings", 10), ("sample", 23), ("touchpoints", 8)])
def test_a_page_takes_few_queries_however_much_there_is(
    staff: AuditingClient, study: Study, page: str, most: int
) -> None:
    designs.draw(study, Spec(n=150, seed=1, strata_by=("city", "tier", "product_line")))
    for index in range(40):
        db.session.add(
            Touchpoint(study_id=study.id, code=f"{index:08d}", store="S", label=f"L{index}")
        )
    db.session.commit()
    queries: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    _page(staff, f"/studies/{study.id}/{page}")
    assert len(queries) <= most, "\n".join(queries)


def test_pages_speak_chinese(staff: AuditingClient, study: Study) -> None:
    staff.post("/language/zh-Hans")
    assert 'lang="zh-Hans"' in _page(staff, f"/studies/{study.id}/sample")
    assert studies.standings()


def test_the_response_page_shows_rates_by_stratum_and_counts_silence_as_asked(
    sign_in: SignIn,
) -> None:
    staff, study = sign_in("analyst"), add_study()
    db.session.commit()
    path = f"/studies/{study.id}/response"
    assert "Nobody has been sampled yet" in _page(staff, path)
    invited = add_invitations(study, 4)
    for one in invited[:3]:
        one.invited_at = clock.now()
    invited[0].completed_at = clock.now()
    db.session.commit()
    unknown = _page(staff, path)
    assert unknown.count("25.0 %") >= 3  # RR1 as a figure, unweighted and weighted
    assert unknown.count("100.0 %") > _page(staff, f"{path}?verified=1").count("100.0 %")


def test_who_is_not_eligible_is_missing_from_the_sample(sign_in: SignIn) -> None:
    staff, study = sign_in("analyst"), add_study()
    invited = add_invitations(study, 4)
    path = f"/studies/{study.id}/response"
    db.session.commit()
    assert "Replacements missing" not in _page(staff, path)
    for one in invited[:2]:
        one.completed_at = one.ineligible_at = clock.now()
    db.session.commit()
    cells = html.fromstring(_page(staff, path)).xpath("//tbody[1]/tr/td[last()]/text()")
    assert cells[0] == "2"


def test_a_terminal_tells_how_many_cards_were_read(sign_in: SignIn) -> None:
    staff, study = sign_in("analyst"), add_study()
    customer = add_customer(1)
    terminals = [
        Touchpoint(study_id=study.id, code=f"KIOSK00{n}", store="S", label=str(n), channel="kiosk")
        for n in range(2)
    ]
    db.session.add_all(terminals)
    db.session.flush()
    for known in (None, customer.id):
        answer = Response(
            study_id=study.id,
            version_id=study.version_id,
            touchpoint_id=terminals[0].id,
            language="en",
            seed=1,
        )
        db.session.add(answer)
        db.session.flush()
        db.session.add(
            ResponseMember(response_id=answer.id, number_hash="0" * 64, customer_id=known)
        )
    db.session.commit()
    page = _page(staff, f"/studies/{study.id}/touchpoints")
    assert "2 answers came with a card; of 1 the customer is known" in page
    assert page.count("No card read yet") == 1
