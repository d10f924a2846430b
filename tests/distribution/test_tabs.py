"""The groups of a study's pages: which is open, and what a role sees of them."""

from __future__ import annotations

import pytest
from lxml import html

from surveyapp.database import db
from tests.auditing import AuditingClient
from tests.distribution.builders import add_study


def rows(client: AuditingClient, address: str) -> tuple[str, str, list[str]]:
    """The open group, the open page of it, and all groups."""
    page = html.document_fromstring(client.get(address).get_data(as_text=True))
    tabs = page.xpath("//nav[contains(@class, 'tabs')]")
    here = [one.xpath("string(a[@aria-current])").strip() for one in tabs]
    return here[0], here[1] if len(here) > 1 else "", tabs[0].xpath("a/text()")


@pytest.mark.parametrize(
    ("tail", "group", "page"),
    [
        ("", "Overview", ""),
        ("/sample", "Plan", "Sample"),
        ("/waves", "Fieldwork", "Waves"),
        ("/analysis", "Analysis", "Standings"),
        ("/analysis/tables", "Analysis", "Tables"),
        ("/exports/kept", "Reports and exports", "Exports"),
    ],
)
def test_a_page_stands_in_the_group_of_its_job(
    staff: AuditingClient, tail: str, group: str, page: str
) -> None:
    study = add_study()
    db.session.commit()
    found = rows(staff, f"/studies/{study.id}{tail}")
    assert found[:2] == (group, page)
    assert len(found[2]) == 7
