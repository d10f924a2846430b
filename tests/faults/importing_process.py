"""A worker that runs the waiting jobs and is killed: `python -m tests.faults.importing_process`.

Arguments: the instance's folder, the database's address. It prints a line per batch.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from surveyapp import create_app
from surveyapp.customers import work
from surveyapp.customers.importing import import_rows
from surveyapp.jobs.running import run_waiting
from tests.conftest import make_settings


def told(table: Any, columns: Any, rejects: Any, progress: Any, **options: Any) -> Any:
    """`import_rows`, saying on standard output how far it is."""

    def tell(step: str, done: int, total: int) -> None:
        progress(step, done, total)
        sys.stdout.write(f"{done}\n")
        sys.stdout.flush()

    return import_rows(table, columns, rejects, tell, **options)


def main(folder: str, database_url: str) -> None:
    """Do what waits."""
    work.import_rows = told  # type: ignore[attr-defined]
    with create_app(make_settings(Path(folder), DATABASE_URL=database_url)).app_context():
        run_waiting()


if __name__ == "__main__":
    main(*sys.argv[1:])
