"""XLIFF 2.0 (OASIS, 2014): what translation tools read and write.

One `file` with one `unit` a text, each of one `segment`; the unit's `id` is the address of the
text with `-` for `/` (an id is an NMTOKEN), its `name` says in words what it is. A missing
translation has the state `initial` and no target; a stale one `initial` with the subState
`surveyapp:stale` and the old target; others are `translated`. Placeholders stay in the text as they
are written, since the words after `|` are to be translated too; a note names them. Characters that
XML cannot hold are `cp`.

Reading accepts 2.0, 2.1 and 2.2 with any of their modules. Document types are refused, so that
there are no entities to expand; so is nesting beyond what a translation file has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from surveyapp.designer.translating.files import MAX_BYTES, Row, TranslationFile, unusable
from surveyapp.designer.translating.units import DONE, STALE, Unit
from surveyapp.findings import N_

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
_NAMESPACES = (NAMESPACE, "urn:oasis:names:tc:xliff:document:2.2")
MAX_DEPTH = 40
_ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(
    name: str, source: str, target: str, units: Iterable[Unit], say: Callable[[Unit], str]
) -> bytes:
    """The units as an XLIFF file; `say` names a unit to the translator."""
    body = "".join(_unit(unit, say(unit)) for unit in units)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xliff xmlns="{NAMESPACE}" version="2.0" srcLang={quoteattr(source)}'
        f" trgLang={quoteattr(target)}>\n"
        f' <file id="f1" original={quoteattr(_ILLEGAL.sub("", name))}>\n{body} </file>\n</xliff>\n'
    )
    return text.encode()


def _unit(unit: Unit, name: str) -> str:
    state = 'state="translated"' if unit.state == DONE else 'state="initial"'
    if unit.state == STALE:
        state += ' subState="surveyapp:stale"'
    notes = ""
    if unit.pipes:
        kept = escape("Keep as it is: " + ", ".join(unit.pipes))
        notes = f'   <notes>\n    <note category="placeholder">{kept}</note>\n   </notes>\n'
    target = f"     <target>{_text(unit.target)}</target>\n" if unit.target else ""
    return (
        f"  <unit id={quoteattr(id_of(unit.key))} name={quoteattr(_ILLEGAL.sub('', name))}"
        f' xml:space="preserve">\n{notes}'
        f'   <segment id="s1" {state}>\n     <source>{_text(unit.source)}</source>\n{target}'
        "   </segment>\n  </unit>\n"
    )


def _text(text: str) -> str:
    parts = []
    end = 0
    for found in _ILLEGAL.finditer(text):
        parts += [escape(text[end : found.start()]), f'<cp hex="{ord(found[0]):04X}"/>']
        end = found.end()
    return "".join([*parts, escape(text[end:])]).replace("\r", "&#13;")


def id_of(key: str) -> str:
    """The address of a text as an id: `question:q1/title` → `question:q1-title`."""
    return key.replace("/", "-", 1)


def read(content: bytes) -> TranslationFile:
    """The rows of an XLIFF file.

    Raises SurveyError `translation.too_large`, `translation.not_xml`, `translation.entities`,
    `translation.too_deep`, `translation.not_xliff`, `translation.no_languages`.
    """
    if len(content) > MAX_BYTES:
        template = N_("The file is larger than {most} MB. Export fewer texts at a time.")
        raise unusable("too_large", template, most=MAX_BYTES // 1_000_000)
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the others: of its encoding
        template = N_("This is not XML: line {line} cannot be read.")
        raise unusable("not_xml", template, line=getattr(error, "lineno", 1)) from None
    if not reader.source or not reader.target:
        template = N_("The file does not say into which language it translates (trgLang).")
        raise unusable("no_languages", template)
    return TranslationFile(reader.source, reader.target, tuple(reader.rows))


class _Open(NamedTuple):
    """An element that is being read: its local name, and whether it is one of XLIFF's own."""

    name: str
    ours: bool


class _Reader:
    """The handlers of the parser; a tree is never built."""

    def __init__(self) -> None:
        self.source = self.target = ""
        self.rows: list[Row] = []
        self._open: list[_Open] = []
        self._unit = ""
        self._texts: dict[str, list[str]] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _doctype(self, *_declaration: object) -> None:
        template = N_("The file declares a document type, which translation files never need.")
        raise unusable("entities", template)

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        namespace, _, name = full.rpartition(" ")
        ours = namespace in _NAMESPACES
        if not self._open:
            self._root(ours and name == "xliff", attributes)
        if len(self._open) > MAX_DEPTH:
            raise unusable("too_deep", N_("The file is nested deeper than any translation."))
        self._open.append(_Open(name, ours))
        if ours and name == "unit":
            self._unit, self._texts = attributes.get("id", ""), {"source": [], "target": []}
        elif ours and name == "cp" and (into := self._into()) is not None:
            into.append(_character(attributes.get("hex", "")))

    def _root(self, right: bool, attributes: dict[str, str]) -> None:
        if not right or not attributes.get("version", "").startswith("2."):
            template = N_("This is not an XLIFF 2 file. Ask the tool to save as XLIFF 2.0.")
            raise unusable("not_xliff", template)
        self.source, self.target = attributes.get("srcLang", ""), attributes.get("trgLang", "")

    def _end(self, full: str) -> None:
        last = self._open.pop()
        if last.ours and last.name == "unit":
            texts = {name: "".join(found) for name, found in self._texts.items()}
            self.rows.append(Row(self._unit.replace("-", "/", 1), texts["source"], texts["target"]))

    def _characters(self, data: str) -> None:
        if (into := self._into()) is not None:
            into.append(data)

    def _into(self) -> list[str] | None:
        """Where text goes now: the innermost source or target of a segment; matches have others."""
        if not self._texts or any(not one.ours for one in self._open):
            return None
        names = [one.name for one in self._open]
        return next((self._texts[n] for n in reversed(names) if n in ("source", "target")), None)


def _character(digits: str) -> str:
    """The character of a `cp`; none for what no store can keep (zero, halves of characters)."""
    number = int(digits, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", digits) else 0
    kept = 0 < number < 0xD800 or 0xE000 <= number <= 0x10FFFF
    return chr(number) if kept else ""
