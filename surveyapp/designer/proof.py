"""The check before publishing: what is wrong, what can never happen, and answers that show it.

Decided over every combination of answers, not by trying some: what somebody meets on a way that
was really walked is possible, everything else is put to a solver (`proving`). An element that a
rule shows gets a witness: answers and facts that lead there, and others that do not; the preview
replays them. A witness is only believed when the path itself confirms it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from surveyapp.designer.document import Document, Experiment
from surveyapp.designer.proving.claims import SHOWS, Claim, claims_of, cone_of
from surveyapp.designer.proving.covering import Way, ways_of
from surveyapp.designer.proving.gates import Gate, cone_of_gate, gates, readers
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.keys import Keys
from surveyapp.designer.proving.recalled import Recaller
from surveyapp.designer.proving.replay import Replay, Rules, Witness, part_of
from surveyapp.designer.proving.samples import Crowd
from surveyapp.designer.proving.sentences import UNDECIDED, Sentence, findings_of
from surveyapp.designer.proving.verdict import UNKNOWN, Verdict, settled
from surveyapp.designer.rule_types import check_rules, rules_of
from surveyapp.designer.rules import sources
from surveyapp.designer.structure import check_structure
from surveyapp.designer.wording import check_wording
from surveyapp.findings import N_, Finding

if TYPE_CHECKING:
    from surveyapp.designer.proving.lengths import Lengths
    from surveyapp.designer.proving.stock import Stocks
    from surveyapp.designer.proving.verdicts import Decider

__all__ = ["EFFORT", "Proof", "Prover", "Verdicts", "Witness", "prove", "quick_findings"]

EFFORT = 1_000_000
"""The solver's steps for one question; the same on every machine, unlike seconds."""
WHOLE = 100 * EFFORT
"""The solver's steps for one document; what is left then stays undecided."""
LIMIT = 60.0
"""Seconds for one document, twenty times what hundreds of questions need; what a hostile one leaves
open then stays undecided, too."""
CROWD, FEW, MANY = 36, 12, 60
"""So many random respondents go first, unless there are only a few claims to decide, or not many
and others are known from before an edit.
"""

Verdicts = MutableMapping[bytes, Verdict]
"""Key of a claim's content → its verdict."""
Evidence = Mapping[tuple[str, str], Witness]


@dataclass(frozen=True)
class Proof:
    """What `prove` found.

    shown: place → answers that show it, or make its rule true (a check: break it); hidden: place →
    answers that reach it without showing it. evidence: code and place of a finding → answers for
    which it holds. open: the places that are not decided yet.
    """

    findings: tuple[Finding, ...] = ()
    shown: Mapping[str, Witness] = field(default_factory=dict)
    hidden: Mapping[str, Witness] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=dict)
    open: tuple[str, ...] = ()

    @property
    def publishable(self) -> bool:
        """Whether no finding is an error."""
        return all(finding.severity != "error" for finding in self.findings)

    def at(self, place: str) -> tuple[Finding, ...]:
        """The findings about one element."""
        return tuple(finding for finding in self.findings if finding.place == place)

    def witness(self, finding: Finding) -> Witness | None:
        """Answers that show what a finding says, where there are any."""
        return self.evidence.get((finding.code, finding.place))


def prove(document: Document, *, effort: int = EFFORT) -> Proof:
    """Check the whole document. `effort` bounds the solver; what it leaves open is said so."""
    prover = Prover(document, {}, effort=effort)
    prover.run()
    return prover.proof()


def quick_findings(document: Document) -> list[Finding]:
    """What needs no proof: structure, wording, form and types of the rules."""
    quick = (check_structure, check_wording, check_rules, check_cells)
    return [finding for check in quick for finding in check(document)]


def check_cells(document: Document) -> Iterator[Finding]:
    """Quota cells that are full before anybody answers."""
    for quota in document.quotas:
        for cell in quota.cells:
            if cell.limit == 0:
                template = N_("This quota cell is full before anybody answers: raise its limit.")
                place = f"cell:{quota.id}.{cell.id}"
                yield Finding("proof.cell_closed", place, template, {}, "warning")


@dataclass(frozen=True)
class Task:
    """Something to decide, and what to say of it. claim: None of dead ends and experiments."""

    key: bytes
    place: str
    page: int | None
    decide: Callable[[Decider], Verdict]
    said: Callable[[Verdict], Iterator[Finding]]
    claim: Claim | None = None
    gate: Gate | None = None


class Prover:
    """The proof of one document, made in as many steps as one likes; `kept` are known verdicts."""

    def __init__(
        self,
        document: Document,
        kept: Verdicts,
        *,
        effort: int = EFFORT,
        whole: int = WHOLE,
        stocks: Callable[[], Stocks] | None = None,
    ) -> None:
        self._stocks = stocks
        self._document = document
        self._kept = kept
        self._given_up: dict[bytes, Verdict] = {}
        self._effort = effort
        self._whole = whole
        self._quick = quick_findings(document)
        self._graph = Graph(document, faulty_places(document, self._quick))
        self._keys = Keys(self._graph, effort)
        self._rules = Rules(document)
        self._recaller = Recaller(self._graph, self._rules, self._keys.pages)
        self._begun: dict[bytes, Verdict] = {}
        self._seen: list[Replay] = []
        self._steps = [self._recall, self._ask_everybody]
        self._tasks = tuple(self._all_tasks())

    @cached_property
    def _decider(self) -> Decider:
        from surveyapp.designer.proving.verdicts import Decider

        stocks = self._stocks() if self._stocks else None
        return Decider(self._graph, self._effort, self._keys, stocks)

    @property
    def open(self) -> tuple[str, ...]:
        """The places that are not decided yet."""
        return tuple(dict.fromkeys(t.place for t in self._tasks if self._known(t) is None))

    def _known(self, task: Task) -> Verdict | None:
        """What is known of a task; that it was given up is true of this document only."""
        return self._kept.get(task.key) or self._given_up.get(task.key)

    def run(self, seconds: float | None = None) -> None:
        """Decide what is open; with `seconds`, stop before the claim that would begin later.

        Without, nothing stays open: what is not decided within LIMIT is given up.
        """
        self._run(time.monotonic() + (LIMIT if seconds is None else seconds))
        if seconds is None:
            self._given_up |= {task.key: Verdict(open=True) for task in self._waiting()}

    def _run(self, end: float) -> None:
        while self._steps:
            for task in self._waiting():
                if time.monotonic() >= end:
                    return
                self._steps[0](task)
            del self._steps[0]
        self._gather()
        for task in self._waiting():
            if time.monotonic() >= end:
                return
            self._decide(task)
        self._forget()

    def _forget(self) -> None:
        """Let go of what only deciding needs: what lives long is looked through again and again."""
        decider = self.__dict__.pop("_decider", None)
        if decider is not None:
            decider.leave()
        self._seen, self._begun = [], {}
        self._recaller = Recaller(self._graph, self._rules, self._keys.pages)

    def _gather(self) -> None:
        """Let random respondents answer, where there is enough to decide for them."""
        enough = MANY if self._recaller.walked else FEW
        if not self._seen and len(self._waiting()) > enough:
            found = self._people.varied(CROWD)
            self._seen = [Replay(self._document, one.witness, self._rules) for one in found]

    def _decide(self, task: Task) -> None:
        if self._decider.spent > self._whole:
            self._given_up[task.key] = Verdict(open=True)
        elif task.key not in self._kept:
            verdict = task.decide(self._decider)
            self._keep(task, verdict)
            self._meet(task, verdict)

    def _waiting(self) -> list[Task]:
        return [task for task in self._tasks if self._known(task) is None]

    def _recall(self, task: Task) -> None:
        """Decide a task by what is known of it from before an edit; note what is left of it."""
        earlier = self._kept.get(self._keys.earlier(task.claim)) if task.claim else None
        proved = self._proved(task, earlier)
        if task.claim is None:
            if proved is not None:
                self._kept[task.key] = proved
        else:
            begun = self._recaller.recalled(task.claim, earlier, proved)
            self._begun[task.key] = begun
            if settled(task.claim, begun):
                self._keep(task, begun)

    def _proved(self, task: Task, earlier: Verdict | None) -> Verdict | None:
        """What was proved from a part of the document that is still the same."""
        if task.gate is not None:
            key: bytes | None = self._keys.near_gate(task.gate)
        elif task.claim is None or earlier is None:
            key = None
        elif earlier.near:
            key = self._keys.near(task.claim, earlier.near)
        else:
            key = self._keys.core(task.claim, earlier)
        return self._kept.get(key) if key else None

    def _ask_everybody(self, task: Task) -> None:
        """Decide a task by anybody's answers from before an edit."""
        if task.claim is not None and self._recaller.walked:
            begun = self._recaller.met(task.claim, self._begun[task.key])
            self._begun[task.key] = begun
            if settled(task.claim, begun):
                self._keep(task, begun)

    def _near_key(self, task: Task, levels: int) -> bytes | None:
        if task.gate is not None:
            return self._keys.near_gate(task.gate)
        return self._keys.near(task.claim, levels) if task.claim else None

    def _keep(self, task: Task, verdict: Verdict) -> None:
        self._kept[task.key] = verdict
        if task.claim is not None:
            self._kept[self._keys.earlier(task.claim)] = verdict
            self._kept[task.key] = self._needed(task.claim, verdict)
            if verdict.core and (core := self._keys.core(task.claim, verdict)):
                self._kept[core] = verdict
        if verdict.near and (near := self._near_key(task, verdict.near)):
            self._kept[near] = verdict

    def _needed(self, claim: Claim, verdict: Verdict) -> Verdict:
        """The verdict with no more of the answers than the claim hangs on."""
        cone = cone_of(claim, self._graph)
        yes, no = (by and part_of(by, cone, self._graph) for by in (verdict.yes_by, verdict.no_by))
        return replace(verdict, yes_by=yes, no_by=no)

    def _meet(self, task: Task, verdict: Verdict) -> None:
        """Let those whom the solver found go all the way: what they meet needs no solver either."""
        if not self._seen or task.claim is None or task.claim.kind not in SHOWS:
            return
        met = {id(replay.witness) for replay in self._seen}
        for by in (verdict.yes_by, verdict.no_by):
            if by is not None and id(by) not in met:
                one = self._people.completed(by, frozenset(by.answers))
                if one is not None:
                    self._seen.append(Replay(self._document, one.witness, self._rules))

    @cached_property
    def _people(self) -> Crowd:
        return Crowd(self._document, seed=1)

    def _all_tasks(self) -> Iterator[Task]:
        claims = [claim for claim in claims_of(self._graph) if self._decidable(claim)]
        for claim in claims:
            key = self._keys.of(claim)
            decide = self._deciding(claim, key)
            yield Task(key, claim.place, claim.page, decide, _saying(claim), claim)
        yield from self._dead_ends()
        yield from self._experiments(claims)

    def _deciding(self, claim: Claim, key: bytes) -> Callable[[Decider], Verdict]:
        def decide(decider: Decider) -> Verdict:
            before = self._kept.get(self._keys.earlier(claim), UNKNOWN)
            return decider.decide(claim, self._seen, self._begun.get(key, UNKNOWN), before)

        return decide

    def _decidable(self, claim: Claim) -> bool:
        graph = self._graph
        lost = claim.page is None or claim.page >= graph.lost_from
        if graph.lost_from <= len(graph.pages) and lost:
            return False
        return not cone_of(claim, graph).mask & graph.doubtful

    def _dead_ends(self) -> Iterator[Task]:
        for gate in gates(self._graph):
            cone = cone_of_gate(gate, self._graph)
            if cone.mask & self._graph.doubtful:
                continue
            key = self._keys.of_cone(cone, "dead end", gate.place)

            def decide(decider: Decider, gate: Gate = gate) -> Verdict:
                from surveyapp.designer.proving.dead_ends import dead_end

                return dead_end(decider, gate)

            said = _one(gate.place, DEAD_END)
            yield Task(key, gate.place, gate.page, decide, said, gate=gate)

    def _experiments(self, claims: Sequence[Claim]) -> Iterator[Task]:
        for experiment in self._document.experiments:
            reading = readers(experiment, claims, self._graph)
            place = f"experiment:{experiment.id}"
            arms = [arm.id for arm in experiment.arms]
            own = [self._keys.of(claim).hex() for claim in reading]
            key = self._keys.of_cone(self._graph.cone(0, (), 0), place, str(arms), *own)

            def decide(
                decider: Decider,
                experiment: Experiment = experiment,
                reading: Sequence[Claim] = reading,
            ) -> Verdict:
                from surveyapp.designer.proving.experiments import matters

                return matters(experiment, reading, decider)

            yield Task(key, place, None, decide, _one(place, NO_DIFFERENCE, when=False))

    def lengths(self, language: str | None = None) -> Lengths | None:
        """How long the ways are; None where nobody can get through."""
        from surveyapp.designer.proving.lengths import lengths_of

        if self._graph.faulty:
            return None
        return lengths_of(self._document, self._decider, language)

    def ways(self, language: str | None = None) -> tuple[Way, ...]:
        """A few whole ways that cover everything that varies."""
        decided = [(task.claim, verdict) for task, verdict in self._decided() if task.claim]
        return ways_of(self._document, decided, language)[0]

    def _decided(self) -> list[tuple[Task, Verdict]]:
        found = ((task, self._known(task)) for task in self._tasks)
        return [(task, verdict) for task, verdict in found if verdict is not None]

    def proof(self) -> Proof:
        """What is known so far."""
        decided = self._decided()
        findings: list[Finding] = list(self._quick)
        evidence: dict[tuple[str, str], Witness] = {}
        shown: dict[str, Witness] = {}
        hidden: dict[str, Witness] = {}
        unreached = _Unreached(decided, self._graph)
        for task, verdict in decided:
            for finding in () if unreached.covers(task, verdict) else task.said(verdict):
                findings.append(finding)
                by = verdict.yes_by or verdict.no_by
                if by is not None:
                    evidence[finding.code, finding.place] = by
            if task.claim is not None and task.claim.kind in LED:
                if verdict.yes_by is not None:
                    shown[task.place] = verdict.yes_by
                if verdict.no_by is not None:
                    hidden[task.place] = verdict.no_by
        return Proof(tuple(findings), shown, hidden, evidence, self.open)


LED = frozenset(
    {
        *SHOWS,
        "check",
        "page_check",
        "screen_out",
        "contradiction",
        "cell",
        "veto",
        "bonus",
        "ending",
    }
)
"""Kinds of claims to which answers lead."""

DEAD_END = Sentence(
    "proof.dead_end",
    N_("Some people get stuck here: whatever they answer is refused. Change the checks."),
    "error",
)
NO_DIFFERENCE = Sentence(
    "proof.arm_no_difference",
    N_("It makes no difference in which group of this experiment somebody is: no rule tells."),
    "info",
)


def _saying(claim: Claim) -> Callable[[Verdict], Iterator[Finding]]:
    return lambda verdict: findings_of(claim, verdict)


def _one(
    place: str, sentence: Sentence, *, when: bool = True
) -> Callable[[Verdict], Iterator[Finding]]:
    """One sentence where the verdict is as expected."""

    def said(verdict: Verdict) -> Iterator[Finding]:
        if verdict.yes is when:
            yield Finding(sentence.code, place, sentence.template, {}, sentence.severity)
        elif verdict.open:
            yield Finding(UNDECIDED.code, place, UNDECIDED.template, {}, UNDECIDED.severity)

    return said


class _Unreached:
    """What is behind a part that nobody gets to: that is said once, of the part."""

    def __init__(self, decided: Sequence[tuple[Task, Verdict]], graph: Graph) -> None:
        never = {
            task.place
            for task, verdict in decided
            if task.claim and task.claim.kind in ("page", "question") and verdict.yes is False
        }
        self._pages = {n for n, page in enumerate(graph.pages) if f"page:{page.id}" in never}
        self._questions = {n.index for n in graph.nodes if f"question:{n.question.id}" in never}
        ends = [
            task.page or 0
            for task, verdict in decided
            if task.claim and task.claim.kind == "finish" and verdict.yes is False
        ]
        self._end = min(ends, default=None)
        self._refused = {
            task.claim.question
            for task, verdict in decided
            if task.claim and task.claim.kind == "check" and verdict.no is False
        }
        self._graph = graph

    def covers(self, task: Task, verdict: Verdict) -> bool:
        """Whether the verdict only repeats what is said of another part."""
        claim = task.claim
        if claim is None:
            return self._dead_end_said(task)
        if verdict.yes is not False:
            return False
        if self._end is not None and claim.kind != "finish":
            return claim.page is None or claim.page > self._end
        if claim.kind == "finish":
            return claim.page != self._end
        if claim.page in self._pages and claim.kind != "page":
            return True
        return claim.question in self._questions and claim.kind != "question"

    def _dead_end_said(self, task: Task) -> bool:
        refused = {f"question:{self._graph.nodes[i or 0].question.id}" for i in self._refused}
        return task.place in refused


def faulty_places(document: Document, quick: Sequence[Finding]) -> frozenset[str]:
    """The places with rules that mean nothing: malformed, of a double id, or reading such."""
    found = {f.place for f in quick if f.code.startswith("rule.")}
    for finding in quick:
        if finding.code == "document.duplicate_id":
            _, _, name = finding.place.partition(":")
            found |= {finding.place, f"question:{name.partition('.')[0]}"} - {"question:"}
    computed = any(place.startswith("computed:") for place in found)
    placed = list(rules_of(document)) if computed else []
    while more := {p.place for p in placed if _reads_faulty(p.rule, found)} - found:
        found |= more
    return frozenset(found)


def _reads_faulty(rule: object, faulty: set[str]) -> bool:
    return any(f"computed:{s.name}" in faulty for s in sources(rule) if s.kind == "computed")
