"""`questionnaire import` and `convert`, without a database."""

import json
from pathlib import Path

import pytest

from surveyapp.designer.document import Document
from tests.designer.formats.tables import workbook

FOLDER = Path(__file__).resolve().parent.parent / "questionnaires"


@pytest.fixture
def run(app):
    def invoke(*arguments):
        return app.test_cli_runner().invoke(args=["questionnaire", *map(str, arguments)])

    return invoke


@pytest.fixture
def form(tmp_path):
    file = tmp_path / "visit.xlsx"
    file.write_bytes(workbook(survey="""
        | type     | name | label | relevant  |
        | integer  | n    | N     |           |
        | geopoint | here | Where |           |
        | text     | t    | T     | ${n} > 1  |"""))  # fmt: skip
    return file


def test_import_reports_in_json(run, form):
    done = run("import", form, "--format", "json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert {"title", "questions", "rules", "carried", "not_carried"} <= report.keys()
    assert (report["title"], report["questions"], report["rules"]) == ("visit", 2, 1)
    assert report["carried"] == {"number": 1, "short_text": 1, "pages": 1, "rules": 1,
                                 "languages": 1}  # fmt: skip
    (lost,) = report["not_carried"]
    assert lost == {
        "place": "survey:3",
        "what": "here",
        "why": "Questions of the kind “geopoint” have no counterpart here.",
    }


def test_import_writes_our_json_and_speaks_in_text(run, form, tmp_path):
    out = tmp_path / "out.json"
    done = run("import", form, "--out", out)
    assert done.exit_code == 0
    assert "geopoint" in done.stdout
    document = Document.model_validate_json(out.read_bytes())
    assert [q.id for q in document.questions()] == ["n", "t"]


@pytest.mark.parametrize("target", ["xlsform", "surveyjs", "json"])
def test_convert_and_back(run, target, tmp_path):
    there, back = tmp_path / "there", tmp_path / "back.json"
    assert run("convert", FOLDER / "chain.json", "--to", target, there).exit_code == 0
    assert run("convert", there, "--to", "json", back).exit_code == 0
    document = Document.model_validate_json(back.read_bytes())
    before = Document.model_validate_json((FOLDER / "chain.json").read_bytes())
    assert [q.show for q in document.questions()] == [q.show for q in before.questions()]


def test_convert_prints_what_the_format_lacks(run, tmp_path):
    done = run("convert", FOLDER / "likert.json", "--to", "surveyjs", tmp_path / "x")
    assert "- dimension:response" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "more"),
    [
        ("a.txt", b"hello", ()), ("a.json", b"{}", ()), ("b.json", b"", ()),
        ("c.json", b'{"pages": [{"elements": [{"type": "text"}]}]}', ("--kind", "qualtrics")),
    ],
)  # fmt: skip
def test_other_files_are_refused_in_one_line(run, tmp_path, name, content, more):
    file = tmp_path / name
    file.write_bytes(content)
    for arguments in (("import", file, *more), ("convert", file, "--to", "json", *more, file)):
        done = run(*arguments)
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""
    assert file.read_bytes() == content


def test_a_missing_file_and_a_folder_that_cannot_be_written_are_refused(run, form, tmp_path):
    assert run("import", tmp_path / "none.xlsx").exit_code == 2
    done = run("convert", form, "--to", "json", tmp_path / "no" / "o.json")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_a_document_with_many_faults_is_refused_in_a_line_that_can_be_read(run, tmp_path):
    wrong = [{"type": "nps", "id": f"Q{i}"} for i in range(100)]
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"pages": [{"id": "p", "questions": wrong}]}))
    done = run("import", file)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 1000
    assert "(and 95 more)" in done.stderr


def test_a_file_whose_name_is_no_text_is_read(run, form):
    odd = form.with_name("\udcff 副本.xlsx")
    form.rename(odd)
    done = run("import", odd, "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["title"] == "? 副本"
