"""The main job on a small scale: from an empty folder to checked files, over real HTTP."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from surveyapp.accounts import audit
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.demo.pipeline import Run, Scale
from surveyapp.demo.stage import stage
from surveyapp.distribution.models import Message
from tests import ports

TINY = Scale(customers=400, sample=170, people=40, threads=4, formats=("csv",))
KEYS = {
    "customers",
    "cities",
    "strata",
    "sampled",
    "sent",
    "delivered",
    "opened",
    "started",
    "completed",
    "opted_out",
    "screening",
    "alpha",
    "kmo",
    "bartlett",
    "nps",
    "weighted_total",
    "seconds",
    "files",
    "survey_link",
}


@pytest.mark.fault
def test_the_main_job_from_import_to_export(tmp_path: Path) -> None:
    told: list[str] = []
    with stage(tmp_path, environment={}, port=ports.free(), phone_port=ports.free()) as on:
        found = Run(on, TINY, lambda step, *_: told.append(step)).perform(tmp_path)
        summary = json.loads(json.dumps(found, allow_nan=False))
        assert summary.keys() >= KEYS

        funnel = [
            summary[step]
            for step in ("customers", "sampled", "sent", "delivered", "opened", "started")
        ]
        assert funnel == sorted(funnel, reverse=True)
        assert (summary["customers"], summary["cities"]) == (400, 32)
        assert summary["sampled"] == TINY.sample
        assert 1 < summary["strata"] <= 96
        assert summary["sent"] + summary["opted_out"] >= TINY.sample
        assert 0 < summary["completed"] <= summary["started"] <= 40

        judged = summary["screening"]
        assert set(judged["layers"]) == {"1", "2"}
        assert judged["planted"]["total"] + judged["genuine"] <= summary["completed"]
        for layer in (*judged["layers"].values(), judged["excluded"]):
            assert 0 <= layer["caught"]["total"] <= judged["planted"]["total"]
            assert 0 <= layer["false_positives"] <= judged["genuine"]

        assert 0 < summary["alpha"] <= 1
        assert summary["kmo"] is None or 0 < summary["kmo"] < 1
        assert -100 <= summary["nps"] <= 100
        assert 0 <= summary["weighted_total"] <= 100
        steps = {name: spent for name, spent in summary["seconds"].items() if name != "total"}
        assert set(steps) == {step for step in told if step in steps}
        assert summary["seconds"]["total"] == pytest.approx(sum(steps.values()), abs=0.1)

        kinds = {Path(file).name.rpartition(".")[2] for file in summary["files"]}
        assert len(summary["files"]) == 8
        assert "csv" in kinds
        assert all(Path(file).stat().st_size > 0 for file in summary["files"])
        assert all(Path(file).is_relative_to(tmp_path) for file in summary["files"])

        assert on.gateway.texts.doubled() == {}
        texts = db.session.query(Message).filter(Message.provider_sid.is_not(None)).count()
        assert len(on.gateway.texts.outbound()) == texts

        trail = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
        assert audit.broken_at(trail) is None
        assert {"dataset.export", "screening.run"} <= {entry.action for entry in trail}

        with urllib.request.urlopen(summary["survey_link"], timeout=30) as page:
            said = page.read().decode()
        assert "<form" in said
