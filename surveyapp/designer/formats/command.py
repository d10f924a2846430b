"""`questionnaire import` and `questionnaire convert`: foreign formats from the shell."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from surveyapp.designer.formats.notes import Exported, Imported, Note
from surveyapp.designer.formats.reading import KINDS, read_any
from surveyapp.designer.formats.targets import TARGETS, export
from surveyapp.designer.rule_places import rules_of
from surveyapp.findings import SurveyError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
_KIND = click.option("--kind", type=click.Choice(["auto", *KINDS]), default="auto",
                     help="The format of the file; found by its content.")  # fmt: skip


@click.command("import", short_help="Read a questionnaire of another program.")
@click.argument("file", type=_FILE)
@_KIND
@click.option("--out", type=_OUT, help="Where to write the questionnaire as our JSON.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="How to print the report.")  # fmt: skip
def import_(file: Path, kind: str, out: Path | None, form: str) -> None:
    """Read FILE (XLSForm, LimeSurvey, SurveyJS, Qualtrics, own JSON) and say what it lost.

    Exit 0 when it was read, 2 with one line when it is none of the known kinds.
    """
    imported = _read(file, kind)
    if out is not None:
        out.write_bytes(export(imported.document, "json").content)
    if form == "json":
        click.echo(json.dumps(report(imported), ensure_ascii=False, indent=1))
    else:
        _print(imported)


@click.command("convert", short_help="Write a questionnaire in another program's format.")
@click.argument("file", type=_FILE)
@click.option("--to", "target", type=click.Choice(list(TARGETS)), required=True)
@_KIND
@click.argument("out", type=_OUT)
def convert(file: Path, target: str, kind: str, out: Path) -> None:
    """Read FILE of any known kind and write it to OUT as XLSForm, SurveyJS or our own JSON."""
    imported = _read(file, kind)
    exported: Exported = export(imported.document, target)
    out.write_bytes(exported.content)
    for note in (*imported.not_carried, *exported.not_carried):
        click.echo(_line(note))


def _read(file: Path, kind: str) -> Imported:
    try:
        return read_any(file.read_bytes(), file.name, kind)
    except SurveyError as error:
        first = error.findings[0]
        more = f" (+{len(error.findings) - 1})" if len(error.findings) > 1 else ""
        click.echo(f"{first.code} {first.place}: {first.message}{more}", err=True)
        sys.exit(2)


def report(imported: Imported) -> dict[str, Any]:
    """The report as JSON; `information` is what came over whole in another form."""
    document = imported.document
    return {
        "title": document.text(document.title, document.default_language),
        "kind": imported.kind,
        "questions": sum(1 for _ in document.questions()),
        "rules": sum(1 for _ in rules_of(document)),
        "carried": dict(imported.carried),
        "not_carried": [note.as_json() for note in imported.not_carried],
        "information": [note.as_json() for note in imported.information],
    }


def _print(imported: Imported) -> None:
    found = report(imported)
    click.echo(f"{found['title'] or '–'} ({found['kind']})")
    click.echo(f"questions {found['questions']}, rules {found['rules']}")
    click.echo(", ".join(f"{kind} {count}" for kind, count in found["carried"].items()))
    for note in imported.not_carried:
        click.echo(f"- {_line(note)}")


def _line(note: Note) -> str:
    return f"{note.place}: {' '.join(note.what.split())} – {note.why.message}"
