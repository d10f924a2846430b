"""Write the first migration anew from the models (before the first release there is only one).

`python scripts/migration.py` compares the models with an empty database and replaces
`migrations/versions/0001_initial.py`. After a release, new revisions are added instead.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Replace the initial revision."""
    versions = ROOT / "migrations" / "versions"
    shutil.rmtree(versions, ignore_errors=True)
    versions.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "INSTANCE_PATH": folder, "DATABASE_URL": ""}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "migrate"]
        subprocess.run(
            [*command, "-m", "initial", "--rev-id", "0001"], env=env, cwd=ROOT, check=True
        )
    for path in versions.glob("0001_*.py"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"surveyapp\.database\.UtcDateTime\(", "sa.DateTime(", text)
        text = re.sub(r"surveyapp\.database\.Encrypted\([^)]*\)", "sa.String()", text)
        text = text.replace("astext_type=Text()", "")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
