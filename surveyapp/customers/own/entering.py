"""What a person enters about an own attribute, and what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from surveyapp.customers.cells import key as compared
from surveyapp.customers.own.kinds import KINDS, Option
from surveyapp.findings import N_, Finding

MOST_OPTIONS = 50
LONGEST_LABEL = 60
_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")
_CODE = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True)
class Entry:
    """A definition as it was entered; options: lines such as `gold = 金卡 | Gold`."""

    key: str
    kind: str
    label_zh: str
    label_en: str
    options: str = ""

    @property
    def listed(self) -> list[Option]:
        """The options, of a choice only."""
        return parsed(self.options) if self.kind == "choice" else []


@dataclass(frozen=True)
class Known:
    """What a definition must not collide with.

    keys: of every own attribute. headers: a column's name as it is compared → whose it is.
    codes: that must stay, because customers may have them.
    """

    keys: Collection[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    codes: Collection[str] = ()


def slug(label: str) -> str:
    """A key made of an English name; "" where it has no letters for one."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_0123456789")[:30].rstrip("_")


def parsed(text: str) -> list[Option]:
    """The options of a text, one a line; a label that is left out is the one before it."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        code, _, labels = (part.strip() for part in line.partition("="))
        chinese, _, english = (part.strip() for part in labels.replace("｜", "|").partition("|"))
        chinese = chinese or code
        found.append({"code": code, "zh": chinese, "en": english or chinese})
    return found


def written(options: list[Option]) -> str:
    """The text that is parsed as these options."""
    return "\n".join(f"{o['code']} = {o['zh']} | {o['en']}" for o in options)


def check(entry: Entry, known: Known) -> list[Finding]:
    """Everything that is wrong; places are names of fields."""
    found = [*_key(entry, known), *_labels(entry, known)]
    if entry.kind not in KINDS:
        found.append(Finding("own_attribute.kind", "kind", N_("Choose one of the types.")))
    if entry.kind == "choice":
        found += _options(entry.listed, known)
    return found


def _key(entry: Entry, known: Known) -> Iterator[Finding]:
    if not _KEY.fullmatch(entry.key):
        yield Finding("own_attribute.key", "key", N_("Begin the key with a letter and use a–z, 0–9 and _ only, at most 30: for example warranty_years."))  # noqa: E501  # fmt: skip
    elif entry.key in known.keys:
        yield Finding("own_attribute.key_taken", "key", N_("The key {key} is in use, perhaps by a retired attribute. Choose another key, or take that one back."), {"key": entry.key})  # noqa: E501  # fmt: skip


def _labels(entry: Entry, known: Known) -> Iterator[Finding]:
    for place, label in (("label_zh", entry.label_zh), ("label_en", entry.label_en)):
        if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable():
            yield Finding("own_attribute.label", place, N_("Give a name of 1 to 60 characters on one line."))  # noqa: E501  # fmt: skip
        elif compared(label) in known.headers:
            params = {"label": label, "other": known.headers[compared(label)]}
            yield Finding("own_attribute.label_taken", place, N_("A column called “{label}” is read as “{other}” already. Choose another name."), params)  # noqa: E501  # fmt: skip


def _options(options: list[Option], known: Known) -> Iterator[Finding]:
    words = Counter(w for o in options for w in set(map(compared, o.values())))
    twice = [word for word, times in words.items() if times > 1]
    if not 2 <= len(options) <= MOST_OPTIONS:
        yield _wrong("count", N_("Write 2 to {limit} options, each on its own line."), limit=MOST_OPTIONS)  # noqa: E501  # fmt: skip
    for option in options:
        if not _CODE.fullmatch(option["code"]):
            yield _wrong("code", N_("“{code}” is no code. Write a line as code = Chinese | English; the code has a–z, 0–9 and _ only."), code=option["code"][:40])  # noqa: E501  # fmt: skip
        elif max(len(option["zh"]), len(option["en"])) > LONGEST_LABEL:
            yield _wrong("label", N_("The label of “{code}” has more than {limit} characters."), code=option["code"], limit=LONGEST_LABEL)  # noqa: E501  # fmt: skip
    if twice:
        yield _wrong("twice", N_("“{word}” stands for two options. A cell of a file could mean either."), word=twice[0])  # noqa: E501  # fmt: skip
    if gone := sorted(set(known.codes) - {option["code"] for option in options}):
        yield _wrong("gone", N_("The option “{code}” must stay, because customers may have it. Its label can be changed."), code=gone[0])  # noqa: E501  # fmt: skip


def _wrong(what: str, template: str, **params: object) -> Finding:
    return Finding(f"own_attribute.option_{what}", "options", template, params)
