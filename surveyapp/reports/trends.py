"""The trend in words: where each line heads, which headings are warnings, when one can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from surveyapp import clock
from surveyapp.database import db
from surveyapp.datasets.spans import ends, following
from surveyapp.distribution.models import Study
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.reports.figures import interval, number
from surveyapp.stats.projection import LEAST

Json = Mapping[str, Any]
INDEX, NPS = (0, 100), (-100, 100)


def open_until(study: Study, label: str, *, month: bool = False) -> datetime | None:
    """When a period of the study ends, if it is still running. month: labels are calendar months
    where the study has no periods.
    """
    found = db.session.scalar(
        db.select(StudyPeriod.ends_at).where(
            StudyPeriod.study_id == study.id, StudyPeriod.label == label
        )
    )
    if found is None and month:
        found = datetime.combine(ends(label), time(), tzinfo=ZoneInfo(study.timezone))
    return found if found is not None and found > clock.now() else None


def headed(line: Json, *, running: bool) -> dict[str, Any]:
    """A line with the projection that holds now (`ahead`): while its newest period is running, the
    one that does not rest on it.
    """
    return {**line, "running": running, "ahead": line["closed" if running else "every"]}


def drawable(line: Json) -> bool:
    """Whether a line has two periods to draw."""
    return sum(point["mean"] is not None for point in line["points"]) > 1


def falls(line: Json) -> bool:
    """Whether the projection lies below the line's threshold."""
    ahead, limit = line["ahead"], line["threshold"]
    return ahead is not None and limit is not None and ahead["value"] < limit


def below_already(line: Json) -> bool:
    """Whether the newest figure of a period that is over lies below the threshold."""
    over = line["points"][:-1] if line["running"] else line["points"]
    told = [point["mean"] for point in over if point["mean"] is not None]
    return bool(told) and line["threshold"] is not None and told[-1] < line["threshold"]


def projected(line: Json) -> str:
    """The projection with its interval, "78.3 [74.2, 82.4]"; an en dash without one."""
    ahead = line["ahead"]
    return "–" if ahead is None else f"{number(ahead['value'])} {interval(ahead)}"


def heading(line: Json, following: str) -> str:
    """In one sentence, where the line leads and what that means for the threshold."""
    if line["ahead"] is None:
        return str(_("No projection: it takes %(least)s periods with figures.", least=LEAST))
    said = {"periods": line["ahead"]["periods"], "next": following, "shown": projected(line)}
    sentence = str(
        _("A straight line through %(periods)s periods leads to %(shown)s in %(next)s", **said)
    )
    meant = meaning(line)
    return sentence + (str(_(": ")) + meant if meant else "") + str(_("."))


def meaning(line: Json) -> str:
    """How a projection with its interval lies to the threshold; empty without one of both."""
    ahead, limit = line["ahead"], line["threshold"]
    if ahead is None or limit is None:
        return ""
    shown = {"limit": number(limit, 0)}
    if ahead["value"] < limit:
        if ahead["high"] < limit:
            return str(_("below %(limit)s with its whole interval", **shown))
        return str(_("below %(limit)s, but its interval reaches it", **shown))
    if ahead["low"] < limit:
        return str(_("not below %(limit)s, but its interval reaches below", **shown))
    return str(_("above %(limit)s with its whole interval", **shown))


def worst_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cities by their projection, the lowest first; without one by their newest figure, last."""

    def place(row: Json) -> tuple[bool, float]:
        if row["ahead"] is not None:
            return False, row["ahead"]["value"]
        return True, next(p["mean"] for p in reversed(row["points"]) if p["mean"] is not None)

    return sorted(rows, key=place)


def drawn_from(found: Json) -> dict[str, str]:
    """The periods from which on there can be a line (`line`) and a projection (`projection`), if
    every period from now on has enough answers.
    """
    points = [line["points"] for line in found["lines"]] or [[]]
    told = max(sum(point["mean"] is not None for point in one) for one in points)
    newest = found["periods"][-1]
    return {
        "line": following(newest, max(2 - told, 1)),
        "projection": following(newest, max(LEAST - told, 1)),
    }
