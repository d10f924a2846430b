"""Channels: how each is, what it spent today, their order, and the switch of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution import channels
from surveyapp.distribution.sms.channel import MICRO, Channel
from surveyapp.distribution.sms.providers import configured
from surveyapp.distribution.views.blueprint import distribution
from surveyapp.extensions import settings
from surveyapp.findings import N_

KIND_NAMES = {
    "twilio": "Twilio",
    "http": N_("Signed HTTP"),
    "aliyun": N_("Alibaba Cloud SMS"),
    "smtp": N_("E-mail"),
}
REACH_NAMES = {
    "all": N_("All numbers"),
    "cn": N_("Only +86"),
    "abroad": N_("All but +86"),
}


@distribution.app_template_filter()
def amount(micros: int) -> str:
    """Millionths of a currency as an amount with two decimals or, below a hundredth, all six."""
    value = Decimal(micros) / MICRO
    return f"{value:,.2f}" if value >= Decimal("0.01") or not micros else f"{value:f}"


@distribution.app_template_filter()
def channel_time(moment: datetime, channel: Channel) -> str:
    """A moment on the channel's wall clock, to the second."""
    return f"{moment.astimezone(ZoneInfo(channel.timezone)):%Y-%m-%d %H:%M:%S}"


@distribution.get("/channels", endpoint="channels")
@roles()
def list_channels() -> str:
    """All channels in their order."""
    standings = channels.standings(configured(settings()))
    return render_template(
        "distribution/channels.html",
        standings=standings,
        all_paused=all(it.paused for it in standings),
        kind_names=KIND_NAMES,
        reach_names=REACH_NAMES,
    )


@distribution.post("/channels/all/<any(pause, resume):what>")
@roles()
def switch_all(what: str) -> Response:
    """The emergency switch: no channel sends, or all may again."""
    paused = what == "pause"
    for name in sorted(_names()):
        channels.pause(name, paused=paused)
    said = _("All sending is paused.") if paused else _("All channels may send again.")
    return _done(f"channel.{what}_all", "channel:all", said)


@distribution.post("/channels/<name>/<any(pause, resume):what>")
@roles()
def switch_channel(name: str, what: str) -> Response:
    """Pause or resume one channel."""
    paused = what == "pause"
    said = _("Paused; the others take over.") if paused else _("The channel may send again.")
    return _with(name, lambda: channels.pause(name, paused=paused), f"channel.{what}", said)


@distribution.post("/channels/<name>/try")
@roles()
def try_channel(name: str) -> Response:
    """Let the next message probe a channel that is in trouble."""
    said = _("The next message tries this channel.")
    return _with(name, lambda: channels.try_now(name), "channel.try", said)


@distribution.post("/channels/<name>/<any(up, down):where>")
@roles()
def move_channel(name: str, where: str) -> Response:
    """Move a channel one place up or down."""

    def move() -> None:
        names = [it.channel.name for it in channels.standings(configured(settings()))]
        here = names.index(name)
        there = min(max(here + (-1 if where == "up" else 1), 0), len(names) - 1)
        names.insert(there, names.pop(here))
        channels.arrange(names)

    return _with(name, move, "channel.move", _("The order is changed."))


def _names() -> list[str]:
    return [channel.name for channel in configured(settings())]


def _with(name: str, work: Callable[[], object], action: str, said: str) -> Response:
    if name not in _names():
        raise NotFound
    work()
    return _done(action, f"channel:{name}", said)


def _done(action: str, subject: str, said: str) -> Response:
    audit.record(action, subject)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("distribution.channels"))
