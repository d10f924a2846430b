"""One policy for all studies: caps by group, rest days, zones, words, lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.customers.models import Suppression
from surveyapp.database import db, vault
from surveyapp.distribution import (
    contact,
    do_not_contact,
    eligibility,
    inbound,
    optout,
    phone_zone,
    waves,
)
from surveyapp.distribution.contact import CAPS, Policy
from surveyapp.distribution.contact_rules import Cap
from surveyapp.distribution.models import Invitation, Message
from surveyapp.distribution.population import Population
from surveyapp.findings import SurveyError
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customer, add_customers, add_draw, add_study, at_once
from tests.distribution.outboxes import NOON, add_wave, claim, reasons
from tests.distribution.test_policy import READY

DAY = timedelta(days=1)
FORM = {
    "allow_from": "08:00", "allow_until": "21:00", "rest": "holidays", "currency": "CNY",
    "price": "0.05", "stop_words": "休矣\n不要", "confirmation_zh": "已退订，不再发送。",
    "confirmation_en": "", "invitations_high_most": "1", "invitations_high_days": "7",
    "invitations_others_most": "1", "invitations_others_days": "30",
}  # fmt: skip


def invite(count: int = 3) -> None:
    """A study of its own invites the same first customers at this moment."""
    from surveyapp.customers.models import Customer
    from surveyapp.distribution import invitations

    study = add_study(state="running", send_from=0, send_until=1440, contact_cap=20)
    people = db.session.query(Customer).order_by(Customer.id).limit(count).all()
    invitations.issue(add_draw(study, people))
    add_wave(study)
    db.session.commit()
    waves.expand_due()


def test_vips_are_asked_weekly_and_others_monthly_whatever_the_study(any_app: Flask) -> None:
    for person, tier in zip(add_customers(3), ("high", "middle", ""), strict=True):
        person.tier = tier
    contact.save(Policy(caps=CAPS))
    with clock.frozen(NOON):
        invite()
        assert len(claim(None, "a", 9).ready) == 3
    with clock.frozen(NOON + 8 * DAY):
        count = eligibility.count(Population(None, False, None), add_study())
        assert count.excluded == {"group_cap": 2}
        invite()
        ready = claim(None, "a", 9).ready
    assert [db.session.get_one(Invitation, c.invitation_id).customer.tier for c in ready] == [
        "high"
    ]
    assert reasons()["cancelled", "group_cap"] == 2
    assert contact.blocks(10_000)["group_cap"] == 2


def test_a_text_that_falls_on_the_golden_week_waits_for_its_end(any_app: Flask) -> None:
    add_customers(1)
    contact.save(Policy(allow_from=9 * 60, allow_until=20 * 60, rest="holidays"))
    with clock.frozen(datetime(2026, 10, 1, 4, tzinfo=UTC)):
        invite(1)
        assert claim(None, "a", 9).ready == []
    (message,) = db.session.scalars(db.select(Message)).all()
    assert message.due_at == datetime(2026, 10, 8, 1, tzinfo=UTC)


def test_a_saturday_that_is_worked_in_exchange_is_a_working_day(app: Flask) -> None:
    window = Policy(rest="weekends").window(add_study(), now=datetime(2026, 10, 9, tzinfo=UTC))
    assert window.is_open(datetime(2026, 10, 10, 4, tzinfo=UTC))
    assert not window.is_open(datetime(2026, 10, 11, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+8613800138000", "Asia/Shanghai"),
        ("+85291234567", "Asia/Hong_Kong"),
        ("+81312345678", "Asia/Tokyo"),
        ("+14155552671", "Europe/Rome"),
        ("nothing", "Europe/Rome"),
    ],
)
def test_hours_are_those_of_the_customers_own_country(phone: str, zone: str) -> None:
    assert phone_zone.zone(phone, "Europe/Rome") == zone


def test_an_hour_that_is_open_here_may_be_night_there(app: Flask) -> None:
    study = add_study()
    policy = Policy(allow_from=9 * 60, allow_until=20 * 60, customer_zone=True, rest="holidays")
    late = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    assert policy.window(study, "+8613800138000").is_open(late)
    assert not policy.window(study, "+81312345678").is_open(late)
    assert Policy().window(study) == READY.window


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+8613800138000", "Asia/Shanghai"),
        ("+4915112345678", "Europe/Berlin"),  # Büsingen keeps the same time
        ("+33612345678", "Europe/Paris"),
        ("+12125550100", "the study's"),
        ("nobody", "the study's"),
    ],
)
def test_a_country_of_one_time_is_one_zone(phone: str, zone: str) -> None:
    assert phone_zone.zone(phone, "the study's") == zone


def test_the_houses_own_words_opt_out_and_are_confirmed_once(app: Flask) -> None:
    (person,) = add_customers(1)
    contact.save(Policy(stop_words=("休矣",), confirmation={"zh-Hans": "已退订。"}))
    db.session.commit()
    phone = person.phone or ""
    assert inbound.classify("休矣！") == "reply"
    assert inbound.confirmation(phone, "谢谢") == ""
    assert inbound.confirmation(phone, "STOP") == "", "the provider confirms its own words"
    assert inbound.confirmation(phone, "休矣！") == "已退订。"
    assert inbound.receive("SM1", phone, "休矣！") == "opt_out"
    assert inbound.confirmation(phone, "退订") == ""
    assert optout.is_opted_out(person)


def test_a_list_of_phones_is_suppressed_in_whatever_encoding(app: Flask) -> None:
    people = add_customers(3)
    db.session.commit()
    text = "姓名,手机号\n甲,138 0000 0001\n乙,not a phone\n丙,+8613800000002\n丙,13800000002\n"
    outcome = do_not_contact.suppress(text.encode("gb18030"))
    assert (outcome.added, outcome.known) == (2, 0)
    assert outcome.refused == ((3, "not a phone"),)
    again = do_not_contact.suppress(b"13800000001\n\n13900000009\n")
    assert (again.added, again.known, again.refused) == (1, 1, ())
    db.session.expire_all()
    assert [p.opted_out_at is not None for p in people] == [True, True, False]
    unknown = vault.fingerprint("+8613900000009", "phone")
    assert db.session.get_one(Suppression, unknown).reason == "do_not_contact"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("name;手机;city\nLi;138 0013 8000;上海\n", 1),
        ("name\t电话\nLi\t13800138000\n", 1),
        ("13800138000\r13900138000\r", 2),
        ("１３８００１３８０００\r\n\r\n", 1),
        ("name,手机,邮箱\nLi,13800138000,li@example.com\nWu,,wu@Example.com\n", 3),
    ],
)
def test_lists_of_other_programs_are_read(content: str, found: int) -> None:
    phones, refused = do_not_contact.read(content.encode())
    assert (len(phones), phones[0], refused) == (found, "+8613800138000", [])


def test_a_list_of_mail_addresses_ends_letters_and_texts(any_app: Flask) -> None:
    known = add_customer(1, email="Li.Li@example.com")
    db.session.commit()
    text = "E-mail,phone\nli.li@Example.com,\nnobody@example.com,no phone\nno address,\n"
    outcome = do_not_contact.suppress(text.encode())
    assert (outcome.added, outcome.known) == (2, 0)
    assert outcome.refused == ((3, "no phone"), (4, "no address"))
    assert known.opted_out_at is not None
    newcomer = add_customer(2, email="nobody@example.com")
    assert optout.is_opted_out(newcomer)
    assert eligibility.count(Population(reach="either"), add_study()).excluded == {"opted_out": 2}


@pytest.mark.parametrize("content", [b"", b"\n \n", b"PK\0\0", b"\xff\xfe\x00\x00", b"1" * 200_000])
def test_what_is_no_list_is_refused(app: Flask, content: bytes) -> None:
    with pytest.raises(SurveyError):
        do_not_contact.suppress(content)


def test_the_policy_has_a_page_that_proposes_saves_and_explains(staff: AuditingClient) -> None:
    page = staff.get("/contact-policy").text
    assert "The caps below are a proposal." in page
    assert staff.post("/contact-policy", data=FORM).status_code == 302
    found = contact.current()
    assert (found.allow_from, found.allow_until, found.rest) == (480, 1260, "holidays")
    assert found.price == Decimal("0.05")
    assert found.stop_words == ("休矣", "不要")
    assert {(c.tier, c.what, c.most, c.days) for c in found.caps} == {
        ("high", "invitations", 1, 7), ("", "invitations", 1, 30)
    }  # fmt: skip
    page = staff.get("/contact-policy").text
    assert "已退订，不再发送。" in page
    bad = staff.post("/contact-policy", data={**FORM, "allow_until": "07:00"})
    assert bad.status_code == 422
    assert "must end after they begin" in bad.text
    assert staff.post("/contact-policy", data={**FORM, "currency": "yuan"}).status_code == 422


@pytest.mark.parametrize("first", [True, False])
def test_two_who_save_the_policy_at_once_leave_the_later_one(any_app: Flask, first: bool) -> None:
    def save(most: int) -> None:
        caps = (Cap("high", "invitations", most + 1, 7), Cap("", "texts", most + 1, 7))
        contact.save(Policy(currency="EUR", price=Decimal(most + 1), caps=caps))

    if not first:
        save(7)
        db.session.commit()
    db.session.remove()
    assert at_once(any_app, save, 3) == ["", "", ""]
    found = contact.current()
    assert {cap.most for cap in found.caps} == {found.price}


def test_a_list_is_imported_on_the_page(staff: AuditingClient) -> None:
    path = "/contact-policy/do-not-contact"
    assert (
        "1 address suppressed"
        in staff.post(path, data={"pasted": "13800000001"}, follow_redirects=True).text
    )
    assert "line 2" in staff.post(path, data={"pasted": "13800000002\nxyz"}).text
    assert "Give a list of" in staff.post(path, data={}, follow_redirects=True).text


@pytest.mark.parametrize("path", ["/contact-policy", "/contact-policy/do-not-contact"])
def test_an_analyst_reads_the_policy_and_changes_nothing(sign_in, path: str) -> None:
    client = sign_in("analyst")
    assert client.get("/contact-policy").status_code == 200
    assert client.post(path, data=FORM).status_code == 403
