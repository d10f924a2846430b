"""What a brand looks like on the customer's page: tokens of its style, a logo, a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.brands.logos import shown_size
from surveyapp.brands.shades import DARK, LIGHT, Shades, shades


@dataclass(frozen=True)
class Mark:
    """A logo as the page names it. width, height: pixels of the file."""

    hash: str
    kind: str
    width: int
    height: int
    plate: str = ""

    @property
    def address(self) -> str:
        """Path of the picture; what is behind it never changes."""
        return f"/survey/logo/{self.hash}.{self.kind}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on the page."""
        return shown_size(self.width, self.height)


@dataclass(frozen=True)
class Look:
    """A brand in use. host: of its links; empty where they are the installation's."""

    name: Mapping[str, str]
    colour: str
    mark: Mark | None = None
    host: str = ""

    @cached_property
    def key(self) -> str:
        """The same for two looks exactly when pages in them are the same."""
        mark = self.mark and [self.mark.hash, self.mark.kind, self.mark.plate]
        content = json.dumps([self.name, self.colour, mark], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def style(self) -> str:
        """The tokens that the colour changes, light and dark."""
        light, dark = (_tokens(shades(self.colour, theme)) for theme in (LIGHT, DARK))
        return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"

    def called(self, language: str) -> str:
        """The name in `language`, else in the same language elsewhere, else in any."""
        primary = language.partition("-")[0]
        near = (name for code, name in self.name.items() if code.partition("-")[0] == primary)
        wanted = (self.name.get(language), *near, *self.name.values())
        return next((name for name in wanted if name), "")


def _tokens(found: Shades) -> str:
    return (
        f"--accent:{found.fill};--accent-ink:{found.ink};--soft:{found.soft};--words:{found.text}"
    )
