"""The end of a report: what was asked, of whom, who answered, what words mean. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.findings import N_
from surveyapp.reports.numerals import number
from surveyapp.reports.papers.definitions import DEFINITIONS
from surveyapp.reports.papers.facts import Facts, Json
from surveyapp.reports.papers.model import (
    COUNT,
    ONE,
    SHARE,
    SPAN,
    SPAN2,
    THREE,
    TWO,
    Asked,
    Block,
    Column,
    Section,
    Table,
    Terms,
    Words,
)
from surveyapp.reports.papers.speech import Speech, count
from surveyapp.reports.papers.weights import weights

LAYERS = (N_("Rules (layer 1)"), N_("Patterns (layer 2)"), N_("People (layer 3)"))
STEPS = {
    "all": N_("All completed answers"),
    "layer_1": N_("Without layer 1"),
    "layer_2": N_("Also without layer 2"),
    "layer_3": N_("Also without layer 3"),
}
RATES = (
    ("rr1", N_("RR1: complete of all that may be eligible")),
    ("rr2", N_("RR2: partial ones counted, too")),
    ("rr3", N_("RR3: unknown ones counted by the share of eligible ones (e)")),
    ("coop1", N_("COOP1: complete of those who were reached")),
    ("ref1", N_("REF1: refused or broken off of all")),
    ("con1", N_("CON1: reached of all")),
)


def appendix(facts: Facts, say: Speech) -> Iterator[Section]:
    """What was asked for; definitions and the page of verification always."""
    if facts.wants("questionnaire") and facts.paper is not None:
        title = say(N_("Questionnaire as it was asked"))
        yield Section("questionnaire", title, (Asked(facts.paper),))
    if facts.wants("sample"):
        yield Section("sample", say(N_("Sample and weights")), tuple(_sample(facts, say)))
    if facts.wants("response") and facts.response is not None:
        yield Section("response", say(N_("Who answered")), tuple(_response(facts.response, say)))
    if facts.wants("screening"):
        yield Section(
            "screening", say(N_("Screening and exclusions")), tuple(_screening(facts, say))
        )
    if not facts.withheld and facts.figures["n"]:
        yield Section("reliability", say(N_("Reliability")), (_reliability(facts.figures, say),))
    yield Section("definitions", say(N_("Definitions")), (Terms(tuple(_definitions(facts, say))),))
    yield Section("provenance", say(N_("Origin and verification")), tuple(_provenance(facts, say)))


def _sample(facts: Facts, say: Speech) -> Iterator[Block]:
    design = facts.design
    if design is None:
        yield Words(
            (
                say(
                    N_(
                        "No sample was drawn: whoever came by a code or a terminal could answer. "
                        "Every answer counts alike, and nothing is known of those who did not "
                        "come."
                    )
                ),
            )
        )
    else:
        yield Terms(tuple((say(label), str(value)) for label, value in design["facts"]))
    sample = facts.figures.get("sample")
    if not sample or not sample["used"]:
        return
    low, middle, high = sample["weights"]
    said = {"used": count(sample["used"]), "effective": count(round(sample["effective"])),
            "deff": number(sample["deff"], 2), "low": number(low, 2), "middle": number(middle, 2),
            "high": number(high, 2)}  # fmt: skip
    yield Words(
        (
            say(
                N_(
                    "{used} answers enter the estimates and are worth {effective} of a "
                    "simple sample (Kish; design effect of weighting {deff}). Weights: least "
                    "{low}, median {middle}, most {high}."
                ),
                **said,
            ),
        )
    )
    yield from weights(facts, say)
    if sample["strata"]:
        columns = (
            Column(say(N_("Stratum"))), Column(say(N_("Customers")), COUNT),
            Column(say(N_("Answers")), COUNT), Column(say(N_("Weight per answer")), TWO),
        )  # fmt: skip
        rows = tuple(
            (s["name"].removeprefix(" · ") or "–", s["population"], s["answers"], s["weight"])
            for s in sample["strata"]
        )
        yield Table(say(N_("Strata")), columns, rows, sheet=say(N_("Strata")))


def _response(response: Json, say: Speech) -> Iterator[Block]:
    columns = (
        Column(say(N_("Code of the outcome"))),
        Column(say(N_("What became of them"))),
        Column("n", COUNT),
    )
    rows = tuple((code, say(name), n) for code, name, n in response["dispositions"])
    yield Table(say(N_("Final dispositions")), columns, rows, sheet=say(N_("Who answered")))
    note = say(
        N_(
            "Definitions of AAPOR, Standard Definitions, 9th edition 2016. Who gave "
            "no sign of life counts as of unknown eligibility; e = {e}."
        ),
        e=number(response["e"], 3),
    )
    if response["whole"]:
        note += " " + say(
            N_("They are of the study's whole sample, not of this range of days alone.")
        )
    rates = tuple((say(label), response[key]) for key, label in RATES)
    heads = (Column(say(N_("Outcome rate"))), Column(say(N_("Share of answers")), SHARE))
    yield Table(say(N_("Outcome rates")), heads, rates, note, sheet=say(N_("Rates")))


def _screening(facts: Facts, say: Speech) -> Iterator[Block]:
    if not facts.exclusions:
        yield Words((say(N_("No answer was excluded.")),))
    else:
        columns = (
            Column(say(N_("Layer"))),
            Column(say(N_("Rule"))),
            Column(say(N_("Excluded")), COUNT),
        )
        rows = tuple((_layer(e["layer"], say), e["rule"], e["n"]) for e in facts.exclusions)
        note = say(
            N_("Every exclusion is a line of the cleaning log, names its rule and can be undone.")
        )
        yield Table(say(N_("Exclusions")), columns, rows, note, sheet=say(N_("Exclusions")))
    steps = facts.figures.get("sensitivity", ())
    if steps:
        yield _sensitivity(steps, say)


def _layer(layer: int, say: Speech) -> str:
    return say(LAYERS[layer - 1]) if 1 <= layer <= len(LAYERS) else str(layer)


def _sensitivity(steps: list[Json], say: Speech) -> Table:
    columns = (
        Column(say(N_("Answers"))), Column(say(N_("Taken out")), COUNT), Column("n", COUNT),
        Column(say(N_("Weighted total")), ONE), Column(say(N_("95 % interval")), SPAN),
        Column(say(N_("NPS")), ONE), Column(say(N_("95 % interval")), SPAN),
    )  # fmt: skip
    rows = tuple(
        (say(STEPS[s["step"]]), s["taken"], s["n"],
         s["weighted_total"]["mean"], (s["weighted_total"]["low"], s["weighted_total"]["high"]),
         s["nps"] and s["nps"]["mean"], s["nps"] and (s["nps"]["low"], s["nps"]["high"]))
        for s in steps
    )  # fmt: skip
    note = say(N_("A headline that moves by more than its interval rests on the screening."))
    return Table(
        say(N_("What the screening changes")), columns, rows, note, sheet=say(N_("Sensitivity"))
    )


def _reliability(figures: Json, say: Speech) -> Table:
    columns = (
        Column(say(N_("Scale"))), Column(say(N_("Items")), COUNT), Column("n", COUNT),
        Column("α", THREE), Column(say(N_("95 % interval")), SPAN2), Column("KMO", THREE),
        Column(say(N_("Item that spoils it"))),
    )  # fmt: skip
    scales = [*figures["scales"], *([figures["overall"]] if figures["overall"]["items"] else [])]
    rows = tuple(
        (say.text(s["title"]) if s.get("title") else say(N_("All scored items")), s["k"], s["n"],
         s["alpha"], (s["low"], s["high"]), s["kmo"], s["drop"])
        for s in scales
    )  # fmt: skip
    note = say(
        N_("α from 0.70 and KMO over 0.5 are usual thresholds; two items always give a KMO of 0.5.")
    )
    return Table(
        say(N_("Reliability and validity")), columns, rows, note, sheet=say(N_("Reliability"))
    )


def _definitions(facts: Facts, say: Speech) -> Iterator[tuple[str, str]]:
    for term, meaning in DEFINITIONS:
        yield say(term), say(meaning, least=facts.minimum)


def _provenance(facts: Facts, say: Speech) -> Iterator[Block]:
    of = facts.provenance
    yield Words(
        (
            say(
                N_(
                    "This report was made on {made}. Its files are kept unchanged. The "
                    "platform's page “Evidence” says of any copy whether it is one of them, "
                    "byte for byte; the words below name its figures, so that two people can "
                    "compare them aloud."
                ),
                made=facts.made,
            ),
        )
    )
    yield Terms(
        (
            (say(N_("Words of verification")), of.words),
            (say(N_("Digest of the figures (SHA-256)")), of.content),
            (say(N_("Digest of the data (SHA-256)")), of.dataset),
            (say(N_("Head of the audit chain when it was made")), of.head),
            *(((say(N_("Recipe of the screening")), of.recipe),) if of.recipe else ()),
            *(
                (say(N_("Version {n} of the questionnaire"), n=number_), digest)
                for number_, digest in of.versions
            ),
        ),
        code=True,
    )
    yield Terms(
        (
            (say(N_("Data")), of.source),
            (say(N_("Software")), ", ".join(f"{a} {b}" for a, b in of.software)),
        )
    )
