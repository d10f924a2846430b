"""What an interviewer reads out before the questions: fields filled in, and what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from surveyapp.distribution import texts
from surveyapp.findings import N_, Finding

FIELDS = ("name", "store", "interviewer")
LONGEST = 2000
"""Characters of one text; nobody listens to more."""
EXAMPLE = {
    "intro": {
        "zh-Hans": "您好，请问是{name}吗？我是客户体验部的{interviewer}。您最近在{store}买过东西，"
        "想占用您几分钟，了解一下您的感受。",
        "en": "Hello, am I speaking to {name}? My name is {interviewer}, from customer experience. "
        "You recently bought something at {store}, and I would like to ask how that was.",
    },
    "consent": {
        "zh-Hans": "您的回答会保密，随时可以停止。现在可以开始吗？",
        "en": "Your answers stay confidential and you may stop at any time. May I begin?",
    },
}
"""What a new plan proposes: part of the script → language → text."""


def findings(text: str, place: str) -> Iterator[Finding]:
    """What is wrong with a text of the script; an empty one is not read out."""
    for name in dict.fromkeys(texts.fields(text)):
        if name not in FIELDS:
            yield Finding(
                "call.unknown_field",
                place,
                N_("{field} is not a field. Use one of {known}."),
                {"field": f"{{{name}}}", "known": ", ".join(f"{{{f}}}" for f in FIELDS)},
            )
    if len(text) > LONGEST:
        yield Finding(
            "call.too_long",
            place,
            N_("The text has {n} characters; {most} are as much as anybody listens to."),
            {"n": len(text), "most": LONGEST},
        )


def spoken(given: Mapping[str, str], language: str, values: Mapping[str, str | None]) -> str:
    """The text in the customer's language, else in any, with its fields filled in."""
    unnamed = texts.UNNAMED.get(language, texts.UNNAMED["en"])
    filled = {name: values.get(name) or "" for name in FIELDS}
    filled["name"] = filled["name"] or unnamed
    return texts.render(texts.choose(given, language), filled)
