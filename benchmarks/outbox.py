"""The outbox: planning a wave, and sending through the gateway at 100 ms an answer.

Target: a wave of 1,000,000 invitations is planned (links given, messages queued) in under 60 s, in
memory that does not grow with it. Parts, each written when it is done, so that an interruption
loses no other: `plan-sqlite`, `plan-postgresql`, `send-sqlite`, `send-postgresql`. Which of them:
`BENCH_OUTBOX_PARTS="send-sqlite plan-sqlite"`; how many are planned: `BENCH_OUTBOX=100000`.

Each part runs in a process of its own, so that `grown_mib` is its own; the gateway runs in another,
so that `cpu_ms` (for each message) is the sender's alone. `server_s`: processor seconds of the
PostgreSQL connection that plans. PostgreSQL: TEST_POSTGRESQL_URL, as for the tests.
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

from benchmarks._report import RESULTS, report

PLANNED = int(os.environ.get("BENCH_OUTBOX", "1000000"))
SENT = 2_000
THREADS = 32
POSTGRES = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres")
NAME = "surveyapp_bench_outbox"
PARTS = ("plan-sqlite", "plan-postgresql", "send-sqlite", "send-postgresql")
KEYS = (
    "part", "messages", "seconds", "links_s", "queue_s", "again_ms",
    "per_second", "cpu_ms", "server_s", "grown_mib", "peak_mib", "load",
)  # fmt: skip


def fill(n: int) -> Any:
    """A study with `n` drawn customers, made in SQL; the sample design."""
    from surveyapp.database import db
    from surveyapp.distribution.models import DesignStratum, SampleDesign
    from tests.distribution.builders import add_customer, add_study

    study = add_study(state="draft", send_from=0, send_until=1440)
    first = add_customer(0)
    design = SampleDesign(study_id=study.id, n=n, seed=1, drawn_at=study.created_at)
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
    into = f"INSERT INTO customer (number, {columns})"
    chosen = f"SELECT 'X' || i, {columns} FROM k, customer WHERE id = :first"
    if db.engine.dialect.name == "sqlite":
        series = "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < :n - 1)"
        statement = f"{series} {into} {chosen}"
    else:
        statement = f"{into} WITH k AS (SELECT generate_series(1, :n - 1) AS i) {chosen}"
    db.session.execute(text(statement), {"n": n, "first": first})
    db.session.commit()


def plan(n: int) -> dict[str, Any]:
    """Seconds until a study that a person starts has all its links and messages, by the jobs that
    do that in a worker; what noticing that nothing is due costs then; memory and processor time.
    """
    from surveyapp.database import db
    from surveyapp.distribution import planning, starting, wave_plans
    from surveyapp.distribution.models import Message
    from surveyapp.distribution.wave_plans import Plan
    from surveyapp.jobs import running

    study = fill(n).study
    wave_plans.save(study, Plan(reminders=0, thanks=False))
    db.session.commit()
    _settle()
    before, cpu, server = _rss(), time.process_time(), _server_seconds()
    began = time.perf_counter()
    starting.start(study)
    db.session.commit()
    running.run_waiting()
    linked = time.perf_counter()
    planning.notice()
    running.run_waiting()
    queued = time.perf_counter()
    assert planning.notice() == 0
    again = time.perf_counter()
    found = db.session.scalar(db.select(db.func.count(Message.id)))
    assert found == n, found
    after = _server_seconds()
    return {
        "messages": n,
        "seconds": queued - began,
        "links_s": linked - began,
        "queue_s": queued - linked,
        "again_ms": 1000 * (again - queued),
        "cpu_ms": 1000 * (time.process_time() - cpu) / n,
        "server_s": None if server is None or after is None else after - server,
        "grown_mib": _rss() - before,
        "peak_mib": _rss(),
    }


def _settle() -> None:
    """Write out what filling left, so that planning does not pay for it."""
    from surveyapp.database import db

    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("CHECKPOINT"))
    else:
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.session.commit()


def _server_seconds() -> float | None:
    """Processor seconds so far of this process's PostgreSQL connections, on the same machine."""
    from surveyapp.database import db

    if db.engine.dialect.name != "postgresql":
        return None
    rows = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    pids = db.session.scalars(rows).all()
    db.session.rollback()
    stats = [Path(f"/proc/{pid}/stat") for pid in pids]
    if not all(stat.exists() for stat in stats):
        return None
    fields = [stat.read_text().rpartition(")")[2].split() for stat in stats]
    return sum(int(f[11]) + int(f[12]) for f in fields) / os.sysconf("SC_CLK_TCK")


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
        "messages": SENT,
        "seconds": seconds,
        "per_second": SENT / seconds,
        "cpu_ms": 1000 * (time.process_time() - cpu) / SENT,
    }


def _rss() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(part: str, database: str) -> dict[str, Any]:
    """One measurement in this process."""
    from surveyapp.worker import import_kinds
    from tests.conftest import make_app, make_settings

    import_kinds()
    with tempfile.TemporaryDirectory() as folder:
        # links to +86 may be texted, as by a domestic provider: no phone need be looked at
        app = make_app(make_settings(Path(folder), DATABASE_URL=database, SMS_DOMESTIC="1"))
        with app.app_context():
            return plan(PLANNED) if part.startswith("plan") else send(app)


def gateway() -> None:
    """The provider, in a process of its own."""
    from tests.distribution.phones import gateway as running

    with running() as phone:
        phone.set(latency=0.1, lose_receipt=1.0)
        print(phone.url, flush=True)
        sys.stdin.read()
        while True:
            time.sleep(60)


def measure(part: str) -> dict[str, Any]:
    """One part in a process and a database of its own."""
    database = "" if part.endswith("sqlite") else _fresh()
    command = [sys.executable, "-m", "benchmarks.outbox", part, database]
    load = round(os.getloadavg()[0], 1)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = {**json.loads(done.stdout.splitlines()[-1]), "part": part, "load": load}
    return {key: found.get(key) for key in KEYS}


def _fresh() -> str:
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{NAME}"'))
    engine.dispose()
    return POSTGRES.rsplit("/", 1)[0] + f"/{NAME}"


def _known() -> dict[str, dict[str, Any]]:
    """Part → what was measured of it before."""
    path = RESULTS / "outbox.json"
    rows = json.loads(path.read_text("utf-8"))["rows"] if path.exists() else []
    return {row["part"]: row for row in rows if row.get("part") in PARTS}


def main() -> None:
    """Measure the parts that are asked for (all of them) and write each as it comes."""
    for part in os.environ.get("BENCH_OUTBOX_PARTS", " ".join(PARTS)).split():
        rows = {**_known(), part: measure(part)}
        report("outbox", [rows[one] for one in PARTS if one in rows])


if __name__ == "__main__":
    if sys.argv[1] == "gateway":
        gateway()
    else:
        print(json.dumps(one(sys.argv[1], ([*sys.argv, ""])[2])))
