"""Which channel a message takes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.routing import Live, Need, Nowhere, choose, leads

ABROAD = Channel("twilio", "twilio")
BACKUP = Channel("backup", "http", links_to_cn=True, price=Decimal("0.05"))
HOME = Channel("home", "aliyun", links_to_cn=True, reaches="cn")
MAIL = Channel("mail", "smtp")
EVERY = [ABROAD, BACKUP, HOME, MAIL]
CN = Need("+8613800138000", "看 https://s.example/r/1", 2)
US = Need("+12025550100", "See https://s.example/r/1", 1)


def lives(*channels, **changes):
    return [Live(channel, **changes) for channel in channels]


def test_the_first_channel_that_may_carry_it_takes_it():
    assert choose(US, EVERY, lives(*EVERY), {}) == ABROAD
    assert choose(CN, EVERY, lives(*EVERY), {}) == BACKUP
    assert choose(CN, EVERY, lives(HOME, BACKUP), {}) == HOME
    assert choose(US, EVERY, lives(HOME, BACKUP), {}) == BACKUP


def test_a_text_without_a_link_may_go_to_china_by_any_channel_that_reaches_it():
    assert choose(replace(CN, body="谢谢"), EVERY, lives(*EVERY), {}) == ABROAD
    abroad = replace(ABROAD, reaches="abroad")
    assert choose(replace(CN, body="谢谢"), [abroad], lives(abroad), {}) == Nowhere.UNREACHED


def test_what_no_channel_may_ever_carry_waits_for_a_person():
    assert choose(CN, [ABROAD], lives(ABROAD), {}) == Nowhere.REFUSED
    assert choose(replace(US, phone=""), [ABROAD], lives(ABROAD), {}) == Nowhere.UNREACHED


def test_while_the_fitting_channels_are_away_it_waits():
    assert choose(CN, EVERY, lives(ABROAD), {}) == Nowhere.AWAY


def test_mail_reaches_whoever_has_an_address():
    someone = Need("", "https://s.example/r/1", 1, email="somebody@example.com")
    assert choose(someone, EVERY, lives(*EVERY), {}) == MAIL
    assert choose(replace(CN, email=someone.email), EVERY, lives(MAIL), {}) == MAIL


def test_a_text_that_has_one_way_takes_no_other():
    both = replace(US, email="somebody@example.com")
    assert choose(replace(both, medium="email"), EVERY, lives(*EVERY), {}) == MAIL
    assert choose(replace(both, medium="email"), EVERY, lives(ABROAD), {}) == Nowhere.AWAY
    assert choose(replace(both, medium="email"), [ABROAD], lives(ABROAD), {}) == Nowhere.UNREACHED
    assert choose(replace(both, medium="sms"), EVERY, lives(MAIL, ABROAD), {}) == ABROAD
    assert choose(replace(both, medium="sms"), EVERY, lives(MAIL), {}) == Nowhere.AWAY


def test_what_just_failed_on_one_channel_prefers_another_but_takes_what_there_is():
    failed = replace(US, avoid=frozenset({"twilio"}))
    assert choose(failed, EVERY, lives(ABROAD, BACKUP), {}) == BACKUP
    assert choose(failed, EVERY, lives(ABROAD), {}) == ABROAD


def test_a_spent_budget_passes_the_message_on():
    poor = [Live(BACKUP, left=120_000), Live(HOME)]
    assert choose(CN, EVERY, poor, {}) == BACKUP
    assert choose(CN, EVERY, poor, {"backup": 20_001}) == HOME
    assert choose(CN, EVERY, poor[:1], {"backup": 20_001}) == Nowhere.BUDGET


def test_leads_are_the_first_of_each_sort_and_those_that_probe():
    names = [it.channel.name for it in leads(lives(*EVERY))]
    assert names == ["backup", "twilio", "mail"] or set(names) == {"backup", "twilio", "mail"}
    assert {it.channel.name for it in leads(lives(HOME, BACKUP))} == {"home", "backup"}
    assert [it.channel.name for it in leads(lives(*EVERY), {"twilio", "mail"})] == ["backup"]
    probing = [*lives(BACKUP), Live(HOME, probing=True)]
    assert {it.channel.name for it in leads(probing)} == {"home", "backup"}
    assert leads([Live(BACKUP, left=0)]) == []


@given(
    st.lists(st.sampled_from(EVERY), unique_by=lambda channel: channel.name),
    st.sampled_from([CN, US, replace(CN, phone="", email="a@example.com")]),
)
def test_whoever_is_chosen_may_carry_it_and_leads(channels, need):
    live = lives(*channels)
    found = choose(need, EVERY, live, {})
    if isinstance(found, Channel):
        assert found in channels
        assert found in [it.channel for it in leads(live)]


@pytest.mark.parametrize(("kind", "segments", "cost"), [("http", 3, 150_000), ("smtp", 3, 50_000)])
def test_texts_cost_by_the_segment_and_letters_by_the_piece(kind, segments, cost):
    assert replace(BACKUP, kind=kind).cost_micros(segments) == cost
