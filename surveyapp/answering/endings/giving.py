"""What somebody who completed is given, once; and what their closing page then shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from surveyapp.answering.endings import addresses, call_backs, coupons
from surveyapp.answering.endings.call_backs import Offer
from surveyapp.answering.models import Response
from surveyapp.answering.visits import Visit
from surveyapp.database import db
from surveyapp.designer.document import Document, Ending
from surveyapp.designer.endings import ending_of, parameters_of
from surveyapp.designer.rules import Facts


@dataclass(frozen=True)
class Given:
    """An ending, and what comes with it for one person.

    code: empty where the stock had none. address: empty where there is none (any more).
    """

    ending: Ending
    code: str = ""
    address: str = ""
    offer: Offer | None = None

    @property
    def lacks_code(self) -> bool:
        """Whether the words promise a code that the stock did not have."""
        return self.ending.coupon and not self.code

    @property
    def site(self) -> str:
        """The name of the site that the address is at."""
        return urlsplit(self.address).hostname or ""

    @property
    def leaves_at_once(self) -> bool:
        """Whether the person goes on without a press: nothing else is to be read."""
        waits = self.ending.coupon or self.ending.call_back
        return bool(self.address) and self.ending.at_once and not waits


def give(
    visit: Visit, response_id: int, document: Document, answers: Mapping[str, Any], facts: Facts
) -> None:
    """Take what the ending gives, in the transaction that accepts the response.

    A store's terminal shows nothing that the next person could read, so that it is given nothing.
    """
    ending = ending_of(document, answers, facts)
    if ending is None or visit.terminal:
        return
    if ending.coupon:
        coupons.claim(visit.study_id, response_id)
    if ending.address:
        addresses.prepare(visit.study_id)


def ending_for(visit: Visit, document: Document) -> Ending | None:
    """The ending of a visit that completed, from its answers and facts as they were accepted."""
    return ending_of(document, visit.answers, visit.facts)


def given_to(visit: Visit, document: Document) -> Given | None:
    """What the closing page shows of it. Reads only."""
    ending = ending_for(visit, document)
    if ending is None or visit.response_id is None or visit.terminal:
        return Given(ending) if ending else None
    return Given(
        ending,
        (coupons.code_of(visit.response_id) or "") if ending.coupon else "",
        _address(visit, document, ending) if ending.address else "",
        call_backs.offer(visit) if ending.call_back else None,
    )


def _address(visit: Visit, document: Document, ending: Ending) -> str:
    secret = addresses.secret_of(visit.study_id)
    asked = select(Response.completed_at).where(Response.id == visit.response_id)
    completed_at = db.session.scalar(asked)
    if secret is None or completed_at is None or visit.response_id is None:
        return ""
    values = parameters_of(document, ending, visit.answers, visit.facts)
    if visit.touchpoint_id:
        values = {"touchpoint": visit.base.rpartition("/")[2], **values}
    return addresses.address_of(ending, visit.response_id, values, completed_at, secret)
