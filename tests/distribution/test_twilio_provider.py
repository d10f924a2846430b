"""The real `twilio` package against the gateway over loopback."""

from __future__ import annotations

import logging
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from surveyapp.distribution.sms import limits, twilio_errors
from surveyapp.distribution.sms.provider import Ending, Text, UnreachableError
from surveyapp.distribution.sms.providers import twilio_channel
from surveyapp.distribution.sms.twilio_provider import TwilioProvider
from tests.conftest import make_settings
from tests.distribution.phones import client, gateway, pointed_at


@pytest.fixture
def phone():
    with gateway() as running:
        yield running


@pytest.fixture
def provider(phone, tmp_path: Path):
    return client(pointed_at(make_settings(tmp_path), phone))


def a_text(to="+8613800138000", body="您好 http://127.0.0.1/r/x"):
    return Text(to, body, "m=1&a=1", timedelta(hours=3))


def test_a_text_is_accepted_and_found_again(provider, phone):
    outcome = provider.send(a_text())
    assert outcome.ending == Ending.ACCEPTED
    assert outcome.status == "queued"
    assert outcome.segments == 1
    (known,) = provider.find("+8613800138000")
    assert (known.sid, known.body) == (outcome.sid, a_text().body)
    assert phone.texts.get(outcome.sid).callback.endswith("/hooks/sms/status?m=1&a=1")
    assert list(provider.find("+8613800138001")) == []


def test_a_messaging_service_picks_the_number_itself(phone, tmp_path):
    channel = twilio_channel(pointed_at(make_settings(tmp_path), phone))
    by_service = {"from": "", "messaging_service_sid": "MG" + "1" * 32}
    provider = TwilioProvider(replace(channel, options={**channel.options, **by_service}), "")
    outcome = provider.send(a_text())
    assert (outcome.ending, outcome.status) == (Ending.ACCEPTED, "accepted")
    assert outcome.segments == 0  # it counts later, when it knows the number
    assert phone.texts.get(outcome.sid).other == "MG" + "1" * 32
    assert [known.sid for known in provider.find("+8613800138000")] == [outcome.sid]


@pytest.mark.parametrize(
    ("where", "host"),
    [
        ({}, "api.twilio.com:443"),
        ({"region": "ie1", "edge": "dublin"}, "api.dublin.ie1.twilio.com:443"),
    ],
)
def test_a_region_is_called_at_its_own_host(tmp_path, monkeypatch, where, host):
    """A proxy that refuses every tunnel sees where the client wants to go; nothing goes there."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        asked = threading.Thread(target=_refuse_tunnel, args=(proxy, seen := []))
        asked.start()
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        channel = twilio_channel(make_settings(tmp_path))
        there = replace(channel, options={**channel.options, **where})
        outcome = TwilioProvider(there, "https://survey.example").send(a_text())
        asked.join()
    assert seen == [host]
    assert outcome.ending == Ending.TRANSIENT


def _refuse_tunnel(proxy, seen):
    line, _ = proxy.accept()
    with line:
        seen.append(line.recv(4096).decode().split()[1])
        line.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize(
    ("to", "code", "ending"),
    [
        ("+15005550001", "21211", Ending.REJECTED),
        ("+15005550002", "21612", Ending.REJECTED),
        ("+15005550003", "21408", Ending.BLOCKED),
        ("+15005550004", "21610", Ending.REJECTED),
        ("+15005550009", "21614", Ending.REJECTED),
        ("12345", "21211", Ending.REJECTED),
    ],
)
def test_magic_numbers_end_as_twilio_documents(provider, to, code, ending):
    outcome = provider.send(a_text(to))
    assert (outcome.ending, outcome.code) == (ending, code)
    assert outcome.opted_out == (code == "21610")
    assert to not in outcome.detail


@pytest.mark.parametrize(
    ("sender", "code", "ending"),
    [
        ("+15005550001", "21212", Ending.BLOCKED),
        ("+15005550007", "21606", Ending.BLOCKED),
        ("+15005550008", "21611", Ending.THROTTLED),
    ],
)
def test_a_bad_sender_blocks_all_and_burns_nobody(phone, tmp_path, sender, code, ending):
    provider = client(pointed_at(make_settings(tmp_path), phone, twilio_from=sender))
    outcome = provider.send(a_text())
    assert (outcome.ending, outcome.code) == (ending, code)


def test_wrong_credentials_block(phone, tmp_path):
    provider = client(pointed_at(make_settings(tmp_path), phone, twilio_auth_token="no"))
    assert provider.send(a_text()).ending == Ending.BLOCKED
    with pytest.raises(UnreachableError):
        list(provider.find("+8613800138000"))


def test_throttling_is_certainly_not_sent(provider, phone):
    phone.set(throttle=1)
    assert provider.send(a_text()).ending == Ending.THROTTLED
    assert phone.texts.outbound() == []


def test_an_error_after_acceptance_is_unknown(provider, phone):
    phone.set(error_after_accept=1)
    assert provider.send(a_text()).ending == Ending.UNKNOWN
    assert len(phone.texts.outbound()) == 1


@pytest.mark.parametrize(("weather", "taken"), [("hang_after_accept", 1), ("hang_before", 0)])
def test_a_time_out_is_unknown(provider, phone, weather, taken):
    phone.set(hang_seconds=1, **{weather: 1})
    assert provider.send(a_text()).ending == Ending.UNKNOWN
    assert len(phone.texts.outbound()) == taken


def test_a_refused_connection_is_certainly_not_sent(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings = make_settings(
            tmp_path, TWILIO_API_BASE=f"http://127.0.0.1:{free.getsockname()[1]}"
        )
        outcome = client(settings).send(a_text())
    assert outcome.ending == Ending.TRANSIENT
    assert outcome.detail == "NewConnectionError"


def test_a_stopped_phone_is_refused_until_it_starts_again(provider, phone):
    phone.carrier.reply("+8613800138000", " Stop ")
    assert provider.send(a_text()).opted_out
    phone.carrier.reply("+8613800138000", "START")
    assert provider.send(a_text()).ending == Ending.ACCEPTED


def test_looking_up_reads_one_page_of_many(provider, phone):
    for n in range(60):
        provider.send(a_text(body=f"text {n}"))
    found = [known.body for known in provider.find("+8613800138000")]
    assert found == [f"text {n}" for n in range(59, 9, -1)]


def test_no_number_reaches_the_log(provider, caplog):
    with caplog.at_level(logging.DEBUG):
        provider.send(a_text())
        list(provider.find("+8613800138000"))
    said = [record.getMessage() for record in caplog.records if record.name.startswith("twilio")]
    assert "13800138000" not in "".join(said)


def test_redirects_and_server_errors_are_unknown():
    assert twilio_errors.outcome(302, "", "").ending == Ending.UNKNOWN
    assert twilio_errors.outcome(503, "20503", "").ending == Ending.UNKNOWN


def test_links_to_mainland_numbers_are_refused_unless_the_provider_is_domestic():
    assert limits.refused("+8613800138000", "see https://x/y", domestic=False)
    assert not limits.refused("+8613800138000", "no link", domestic=False)
    assert not limits.refused("+8613800138000", "see https://x/y", domestic=True)
    assert not limits.refused("+85251234567", "see https://x/y", domestic=False)
    (finding,) = limits.findings(["+8613800138000", "+15005550006"], domestic=False)
    assert finding.message.startswith("1 of 2 numbers are in mainland China")
    assert limits.findings(["+8613800138000"], domestic=True) == []
    assert limits.findings(["+15005550006"], domestic=False) == []
