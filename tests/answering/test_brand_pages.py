"""The staff pages of brands: who may, what is refused and where it says so, and the undo."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from surveyapp.answering.branding.advice import advice
from surveyapp.answering.branding.forms import colour_of
from surveyapp.brands import keeping, known
from surveyapp.brands.contrast import CONTROL, ratio
from surveyapp.brands.models import Brand
from surveyapp.brands.shades import LIGHT
from surveyapp.database import db
from tests.answering.world import build, everything
from tests.auditing import AuditingClient
from tests.brands.test_keeping import add
from tests.brands.test_logos import picture
from tests.conftest import PASSWORD, add_user

SignIn = Callable[[str], AuditingClient]
FORM = {"name_zh": "橙品", "name_en": "Orange", "colour": "#FF6A00", "host": ""}


def send(client: AuditingClient, path: str, data: bytes | None = None, **more: str) -> Any:
    form: dict[str, Any] = {**FORM, **more}
    if data is not None:
        form["logo"] = (BytesIO(data), "logo.png")
    return client.post(path, data=form, content_type="multipart/form-data")


def the_brand() -> Brand:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Brand)).one()


def test_an_administrator_makes_a_brand_and_changes_it(staff: AuditingClient) -> None:
    assert "No brand yet" in staff.get("/brands").get_data(as_text=True)
    assert staff.get("/brands/new").status_code == 200
    assert send(staff, "/brands/new", picture(), is_default="y").location == "/brands"
    brand = the_brand()
    assert (brand.name, brand.colour) == ({"zh-Hans": "橙品", "en": "Orange"}, "#ff6a00")
    assert brand.is_default
    assert brand.created_by == "administrator@example.com"
    listed = staff.get("/brands").get_data(as_text=True)
    assert "Default" in listed
    assert f"/survey/logo/{brand.logo_hash}" in listed
    page = staff.get(f"/brands/{brand.id}").get_data(as_text=True)
    assert 'value="#ff6a00"' in page
    assert send(staff, f"/brands/{brand.id}", drops_logo="y", name_en="").status_code == 302
    brand = the_brand()
    assert (brand.name, brand.logo_hash, brand.is_default) == ({"zh-Hans": "橙品"}, None, None)


@pytest.mark.parametrize(
    ("more", "data", "words"),
    [
        ({"colour": "red"}, None, "six hex digits"),
        ({"colour": "#fff;}*{"}, None, "six hex digits"),
        ({"name_zh": " ", "name_en": ""}, None, "at least one language"),
        ({"host": "https://x.example"}, None, "no https://"),
        ({"host": "127.0.0.1"}, None, "no IP address"),
        ({"host": "LOCALHOST"}, None, "no IP address"),
        ({}, b"<svg onload='x'/>", "may hold scripts"),
        ({}, b"PK\x03\x04", "no PNG, JPEG or WebP"),
    ],
)
def test_what_will_not_do_is_said_at_its_field_and_nothing_is_saved(
    staff: AuditingClient, more: dict[str, str], data: bytes | None, words: str
) -> None:
    answer = send(staff, "/brands/new", data, **more)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in page.split('class="error"')[1].split("</p>")[0]
    assert "Orange" in page or "name_en" in more
    assert db.session.scalars(select(Brand)).all() == []


def test_staff_cannot_lock_themselves_out(app: Flask) -> None:
    add_user("administrator")
    browser, here = app.test_client(), "http://desk.example.com"
    who = {"email": "administrator@example.com", "password": PASSWORD}
    browser.post("/sign-in", data=who, base_url=here)
    answer = browser.post("/brands/new", data={**FORM, "host": "Desk.example.com"}, base_url=here)
    assert answer.status_code == 422
    assert "locked out" in answer.get_data(as_text=True)
    assert db.session.scalars(select(Brand)).all() == []


def test_of_two_at_once_one_is_asked_to_save_again(
    staff: AuditingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(host="s.example.com")
    monkeypatch.setattr(keeping, "_refuse_taken", lambda *_both: None)  # the other came after it
    answer = send(staff, "/brands/new", host="s.example.com")
    assert answer.status_code == 409
    assert "save once more" in answer.get_data(as_text=True)
    assert the_brand().host == "s.example.com"


def test_a_removed_brand_can_be_brought_back_at_once_and_later(staff: AuditingClient) -> None:
    brand = add(is_default=True, host="s.example.com")
    gone = staff.post(f"/brands/{brand.id}/remove")
    page = staff.get(gone.location).get_data(as_text=True)
    assert "The brand was removed." in page
    assert page.count(f"/brands/{brand.id}/restore") == 2
    assert known.known().default is None
    staff.post(f"/brands/{brand.id}/restore")
    assert known.known().default == keeping.look_of(the_brand())
    assert "Bring back" not in staff.get("/brands").get_data(as_text=True)


@pytest.mark.parametrize("role", ["researcher", "analyst"])
def test_only_administrators_see_and_change_brands(sign_in: SignIn, role: str) -> None:
    brand = add()
    browser = sign_in(role)
    for path in ("/brands", "/brands/new", f"/brands/{brand.id}", "/brands/look", "/brands/page"):
        assert browser.get(path).status_code == 403
    for path in ("/brands/new", f"/brands/{brand.id}"):
        assert send(browser, path).status_code == 403
    for step in ("remove", "restore"):
        assert browser.post(f"/brands/{brand.id}/{step}").status_code == 403
    assert 'href="/brands"' not in browser.get("/studies").get_data(as_text=True)


def test_the_preview_shows_what_was_written_and_saves_nothing(
    app: Flask, staff: AuditingClient
) -> None:
    brand = add(picture=picture())
    before = everything()
    asked = {"name_en": "<b>x</b>", "colour": "ffd400", "logo_now": str(brand.logo_hash)}
    advised = staff.get("/brands/look", query_string=asked).get_data(as_text=True)
    assert "darker shade" in advised
    assert "used as it is" in advised
    assert "colour=ffd400" in advised
    page = staff.get("/brands/page", query_string=asked)
    shown = page.get_data(as_text=True)
    assert "--accent:#ffd400" in shown
    assert f"/survey/logo/{brand.logo_hash}" in shown
    assert "<b>x</b>" not in shown
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    evil = staff.get(
        "/brands/page", query_string={"colour": "#fff}</style><script>", "logo_now": "../x"}
    )
    assert "--accent:#0b6b63" in evil.get_data(as_text=True)
    assert everything() == before


def test_the_advice_shows_the_ratio_and_never_rounds_it_up_to_enough() -> None:
    for value in range(0, 0x1000000, 0x10F0B):
        light, _dark = advice(f"#{value:06x}")
        assert light.fits == (float(light.reached) >= CONTROL)
        assert ratio(light.shades.fill, LIGHT.papers[0]) >= CONTROL


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#0B6B63", "#0b6b63"),
        (" 0b6b63 ", "#0b6b63"),
        ("#f60", "#ff6600"),
        ("f60", "#ff6600"),
        ("", ""),
        ("#ff", ""),
        ("#ffffff0", ""),
        ("rgb(0,0,0)", ""),
        ("#ffffff\n;", ""),
    ],
)
def test_a_colour_is_read_as_people_write_it(text: str, colour: str) -> None:
    assert colour_of(text) == colour


def test_the_list_takes_few_queries_however_many_there_are(
    app: Flask, staff: AuditingClient
) -> None:
    for number in range(12):
        add(picture=picture(ink=f"#0000{number + 16:02x}"))
    queries: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    assert staff.get("/brands").status_code == 200
    assert len(queries) <= 8, "\n".join(queries)


def test_a_study_chooses_its_brand_in_its_settings(app: Flask, sign_in: SignIn) -> None:
    world = build("all_types")
    browser = sign_in("researcher")
    path = f"/studies/{world.study.id}/settings"
    assert 'name="brand_id"' not in browser.get(path).get_data(as_text=True)
    brand, other = add(), add(name={"en": "Removed"})
    keeping.remove(other)
    db.session.commit()
    page = browser.get(path).get_data(as_text=True)
    assert f'<option value="{brand.id}">' in page
    assert "Removed" not in page
    form = {
        "title": "Autumn",
        "version_id": str(world.study.version_id),
        "timezone": "Asia/Shanghai",
        "send_from": "09:00",
        "send_until": "20:00",
        "contact_cap": "3",
        "contact_cap_days": "30",
    }
    for sent, kept in ((str(brand.id), brand.id), ("", None), ("999", None), (str(other.id), None)):
        answer = browser.post(path, data={**form, "brand_id": sent})
        assert answer.status_code == (302 if sent in ("", str(brand.id)) else 422)
        db.session.expire_all()
        assert world.study.brand_id == kept
    world.study.brand_id = other.id
    db.session.commit()
    assert browser.get(path).status_code == 200
