"""Cross-tabulations on demand: made by the worker, kept beside comparisons, read and exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from surveyapp.datasets.variable import Variable
from surveyapp.designer.document import Document
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import in_words
from surveyapp.reports import comparisons, telling
from surveyapp.reports.figures import number, p_value
from surveyapp.reports.publication import minimum_of
from surveyapp.reports.publication_models import Comparison

Json = dict[str, Any]
Choices = list[tuple[str, str]]
SINGLE = ("choice", "scale")
"""Kinds of columns of which a response has one value."""


def choices(study: Study) -> tuple[Choices, Choices]:
    """What can be tabulated, and by what: column and title in the reader's language."""
    from surveyapp.datasets import gather

    versions = gather.versions_of(study)
    columns = single_columns(study, versions)
    single = [(v.name, in_words(v.label)) for v in columns]
    asked = [(v.name, in_words(v.label)) for v in columns if is_asked(v)]
    attributes = [(key, str(_(label))) for key, label in comparisons.GROUPS.items()]
    return [*asked, *_multiples(versions)], [*attributes, *single]


def single_columns(study: Study, versions: Mapping[int, Document]) -> list[Variable]:
    """The columns of answers of which a response has one value, over these versions."""
    from surveyapp.datasets import gather
    from surveyapp.datasets.codebook import codebook

    book = codebook(versions, (), gather.mappings_of(study, versions))
    return [v for v in book.answers if v.kind in SINGLE]


def is_asked(column: Variable) -> bool:
    """Whether people answered it; else chance assigned it."""
    return not column.name.startswith(comparisons.ARM)


def _multiples(versions: Mapping[int, Document]) -> Choices:
    """Questions with several answers, by their newest wording."""
    found = {
        question.id: in_words(question.title)
        for _number, document in sorted(versions.items())
        for question in document.question_by_id.values()
        if question.type == "multiple"
    }
    return list(found.items())


def make(study_id: int, params: Json) -> Comparison:
    """Tabulate and keep the outcome. Heavy: for the worker. Raises SurveyError where there are no
    two columns to show.
    """
    from surveyapp.database import db
    from surveyapp.datasets.crosstab import tabulate

    data, minimum = comparisons.cleaned_of(study_id), minimum_of(study_id)
    figures = tabulate(data, params["row"], params["column"], minimum)
    db.session.rollback()
    return comparisons.keep(study_id, {**params, "by": comparisons.TABLE}, figures, data.hash)


def withheld(found: Comparison) -> int | None:
    """The minimum of today, where it has risen above a column of the table; else None."""
    minimum = minimum_of(found.study_id)
    return minimum if any(c["n"] < minimum for c in found.figures["columns"]) else None


def title(found: Comparison) -> str:
    """Question and by what, in words."""
    by = found.figures["by"]
    column = in_words(by) if by else _(comparisons.GROUPS[found.params["column"]])
    said = {"row": in_words(found.figures["label"]), "column": column}
    return str(_("%(row)s, by: %(column)s", **said))


def column_name(found: Comparison, column: Json) -> str:
    """What a column is called."""
    if column["label"]:
        return in_words(column["label"])
    return telling.group_name(found.params["column"], column["name"])


def row_name(row: Json) -> str:
    """What a row is called."""
    return in_words(row["label"]) if row["label"] else str(row["code"])


def test_sentence(test: Json) -> str:
    """Rao and Scott's test as journals print it."""
    df = f"{number(test['df1'], 2)}, {number(test['df2'], 1)}"
    return f"F({df}) = {number(test['f'], 2)}, {p_value(test['p'])}, n = {test['n']:,}"


def csv_rows(found: Comparison) -> Iterator[list[str]]:
    """The table as it is read: a row per category and column, shares from 0 to 1."""
    yield [_("Answer"), _("Column"), "n", _("Share"), _("Lower end"), _("Upper end"), "t", "p"]
    figures = found.figures
    for row in figures["rows"]:
        everybody = row["all"]
        yield [row_name(row), _("All"), str(figures["base"]), *_rounded(everybody), "", ""]
        for column, cell in zip(figures["columns"], row["cells"], strict=True):
            tested = [_plain(cell["t"]), _plain(cell["p"])]
            head = [row_name(row), column_name(found, column), str(column["n"])]
            yield [*head, *_rounded(cell), *tested]


def _rounded(share: Json) -> list[str]:
    return [_plain(share[name]) for name in ("share", "low", "high")]


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
