"""What is known of a draft's proof: the quick findings always, the whole proof once it was made."""

from __future__ import annotations

from collections import OrderedDict

from surveyapp.designer.document import Document
from surveyapp.designer.proof import Proof, prove
from surveyapp.designer.rule_types import check_rules
from surveyapp.designer.structure import check_structure
from surveyapp.designer.versions import content_hash
from surveyapp.designer.wording import check_wording
from surveyapp.findings import Finding

KEPT = 64
_made: OrderedDict[str, Proof] = OrderedDict()


def proof_of(document: Document) -> Proof:
    """The whole proof of the document; made once for each content, and kept for a while."""
    key = content_hash(document)
    if key not in _made:
        _made[key] = prove(document)
        while len(_made) > KEPT:
            _made.popitem(last=False)
    return _made[key]


def known(document: Document) -> dict[str, list[Finding]]:
    """Errors and warnings by place, without proving: of a proof made before, else quick ones."""
    proof = _made.get(content_hash(document))
    quick = (check_structure, check_wording, check_rules)
    findings = proof.findings if proof else [f for check in quick for f in check(document)]
    by_place: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity != "info":
            by_place.setdefault(owner(finding.place), []).append(finding)
    return by_place


def owner(place: str) -> str:
    """The part that the editor can select for a finding's place."""
    kind, _, name = place.partition(":")
    if kind in ("option", "item", "question"):
        return f"question:{name.partition('.')[0]}"
    return place
