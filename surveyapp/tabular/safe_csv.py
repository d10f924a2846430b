"""CSV that Excel opens legibly and that does nothing when opened.

UTF-8 with a byte order mark (else Excel garbles Chinese) and CRLF. A cell that a spreadsheet would
run as a formula gets an apostrophe in front; numbers and phone numbers (-5, +86 138…) stay as they
are. The guard is reversible: `unguarded` takes away exactly what `guarded` put there, because a
cell that already looks guarded is guarded once more.
"""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_RISKY = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d[\d ]*(\.\d+)?([eE][+-]?\d+)?|\.\d+)\Z", re.ASCII)


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet might run it."""
    return f"'{cell}" if _RISKY.match(cell) and not _NUMBER.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


@contextmanager
def written_whole(path: Path, mode: str = "w", **options: Any) -> Iterator[IO[Any]]:
    """A file that appears under its name only when it is complete and on disk.

    Whatever fails (a full disk, a crash) leaves no partial file and an earlier one untouched.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, mode, **options) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_csv(file: IO[str], header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Header and rows, guarded; open the file with encoding "utf-8-sig" and newline ""."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in header])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
