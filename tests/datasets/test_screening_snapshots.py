"""Screening a snapshot: frozen rows, a named digest, exclusions that can be undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.gather import dataset
from surveyapp.datasets.models import ScreeningRun
from surveyapp.datasets.screening.running import run_screening
from surveyapp.datasets.sensitivity import sensitivity
from surveyapp.datasets.snapshots import taking
from surveyapp.datasets.snapshots.models import Snapshot
from surveyapp.distribution.models import Study
from surveyapp.evidence.verifying import verify
from surveyapp.findings import SurveyError
from surveyapp.reports import publication
from surveyapp.reports.snapshots import refresh
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, flagged, words
from tests.datasets.studies import small_study

pytestmark = pytest.mark.usefixtures("app")
SignIn = Callable[[str], AuditingClient]
FORM = {"speed_share": "0.3", "pattern_kinds": "2", "review_share": "0.1", "seed": "7"}


def frozen_study() -> tuple[Study, Snapshot]:
    """A study whose newest answer came after its snapshot; it would be flagged."""
    study, _ = small_study()
    newest = db.session.scalars(db.select(Response).order_by(Response.id.desc())).first()
    assert newest is not None
    done, newest.completed_at = newest.completed_at, None
    db.session.commit()
    snapshot = taking.take(study.id)
    newest.completed_at = done
    db.session.commit()
    return study, snapshot


def test_a_run_on_a_snapshot_flags_what_was_frozen_and_names_its_digest() -> None:
    study, snapshot = frozen_study()
    now = run_screening(study.id)
    run = run_screening(study.id, snapshot=snapshot)
    assert run.dataset_hash == snapshot.dataset_hash != now.dataset_hash
    assert run.summary["n"] == snapshot.rows == now.summary["n"] - 1
    assert run.summary["snapshot"]["sha256"] == snapshot.sha256
    assert flagged(run)
    again = run_screening(study.id, snapshot=snapshot)
    assert again.result_hash == run.result_hash
    assert verify(lambda *_: None).whole


def test_its_exclusions_stand_in_the_log_and_can_be_undone() -> None:
    study, snapshot = frozen_study()
    before = set(dataset(study.id).ids)
    run = run_screening(study.id, snapshot=snapshot)
    out = cleaning.excluded(study.id)
    assert out
    assert {line.run_id for line in out.values()} == {run.id}
    assert set(out) <= set(taking.read(snapshot).data.ids) < before
    first = min(out)
    cleaning.restore(first, "read it again")
    run_screening(study.id, snapshot=snapshot)
    assert first not in cleaning.excluded(study.id)


def test_the_sensitivity_table_is_of_the_snapshot() -> None:
    study, snapshot = frozen_study()
    run = run_screening(study.id, snapshot=snapshot)
    expected = sensitivity(taking.read(snapshot).data, cleaning.excluded(study.id))
    found = run.summary["sensitivity"]
    assert [(s["step"], s["n"], s["taken"]) for s in found] == [
        (s["step"], s["n"], s["taken"]) for s in expected
    ]
    assert found[0]["n"] == snapshot.rows
    assert found[0]["weighted_total"]["mean"] == expected[0]["weighted_total"]["mean"]


def test_another_snapshot_in_the_summary_is_found_out() -> None:
    study, snapshot = frozen_study()
    run = run_screening(study.id, snapshot=snapshot)
    run.summary = {**run.summary, "snapshot": {"id": snapshot.id, "sha256": "0" * 64}}
    db.session.commit()
    (found,) = verify(lambda *_: None).findings
    assert (found.code, found.place) == ("evidence.changed", f"screening:{run.id}")


def test_a_changed_or_strange_snapshot_is_not_screened() -> None:
    study, snapshot = frozen_study()
    with pytest.raises(ValueError, match="another study"):
        run_screening(study.id + 1, snapshot=snapshot)
    (taking.folder() / snapshot.name / "values.parquet").write_bytes(b"other")
    with pytest.raises(SurveyError) as refusal:
        run_screening(study.id, snapshot=snapshot)
    assert refusal.value.findings[0].code == "snapshot.changed"
    assert not db.session.scalars(db.select(ScreeningRun)).all()


def test_the_page_offers_snapshots_and_shows_what_was_screened(sign_in: SignIn) -> None:
    analyst = sign_in("analyst")
    study, snapshot = frozen_study()
    here = f"/studies/{study.id}/screening"
    assert "The answers of now" in words(analyst.get(here).text)
    assert analyst.post(here, data={**FORM, "snapshot": "999"}).status_code == 200
    analyst.post(here, data={**FORM, "snapshot": str(snapshot.id)})
    job = do_the_work()
    assert "sensitivity" not in job.result["summary"]
    page = words(analyst.get(here).text)
    assert f"snapshot {snapshot.sha256[:16]}" in page
    refresh(study.id)
    told = words(analyst.get(f"/studies/{study.id}/analysis/data").text)
    assert "What it changes on the snapshot of" in told
    assert snapshot.sha256[:16] in told
    publication.set_minimum(study.id, 500)
    db.session.commit()
    assert "What it changes on" not in words(analyst.get(f"/studies/{study.id}/analysis/data").text)
