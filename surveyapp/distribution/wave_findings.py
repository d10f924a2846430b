"""What stands in the way of texting a study's sample, said before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import contact, designs, periods, sequence, texts, triggering
from surveyapp.distribution.models import SampleDesign, SampleMember, Study, Wave
from surveyapp.distribution.sequence import MEDIA
from surveyapp.distribution.sms import limits
from surveyapp.distribution.sms.providers import carries_links_to_cn, configured
from surveyapp.extensions import settings
from surveyapp.findings import N_, Finding, Term

LOOKED_AT = 1_000
"""Numbers of a sample that are opened to see where they belong: a few hundredths of a second."""
OPT_OUT_WORDS = ("退订", "拒收", "stop", "unsubscribe", "opt out")


def findings(study: Study, written: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """Everything about the study and its texts (kind → language → body), worst first."""
    design = designs.current(study)
    found = [
        *_of_study(study, design),
        *_of_texts(written),
        *_of_cap(study),
        *_of_media(study),
        *_of_reach(study),
    ]
    if design is not None:
        found += _of_numbers(design)
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def asks_by_itself(study: Study) -> bool:
    """Whether periods or events make the study ask; then it needs no sample to start with."""
    return periods.definition_of(study) is not None or bool(triggering.of(study))


def blocking(found: Iterable[Finding]) -> list[Finding]:
    """Those that must be mended first."""
    return [finding for finding in found if finding.severity == "error"]


def text_findings(kind: str, language: str, body: str) -> list[Finding]:
    """What is wrong with one text; kind: of its step, with the wording's label if it has one."""
    place, asks = f"text:{kind}:{language}", not kind.startswith("thank_you")
    found = texts.findings(body, place=place, needs_link=asks)
    if asks and not any(word in body.lower() for word in OPT_OUT_WORDS):
        template = N_("Say how to opt out (退订 or STOP): the law and good manners ask for it.")
        found.append(Finding("wave.no_opt_out", place, template, {}, "warning"))
    return found


def _of_study(study: Study, design: SampleDesign | None) -> Iterator[Finding]:
    if design is None and not asks_by_itself(study):
        yield Finding("wave.no_sample", "sample", N_("No sample is drawn yet: draw it first."))
    now = clock.now()
    if study.closes_at is not None and study.closes_at <= now:
        yield Finding(
            "wave.study_ended", "settings", N_("The study's closing date has passed: move it.")
        )
    window = contact.current().window(study)
    if window.next_opening(now) is None:
        yield Finding(
            "wave.no_hours", "settings", N_("The allowed hours never open: change the settings.")
        )


def _of_cap(study: Study) -> Iterator[Finding]:
    """The cap holds for every text, reminders and thank-yous included."""
    planned = db.session.scalar(select(func.count()).where(Wave.study_id == study.id)) or 0
    if planned > study.contact_cap:
        yield Finding(
            "wave.over_cap",
            "settings",
            N_(
                "Who would get all {planned} texts is at the contact cap before the last:"
                " after {cap} within {days} days, no more are sent."
            ),
            {"planned": planned, "cap": study.contact_cap, "days": study.contact_cap_days},
            "info",
        )


def _of_media(study: Study) -> Iterator[Finding]:
    """A step that asks for a way which no channel of this installation goes."""
    wanted = select(Wave.medium).where(Wave.study_id == study.id, Wave.medium != "").distinct()
    media = set(db.session.scalars(wanted))
    kinds = {channel.medium for channel in configured(settings())}
    for medium in sorted(media - kinds if media else ()):
        yield Finding(
            "step.no_channel",
            "channels",
            N_("A step asks for {medium}, but no such channel is set up: its texts are held back."),
            {"medium": Term(MEDIA[medium])},
            "warning",
        )


def _of_reach(study: Study) -> Iterator[Finding]:
    """Steps that people without a phone do not get, where the study means to reach them."""
    if study.population.get("reach", "phone") == "phone":
        return
    rows = select(Wave).where(Wave.study_id == study.id)
    if any(sequence.way(w.medium, w.medium_only, False, True)[1] for w in db.session.scalars(rows)):
        template = N_(
            "The study reaches people by e-mail, too, but a step leaves by SMS only: choose E-mail"
            " for it, or let those without a phone get it by e-mail."
        )
        yield Finding("step.not_by_email", "wave", template, {}, "warning")


def _of_texts(written: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    if "invitation" not in written:
        yield Finding("wave.no_invitation", "wave", N_("Write and save the invitation text first."))
    for kind, by_language in written.items():
        for language, body in by_language.items():
            yield from text_findings(kind, language, body)


def _of_numbers(design: SampleDesign) -> list[Finding]:
    """The provider's limits for the drawn people's numbers (read only where there are limits).

    Numbers are sealed, and nothing beside them says their country: of a large sample only some are
    opened, the same ones at each look, and the finding says how many.
    """
    domestic = carries_links_to_cn(settings())
    if domestic:
        return []
    members = select(SampleMember.customer_id).where(SampleMember.design_id == design.id)
    drawn = db.session.scalar(select(func.count()).select_from(members.subquery())) or 0
    step = -(-drawn // LOOKED_AT)
    some = members.where(SampleMember.id % step == 0) if step > 1 else members
    phones = db.session.scalars(select(Customer.phone).where(Customer.id.in_(some)))
    known = (phone for phone in phones if phone)
    found = limits.findings(known, domestic, drawn if step > 1 else None)
    return [_softened(finding) for finding in found]


def _softened(finding: Finding) -> Finding:
    """Where others can be reached, the start is not refused: the unreachable are held back."""
    partly = finding.params["n"] != finding.params["total"]
    return replace(finding, severity="warning") if partly else finding
