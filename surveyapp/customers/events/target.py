"""Events as what the rows of a table become."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from surveyapp import clock
from surveyapp.customers.events.attributes import EVENTS
from surveyapp.customers.events.finishing import finishing
from surveyapp.customers.events.writing import write
from surveyapp.customers.importing import Target
from surveyapp.findings import N_


def events(zone: str) -> Target:
    """Events whose moments without a zone are told by the clock of `zone`; "" refuses them."""
    place = ZoneInfo(zone) if zone else None
    return Target(EVENTS, N_("Importing events"), write, finishing(place, clock.now()))
