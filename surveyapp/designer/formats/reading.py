"""Which format a file has, and the questionnaire that it holds."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from surveyapp.designer.document import FORMAT, Document
from surveyapp.designer.document_errors import findings_of
from surveyapp.designer.formats import limesurvey, qualtrics, surveyjs_reading, xlsform_reading
from surveyapp.designer.formats.draft import MAX_OPTIONS, MAX_QUESTIONS, TOO_MANY, counted
from surveyapp.designer.formats.guarding import check_size, json_of, refused
from surveyapp.designer.formats.notes import Imported
from surveyapp.findings import N_, SurveyError

KINDS = ("xlsform", "limesurvey", "surveyjs", "qualtrics", "json")
NAMES = {"xlsform": "XLSForm", "limesurvey": "LimeSurvey", "surveyjs": "SurveyJS",
         "qualtrics": "Qualtrics", "json": "surveyapp JSON"}  # fmt: skip
_MAX_ERRORS = 1000
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def detect(content: bytes, name: str = "") -> str:
    """The kind of a file by its content; SurveyError `format.unknown` when it is none of KINDS."""
    check_size(content)
    if content.startswith(_ZIP):
        return _kind_of_archive(content, name)
    if content.startswith(_OLD_EXCEL):
        why = N_("This is an old Excel file (.xls): open it and save it as .xlsx.")
        raise refused("old_excel", why)
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"(?i)<!doctype html|<html", text):
        raise unknown(name)
    if text.startswith(b"<") and re.search(rb"<LimeSurveyDocType>|<!DOCTYPE|<!ENTITY", text[:4096]):
        return "limesurvey"
    if text.startswith(b"{"):
        return kind_of_tree(json_of(content), name)
    raise unknown(name)


def _kind_of_archive(content: bytes, name: str) -> str:
    """A workbook, also a damaged one; archives of other things are no questionnaires."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "xlsform"
    if not any(part.endswith("workbook.xml") for part in parts):
        raise unknown(name)
    return "xlsform"


def unknown(name: str) -> SurveyError:
    """The error of a file that is none of the known kinds."""
    why = N_(
        "“{name}” is no questionnaire that can be read: XLSForm (.xlsx), LimeSurvey (.lss, .lsq),"
        " SurveyJS (.json), Qualtrics (.qsf) or our own JSON."
    )
    return refused("unknown", why, name=name or "file")


def kind_of_tree(tree: Any, name: str = "") -> str:
    """The kind of a JSON file by its keys."""
    if isinstance(tree, dict):
        if "format" in tree or _has_ids(tree.get("pages")):
            ours = str(tree.get("format", FORMAT)).startswith(FORMAT.rpartition("/")[0])
            if ours:
                return "json"
        if "SurveyElements" in tree:
            return "qualtrics"
        if _has_names(tree) or _is_bare(tree):
            return "surveyjs"
    raise unknown(name)


def _has_ids(pages: object) -> bool:
    """Whether all pages have ids and questions, as ours do."""
    if not isinstance(pages, list) or not pages:
        return False
    return all(isinstance(page, dict) and {"id", "questions"} <= page.keys() for page in pages)


def _has_names(tree: dict[str, Any]) -> bool:
    """Whether the file has pages of elements, or elements, as those of SurveyJS are."""
    pages = tree.get("pages")
    parts = pages if isinstance(pages, list) else [tree]
    lists = [part.get("elements", part.get("questions")) for part in parts
             if isinstance(part, dict)]  # fmt: skip
    found = [one for each in lists if isinstance(each, list) for one in each]
    return bool(found) and all(isinstance(one, dict) and "type" in one for one in found)


def _is_bare(tree: dict[str, Any]) -> bool:
    """Whether it is one of SurveyJS without any question: it names its language and its pages."""
    pages = tree.get("pages")
    if not isinstance(tree.get("locale"), str) or not isinstance(pages, list):
        return False
    return all(isinstance(page, dict) and "name" in page and "elements" not in page
               for page in pages)  # fmt: skip


def read_any(content: bytes, name: str = "", kind: str = "auto") -> Imported:
    """The questionnaire of a file of any known kind, with the report of what it lost.

    Raises SurveyError: `format.unknown`, `.empty`, `.too_large`, `.too_deep`, `.not_json`,
    `.not_xml`, `.entities`, `.damaged`, or what is wrong with a document of our own.
    """
    check_size(content)
    try:
        found = detect(content, name)
    except SurveyError:
        if kind == "auto" or kind not in KINDS:
            raise
        raise _other_kind(name, kind) from None
    if kind not in ("auto", found):
        raise _other_kind(name, kind)
    return _titled(_read(content, found, name), name)


def _titled(imported: Imported, name: str) -> Imported:
    """With the file's name as the title where it has none; a name is of no language."""
    document = imported.document
    stem = name.rpartition(".")[0][:200].encode(errors="replace").decode()  # any bytes name a file
    if document.title or not stem:
        return imported
    title = dict.fromkeys(document.languages, stem)
    return replace(imported, document=document.model_copy(update={"title": title}))


def _other_kind(name: str, kind: str) -> SurveyError:
    why = N_("“{name}” is no {kind} file; let the kind be recognised.")
    return refused("other_kind", why, name=name or "file", kind=NAMES.get(kind, kind))


def _read(content: bytes, kind: str, name: str) -> Imported:
    if kind == "xlsform":
        return xlsform_reading.read(content, name)
    if kind == "limesurvey":
        return limesurvey.read(content)
    tree = json_of(content)
    if kind == "qualtrics":
        return qualtrics.read(tree)
    return surveyjs_reading.read(tree) if kind == "surveyjs" else _own(tree)


def _own(tree: Any) -> Imported:
    _check_own(tree)
    try:
        document = Document.model_validate(tree)
    except ValidationError as error:
        if error.error_count() > _MAX_ERRORS:
            why = N_("More than {limit} of its parts are wrong, too many to name; write it anew.")
            raise refused("too_many_errors", why, limit=_MAX_ERRORS) from error
        raise SurveyError(*findings_of(error, tree)) from error
    return Imported(document, "json", counted(document))


def _check_own(tree: Any) -> None:
    """SurveyError `format.too_large` for more than anybody, or the proof, can go through."""
    questions, options = MAX_QUESTIONS, MAX_OPTIONS
    for page in _listed(tree, "pages"):
        inside = _listed(page, "questions")
        questions -= len(inside)
        if questions < 0:
            raise refused("too_large", TOO_MANY, limit=MAX_QUESTIONS)
        for question in inside:
            if max(len(_listed(question, name)) for name in ("options", "items")) > options:
                why = N_("A question has more than {limit} answers or statements.")
                raise refused("too_large", why, limit=options)


def _listed(part: object, name: str) -> list[Any]:
    found = part.get(name) if isinstance(part, dict) else None
    return found if isinstance(found, list) else []
