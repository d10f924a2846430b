"""Releasing the reserve: further replicates in all strata, or replacements in one.

What is released is always the next in the draw's order; nobody chooses a person. Weights follow
what was released (stats/sampling/replicates.py), and invitations follow once others have theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import designs, inviting, progress, sample_members
from surveyapp.distribution.holding import hold, hold_for_long
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)
from surveyapp.distribution.plans import Draw
from surveyapp.distribution.release_models import SampleRelease
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling import replicates


@dataclass(frozen=True)
class Standing:
    """One stratum: drawn, of them released, and the rest in reserve. replaced: released in place
    of others who were not eligible. rotates: the rest belongs to other waves of a panel.
    """

    stratum: DesignStratum
    released: int
    replaced: int = 0
    rotates: bool = False

    @property
    def reserve(self) -> int:
        """Drawn and not released; nothing in a wave of a panel."""
        return 0 if self.rotates else self.stratum.n - self.released


Log = Sequence[SampleRelease]


def standing(design: SampleDesign, log: Log | None = None) -> list[Standing]:
    """Every stratum of the design with what is released; `log`: its history, where it is known."""
    counted = dict(
        db.session.execute(
            select(SampleMember.stratum_id, func.count())
            .where(SampleMember.design_id == design.id)
            .group_by(SampleMember.stratum_id)
        ).all()
    )
    replaced: dict[int, int] = {}
    for release in history(design) if log is None else log:
        if release.kind == "replacement":
            for stratum_id, n in release.strata.items():
                replaced[int(stratum_id)] = replaced.get(int(stratum_id), 0) + n
    rotates = bool(design.options.get("groups"))
    return [
        Standing(s, counted.get(s.id, 0), replaced.get(s.id, 0), rotates) for s in design.strata
    ]


def history(design: SampleDesign) -> Log:
    """The releases since the draw, oldest first."""
    rows = select(SampleRelease).where(SampleRelease.design_id == design.id)
    return db.session.scalars(rows.order_by(SampleRelease.id)).all()


def waiting_replicates(design: SampleDesign, log: Log | None = None) -> int:
    """How many replicates are not released yet."""
    spec = designs.spec_of(design)
    if spec.groups:
        return 0
    past = history(design) if log is None else log
    return spec.replicates - spec.released - sum(one.replicates for one in past)


def release_batches(study: Study, more: int, reason: str, seen: int) -> SampleRelease:
    """Release the next `more` replicates of every stratum.

    seen: how many were released when this was asked for; SurveyError when that has changed, so
    that a doubled click releases once. Members whom replacements took early are not counted again.
    """
    design = _begin(study, seen)
    waiting = waiting_replicates(design)
    if not 1 <= more <= waiting:
        raise _refusal(
            "release.no_batch",
            N_("{waiting} batches are in reserve; release 1 to {waiting} of them."),
            waiting=waiting,
        )
    drawn, spec = designs.drawn_again(design), designs.spec_of(design)
    now = designs.released_sizes(design, drawn)
    reached = spec.replicates - waiting + more
    added = {}
    for stratum, order in zip(design.strata, drawn.plan.orders.values(), strict=True):
        key, sure = designs.stratum_key(design, stratum), replicates.certain(order)
        wanted = replicates.released_size(len(order), sure, spec.replicates, reached)
        added[stratum.id] = max(0, wanted - now[key])
    made = SampleRelease(kind="batch", replicates=more, reason=reason)
    return _release(design, drawn, added, made, seen)


def release_replacements(
    study: Study, wanted: Mapping[int, int], reason: str, seen: int
) -> SampleRelease:
    """Release the next members of single strata (stratum id → how many)."""
    design = _begin(study, seen)
    reserve = {one.stratum.id: one.reserve for one in standing(design)}
    for stratum_id, n in wanted.items():
        if not 1 <= n <= reserve.get(stratum_id, 0):
            raise _refusal(
                "release.not_in_reserve",
                N_("The reserve of this stratum holds {reserve}; {n} cannot be released."),
                reserve=reserve.get(stratum_id, 0),
                n=n,
            )
    drawn = designs.drawn_again(design)
    made = SampleRelease(kind="replacement", reason=reason)
    return _release(design, drawn, dict(wanted), made, seen)


def short(study: Study, design: SampleDesign) -> dict[int, int]:
    """Stratum's id → members who were not eligible and whose places nobody has taken yet."""
    counts = progress.disposition_counts(study.id, design.period_id)
    found = {}
    for one in standing(design):
        lost = progress.replacements(counts.get(one.stratum.label, {}))
        found[one.stratum.id] = max(0, lost - one.replaced)
    return found


def replace_ineligible(study: Study, strata: Collection[int], seen: int) -> SampleRelease:
    """Release from the reserve as many as are missing in these strata, as far as it goes."""
    design = _begin(study, seen)
    missing, reserve = short(study, design), {s.stratum.id: s.reserve for s in standing(design)}
    wanted = {one: min(missing.get(one, 0), reserve.get(one, 0)) for one in strata}
    wanted = {one: n for one, n in wanted.items() if n}
    if not wanted:
        raise _refusal(
            "release.nothing_to_replace",
            N_("Nobody is missing here, or the reserve of the stratum is used up."),
        )
    return release_replacements(study, wanted, "not eligible", seen)


def _begin(study: Study, seen: int) -> SampleDesign:
    hold_for_long(study.id)
    design = designs.current(study)
    if design is None:
        raise _refusal("release.no_sample", N_("No sample is drawn yet: draw it first."))
    _refuse_changed(design, seen)
    return design


def _refuse_changed(design: SampleDesign, seen: int) -> None:
    if design.study.state == "closed":
        raise _refusal("release.study_closed", N_("The study is closed; nobody more is invited."))
    if seen != sum(one.released for one in standing(design)):
        raise _refusal(
            "release.changed",
            N_("Others have been released since you opened the page; look at it again."),
        )


def _release(
    design: SampleDesign, drawn: Draw, added: Mapping[int, int], made: SampleRelease, seen: int
) -> SampleRelease:
    hold(design.study_id)
    _refuse_changed(design, seen)
    added = {stratum_id: n for stratum_id, n in added.items() if n}
    made.design_id, made.created_by = design.id, audit.actor()
    made.strata, made.n = {str(k): n for k, n in added.items()}, sum(added.values())
    db.session.add(made)
    db.session.flush()
    _write(design, drawn, added)
    invited = select(Invitation.id).where(Invitation.study_id == design.study_id).limit(1)
    if db.session.scalar(invited) is not None:
        inviting.invite(design, made.n)
    audit.record(
        "sample.release",
        f"study:{design.study_id}",
        design=design.id,
        release=made.id,
        kind=made.kind,
        n=made.n,
        strata=made.strata,
        reason=made.reason,
    )
    return made


def _write(design: SampleDesign, drawn: Draw, added: Mapping[int, int]) -> None:
    """The weights of the members of before first: they are found by being there."""
    members = drawn.members(designs.released_sizes(design, drawn))
    new = {}
    for stratum in design.strata:
        if stratum.id in added:
            found = members[designs.stratum_key(design, stratum)]
            sample_members.reweigh(stratum.id, found)
            new[stratum.id] = found[len(found) - added[stratum.id] :]
    sample_members.add(design, new, drawn.clusters)


def _refusal(code: str, template: str, **params: object) -> SurveyError:
    return SurveyError(Finding(code, "sample", template, params))
