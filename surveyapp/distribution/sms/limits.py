"""What a provider will not carry, known before anything is sent. Pure.

Twilio carries neither links nor replies to mobile numbers of mainland China (+86): its guidelines
for CN say so and its carriers drop such texts. A provider there may: each channel says whether
it does (`links_to_cn`), and `SMS_DOMESTIC=1` says so of the
built-in phone, which stands in for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from surveyapp.findings import N_, Finding

LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
REASON = "link_refused_cn"


def mainland(number: str) -> bool:
    """Whether an E.164 number belongs to mainland China (Hong Kong is +852, Taiwan +886)."""
    return number.startswith("+86")


def refused(number: str, body: str, domestic: bool) -> bool:
    """Whether this text must not be handed to the provider."""
    return not domestic and mainland(number) and bool(LINK.search(body))


def findings(numbers: Iterable[str], domestic: bool, drawn: int | None = None) -> list[Finding]:
    """What to tell a researcher whose wave texts a link to `numbers`; empty when all may go.

    drawn: how many people there are, where these are the numbers of some of them only.
    """
    everyone = list(numbers)
    affected = 0 if domestic else sum(map(mainland, everyone))
    if not affected:
        return []
    params = {"n": affected, "total": len(everyone)}
    if drawn is not None:
        template = N_(
            "{n} of {total} numbers are in mainland China (+86), where Twilio carries no links;"
            " so many were looked at of a sample of {drawn}. Nothing is sent to such numbers:"
            " add a domestic provider to the channels, or use QR codes or a kiosk."
        )
        return [Finding("sms.link_refused_cn", "wave", template, {**params, "drawn": drawn})]
    template = N_(
        "{n} of {total} numbers are in mainland China (+86), where Twilio carries no links. "
        "Nothing is sent to them: add a domestic provider to the channels, or use QR codes or a"
        " kiosk."
    )
    return [Finding("sms.link_refused_cn", "wave", template, params)]
