"""`flask --app wsgi questionnaire check FILE`: the proof of a questionnaire in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from surveyapp.findings import Finding, SurveyError
from surveyapp.shell.common import FILE, FORMAT, OneLine, refuse

EMPTY: dict[str, Any] = {
    "findings": [],
    "shortest": None,
    "longest": None,
    "questions": None,
    "shortest_exact": None,
    "longest_exact": None,
    "shortest_seconds": None,
    "longest_seconds": None,
    "expected_questions": None,
    "expected_seconds": None,
}
"""What is reported of a file that cannot be proved."""


@click.command("check", cls=OneLine)
@click.argument("file", type=FILE)
@FORMAT
def check(file: Path, form: str) -> None:
    """Prove the questionnaire in FILE, of any known kind, for every combination of answers.

    Exit 0 when it could be read, whatever was found; 2 when it is no questionnaire.
    """
    report = report_of(_content(file), file.name)
    if form == "json":
        click.echo(json.dumps(report, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        click.echo(_as_text(report))


def _content(file: Path) -> bytes:
    from surveyapp.designer.formats.guarding import MAX_BYTES

    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)  # one more says that it is too large
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror or 'unknown reason'}.")


def report_of(content: bytes, name: str = "") -> dict[str, Any]:
    """What is reported of a file's content; ends with exit 2 where it is no questionnaire."""
    from surveyapp.designer.formats.reading import read_any

    try:
        imported = read_any(content, name)
    except SurveyError as error:
        if not error.findings[0].code.startswith("document."):
            refuse(error.findings[0].message)
        return EMPTY | {"findings": [_finding(finding, None) for finding in error.findings]}
    return _report(imported.document)


def _report(document: Any) -> dict[str, Any]:
    from surveyapp.designer.proof import Prover

    prover = Prover(document, {})
    prover.run()
    proof = prover.proof()
    found = [_finding(f, proof.witness(f)) for f in proof.findings]
    questions = sum(1 for _ in document.questions())
    return EMPTY | {"findings": found, "questions": questions} | _lengths(prover.lengths())


def _lengths(found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "shortest": found.shortest.questions,
        "longest": found.longest.questions,
        "shortest_exact": found.shortest.exact,
        "longest_exact": found.longest.exact,
        "shortest_seconds": round(found.shortest.seconds, 1),
        "longest_seconds": round(found.longest.seconds, 1),
        "expected_questions": round(found.expected_questions, 2),
        "expected_seconds": round(found.expected_seconds, 1),
    }


def _finding(finding: Finding, witness: Any) -> dict[str, Any]:
    shown = witness and {"answers": dict(witness.answers), "facts": dict(witness.facts)}
    return {**finding.as_json(), "witness": shown}


def _as_text(report: dict[str, Any]) -> str:
    found = report["findings"]
    lines = [f"{f['severity']}: {f['place']}: {f['message']} [{f['code']}]" for f in found]
    if report["shortest"] is not None:
        minutes = f"{report['expected_seconds'] / 60:.1f}"
        about = (report["questions"], report["shortest"], report["longest"], minutes)
        lines.append("{} questions; shown: {} to {}; about {} minutes.".format(*about))
    return "\n".join(lines if found else ["Nothing to mend.", *lines])
