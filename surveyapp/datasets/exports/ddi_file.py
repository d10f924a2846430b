"""DDI-Codebook 2.5: the description of a data file that archives read.

Source: DDI Alliance, DDI Codebook 2.5 (codebook.xsd); elements come in the order of its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lxml import etree

from surveyapp.datasets.blanks import MISSING_CODES, REASONS
from surveyapp.datasets.exports.checking import differs
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.dta_file import LETTERS
from surveyapp.datasets.exports.names import spss_names, stata_names
from surveyapp.datasets.variable import Code, Variable
from surveyapp.designer.document import Text

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
WEIGHTS = ("design_weight", "analysis_weight", "weight_before_raking")
_NAMES: Mapping[str, Callable[[list[str]], dict[str, str]]] = {
    "sav": spss_names,
    "dta": stata_names,
}


def write(path: Path, content: Content, data: Path, kind: str) -> None:
    """Describe the file `data` of the format `kind`."""
    book = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE}, version="2.5")
    _study(book, content)
    _file(book, content, data)
    described = _add(book, "dataDscr")
    names = _names(content, kind)
    for variable in content.columns:
        _variable(described, variable, names[variable.name], kind)
    path.write_bytes(
        etree.tostring(book, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    )


def check(path: Path, content: Content, kind: str) -> None:
    """Read back: every column of the file is described, in order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found = etree.parse(path, parser).findall(f".//{{{NAMESPACE}}}var")
    if [element.get("name") for element in found] != list(_names(content, kind).values()):
        raise differs(path, 0, "names")


def _names(content: Content, kind: str) -> dict[str, str]:
    own = [v.name for v in content.columns]
    return _NAMES[kind](own) if kind in _NAMES else {name: name for name in own}


def _add(parent: etree._Element, tag: str, text: str = "", /, **given: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", given)
    element.text = text or None
    return element


def _labels(parent: etree._Element, text: Text) -> None:
    for language, words in text.items():
        if words:
            _add(parent, "labl", words).set(LANGUAGE, language)


def _study(book: etree._Element, content: Content) -> None:
    title = _add(_add(_add(book, "stdyDscr"), "citation"), "titlStmt")
    _add(title, "titl", content.data.title)
    _add(title, "IDNo", content.data.hash, agency="SHA-256")


def _file(book: etree._Element, content: Content, data: Path) -> None:
    about = _add(_add(book, "fileDscr", ID="F1"), "fileTxt")
    _add(about, "fileName", data.name)
    size = _add(about, "dimensns")
    _add(size, "caseQnty", str(len(content)))
    _add(size, "varQnty", str(len(content.columns)))


def _variable(parent: etree._Element, v: Variable, name: str, kind: str) -> None:
    measured = "contin" if v.kind == "number" or v.type == "number" else "discrete"
    one = _add(parent, "var", ID=f"V{len(parent) + 1}", name=name, files="F1", intrvl=measured)
    if v.name in WEIGHTS:
        one.set("wgt", "wgt")
    _labels(one, v.label)
    if v.low is not None and v.high is not None:
        _add(_add(one, "valrng"), "range", min=f"{v.low:g}", max=f"{v.high:g}")
    blanks = dict(_blanks(v, kind))
    if blanks:
        refused = _add(one, "invalrng")
        for code in blanks:
            _add(refused, "item", VALUE=code)
    for code, text in (*_categories(v, kind), *blanks.items()):
        _category(one, code, text, missing=code in blanks)
    if v.dimension:
        _add(one, "concept", v.dimension)
    _add(one, "varFormat", type="character" if _is_text(v, kind) else "numeric", schema="other")


def _category(parent: etree._Element, code: str, text: Text, *, missing: bool) -> None:
    category = _add(parent, "catgry", missing="Y") if missing else _add(parent, "catgry")
    _add(category, "catValu", code)
    _labels(category, text)


def _categories(v: Variable, kind: str) -> Iterator[tuple[str, Text]]:
    """Codes as the file has them: Stata numbers the options of a choice."""
    for place, (code, text) in enumerate(v.values, 1):
        yield str(place if kind == "dta" and v.kind == "choice" else code), text


def _blanks(v: Variable, kind: str) -> Iterator[tuple[str, Text]]:
    """What stands for a blank; in files that code none the columns beside name the reason."""
    coded: Mapping[str, Callable[[int], Code]] = {
        "sav": lambda reason: MISSING_CODES[reason],
        "dta": lambda reason: f".{LETTERS[reason]}",
    }
    if v.is_answer and v.kind != "text" and kind in coded:
        for reason in v.reasons:
            yield str(coded[kind](reason)), REASONS[reason]


def _is_text(v: Variable, kind: str) -> bool:
    if v.kind == "choice":
        return kind != "dta"
    return v.kind == "text" or (v.kind == "about" and v.type == "text")
