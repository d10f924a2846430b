"""The installation's channels and, made on first use, the provider of each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from decimal import Decimal

from config import SettingError, Settings
from surveyapp.distribution.sms.channel import Channel, ChannelError, parse
from surveyapp.distribution.sms.provider import READ_SECONDS, Provider

TWILIO = "twilio"
"""Name of the channel that the TWILIO_… settings describe."""


def configured(settings: Settings) -> tuple[Channel, ...]:
    """The channels of the settings and of their file; raises SettingError.

    The one of the TWILIO_… settings comes first; without an account it is left out when the file
    names any other.
    """
    listed = _listed(settings)
    own = () if listed and not settings.twilio_account_sid else (twilio_channel(settings),)
    if own and any(channel.name == TWILIO for channel in listed):
        raise SettingError(
            f"{settings.channels_file} has a channel {TWILIO!r}, and TWILIO_ACCOUNT_SID is set: "
            "give the one in the file another name."
        )
    return (*own, *listed)


def carries_links_to_cn(settings: Settings) -> bool:
    """Whether any channel may text links to +86 numbers."""
    return any(
        channel.links_to_cn and channel.reaches != "abroad" and channel.kind != "smtp"
        for channel in configured(settings)
    )


def twilio_channel(settings: Settings) -> Channel:
    """The channel that the TWILIO_… settings describe."""
    return Channel(
        name=TWILIO,
        kind="twilio",
        rate=settings.sms_rate,
        price=Decimal(settings.sms_price),
        currency=settings.sms_currency,
        links_to_cn=settings.sms_domestic,
        options={
            "account_sid": settings.twilio_account_sid,
            "auth_token": settings.twilio_auth_token,
            "from": settings.twilio_from,
            "api_base": settings.twilio_api_base,
        },
    )


def _listed(settings: Settings) -> tuple[Channel, ...]:
    path = settings.channels_file
    if path is None or not path.is_file():
        return ()
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (ChannelError, OSError, UnicodeError) as trouble:
        raise SettingError(f"CHANNELS_FILE {path} cannot be used. {trouble}") from trouble


class Providers:
    """Channels with their providers. Safe to use from many threads."""

    def __init__(
        self, channels: Sequence[Channel], public_base_url: str, made: Sequence[Provider] = ()
    ) -> None:
        self.channels = tuple(channels)
        self._base = public_base_url
        self._made = {provider.name: provider for provider in made}
        self._lock = threading.Lock()

    def channel(self, name: str) -> Channel | None:
        """The channel of this name, if it is still configured."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def get(self, name: str) -> Provider:
        """The provider of a channel; its package is heavy, so it is made on first use."""
        with self._lock:
            if name not in self._made:
                channel = self.channel(name)
                if channel is None:
                    raise KeyError(name)
                self._made[name] = make(channel, self._base)
            return self._made[name]


def providers_of(settings: Settings, only: Provider | None = None) -> Providers:
    """The installation's providers; `only`: that one instead, as the channel of its name."""
    if only is None:
        return Providers(configured(settings), settings.public_base_url)
    known = twilio_channel(settings)
    channel = Channel(only.name, known.kind, known.rate, links_to_cn=known.links_to_cn)
    return Providers([channel], settings.public_base_url, [only])


def make(channel: Channel, public_base_url: str) -> Provider:
    """The provider of a channel; `read_seconds` of its options is how long an answer may take."""
    patience = float(channel.options.get("read_seconds", READ_SECONDS))
    if channel.kind == "twilio":
        from surveyapp.distribution.sms.twilio_provider import TwilioProvider

        return TwilioProvider(channel, public_base_url, patience)
    if channel.kind == "http":
        from surveyapp.distribution.sms.http_provider import HttpProvider

        return HttpProvider(channel, public_base_url, patience)
    if channel.kind == "aliyun":
        from surveyapp.distribution.sms.aliyun_provider import AliyunProvider

        return AliyunProvider(channel, patience)
    from surveyapp.distribution.sms.smtp_provider import SmtpProvider

    return SmtpProvider(channel, patience)


def callback_path(channel: str, what: str) -> str:
    """Path at which a channel's provider calls us; `what` is status or inbound."""
    return f"/hooks/sms/{what}" if channel == TWILIO else f"/hooks/channels/{channel}/{what}"
