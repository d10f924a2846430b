"""Pages of the analysis: cross-tabulations, and what changed since the previous period."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, abort, redirect, render_template, url_for

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets.desk import running_job
from surveyapp.distribution import periods
from surveyapp.distribution.models import Study
from surveyapp.jobs.running import enqueue
from surveyapp.reports import comparisons, snapshots, tables, telling, trends
from surveyapp.reports.analysis_forms import TableForm
from surveyapp.reports.analysis_views import Answer, analysis, context_of, study_of
from surveyapp.reports.publication_models import Comparison
from surveyapp.tabular.safe_csv import write_csv


@analysis.get("/studies/<int:study_id>/analysis/change")
def change(study_id: int) -> str:
    """Every headline and dimension against the previous period."""
    study = study_of(study_id)
    names = ("n", "withheld", "minimum", "change")
    shown = snapshots.part_of(study.id, names)
    found: dict[str, Any] = shown.get("change") or {}
    return render_template(
        "reports/change.html",
        **context_of(study, shown),
        change=found,
        recurs=periods.definition_of(study) is not None,
        open_until=trends.open_until(study, found.get("now", {}).get("name", "")),
        warnings=telling.invariance_warnings(found.get("scales", ()), ""),
    )


@analysis.get("/studies/<int:study_id>/analysis/tables")
def tables_page(study_id: int) -> str:
    """Choose a table; those that were made."""
    study = study_of(study_id)
    return _page(study, TableForm(formdata=None).offer(*tables.choices(study)))


@analysis.post("/studies/<int:study_id>/analysis/tables")
def make_table(study_id: int) -> Answer:
    """Tabulate, as a job."""
    study = study_of(study_id)
    form = TableForm().offer(*tables.choices(study))
    if not form.validate_on_submit():
        return _page(study, form), 422
    asked = {"row": form.row.data, "column": form.column.data}
    enqueue("reports.tabulate", study_id=study.id, asked_by=audit.actor(), **asked)
    db.session.commit()
    return redirect(url_for("analysis.tables_page", study_id=study.id))


def _page(study: Study, form: TableForm) -> str:
    return render_template(
        "reports/tables.html",
        **context_of(study, {}),
        form=form,
        kept=comparisons.kept_of(study.id, tables=True),
        tables=tables,
        job=running_job(study.id, "reports.tabulate"),
    )


@analysis.get("/studies/<int:study_id>/analysis/tables/<int:table_id>")
def table(study_id: int, table_id: int) -> str:
    """One table, to read and to print."""
    study, found = study_of(study_id), _found(study_id, table_id)
    return render_template(
        "reports/table.html",
        **context_of(study, found.figures),
        found=found,
        tables=tables,
        withheld=tables.withheld(found),
    )


@analysis.get("/studies/<int:study_id>/analysis/tables/<int:table_id>.csv")
def table_file(study_id: int, table_id: int) -> Response:
    """The same as a file; 404 while it is withheld."""
    found = _found(study_id, table_id)
    if tables.withheld(found):
        abort(404)
    text, (header, *rows) = io.StringIO(), tables.csv_rows(found)
    write_csv(text, header, rows)
    headers = {"Content-Disposition": f'attachment; filename="table-{found.id}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), headers=headers, mimetype="text/csv")


def _found(study_id: int, table_id: int) -> Comparison:
    found: Comparison = db.get_or_404(Comparison, table_id)
    if found.study_id != study_id or found.params["by"] != comparisons.TABLE:
        abort(404)
    return found
