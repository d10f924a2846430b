"""Whether answers can belong to a visit: hidden pages, hours, days, distance. Pure.

Everything here is None where it is not known, and what is not known is never a flag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from surveyapp.answering.marks import AWAY, AWAY_MS

DAY = 24 * 60


@dataclass(frozen=True)
class Terms:
    """What a study says of its visits.

    hours: minutes of the day, in the study's zone, at which the touchpoint's store opens and
    closes (a store that closes after midnight closes "before" it opens). radius: metres around it
    that belong to it. visit_days: days after a purchase in which answers about it make sense.
    """

    hours: tuple[int, int] | None = None
    radius: int | None = None
    visit_days: int | None = None


@dataclass(frozen=True)
class Circumstances:
    """A response with what is known of when and where it was given."""

    paradata: Mapping[str, Any]
    facts: Mapping[str, Any]
    completed_at: datetime
    zone: ZoneInfo
    terms: Terms = Terms()

    @property
    def device(self) -> str | None:
        """phone, tablet or desktop, as the browser said."""
        return self.paradata.get("device") or None

    @property
    def network(self) -> str | None:
        """Which answers of the study came from one network; says nothing of its address."""
        return self.paradata.get("network") or None

    @property
    def browser(self) -> str | None:
        """Which of these came from one browser."""
        return self.paradata.get("browser") or None

    @property
    def away_times(self) -> int | None:
        """How often the page was hidden, as it claims; None from a page that claims nothing."""
        claims = self.paradata.get("claims")
        return int(claims.get(AWAY, 0)) if claims else None

    @property
    def away_seconds(self) -> float | None:
        """For how long in all."""
        claims = self.paradata.get("claims")
        return round(claims.get(AWAY_MS, 0) / 1000, 1) if claims else None

    @property
    def minutes_outside_hours(self) -> int | None:
        """Minutes between completion and the store's hours; 0 within them."""
        if self.terms.hours is None:
            return None
        local = self.completed_at.astimezone(self.zone)
        return outside_hours(local.hour * 60 + local.minute, *self.terms.hours)

    @property
    def days_since_purchase(self) -> int | None:
        """Days from the customer's last purchase, as known at the start, to completion."""
        bought = (self.facts.get("customer") or {}).get("last_purchase")
        if not isinstance(bought, str):
            return None
        days = (self.completed_at.astimezone(self.zone).date() - date.fromisoformat(bought)).days
        return days if days >= 0 else None

    @property
    def days_past_window(self) -> int | None:
        """Days beyond those in which answers about the purchase make sense; 0 within them."""
        since = self.days_since_purchase
        if since is None or self.terms.visit_days is None:
            return None
        return max(0, since - self.terms.visit_days)

    @property
    def distance_metres(self) -> int | None:
        """Rounded metres to the touchpoint, of a person who pressed the button for it."""
        return (self.paradata.get("place") or {}).get("metres")

    @property
    def distance_accuracy(self) -> int | None:
        """Metres by which it may be wrong, as the device says."""
        return (self.paradata.get("place") or {}).get("accuracy")

    @property
    def metres_outside_store(self) -> int | None:
        """Metres that are certainly outside the touchpoint's radius; 0 within it."""
        metres, accuracy = self.distance_metres, self.distance_accuracy
        if metres is None or accuracy is None or self.terms.radius is None:
            return None
        return max(0, metres - accuracy - self.terms.radius)

    @property
    def trap(self) -> int:
        """1 when a field was filled in that people neither see nor reach."""
        return int(bool(self.paradata.get("trap")))

    @property
    def unworked(self) -> int:
        """1 when it began in a rush of answers from one address, without the puzzle's solution."""
        return int(bool(self.paradata.get("unworked")))


def terms_of(record: Mapping[Any, Any]) -> Terms:
    """The terms in a row with the columns of a study and its touchpoint (`gather.TERMS`)."""
    opens, closes = record["open_from"], record["open_until"]
    known = opens is not None and closes is not None
    return Terms((opens, closes) if known else None, record["radius"], record["visit_days"])


def outside_hours(minute: int, opens: int, closes: int) -> int:
    """Minutes from a minute of the day to the nearest one in which the store is open."""
    if (opens <= minute <= closes) if opens <= closes else (minute >= opens or minute <= closes):
        return 0
    return min((opens - minute) % DAY, (minute - closes) % DAY)
