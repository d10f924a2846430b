"""When and where the answers of a printed code make sense, as staff say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import touchpoints
from surveyapp.distribution.models import Study, Touchpoint
from tests.auditing import AuditingClient
from tests.distribution.builders import add_study
from tests.distribution.test_study_pages import NEW

SignIn = Callable[[str], AuditingClient]
SHOP = {
    "open_from": "09:30",
    "open_until": "21:00",
    "latitude": "30.2741",
    "longitude": "120.1551",
    "radius": "800",
    "whole_store": "y",
}


@pytest.fixture
def study(app: Flask) -> Study:
    made = add_study()
    touchpoints.add(made, ["S01", "S02"], ["receipt", "entrance"])
    db.session.commit()
    return made


@pytest.fixture
def staff(sign_in: SignIn) -> AuditingClient:
    return sign_in("researcher")


def codes() -> list[Touchpoint]:
    db.session.expire_all()
    return list(db.session.scalars(select(Touchpoint).order_by(Touchpoint.store, Touchpoint.id)))


def address_of(study: Study) -> str:
    return f"/studies/{study.id}/touchpoints/{codes()[0].id}"


def known(code: Touchpoint) -> tuple[Any, ...]:
    return code.open_from, code.open_until, code.latitude, code.longitude, code.radius


def test_hours_and_place_are_kept_for_the_whole_store(staff: AuditingClient, study: Study) -> None:
    address = address_of(study)
    assert address in staff.get(f"/studies/{study.id}/touchpoints").text
    assert staff.get(address).status_code == 200
    assert staff.post(address, data=SHOP).status_code == 302
    first, second, other, _ = codes()
    assert known(first) == known(second) == (570, 1260, 30.2741, 120.1551, 800)
    assert known(other) == (None, None, None, None, 1000)
    page = staff.get(address).text
    assert 'value="09:30"' in page
    assert 'value="30.2741"' in page
    assert "touchpoint.situate" in db.session.scalars(select(AuditEntry.action)).all()


def test_one_code_alone_and_nothing_at_all(staff: AuditingClient, study: Study) -> None:
    address = address_of(study)
    staff.post(address, data={k: v for k, v in SHOP.items() if k != "whole_store"})
    assert [code.open_from for code in codes()] == [570, None, None, None]
    staff.post(address, data={"radius": "1000"})
    assert known(codes()[0]) == (None, None, None, None, 1000)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"latitude": "91"}, "Give degrees from -90 to 90"),
        ({"longitude": "-180.5"}, "Give degrees from -180 to 180"),
        ({"latitude": "nan"}, "Give degrees"),
        ({"longitude": ""}, "Give both or neither."),
        ({"open_from": ""}, "Give both or neither."),
        ({"open_until": "09:30"}, "always open"),
        ({"radius": "10"}, "Give metres from 50 to 50000."),
        ({"radius": ""}, "Give a number."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    staff: AuditingClient, study: Study, wrong: dict[str, str], said: str
) -> None:
    answer = staff.post(address_of(study), data={**SHOP, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert codes()[0].open_from is None


def test_analysts_read_and_change_nothing(sign_in: SignIn, study: Study) -> None:
    analyst = sign_in("analyst")
    address = address_of(study)
    assert "<fieldset" in analyst.get(address).text
    assert analyst.post(address, data=SHOP).status_code == 403
    assert analyst.get(f"/studies/{study.id}/touchpoints/9999").status_code == 404
    other = add_study()
    db.session.commit()
    assert analyst.get(f"/studies/{other.id}/touchpoints/{codes()[0].id}").status_code == 404


def test_a_study_asks_for_no_position_unless_it_is_told_to(
    staff: AuditingClient, study: Study
) -> None:
    assert (study.asks_position, study.visit_days) == (False, None)
    settings = {**NEW, "version_id": study.version_id}
    here = f"/studies/{study.id}/settings"
    staff.post(here, data={**settings, "asks_position": "y", "visit_days": "14"})
    db.session.expire_all()
    assert (study.asks_position, study.visit_days) == (True, 14)
    assert 'value="14"' in staff.get(here).text
    staff.post(here, data=settings)
    db.session.expire_all()
    assert (study.asks_position, study.visit_days) == (False, None)
