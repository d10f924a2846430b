"""One noted action against what is there now. Each gives what differs, and where.

What was deleted on purpose (an old export, a redrawn sample) is said, not taken for a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.datasets.archive.installed import store as archive_store
from surveyapp.datasets.archive.models import Archive
from surveyapp.datasets.archive.reading import troubles as archive_troubles
from surveyapp.datasets.digests import digest_of
from surveyapp.datasets.exports.offering import folder
from surveyapp.datasets.models import Review, ScreeningRun
from surveyapp.datasets.screening.engine import replayed
from surveyapp.datasets.screening.hits import Hit
from surveyapp.datasets.screening.recipe import recipe_of
from surveyapp.datasets.screening.running import flags_of
from surveyapp.datasets.snapshots import files as snapshot_files
from surveyapp.datasets.snapshots.models import Snapshot
from surveyapp.datasets.snapshots.taking import folder as snapshot_folder
from surveyapp.datasets.weights.keeping import ACTION as WEIGHTS
from surveyapp.datasets.weights.models import StudyWeights
from surveyapp.datasets.weights.recipe import recipe_of as recipe_of_weights
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.designer.publishing import document_of
from surveyapp.designer.versions import content_hash
from surveyapp.distribution.designs import redraw
from surveyapp.distribution.models import SampleDesign
from surveyapp.distribution.panel_models import Panel
from surveyapp.distribution.panels import is_intact
from surveyapp.distribution.release_models import SampleRelease
from surveyapp.findings import N_, Finding, SurveyError, Term
from surveyapp.reports.papers.keeping import ACTION as REPORT
from surveyapp.reports.papers.keeping import folder as report_folder
from surveyapp.reports.papers.models import Report

LONGEST = 60
"""Characters that are kept of a rule's name."""
Compare = Callable[[AuditEntry], Iterator[Finding]]


def _version(entry: AuditEntry) -> Iterator[Finding]:
    number, noted = entry.detail.get("version"), entry.detail.get("content_hash")
    wanted = select(QuestionnaireVersion).where(
        QuestionnaireVersion.questionnaire_id == _number(entry),
        QuestionnaireVersion.number == number,
    )
    version = db.session.scalar(wanted)
    place = f"{entry.subject}.v{number}"
    if version is None:
        yield _gone(place)
    elif content_hash(document_of(version)) != noted:
        yield _changed(place, N_("A published version of the questionnaire"))


def _sample(entry: AuditEntry) -> Iterator[Finding]:
    design = db.session.get(SampleDesign, entry.detail.get("design"))
    place = f"design:{entry.detail.get('design')}"
    if design is None:
        yield _gone(place)
        return
    newer = select(SampleDesign.id).where(
        SampleDesign.study_id == design.study_id, SampleDesign.id > design.id
    )
    if db.session.scalar(newer.limit(1)) is not None:
        if design.draw_hash != entry.detail.get("hash"):
            yield _changed(place, N_("The record of a draw that was replaced"))
        return
    again = redraw(design)
    if not again.frame_intact:
        yield _changed(place, N_("The frozen frame of the sample"))
    elif not again.members_equal or again.hash != entry.detail.get("hash"):
        yield _changed(place, N_("The sample (its members, chances or weights)"))


def _release(entry: AuditEntry) -> Iterator[Finding]:
    """How many were released where; who they are is compared with the sample."""
    release = db.session.get(SampleRelease, entry.detail.get("release"))
    place = f"release:{entry.detail.get('release')}"
    if release is None:
        yield _gone(place)
    elif (release.n, release.strata) != (entry.detail.get("n"), entry.detail.get("strata")):
        yield _changed(place, N_("The record of a release from a reserve"))


def _panel(entry: AuditEntry) -> Iterator[Finding]:
    panel = db.session.get(Panel, _number(entry))
    if panel is None:
        yield _gone(entry.subject)
    elif panel.draw_hash != entry.detail.get("hash") or not is_intact(panel):
        yield _changed(entry.subject, N_("The draw of a panel"))


def _screening(entry: AuditEntry) -> Iterator[Finding]:
    run = db.session.get(ScreeningRun, entry.detail.get("run"))
    place = f"screening:{entry.detail.get('run')}"
    if run is None:
        yield _gone(place)
        return
    recipe = recipe_of(run.recipe)
    if recipe.hash != run.recipe_hash:
        yield _changed(place, N_("The recipe of a screening"))
        return
    if run.summary.get("snapshot", {}).get("sha256") != entry.detail.get("sha256"):
        yield _changed(place, N_("The snapshot that a screening names"))
        return
    flags = flags_of(run.id)
    if any(len(flag.rule) == LONGEST for flag in flags):
        return  # a name that was cut does not give its hash again
    hits = [Hit(f.response_id, f.layer, f.rule, f.detail) for f in flags]
    reviews = select(Review.response_id).where(Review.run_id == run.id)
    found = replayed(recipe, run.dataset_hash, hits, db.session.scalars(reviews))
    if found.hash != entry.detail.get("result"):
        yield _changed(place, N_("The result of a screening (flags or review sample)"))


def _weights(entry: AuditEntry) -> Iterator[Finding]:
    """A recipe is never deleted: without the newest one, the one before it would count again."""
    row = db.session.get(StudyWeights, entry.detail.get("recipe"))
    try:
        kept = row and (row.study_id, recipe_of_weights(row.recipe).hash, row.recipe_hash)
    except SurveyError:
        kept = None
    noted = entry.detail.get("hash")
    if kept != (_number(entry), noted, noted):
        yield _changed(f"weights:{entry.detail.get('recipe')}", N_("The recipe of weights"))


def _export(entry: AuditEntry) -> Iterator[Finding]:
    files: Mapping[str, str] = entry.detail.get("files", {})
    for name, noted in files.items():
        path = folder() / name
        if not path.is_file():
            yield _gone(f"file:{name}")
        elif digest_of(path) != noted:
            yield _changed(f"file:{name}", N_("An exported file"))


def _snapshot(entry: AuditEntry) -> Iterator[Finding]:
    snapshot = db.session.get(Snapshot, entry.detail.get("snapshot"))
    place = f"snapshot:{entry.detail.get('snapshot')}"
    if snapshot is None:
        yield _gone(place)
        return
    try:
        for name in snapshot_files.changed(
            snapshot_folder() / snapshot.name, str(entry.detail.get("sha256"))
        ):
            yield _changed(f"{place}/{name}", N_("A snapshot of a data set"))
    except SurveyError:
        yield _gone(place)


def _archive(entry: AuditEntry) -> Iterator[Finding]:
    """A restored one has no files any more, on purpose."""
    row = db.session.get(Archive, entry.detail.get("archive"))
    place = f"archive:{entry.detail.get('archive')}"
    if row is None or row.restored_at is not None:
        yield _gone(place)
    elif row.sha256 != entry.detail.get("sha256"):
        yield _changed(place, N_("An archive of answers"))
    else:
        for trouble in archive_troubles(archive_store(), row):
            if trouble.code == "archive.changed":
                yield _changed(f"{place}/{trouble.params['name']}", N_("An archive of answers"))
            else:
                yield trouble


def _report(entry: AuditEntry) -> Iterator[Finding]:
    """Every file byte for byte, and what the list of reports says of it."""
    row = db.session.get(Report, entry.detail.get("report"))
    place = f"report:{entry.detail.get('report')}"
    if row is None:
        yield _gone(place)
        return
    noted: Mapping[str, str] = entry.detail.get("files", {})
    told = {"files": row.files, "content": row.content_hash, "dataset": row.dataset_hash,
            "words": row.words}  # fmt: skip
    if any(entry.detail.get(name) != value for name, value in told.items()):
        yield _changed(place, N_("The record of a report"))
    for name, digest in noted.items():
        path = report_folder() / row.folder / name
        if not path.is_file():
            yield _gone(f"{place}/{name}")
        elif digest_of(path) != digest:
            yield _changed(f"{place}/{name}", N_("A kept report"))


COMPARED: Mapping[str, Compare] = {
    "questionnaire.publish": _version,
    "sample.draw": _sample,
    "sample.release": _release,
    "panel.recruit": _panel,
    "screening.run": _screening,
    WEIGHTS: _weights,
    "dataset.export": _export,
    "dataset.snapshot": _snapshot,
    "archive.make": _archive,
    REPORT: _report,
}
"""Action of the audit trail → how what it noted is compared."""


def _number(entry: AuditEntry) -> int:
    return int(entry.subject.rpartition(":")[2])


def _changed(place: str, what: str) -> Finding:
    template = N_("{what} is not what was noted: it was changed since.")
    return Finding("evidence.changed", place, template, {"what": Term(what)})


def _gone(place: str) -> Finding:
    template = N_("This is not there any more, so that it cannot be compared.")
    return Finding("evidence.gone", place, template, {}, "info")
