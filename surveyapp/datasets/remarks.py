"""Findings beside figures, kept so that a page can say them in its reader's language."""

from __future__ import annotations

from typing import Any

from surveyapp.findings import Finding

Json = dict[str, Any]


def as_remark(finding: Finding) -> Json:
    """A finding with its template and parameters; `surveyapp.findings.Finding(**it)` again."""
    return {
        "code": finding.code,
        "place": finding.place,
        "template": finding.template,
        "params": dict(finding.params),
        "severity": finding.severity,
    }
