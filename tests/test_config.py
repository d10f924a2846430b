"""Settings: what is wrong is named with how to mend it; secrets are made once and kept private."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import config

ROOT = Path(__file__).resolve().parent.parent
KEY = "ab" * 32


def load(folder: Path, **environment: str) -> config.Settings:
    return config.load({"INSTANCE_PATH": str(folder), **environment})


def test_a_first_run_needs_nothing(tmp_path: Path) -> None:
    found = load(tmp_path / "new" / "folder")
    assert found.instance.is_dir()
    assert found.database_url == f"sqlite:///{tmp_path}/new/folder/surveyapp.sqlite"
    assert found.port == 8000
    assert found.public_base_url == "http://127.0.0.1:8000"
    assert found.twilio_api_base == ""
    assert not found.sms_domestic


def test_secrets_are_private_and_stay_the_same(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert first.secret_key == second.secret_key
    assert dict(first.key_ring) == dict(second.key_ring)
    assert len(first.key_ring["k1"]) == 32
    assert first.secret_key != first.key_ring["k1"].hex()
    for name in ("secret_key", "key_ring"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    other = load(tmp_path / "other")
    assert other.secret_key != first.secret_key


def test_given_secrets_are_used_and_nothing_is_written(tmp_path: Path) -> None:
    found = load(tmp_path, SECRET_KEY="given", KEY_RING=f"k9:{KEY}")
    assert found.secret_key == "given"
    assert found.key_ring == {"k9": bytes.fromhex(KEY)}
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_at_once_agree_on_the_secrets(tmp_path: Path) -> None:
    start, found = threading.Barrier(8), []

    def begin() -> None:
        start.wait()
        found.append(load(tmp_path).secret_key)

    for number in range(5):
        tmp_path = tmp_path / str(number)
        found.clear()
        threads = [threading.Thread(target=begin) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(found)) == 1
        assert len(found) == 8
        assert len(found[0]) == 64
        assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == [
            "key_ring",
            "secret_key",
        ]


def test_no_secret_is_shown_when_settings_are_printed(tmp_path: Path) -> None:
    found = load(tmp_path, KEY_RING=f"k1:{KEY}", TWILIO_AUTH_TOKEN="hush", SECRET_KEY="whisper")
    for secret in (KEY, repr(bytes.fromhex(KEY)), "hush", "whisper"):
        assert secret not in repr(found)


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("PORT", "eighty", "whole number from 1 to 65534"),
        ("PORT", "0", "whole number from 1 to 65534"),
        ("TRUSTED_PROXIES", "10", "whole number from 0 to 9"),
        ("TRUSTED_PROXIES", "one", "whole number from 0 to 9"),
        ("TRUSTED_PROXIES", "-1", "whole number from 0 to 9"),
        ("PORT", "65535", "whole number from 1 to 65534"),
        ("PORT", "-1", "whole number from 1 to 65534"),
        ("PORT", "", "whole number from 1 to 65534"),
        ("SMS_RATE", "fast", "messages a second"),
        ("SMS_RATE", "0", "messages a second"),
        ("SMS_RATE", "nan", "messages a second"),
        ("SMS_RATE", "inf", "messages a second"),
        ("SMS_DOMESTIC", "maybe", "1 or 0"),
        ("SECURE_COOKIES", "2", "1 or 0"),
        ("DATABASE_URL", "mysql://x", "sqlite: or postgresql:"),
        ("BROKER_URL", "kafka://x", "amqp://, amqps://, redis:// or rediss://"),
        ("BROKER_URL", "amqp://x", "DATABASE_URL to a postgresql://"),
        ("KEY_RING", KEY, "id:hex"),
        ("KEY_RING", "k1:zz", "id:hex"),
        ("KEY_RING", f"k1:{KEY[:-2]}", "32-byte"),
        ("KEY_RING", f":{KEY}", "id:hex"),
        ("KEY_RING", f"k1:{KEY},", "id:hex"),
        ("KEY_RING", f"a.b:{KEY}", "letters and digits"),
        ("KEY_RING", f"k1:{KEY},k1:{'cd' * 32}", "only once"),
        ("PUBLIC_BASE_URL", "survey.example.com", "http"),
        ("TWILIO_API_BASE", "127.0.0.1:8001", "http"),
    ],
)
def test_every_error_names_the_setting_and_how_to_mend_it(
    tmp_path: Path, name: str, value: str, mend: str
) -> None:
    with pytest.raises(config.SettingError) as error:
        load(tmp_path, **{name: value})
    assert str(error.value).startswith(name)
    assert mend in str(error.value)
    assert KEY[:16] not in str(error.value), "a key is never repeated in a message"


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(config.SettingError, match="INSTANCE_PATH"):
        load(tmp_path / "file" / "instance")


def test_an_emptied_secret_is_named_instead_of_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(config.SettingError, match="SECRET_KEY is not set"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////tmp/x.sqlite", "sqlite:////tmp/x.sqlite"),
    ],
)
def test_database_addresses(tmp_path: Path, given: str, used: str) -> None:
    assert load(tmp_path, DATABASE_URL=given).database_url == used


def test_addresses_lose_their_last_slash_and_flags_have_spellings(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        PUBLIC_BASE_URL="https://survey.example.com/",
        TWILIO_API_BASE="http://127.0.0.1:8001/",
        SMS_DOMESTIC="YES",
        SECURE_COOKIES="true",
    )
    assert found.public_base_url == "https://survey.example.com"
    assert found.twilio_api_base == "http://127.0.0.1:8001"
    assert found.sms_domestic
    assert found.flask()["SESSION_COOKIE_SECURE"] is True


def test_a_broker_goes_with_postgresql_and_its_password_is_not_shown(tmp_path: Path) -> None:
    address = "amqp://me:hush@mq.example.com/"
    found = load(tmp_path, BROKER_URL=address, DATABASE_URL="postgresql://db/surveyapp")
    assert found.broker_url == address
    assert "hush" not in repr(found)
    assert found.flask()["SQLALCHEMY_ENGINE_OPTIONS"] == {"pool_pre_ping": True}
    assert load(tmp_path).broker_url == ""


def test_every_setting_is_documented() -> None:
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env(?:\.get\(|, )"([A-Z_]+)"', source))
    fields = {name.upper() for name in config.Settings.__dataclass_fields__}
    assert read - {"INSTANCE_PATH"} <= fields


def test_a_command_says_a_wrong_setting_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "set-up"],
        cwd=ROOT,
        env=os.environ | {"INSTANCE_PATH": str(tmp_path), "PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "PORT is 'eighty': give a whole number" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(config.SettingError, match="secret_key cannot be read or made"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("command", "code"), [(("questionnaire", "import"), 0), (("set-up",), 1), (("nonsense",), 1)]
)
def test_commands_that_read_files_need_no_folder(
    tmp_path: Path, command: tuple[str, ...], code: int
) -> None:
    (tmp_path / "file").write_text("not a folder")
    form = tmp_path / "form.json"
    form.write_text('{"elements": [{"type": "text", "name": "a"}]}')
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command, str(form)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path / "file" / "instance")},
    )  # fmt: skip
    assert ran.returncode == code, ran.stderr
    assert ("INSTANCE_PATH" in ran.stderr) is (code == 1)
    assert "Traceback" not in ran.stderr
