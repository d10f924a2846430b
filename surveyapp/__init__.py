"""surveyapp: questionnaires, samples, texts, answers, numbers.

`create_app()` is the only place where the parts are joined.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

from flask import Flask

import config
from surveyapp import languages, navigation, security
from surveyapp.database import db, vault
from surveyapp.extensions import babel, csrf

__version__ = "0.1.0"

# Before numpy is loaded: on matrices as small as a questionnaire's, the threads of linear algebra
# only wait for each other (factor analyses took up to fifteen times the processor's time), and one
# thread adds in one order, however many processors a machine has.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

PACKAGES = (
    "accounts",
    "jobs",
    "brands",
    "customers",
    "designer",
    "distribution",
    "answering",
    "calling",
    "datasets",
    "reports",
    "evidence",
    "api",
)


def data_folder(name: str) -> Path:
    """`templates`, `static` or `migrations`: beside the package in a checkout, inside a wheel."""
    package = Path(__file__).resolve().parent
    installed = package / "_data" / name
    return installed if installed.is_dir() else package.parent / name


def catalogue_folders() -> str:
    """The folders of all compiled catalogues, as Babel wants them."""
    package = Path(__file__).resolve().parent
    return ";".join(str(folder) for folder in sorted(package.rglob("translations")))


def create_app(settings: config.Settings | None = None) -> Flask:
    """Join the parts into an application under `settings` (default: from the environment)."""
    settings = settings or config.load()
    app = Flask(
        "surveyapp",
        template_folder=str(data_folder("templates")),
        static_folder=str(data_folder("static")),
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(settings.flask())
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = catalogue_folders()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    vault.open(settings.key_ring, settings.secret_key)
    db.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=languages.locale)
    for part in (languages, security, navigation):
        part.init_app(app)
    for package in PACKAGES:
        import_module(f"surveyapp.{package}.models") if _has(package, "models") else None
        import_module(f"surveyapp.{package}").init_app(app)
    from surveyapp import cli

    cli.init_app(app)
    return app


def _has(package: str, module: str) -> bool:
    return (Path(__file__).resolve().parent / package / f"{module}.py").is_file()
