"""Settings, read from the environment once and validated at start.

Every setting of the product stands here with its meaning; `docs/operations.md` repeats none of it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent


class SettingError(Exception):
    """A setting that cannot be used; the message names it and says how to mend it."""


@dataclass(frozen=True)
class Settings:
    """All settings. Field names are the environment's names in lower case."""

    secret_key: str = field(repr=False)
    """Signs sessions and derives personal links. Changing it invalidates both."""
    database_url: str = field(repr=False)
    """SQLAlchemy address. SQLite by default; `postgresql://…` for more than one machine."""
    key_ring: Mapping[str, bytes] = field(repr=False)
    """`KEY_RING=id:hex,id:hex`: 32-byte AES-256 keys, ids of letters and digits; the last encrypts,
    all decrypt."""
    instance: Path
    """Folder of everything this installation writes: database, keys, exports, archives."""
    public_base_url: str
    """Address under which customers and providers reach the product; links are made from it."""
    port: int
    """Port of the web server; the built-in phone listens on the next one."""
    twilio_api_base: str
    """Provider address; empty means Twilio itself. `make run` points it at the built-in phone."""
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_from: str = ""
    sms_domestic: bool = False
    """True when the provider may text links to +86 numbers (Twilio itself may not)."""
    sms_rate: float = 50.0
    """Messages a second that the sender may hand to the provider."""
    sms_price: str = "0"
    """What a segment costs there, for the figures of cost; `sms_currency` names the money."""
    sms_currency: str = "USD"
    broker_url: str = field(default="", repr=False)
    """`amqp://…` (RabbitMQ) or `redis://…` carries the ids of jobs and wake-ups between machines;
    empty: the worker looks into the database. Needs PostgreSQL."""
    channels_file: Path | None = None
    """TOML file of further channels (other accounts and providers, e-mail), which take over when
    one fails; `channels.toml` in the instance's folder unless CHANNELS_FILE says otherwise."""
    archive_to: str = ""
    """Where answers of closed studies are archived: `s3://bucket/prefix`, or empty for
    `archives` in the instance's folder. Keys and region: the usual AWS_… variables."""
    archive_endpoint: str = ""
    """Address of an S3-compatible store that is not Amazon's."""
    archive_after_months: int = 3
    """Months after the newest answer from which a closed study may be archived."""
    secure_cookies: bool = False
    """True behind TLS."""
    trusted_proxies: int = 0
    """Proxies of ours in front, each of which adds the address it was asked from to
    X-Forwarded-For. 0: nobody may say that, and the address is the one that connects."""

    def flask(self) -> dict[str, object]:
        """The same as Flask's and the extensions' configuration keys."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine(),
            "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
            "BABEL_DEFAULT_TIMEZONE": "UTC",
            "SETTINGS": self,
        }

    def _engine(self) -> dict[str, object]:
        """A server may have restarted since a connection was last used: ask before."""
        return {"pool_pre_ping": True} if self.database_url.startswith("postgresql") else {}


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raises SettingError.

    What is secret and missing is made on first use and kept in `instance/` (mode 600), so that a
    first run needs nothing and a second one reads the same.
    """
    env = dict(os.environ if environ is None else environ)
    instance = _folder(env.get("INSTANCE_PATH") or ROOT / "instance")
    port = _port(env.get("PORT", "8000"))
    database = _database_url(env.get("DATABASE_URL", ""), instance)
    return Settings(
        secret_key=env.get("SECRET_KEY") or _kept(instance / "secret_key"),
        database_url=database,
        broker_url=_broker_url(env.get("BROKER_URL", ""), database),
        key_ring=_key_ring(env.get("KEY_RING") or f"k1:{_kept(instance / 'key_ring')}"),
        instance=instance,
        public_base_url=_address(env, "PUBLIC_BASE_URL") or f"http://127.0.0.1:{port}",
        port=port,
        twilio_api_base=_address(env, "TWILIO_API_BASE"),
        twilio_account_sid=env.get("TWILIO_ACCOUNT_SID", ""),
        twilio_auth_token=env.get("TWILIO_AUTH_TOKEN", ""),
        twilio_from=env.get("TWILIO_FROM", ""),
        sms_domestic=_flag(env, "SMS_DOMESTIC"),
        sms_rate=_rate(env.get("SMS_RATE", "50")),
        sms_price=_price(env.get("SMS_PRICE", "0")),
        sms_currency=env.get("SMS_CURRENCY", "USD"),
        channels_file=_channels_file(env.get("CHANNELS_FILE", ""), instance),
        archive_to=_archive_to(env.get("ARCHIVE_TO", "")),
        archive_endpoint=_address(env, "ARCHIVE_ENDPOINT"),
        archive_after_months=_months(env.get("ARCHIVE_AFTER_MONTHS", "3")),
        secure_cookies=_flag(env, "SECURE_COOKIES"),
        trusted_proxies=_proxies(env.get("TRUSTED_PROXIES", "0")),
    )


def throwaway() -> Settings:
    """Settings for a command that reads files and keeps nothing: no folder, no database."""
    return load({
        "SECRET_KEY": secrets.token_hex(32), "KEY_RING": f"k1:{secrets.token_hex(32)}",
        "INSTANCE_PATH": tempfile.gettempdir(), "DATABASE_URL": "sqlite://",
    })  # fmt: skip


def _folder(value: str | Path) -> Path:
    path = Path(value).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise SettingError(
            f"INSTANCE_PATH is {str(value)!r}, which cannot be made: {trouble.strerror}. "
            "Give a folder that may be written."
        ) from trouble
    return path


def _address(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise SettingError(f"{name} is {value!r}: give an address that begins with http(s)://.")
    return value


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65535:
        raise SettingError(f"PORT is {value!r}: give a whole number from 1 to 65534.")
    return int(value)


def _proxies(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or int(value) > 9:
        raise SettingError(f"TRUSTED_PROXIES is {value!r}: give a whole number from 0 to 9.")
    return int(value)


def _archive_to(value: str) -> str:
    if value and not (value.startswith("s3://") and value[5:].strip("/")):
        raise SettingError(f"ARCHIVE_TO is {value!r}: give s3://bucket/prefix, or nothing.")
    return value


def _months(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or int(value) > 1200:
        raise SettingError(f"ARCHIVE_AFTER_MONTHS is {value!r}: give months, 0 to 1200.")
    return int(value)


def _rate(value: str) -> float:
    try:
        rate = float(value)
    except ValueError:
        rate = 0
    if not 0 < rate <= 10_000:
        raise SettingError(f"SMS_RATE is {value!r}: give messages a second, over 0.")
    return rate


def _price(value: str) -> str:
    whole, _, rest = value.partition(".")
    if not (whole + rest).isascii() or not (whole + rest).isdecimal() or len(rest) > 6:
        raise SettingError(f"SMS_PRICE is {value!r}: give an amount such as 0.045.")
    return value


def _channels_file(value: str, instance: Path) -> Path:
    path = Path(value).resolve() if value else instance / "channels.toml"
    if value and not path.is_file():
        raise SettingError(f"CHANNELS_FILE is {value!r}: there is no such file.")
    return path


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").lower()
    if value not in {"", "0", "false", "no", "1", "true", "yes"}:
        raise SettingError(f"{name} is {value!r}: give 1 or 0.")
    return value in {"1", "true", "yes"}


def _database_url(value: str, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'surveyapp.sqlite'}"
    if not value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise SettingError("DATABASE_URL must begin with sqlite: or postgresql:")
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _broker_url(value: str, database: str) -> str:
    if value and not value.startswith(("amqp://", "amqps://", "redis://", "rediss://")):
        raise SettingError("BROKER_URL must begin with amqp://, amqps://, redis:// or rediss://.")
    if value and not database.startswith("postgresql"):
        raise SettingError(
            "BROKER_URL is for more than one machine, which cannot share a SQLite file: "
            "set DATABASE_URL to a postgresql:// address, or leave BROKER_URL out."
        )
    return value


def _key_ring(value: str) -> dict[str, bytes]:
    ring: dict[str, bytes] = {}
    for part in value.split(","):
        name, _, key = part.strip().partition(":")
        if name in ring:
            raise SettingError(f"KEY_RING has the id {name} twice: each may occur only once.")
        try:
            ring[name] = bytes.fromhex(key)
        except ValueError:
            ring[name] = b""
        if not name.isalnum() or len(ring[name]) != 32:
            raise SettingError(
                "KEY_RING must be id:hex pairs of 32-byte keys, joined by commas; "
                "ids are letters and digits."
            )
    return ring


def _kept(path: Path) -> str:
    """The secret in `path`, made on first use; SettingError where that cannot be done."""
    try:
        secret = _read_or_made(path)
    except OSError as trouble:
        raise SettingError(
            f"{path} cannot be read or made: {trouble.strerror}. "
            "Set INSTANCE_PATH to a folder of this user that may be written."
        ) from trouble
    if not secret:
        name = path.name.upper()
        raise SettingError(f"{name} is not set and {path} is empty: restore it from a backup.")
    return secret


def _read_or_made(path: Path) -> str:
    """Two processes starting at once agree on one secret.

    It is written under another name first: nobody ever reads half a secret.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
