"""The built-in phone: its screen, its journal, its receipts."""

from __future__ import annotations

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode

import pytest
from twilio.request_validator import RequestValidator

from surveyapp.crypto import Vault
from surveyapp.distribution.gateway.conditions import NAMES, Conditions
from surveyapp.distribution.gateway.screen import linked
from surveyapp.distribution.gateway.texts import Line, Texts, new_sid, now
from tests.auditing import audit
from tests.distribution.phones import ACCOUNT, TOKEN, gateway

PHONE = "+8613800138000"


@pytest.fixture
def listener():
    """An HTTP server that keeps what it is sent."""
    calls = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            calls.append((self.path, form, self.headers["X-Twilio-Signature"]))
            self.send_response(500 if len(calls) <= self.server.failures else 204)
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.failures = 0
    server.calls = calls
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def text(phone, body="您好 http://127.0.0.1/r/x", callback="", to=PHONE):
    return phone.carrier.texts.add(
        Line(new_sid(), to, "+15005550006", body, True, now(), "queued", callback=callback)
    )


def ask(phone, method, path, form=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", phone.port, timeout=5)
    body = urlencode(form) if form else None
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer, content


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_screen_shows_texts_with_links_to_tap(language):
    with gateway() as phone:
        text(phone, "王芳您好 <b> http://127.0.0.1:8000/r/23456789ABC，谢谢")
        answer, page = ask(phone, "GET", "/", **{"Accept-Language": language})
    assert answer.status == 200
    audit(page, answer.headers)
    assert 'href="http://127.0.0.1:8000/r/23456789ABC"' in page
    assert "&lt;b&gt;" in page
    assert PHONE in page


def test_an_empty_screen_says_what_to_do_next():
    with gateway() as phone:
        answer, page = ask(phone, "GET", "/", **{"Accept-Language": "en"})
    audit(page, answer.headers)
    assert "Start a wave" in page


def test_the_moving_part_is_sent_only_when_something_changed():
    with gateway() as phone:
        text(phone)
        version = phone.texts.version
        assert ask(phone, "GET", f"/live?v={version}")[0].status == 204
        text(phone, "another")
        answer, part = ask(phone, "GET", f"/live?v={version}&phone=%2B8613800138000")
    assert answer.status == 200
    assert "another" in part


def test_a_reply_from_the_screen_reaches_the_product_signed(listener):
    url = f"{listener.url}/hooks/sms/inbound"
    with gateway(inbound_url=url) as phone:
        text(phone)
        form = {"phone": PHONE, "body": "", "word": "退订"}  # the button beside the empty field
        answer, _ = ask(phone, "POST", "/reply", form)
        assert answer.status == 302
        assert phone.postman.settle()
        assert PHONE in phone.carrier.stopped
        assert [line.body for line in phone.texts.conversation(PHONE)][-1] == "退订"
    ((_path, form, signed),) = listener.calls
    assert (form["From"], form["To"], form["Body"]) == (PHONE, "+15005550006", "退订")
    assert RequestValidator(TOKEN).validate(url, form, signed)


def test_another_site_cannot_write_on_the_phone():
    with gateway() as phone:
        form = {"phone": PHONE, "body": "hi"}
        assert ask(phone, "POST", "/reply", form, Origin="http://evil.example")[0].status == 403
        assert ask(phone, "POST", "/reply", form, Origin=phone.url)[0].status == 302
        assert ask(phone, "POST", "/reply", {"phone": PHONE, "body": " "})[0].status == 400


def test_receipts_are_signed_doubled_and_shuffled_as_told(listener):
    with gateway() as phone:
        phone.set(duplicate=1)
        line = text(phone, callback=f"{listener.url}/hooks/sms/status?m=1&a=1")
        phone.carrier.carry(line)
        assert phone.postman.settle()
    assert len(listener.calls) == 4
    for path, form, signed in listener.calls:
        assert form["MessageSid"] == line.sid
        assert RequestValidator(TOKEN).validate(listener.url + path, form, signed)
    assert {form["MessageStatus"] for _, form, _ in listener.calls} == {"sent", "delivered"}


def test_lost_receipts_are_lost_and_undelivered_ones_have_a_code(listener):
    with gateway() as phone:
        phone.set(undelivered=1)
        phone.carrier.carry(text(phone, callback=listener.url))
        assert phone.postman.settle()
        phone.set(lose_receipt=1)
        phone.carrier.carry(text(phone, callback=listener.url))
        assert phone.postman.settle()
    codes = [form.get("ErrorCode") for _, form, _ in listener.calls]
    assert sorted(codes, key=str) == ["30003", None]


def test_a_failing_product_is_called_again(listener):
    listener.failures = 1
    with gateway() as phone:
        phone.postman.post(listener.url, {"MessageSid": "x"})
        assert phone.postman.settle()
        assert phone.postman.refused == 0
    assert len(listener.calls) == 2


def test_a_product_that_is_away_is_given_up():
    with gateway() as phone:
        phone.postman.post("http://127.0.0.1:9/", {"MessageSid": "x"})
        assert phone.postman.settle(20)
        assert phone.postman.refused == 1


def test_the_weather_is_changed_by_form_and_by_json():
    with gateway() as phone:
        ask(phone, "POST", "/control", {"throttle": "0.5"})
        assert phone.carrier.conditions.throttle == 0.5
        connection = http.client.HTTPConnection("127.0.0.1", phone.port)
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/control", json.dumps({"latency": 0.1}), headers)
        assert json.loads(connection.getresponse().read())["conditions"]["latency"] == 0.1
        connection.request("POST", "/control", json.dumps({"throttle": 2}), headers)
        answer = connection.getresponse()
        assert (answer.status, b"throttle must be" in answer.read()) == (400, True)
        connection.close()
        _, told = ask(phone, "GET", "/control")
    assert json.loads(told) == {
        "conditions": Conditions(throttle=0.5, latency=0.1, receipt_delay=0).as_json(),
        "sent": 0,
        "doubled": 0,
    }


def test_every_condition_has_a_name_and_nonsense_is_refused():
    assert set(NAMES) == set(Conditions().as_json())
    for bad in ({"throttle": "much"}, {"thunder": 1}, {"latency": 1000}, {"throttle": -1}):
        with pytest.raises(ValueError, match=r"must be|unknown"):
            Conditions().changed(bad)


def test_texts_survive_a_restart_sealed(tmp_path):
    vault = Vault()
    vault.open({"k": bytes(32)}, "pepper")
    journal = tmp_path / "phone.journal"
    with gateway(journal=journal, vault=vault) as phone:
        line = text(phone, "你好")
        phone.texts.move(line.sid, "delivered")
    raw = journal.read_text()
    assert PHONE not in raw
    assert "你好" not in raw
    assert journal.stat().st_mode & 0o077 == 0
    journal.write_text(raw + "torn line")
    for _ in range(2):
        texts = Texts(journal, vault)
        (again, *_others) = texts.conversation(PHONE)
        assert (again.body, again.status, again.at) == ("你好", "delivered", line.at)
        texts.add(Line(new_sid(), PHONE, "", "更多", True, now(), "queued"))
        texts.close()
    texts = Texts(journal, vault)
    assert [line.body for line in texts.conversation(PHONE)] == ["你好", "更多", "更多"]
    texts.close()


def test_kept_connections_serve_many_requests():
    with gateway() as phone:
        connection = http.client.HTTPConnection("127.0.0.1", phone.port)
        took = []
        for _ in range(20):
            started = time.monotonic()
            connection.request("GET", "/live?v=0")
            answer = connection.getresponse()
            answer.read()
            assert not answer.will_close
            took.append(time.monotonic() - started)
        assert min(took) < 0.03, "a packet that waits for the next costs each of them 40 ms"
        connection.request("HEAD", "/control")
        assert connection.getresponse().read() == b""
        connection.close()


def test_large_and_unknown_requests_are_refused():
    with gateway() as phone:
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
        assert ask(phone, "GET", path)[0].status == 401
        connection = http.client.HTTPConnection("127.0.0.1", phone.port)
        connection.putrequest("POST", "/reply")
        connection.putheader("Content-Length", str(10_000_000))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()


def test_links_end_where_chinese_punctuation_begins():
    assert str(linked("见http://x/y。好")) == (
        '见<a href="http://x/y" target="_blank" rel="noopener">http://x/y</a>。好'
    )
    assert str(linked("<script>")) == "&lt;script&gt;"
