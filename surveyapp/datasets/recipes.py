"""What recipes of screening and of weights have in common: closed data with a hash. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from surveyapp.findings import Finding, SurveyError


class Part(BaseModel):
    """Frozen, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stored(Part):
    """A whole recipe."""

    def as_json(self) -> dict[str, Any]:
        """As stored."""
        return self.model_dump(mode="json")

    @property
    def hash(self) -> str:
        """SHA-256 of the content."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


Kind = TypeVar("Kind", bound=Stored)


def read(kind: type[Kind], stored: dict[str, Any] | None, code: str, template: str) -> Kind:
    """The recipe of its JSON form, the default one for nothing.

    Raises SurveyError: of each thing that is wrong a finding with this code and template, which
    names `{place}` and `{reason}`.
    """
    try:
        return kind.model_validate(stored or {})
    except ValidationError as error:
        found = (_finding(dict(detail), code, template) for detail in error.errors())
        raise SurveyError(*found) from error


def _finding(detail: dict[str, Any], code: str, template: str) -> Finding:
    place = ".".join(str(part) for part in detail["loc"])
    params = {"place": place or "recipe", "reason": detail["msg"]}
    return Finding(code, f"recipe:{place}", template, params)
