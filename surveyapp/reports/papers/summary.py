"""The page that a manager grasps in ten seconds: headlines, what to improve, trust. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surveyapp.findings import N_
from surveyapp.reports.numerals import interval, number, percent
from surveyapp.reports.papers.facts import Facts, Json
from surveyapp.reports.papers.model import Headline, Priority, Summary
from surveyapp.reports.papers.speech import Speech, count

MOST = 3
ALPHA = 0.7
"""The usual threshold of a scale's reliability."""
TARGET = 80
"""CSAT below it is a warning."""


def summary(facts: Facts, say: Speech) -> Summary:
    """All of it; where there are too few answers, only that."""
    if facts.withheld:
        said = say(
            N_("{n} answers are too few: this study publishes figures from {least} " "answers on."),
            n=count(facts.figures["n"]), least=facts.minimum,
        )  # fmt: skip
        return Summary((), (), (), said)
    if not facts.figures["n"]:
        return Summary((), (), (), say(N_("There are no answers in this period.")))
    note = say(
        N_(
            "Arrows show only changes that are larger than chance (p < 0.05, adjusted for the"
            " number of figures compared)."
        )
    )
    return Summary(
        tuple(headlines(facts, say)),
        tuple(_priority(one, facts, say) for one in priorities(facts.figures)),
        tuple(trust(facts, say)),
        note if facts.previous else "",
    )


def headlines(facts: Facts, say: Speech) -> Iterator[Headline]:
    """The total, NPS, satisfaction and effort: those that the questionnaire asks."""
    figures = facts.figures
    if figures["dimensions"]:
        yield _scored(
            say(N_("Weighted total (0–100)")), figures["weighted_total"], "total", facts, say
        )
    grading = figures.get("grading")
    if grading and any(grading["declares"].values()):
        yield _graded(grading, say)
    if figures["nps"]:
        yield _scored(say(N_("NPS (−100 to 100)")), figures["nps"], "nps", facts, say)
    for one in figures["experience"]:
        outcome = f"{one['type']}.{one['variable']}"
        if one["type"] == "csat":
            yield _satisfied(one, outcome, facts, say)
        else:
            label = say(N_("Ease (CES, {low}–{high})"), low=one["low"], high=one["high"])
            yield _scored(label, one["mean"], outcome, facts, say, 2)


def _scored(
    label: str, estimate: Json, outcome: str, facts: Facts, say: Speech, digits: int = 1
) -> Headline:
    change, sure = changed(facts, outcome, say, digits)
    base = _base(interval(estimate, digits), estimate["n"])
    return Headline(label, number(estimate["mean"], digits), base, change, sure)


def _satisfied(one: Json, outcome: str, facts: Facts, say: Speech) -> Headline:
    share = one["satisfied"]
    ends = {end: None if share[end] is None else 100 * share[end] for end in ("low", "high")}
    change, sure = changed(facts, outcome, say)
    low = share["high"] is not None and 100 * share["high"] < TARGET
    warn = say(N_("below {target} %"), target=TARGET) if low else ""
    label = say(N_("Satisfied (CSAT)"))
    base = _base(interval(ends), share["n"])
    return Headline(label, percent(share["mean"]), base, change, sure, warn)


def _graded(grading: Json, say: Speech) -> Headline:
    own = next(scheme for scheme in grading["schemes"] if not scheme["id"])
    titles = {level["id"]: say.text(level["title"]) for level in grading["levels"]}
    warn = say(N_("veto: {n} answers"), n=grading["vetoed"]) if grading["vetoed"] else ""
    label = say(N_("Score of the period (0–10)"))
    base = _base(str(titles.get(own["level"] or "", "–")), own["raised"]["n"])
    return Headline(label, number(own["score"], 2), base, warn=warn)


def _base(before: str, n: int) -> str:
    return f"{before} · n = {count(n)}" if before else f"n = {count(n)}"


def changed(facts: Facts, outcome: str, say: Speech, digits: int = 1) -> tuple[str, str]:
    """The change since the period before in words, and up or down where it is sure."""
    if not facts.previous:
        return "", ""
    found = facts.changes.get(outcome)
    if found is None:
        return say(N_("no comparison: too few answers before")), ""
    size = number(found["difference"], digits)
    signed = f"+{size}" if found["difference"] > 0 else size
    shown = f"{signed} {interval(found, digits)}"
    if not found["differ"]:
        return say(N_("no sure change: {shown}"), shown=shown), ""
    return shown, "up" if found["difference"] > 0 else "down"


def priorities(figures: Json) -> Sequence[Json]:
    """The three dimensions that cost the total most: weight × what is missing to 100."""
    scored = [d for d in figures["dimensions"] if d["mean"] is not None and d["weight"]]
    costs = [{**d, "cost": d["weight"] * (100 - d["mean"]) / 100} for d in scored]
    return sorted(costs, key=lambda d: (-d["cost"], d["id"]))[:MOST]


def _priority(one: Json, facts: Facts, say: Speech) -> Priority:
    weight = number(one["weight"], 0)
    return Priority(
        title=say.text(one["title"]),
        score=number(one["mean"]),
        base=_base(interval(one), one["n"]),
        cost=say(N_("costs {points} points of the total (weight {weight} %)"),
                 points=number(one["cost"]), weight=weight),
        begin=tuple(_begin(one, facts, say)),
    )  # fmt: skip


def _begin(one: Json, facts: Facts, say: Speech) -> Iterator[str]:
    """Where to begin: the weakest item, and a group that is surely behind."""
    item = weakest(one["id"], facts.figures)
    if item is not None:
        said = {
            "item": say.text(item["label"]).rpartition(" – ")[2],
            "mean": number(item["mean"], 2),
            "high": item["high"],
        }
        begin = N_("Begin with “{item}”: mean {mean} of {high}.")
        if item.get("reverse"):
            begin = N_("Begin with “{item}”: mean {mean} of {high}, turned round.")
        yield say(begin, **said)
    for standing in facts.standings:
        last = standing["entries"][-1]
        if standing["outcome"] == one["id"] and last["first"] and last["first"] > 1:
            said = {"group": last["shown"], "mean": number(last["mean"]), "n": count(last["n"])}
            yield say(N_("Furthest behind: {group} with {mean} (n = {n})."), **said)
            return
    yield say(
        N_("Ten points more here raise the total by {gain}."), gain=number(one["weight"] / 10)
    )


def weakest(dimension: str, figures: Json) -> Json | None:
    """The item of a dimension that lies lowest on its own scale, among several."""
    ends = {
        table["variable"]: (table["counts"][0]["code"], table["counts"][-1]["code"])
        for table in figures["frequencies"]
        if table["counts"] and isinstance(table["counts"][0]["code"], int)
    }
    items: Sequence[Json] = next(
        (s["items"] for s in figures["scales"] if s["dimension"] == dimension), []
    )
    known = [
        {**item, "low": ends[item["id"]][0], "high": ends[item["id"]][1]}
        for item in items
        if item["mean"] is not None and item["id"] in ends
    ]
    if len(known) < 2:
        return None
    return min(known, key=lambda item: (item["mean"] - item["low"]) / (item["high"] - item["low"]))


def trust(facts: Facts, say: Speech) -> Iterator[str]:
    """How far the figures carry, in three sentences."""
    figures = facts.figures
    yield from _reliable(figures, say)
    sample, used = figures["sample"], figures["sample"]["used"]
    if facts.response and facts.response["rr1"] is not None:
        rate = percent(facts.response["rr1"])
        yield say(
            N_(
                "{rate} of those who were asked answered (AAPOR RR1); those who did not "
                "may think otherwise."
            ),
            rate=rate,
        )
    elif not sample["strata"]:
        yield say(
            N_(
                "Nobody was drawn at random: the figures speak for who answered, and "
                "intervals say how much chance is in them, not how much choice."
            )
        )
    if used:
        said = {
            "n": count(figures["n"]),
            "effective": count(round(sample["effective"])),
            "excluded": count(figures["excluded"]),
        }
        yield say(
            N_(
                "{n} answers after screening ({excluded} excluded) are worth {effective} "
                "of a simple sample."
            ),
            **said,
        )


def _reliable(figures: Json, say: Speech) -> Iterator[str]:
    overall = figures["overall"]
    alpha = overall.get("alpha")
    if alpha is None:
        yield say(N_("The reliability of the scored items cannot be computed."))
        return
    said = {"alpha": number(alpha, 2), "limit": f"{ALPHA:.2f}"}
    if alpha < ALPHA:
        yield say(
            N_(
                "The scored items do not measure one thing reliably (α = {alpha}, below "
                "{limit}): read the dimensions, not the total."
            ),
            **said,
        )
    else:
        yield say(N_("The scored items measure reliably (α = {alpha}, at least {limit})."), **said)
    weak = [s for s in figures["scales"] if _weak(s)]
    if weak:
        names = say(N_(", ")).join(say.text(scale["title"]) for scale in weak)
        yield say(N_("Less reliable than expected: {names}."), names=names)


def _weak(scale: Json) -> bool:
    limit = ALPHA if scale["expected"] is None else scale["expected"]
    return scale["alpha"] is not None and scale["alpha"] < limit
