"""Style and script of the customer's page: inline, and allowed by their hashes alone.

The policy names the two hashes and nothing else, so nothing that anybody smuggles into a page can
run, and the page's bytes are the same for everyone (a nonce would make each one different).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SCRIPTS = ("rules", "path", "pipe", "store", "sync", "check", "form", "pages", "main")
EXTRAS = frozenset({"brand", "endings", "interview", "photo", "position", "ranking", "terminal"})
"""Scripts and styles that only such questions or endings, a terminal, an interviewer, a study that
asks for the position, or a brand needs."""
ALONG = {"terminal": ("card", "shelf")}
"""Extra → the scripts that it is made of beside its own."""
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}"
)


@dataclass(frozen=True)
class Assets:
    """The page's style and script, and its two content security policies."""

    style: str
    script: str
    policy: str
    """Frames nothing and is framed by nothing."""
    framed_policy: str
    """The same, but our own pages may frame it (the designer's preview)."""
    worker: str
    """The service worker's source."""


@lru_cache(maxsize=64)
def assets(folder: Path, extras: frozenset[str] = frozenset(), tokens: str = "") -> Assets:
    """Read the files of `folder` once a process, with `extras` of EXTRAS and a brand's tokens."""
    # A brand has the last word on colours.
    last = sorted(extras, key=lambda name: (name == "brand", name))
    sheets = [folder / f"{name}.css" for name in ("survey", *last)]
    style = "".join(_lean(file.read_text("utf-8")) for file in sheets if file.is_file()) + tokens
    names = (*SCRIPTS[:-1], *_with_theirs(extras), SCRIPTS[-1])
    parts = [_script(folder, name) for name in names]
    script = '(function(){"use strict";\n' + "".join(parts) + "})();"
    hashes = {"script": _hash(script), "style": _hash(style)}
    return Assets(
        style,
        script,
        _POLICY.format(**hashes, ancestors="'none'"),
        _POLICY.format(**hashes, ancestors="'self'"),
        _script(folder, "sw"),
    )


def headed(source: str, lean: str) -> str:
    """A lean script under the hash of its source."""
    return f"{_head(source)}{lean}\n"


def _head(source: str) -> str:
    return f"//{hashlib.sha256(source.encode()).hexdigest()}\n"


def _script(folder: Path, name: str) -> str:
    """A script in its lean form (`scripts/lean.py`), where that was made of the present source."""
    source = (folder / f"{name}.js").read_text("utf-8")
    made, head = folder / "lean" / f"{name}.js", _head(source)
    text = made.read_text("utf-8") if made.is_file() else ""
    return text.removeprefix(head) if text.startswith(head) else _lean(source)


def _with_theirs(extras: frozenset[str]) -> list[str]:
    return [name for extra in sorted(extras) for name in (*ALONG.get(extra, ()), extra)]


def _lean(source: str) -> str:
    """Without indentation, empty lines and lines that are comments (they never span lines here)."""
    lines = (line.strip() for line in source.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith(("//", "/*")))


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
