"""What every cell reader shares: cleaning text, and the way to say what is wrong with a cell."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u202a\u202c\u202d\u202e"))
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")


class CellError(Exception):
    """A cell that cannot be read.

    code: `customer.<code>` names the finding. template: English sentence marked with `N_` that
    may use {row}, {column}, {value} and the extra `params`.
    """

    def __init__(self, code: str, template: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.template = template
        self.params = params


def clean(text: str) -> str:
    """The cell without outer blanks, invisible marks, and the quote that shields a formula.

    The rejected rows come back with that quote, so a mended file reads as it was meant.
    """
    seen = text.strip() if text.isprintable() else text.translate(_UNSEEN).strip()
    return _GUARDED.sub("", seen) if seen.startswith("'") else seen


def narrow(text: str) -> str:
    """`clean` with full-width digits, letters and signs as their ordinary forms."""
    cleaned = clean(text)
    return cleaned if cleaned.isascii() else unicodedata.normalize("NFKC", cleaned).strip()


def key(text: str) -> str:
    """The text as it is compared: case, width, blanks and joining signs do not matter."""
    return re.sub(r"[\s_\-./]+", "", narrow(text).casefold())


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
