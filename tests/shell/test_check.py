import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

FOLDER = Path(__file__).resolve().parent.parent / "questionnaires"


@pytest.fixture
def run(app: Flask):
    def invoke(*arguments):
        return app.test_cli_runner().invoke(
            args=["questionnaire", "check", *[str(argument) for argument in arguments]]
        )

    return invoke


def as_json(run, file):
    done = run(file, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout, parse_constant=pytest.fail)


def test_findings_are_coded_and_carry_answers_that_show_them(run):
    report = as_json(run, FOLDER / "broken" / "proof.only_unanswered.json")
    (finding,) = report["findings"]
    assert set(finding) == {"code", "place", "message", "severity", "witness"}
    assert (finding["code"], finding["place"]) == ("proof.only_unanswered", "question:why")
    assert set(finding["witness"]) == {"answers", "facts"}
    assert report["questions"] == 2


def test_a_malformed_questionnaire_is_read_and_its_faults_are_coded(run, tmp_path):
    file = tmp_path / "q.json"
    page = {"id": "p", "questions": [{"id": "q", "type": "singel"}]}
    file.write_text(json.dumps({"pages": [page]}))
    report = as_json(run, file)
    assert [f["code"] for f in report["findings"]] == ["document.unknown_type"]
    assert report["shortest"] is None


def test_a_later_format_is_named_as_what_is_wrong(run, tmp_path):
    file = tmp_path / "q.json"
    file.write_text('{"format": "surveyapp/questionnaire/9", "pages": []}')
    assert [f["code"] for f in as_json(run, file)["findings"]] == ["document.not_allowed"]


def test_a_questionnaire_of_another_program_is_proved_too(run):
    sample = FOLDER.parent / "designer" / "formats" / "samples" / "surveyjs-condition-kids.json"
    report = as_json(run, sample)
    assert report["questions"] > 0
    assert report["shortest"] <= report["longest"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\x03\x04", b"\xff\xfe", b"[]", b'{"a": 1}', b'{"pages": 1}', b"[" * 100_000,
        b'{"pages": [1]}', b"x,y\n1,2\n",
    ],
)  # fmt: skip
def test_what_is_no_questionnaire_is_one_line_and_exit_2(run, tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)
    done = run(file)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_one_line_and_exit_2(run, tmp_path):
    done = run(tmp_path / "nothing.json")
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr
    assert done.stderr.count("\n") == 1


def test_as_text_there_is_a_line_for_each_finding(run):
    done = run(FOLDER / "broken" / "proof.never_shown.json")
    assert done.exit_code == 0
    assert "error: question:why: " in done.stdout
    assert "[proof.never_shown]" in done.stdout


def test_from_a_shell_without_a_database(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "questionnaire", "check",
         str(FOLDER / "branching.json"), "--format", "json"],
        cwd=FOLDER.parent.parent,
        env=os.environ | {"INSTANCE_PATH": str(tmp_path / "instance")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["findings"] == []
    assert not list(tmp_path.glob("instance/*.db*"))


def test_lengths_are_whole_numbers_of_questions_and_seconds_beside_them(run):
    report = as_json(run, FOLDER / "branching.json")
    assert (report["shortest"], report["longest"], report["questions"]) == (2, 4, 4)
    assert report["shortest_exact"] is report["longest_exact"] is True
    assert report["shortest_seconds"] < report["expected_seconds"] < report["longest_seconds"]
    assert 2 < report["expected_questions"] < 4


def test_dead_ends_come_with_the_answers_that_lead_there(run):
    report = as_json(run, FOLDER / "broken" / "proof.dead_end.json")
    (finding,) = report["findings"]
    assert finding["witness"]["answers"] == {"n": 9}
    text = run(FOLDER / "branching.json").stdout
    assert text.startswith("Nothing to mend.")
    assert "4 questions; shown: 2 to 4" in text
