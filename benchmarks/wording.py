"""How often the wording check is right, on questions whose faults a person marked.

The corpus (`tests/designer/wording_corpus.tsv`) holds good and bad questions in both languages. It
was written by the authors of the check, with faults in it that the check is known to miss: the
figures describe the rules and promise nothing for other people's questionnaires. Precision is
the share of findings that were marked, recall the share of marked faults that were found.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks._report import report
from surveyapp.designer.document import Document
from surveyapp.designer.wording import check_wording

CORPUS = Path(__file__).parent.parent / "tests" / "designer" / "wording_corpus.tsv"
AGREE = {
    "zh-Hans": ("非常不同意", "一般", "非常同意"),
    "en": ("Strongly disagree", "Neither", "Strongly agree"),
}
SATISFIED = {
    "zh-Hans": ("非常不满意", "一般", "非常满意"),
    "en": ("Very dissatisfied", "Neither", "Very satisfied"),
}


class Case(NamedTuple):
    """One question of the corpus, with the codes that a person gave it."""

    language: str
    text: str
    document: Document
    faults: frozenset[str]


class Score(NamedTuple):
    """Findings that were right, findings that were not, faults that were missed."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the findings that were right; None without findings."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else None

    @property
    def recall(self) -> float | None:
        """Share of the faults that were found; None without faults."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else None


def cases() -> Iterator[Case]:
    """The corpus."""
    with CORPUS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            faults = frozenset(f"wording.{code}" for code in row["faults"].split(",") if code)
            yield Case(row["language"], row["text"], _document(row), faults)


def _document(row: dict[str, str]) -> Document:
    language, kind = row["language"], row["kind"]
    question: dict[str, Any] = {"id": "q", "type": "short_text", "title": {language: row["text"]}}
    labels = row["options"].split("/") if row["options"] else []
    if kind in ("statement", "rating"):
        words = (AGREE if kind == "statement" else SATISFIED)[language]
        points = {str(n): {language: w} for n, w in zip((1, 3, 5), words, strict=True)}
        question |= {"type": "likert", "scale": {"points": 5, "labels": points}}
    elif kind == "scale":
        points = {str(n): {language: label} for n, label in enumerate(labels, 1)}
        question |= {"type": "likert", "scale": {"points": len(labels), "labels": points}}
    elif kind == "options":
        options = [{"id": f"o{n}", "label": {language: label}} for n, label in enumerate(labels)]
        question |= {"type": "single", "options": options}
    page = {"id": "p", "questions": [question]}
    whole = {"title": {language: "–"}, "languages": [language], "default_language": language}
    return Document.model_validate({**whole, "pages": [page]})


def found(case: Case) -> frozenset[str]:
    """The codes that the check gives to the question."""
    return frozenset(finding.code for finding in check_wording(case.document))


def scores() -> dict[tuple[str, str], Score]:
    """Language and code (`all` for the sum) → how often it was right."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for case in cases():
        seen = found(case)
        for code in seen | case.faults:
            how = ("false", "missed", "hits")[
                (code in case.faults) + (code in seen and code in case.faults)
            ]
            for key in ((case.language, code), (case.language, "all")):
                counted.setdefault(key, Counter())[how] += 1
    return {key: Score(**count) for key, count in sorted(counted.items())}


def main() -> None:
    """Print and store the table."""
    total = Counter(case.language for case in cases())
    rows = [
        {"code": code, "language": language, "questions": total[language], **score._asdict(),
         "precision": score.precision, "recall": score.recall}
        for (language, code), score in scores().items()
    ]  # fmt: skip
    report("wording", rows)


if __name__ == "__main__":
    main()
