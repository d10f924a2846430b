"""The calendar: what will go out on which day, to how many, at what cost."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import render_template

from surveyapp import clock
from surveyapp.distribution import calendar_plan, calendar_sendings, contact, triggers
from surveyapp.distribution.views.blueprint import distribution
from surveyapp.extensions import settings

ZONE = "Asia/Shanghai"


@distribution.get("/calendar", endpoint="calendar")
def show_calendar() -> str:
    """Six weeks from this one on, over all studies."""
    now, policy = clock.now(), contact.current()
    days = calendar_plan.days(
        calendar_sendings.sendings(), now, calendar_sendings.AHEAD, ZONE, settings().sms_rate
    )
    return render_template(
        "distribution/calendar.html",
        weeks=calendar_plan.weeks(days),
        days=days,
        policy=policy,
        what=triggers.WHAT,
        zone=ZoneInfo(ZONE),
        n=sum(day.n for day in days),
        parts=sum(day.parts for day in days),
        cost=None if policy.price is None else policy.price * sum(day.parts for day in days),
    )
