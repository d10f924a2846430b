"""Question by question: how the answers divide, each in the chart that suits it. Pure.

A pie only for one answer out of five at most; statements of one grid share a chart; everything else
is bars, and points 0 to 10 are columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from surveyapp.findings import N_
from surveyapp.reports.charts import Bar, bar_chart, column_chart, fitted
from surveyapp.reports.numerals import number, percent
from surveyapp.reports.papers import drawing
from surveyapp.reports.papers.body import LABEL, WIDTH, source_of
from surveyapp.reports.papers.facts import Facts, Json
from surveyapp.reports.papers.model import (
    COUNT,
    SHARE,
    SHARES,
    TWO,
    Cell,
    Column,
    Figure,
    Section,
    Table,
    Words,
    on_sheets,
)
from surveyapp.reports.papers.shapes import PIE_AT_MOST, pie, stacked
from surveyapp.reports.papers.speech import Speech, count

LONG = 8
"""Points of a scale from which columns are drawn, and more options than a chart has room for."""


def questions(facts: Facts, say: Speech) -> Iterator[Section]:
    """One section, where there are figures of any question."""
    figures = [*_figures(facts, say)]
    small = [*_small(facts, say)]
    if facts.wants("questions") and (figures or small):
        lead = say(
            N_(
                "Shares of the answers as they were given, unweighted unless a chart says"
                " otherwise."
            )
        )
        blocks = (*on_sheets(figures), *((Words(tuple(small)),) if small else ()))
        yield Section("questions", say(N_("Question by question")), blocks, lead)


def _figures(facts: Facts, say: Speech) -> Iterator[Figure]:
    of_options = {q["question"] for kind in ("multiples", "rankings") for q in facts.figures[kind]}
    tables = [
        t for t in facts.figures["frequencies"]
        if t["counts"] and t["base"] and t["variable"].partition(".")[0] not in of_options
        and not t["variable"].startswith(("random.", "computed."))
    ]  # fmt: skip
    for _, group in groupby(tables, _grid):
        found = list(group)
        yield _of_grid(found, facts, say) if len(found) > 1 else _of_one(found[0], facts, say)
    for one in facts.figures["multiples"]:
        if one["base"] and not one.get("withheld"):
            yield _of_options(one, facts, say)
    for one in facts.figures["rankings"]:
        if one["base"] and not one.get("withheld"):
            yield _of_places(one, facts, say)


def _grid(table: Json) -> tuple[object, ...]:
    """What statements of the same grid have in common."""
    question, dot, _ = table["variable"].partition(".")
    codes = tuple(c["code"] for c in table["counts"])
    scale = dot and all(isinstance(code, int) for code in codes) and len(codes) < LONG
    return (question, codes) if scale else (table["variable"], ())


def _small(facts: Facts, say: Speech) -> Iterator[str]:
    for table in facts.figures["frequencies"]:
        if table.get("withheld"):
            said = {
                "title": say.text(table["label"]),
                "n": table["base"],
                "least": table["withheld"],
            }
            yield say(N_("“{title}”: {n} answers, withheld because fewer than {least}."), **said)


def _label(entry: Json, say: Speech) -> str:
    text = say.text(entry["label"]) if entry["label"] else ""
    if isinstance(entry["code"], int):
        code = str(entry["code"])
        return text if text.startswith(code) else f"{code} {text}".strip()
    return text or str(entry["code"])


def _counts_table(table: Json, title: str, say: Speech) -> Table:
    columns = (
        Column(say(N_("Answer"))),
        Column("n", COUNT),
        Column(say(N_("Share of answers")), SHARE),
    )
    rows = tuple((_label(c, say), c["n"], c["n"] / table["base"]) for c in table["counts"])
    return Table(title, columns, rows, sheet=table["variable"])


def _of_one(table: Json, facts: Facts, say: Speech) -> Figure:
    title = say.text(table["label"])
    pairs = [(_label(c, say), int(c["n"])) for c in table["counts"]]
    numbers = all(isinstance(c["code"], int) for c in table["counts"])
    source = source_of(facts, say, table["base"])
    shown = _counts_table(table, title, say)
    palette = facts.brand.palette
    if numbers and len(pairs) >= LONG:
        chart = column_chart(
            [(str(c["code"]), c["n"]) for c in table["counts"]], width=WIDTH, height=170
        )
        note = say(N_("Per cent of the answers; {ends}."), ends=_ends(table, say))
        return Figure(
            title, drawing.columns(chart, title, palette), chart.height, f"{note} {source}", shown
        )
    note = say(N_("Per cent of the answers."))
    round_ = pie(pairs) if not numbers and len(pairs) <= PIE_AT_MOST else None
    if round_ is not None:
        return Figure(
            title, drawing.pie(round_, title, palette), round_.height, f"{note} {source}", shown
        )
    bars = [
        Bar(fitted(label, LABEL), 100 * n / table["base"], note=f"n = {count(n)}",
            shown=percent(n / table["base"]))
        for label, n in pairs
    ]  # fmt: skip
    flat = bar_chart(bars, 0, 100, width=WIDTH)
    return Figure(title, drawing.bars(flat, title, palette), flat.height, f"{note} {source}", shown)


def _ends(table: Json, say: Speech) -> str:
    first, last = table["counts"][0], table["counts"][-1]
    return f"{_label(first, say)} – {_label(last, say)}"


def _of_grid(tables: list[Json], facts: Facts, say: Speech) -> Figure:
    """Statements of one grid as bars of 100 per cent."""
    texts = [say.text(t["label"]) for t in tables]
    title = texts[0].partition(" – ")[0]
    names = [text.removeprefix(f"{title} – ") for text in texts]
    categories = [_label(c, say) for c in tables[0]["counts"]]
    rows = [(name, [c["n"] for c in t["counts"]]) for name, t in zip(names, tables, strict=True)]
    chart = stacked(categories, rows, width=WIDTH)
    columns = (
        Column(say(N_("Statement"))),
        *(Column(c, SHARE) for c in categories),
        Column("n", COUNT),
    )
    cells: list[tuple[Cell, ...]] = [
        (name, *(n / t["base"] for n in counts), t["base"])
        for (name, counts), t in zip(rows, tables, strict=True)
    ]
    source = source_of(facts, say, max(t["base"] for t in tables))
    note = say(N_("Per cent of the answers to each statement."))
    table = Table(title, columns, tuple(cells), sheet=tables[0]["variable"].partition(".")[0])
    svg = drawing.stacked(chart, title, facts.brand.palette)
    return Figure(title, svg, chart.height, f"{note} {source}", table)


def _of_options(one: Json, facts: Facts, say: Speech) -> Figure:
    options = sorted(one["options"], key=lambda o: -(o["mean"] or 0))
    note = say(
        N_("Per cent of the respondents, weighted, several answers each, with the 95 % interval.")
    )
    return _shares(one, [(o, o, None) for o in options], note, facts, say)


def _of_places(one: Json, facts: Facts, say: Speech) -> Figure:
    options = sorted(one["options"], key=lambda o: -(o["first"]["mean"] or 0))
    note = say(N_("Put first by per cent of the respondents, weighted, with the 95 % interval."))
    return _shares(one, [(o, o["first"], o["place"]["mean"]) for o in options], note, facts, say)


def _shares(
    one: Json, options: list[tuple[Json, Json, float | None]], note: str, facts: Facts, say: Speech
) -> Figure:
    title = say.text(one["label"])
    bars = [_bar(say.text(o["label"]), share, place, say) for o, share, place in options]
    chart = bar_chart(bars, 0, 100, width=WIDTH)
    ranked = any(place is not None for _, _, place in options)
    columns = [
        Column(say(N_("Answer"))), Column(say(N_("Share of answers")), SHARE),
        Column(say(N_("95 % interval")), SHARES), Column("n", COUNT),
    ]  # fmt: skip
    columns += [Column(say(N_("Mean place")), TWO)] if ranked else []
    rows = tuple(
        (
            say.text(o["label"]),
            s["mean"],
            (s["low"], s["high"]),
            s["n"],
            *((place,) if ranked else ()),
        )
        for o, s, place in options
    )
    source = source_of(facts, say, one["base"])
    table = Table(title, tuple(columns), rows, sheet=one["question"])
    svg = drawing.bars(chart, title, facts.brand.palette)
    return Figure(title, svg, chart.height, f"{note} {source}", table)


def _bar(label: str, share: Json, place: float | None, say: Speech) -> Bar:
    ends = (_hundred(share, "mean"), _hundred(share, "low"), _hundred(share, "high"))
    note = "" if place is None else say(N_("mean place {place}"), place=number(place, 2))
    return Bar(fitted(label, LABEL), *ends, note=note, shown=percent(share["mean"]))


def _hundred(share: Json, key: str) -> float | None:
    return None if share[key] is None else 100 * share[key]
