"""What the customer's page carries: lean where it was made of the present source."""

from pathlib import Path

import pytest

from surveyapp.answering.assets import EXTRAS, SCRIPTS, assets, headed

FOLDER = Path(__file__).resolve().parents[2] / "static" / "survey"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*SCRIPTS, "sw"):
        (tmp_path / f"{name}.js").write_text(f"// {name}\nfunction {name}() {{}}\n", "utf-8")
    (tmp_path / "survey.css").write_text("a { color: red; }\n", "utf-8")
    (tmp_path / "lean").mkdir()
    return tmp_path


def lean(folder: Path, text: str) -> str:
    (folder / "lean" / "rules.js").write_text(text, "utf-8")
    assets.cache_clear()
    return assets(folder).script


def test_a_lean_script_is_served_for_the_source_that_it_was_made_of(folder: Path) -> None:
    source = (folder / "rules.js").read_text("utf-8")
    assert "LEAN" in lean(folder, headed(source, "const LEAN=1"))
    assert "LEAN" not in lean(folder, headed(f"{source}\n", "const LEAN=1"))
    assert "function rules() {}" in lean(folder, "")


def test_a_source_without_a_lean_form_loses_its_comments(folder: Path) -> None:
    (folder / "lean").rmdir()
    assets.cache_clear()
    script = assets(folder).script
    assert "function rules() {}\n" in script
    assert "//" not in script


def test_every_script_of_the_page_has_its_lean_form() -> None:
    names = {file.stem for file in FOLDER.glob("*.js")}
    assert {*SCRIPTS, "sw"} <= names
    assert {name for name in EXTRAS if (FOLDER / f"{name}.js").is_file()} <= names
    for name in names:
        source = (FOLDER / f"{name}.js").read_text("utf-8")
        made = (FOLDER / "lean" / f"{name}.js").read_text("utf-8")
        assert made.startswith(headed(source, "").rstrip("\n"))
