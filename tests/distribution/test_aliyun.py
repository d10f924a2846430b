"""Aliyun's template API: signed as it publishes, against a server that checks each signature."""

from __future__ import annotations

import json

import pytest

from surveyapp.database import db
from surveyapp.distribution import reconcile
from surveyapp.distribution.models import InboundText, Message, Receipt
from surveyapp.distribution.sending import Sender
from surveyapp.distribution.sms import aliyun_signature
from surveyapp.distribution.sms.provider import Ending, Text
from surveyapp.distribution.sms.providers import configured, make
from tests.distribution.aliyun_server import KEY, SECRET, aliyun
from tests.distribution.outboxes import fast, ready, states

FILE = """
[home]
kind = "aliyun"
access_key_id = "{key}"
access_key_secret = "{secret}"
sign_name = "某某商城"
callback_key = "hook key"
template_invitation = "SMS_1"
template_invitation_en = "SMS_2"
endpoint = "{url}"
reaches = "cn"
rate = 1000
price = "0.045"
read_seconds = 0.3
"""


@pytest.fixture
def server():
    with aliyun() as running:
        yield running


@pytest.fixture
def home(any_app, server):
    return set_up(any_app, server)


def set_up(app, server, secret=SECRET):
    from dataclasses import replace

    fast(app)
    settings = replace(app.config["SETTINGS"], twilio_account_sid="")
    text = FILE.format(key=KEY, secret=secret, url=server.url)
    (settings.instance / "channels.toml").write_text(text, encoding="utf-8")
    app.config["SETTINGS"] = settings
    return app


def test_the_published_example_is_signed_as_published():
    query = aliyun_signature.query_of(
        {
            "RegionId": "cn-shanghai",
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        }
    )
    signed = aliyun_signature.headers(
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        date="2023-10-26T10:22:32Z",
        nonce="3156853299f313e23d1673dc12e1703d",
    )
    given = aliyun_signature.authorization(
        "YourAccessKeyId", "YourAccessKeySecret", "POST", query, signed
    )
    assert given.endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_template_is_filled_in_with_the_links_last_part(home, server):
    ready(3)
    assert Sender(home).drain(2) == {"accepted": 3}
    first = server.sent[0]
    variables = json.loads(first["TemplateParam"])
    assert set(variables) == {"name", "store", "code"}
    assert len(variables["code"]) == 11
    assert "/" not in variables["code"]
    assert (first["SignName"], first["TemplateCode"]) == ("某某商城", "SMS_1")
    assert first["PhoneNumbers"].startswith("1")
    assert len({s["OutId"] for s in server.sent}) == 3


def test_a_wrong_secret_blocks_the_channel(any_app, server):
    set_up(any_app, server, secret="guess")
    ready(2)
    assert Sender(any_app).drain(1)["blocked"] == 1
    assert server.sent == []
    assert states() == {"queued": 2}


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", Ending.REJECTED),
        ("isv.BUSINESS_LIMIT_CONTROL", Ending.THROTTLED),
        ("isv.AMOUNT_NOT_ENOUGH", Ending.BLOCKED),
        ("isp.SYSTEM_ERROR", Ending.UNKNOWN),
    ],
)
def test_refusals_in_our_words(app, server, code, ending):
    from datetime import timedelta

    set_up(app, server)
    provider = make(configured(app.config["SETTINGS"])[0], "http://127.0.0.1")
    server.answers = [code]
    text = Text("+8613800138000", "x", "m=1&a=1", timedelta(hours=1), language="zh-Hans")
    assert provider.send(text).ending == ending
    thanks = Text("+8613800138000", "x", "m=1&a=2", timedelta(hours=1), kind="thank_you")
    assert provider.send(thanks).code == "no_template"


def test_a_lost_answer_is_found_by_our_reference_and_its_receipt_too(home, server):
    ready(1)
    server.silent = True
    assert Sender(home).drain(1) == {"unknown": 1}
    server.silent = False
    assert reconcile.resolve(Sender(home).providers) == 1
    assert Sender(home).drain(1) == {}
    assert len(server.sent) == 1
    assert states() == {"delivered": 1}


def report(app, reports, key="hook%20key"):
    return app.test_client().post(f"/hooks/channels/home/status?key={key}", json=reports)


def test_pushed_reports_count_once_and_without_the_key_not_at_all(home, server):
    ready(2)
    Sender(home).drain(1)
    good, bad = (s["OutId"] for s in server.sent)
    reports = [
        {"out_id": good, "biz_id": "1", "success": True, "err_code": "DELIVERED"},
        {"out_id": bad, "biz_id": "2", "success": False, "err_code": "UNDELIV"},
    ]
    assert report(home, reports, key="guess").status_code == 403
    assert states() == {"accepted": 2}
    for _ in range(2):
        assert report(home, reports).get_json()["code"] == 0
    assert states() == {"delivered": 1, "undelivered": 1}
    assert db.session.scalar(db.select(db.func.count(Receipt.id))) == 2
    assert set(db.session.scalars(db.select(Message.error_code))) == {"", "UNDELIV"}


@pytest.mark.parametrize("content", ["no json", "[1]", '[{"biz_id": "1"}]'])
def test_unreadable_reports_are_refused(home, content):
    path = "/hooks/channels/home/status?key=hook%20key"
    assert home.test_client().post(path, data=content).status_code == 400


def test_a_pushed_reply_opts_out(home, server):
    ready(1)
    Sender(home).drain(1)
    reply = {"phone_number": server.sent[0]["PhoneNumbers"], "content": "退订", "sequence_id": 7}
    path = "/hooks/channels/home/inbound?key=hook%20key"
    for _ in range(2):
        assert home.test_client().post(path, json=[reply]).status_code == 200
    row = db.session.scalars(db.select(InboundText)).one()
    assert (row.kind, row.body) == ("opt_out", "退订")
    assert row.invitation_id is not None
