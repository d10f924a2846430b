"""Telephone numbers of people who can be texted, in E.164."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from surveyapp.customers.cells import CellError, narrow
from surveyapp.findings import N_

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

REGION = "CN"
"""Where a number without a country code belongs."""

_FILLING = re.compile(r"[\s\-‐‑‒–—―−().·•]+")
_PLAIN = re.compile(r"1[3-9][0-9]{9}")
_CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_DAMAGED = re.compile(r"\+?\d+\.0+|\d+(?:\.\d+)?[eE]\+?\d+")
_EXTENSION = re.compile(r"转|分机|内线|ext|[#x;]", re.IGNORECASE)
_SEVERAL = re.compile(r"\d{5,}.*[/、,;|或&\n].*\d{5,}", re.DOTALL)
_DIGITS = re.compile(r"\+?[\d\s\-‐‑‒–—―−().·•/]*")


def normalise(text: str) -> str:
    """The number in E.164 (`+8613800138000`), as spelled in any common way.

    Raises CellError `phone_damaged` (a spreadsheet made a number of it), `phone_several`,
    `phone_extension`, `phone_landline`, `phone_not_mobile` or `phone_invalid`.
    """
    if _PLAIN.fullmatch(text) and _assigned(text[:5]):
        return f"+86{text}"
    spelled = narrow(text).removeprefix("tel:")
    found = _CHINESE_MOBILE.fullmatch(_FILLING.sub("", spelled))
    if found and not _DAMAGED.fullmatch(spelled) and _assigned(found[1][:5]):
        return f"+86{found[1]}"
    return _parsed(spelled)


@lru_cache(maxsize=4096)
def _assigned(prefix: str) -> bool:
    """Whether Chinese mobile numbers begin so: five digits decide, so a file costs few parses."""
    import phonenumbers

    number = phonenumbers.parse(f"+86{prefix}000000", REGION)
    return bool(phonenumbers.is_valid_number(number)) and _is_mobile(number)


def _is_mobile(number: PhoneNumber) -> bool:
    import phonenumbers

    kinds = phonenumbers.PhoneNumberType
    return phonenumbers.number_type(number) in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)


def _parsed(spelled: str) -> str:
    """The careful way: everything but an ordinary Chinese mobile number."""
    import phonenumbers

    _refuse_damage(spelled)
    try:
        number = phonenumbers.parse(spelled, REGION)
    except phonenumbers.NumberParseException:
        raise _invalid() from None
    if number.extension:
        raise _extension()
    if not phonenumbers.is_valid_number(number):
        raise _invalid()
    if not _is_mobile(number):
        raise _not_mobile(number)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _refuse_damage(spelled: str) -> None:
    if _DAMAGED.fullmatch(spelled):
        raise CellError(
            "phone_damaged",
            N_('Row {row}, {column}: "{value}" was turned into a number by a spreadsheet. Format the column as text and enter the phone again.'),  # noqa: E501
        )  # fmt: skip
    if _SEVERAL.search(spelled):
        raise CellError(
            "phone_several",
            N_('Row {row}, {column}: "{value}" holds more than one phone. Keep one.'),
        )
    if not _DIGITS.fullmatch(spelled):  # the library would dial letters
        raise _extension() if _EXTENSION.search(spelled) else _invalid()


def _invalid() -> CellError:
    return CellError(
        "phone_invalid",
        N_('Row {row}, {column}: "{value}" is no phone number. A Chinese mobile has 11 digits; write + and the country code for others.'),  # noqa: E501
    )  # fmt: skip


def _extension() -> CellError:
    return CellError(
        "phone_extension",
        N_('Row {row}, {column}: "{value}" has an extension or words, which no text message reaches. Give a mobile number.'),  # noqa: E501
    )  # fmt: skip


def _not_mobile(number: PhoneNumber) -> CellError:
    import phonenumbers

    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        return CellError(
            "phone_landline",
            N_('Row {row}, {column}: "{value}" is a landline, which cannot receive texts. Give a mobile number.'),  # noqa: E501
        )  # fmt: skip
    return CellError(
        "phone_not_mobile",
        N_('Row {row}, {column}: "{value}" is a service number, not a mobile. Give a mobile number.'),  # noqa: E501
    )  # fmt: skip


def masked(e164: str) -> str:
    """The number with its middle hidden: `+86 138****8000`."""
    if e164.startswith("+86") and len(e164) == 14:
        return f"+86 {e164[3:6]}****{e164[-4:]}"
    return f"{e164[:4]}****{e164[-3:]}"


def masked_name(name: str) -> str:
    """The first character or word of a name; the rest hidden."""
    first = name.split()[0] if name.isascii() and name.split() else name[:1]
    return f"{first}**" if first else ""
