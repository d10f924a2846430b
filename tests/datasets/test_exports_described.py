"""What describes an export to other programs: DDI-Codebook XML and a Frictionless data package."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from lxml import etree

from surveyapp.datasets.exports import ddi_file, package_file
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.ddi_file import NAMESPACE
from surveyapp.datasets.exports.writing import FORMATS, Written, write_files
from surveyapp.findings import SurveyError
from tests.datasets.scored import EVERYTHING, REASONS_GIVEN, dataset

DDI = {"d": NAMESPACE}
WIDE = [kind for kind in FORMATS if kind != "long"]


@pytest.fixture(scope="module")
def content() -> Content:
    return Content(dataset(EVERYTHING, REASONS_GIVEN), {}, {}, (), "en")


def made(content: Content, folder: Path, kind: str) -> dict[str, Written]:
    return {file.kind: file for file in write_files(folder, "all", content, kind)}


def variables(file: Written) -> dict[str, etree._Element]:
    tree = etree.parse(file.path)
    return {one.get("name"): one for one in tree.findall(".//d:var", DDI)}


def categories(variable: etree._Element) -> dict[str, tuple[str, str]]:
    """Code → its English label, and Y where it stands for a blank."""
    return {
        one.findtext("d:catValu", namespaces=DDI): (
            one.xpath("string(d:labl[@xml:lang='en'])", namespaces=DDI),
            one.get("missing", ""),
        )
        for one in variable.findall("d:catgry", DDI)
    }


def test_ddi_tells_codes_as_each_format_has_them(content: Content, tmp_path: Path) -> None:
    in_csv = variables(made(content, tmp_path, "csv")["ddi"])
    assert categories(in_csv["fixed"])["partly"] == ("In part", "")
    assert "-94" not in categories(in_csv["channel"])
    assert in_csv["design_weight"].get("wgt") == "wgt"
    limits = in_csv["happy"].find(".//d:range", DDI)
    assert (limits.get("min"), limits.get("max")) == ("1", "5")
    in_spss = variables(made(content, tmp_path, "sav")["ddi"])
    assert categories(in_spss["happy"])["-96"] == ("Refused", "Y")
    assert in_spss["channel"].find("d:varFormat", DDI).get("type") == "character"
    in_stata = variables(made(content, tmp_path, "dta")["ddi"])
    assert categories(in_stata["speed_soon"])[".d"] == ("Don't know", "Y")
    assert "1" in categories(in_stata["channel"])
    assert in_stata["channel"].find("d:varFormat", DDI).get("type") == "numeric"


@pytest.mark.parametrize("kind", WIDE)
def test_each_column_is_described_once_and_in_order(
    content: Content, tmp_path: Path, kind: str
) -> None:
    files = made(content, tmp_path, kind)
    tree = etree.parse(files["ddi"].path)
    assert len(variables(files["ddi"])) == len(content.columns)
    assert tree.findtext(".//d:fileName", namespaces=DDI) == files[kind].path.name
    assert tree.findtext(".//d:caseQnty", namespaces=DDI) == "2"
    order = [etree.QName(child).localname for child in variables(files["ddi"])["happy"]]
    schema = ["labl", "valrng", "invalrng", "catgry", "concept", "varFormat"]
    assert order == sorted(order, key=schema.index)


@pytest.mark.parametrize("kind", WIDE)
def test_the_package_names_every_file_with_its_checksum(
    content: Content, tmp_path: Path, kind: str
) -> None:
    files = made(content, tmp_path, kind)
    package = json.loads(files["package"].path.read_text(encoding="utf-8"))
    assert [one["name"] for one in package["resources"]] == ["data", "codebook", "log", "weights"]
    tabular = [one["name"] for one in package["resources"] if "profile" in one]
    assert tabular == (["data"] if kind == "csv" else []) + ["codebook", "log"]
    for one in package["resources"]:
        digest = hashlib.sha256((tmp_path / one["path"]).read_bytes()).hexdigest()
        assert one["hash"] == f"sha256:{digest}"
    fields = {one["name"]: one for one in package["resources"][0]["schema"]["fields"]}
    assert list(fields) == [v.name for v in content.columns]
    assert fields["happy"]["constraints"] == {"minimum": 1, "maximum": 5}
    assert fields["response"]["type"] == "integer"
    channel = content.data.codebook["channel"]
    assert fields["channel"]["constraints"]["enum"] == [code for code, _ in channel.values]


def test_a_description_of_something_else_is_withdrawn(content: Content, tmp_path: Path) -> None:
    files = made(content, tmp_path, "csv")
    with pytest.raises(SurveyError) as error:
        ddi_file.check(files["ddi"].path, content, "dta")
    assert error.value.findings[0].code == "export.differs"
    files["log"].path.write_text("changed", encoding="utf-8")
    with pytest.raises(SurveyError):
        package_file.check(
            files["package"].path,
            [(kind, files[kind].path) for kind in ("csv", "codebook", "log", "weights")],
        )
