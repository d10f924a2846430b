"""Tests about the code base itself."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Config
from sqlalchemy import text
from werkzeug.routing import Rule

from surveyapp import data_folder
from surveyapp.accounts.guard import access
from surveyapp.database import db
from surveyapp.migrating import upgrade_to_head
from tests.conftest import make_settings

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {
    "PIL",
    "alembic",
    "apscheduler",
    "docx",
    "dramatiq",
    "holidays",
    "lark",
    "lxml",
    "matplotlib",
    "numpy",
    "openpyxl",
    "pandas",
    "phonenumbers",
    "pika",
    "pingouin",
    "pyarrow",
    "redis",
    "scipy",
    "sklearn",
    "statsmodels",
    "twilio",
    "weasyprint",
    "z3",
}
PUBLIC = {
    "/health",
    "/resume",
    "/sign-in",
    "/language/<tag>",
    "/static/<path:filename>",
}
PUBLIC_PREFIXES = ("/r/", "/q/", "/o/", "/hooks/", "/survey/", "/api/v1/")


def test_the_web_process_imports_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys, config; from surveyapp import create_app;"
        "create_app(config.load({'INSTANCE_PATH': sys.argv[1]}));"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert HEAVY.isdisjoint(done.stdout.split())


def test_every_route_is_protected_unless_listed_here(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if access(rule.endpoint) == "public":
            assert rule.rule in PUBLIC or rule.rule.startswith(PUBLIC_PREFIXES), rule


def test_a_stranger_is_sent_to_the_sign_in_page_from_every_staff_page(app: Flask) -> None:
    browser = app.test_client()
    for rule in app.url_map.iter_rules():
        if access(rule.endpoint) == "public" or "GET" not in (rule.methods or ()):
            continue
        with app.test_request_context():
            address = rule.build(_values(rule), append_unknown=False)
        answer = browser.get(address[1] if address else rule.rule)
        assert answer.status_code in {302, 404}, rule
        if answer.status_code == 302:
            assert "/sign-in" in answer.location, rule


def _values(rule: Rule) -> dict[str, str]:
    """1 for every argument, the first of the words where only some are known."""
    known = {name: getattr(one, "items", ()) for name, one in rule._converters.items()}
    return {name: min(known.get(name) or ("1",)) for name in rule.arguments}


def test_the_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    from surveyapp import create_app

    app = create_app(make_settings(tmp_path))
    upgrade_to_head(app)
    with app.app_context():
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
        db.engine.dispose()


@pytest.mark.postgresql
def test_the_migrations_run_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    from surveyapp import create_app

    app = create_app(make_settings(tmp_path, DATABASE_URL=postgresql_url))
    upgrade_to_head(app)
    with app.app_context():
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM study")) == 0
        db.engine.dispose()


def test_there_is_one_migration_head() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(data_folder("migrations")))
    assert len(ScriptDirectory.from_config(configuration).get_heads()) == 1


def test_the_wheel_carries_templates_static_files_migrations_and_catalogues(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "surveyapp/_data/templates/base.html",
        "surveyapp/_data/static/app.css",
        "surveyapp/_data/static/vendor/htmx.min.js",
        "surveyapp/_data/migrations/env.py",
        "surveyapp/translations/zh_Hans_CN/LC_MESSAGES/messages.mo",
        "surveyapp/designer/library_files/aftersales.json",
        "config.py",
        "wsgi.py",
    ):
        assert wanted in names


def test_nothing_committed_names_a_registry_or_a_machine_path() -> None:
    listing = ["git", "ls-files", "-z"]
    files = subprocess.run(listing, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    forbidden = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npmjs" + ".org",
        "/work" + "/main",
    )
    for name in files.split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or "vendor" in path.parts:
            continue
        content = path.read_bytes()
        assert not any(word.encode() in content for word in forbidden), name
