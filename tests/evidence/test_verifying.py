"""Whatever was noted and is changed behind the platform's back is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from surveyapp.accounts.audit import head
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.datasets.exports.offering import export, file_path
from surveyapp.datasets.models import Flag, Review, ScreeningRun
from surveyapp.datasets.screening.running import run_screening
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution.models import SampleDesign, SampleMember
from surveyapp.evidence.verifying import Verdict, verify
from surveyapp.worker import import_kinds
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, words
from tests.datasets.studies import small_study
from tests.evidence.line import whole_line

Tamper = Callable[[], object]


def verified(known: str = "") -> Verdict:
    return verify(lambda *_: None, known)


def places(verdict: Verdict) -> list[str]:
    return [f.place for f in verdict.findings if f.severity == "error"]


@pytest.fixture
def line(any_app: Flask) -> int:
    """A study whose versions, sample, screening and export were all noted; its id."""
    return whole_line()


def test_what_nobody_changed_is_whole(line: int) -> None:
    verdict = verified()
    assert verdict.whole
    assert verdict.findings == ()
    assert verdict.head == head()
    assert verdict.compared == {
        "questionnaire.publish": 1,
        "sample.draw": 1,
        "screening.run": 1,
        "dataset.export": 1,
    }


def _reword() -> None:
    version = db.session.scalars(select(QuestionnaireVersion)).one()
    version.document = {**version.document, "title": {"en": "Something else"}}


def _recipe() -> None:
    run = db.session.scalars(select(ScreeningRun)).one()
    run.recipe = {**run.recipe, "seed": run.recipe["seed"] + 1}


def _weights() -> None:
    db.session.execute(update(SampleMember).values(design_weight=1.25))


def _frame() -> None:
    db.session.execute(update(SampleDesign).values(frame_hash="0" * 64))


@pytest.mark.parametrize(
    ("tamper", "place"),
    [
        (_reword, "questionnaire:1.v1"),
        (_recipe, "screening:1"),
        (lambda: db.session.execute(delete(Flag)), "screening:1"),
        (lambda: db.session.execute(delete(Review)), "screening:1"),
        (_weights, "design:1"),
        (_frame, "design:1"),
    ],
)
def test_a_change_in_the_database_is_named(line: int, tamper: Tamper, place: str) -> None:
    tamper()
    db.session.commit()
    assert places(verified()) == [place]


def test_a_changed_byte_of_an_export_is_named_and_a_missing_file_is_said(line: int) -> None:
    path = file_path(1)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert places(verified()) == [f"file:{path.name}"]
    path.unlink()
    verdict = verified()
    assert (verdict.whole, [f.code for f in verdict.findings]) == (True, ["evidence.gone"])


def test_an_entry_that_was_changed_breaks_the_chain_there(line: int) -> None:
    second = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[1]
    second.actor = "somebody@example.com"
    db.session.commit()
    assert places(verified())[0] == f"entry:{second.id}"


def test_a_head_kept_elsewhere_betrays_a_chain_that_was_made_anew(line: int) -> None:
    kept = head()
    assert verified(kept).whole
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    db.session.delete(last)
    db.session.commit()
    verdict = verified(kept)
    assert [f.code for f in verdict.findings] == ["evidence.head"]
    assert verified().whole, "without the head nobody sees that the end is missing"


def test_the_command_says_it_and_exits_with_it(app: Flask) -> None:
    whole_line()
    runner = app.test_cli_runner()
    result = runner.invoke(args=["verify", "--format", "json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["whole"] is True
    db.session.execute(text("UPDATE sample_member SET design_weight = 9"))
    db.session.commit()
    result = runner.invoke(args=["verify"])
    assert result.exit_code == 3
    assert "Something was changed." in result.output
    assert "design:1" in result.output


def test_the_page_verifies_and_shows_what_changed(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    import_kinds()
    study, _ = small_study()
    run_screening(study.id)
    export(study.id, "csv")
    analyst = sign_in("analyst")
    here = "/audit/evidence"
    assert head() in analyst.get(here).text
    assert analyst.post(here, data={"head": "xyz"}).status_code == 422
    assert analyst.post(here, data={"head": ""}).location == here
    assert "Waiting for its turn" in analyst.get(here).text
    do_the_work()
    assert "Nothing was changed." in words(analyst.get(here).text)
    db.session.execute(delete(Flag))
    db.session.commit()
    analyst.post(here, data={})
    do_the_work()
    page = words(analyst.get(here).text)
    assert "Something was changed." in page
    assert "screening:1" in page


def test_researchers_do_not_verify(app: Flask, sign_in: Callable[[str], AuditingClient]) -> None:
    assert sign_in("researcher").get("/audit/evidence").status_code == 403
