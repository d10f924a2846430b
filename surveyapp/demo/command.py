"""`flask --app wsgi demo`: the main job, unattended, in under two minutes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from surveyapp.accounts.samples import add_sample_users
from surveyapp.demo.pipeline import FULL, Run
from surveyapp.demo.stage import free_port, is_free, stage
from surveyapp.extensions import settings


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Import, draw, send, answer, remind, screen, analyse and export, on invented customers."""
    own = settings()
    folder = own.instance / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = own.port if is_free(own.port) else free_port()
    bars, console = _bars(), Console()
    with bars, stage(folder, environment={}, port=port) as running:
        add_sample_users()
        summary = Run(running, FULL, _teller(bars)).perform(folder)
    path = folder / "summary.json"
    summary["files"] = [*summary["files"], str(path)]
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")
    _print(console, summary)
    console.print(f"\nLook at it: INSTANCE_PATH={_short(folder)} make run")


def _bars() -> Progress:
    columns = (
        TextColumn("{task.description:<36}"),
        BarColumn(),
        TextColumn("{task.fields[count]:>12}"),
    )
    return Progress(*columns, TimeElapsedColumn())


def _teller(bars: Progress) -> Any:
    """Shows each step as one bar: `tell(step, 0, 0)` begins one, other calls move it."""
    current: list[Any] = []

    def tell(step: str, done: int, total: int) -> None:
        if not done:
            for task in current:
                bars.stop_task(task)
            current[:] = [bars.add_task(step, total=None, count="")]
        elif current:
            count = f"{done:,}" + (f" / {total:,}" if total else "")
            bars.update(current[0], completed=done, total=total or None, count=count)

    return tell


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _print(console: Console, summary: dict[str, Any]) -> None:
    found = summary["screening"]
    table = Table("Screening", "caught", "of planted", "genuine hit", title="Planted and caught")
    rows = [(f"layer {n}", layer) for n, layer in found["layers"].items()]
    for name, row in [*rows, ("excluded", found["excluded"])]:
        counts = (row["caught"]["total"], found["planted"]["total"], row["false_positives"])
        table.add_row(name, *map(str, counts))
    facts = Table(show_header=False, title="The study")
    for name in ("customers", "cities", "strata", "sampled", "sent", "delivered", "opened"):
        facts.add_row(name, f"{summary[name]:,}")
    for name in ("started", "completed", "opted_out"):
        facts.add_row(name, f"{summary[name]:,}")
    for name in ("weighted_total", "nps", "alpha", "kmo"):
        facts.add_row(name, f"{summary[name]:.3f}")
    facts.add_row("seconds", f"{summary['seconds']['total']:.1f}")
    console.print(facts, table)
    console.print(f"genuine answers: {found['genuine']}, to be read: {found['review_sample']}")
    console.print("\n".join(["Files:", *(f"  {_short(Path(f))}" for f in summary["files"])]))
    console.print(f"Survey link: {summary['survey_link']}")
