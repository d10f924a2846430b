"""The customer's scripts without what only people read: written here, served as they are.

    python scripts/lean.py write   make static/survey/lean/ anew
    python scripts/lean.py check   fail where a script differs from what it was made of

The names of functions stay, since the files are put together in one scope; everything inside them
becomes short. Each begins with the hash of its source: a script that was changed since is served
from its source (`surveyapp.answering.assets`), so that nobody has to remember this while editing.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from surveyapp.answering.assets import headed

FOLDER = Path(__file__).resolve().parent.parent / "static" / "survey"


def lean() -> dict[Path, str]:
    """Each file to be with its text."""
    import minify

    return {
        FOLDER / "lean" / file.name: headed(
            source := file.read_text("utf-8"), minify.string("application/javascript", source)
        )
        for file in sorted(FOLDER.glob("*.js"))
    }


def main(command: str) -> int:
    """Write the files, or say which are not as they would be written; 1 where there are any."""
    if find_spec("minify") is None:
        print("The lean scripts are not looked at: there is no tdewolff-minify for this machine.")
        return 0
    found = lean()
    if command == "write":
        (FOLDER / "lean").mkdir(exist_ok=True)
        for file, text in found.items():
            file.write_text(text, "utf-8")
        return 0
    stale = [f.name for f, t in found.items() if not f.is_file() or f.read_text("utf-8") != t]
    stale += [f.name for f in (FOLDER / "lean").glob("*.js") if f not in found]
    print(f"Run `make lean`: {', '.join(stale)}" if stale else "Every script is lean.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
