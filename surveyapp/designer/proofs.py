"""What is known of a draft's proof, kept between edits: only what an edit touches is decided anew.

Verdicts are kept under the content that they depend on (`proving.keys`), for the whole process and
for a bounded number of them; so a draft, its copy and its next version share what they share.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from surveyapp.designer.collecting import collecting_later
from surveyapp.designer.document import Document
from surveyapp.designer.facts import own_stamp
from surveyapp.designer.proof import Proof, Prover
from surveyapp.designer.proving.covering import Way
from surveyapp.designer.proving.verdict import Verdict
from surveyapp.designer.versions import content_hash
from surveyapp.findings import Finding

if TYPE_CHECKING:
    from surveyapp.designer.proving.lengths import Lengths
    from surveyapp.designer.proving.stock import Stocks

KEPT, VERDICTS = 64, 50_000


class Store(MutableMapping[bytes, Verdict]):
    """The latest verdicts of all documents; the oldest make room for new ones."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Verdict] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, key: bytes) -> Verdict:
        with self._lock:
            self._kept.move_to_end(key)
            return self._kept[key]

    def __setitem__(self, key: bytes, verdict: Verdict) -> None:
        with self._lock:
            self._kept[key] = verdict
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def __delitem__(self, key: bytes) -> None:
        with self._lock:
            del self._kept[key]

    def __iter__(self) -> Iterator[bytes]:
        with self._lock:
            return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: object) -> bool:
        return key in self._kept


_verdicts = Store(VERDICTS)
_begun: OrderedDict[str, Prover] = OrderedDict()
PROVERS = 4
"""So many proofs stay begun: what is said at once and the rest of it share the preparation."""
_made: OrderedDict[str, Proof] = OrderedDict()
STOCKS = 2
"""Of so many documents the formulas are kept for the next edit."""


@cache
def _stocks() -> Stocks:
    from surveyapp.designer.proving.stock import Stocks

    return Stocks(STOCKS)


_wholes: OrderedDict[tuple[str, str], Whole] = OrderedDict()


@dataclass(frozen=True)
class Whole:
    """The proof with the lengths of the ways (None where nobody gets through), and a few ways."""

    proof: Proof
    lengths: Lengths | None
    ways: tuple[Way, ...]


def whole(document: Document, language: str) -> Whole:
    """Everything for the page of the check; reading times in `language`."""
    key = (_digest(document), language)
    found = _wholes.get(key)
    if found is None:
        proof = proof_of(document)
        prover = Prover(document, _verdicts)
        found = Whole(proof, prover.lengths(language), prover.ways(language))
        _wholes[key] = found
        while len(_wholes) > KEPT:
            _wholes.popitem(last=False)
    return found


@dataclass(frozen=True)
class Now:
    """What can be said at this moment. open: places of which it is not decided yet."""

    findings: tuple[Finding, ...]
    open: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.open

    def by_place(self) -> dict[str, list[Finding]]:
        """Errors and warnings by the part that the editor can select."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if finding.severity != "info":
                found.setdefault(owner(finding.place), []).append(finding)
        return found


def proof_of(document: Document) -> Proof:
    """The whole proof of the document; what is known of it already is not decided again."""
    digest = _digest(document)
    proof = _made.get(digest)
    if proof is None:
        prover = _prover(document, digest)
        prover.run()
        proof = _made[digest] = prover.proof()
        while len(_made) > KEPT:
            _made.popitem(last=False)
    return proof


def _digest(document: Document) -> str:
    """What a proof depends on: the document, and the own attributes that its rules may read."""
    return content_hash(document) + own_stamp()


def _prover(document: Document, digest: str) -> Prover:
    """The proof of a document; it is one caller's, until that gives it back to `_begun`."""
    return _begun.pop(digest, None) or Prover(document, _verdicts, stocks=_stocks)


def _keep(digest: str, prover: Prover) -> None:
    _begun[digest] = prover
    while len(_begun) > PROVERS:
        _begun.popitem(last=False)


@collecting_later()
def findings_now(document: Document) -> Now:
    """The quick findings and the verdicts that are known, without deciding anything."""
    digest = _digest(document)
    proof = _made.get(digest)
    if proof is None:
        prover = _prover(document, digest)
        proof = prover.proof()
        _keep(digest, prover)
    return Now(proof.findings, proof.open)


@collecting_later()
def finish(document: Document, budget_ms: int) -> Now:
    """The same after deciding what is open, for at most about so many milliseconds."""
    digest = _digest(document)
    prover = _prover(document, digest)
    prover.run(budget_ms / 1000)
    proof = prover.proof()
    _keep(digest, prover)
    return Now(proof.findings, proof.open)


def known(document: Document) -> dict[str, list[Finding]]:
    """Errors and warnings by place, without deciding anything."""
    return findings_now(document).by_place()


_IN_QUESTION = ("option", "item", "question", "check")
_IN_PAGE = ("page", "page_check", "screen_out")


def owner(place: str) -> str:
    """The part that the editor can select for a finding's place."""
    kind, _, name = place.partition(":")
    if kind in _IN_QUESTION:
        return f"question:{name.partition('.')[0]}"
    if kind in _IN_PAGE:
        return f"page:{name.partition('.')[0]}"
    return f"quota:{name.partition('.')[0]}" if kind == "cell" else place
