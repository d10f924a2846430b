"""What providers tell us, by kind: signed or refused, and in our words. No application."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from surveyapp.distribution.gateway.receipts import signature
from surveyapp.distribution.sms import callbacks, http_signature
from surveyapp.distribution.sms.callbacks import Call, Reply, Report, UnreadableCallError
from surveyapp.distribution.sms.channel import Channel

NOW = 1_772_424_000.0
URL = "https://survey.example/hooks/channels/backup/status?x=1"
HTTP = Channel("backup", "http", options={"url": "u", "secret": "s3cret"})
TWILIO = Channel("twilio", "twilio", options={"auth_token": "token"})
ALIYUN = Channel("home", "aliyun", options={"callback_key": "hook key"})
MAIL = Channel("mail", "smtp")


def http_call(content, secret="s3cret", at=NOW, url=URL):
    body = json.dumps(content).encode()
    headers = http_signature.headers(secret, "POST", url, body, now=at, nonce="n1")
    return Call(URL, headers, body, now=NOW)


def test_the_signed_channels_own_signature_is_taken():
    assert callbacks.signed(HTTP, http_call({"id": "1"}))


@pytest.mark.parametrize(
    "call",
    [
        http_call({}, secret="guess"),
        http_call({}, at=NOW - 301),
        http_call({}, at=NOW + 301),
        http_call({}, url="https://survey.example/hooks/channels/backup/inbound"),
        replace(http_call({"id": "1"}), body=b"{}"),
        Call(URL, {}, b"{}", now=NOW),
        Call(URL, {**http_call({}).headers, "X-Timestamp": "٣"}, b"{}", now=NOW),
        Call(URL, {**http_call({}).headers, "X-Nonce": "n2"}, b"{}", now=NOW),
    ],
)
def test_a_forged_old_moved_or_changed_call_is_refused(call):
    assert not callbacks.signed(HTTP, call)


def test_without_a_secret_nothing_is_taken():
    none = Channel("backup", "http", options={"secret": ""})
    assert not callbacks.signed(none, http_call({}, secret=""))


def test_reports_of_the_signed_channel():
    call = http_call([{"id": "7", "status": "delivered", "reference": "m=12&a=1"},
                      {"id": "8", "status": "failed", "code": 3}])  # fmt: skip
    assert callbacks.reports(HTTP, call) == [
        Report("backup:7", "delivered", "", 12),
        Report("backup:8", "failed", "3", None),
    ]


def test_replies_of_the_signed_channel():
    call = http_call({"id": "7", "from": "+8613800138000", "text": "退订"})
    assert callbacks.replies(HTTP, call) == [Reply("backup:7", "+8613800138000", "退订")]


@pytest.mark.parametrize("content", [{}, {"id": "1"}, [1], "text", [{}] * 501])
def test_what_does_not_say_what_it_should_is_unreadable(content):
    with pytest.raises(UnreadableCallError):
        callbacks.reports(HTTP, http_call(content))
    with pytest.raises(UnreadableCallError):
        callbacks.replies(HTTP, http_call(content))
    with pytest.raises(UnreadableCallError):
        callbacks.reports(ALIYUN, http_call(content))
    with pytest.raises(UnreadableCallError):
        callbacks.replies(ALIYUN, http_call(content))


@pytest.mark.parametrize("body", [b"\xff", b"[" * 100_000])
def test_no_json_is_unreadable(body):
    with pytest.raises(UnreadableCallError):
        callbacks.reports(HTTP, Call(URL, {}, body))


def test_half_an_emoji_and_nul_are_no_reason_to_lose_the_rest():
    told = [{"id": "7\0", "from": "1\ud83d", "text": "\ude00\0!"}, {"id": "8", "from": "+852"}]
    assert callbacks.replies(HTTP, http_call(told)) == [
        Reply("backup:7", "1?", "?!"),
        Reply("backup:8", "+852", ""),
    ]
    form = {"MessageSid": "SM1\0", "MessageStatus": "sent\0", "From": "+1\0", "Body": "\0hi"}
    assert callbacks.reports(TWILIO, Call(URL, {}, form=form)) == [Report("SM1", "sent")]
    assert callbacks.replies(TWILIO, Call(URL, {}, form=form)) == [Reply("SM1", "+1", "hi")]
    told = {"id": "7\ud83d", "status": "sent\0", "code": "\ud83d", "reference": "m=5\0"}
    assert callbacks.reports(HTTP, http_call(told)) == [Report("backup:7?", "sent", "?", 5)]


@pytest.mark.parametrize("spelled", ["13800138000", "8613800138000", "0086 138-0013-8000"])
def test_a_phone_is_known_however_the_provider_spells_it(spelled):
    (reply,) = callbacks.replies(HTTP, http_call({"id": "7", "from": spelled, "text": "TD"}))
    assert reply.phone == "+8613800138000"


@pytest.mark.parametrize("success", [[], {"a": 1}, None, "no"])
def test_only_a_plain_yes_is_a_delivery(success):
    (report,) = callbacks.reports(ALIYUN, http_call({"out_id": "m=3&a=2", "success": success}))
    assert report.status == "undelivered"


def test_twilio_signs_the_address_and_the_form():
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "ErrorCode": "30003"}
    url = "https://survey.example/hooks/sms/status?m=5&a=1"
    call = Call(url, {"X-Twilio-Signature": signature("token", url, form)}, form=form)
    assert callbacks.signed(TWILIO, call)
    assert callbacks.reports(TWILIO, call) == [Report("SM1", "sent", "30003", 5)]
    assert not callbacks.signed(TWILIO, replace(call, headers={}))
    assert not callbacks.signed(Channel("twilio", "twilio"), call)
    text = replace(call, form={"MessageSid": "SM2", "From": "+1", "Body": "hi"})
    assert callbacks.replies(TWILIO, text) == [Reply("SM2", "+1", "hi")]
    for read in (callbacks.reports, callbacks.replies):
        with pytest.raises(UnreadableCallError):
            read(TWILIO, replace(call, form={}))


def test_aliyun_is_known_by_the_key_in_its_address():
    url = "https://survey.example/hooks/channels/home/status?key=hook%20key"
    assert callbacks.signed(ALIYUN, Call(url, {}))
    assert not callbacks.signed(ALIYUN, Call(url + "s", {}))
    assert not callbacks.signed(ALIYUN, Call(url.partition("?")[0], {}))
    body = [{"out_id": "m=3&a=2", "success": True}, {"biz_id": "9", "success": False}]
    assert callbacks.reports(ALIYUN, http_call(body)) == [
        Report("home:m=3&a=2", "delivered", "", 3),
        Report("home:9", "undelivered", "", None),
    ]
    texts = [{"sequence_id": 1, "phone_number": "13800138000", "content": "9"},
             {"sequence_id": 2, "phone_number": "+85260000000"}]  # fmt: skip
    assert callbacks.replies(ALIYUN, http_call(texts)) == [
        Reply("home:up-1", "+8613800138000", "9"),
        Reply("home:up-2", "+85260000000", ""),
    ]


def test_letters_have_no_callbacks():
    assert not callbacks.signed(MAIL, Call(URL, {}))
    assert callbacks.reports(MAIL, Call(URL, {})) == callbacks.replies(MAIL, Call(URL, {})) == []
