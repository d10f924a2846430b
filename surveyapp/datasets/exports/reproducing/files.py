"""The scripts as files: a Jupyter notebook and an R script beside a CSV export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from surveyapp.datasets.digests import digest_of
from surveyapp.datasets.exports.checking import write_text
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.reproducing.plan import Plan, plan_of

CELL = "# %%"
"""Begins a cell in the source of the notebook."""
ENTITLED = """# {title}

用 numpy 与 pandas 由导出的 CSV 文件重新计算主要结果；请将本文件与 `{file}` 放在同一文件夹。

The headline again from the exported CSV file, with numpy and pandas only. Keep this notebook in the
folder of `{file}`. Rows without `analysis_weight` do not enter estimates.
"""
SHOW = """RESULT = headline(read(PLAN), PLAN)
shown = pd.DataFrame(RESULT).T
shown["platform"] = [PLAN["expected"][name]["mean"] for name in RESULT]
shown"""
Files = list[tuple[str, Path, int]]


def write(folder: Path, stem: str, content: Content, data: Path) -> Files:
    """Both scripts: kind, path, and how many numbers each gives. Raises SurveyError
    `export.differs` when what was read back is not what was written.
    """
    plan = plan_of(content, data.name, digest_of(data))
    script = _source("headline.R").replace("#@PLAN", f"plan <- {in_r(plan)}")
    made = {"notebook": notebook(content.data.title, plan), "r": script}
    files = []
    for (kind, text), ending in zip(made.items(), ("ipynb", "R"), strict=True):
        path = folder / f"{stem}-headline.{ending}"
        write_text(path, text)
        files.append((kind, path, len(plan["expected"])))
    return files


def notebook(title: str, plan: Plan) -> str:
    """A notebook in nbformat 4.5 whose last cell shows the headline beside what was expected."""
    cells = [_cell("markdown", ENTITLED.format(title=title, file=plan["file"]))]
    sources = [part.strip("\n") for part in _source("headline.py").split(CELL)[1:]]
    told = f"import json\n\nPLAN = json.loads({json.dumps(plan, indent=1)!r})"
    for source in (*sources, told, SHOW):
        cells.append(_cell("code", source))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def in_r(value: Any) -> str:
    """JSON as an R expression: lists, vectors of named numbers, strings, TRUE, FALSE, NULL."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_name(key)} = {in_r(one)}" for key, one in value.items())
        numbers = bool(value) and all(type(one) in (int, float) for one in value.values())
        return f"c({inner})" if numbers else f"list({inner})"
    if isinstance(value, list):
        return f"list({', '.join(map(in_r, value))})"
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _name(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}


def _source(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
