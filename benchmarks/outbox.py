"""The outbox: planning a wave, and sending through the gateway at 100 ms an answer.

Target: a wave of 1,000,000 invitations is planned (links given, messages queued) in under 60 s, in
memory that does not grow with it. `BENCH_OUTBOX=1000000` measures that size; 100,000 otherwise.
Each engine and size runs in a process of its own, so that `rss_mib` is its own; the gateway runs in
another, so that `cpu_ms` is the sender's alone. PostgreSQL: TEST_POSTGRESQL_URL, as for the tests.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks._report import report

PLANNED = int(os.environ.get("BENCH_OUTBOX", "100000"))
SENT = 2_000
THREADS = 32
POSTGRES = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres")
NAME = "surveyapp_bench_outbox"


def fill(n: int) -> Any:
    """A study with `n` drawn customers, made in SQL; the sample design."""
    from surveyapp.database import db
    from surveyapp.distribution.models import DesignStratum, SampleDesign
    from tests.distribution.builders import add_customer, add_study

    study = add_study(state="running", send_from=0, send_until=1440)
    first = add_customer(0)
    design = SampleDesign(study_id=study.id, n=n, seed=1)
    db.session.add(design)
    db.session.flush()
    stratum = DesignStratum(design_id=design.id, key={}, label="all", size=n, n=n, sd=None)
    db.session.add(stratum)
    db.session.commit()
    _copy_customers(first.id, n)
    db.session.execute(
        text(
            "INSERT INTO sample_member (design_id, stratum_id, customer_id,"
            " inclusion_probability, design_weight)"
            " SELECT :d, :s, id, 1.0, 1.0 FROM customer"
        ),
        {"d": design.id, "s": stratum.id},
    )
    db.session.commit()
    return design


def _copy_customers(first: int, n: int) -> None:
    """Customer rows like the first; their names and phones are not read here."""
    from surveyapp.customers.models import Customer
    from surveyapp.database import db

    names = [c.name for c in Customer.__table__.columns if c.name not in {"id", "number"}]
    columns = ", ".join(names)
    series = (
        "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < :n - 1)"
        if db.engine.dialect.name == "sqlite"
        else "WITH k AS (SELECT generate_series(1, :n - 1) AS i)"
    )
    db.session.execute(
        text(
            f"INSERT INTO customer (number, {columns}) {series}"
            f" SELECT 'X' || i, {columns} FROM k, customer WHERE id = :first"
        )
        if db.engine.dialect.name == "postgresql"
        else text(
            f"{series} INSERT INTO customer (number, {columns})"
            f" SELECT 'X' || i, {columns} FROM k, customer WHERE id = :first"
        ),
        {"n": n, "first": first},
    )
    db.session.commit()


def plan(n: int) -> dict[str, Any]:
    """Seconds for links and messages, and how much memory that took at most."""
    from surveyapp.database import db
    from surveyapp.distribution import invitations, waves
    from tests.distribution.outboxes import add_wave

    design = fill(n)
    before, cpu = _rss(), time.process_time()
    began = time.perf_counter()
    assert invitations.issue(design) == n
    db.session.commit()
    linked = time.perf_counter()
    add_wave(design.study)
    db.session.commit()
    assert waves.expand_due() == n
    queued = time.perf_counter()
    assert waves.expand_due() == 0
    again = time.perf_counter()
    return {
        "job": "plan",
        "messages": n,
        "seconds": queued - began,
        "links_s": linked - began,
        "queue_s": queued - linked,
        "again_ms": 1000 * (again - queued),
        "cpu_ms": 1000 * (time.process_time() - cpu) / n,
        "grown_mib": _rss() - before,
    }


def send(app: Any) -> dict[str, Any]:
    """Messages a second and the sender's own processor time for each."""
    from surveyapp.distribution.sending import Sender
    from tests.distribution.outboxes import ready

    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.outbox", "gateway"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        app.config["SETTINGS"] = replace(
            app.config["SETTINGS"], twilio_api_base=url, sms_domestic=True, sms_rate=10_000.0
        )
        ready(SENT)
        began, cpu = time.perf_counter(), time.process_time()
        tally = Sender(app).drain(THREADS)
        seconds = time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(10)
    assert tally["accepted"] == SENT, tally
    return {
        "job": "send",
        "messages": SENT,
        "seconds": seconds,
        "per_second": SENT / seconds,
        "cpu_ms": 1000 * (time.process_time() - cpu) / SENT,
    }


def _rss() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(job: str, n: int, database: str) -> dict[str, Any]:
    """One measurement in this process."""
    from tests.conftest import make_app, make_settings

    with tempfile.TemporaryDirectory() as folder:
        app = make_app(make_settings(Path(folder), DATABASE_URL=database))
        with app.app_context():
            return plan(n) if job == "plan" else send(app)


def gateway() -> None:
    """The provider, in a process of its own."""
    from tests.distribution.phones import gateway as running

    with running() as phone:
        phone.set(latency=0.1, lose_receipt=1.0)
        print(phone.url, flush=True)
        sys.stdin.read()
        while True:
            time.sleep(60)


def measure(job: str, engine: str) -> dict[str, Any]:
    """One measurement in a process and a database of its own."""
    database = "" if engine == "sqlite" else _fresh()
    command = [sys.executable, "-m", "benchmarks.outbox", job, database]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    load = round(os.getloadavg()[0], 1)
    return {"engine": engine, **{k: found.get(k) for k in KEYS}, "load": load}


KEYS = (
    "job", "messages", "seconds", "links_s", "queue_s", "again_ms",
    "per_second", "cpu_ms", "grown_mib",
)  # fmt: skip


def _fresh() -> str:
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{NAME}"'))
    engine.dispose()
    return POSTGRES.rsplit("/", 1)[0] + f"/{NAME}"


def main() -> None:
    """Measure everything and write the report."""
    rows = [measure(job, engine) for engine in ("sqlite", "postgresql") for job in ("plan", "send")]
    report("outbox", rows)


if __name__ == "__main__":
    if sys.argv[1] == "gateway":
        gateway()
    else:
        print(json.dumps(one(sys.argv[1], PLANNED, ([*sys.argv, ""])[2])))
