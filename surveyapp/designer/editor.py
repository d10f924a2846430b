"""The draft: opening, saving with a check of the revision, undoing.

Every save names the revision that it was made on. The database lets one of two simultaneous saves
through; the other is told what changed, and can be made again on top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, func, insert, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit, apply
from surveyapp.designer.facts import own_stamp
from surveyapp.designer.lately import lately
from surveyapp.designer.models import DraftRevision, Questionnaire, QuestionnaireVersion
from surveyapp.designer.places import spots
from surveyapp.designer.sharing import kept
from surveyapp.designer.translating.marks import follow
from surveyapp.findings import N_, Finding, SurveyError

KEPT = 200
"""How many saved drafts of a questionnaire are kept for undo and for "what changed?"."""

NOTHING_TO = {"undo": N_("There is nothing to undo."), "redo": N_("There is nothing to redo.")}


class StaleDraftError(SurveyError):
    """The draft was saved by someone else since `revision`; nothing was written."""

    def __init__(self, questionnaire_id: int, revision: int) -> None:
        template = N_("This questionnaire was changed in the meantime.")
        super().__init__(Finding("draft.stale", f"questionnaire:{questionnaire_id}", template))
        self.revision = revision


def create(document: Document, by: str) -> Questionnaire:
    """A new questionnaire with `document` as its first draft (in the caller's transaction)."""
    found = Questionnaire(
        title=document.model_dump(mode="json")["title"],
        draft=document.model_dump(mode="json"),
        created_by=by,
        updated_by=by,
    )
    db.session.add(found)
    db.session.flush()
    _remember(found.id, found.revision, found.draft, {"do": "create"}, by)
    return found


def draft_of(questionnaire: Questionnaire) -> Document:
    """The draft as a document; one that was read lately is not read again."""
    return _kept(questionnaire, lambda: Document.model_validate(questionnaire.draft))


def _kept(questionnaire: Questionnaire, make: Callable[[], Document]) -> Document:
    stamp = questionnaire.id, questionnaire.revision, questionnaire.updated_at, own_stamp()
    return lately("drafts", stamp, make)


def _tree(document: Document) -> dict[str, Any]:
    """The document as JSON, kept with it: to be read, never changed."""
    return kept(document, "_tree", (), lambda: document.model_dump(mode="json"))


def save(
    questionnaire: Questionnaire, revision: int, edit: Edit, by: str, token: str = ""
) -> Document:
    """Make `edit` on the draft of `revision`; raises StaleDraftError, SurveyError for a bad edit.

    An edit that changes nothing makes no new revision. `token` names the change, so that it is
    known when its sender asks again (`made_already`).
    """
    _check_current(questionnaire, revision)
    before = draft_of(questionnaire)
    after = apply(before, edit, published_places(questionnaire.id))
    if after != before:
        summary = {"do": str(edit.get("do")), "at": str(edit.get("at") or edit.get("into") or "")}
        summary |= {"token": token} if token else {}
        _write(questionnaire, revision, _tree(after), summary, by)
        _kept(questionnaire, lambda: after)
        if edit.get("do") == "unlock":
            subject, place = f"questionnaire:{questionnaire.id}", str(edit.get("at"))
            audit.record("questionnaire.unlock", subject, by=by, place=place)
    return after


def made_already(questionnaire_id: int, revision: int, token: str) -> bool:
    """Whether the change of that name was saved after `revision`: its answer was lost."""
    rows = select(DraftRevision.summary).where(
        DraftRevision.questionnaire_id == questionnaire_id, DraftRevision.number > revision
    )
    return bool(token) and any(s.get("token") == token for s in db.session.scalars(rows))


def undo(questionnaire: Questionnaire, revision: int, by: str, token: str = "") -> Document:
    """Save the state before the latest edit again; raises SurveyError when there is none."""
    _check_current(questionnaire, revision)
    summary = {"do": "undo", "token": token}
    return _restore(questionnaire, revision, _state_before(questionnaire), summary, by)


def redo(questionnaire: Questionnaire, revision: int, by: str, token: str = "") -> Document:
    """Save the state that was undone last again; raises SurveyError when there is none."""
    _check_current(questionnaire, revision)
    summary = {"do": "redo", "token": token}
    return _restore(questionnaire, revision, _state_after(questionnaire), summary, by)


def can_undo(questionnaire: Questionnaire) -> bool:
    """Whether there is something to undo."""
    return _state_before(questionnaire) is not None


def can_redo(questionnaire: Questionnaire) -> bool:
    """Whether there is something to redo."""
    return _state_after(questionnaire) is not None


def replace(
    questionnaire: Questionnaire,
    revision: int,
    document: Document,
    by: str,
    summary: Mapping[str, Any] | None = None,
) -> None:
    """Make `document` (a version's, an older draft's) the draft; raises StaleDraftError."""
    _check_current(questionnaire, revision)
    done = summary or {"do": "replace"}
    _write(questionnaire, revision, document.model_dump(mode="json"), done, by)


def published_places(questionnaire_id: int) -> frozenset[str]:
    """Every place that a published version has: their ids never get another meaning."""
    rows = QuestionnaireVersion.questionnaire_id == questionnaire_id
    versions = tuple(db.session.scalars(select(QuestionnaireVersion.id).where(rows)))
    return lately("published", (questionnaire_id, versions), lambda: _places_in(versions))


def _places_in(versions: Sequence[int]) -> frozenset[str]:
    rows = select(QuestionnaireVersion.document).where(QuestionnaireVersion.id.in_(versions))
    return frozenset(place for tree in db.session.scalars(rows) for place, _ in spots(tree))


def _check_current(questionnaire: Questionnaire, revision: int) -> None:
    if questionnaire.revision != revision:
        raise StaleDraftError(questionnaire.id, revision)


def _write(
    questionnaire: Questionnaire,
    revision: int,
    tree: dict[str, Any],
    summary: Mapping[str, Any],
    by: str,
    state: int | None = None,
) -> None:
    """Write the next revision, unless another one was written first (the update decides).

    The update comes first: after it, nobody else can write a revision beside this one.
    """
    former, updated_by = draft_of(questionnaire), questionnaire.updated_by
    values = {
        "draft": bindparam("tree"),
        "title": tree["title"],
        "revision": revision + 1,
        "updated_by": by,
        "updated_at": clock.now(),
    }
    rows = (Questionnaire.id == questionnaire.id) & (Questionnaire.revision == revision)
    change = update(Questionnaire).where(rows).values(values)
    written = db.session.execute(change, {"tree": tree})
    if written.rowcount != 1:  # type: ignore[attr-defined]
        db.session.rollback()
        raise StaleDraftError(questionnaire.id, revision)
    latest = _latest(questionnaire.id)
    before = latest.state if latest is not None and latest.number == revision else revision
    draft = _tree(former)
    if latest is None or latest.number != revision:
        _remember(questionnaire.id, revision, draft, {}, updated_by)
    made_on = before if state is None else None
    _remember(questionnaire.id, revision + 1, tree, summary, by, state, made_on)
    restored = state is not None or summary.get("do") in ("replace", "restore")
    follow(questionnaire.id, draft, tree, by, restored=restored)
    _forget(questionnaire.id, revision + 1 - KEPT)


def _remember(
    questionnaire_id: int,
    number: int,
    tree: dict[str, Any],
    summary: Mapping[str, Any],
    by: str,
    state: int | None = None,
    before: int | None = None,
) -> None:
    row = {
        "questionnaire_id": questionnaire_id,
        "number": number,
        "state": number if state is None else state,
        "before": before,
        "document": tree,
        "summary": dict(summary),
        "saved_by": by,
    }
    db.session.execute(insert(DraftRevision), row)


def _forget(questionnaire_id: int, oldest: int) -> None:
    rows = DraftRevision.questionnaire_id == questionnaire_id, DraftRevision.number < oldest
    db.session.execute(delete(DraftRevision).where(*rows))


class _Step(NamedTuple):
    """A saved draft without its content, which is long: number, state, the state before."""

    number: int
    state: int
    before: int | None


_STEPS = select(DraftRevision.number, DraftRevision.state, DraftRevision.before)


def _latest(questionnaire_id: int) -> _Step | None:
    rows = _STEPS.where(DraftRevision.questionnaire_id == questionnaire_id)
    return _step(rows.order_by(DraftRevision.number.desc()).limit(1))


def _numbered(questionnaire_id: int, number: int | None) -> _Step | None:
    if number is None:
        return None
    rows = DraftRevision.questionnaire_id == questionnaire_id, DraftRevision.number == number
    return _step(_STEPS.where(*rows))


def _step(rows: Select[int, int, int | None]) -> _Step | None:
    found = db.session.execute(rows).first()
    return _Step._make(found) if found else None


def _state(questionnaire: Questionnaire) -> int:
    latest = _numbered(questionnaire.id, questionnaire.revision)
    return latest.state if latest else questionnaire.revision


def _state_before(questionnaire: Questionnaire) -> _Step | None:
    made = _numbered(questionnaire.id, _state(questionnaire))
    return _numbered(questionnaire.id, made.before) if made else None


def _state_after(questionnaire: Questionnaire) -> _Step | None:
    """The newest edit that was made on the present state: present again only after an undo."""
    newest = select(func.max(DraftRevision.number)).where(
        DraftRevision.questionnaire_id == questionnaire.id,
        DraftRevision.before == _state(questionnaire),
    )
    return _numbered(questionnaire.id, db.session.scalar(newest))


def _restore(
    questionnaire: Questionnaire,
    revision: int,
    target: _Step | None,
    summary: Mapping[str, str],
    by: str,
) -> Document:
    how = summary["do"]
    if target is None:
        template = (
            N_("There is nothing to undo.") if how == "undo" else N_("There is nothing to redo.")
        )
        raise SurveyError(Finding(f"draft.no_{how}", f"questionnaire:{questionnaire.id}", template))
    tree = _content(questionnaire.id, target.number)
    document = Document.model_validate(tree)
    _write(questionnaire, revision, tree, summary, by, target.state)
    return _kept(questionnaire, lambda: document)


def _content(questionnaire_id: int, number: int) -> dict[str, Any]:
    rows = DraftRevision.questionnaire_id == questionnaire_id, DraftRevision.number == number
    found: dict[str, Any] = db.session.scalars(select(DraftRevision.document).where(*rows)).one()
    return found
