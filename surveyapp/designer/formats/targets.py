"""The formats that a questionnaire can be written in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from surveyapp.designer.document import Document
from surveyapp.designer.formats import surveyjs_writing, xlsform_writing
from surveyapp.designer.formats.guarding import MAX_BYTES
from surveyapp.designer.formats.notes import Exported
from surveyapp.designer.formats.writing import filename


def own(document: Document) -> Exported:
    """Our own JSON; nothing is lost in it. Without line breaks where it would be too large to be
    read again with them.
    """
    tree = document.model_dump(mode="json")
    content = (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()
    if len(content) > MAX_BYTES:
        content = (json.dumps(tree, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    return Exported(content, filename(document, "json"), "application/json")


TARGETS: Mapping[str, Callable[[Document], Exported]] = {
    "xlsform": xlsform_writing.write,
    "surveyjs": surveyjs_writing.write,
    "json": own,
}
"""Format → its writer."""


def export(document: Document, target: str) -> Exported:
    """The document in the format `target` (one of TARGETS)."""
    return TARGETS[target](document)
