"""Reading one cell as a value: text, amounts, dates, choices, yes or no.

Every reader takes the cell's text (not blank) and returns the value, or raises CellError.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from surveyapp import clock
from surveyapp.customers.cells import CellError, clean, key, narrow
from surveyapp.findings import N_

LARGEST_AMOUNT = Decimal("999999999999.99")
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
LARGEST_COUNT = 2_147_483_647
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Day numbers of Excel that are taken for dates: 1954 to 2119."""
_EXCEL_EPOCH = date(1899, 12, 30)
_CENT = Decimal("0.01")
_NOISE = Decimal("0.000001")
"""What binary arithmetic in a spreadsheet may add to an amount (1299.4999999999998)."""

_PLAIN_NUMBER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
"""A customer number that nothing has to be done to, and no spreadsheet took for a number."""
_PLAIN_AMOUNT = re.compile(r"[0-9]{1,11}\.[0-9]{2}")
_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?")
_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d+")
_WHOLE = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0*)?")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.*$")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_NAMED_MONTHS = ("%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y")


def text_reader(limit: int) -> Callable[[str], str]:
    """A reader of one line of text of at most `limit` characters."""

    def read(cell: str) -> str:
        if len(cell) <= limit and _is_plain(cell):
            return cell
        text = " ".join(unicodedata.normalize("NFC", clean(cell)).split())
        if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
            raise CellError(
                "control_character",
                N_("Row {row}, {column}: the cell holds a character that cannot be printed. Delete it and type the text again."),  # noqa: E501
            )  # fmt: skip
        if len(text) > limit:
            raise CellError(
                "too_long",
                N_('Row {row}, {column}: "{value}" has {length} characters; at most {limit} fit.'),
                length=len(text), limit=limit,
            )  # fmt: skip
        return text

    return read


def _is_plain(cell: str) -> bool:
    """Whether cleaning would leave a text as it is: nearly all are, and looking costs less."""
    printable = cell.isprintable() and " " not in cell and not cell.startswith("'")
    return printable and (cell.isascii() or unicodedata.is_normalized("NFC", cell))


def email(cell: str) -> str:
    """An e-mail address of the usual form, its domain in small letters."""
    address = narrow(cell)
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise CellError(
            "email_invalid",
            N_('Row {row}, {column}: "{value}" is no e-mail address. Write it as name@example.com.'),  # noqa: E501
        )  # fmt: skip
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def city(cell: str) -> str:
    """A city's name without the ending 市, so that 上海 and 上海市 are one stratum."""
    name = _city_text(cell)
    return name[:-1] if name.endswith("市") and len(name) > 2 else name


_city_text = text_reader(80)
_number_text = text_reader(64)


def customer_number(cell: str) -> str:
    """The retailer's own number of a customer; what a spreadsheet spoiled is refused."""
    if _PLAIN_NUMBER.fullmatch(cell):
        return cell
    text = _number_text(narrow(cell))
    if spoiled_number(text):
        raise CellError(
            "number_damaged",
            N_('Row {row}, {column}: "{value}" was turned into a number by a spreadsheet. Format the column as text and enter the customer number again.'),  # noqa: E501
        )  # fmt: skip
    return text


def spoiled_number(text: str) -> bool:
    """Whether a spreadsheet made a number of what was an id."""
    return bool(_EXPONENT.fullmatch(text) or re.fullmatch(r"\d+\.0+", text))


def amount(cell: str) -> Decimal:
    """An amount of money in yuan, exact to the fen; never negative."""
    if _PLAIN_AMOUNT.fullmatch(cell):
        return Decimal(cell)
    text = narrow(cell).upper()
    for word in ("CNY", "RMB", "¥", "元", "人民币"):
        text = text.replace(word, "")
    text = text.strip()
    if not _AMOUNT.fullmatch(text):
        raise _not_an_amount(text)
    exact = Decimal(text.replace(",", ""))
    rounded = exact.quantize(_CENT) if exact < LARGEST_AMOUNT else exact
    if rounded > LARGEST_AMOUNT:
        raise CellError(
            "amount_too_large", N_('Row {row}, {column}: "{value}" is too large for an amount.')
        )
    if abs(rounded - exact) > _NOISE:
        raise CellError(
            "amount_too_fine",
            N_('Row {row}, {column}: "{value}" has more than two decimals. Round it to fen.'),
        )
    return rounded


def _not_an_amount(text: str) -> CellError:
    if text.startswith("-"):
        return CellError(
            "amount_negative",
            N_('Row {row}, {column}: "{value}" is negative. Give what was spent, 0 or more.'),
        )
    return CellError(
        "not_an_amount",
        N_('Row {row}, {column}: "{value}" is no amount. Write digits, for example 1299.50.'),
    )


def count(cell: str) -> int:
    """A whole number of at least 0."""
    text = narrow(cell).removesuffix("次").strip()
    if not _WHOLE.fullmatch(text):
        raise CellError(
            "not_a_count",
            N_('Row {row}, {column}: "{value}" is no whole number. Write digits, for example 12.'),
        )
    number = int(text.replace(",", "").partition(".")[0][:12])
    if number > LARGEST_COUNT:
        raise CellError(
            "count_too_large", N_('Row {row}, {column}: "{value}" is too large for a count.')
        )
    return number


def day(cell: str) -> date:
    """A date up to tomorrow (zones differ): year first, Excel's day number, or a named month."""
    found = calendar_day(narrow(cell))
    if found > clock.now().date() + timedelta(days=1):
        raise CellError(
            "date_in_future",
            N_('Row {row}, {column}: "{value}" lies in the future. Check the year.'),
        )
    return found


def calendar_day(cell: str) -> date:
    """A date at any time, without the time that may follow it."""
    text = _TIME.sub("", cell).strip()
    found = _serial(text) or _numeric_date(text) or _named_month(text)
    if found is None:
        raise CellError(
            "not_a_date",
            N_('Row {row}, {column}: "{value}" is no date. Write the year first, for example 2026-11-23.'),  # noqa: E501
        )  # fmt: skip
    return found


def _serial(text: str) -> date | None:
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not part or part.isdigit())):
        return None
    if len(whole) != 5 or not FIRST_SERIAL <= int(whole) <= LAST_SERIAL:
        return None
    return _EXCEL_EPOCH + timedelta(days=int(whole))


def _numeric_date(text: str) -> date | None:
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(*map(int, found.groups()))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = map(int, found.groups())
        if first <= 12 and second <= 12 and first != second:
            raise CellError(
                "date_ambiguous",
                N_('Row {row}, {column}: "{value}" can mean two dates. Write the year first, for example 2026-11-23.'),  # noqa: E501
            )  # fmt: skip
        return _date(year, min(first, second), max(first, second))
    return None


def _date(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month) if year >= 1900 else None
    except ValueError:
        return None


def _named_month(text: str) -> date | None:
    for form in _NAMED_MONTHS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def choice_reader(spellings: Mapping[str, tuple[str, ...]]) -> Callable[[str], str]:
    """A reader of one of `spellings`' keys, spelled as the key or as one of its words."""
    known = {key(word): name for name, words in spellings.items() for word in (name, *words)}
    examples = ", ".join(f"{words[0]} / {name}" for name, words in spellings.items())

    def read(cell: str) -> str:
        found = known.get(key(cell))
        if found is None:
            raise CellError(
                "not_a_choice",
                N_('Row {row}, {column}: "{value}" is none of {known}.'),
                known=examples,
            )
        return found

    return read


_YES = (
    "是", "yes", "y", "true", "t", "1", "√", "✓", "有", "同意", "已同意",
    "已退订", "退订", "已拒收", "on", "agreed", "opted-out",
)  # fmt: skip
_NO = (
    "否", "no", "n", "false", "f", "0", "×", "✗", "x", "无", "不", "不同意",
    "未同意", "未退订", "未拒收", "off", "declined", "subscribed",
)  # fmt: skip
_ANSWERS = {key(word): answer for words, answer in ((_YES, True), (_NO, False)) for word in words}


def yes_or_no(cell: str) -> bool:
    """Yes or no in either language."""
    found = _ANSWERS.get(key(cell))
    if found is None:
        raise CellError(
            "not_yes_or_no",
            N_('Row {row}, {column}: "{value}" is neither yes nor no. Write 是 or 否, yes or no.'),
        )
    return found
