"""A worker that stops dead at one point of archiving or restoring, to be killed there.

Arguments: the instance's folder, the database's address, the study, the act, the point (a name
that `POINTS` has). It prints a line when it is there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from surveyapp import create_app
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets.archive import moving, stores
from tests.conftest import make_settings

POINTS: dict[str, tuple[Any, str]] = {
    "put": (stores.Folder, "put"),
    "record": (audit, "record"),
    "commit": (db.session, "commit"),
    "delete": (stores.Folder, "delete"),
}
ACTS: dict[str, Callable[[int], Any]] = {"archive": moving.archive, "restore": moving.restore}


def stopping(act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and then nothing more."""

    def then_stop(*arguments: Any, **options: Any) -> None:
        act(*arguments, **options)
        sys.stdout.write("there\n")
        sys.stdout.flush()
        time.sleep(600)

    return then_stop


def main(folder: str, database_url: str, study: str, act: str, point: str) -> None:
    """Do it up to the point."""
    with create_app(make_settings(Path(folder), DATABASE_URL=database_url)).app_context():
        owner, name = POINTS[point]
        setattr(owner, name, stopping(getattr(owner, name)))
        ACTS[act](int(study))


if __name__ == "__main__":
    main(*sys.argv[1:])
