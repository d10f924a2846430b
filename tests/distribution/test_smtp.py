"""Letters as the last way out, over a real SMTP conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import reconcile
from surveyapp.distribution.models import Message, Wave
from surveyapp.distribution.sending import Sender
from tests.distribution.outboxes import fast, ready, reasons, states
from tests.distribution.phones import gateway, pointed_at
from tests.distribution.smtp_server import authority, smtp

FILE = """
[mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "{security}"
sender = "某某商城 <survey@shop.example>"
rate = 1000
{more}
"""


@pytest.fixture
def server():
    with smtp() as running:
        yield running


def set_up(app, server, more="", security="none", **changes):
    """A text channel that is away, and the mail server behind it."""
    fast(app)
    settings = app.config["SETTINGS"]
    text = FILE.format(port=server.port, more=more, security=security)
    (settings.instance / "channels.toml").write_text(text, encoding="utf-8")
    with gateway() as gone:
        away = {"twilio_api_base": "http://127.0.0.1:9", **changes}
        app.config["SETTINGS"] = pointed_at(settings, gone, **away)


def people(count, email="guest{}@example.com"):
    ready(count)
    for number, customer in enumerate(db.session.scalars(db.select(Customer))):
        customer.email = email.format(number) if email else None
    db.session.commit()


def send(app):
    moment = clock.now()
    for minute in range(3):
        with clock.frozen(moment + timedelta(minutes=minute)):
            Sender(app).drain(1)


def test_when_texts_cannot_leave_letters_do(any_app, server):
    set_up(any_app, server)
    people(3)
    send(any_app)
    assert sorted(to for to, _ in server.letters) == [f"guest{n}@example.com" for n in range(3)]
    letter = server.letters[0][1]
    assert letter["Subject"] == "请评价我们的服务"
    assert "/r/" in letter.get_content()
    assert "/o/" in letter["List-Unsubscribe"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states() == {"accepted": 3}
    assert set(db.session.scalars(db.select(Message.provider))) == {"mail"}


def test_the_header_of_a_letter_ends_all_texts(any_app, server):
    set_up(any_app, server)
    people(1)
    send(any_app)
    address = server.letters[0][1]["List-Unsubscribe"].strip("<>")
    path = "/" + address.split("://", 1)[1].split("/", 1)[1]
    form = {"List-Unsubscribe": "One-Click"}
    assert any_app.test_client().post(path, data=form).status_code == 200
    db.session.rollback()
    assert db.session.scalars(db.select(Customer.opted_out_at)).one() is not None


def test_whoever_has_no_address_waits_for_a_text_channel(any_app, server):
    set_up(any_app, server)
    people(2, email="")
    send(any_app)
    assert server.letters == []
    assert states() == {"queued": 2}


def _ask(medium, *, only):
    db.session.execute(db.update(Wave).values(medium=medium, medium_only=only))
    db.session.commit()


def test_a_step_by_mail_skips_who_has_no_address_or_texts_them(any_app, server):
    set_up(any_app, server)
    people(2, email="")
    _ask("email", only=False)
    send(any_app)
    assert states() == {"queued": 2}, "they wait for the text channel"
    _ask("email", only=True)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        Sender(any_app).drain(1)
    assert reasons() == {("cancelled", "no_email"): 2}
    assert server.letters == []


def test_a_step_by_mail_goes_by_mail_and_one_by_sms_does_not(any_app, server):
    set_up(any_app, server)
    people(2)
    _ask("sms", only=False)
    send(any_app)
    assert states() == {"queued": 2}
    assert server.letters == []
    _ask("email", only=True)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        Sender(any_app).drain(1)
    assert len(server.letters) == 2


def test_a_letter_that_may_have_left_is_never_sent_again_by_itself(any_app, server):
    set_up(any_app, server)
    people(1)
    server.vanish = "after"
    send(any_app)
    server.vanish = ""
    assert states() == {"unknown": 1}
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert reconcile.resolve(Sender(any_app).providers) == 1
    assert reasons() == {("held", "outcome_unknown"): 1}
    send(any_app)
    assert len(server.letters) == 1


@pytest.mark.parametrize(
    ("answer", "state"), [("550 5.1.1 nobody here", "failed"), ("451 4.7.1 later", "queued")]
)
def test_refusals_of_an_address(any_app, server, answer, state):
    set_up(any_app, server)
    people(1)
    server.refuse_rcpt = answer
    send(any_app)
    assert states() == {state: 1}
    assert server.letters == []


@pytest.mark.parametrize(("password", "sent"), [("right", 1), ("wrong", 0)])
def test_signing_in(any_app, server, password, sent):
    server.password = "right"
    set_up(any_app, server, more=f'user = "survey"\npassword = "{password}"')
    people(1)
    send(any_app)
    assert len(server.letters) == sent


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_go_over_tls_to_a_server_that_is_who_it_says(app, tmp_path, monkeypatch, security):
    """Nobody vouches for the server at first, so nothing leaves, the password least of all."""
    with smtp(security) as server:
        server.password = "right"
        sign_in = 'user = "survey"\npassword = "right"'
        set_up(app, server, more=sign_in, security=security)
        people(1)
        send(app)
        assert (server.letters, states()) == ([], {"queued": 1})
        authority().cert_pem.write_to_path(tmp_path / "authority.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        with clock.frozen(clock.now() + timedelta(minutes=30)):
            send(app)
        assert states() == {"accepted": 1}
        assert server.secure


def test_a_server_without_starttls_is_told_nothing(app, server):
    server.password = "right"
    set_up(app, server, more='user = "survey"\npassword = "right"', security="starttls")
    people(1)
    send(app)
    assert (server.letters, server.signed_in, states()) == ([], 0, {"queued": 1})
