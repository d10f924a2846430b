"""The study page: without a sample, with one, with answers; its moving part; what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import event

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.models import ExportFile
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)
from surveyapp.reports import snapshots
from tests.auditing import AuditingClient
from tests.datasets.studies import make_study, small_study
from tests.distribution.builders import add_customers, add_invitations
from tests.distribution.outboxes import add_wave

SignIn = Callable[[str], AuditingClient]
NEVER = re.compile(r"\b(nan|NaN|None|Infinity|inf|undefined)\b")

PARTS = (
    "Dimension scores",
    "NPS",
    "Distribution of the total",
    "KMO",
    "Bartlett",
    "What the screening changes",
    "Screening",
    "Exports",
    "What happens next",
)


def words(page: str) -> str:
    """What a person reads on a page, in one line."""
    tree = html.document_fromstring(page)
    for element in tree.xpath("//script | //style"):
        element.drop_tree()
    return " ".join(tree.text_content().split())


def answered_study() -> Study:
    """77 completed answers, their invitations on their way, one reminder wave."""
    study, _ = small_study()
    sent = clock.now() - timedelta(days=1)
    for invitation in db.session.query(Invitation):
        invitation.invited_at = invitation.delivered_at = sent
        invitation.opened_at = invitation.started_at = invitation.completed_at = sent
    add_wave(study, "reminder", after_days=3, starts_at=None)
    db.session.commit()
    return study


def version_of(page: str) -> str:
    found = re.search(r'"v": ?"([0-9a-f]+)"', page.replace("&#34;", '"'))
    assert found is not None
    return found[1]


def test_without_a_sample_the_page_leads_to_drawing_one(staff: AuditingClient) -> None:
    study = make_study()
    db.session.commit()
    page = staff.get(f"/studies/{study.id}").text
    assert "No sample yet" in page
    assert f'href="/studies/{study.id}/sample"' in page
    assert staff.get("/studies/99").status_code == 404
    assert staff.get("/studies/99/live").status_code == 404


def test_with_a_sample_and_no_answers_nothing_is_made_up(staff: AuditingClient) -> None:
    study = make_study()
    add_invitations(study, 3)
    db.session.commit()
    said = words(staff.get(f"/studies/{study.id}").text)
    assert "of 3 sampled" in said
    assert "no answers yet" in said
    assert "No wave yet" in said
    assert "No answers yet" in said
    assert not NEVER.search(said)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_study_whose_answers_are_all_excluded_shows_no_answers(
    staff: AuditingClient, language: str
) -> None:
    study = make_study()
    add_invitations(study, 1)
    row = Response(
        study_id=study.id,
        version_id=study.version_id,
        invitation=db.session.query(Invitation).one(),
        mode="link",
        language="en",
        state="completed",
        seed=1,
        answers={"overall": 4, "nps": 9},
        started_at=clock.now() - timedelta(minutes=3),
        completed_at=clock.now(),
    )
    db.session.add(row)
    db.session.commit()
    cleaning.exclude(row.id, "a test by the shop")
    db.session.commit()
    snapshots.refresh(study.id)
    staff.post(f"/language/{language}")
    page = staff.get(f"/studies/{study.id}").text
    said = words(page)
    assert not NEVER.search(said)
    shown, chart, kept = {
        "en": ("no answers yet", "No answers.", "n = 0"),
        "zh-Hans": ("还没有答卷", "没有答卷。", "n = 0"),
    }[language]
    assert said.count(shown) == 2, "in place of the total and of the recommendation"
    assert said.count(chart) == 2
    assert kept in said, "the dimensions name their base"
    figures = html.document_fromstring(page).xpath("//section[.//h2[@id='dimensions-title']]")
    assert "0.0" not in figures[0].text_content()


def test_with_answers_every_part_stands_there_in_both_languages(staff: AuditingClient) -> None:
    study = answered_study()
    kept = snapshots.refresh(study.id)
    page = staff.get(f"/studies/{study.id}").text
    said = words(page)
    assert f"{kept.figures['weighted_total']['mean']:.1f}" in said
    assert f"{kept.figures['overall']['alpha']:.3f}" in said
    assert "n = 77" in said
    for part in PARTS:
        assert part in said, part
    assert not NEVER.search(said)
    tree = html.document_fromstring(page)
    assert all(svg.get("aria-label") for svg in tree.iter("svg") if svg.get("role") == "img")
    staff.post("/language/zh-Hans")
    chinese = words(staff.get(f"/studies/{study.id}").text)
    left = re.findall(r"[A-Za-z]{4,}(?: [a-z]+)+", chinese)
    assert "响应速度" in chinese
    assert not left, "English sentences on the Chinese page"


def test_the_moving_part_comes_again_only_when_something_moved(staff: AuditingClient) -> None:
    study = answered_study()
    live = f"/studies/{study.id}/live"

    def version() -> str:
        """The version of a fragment that is newer than the last."""
        answer = staff.get(live, query_string={"v": seen[-1]})
        assert answer.status_code == 200
        assert "<html" not in answer.text
        seen.append(version_of(answer.text))
        assert staff.get(live, query_string={"v": seen[-1]}).status_code == 204
        return seen[-1]

    seen = [version_of(staff.get(f"/studies/{study.id}").text)]
    nothing_new = staff.get(live, query_string={"v": seen[0]})
    assert (nothing_new.status_code, nothing_new.data) == (204, b"")
    snapshots.refresh(study.id)
    version()
    cleaning.exclude(1, "by the shop assistant")
    db.session.commit()
    version()
    db.session.add(ExportFile(study_id=study.id, format="csv", name="a.csv"))
    db.session.commit()
    version()
    study.state = "paused"
    db.session.commit()
    version()
    assert len(set(seen)) == 5


def test_every_member_of_staff_may_look_and_no_stranger(
    sign_in: SignIn, client: AuditingClient
) -> None:
    study = make_study()
    db.session.commit()
    for role in ("analyst", "researcher"):
        assert sign_in(role).get(f"/studies/{study.id}").status_code == 200
    assert client.get(f"/studies/{study.id}").location.startswith("/sign-in")


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that the database gets inside the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def study_of(customers: list[Customer]) -> Study:
    """A study whose draw has a stratum for each customer."""
    study = make_study()
    add_wave(study)
    design = SampleDesign(study_id=study.id, n=len(customers), seed=1, drawn_at=clock.now())
    db.session.add(design)
    db.session.flush()
    for customer in customers:
        key = {"city": f"City {customer.id}"}
        stratum = DesignStratum(design=design, key=key, label=str(customer.id), size=9, n=1)
        db.session.add(
            SampleMember(
                design_id=design.id,
                stratum=stratum,
                customer=customer,
                inclusion_probability=1 / 9,
                design_weight=9,
            )
        )
    db.session.commit()
    return study


def test_the_page_asks_the_database_equally_often_for_2_and_for_60_strata(
    staff: AuditingClient,
) -> None:
    customers = add_customers(60)
    addresses = {n: f"/studies/{study_of(customers[:n]).id}" for n in (2, 60)}
    spent = []
    for strata, address in addresses.items():
        db.session.remove()
        with counting() as statements:
            page = staff.get(address).text
        assert page.count("City ") == strata
        spent.append(len(statements))
    assert spent[0] == spent[1]
    assert spent[0] <= 20
