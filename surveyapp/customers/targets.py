"""What an import may be of: customers or events, under the options that a person chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from surveyapp.customers.events.target import events
from surveyapp.customers.importing import Target, customers
from surveyapp.findings import N_
from surveyapp.zones import HOME

OPTIONS: dict[str, dict[str, Any]] = {"customers": {"opt_in": False}, "events": {"zone": HOME}}
"""Subject → its options, as they are until a person chooses."""


@dataclass(frozen=True)
class Wording:
    """How the pages of an import speak of a subject; msgids."""

    title: str
    lead: str
    hint: str
    created: str
    repeated: str


WORDINGS = {
    "customers": Wording(
        N_("Import customers"),
        N_("One customer per row. Nothing is saved before you have seen the first rows."),
        N_("Only the customer number is needed; it tells customers apart, so the same file may be imported again. A blank cell keeps what is known."),  # noqa: E501
        N_("New customers"),
        N_("%(count)s rows repeat a customer number that stood higher up; the lower row won. Rows: %(rows)s"),  # noqa: E501
    ),
    "events": Wording(
        N_("Import events"),
        N_("One purchase, service case, delivery … per row. Nothing is saved before you have seen the first rows."),  # noqa: E501
        N_("Four columns are needed. The event id tells events apart, so the same file may be imported again: a case that was closed since is brought up to date."),  # noqa: E501
        N_("New events"),
        N_("%(count)s rows repeat an event id that stood higher up; the lower row won. Rows: %(rows)s"),  # noqa: E501
    ),
}  # fmt: skip


def target(of: str, options: dict[str, Any]) -> Target:
    """The target of an import of `of`, a name in OPTIONS."""
    chosen = {**OPTIONS[of], **options}
    return customers(**chosen) if of == "customers" else events(**chosen)
