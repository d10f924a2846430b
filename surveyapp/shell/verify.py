"""`flask --app wsgi verify`: whether anything was changed since it was noted."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import with_appcontext

from surveyapp.evidence.recognising import digest_of_stream, recognised
from surveyapp.evidence.verifying import Verdict
from surveyapp.evidence.verifying import verify as verify_all
from surveyapp.shell.common import FORMAT, OneLine

CHANGED = 3


@click.command("verify", cls=OneLine)
@click.option("--head", default="", help="A head kept elsewhere; it must still be in the chain.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only say whether this file was made here and is unchanged.",
)
@FORMAT
@with_appcontext
def verify(head: str, file: Path | None, form: str) -> None:
    """Hold data sets, samples, screenings, versions and files against the audit trail.

    Exit 0 when nothing was changed, 3 when something was; each finding names its place.
    """
    if file is not None:
        _recognise(file, form)
        return
    verdict = verify_all(lambda *_: None, head)
    click.echo(_json(verdict) if form == "json" else _text(verdict))
    if not verdict.whole:
        raise SystemExit(CHANGED)


def _recognise(file: Path, form: str) -> None:
    with file.open("rb") as stream:
        digest = digest_of_stream(stream)
    found = list(recognised(digest))
    if form == "json":
        told = [{**asdict(one), "at": one.at.isoformat()} for one in found]
        click.echo(json.dumps({"sha256": digest, "known": told}, ensure_ascii=False))
    else:
        click.echo(f"SHA-256: {digest}")
        for one in found:
            click.echo(f"Made here: {one.name}, {one.subject}, {one.at:%Y-%m-%d %H:%M} UTC.")
        if not found:
            click.echo("These bytes were never written here: changed, or from elsewhere.")
    if not found:
        raise SystemExit(CHANGED)


def _json(verdict: Verdict) -> str:
    content = {
        "whole": verdict.whole,
        "head": verdict.head,
        "entries": verdict.entries,
        "compared": dict(verdict.compared),
        "findings": [finding.as_json() for finding in verdict.findings],
    }
    return json.dumps(content, ensure_ascii=False)


def _text(verdict: Verdict) -> str:
    lines = [
        "Nothing was changed." if verdict.whole else "Something was changed.",
        f"Head: {verdict.head}",
        f"Entries: {verdict.entries}",
        *(f"Compared: {n} × {action}" for action, n in sorted(verdict.compared.items())),
        *(f"{f.severity}: {f.place}: {f.message}" for f in verdict.findings),
    ]
    return "\n".join(lines)
