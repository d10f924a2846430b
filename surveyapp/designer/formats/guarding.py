"""Files from outside, opened so that none can exhaust memory or time.

Limits: the file 4 MB, a workbook 32 MB unpacked, JSON 64 levels deep, XML without a document type.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from surveyapp.findings import N_, Finding, SurveyError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES = 4 * 1024 * 1024
MAX_UNPACKED = 32 * 1024 * 1024
MAX_RATIO = 200
MAX_JSON_DEPTH = 64
MAX_NODES = 400_000


def refused(code: str, why: str, **params: object) -> SurveyError:
    """The error that ends the reading of a file."""
    return SurveyError(Finding(f"format.{code}", "file", why, params))


def check_size(content: bytes) -> None:
    """SurveyError `format.too_large` for more than a questionnaire can be, `format.empty`."""
    if not content.strip():
        raise refused("empty", N_("The file is empty."))
    if len(content) > MAX_BYTES:
        why = N_("The file is larger than {limit} MB, more than a questionnaire needs.")
        raise refused("too_large", why, limit=MAX_BYTES // 1024**2)


def json_of(content: bytes) -> Any:
    """The JSON value; SurveyError `format.not_json`, `format.too_deep`."""
    try:
        text = content.decode("utf-8-sig")
        tree = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        if "\\ud" in text.lower():  # half a character has no bytes: nothing could store or show it
            json.dumps(tree, ensure_ascii=False).encode()
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        why = N_("The file is not valid JSON: save it again as UTF-8 text.")
        raise refused("not_json", why) from error
    _check_depth(tree)
    return tree


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


def _check_depth(tree: object) -> None:
    level, depth, count = [tree], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > MAX_JSON_DEPTH or count > MAX_NODES:
            raise _too_deep()
        below: list[object] = []
        for node in level:
            if isinstance(node, dict):
                below += node.values()
            elif isinstance(node, list):
                below += node
        level = below


def _too_deep() -> SurveyError:
    return refused("too_deep", N_("The file is nested too deeply to be a questionnaire."))


def xml_of(content: bytes) -> Element:
    """The root of an XML file; SurveyError `format.not_xml`, `format.entities`, `too_deep`."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    _check_nesting(content)
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        why = N_("The file declares a document type or entities, which is not accepted.")
        raise refused("entities", why) from error
    except (ParseError, ValueError, LookupError) as error:
        raise refused("not_xml", N_("The file is damaged: it is not valid XML.")) from error
    return root


def _check_nesting(content: bytes) -> None:
    """Elements that deep would overflow the stack when the tree is taken down again."""
    opened = content.count(b"<") - 2 * content.count(b"</") - content.count(b"/>")
    if opened > 20_000:
        raise _too_deep()


def check_workbook(content: bytes) -> None:
    """SurveyError `format.damaged`, `format.too_large`, `format.entities` of an .xlsx file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive)
    except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error, NotImplementedError) as error:
        why = N_("The workbook is damaged or protected: open it in Excel and save it as .xlsx.")
        raise refused("damaged", why) from error


def _check_members(archive: zipfile.ZipFile) -> None:
    total = 0
    for part in archive.infolist():
        total += part.file_size
        if total > MAX_UNPACKED or part.file_size > MAX_RATIO * max(part.compress_size, 1024):
            raise refused("too_large", N_("The workbook unpacks to more than can be read."))
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")) and _has_entities(archive.read(part)):
            why = N_("The file declares a document type or entities, which is not accepted.")
            raise refused("entities", why)


def _has_entities(content: bytes) -> bool:
    """Whether an XML part declares any, in UTF-8 or in UTF-16 (a zero between the letters)."""
    plain = content.replace(b"\0", b"")
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain
