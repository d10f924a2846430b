"""The middle of a report: dimensions, the score of the period, standings. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from surveyapp.findings import N_
from surveyapp.reports.charts import Bar, bar_chart, fitted
from surveyapp.reports.numerals import number, percent
from surveyapp.reports.papers import drawing
from surveyapp.reports.papers.facts import Facts, Json
from surveyapp.reports.papers.model import (
    COUNT,
    ONE,
    SHARE,
    SPAN,
    TWO,
    Block,
    Column,
    Figure,
    Section,
    Sheet,
    Table,
    Words,
)
from surveyapp.reports.papers.shapes import radar
from surveyapp.reports.papers.speech import Speech, count
from surveyapp.reports.papers.summary import changed

WIDTH = 640
LABEL = WIDTH * 0.4 - 12
DRAWN = 24
"""More bars than this do not fit a page; the table has them all."""


def body(facts: Facts, say: Speech) -> Iterator[Section]:
    """The sections that were asked for and have something to say."""
    figures = facts.figures
    if facts.wants("dimensions") and figures["dimensions"]:
        yield _dimensions(facts, say)
    grading = figures.get("grading")
    if facts.wants("score") and grading and any(grading["declares"].values()):
        yield _score(grading, facts, say)
    if facts.wants("standings") and facts.standings:
        yield _standings(facts, say)


def source_of(facts: Facts, say: Speech, n: int) -> str:
    """Base and origin: what stands below every chart."""
    said = {"study": facts.study, "period": facts.period, "n": count(n)}
    return say(N_("n = {n}. Source: {study}, {period}; cleaned answers."), **said)


def _dimensions(facts: Facts, say: Speech) -> Section:
    figures = facts.figures
    shown = [d for d in figures["dimensions"] if d["mean"] is not None]
    table = _dimension_table(facts, say)
    source = source_of(facts, say, figures["n"])
    title = say(N_("Scores of the dimensions"))
    bars = [
        Bar(
            fitted(f"{say.text(d['title'])} ({number(d['weight'], 0)} %)", LABEL),
            d["mean"], d["low"], d["high"], note=f"n = {count(d['n'])}", shown=number(d["mean"]),
        )
        for d in shown
    ]  # fmt: skip
    chart = bar_chart(bars, 0, 100, width=WIDTH)
    note = say(
        N_("Index 0 to 100 with the 95 % interval, weighted; in brackets the weight in the total.")
    )
    first = Figure(title, drawing.bars(chart, title, facts.brand.palette), chart.height,
                   f"{note} {source}", table)  # fmt: skip
    blocks: list[Block] = [Sheet((first, *_balance(shown, facts, say, source)))]
    blocks.append(_change_table(facts, say) if facts.previous else replace(table, sheet=""))
    return Section("dimensions", say(N_("Dimensions")), tuple(blocks))


def _dimension_table(facts: Facts, say: Speech) -> Table:
    columns = (
        Column(say(N_("Dimension"))), Column(say(N_("Weight, %")), ONE),
        Column(say(N_("Mean")), ONE),
        Column(say(N_("95 % interval")), SPAN), Column("n", COUNT),
    )  # fmt: skip
    total = facts.figures["weighted_total"]
    rows = [
        (say.text(d["title"]), d["weight"], d["mean"], (d["low"], d["high"]), d["n"])
        for d in facts.figures["dimensions"]
    ]
    whole = (
        say(N_("Weighted total")),
        100.0,
        total["mean"],
        (total["low"], total["high"]),
        total["n"],
    )
    title = say(N_("Scores of the dimensions"))
    return Table(title, columns, (*rows, whole), sheet=say(N_("Dimensions")))


def _balance(shown: list[Json], facts: Facts, say: Speech, source: str) -> Iterator[Figure]:
    rows_before = [facts.changes.get(d["id"]) for d in shown]
    earlier = [row["before"]["mean"] if row else None for row in rows_before]
    values = [(say.text(d["title"]), float(d["mean"])) for d in shown]
    shape = radar(values, earlier, height=300)
    if shape is None:
        return
    title = say(N_("Balance of the dimensions"))
    columns = [Column(say(N_("Dimension"))), Column(say(N_("Mean")), ONE)]
    if shape.before:
        columns.append(Column(facts.previous, ONE))
    rows = tuple(
        (name, value, *((then,) if shape.before else ()))
        for (name, value), then in zip(values, earlier, strict=True)
    )
    said = say(N_("An even shape is a balanced service; rings at 25, 50, 75 and 100."))
    if shape.before:
        said += " " + say(N_("Dashed: {previous}."), previous=facts.previous)
    table = Table(title, tuple(columns), rows, sheet=say(N_("Balance")))
    svg = drawing.radar(shape, title, facts.brand.palette)
    yield Figure(title, svg, shape.height, f"{said} {source}", table)


def _change_table(facts: Facts, say: Speech) -> Table:
    titles = {"total": say(N_("Weighted total")), "nps": say(N_("NPS"))}
    titles |= {d["id"]: say.text(d["title"]) for d in facts.figures["dimensions"]}
    columns = (
        Column(say(N_("Figure"))), Column(facts.previous, ONE), Column(say(N_("Difference")), ONE),
        Column(say(N_("95 % interval")), SPAN), Column(say(N_("Verdict"))),
    )  # fmt: skip
    rows = []
    for outcome, title in titles.items():
        found = facts.changes.get(outcome)
        if found is not None:
            words = {
                "up": say(N_("better")),
                "down": say(N_("worse")),
                "": say(N_("may be chance")),
            }
            verdict = words[changed(facts, outcome, say)[1]]
            span = (found["low"], found["high"])
            rows.append((title, found["before"]["mean"], found["difference"], span, verdict))
    title = say(N_("Against {previous}"), previous=facts.previous)
    note = say(
        N_(
            "Better or worse only where p < 0.05, adjusted by Holm over the figures compared; the"
            " interval is that of the single difference."
        )
    )
    return Table(title, columns, tuple(rows), note, sheet=say(N_("Changes since then")))


def _score(grading: Json, facts: Facts, say: Speech) -> Section:
    own = next(scheme for scheme in grading["schemes"] if not scheme["id"])
    base = sum(own["counts"].values())
    title = say(N_("Answers per level"))
    rows, bars = [], []
    for level in grading["levels"]:
        name, n = f"{say.text(level['title'])} (≥ {level['least']:g})", own["counts"][level["id"]]
        share = n / base if base else None
        rows.append((name, n, share))
        wide = None if share is None else 100 * share
        bars.append(Bar(fitted(name, LABEL), wide, note=f"n = {count(n)}", shown=percent(share)))
    columns = (
        Column(say(N_("Level"))),
        Column("n", COUNT),
        Column(say(N_("Share of answers")), SHARE),
    )
    table = Table(title, columns, tuple(rows), sheet=say(N_("Levels")))
    chart = bar_chart(bars, 0, 100, width=WIDTH)
    source = source_of(facts, say, base)
    figure = Figure(title, drawing.bars(chart, title, facts.brand.palette), chart.height,
                    say(N_("Unweighted, before vetoes.")) + " " + source, table)  # fmt: skip
    return Section(
        "score",
        say(N_("Score of the period")),
        (Words(tuple(_rules(grading, own, say))), Sheet((figure,)), *_schemes(grading, say)),
    )


def _rules(grading: Json, own: Json, say: Speech) -> Iterator[str]:
    """How the score came about."""
    said = {"plain": number(own["plain"]["mean"], 2), "raised": number(own["raised"]["mean"], 2),
            "score": number(own["score"], 2), "cap": number(grading["bonus_cap"], 0)}  # fmt: skip
    yield say(
        N_(
            "Weighted total {plain} points, {raised} with bonuses (at most {cap} %), "
            "{score} after vetoes."
        ),
        **said,
    )
    for one in grading["vetoes"]:
        yield say(
            N_("Veto “{title}”: {n} answers; it sets the score to zero."),
            title=say.text(one["title"]),
            n=one["n"],
        )
    for one in grading["bonuses"]:
        said = {
            "title": say.text(one["title"]),
            "n": count(one["n"]),
            "percent": number(one["percent"], 1),
        }
        yield say(N_("Bonus “{title}” ({percent} %): {n} answers."), **said)


def _schemes(grading: Json, say: Speech) -> Iterator[Table]:
    if len(grading["schemes"]) < 2:
        return
    columns = (
        Column(say(N_("Weights of"))), Column(say(N_("Before bonuses")), TWO),
        Column(say(N_("With bonuses")), TWO), Column(say(N_("Score")), TWO), Column("n", COUNT),
    )  # fmt: skip
    rows = tuple(
        (say.text(s["title"]) if s["id"] else say(N_("All staff")),
         s["plain"]["mean"], s["raised"]["mean"], s["score"], s["plain"]["n"])
        for s in grading["schemes"]
    )  # fmt: skip
    yield Table(say(N_("By the weights of each role")), columns, rows, sheet=say(N_("Roles")))


def _standings(facts: Facts, say: Speech) -> Section:
    blocks: list[Block] = []
    for standing in facts.standings:
        if standing["outcome"] == facts.standings[0]["outcome"]:
            blocks += [Sheet((_standing(standing, facts, say),)), *_bands(standing, say)]
    lead = say(N_("A place is an interval: from the best to the worst that chance allows."))
    return Section("standings", say(N_("Standings")), tuple(blocks), lead)


def _standing(standing: Json, facts: Facts, say: Speech) -> Figure:
    entries = standing["entries"]
    title = say(N_("{group}: {outcome}"), group=standing["group"], outcome=standing["of"])
    drawn = entries if len(entries) <= DRAWN else [*entries[: DRAWN - 8], *entries[-8:]]
    bars = [
        Bar(fitted(f"{e['place']}  {e['shown']}", LABEL), e["mean"], e["low"], e["high"],
            note=f"n = {count(e['n'])}", shown=number(e["mean"]))
        for e in drawn
    ]  # fmt: skip
    low = -100 if standing["outcome"] == "nps" else 0
    chart = bar_chart(bars, low, 100, width=WIDTH)
    columns = (
        Column(say(N_("Place in the ranking"))), Column(standing["group"]),
        Column(say(N_("Mean")), ONE),
        Column(say(N_("95 % interval")), SPAN), Column("n", COUNT),
    )  # fmt: skip
    rows = tuple(
        (e["place"], e["shown"], e["mean"], (e["low"], e["high"]), e["n"]) for e in entries
    )
    note = [standing["summary"]]
    if len(drawn) < len(entries):
        note.append(say(N_("Drawn are the first {first} and the last {last} of {all}."),
                        first=DRAWN - 8, last=8, all=count(len(entries))))  # fmt: skip
    source = source_of(facts, say, sum(e["n"] for e in entries))
    table = Table(title, columns, rows, sheet=standing["group"])
    svg = drawing.bars(chart, title, facts.brand.palette)
    return Figure(title, svg, chart.height, f"{' '.join(note)} {source}", table)


def _bands(standing: Json, say: Speech) -> Iterator[Words]:
    said = [*standing["bands_said"]]
    if standing["small"]:
        said.append(
            say(N_("Not ranked, because too few answered: {n} groups."), n=len(standing["small"]))
        )
    if said:
        yield Words(tuple(said), points=True)
