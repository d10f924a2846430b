"""`flask --app wsgi questionnaire check FILE`: the proof of a questionnaire in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from surveyapp.findings import Finding, SurveyError
from surveyapp.shell.common import FILE, FORMAT, OneLine, refuse

EMPTY: dict[str, Any] = {"findings": [], "shortest": None, "longest": None, "questions": None}


@click.command("check", cls=OneLine)
@click.argument("file", type=FILE)
@FORMAT
def check(file: Path, form: str) -> None:
    """Prove the questionnaire in FILE for every combination of answers.

    Exit 0 when it could be read, whatever was found; 2 when it is no questionnaire.
    """
    report = report_of(_content(file))
    if form == "json":
        click.echo(json.dumps(report, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        click.echo(_as_text(report))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror or 'unknown reason'}.")


def report_of(content: bytes) -> dict[str, Any]:
    """What is reported of a file's content; ends with exit 2 where it is no questionnaire."""
    from surveyapp.designer.reading import read_own

    try:
        document = read_own(content)
    except SurveyError as error:
        if error.findings[0].code == "file.unknown_kind":
            refuse(error.findings[0].message)
        return EMPTY | {"findings": [_finding(finding, None) for finding in error.findings]}
    return _report(document)


def _report(document: Any) -> dict[str, Any]:
    from surveyapp.designer.proof import prove

    proof = prove(document)
    found = [_finding(f, proof.shown.get(f.place)) for f in proof.findings]
    return EMPTY | {"findings": found, "questions": sum(1 for _ in document.questions())}


def _finding(finding: Finding, witness: Any) -> dict[str, Any]:
    shown = witness and {"answers": dict(witness.answers), "facts": dict(witness.facts)}
    return {**finding.as_json(), "witness": shown}


def _as_text(report: dict[str, Any]) -> str:
    found = report["findings"]
    lines = [f"{f['severity']}: {f['place']}: {f['message']} [{f['code']}]" for f in found]
    return "\n".join(lines or ["Nothing to mend."])
