"""Words of a foreign file as our texts: without markup, in known languages, of a bounded length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html.parser import HTMLParser

LONGEST = 4000
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,5000}>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,12});")
_BLOCKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul"})
_HIDDEN = frozenset({"script", "style", "head", "title"})
_PLAIN = frozenset({"p", "br", "div", "span"})

LANGUAGES = {
    "english": "en", "chinese": "zh-Hans", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "german": "de", "deutsch": "de", "portuguese": "pt", "arabic": "ar",
    "russian": "ru", "japanese": "ja", "korean": "ko", "italian": "it", "swahili": "sw",
    "中文": "zh-Hans", "简体中文": "zh-Hans", "繁體中文": "zh-Hant", "hindi": "hi", "nepali": "ne",
    "vietnamese": "vi", "indonesian": "id", "turkish": "tr", "dutch": "nl", "thai": "th",
    "zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-s": "zh-Hans", "zh-tw": "zh-Hant", "zh-t": "zh-Hant",
    "zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "zh-hant-tw": "zh-Hant", "es-es": "es",
    "en-gb": "en", "en-us": "en", "pt-br": "pt-BR",
}  # fmt: skip
_TAG_FORM = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def language_tag(name: str) -> str:
    """The BCP 47 tag of `English (en)`, `zh-CN`, `EN`, `Deutsch`; empty when nobody knows."""
    name = " ".join(name.split())[:80]
    inner = re.fullmatch(r".*\(([A-Za-z-]{2,20})\)", name)
    plain = (inner[1] if inner else name).strip().replace("_", "-").lower()
    if plain in LANGUAGES:
        return LANGUAGES[plain]
    primary, *rest = plain.split("-")
    cased = "-".join([primary, *(p.title() if len(p) == 4 else p.upper() for p in rest)])
    return cased if _TAG_FORM.fullmatch(cased) and len(primary) < 4 else ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.tags: set[str] = set()
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def without_markup(text: str) -> tuple[str, frozenset[str]]:
    """The words of a text that may be HTML, and the tags that said more than a line break."""
    text = text[: 10 * LONGEST]
    if not _TAG.search(text):
        return _tidy(text), frozenset()
    parser = _Words()
    parser.feed(text)
    parser.close()
    return _tidy("".join(parser.pieces)), frozenset(parser.tags - _PLAIN)


def titled(*parts: Mapping[str, str]) -> dict[str, str]:
    """The title of a question that was one field of another: all parts in every language, each in
    the first that it has where it lacks one.
    """
    tags = dict.fromkeys(tag for part in parts for tag in part)
    found = {tag: [part.get(tag) or next(iter(part.values()), "") for part in parts]
             for tag in tags}  # fmt: skip
    return {tag: " – ".join(filter(None, words)) for tag, words in found.items()}


def _tidy(text: str) -> str:
    kept = "".join(
        " " if char == "\xa0" else char
        for char in text
        if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs")
    )
    lines = (" ".join(line.split()) for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
