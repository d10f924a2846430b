"""Bodies of texts: a template with {name}, {store} and {link}, filled in per customer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from surveyapp.distribution.segments import Count, count
from surveyapp.findings import N_, Finding

FIELDS = ("name", "store", "link")
LONGEST = 1600
"""Characters that a provider takes in one message."""
EXAMPLE = {
    "zh-Hans": {"name": "王芳女士", "store": "上海徐汇店", "link": ""},
    "en": {"name": "Ms Wang", "store": "Xuhui Store", "link": ""},
}
"""What fields look like in a preview; the link is given by the caller."""

UNNAMED = {"zh-Hans": "顾客", "en": "customer"}
"""What {name} becomes for a customer without one."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_STRAY = re.compile(r"[{}]")


def fields(template: str) -> tuple[str, ...]:
    """Names between braces, in order, known or not."""
    return tuple(match.strip() for match in _FIELD.findall(template))


def findings(template: str, *, place: str, needs_link: bool = True) -> list[Finding]:
    """What is wrong with a template; `place` names it (`text:zh-Hans`)."""
    return list(_check(template, place, needs_link))


def _check(template: str, place: str, needs_link: bool) -> Iterator[Finding]:
    if not template.strip():
        yield Finding("text.empty", place, N_("The text is empty: write what the customer reads."))
        return
    for name in dict.fromkeys(fields(template)):
        if name not in FIELDS:
            yield Finding(
                "text.unknown_field",
                place,
                N_("{field} is not a field. Use one of {known}."),
                {"field": f"{{{name}}}", "known": ", ".join(f"{{{f}}}" for f in FIELDS)},
            )
    if _STRAY.search(_FIELD.sub("", template)):
        yield Finding(
            "text.stray_brace",
            place,
            N_("A brace lacks its partner: write fields as {example}."),
            {"example": "{name}"},
        )
    if needs_link and "link" not in fields(template):
        yield Finding(
            "text.no_link",
            place,
            N_("The text has no {field}: nobody could answer."),
            {"field": "{link}"},
        )
    if len(template) > LONGEST:
        yield Finding(
            "text.too_long",
            place,
            N_("The text has {n} characters; a message takes {most}."),
            {"n": len(template), "most": LONGEST},
        )


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill in the known fields; a customer's own braces stay as they are (one pass only)."""

    def fill(match: re.Match[str]) -> str:
        return values.get(match[1].strip(), match[0])

    return _FIELD.sub(fill, template).replace("\r\n", "\n").strip()


def choose(texts: Mapping[str, str], language: str) -> str:
    """The body in the customer's language, else any that is not empty, else nothing."""
    wanted = texts.get(language, "")
    return wanted if wanted.strip() else next((t for t in texts.values() if t.strip()), "")


def preview(template: str, language: str, link: str) -> tuple[str, Count]:
    """An example customer's text and its size, for the editor's live counter."""
    text = render(template, {**EXAMPLE.get(language, EXAMPLE["en"]), "link": link})
    return text, count(text)
