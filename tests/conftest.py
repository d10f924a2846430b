"""What every test builds on: an application on a database of its own, and a signed-in client."""

from __future__ import annotations

import gc
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from coverage import Coverage
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

import config
from surveyapp import create_app
from surveyapp.accounts.models import User
from surveyapp.database import db
from tests import sparing
from tests.auditing import AuditingClient

settings.register_profile("house", deadline=None)  # a busy machine is no wrong result
settings.load_profile("house")

POSTGRES = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres")
STRICT = bool(os.environ.get("SURVEYAPP_STRICT"))
PASSWORD = "correct horse battery"
_hashes: dict[str, str] = {}
_tables: dict[str, bytes] = {}
_compiled = Path(tempfile.gettempdir()) / f"surveyapp-templates-{os.getuid()}"
_compiled.mkdir(mode=0o700, exist_ok=True)
TEMPLATES = FileSystemBytecodeCache(str(_compiled))
"""Every test has an application of its own; its templates are compiled once for all."""
sparing.install()


def make_settings(folder: Path, **environment: str) -> config.Settings:
    """Settings of a test installation in `folder`."""
    fixed = {
        "INSTANCE_PATH": str(folder),
        "SECRET_KEY": "test secret",
        "KEY_RING": f"t1:{'42' * 32}",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "test token",
        "TWILIO_FROM": "+15005550006",
    }
    return config.load({**fixed, **environment})


def join(settings: config.Settings) -> Flask:
    """An application on whatever its database holds."""
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        sparing.share_statements(db.engine)
    return app


def make_app(settings: config.Settings) -> Flask:
    """An application with all tables, without the cost of the migrations."""
    app = join(settings)
    with app.app_context():
        db.create_all()
    return app


def lay_tables(app: Flask) -> None:
    """All tables in a new SQLite file, made once and copied from then on."""
    with app.app_context():
        file = Path(str(db.engine.url.database))
        if "file" in _tables:
            file.write_bytes(_tables["file"])
            return
        db.create_all()
        db.engine.dispose()
        _tables["file"] = file.read_bytes()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application on SQLite, inside its context."""
    application = join(make_settings(tmp_path))
    lay_tables(application)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """Address of a PostgreSQL server, or a skip that says so (a failure in CI)."""
    try:
        engine = create_engine(POSTGRES)
        with engine.connect():
            pass
        engine.dispose()
    except OperationalError:
        if STRICT:
            pytest.fail(f"no PostgreSQL server at {POSTGRES}")
        pytest.skip("no PostgreSQL server (set TEST_POSTGRESQL_URL)")
    return POSTGRES


@contextmanager
def fresh_database(server: str, template: str = "template1") -> Iterator[str]:
    """The address of a new PostgreSQL database, a copy of `template`; gone afterwards."""
    name = f"surveyapp_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    yield server.rsplit("/", 1)[0] + f"/{name}"
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database of this test's own."""
    with fresh_database(postgresql_server) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_tables(
    postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Name of a database with all tables and no rows, to make others from."""
    with fresh_database(postgresql_server) as address:
        app = make_app(make_settings(tmp_path_factory.mktemp("tables"), DATABASE_URL=address))
        with app.app_context():
            db.engine.dispose()
        yield address.rpartition("/")[2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The same test on SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        environment = {}
        if request.param == "postgresql":
            server = request.getfixturevalue("postgresql_server")
            tables = request.getfixturevalue("postgresql_tables")
            environment["DATABASE_URL"] = stack.enter_context(fresh_database(server, tables))
        application = join(make_settings(tmp_path, **environment))
        if request.param == "sqlite":
            lay_tables(application)
        with application.app_context():
            yield application
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> AuditingClient:
    """A browser that nobody signed in; audits each page that it opens."""
    app.test_client_class = AuditingClient
    return app.test_client()  # type: ignore[return-value]


def add_user(role: str) -> User:
    """A member of staff with PASSWORD (under a weak hash: argon2 is slow on purpose)."""
    if not _hashes:
        _hashes["hash"] = PasswordHasher(1, 8, 1).hash(PASSWORD)
    email = f"{role}@example.com"
    user = User(email=email, name=role, role=role, language="en", password_hash=_hashes["hash"])
    db.session.add(user)
    db.session.commit()
    return user


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], AuditingClient]:
    """`sign_in(role)`: a browser of a new member of staff with that role."""

    def start(role: str) -> AuditingClient:
        add_user(role)
        app.test_client_class = AuditingClient
        browser: AuditingClient = app.test_client()  # type: ignore[assignment]
        answer = browser.post(
            "/sign-in", data={"email": f"{role}@example.com", "password": PASSWORD}
        )
        assert answer.status_code == 302
        return browser

    return start


@pytest.fixture
def staff(sign_in: Callable[[str], AuditingClient]) -> AuditingClient:
    """A signed-in administrator, in English."""
    return sign_in("administrator")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `core` what needs no application: coverage is measured only there.

    The pure cores are to be covered by tests of their own, not by a page that happens to pass
    through; and tracing makes everything else take two thirds longer.
    """
    for item in items:
        applied = {"app", "any_app"} & set(getattr(item, "fixturenames", ()))
        if not applied and not any(map(item.get_closest_marker, ("browser", "fault"))):
            item.add_marker("core")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Where coverage is measured, trace a pure core's own tests and no others."""
    cov = None if item.get_closest_marker("core") else Coverage.current()
    if cov is None:
        return (yield)
    cov.stop()
    try:
        return (yield)
    finally:
        cov.start()


def pytest_collection_finish() -> None:
    """Collect garbage once a test or so: at Python's usual pace it took a third of the time.

    What lives as long as the tests (modules, tests, mappers) was looked through again and again.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that needed more than one try."""
    passed = terminalreporter.getreports("passed")
    again = [r for r in passed if r.when == "call" and dict(r.sections).get("The first try")]
    for report in again:
        terminalreporter.write_line(f"passed only when tried again: {report.nodeid}")
        terminalreporter.write_line(str(dict(report.sections)["The first try"])[-1500:])
