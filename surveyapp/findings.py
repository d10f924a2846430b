"""What is wrong, where, and how to mend it: the one form in which every part reports trouble.

Pure code reports `Finding` values and raises `SurveyError`; it never translates. The sentence is
an English template marked with `N_` (so that the catalogues pick it up) and is translated where a
person sees it, by the `explain` filter of the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(template: str) -> str:  # noqa: N802 - the customary name of the marker that gettext extracts
    """Mark a sentence for translation without translating it."""
    return template


class Term(str):
    """A parameter of a finding that is a word of ours, marked with `N_`, and translated with it."""

    __slots__ = ()


@dataclass(frozen=True)
class Finding:
    """One coded observation.

    code: stable, `area.what` (`rule.unknown_question`). place: what it concerns (`question:q3`,
    `row:17`, an item name). template: English sentence with `{named}` fields that says how to
    mend it. params: the fields' values. severity: "error" blocks, "warning" and "info" do not.
    """

    code: str
    place: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict)
    severity: str = "error"

    @property
    def message(self) -> str:
        """The English sentence, filled in."""
        return self.template.format(**self.params)

    def as_json(self) -> dict[str, object]:
        """code, place, message and severity, for machine readers."""
        return {
            "code": self.code,
            "place": self.place,
            "message": self.message,
            "severity": self.severity,
        }


class SurveyError(Exception):
    """Work that cannot go on; carries at least one finding."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{f.code} at {f.place}: {f.message}" for f in findings))
        self.findings = findings
