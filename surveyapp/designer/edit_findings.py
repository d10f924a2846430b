"""What to say of a value that a document cannot hold: pydantic's errors as our findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from surveyapp.findings import N_, Finding

_SENTENCES = {
    "greater_than_equal": N_("Give {ge} or more."),
    "less_than_equal": N_("Give {le} or less."),
    "string_too_long": N_("This is longer than {max_length} characters. Shorten it."),
    "int_parsing": N_("Give a whole number."),
    "int_from_float": N_("Give a whole number."),
    "int_type": N_("Give a whole number."),
    "float_parsing": N_("Give a number."),
    "finite_number": N_("Give a number."),
    "decimal_parsing": N_("Give a number."),
    "decimal_type": N_("Give a number."),
    "bool_parsing": N_("Choose yes or no."),
    "string_pattern_mismatch": N_(
        "An id has small letters, digits and underscores, begins with a letter and has at most"
        " 40 characters."
    ),
}
_LANGUAGE = N_("A language is named by its tag, such as ja or pt-BR.")
_ADDRESS = N_("An address begins with https:// and holds no name, password, space or #.")
_OTHER = N_("This value cannot be used here.")


def refused(place: str, field: str, template: str, **params: object) -> Finding:
    """A finding about one field of the part at `place`."""
    return Finding("edit.refused", place, template, {"field": field, **params})


def explained(error: ValidationError, place: str) -> Iterator[Finding]:
    """A finding for each value that is wrong; `params["field"]` is its path within the part."""
    for one in error.errors(include_url=False, include_input=False):
        to_address = one["loc"][-1:] == ("address",)
        template = _ADDRESS if to_address else _SENTENCES.get(one["type"], _OTHER)
        if one["loc"][:1] == ("languages",):
            yield refused(place, "languages", _LANGUAGE)
            continue
        limits: dict[str, Any] = dict(one.get("ctx", {}))
        limits.pop("error", None)
        yield refused(place, _field(one["loc"]), template, **limits)


def _field(location: tuple[int | str, ...]) -> str:
    """`('pages', 0, 'questions', 2, 'likert', 'scale', 'points')` → `scale.points`."""
    last = max((i for i, part in enumerate(location) if isinstance(part, int)), default=-1)
    inner = [str(part) for part in location[last + 1 :]]
    of_question = last > 0 and location[last - 1] == "questions"
    return ".".join(inner[1:] if of_question else inner)
