"""Where a response comes from: the kind of device, and which network and browser, not whose.

Many answers within minutes from one network or one browser are what a person or a program makes who
answers for others. To see that it is enough to know which responses of a study share one: kept
is a keyed fingerprint, of the study's own, from which nobody learns an address, and by which no two
studies can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from surveyapp.database import vault

PURPOSE = "response.origin"
DIGITS = 16
"""Of a fingerprint: enough to tell all networks of a study apart."""
SITE = {4: 24, 6: 48}
"""Leading bits of an address that one network has in common."""


@dataclass(frozen=True)
class Origin:
    """What a request says: the browser's name of itself, and the address that it comes from."""

    agent: str = ""
    address: str = ""

    @property
    def device(self) -> str:
        """phone, tablet or desktop, as the browser tells; nothing where it says nothing."""
        if "iPad" in self.agent or ("Android" in self.agent and "Mobile" not in self.agent):
            return "tablet"
        if "Mobile" in self.agent or "iPhone" in self.agent:
            return "phone"
        return "desktop" if self.agent else ""

    def told(self, study_id: int) -> dict[str, str]:
        """What is kept with a response of the study: `device`, and where the address is known
        `network` and `browser` (of that network).
        """
        kind = {"device": self.device}
        network = network_of(self.address)
        if not network:
            return kind
        whole = f"{study_id}:{network}"
        return kind | {"network": _print(whole), "browser": _print(f"{whole}:{self.agent}")}


def network_of(address: str) -> str:
    """The network's part of an IP address; empty for what is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    rest = found.max_prefixlen - SITE[found.version]
    return f"{found.version}:{int(found) >> rest:x}"


def _print(text: str) -> str:
    return vault.fingerprint(text, PURPOSE)[:DIGITS]
