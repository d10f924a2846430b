"""Host names of brands: what may be one, written as a browser sends it."""

from __future__ import annotations

import re
from collections.abc import Collection

from surveyapp.findings import N_, Finding, SurveyError

PLACE = "host"
LONGEST = 253
"""Letters of a host name (RFC 1035)."""
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LETTERS = re.compile(r".*[a-z].*")


def normalised(text: str, taken: Collection[str] = ()) -> str:
    """`text` in lower case and ASCII; names in other scripts by IDNA. Empty for empty.

    taken: names under which staff reach their own pages, which would be locked out of them.
    SurveyError for what is no plain host name: a path, a port, a user, an IP address.
    """
    name = text.strip().rstrip(".").lower()
    if not name:
        return ""
    found = _ascii(name)
    labels = found.split(".")
    plain = len(labels) > 1 and len(found) <= LONGEST and all(map(_LABEL.fullmatch, labels))
    if not plain or not _LETTERS.fullmatch(labels[-1]):
        template = N_(
            "Write a host name such as s.example.com: no https://, no path, no port, no IP address."
        )
        raise SurveyError(Finding("host.unusable", PLACE, template))
    if found in taken:
        template = N_(
            "{host} is the address of these pages; staff would be locked out of them. Give the "
            "customers’ links a name of their own, such as s.{host}."
        )
        raise SurveyError(Finding("host.own", PLACE, template, {"host": found}))
    return found


def without_port(host: str) -> str:
    """The name of a Host header: without its port, in lower case."""
    return host.partition(":")[0].rstrip(".").lower()


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
