"""Catalogues of the interface: extract, check, compile.

    python scripts/catalogues.py update PACKAGE   add new sentences, drop dead ones
    python scripts/catalogues.py check            fail on anything untranslated or stale
    python scripts/catalogues.py compile          write the .mo files

One catalogue per package; `root` covers the modules and templates outside the packages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans_CN"
Msgid = str | tuple[str, str]

KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "N_": None,
}
LONE_PERCENT = re.compile(r"(?<!%)(?:%%)*%(?![(%])")
"""Templates format every sentence, so a per cent sign is written twice there."""
FIELD = re.compile(r"%\((\w+)\)|\{(\w*)\}")


def packages() -> list[str]:
    """Every package of surveyapp, and `root`."""
    folders = (ROOT / "surveyapp").iterdir()
    return ["root", *sorted(f.name for f in folders if (f / "__init__.py").is_file())]


def po_path(package: str) -> Path:
    """Where the package's Chinese catalogue is."""
    folder = ROOT / "surveyapp" / ("" if package == "root" else package)
    return folder / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def _sources(package: str) -> Iterator[Path]:
    if package == "root":
        yield from (ROOT / "surveyapp").glob("*.py")
        yield from (ROOT / "templates").glob("*.*")
    else:
        yield from (ROOT / "surveyapp" / package).rglob("*.py")
        yield from (ROOT / "templates" / package).rglob("*.*")


def _messages(path: Path) -> Iterator[Msgid]:
    """The msgids of one file, in order; a pair for singular and plural."""
    is_python = path.suffix == ".py"
    options = {} if is_python else {"trimmed": "true", "silent": "false"}
    method = "python" if is_python else "jinja2.ext:babel_extract"
    with path.open("rb") as file:
        for _line, message, _comments, _context in extract(
            method, file, keywords=KEYWORDS, options=options
        ):
            if isinstance(message, tuple):
                yield message[0], message[1]
            elif message:
                yield message


def extracted(package: str) -> dict[Msgid, str]:
    """Msgid → file it stands in first."""
    found: dict[Msgid, str] = {}
    for path in sorted(_sources(package)):
        for text in _messages(path):
            found.setdefault(text, path.relative_to(ROOT).as_posix())
    return found


def catalogue(package: str) -> Catalog:
    """The package's catalogue as it stands, empty when there is none."""
    path = po_path(package)
    if not path.is_file():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update(package: str) -> int:
    """Write the catalogue with today's msgids; how many lack a translation."""
    old, new = catalogue(package), Catalog(locale=LOCALE, fuzzy=False)
    for text, place in sorted(extracted(package).items(), key=lambda pair: (pair[1], str(pair[0]))):
        known = old.get(_key(text))
        empty: Any = ("",) if isinstance(text, tuple) else ""
        string = known.string if known and _translated(known) else empty
        new.add(text, string=string, locations=[(place, 1)])
    if len(new) == 0:
        return 0
    path = po_path(package)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=100, omit_header=False, include_lineno=False, sort_output=False)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r'^"(POT|PO)-[^"]*"\n|^"Generated-By[^"]*"\n', "", text, flags=re.M), "utf-8"
    )
    return sum(1 for message in new if message.id and not _translated(message))


def _key(text: Msgid) -> str:
    return text[0] if isinstance(text, tuple) else text


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def troubles(package: str) -> Iterator[str]:
    """Sentences that are missing, untranslated, or whose fields differ."""
    known = catalogue(package)
    for text, place in extracted(package).items():
        message = known.get(_key(text))
        if message is None or not _translated(message):
            yield f"{place}: not translated: {text!r}"
        elif set(FIELD.findall(_key(text))) != set(FIELD.findall(str(message.string))):
            yield f"{place}: fields differ: {text!r} / {message.string!r}"
        elif place.startswith("templates/") and LONE_PERCENT.search(f"{text}{message.string}"):
            yield f"{place}: write %% for a per cent sign: {text!r} / {message.string!r}"


def disagreements() -> Iterator[str]:
    """Sentences that two catalogues translate differently: at run time one of them would win."""
    said: dict[str, tuple[str, str]] = {}
    for package in packages():
        for message in catalogue(package):
            key, chinese = str(message.id), str(message.string)
            if not message.id or not message.string:
                continue
            other, before = said.setdefault(key, (package, chinese))
            if before != chinese:
                yield f"{key!r}: {before!r} in {other}, {chinese!r} in {package}"


def compile_all() -> None:
    """Write every .mo file next to its .po file, where it is older."""
    for path in sorted((ROOT / "surveyapp").rglob("messages.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as source:
            compiled = read_po(source, locale=LOCALE)
        with target.open("wb") as file:
            write_mo(file, compiled)


def main(arguments: list[str]) -> int:
    """Run one of the commands; exit code."""
    match arguments:
        case ["update", package] if package in packages():
            print(f"{update(package)} sentences wait for Chinese in {po_path(package)}")
            return 0
        case ["check"]:
            found = [line for package in packages() for line in troubles(package)]
            found += disagreements()
            print("\n".join(found) or "Every sentence speaks Chinese.")
            return 1 if found else 0
        case ["compile"]:
            compile_all()
            return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
