"""Who knocks: a personal link or a printed code, and how far its response is. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select

from surveyapp import clock
from surveyapp.answering import receipts, resuming, terminals
from surveyapp.answering.models import Response
from surveyapp.customers.models import Customer
from surveyapp.database import connection, vault
from surveyapp.designer.facts import CUSTOMER, TOUCHPOINT, as_facts, facts_of
from surveyapp.designer.rules import Facts
from surveyapp.distribution import links
from surveyapp.distribution.models import Invitation, Study, Touchpoint
from surveyapp.distribution.receipt_batches import Slip, revoked

OPEN, EARLY, CLOSED, GONE = "open", "early", "closed", "gone"
DONE, SCREENED, FULL = "completed", "screened_out", "quota_full"
FINISHED = frozenset({DONE, SCREENED, FULL})
"""States of a response that takes no further answers."""


@dataclass(frozen=True)
class Visit:
    """One person's door to one study, as it stands at this moment."""

    base: str
    """Path of the page: `/r/TOKEN` or `/q/CODE`."""
    key: str
    """Names this response in the browser's storage; tells nothing about the token."""
    state: str
    """open, early (not yet), closed, gone (expired, switched off) or one of FINISHED."""
    study_id: int
    version_id: int
    invitation_id: int | None = None
    touchpoint_id: int | None = None
    token_hash: str | None = None
    response_id: int | None = None
    language: str | None = None
    opened: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)
    """With `sequences` and the response's `facts`: empty in a visit that was read briefly."""
    sequences: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What is known of the customer and the touchpoint; `knowing` adds what changes."""
    seed: int = 0
    """Of everything random. Before the first save it follows from the key, so that a page that is
    loaded again stands in the same order though nothing was written."""
    mode: str = "link"
    terminal: bool = False
    """Whether the device is a store's own, used by one person after the other."""
    card: str | None = None
    """The number of a member's card that was read at a terminal, as it was sent; empty: it was
    taken back; None: nothing was said."""
    interview: Mapping[str, Any] | None = None
    """What the page of an interviewer needs beside the rest; None: the person answers alone."""
    once: str = ""
    """What a touchpoint takes one answer of: a device, a receipt; empty: no limit."""
    slip: Slip | None = None
    """The receipt whose own code was scanned or typed."""
    asks_position: bool = False
    """Whether the page offers to share the position once."""
    zone: str = "UTC"
    brand_id: int | None = None
    """The study's choice of a brand. Not known in a visit that was read briefly."""
    earlier_version_id: int | None = None
    """Without a response: the version that the study asked before `moved_at`."""
    moved_at: datetime | None = None

    @property
    def may_move(self) -> bool:
        """Whether the person may be given a code to go on with elsewhere: theirs is no link of
        their own, no receipt that says who they are, and no device of the store.
        """
        return bool(self.touchpoint_id) and not self.terminal and self.once not in receipts.NUMBERED

    @property
    def extra(self) -> str:
        """The script that this visit needs beside the common ones (assets.EXTRAS); usually none."""
        if self.terminal or self.interview:
            return "terminal" if self.terminal else "interview"
        return "position" if self.asks_position else ""

    def as_opened(self, opened: datetime | None) -> Visit:
        """The visit of a page that was opened before the study moved: it finishes on its own."""
        if self.earlier_version_id and self.moved_at and opened and opened < self.moved_at:
            return replace(self, version_id=self.earlier_version_id)
        return self


_STUDY: tuple[Any, ...] = (
    Study.id.label("study_id"),
    Study.state.label("study_state"),
    Study.opens_at,
    Study.closes_at,
    Study.timezone,
    Study.version_id,
    Study.next_version_id,
    Study.next_version_at,
)
_PROGRESS: tuple[Any, ...] = (
    Response.id.label("response_id"),
    Response.state.label("response_state"),
    Response.version_id.label("response_version"),
    Response.language.label("response_language"),
    Response.seed,
    Response.mode.label("response_mode"),
)
_ANSWERED: tuple[Any, ...] = (Response.answers, Response.sequences, Response.facts, Study.brand_id)
_CUSTOMER: tuple[Any, ...] = tuple(
    getattr(Customer, name).label(f"fact_{name}") for name in CUSTOMER
)
_TOUCHPOINT: tuple[Any, ...] = tuple(
    getattr(Touchpoint, name).label(f"fact_{name}") for name in TOUCHPOINT
)


def _personal(way: str, response: tuple[Any, ...]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Invitation.id.label("invitation_id"),
            Invitation.language.label("invited_in"),
            Invitation.expires_at,
            Invitation.opened_at,
            Customer.erased_at,
            *_STUDY,
            *response,
            *_CUSTOMER,
            Customer.extra,
        )
        .join(Study, Study.id == Invitation.study_id)
        .join(Customer, Customer.id == Invitation.customer_id)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .where(links.WAYS[way])
    )


def _printed(response: tuple[Any, ...]) -> Select[*tuple[Any, ...]]:
    mine = and_(Response.token_hash == bindparam("hash"), Response.touchpoint_id == Touchpoint.id)
    return (
        select(
            Touchpoint.id.label("touchpoint_id"),
            Touchpoint.active,
            Touchpoint.once,
            Study.asks_position,
            Touchpoint.latitude,
            *_STUDY,
            *response,
            *_TOUCHPOINT,
        )
        .join(Study, Study.id == Touchpoint.study_id)
        .outerjoin(Response, mine)
        .where(Touchpoint.code == bindparam("code"))
    )


_WHOLE = (*_PROGRESS, *_ANSWERED)
_PERSONAL = {
    (way, briefly): _personal(way, _PROGRESS if briefly else _WHOLE)
    for way in links.WAYS
    for briefly in (True, False)
}
_PRINTED = {True: _printed(_PROGRESS), False: _printed(_WHOLE)}


def by_token(token: str, *, briefly: bool = False) -> Visit | None:
    """The visit that a personal link's token opens; None for anything that is no living token.

    briefly: without what was answered, which a save merges in the database and need not read.
    """
    row = _row_of(token, briefly)
    if row is None:
        return None
    token_hash = links.hash_of(token)
    expired = row.expires_at is not None and row.expires_at <= clock.now()

    def facts() -> Facts:
        return facts_of(customer=_customer(row))

    return Visit(
        base=f"/r/{token}",
        key=token_hash[:24],
        state=_state(row, expired),
        invitation_id=row.invitation_id,
        opened=row.opened_at is not None,
        **_progress(row, token_hash, "link", row.invited_in, facts, briefly),
    )


def _customer(row: Row[Any]) -> dict[str, object]:
    if row.erased_at:
        return {}
    fixed = {name: getattr(row, f"fact_{name}") for name in CUSTOMER}
    return {**fixed, **as_facts(row.extra)}


def _row_of(token: str, briefly: bool) -> Row[Any] | None:
    for way, given in links.lookups(token):
        if (row := connection().execute(_PERSONAL[way, briefly], given).first()) is not None:
            return row
    return None


def by_code(code: str, secret: str, *, briefly: bool = False) -> Visit | None:
    """The visit of whoever scans the code `code`; `secret` is their browser's own token.

    At a store terminal `secret` is the terminal's name for the person before it.
    """
    token_hash = resuming.token_hash(secret)
    given = {"hash": token_hash, "code": code}
    row = connection().execute(_PRINTED[briefly], given).first()
    if row is None:
        return None

    def facts() -> Facts:
        return facts_of(touchpoint={name: getattr(row, f"fact_{name}") for name in TOUCHPOINT})

    slip = receipts.slip_in(code, secret) if row.once == receipts.CODE else None
    void = slip is not None and row.response_id is None and revoked(slip.batch_id)
    visit = Visit(
        base=f"/q/{code}",
        key=token_hash[:24],
        state=_state(row, not row.active or void),
        touchpoint_id=row.touchpoint_id,
        token_hash=token_hash,
        opened=True,
        terminal=row.fact_channel == terminals.CHANNEL,
        once=row.once,
        slip=slip,
        asks_position=row.asks_position
        and row.latitude is not None
        and row.fact_channel != terminals.CHANNEL,
        **_progress(row, token_hash, "qr", None, facts, briefly),
    )
    return visit if visit.response_id or not visit.terminal else _at_terminal(visit, secret)


def brand_of(code: str) -> int | None:
    """The brand that the study of a printed code has chosen."""
    chosen = select(Study.brand_id).join(Touchpoint, Touchpoint.study_id == Study.id)
    found: int | None = connection().execute(chosen.where(Touchpoint.code == code)).scalar()
    return found


def _at_terminal(visit: Visit, person: str) -> Visit:
    seed = terminals.seed_of(person)
    return replace(visit, mode=terminals.CHANNEL, seed=visit.seed if seed is None else seed)


def _state(row: Row[Any], gone: bool) -> str:
    now = clock.now()
    if row.response_state in FINISHED:
        return str(row.response_state)
    if row.study_state == "closed" or (row.closes_at and row.closes_at <= now):
        return CLOSED
    if gone:
        return GONE
    if row.study_state == "draft" or (row.opens_at and row.opens_at > now):
        return EARLY
    return OPEN


def _version(row: Row[Any]) -> dict[str, Any]:
    """The version that who begins now is asked, and until when it was another one."""
    if row.next_version_at is None or row.next_version_at > clock.now():
        return {"version_id": row.version_id}
    return {
        "version_id": row.next_version_id,
        "earlier_version_id": row.version_id,
        "moved_at": row.next_version_at,
    }


def _progress(
    row: Row[Any],
    token_hash: str,
    mode: str,
    language: str | None,
    facts: Callable[[], Facts],
    briefly: bool,
) -> dict[str, Any]:
    """The fields of a visit that a response answers, or the study while there is none."""
    common = {"study_id": row.study_id, "zone": row.timezone}
    if not briefly:
        common["brand_id"] = row.brand_id
    if row.response_id is None:
        return {
            **common,
            **_version(row),
            "mode": mode,
            "language": language,
            "facts": facts(),
            "seed": _seed(token_hash),
        }
    kept = {
        "mode": row.response_mode,
        "seed": row.seed,
        "version_id": row.response_version,
        "response_id": row.response_id,
        "language": row.response_language,
    }
    if briefly:
        return {**common, **kept}
    told = {"answers": row.answers, "sequences": row.sequences, "facts": row.facts}
    return {**common, **kept, **told}


def _seed(token_hash: str) -> int:
    """52 bits that nobody can foresee from a link, and that are the same each time."""
    return int(vault.fingerprint(token_hash, "response.seed")[:13], 16)
