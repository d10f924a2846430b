"""What every part of a questionnaire document is made of: ids, texts, rules, frozen records."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
"""A BCP 47 tag; the interface speaks `zh-Hans` and `en`, a questionnaire may carry any."""
HttpsAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=1000,
        pattern=r"^(https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?][!$-;=?-Z_a-z~]*)?)?$",
    ),
]
"""Empty, or an address of the open web: encrypted, without a user's name, without a fragment."""
SourceName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$")
]
"""A source as a text pipes it: `q1`, `q1.other`, `touchpoint.store`, `computed.total`."""
LONGEST_LABEL = 4000
MAX_RULE_LEVELS = 200
"""Lists and objects within each other in a rule: more than any that is read, fewer than JSON's."""
Label = Annotated[str, StringConstraints(max_length=LONGEST_LABEL)]
Text = dict[Language, Label]
"""One text in every language that it has. `{q1|fallback}` in it is an answer piped in
(`surveyapp.designer.piping`)."""


def _storable(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule; ValueError where it could not be written as JSON again, or is nested too deep."""
    level: list[object] = [rule]
    for _ in range(MAX_RULE_LEVELS):
        level = [part for node in level for part in _inside(node)]
        if not level:
            return rule
    raise ValueError(MAX_RULE_LEVELS)


def _inside(node: object) -> Iterable[object]:
    if isinstance(node, dict):
        return [*node, *node.values()]
    if isinstance(node, list | tuple):
        return node
    if isinstance(node, float) and not math.isfinite(node):
        raise ValueError(node)
    if isinstance(node, str):
        node.encode()
    return ()


Rule = Annotated[dict[str, Any], AfterValidator(_storable)]
"""A rule tree as JSON (`surveyapp.designer.rules` gives it meaning)."""
Missing = Literal["dont_know", "not_applicable", "refused"]
"""Answers that say why there is none; they stay out of scores and means."""


class Part(BaseModel):
    """Base of everything in a document: frozen, and closed to unknown keys.

    `later` names the fields that the first version of the format did not have: the canonical form
    leaves them out while they are at their default, so that old versions keep their hash.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ignored_types=(cached_property,)
    )
    later: ClassVar[frozenset[str]] = frozenset()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A changed copy. What was computed from the original's fields is not taken along."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class Origin(Part):
    """Where a part came from, and whether its words and scale are locked (validated scales).

    source: key in the library, or the format it was imported from. citation: who made it, in any
    language. revision: of the library entry when it was taken.
    """

    source: Annotated[str, Field(max_length=80)]
    revision: Annotated[int, Field(ge=1)] = 1
    citation: Label = ""
    locked: bool = False


class Check(Part):
    """What must hold of the answers; where it is false, `message` is shown.

    An error keeps the person on the page, a warning is shown once and lets them go on. What is
    unknown is no fault. The rule may read this question, those before it, and facts.
    """

    id: Id
    must: Rule
    message: Text = {}
    severity: Literal["error", "warning"] = "error"
