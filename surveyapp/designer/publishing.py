"""Publishing: a checked draft becomes a version that never changes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.designer import proofs
from surveyapp.designer.document import Document
from surveyapp.designer.editor import StaleDraftError, draft_of
from surveyapp.designer.mapping import Carried
from surveyapp.designer.mapping_asks import settled
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.designer.versions import content_hash
from surveyapp.findings import N_, Finding, SurveyError


def publish(
    questionnaire: Questionnaire,
    revision: int,
    by: str,
    *,
    accept_warnings: bool = False,
    mapping: Iterable[Carried] = (),
) -> QuestionnaireVersion:
    """Freeze the draft of `revision` as the next version (in the caller's transaction).

    `mapping` says what becomes of earlier answers where their meaning changes; what it does not
    say is decided so that nothing of them is read as something else (`mapping_asks`).

    Raises StaleDraftError when the draft is not the one that was checked, SurveyError when the
    check finds errors, when it finds warnings that are not accepted, and when the latest version
    has the same content already.
    """
    if questionnaire.revision != revision:
        raise StaleDraftError(questionnaire.id, revision)
    document = draft_of(questionnaire)
    digest = content_hash(document)
    latest = questionnaire.versions[-1] if questionnaire.versions else None
    if latest and latest.content_hash == digest:
        template = N_("Nothing has changed since version {number}.")
        raise _refusal("publish.unchanged", template, number=latest.number)
    warnings = _check(questionnaire, accept_warnings)
    carried = settled(document_of(latest), document, mapping) if latest else ()
    version = QuestionnaireVersion(
        questionnaire_id=questionnaire.id,
        number=_next_number(questionnaire.id),
        content_hash=digest,
        document=document.model_dump(mode="json"),
        mapping=[one.model_dump(mode="json") for one in carried],
        published_by=by,
    )
    db.session.add(version)
    db.session.flush()
    audit.record(
        "questionnaire.publish",
        f"questionnaire:{questionnaire.id}",
        version=version.number,
        content_hash=digest,
        warnings=warnings,
        recoded=sorted(one.source for one in carried if one.how == "recode"),
    )
    return version


def document_of(version: QuestionnaireVersion) -> Document:
    """What the version asks."""
    return Document.model_validate(version.document)


def _check(questionnaire: Questionnaire, accept_warnings: bool) -> int:
    """How many warnings there are; raises SurveyError when they, or errors, stand in the way."""
    findings = proofs.proof_of(draft_of(questionnaire)).findings
    errors = [finding for finding in findings if finding.severity == "error"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    if errors:
        raise SurveyError(*errors)
    if warnings and not accept_warnings:
        template = N_("Read the warnings and tick that you publish anyway.")
        raise _refusal("publish.warnings", template)
    return len(warnings)


def _next_number(questionnaire_id: int) -> int:
    latest = select(func.max(QuestionnaireVersion.number)).where(
        QuestionnaireVersion.questionnaire_id == questionnaire_id
    )
    return (db.session.scalar(latest) or 0) + 1


def _refusal(code: str, template: str, **params: object) -> SurveyError:
    return SurveyError(Finding(code, "document", template, params))
