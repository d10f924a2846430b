"""`questionnaire import` and `questionnaire convert`: other programs' formats, no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from surveyapp.shell.common import FILE, FORMAT, OneLine, refuse, write_json

if TYPE_CHECKING:
    from surveyapp.designer.formats.notes import Imported, Note

KIND = click.option(
    "--kind", type=click.Choice(["auto", "xlsform", "limesurvey", "surveyjs", "qualtrics", "json"]),
    default="auto", show_default=True,
)  # fmt: skip
TO = click.option("--to", type=click.Choice(["xlsform", "surveyjs", "json"]), required=True)


@click.command("import", cls=OneLine)
@click.argument("file", type=FILE)
@KIND
@click.option("--out", type=FILE, help="Write the questionnaire there as our JSON.")
@FORMAT
def import_(file: Path, kind: str, out: Path | None, form: str) -> None:
    """Read FILE (XLSForm, LimeSurvey, SurveyJS, Qualtrics, own JSON) and say what it lost.

    Exit 0 when it was read; 2 with one line when it is none of the known kinds.
    """
    from surveyapp.designer.formats.targets import export

    imported = _read(file, kind)
    if out is not None:
        _write(out, export(imported.document, "json").content)
    if form == "json":
        write_json(report(imported))
    else:
        click.echo(_as_text(imported))


@click.command("convert", cls=OneLine)
@click.argument("file", type=FILE)
@TO
@KIND
@click.argument("out", type=FILE)
def convert(file: Path, to: str, kind: str, out: Path) -> None:
    """Read FILE of any known kind and write it to OUT; what was lost is printed line by line."""
    from surveyapp.designer.formats.targets import export

    imported = _read(file, kind)
    exported = export(imported.document, to)
    _write(out, exported.content)
    for note in (*imported.not_carried, *exported.not_carried):
        click.echo(_line(note))


def _read(file: Path, kind: str) -> Imported:
    from surveyapp.designer.formats.guarding import MAX_BYTES
    from surveyapp.designer.formats.reading import read_any

    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)  # one more says that it is too large
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror or 'unknown reason'}.")
    return read_any(content, file.name, kind)


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror or 'unknown reason'}.")


def report(imported: Imported) -> dict[str, Any]:
    """The report as JSON; `information` is what came over whole in another form."""
    from surveyapp.designer.rule_places import rules_of

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


def _as_text(imported: Imported) -> str:
    found = report(imported)
    head = f"{found['title'] or 'Untitled'} ({found['kind']})"
    counts = ", ".join(f"{count} {kind}" for kind, count in found["carried"].items())
    lines = [_line(note) for note in imported.not_carried]
    told = [_line(note) for note in imported.information]
    parts = [head, f"Carried over: {counts or 'nothing'}."]
    parts += ["Not carried over:", *lines] if lines else ["Everything came over."]
    return "\n".join(parts + (["Written differently here:", *told] if told else []))


def _line(note: Note) -> str:
    return f"- {note.place}: {' '.join(note.what.split())} – {note.why.message}"
