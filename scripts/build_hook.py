"""Build hook of the wheel: compiled catalogues go in, although git never sees them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compile the catalogues before the files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run `scripts/catalogues.py compile`."""
        sys.path.insert(0, str(Path(self.root)))
        from scripts.catalogues import compile_all

        compile_all()
