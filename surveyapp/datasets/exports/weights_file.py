"""How the weights of a file came about, beside it: the recipe with its hash, what became of the
sample, every step with its convergence. JSON, from which the weights can be made again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from surveyapp.datasets.exports.checking import write_text
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.weights.telling import told

FORMAT = "surveyapp/weights-report/1"


def write(path: Path, content: Content) -> int:
    """The report; how many steps it has. Raises SurveyError `export.differs`."""
    report = report_of(content)
    text = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    write_text(path, text)
    return len(report["steps"])


def report_of(content: Content) -> dict[str, Any]:
    """recipe_hash, recipe and cells (what became of each stratum's sample) as in a snapshot's
    manifest; the rest as `weights.telling.told`, of the rows that enter estimates.
    """
    weighing = content.data.weighing
    made = told(content.entering, content.weighting)
    return {
        "format": FORMAT,
        "dataset": content.entering.hash,
        "recipe_hash": made.pop("recipe"),
        **weighing.as_json(),
        **made,
    }
