"""One document, one text, one name: canonical JSON, its SHA-256, and the way back.

The canonical form writes every field of the format's first version (so that a later change of a
default changes no published version), leaves out what is None and the later fields that are at
their default, sorts keys and uses no spaces.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import ValidationError

from surveyapp.designer.document import Document, Page
from surveyapp.designer.document_errors import findings_of
from surveyapp.designer.parts import Part
from surveyapp.designer.sharing import kept
from surveyapp.findings import N_, Finding, SurveyError

MAX_BYTES = 4_000_000
PLACE = "document"


def canonical(document: Document) -> str:
    """The document as canonical JSON; the text of a page is kept with the page."""
    around = _tree(document.model_copy(update={"pages": ()}))
    texts = {name: _text(value) for name, value in around.items()}
    texts["pages"] = f"[{','.join(_page_text(page) for page in document.pages)}]"
    return "{" + ",".join(f'"{name}":{texts[name]}' for name in sorted(texts)) + "}"


def _page_text(page: Page) -> str:
    return kept(page, "_canonical", (), lambda: _text(_tree(page)))


def _tree(part: Part) -> dict[str, Any]:
    data = part.model_dump(mode="json", exclude_none=True)
    _leave_out_later(part, data)
    return data


def _text(tree: object) -> str:
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _leave_out_later(part: Part, data: dict[str, Any]) -> None:
    """Take out of `data` what newer versions of the format added and nobody uses here."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if name in part.later and value == field.get_default():
            data.pop(name, None)
        elif isinstance(value, Part):
            _leave_out_later(value, data[name])
        elif isinstance(value, tuple):
            for inner, tree in zip(value, data[name], strict=True):
                if isinstance(inner, Part):
                    _leave_out_later(inner, tree)


def content_hash(document: Document) -> str:
    """SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits."""

    def made() -> str:
        return hashlib.sha256(canonical(document).encode()).hexdigest()

    return kept(document, "_content_hash", (), made)


def load(source: str | bytes | Mapping[str, Any]) -> Document:
    """The document in JSON text or in parsed JSON.

    Raises SurveyError with every finding that keeps it from being a document, each at the
    element that it concerns. Whether the questionnaire makes sense is `proof`'s matter.
    """
    data = _parsed(source) if isinstance(source, str | bytes) else source
    _check_characters(data)
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        raise SurveyError(*findings_of(error, data)) from None


def _parsed(source: str | bytes) -> Any:
    if len(source) > MAX_BYTES:
        template = N_("The questionnaire is larger than {most} megabytes.")
        _refuse("document.too_large", template, most=MAX_BYTES // 1_000_000)
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        template = N_("The file is not UTF-8 text (byte {byte}); save it as UTF-8.")
        _refuse("document.encoding", template, byte=error.start)
    except json.JSONDecodeError as error:
        template = N_("This is not JSON: line {line}, column {column} cannot be read.")
        _refuse("document.not_json", template, line=error.lineno, column=error.colno)
    except RecursionError:
        _refuse("document.too_deep", _TOO_DEEP)
    except ValueError:
        template = N_("A number in the questionnaire has too many digits.")
        _refuse("document.number", template)


_TOO_DEEP = N_("The questionnaire is nested too deeply; simplify its rules.")


def _refuse_constant(name: str) -> NoReturn:
    template = N_("“{name}” is not a number; write digits.")
    _refuse("document.number", template, name=name)


def _check_characters(data: Any) -> None:
    """Refuse what no store could keep: half characters, and nesting beyond the stack."""
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except RecursionError:
        _refuse("document.too_deep", _TOO_DEEP)
    except UnicodeEncodeError as error:
        template = N_("The text near “{near}” has half a character; write it again.")
        _refuse("document.characters", template, near=_near(error))


def _near(error: UnicodeEncodeError) -> str:
    return error.object[max(0, error.start - 20) : error.start].strip('"{}[]:, ')


def _refuse(code: str, template: str, **params: object) -> NoReturn:
    raise SurveyError(Finding(code, PLACE, template, params))
