"""`flask --app wsgi import-customers FILE`: the import from a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from surveyapp.accounts import audit
from surveyapp.customers.importing import Outcome, customers, import_rows
from surveyapp.customers.mapping import guess
from surveyapp.customers.rejects import Rejects
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.languages import LOCALES, explain
from surveyapp.tabular.table import open_rows

UNUSABLE = 2
"""Exit code for a file or a mapping that cannot be used."""


def _pairs(_context: object, _parameter: object, texts: tuple[str, ...]) -> dict[str, str]:
    """`city=城市` → {"city": "城市"}."""
    pairs = {}
    for text in texts:
        attribute, equals, column = text.partition("=")
        if not (attribute and equals and column):
            raise click.BadParameter(f'"{text}" is not ATTRIBUTE=COLUMN, for example city=城市')
        pairs[attribute.strip()] = column.strip()
    return pairs


@click.command("import-customers")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "columns", multiple=True, metavar="ATTRIBUTE=COLUMN", callback=_pairs,
    help="Which column gives an attribute, where the header does not say it. Repeat as needed.",
)  # fmt: skip
@click.option("--bad-rows", type=click.Path(path_type=Path), help="Where rejected rows go.")
@click.option(
    "--opt-in", is_flag=True, help="Let 'not opted out' undo an earlier import's opt-out."
)
@click.option("--language", type=click.Choice(list(LOCALES)), default="zh-Hans", help="Of reasons.")
@with_appcontext
def import_customers(
    file: Path, columns: dict[str, str], bad_rows: Path | None, opt_in: bool, language: str
) -> None:
    """Import customers from a CSV or XLSX FILE; known numbers are updated, never doubled."""
    target = bad_rows or file.with_name(f"{file.stem}-bad-rows.csv")
    try:
        with (
            force_locale(LOCALES[language]),
            open_rows(file) as table,
            Rejects(target, table.header, explain, sealed=False) as rejects,
        ):
            guessed = guess(table.header, customers().subject)
            mapped = {**_without(guessed, columns), **columns}
            outcome = import_rows(table, mapped, rejects, _silent, opt_in=opt_in)
    except SurveyError as refusal:
        db.session.rollback()
        click.echo("; ".join(finding.message for finding in refusal.findings), err=True)
        raise SystemExit(UNUSABLE) from None
    except OSError as trouble:
        click.echo(f"{trouble.filename}: {trouble.strerror}", err=True)
        raise SystemExit(UNUSABLE) from None
    counts: dict[str, Any] = dict(outcome.counts())
    audit.record("customers.import", f"file:{file.name}"[:120], **counts)
    db.session.commit()
    _tell(outcome, target)


def _without(guessed: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    """The guess without columns that the person gave to another attribute."""
    return {name: column for name, column in guessed.items() if column not in given.values()}


def _silent(step: str, done: int, total: int) -> None:
    """A shell command that takes seconds needs no progress."""


def _tell(outcome: Outcome, target: Path) -> None:
    for name, count in outcome.counts().items():
        click.echo(f"{name.replace('_', ' ')}: {count}")
    for problem in outcome.problems:
        click.echo(f"  {problem['count']} × {problem['code']} in {problem['column'] or 'the row'}")
    if outcome.rejected:
        click.echo(f"rejected rows: {target}")
