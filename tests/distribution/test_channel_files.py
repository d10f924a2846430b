"""The file of channels: read, or refused with the place and what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config import SettingError
from surveyapp.distribution.sms.channel import ChannelError, parse
from surveyapp.distribution.sms.providers import carries_links_to_cn, configured
from tests.conftest import make_settings

GOOD = """
[backup]
kind = "http"
url = "https://sms.example.com/v1/messages"
secret = "s3cret"
rate = 20
price = "0.045"
daily_budget = "500"

[second-account]
kind = "twilio"
account_sid = "AC1"
auth_token = "t"
messaging_service_sid = "MG1"
currency = "USD"
reaches = "abroad"
"""


def test_a_file_is_read_in_its_order():
    backup, second = parse(GOOD)
    assert (backup.name, backup.kind, backup.rate) == ("backup", "http", 20.0)
    assert (backup.price, backup.budget_micros) == (Decimal("0.045"), 500_000_000)
    assert (backup.links_to_cn, second.links_to_cn) == (True, False)
    assert (second.currency, second.reaches, second.budget_micros) == ("USD", "abroad", None)
    assert second.options["messaging_service_sid"] == "MG1"
    assert "s3cret" not in repr(backup)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[backup]", "[backup"), "no TOML"),
        (("[backup]", "[Backup]"), "'Backup' is no channel"),
        (('kind = "http"', 'kind = "pigeon"'), "[backup] kind is 'pigeon'"),
        (('secret = "s3cret"', ""), "[backup] lacks secret"),
        (("rate = 20", "rate = 0"), "[backup] rate is 0"),
        (("rate = 20", "rate = true"), "[backup] rate is True"),
        (('"0.045"', '"much"'), "[backup] price is 'much'"),
        (('"0.045"', '"0.0000001"'), "[backup] price is"),
        (('"500"', '"-1"'), "[backup] daily_budget is '-1'"),
        (('"USD"', '"dollars"'), "[second-account] currency"),
        (('"abroad"', '"moon"'), "[second-account] reaches is 'moon'"),
        (("rate = 20", 'timezone = "Mars/Base"'), "[backup] timezone is 'Mars/Base'"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(change, said):
    with pytest.raises(ChannelError) as refusal:
        parse(GOOD.replace(*change))
    assert said in str(refusal.value)


def test_a_value_at_the_top_is_no_channel():
    with pytest.raises(ChannelError, match="'rate' is no channel"):
        parse("rate = 3\n" + GOOD)


def test_the_file_adds_to_the_settings(tmp_path):
    assert [c.name for c in configured(make_settings(tmp_path))] == ["twilio"]
    assert not carries_links_to_cn(make_settings(tmp_path))
    (tmp_path / "channels.toml").write_text(GOOD, encoding="utf-8")
    settings = make_settings(tmp_path)
    assert [c.name for c in configured(settings)] == ["twilio", "backup", "second-account"]
    assert carries_links_to_cn(settings)
    without = make_settings(tmp_path, TWILIO_ACCOUNT_SID="")
    assert [c.name for c in configured(without)] == ["backup", "second-account"]


def test_two_channels_of_one_name_are_refused(tmp_path):
    named = GOOD.replace("[backup]", "[twilio]")
    (tmp_path / "channels.toml").write_text(named, encoding="utf-8")
    with pytest.raises(SettingError, match="another name"):
        configured(make_settings(tmp_path))


def test_a_file_that_is_named_and_missing_or_bad_stops_the_start(tmp_path):
    with pytest.raises(SettingError, match="CHANNELS_FILE"):
        make_settings(tmp_path, CHANNELS_FILE=str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_text("[x]\nkind = 'y'\n", encoding="utf-8")
    bad = make_settings(tmp_path, CHANNELS_FILE=str(tmp_path / "bad.toml"))
    with pytest.raises(SettingError, match=r"\[x\] kind is 'y'"):
        configured(bad)


def test_a_price_setting_is_checked(tmp_path):
    assert make_settings(tmp_path, SMS_PRICE="0.0083").sms_price == "0.0083"
    with pytest.raises(SettingError, match="SMS_PRICE"):
        make_settings(tmp_path, SMS_PRICE="cheap")
