"""The proof says what trying every answer says, for small questionnaires of every kind of rule."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.answers import check
from surveyapp.designer.choices import all_options
from surveyapp.designer.document import Document, variables_of
from surveyapp.designer.path import path
from surveyapp.designer.proof import Prover, faulty_places, quick_findings
from surveyapp.designer.proving.claims import position_of
from surveyapp.designer.proving.covering import MET
from surveyapp.designer.proving.gates import gates
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.replay import Replay, Rules, Witness
from surveyapp.designer.proving.stock import Stocks

ARMS = ("a", "b")
TIERS = (None, "high", "low")


class Maker:
    """Draws small documents in which every part may have a rule on what is before it."""

    def __init__(self, draw):
        self.draw = draw
        self.more = random.Random(1)
        self.questions = []
        self.computed = []

    def maybe(self, chance=0.5):
        return self.draw.random() < chance

    def document(self):
        for index in range(self.draw.randint(2, 4)):
            self.questions.append(self.question(index))
        cut = self.draw.randint(1, len(self.questions))
        first = {"id": "p1", "questions": self.questions[:cut]}
        second = {"id": "p2", "questions": self.questions[cut:]}
        everything, self.questions = self.questions, self.questions[:cut]
        if self.maybe(0.4):
            second["show"] = self.condition(1)
        if self.maybe(0.4):
            first["screen_outs"] = [self.out("out"), *self.late()]
        if self.maybe(0.4):
            first["checks"] = [{"id": "c", "must": self.condition(1), "message": self.message()}]
        self.questions = everything
        return Document.model_validate(
            {
                "pages": [first, second],
                "contradictions": [{"id": "c", "when": self.condition(2)}],
                "quotas": [
                    {"id": "q", "cells": [{"id": "c", "when": self.condition(1), "limit": 9}]}
                ],
                "computed": [{"id": "v", "value": {"+": [self.number(2), 0]}}],
                "experiments": [{"id": "e", "arms": [{"id": a} for a in ARMS]}],
                "thank_you": {"en": "{computed.v} {customer.tier}"},
            }
        )

    def question(self, index):
        name = f"q{index}"
        question = {"id": name, "required": self.maybe(), **self.draw.choice(self.kinds())()}
        if self.questions and self.maybe(0.6):
            question["show"] = self.condition(2)
        if self.questions and self.maybe(0.3):
            question["title"] = {"en": "{" + self.variable() + "}"}
        own = [*self.questions, question]
        before, self.questions = self.questions, own
        if self.maybe(0.3):
            severity = self.draw.choice(["error", "error", "warning"])
            check = {"id": "c", "must": self.condition(1), "severity": severity}
            question["checks"] = [{**check, "message": self.message()}]
        self.questions = before
        if self.questions and self.maybe(0.2):
            question["require"] = self.condition(1)
        return question

    def kinds(self):
        earlier = [q for q in self.questions if q["type"] in ("single", "multiple", "ranking")]
        return [
            self.single,
            lambda: {
                "type": "multiple",
                "options": [self.option("x"), {"id": "n", "exclusive": True}],
            },
            lambda: {"type": "number", "minimum": 0, "maximum": 2},
            lambda: {"type": "likert", "scale": {"points": 3}, "missing": ["dont_know"]},
            lambda: {"type": "ranking", "options": [self.option("x"), self.option("y")]},
            lambda: {"type": "likert_grid", "scale": {"points": 3}, "items": [self.option("i")]},
            lambda: {"type": "consent"},
            *([lambda: self.carrying(earlier)] * 2 if earlier else []),
        ]

    def single(self):
        other = {"id": "o", "other": True} if self.maybe(0.3) else {"id": "o", "missing": "refused"}
        return {"type": "single", "options": [self.option("x"), other]}

    def carrying(self, earlier):
        carry = {
            "question": self.draw.choice(earlier)["id"],
            "which": self.draw.choice(["chosen", "unchosen"]),
        }
        kind = self.draw.choice(["single", "multiple"])
        return {
            "type": kind,
            "carry": carry,
            "options": [self.option("z")] if self.maybe(0.3) else [],
        }

    def option(self, name):
        ruled = self.questions and self.maybe(0.5)
        return {"id": name, "show": self.condition(1)} if ruled else {"id": name}

    def variable(self):
        question = self.draw.choice(self.questions)
        return f"{question['id']}.i" if question["type"] == "likert_grid" else question["id"]

    def message(self):
        question = self.more.choice(self.questions)
        dot = ".i" if question["type"] == "likert_grid" else ""
        return {"en": "{" + question["id"] + dot + "}"}

    def out(self, name):
        return {"id": name, "when": self.condition(1), "message": self.message()}

    def late(self):
        """Now and then a second screen-out of the page; everything else stays as it is drawn."""
        draw, self.draw = self.draw, self.more
        found = [self.out("late")] if self.maybe(0.3) else []
        self.draw = draw
        return found

    def condition(self, depth):
        if depth and self.maybe(0.5):
            operator = self.draw.choice(["and", "or", "not"])
            count = 1 if operator == "not" else 2
            return {operator: [self.condition(depth - 1) for _ in range(count)]}
        if self.maybe(0.25):
            order = self.draw.choice(["==", "<", ">="])
            return {order: [self.number(1), self.draw.randint(0, 3)]}
        if self.maybe(0.15):
            return self.draw.choice(
                [
                    {"==": [{"random": "e"}, self.draw.choice(ARMS)]},
                    {"==": [{"customer": "tier"}, "high"]},
                ]
            )
        return self.about(self.draw.choice(self.questions))

    def about(self, question):
        kind, source = question["type"], {"answer": question["id"]}
        if kind == "likert_grid":
            source = {"answer": f"{question['id']}.i"}
        if self.maybe(0.2):
            return {"answered": [source]}
        if kind in ("number", "likert", "likert_grid"):
            if kind == "likert" and self.maybe(0.3):
                return {self.draw.choice(["==", "!="]): [source, "dont_know"]}
            order = self.draw.choice(["==", "!=", "<", "<=", ">", ">="])
            return {order: [source, self.draw.randint(0, 3)]}
        if kind == "consent":
            return {"==": [source, True]}
        names = self.names(question)
        if not names:
            return {"answered": [source]}
        if kind == "single":
            return {self.draw.choice(["==", "!="]): [source, self.draw.choice(names)]}
        return {"in": [self.draw.choice(names), source]}

    def names(self, question):
        found = [option["id"] for option in question.get("options", ())]
        if "carry" in question:
            source = next(q for q in self.questions if q["id"] == question["carry"]["question"])
            alone = {o["id"] for o in source["options"] if o.get("exclusive") or o.get("missing")}
            found += [name for name in self.names(source) if name not in alone]
        return list(dict.fromkeys(found))

    def number(self, depth):
        numbers = [q for q in self.questions if q["type"] in ("number", "likert")]
        several = [q for q in self.questions if q["type"] in ("multiple", "ranking")]
        ranked = [q for q in self.questions if q["type"] == "ranking"]
        made = [lambda: self.draw.randint(0, 2)]
        if numbers:
            made += [lambda: {"answer": self.draw.choice(numbers)["id"]}] * 3
        if several:
            made.append(lambda: {"count": [{"answer": self.draw.choice(several)["id"]}]})
        if ranked:
            made.append(lambda: {"position": [{"answer": self.draw.choice(ranked)["id"]}, "x"]})
        if not depth or self.maybe(0.3):
            return self.draw.choice(made)()
        operator = self.draw.choice(
            ["+", "-", "*", "/", "min", "max", "sum", "mean", "round", "if", "count"]
        )
        if operator == "if":
            return {
                "if": [
                    self.condition(0) if self.questions else True,
                    self.number(0),
                    self.number(0),
                ]
            }
        if operator == "count":
            return {"count": [self.condition(0)]}
        count = 1 if operator == "round" else 2
        return {operator: [self.number(depth - 1) for _ in range(count)]}


def every_value(document, question, variable):
    kind = question.type
    if kind in ("single", "multiple", "ranking"):
        if variable != question.id:
            return [None, "w"]
        names = [option.id for option in all_options(document, question)]
        if kind == "single":
            return [None, *names]
        chosen = [
            list(c) for n in range(1, len(names) + 1) for c in itertools.combinations(names, n)
        ]
        if kind == "ranking":
            chosen = [list(order) for c in chosen for order in itertools.permutations(c)]
        return [None, *chosen]
    if kind == "number":
        return [None, 0, 1, 2]
    if kind == "consent":
        return [None, True]
    return [None, 1, 2, 3, *question.missing]


def every_case(document):
    asked = [(q, v) for q in document.questions() for v in variables_of(q)]
    values = [every_value(document, q, v) for q, v in asked]
    for combination in itertools.product(*values):
        answers = {v: x for (_, v), x in zip(asked, combination, strict=True) if x is not None}
        for arm in ARMS:
            for tier in TIERS:
                customer = {} if tier is None else {"tier": tier}
                facts = {"customer": customer, "touchpoint": {}, "random": {"e": arm}}
                yield Witness(answers, facts)


def size(document):
    total = len(ARMS) * len(TIERS)
    for question in document.questions():
        for variable in variables_of(question):
            total *= len(every_value(document, question, variable))
    return total


def faults(document, replay, order, pages):
    """Positions of what is missing, refused or violated: (number of its question, page end?)."""
    found = []
    for finding in check(document, replay.way, replay.witness.answers):
        if finding.severity != "error":
            continue
        kind, _, name = finding.place.partition(":")
        if kind == "page":
            found.append(pages[name])
        elif finding.code == "answer.check" or not required_plainly(document, name):
            required = finding.code in ("answer.check", "answer.required")
            found.append(order[name.partition(".")[0]] + 1 if required else -1)
        elif finding.code == "answer.required":
            found.append(order[name.partition(".")[0]] + 0.5)
        else:
            found.append(-1)  # no answer that anybody could give
    return found


def required_plainly(document, name):
    return document.question_by_id[name.partition(".")[0]].required


def agrees(document, kept=None, stocks=None):
    kept = {} if kept is None else kept
    prover = Prover(document, kept, stocks=stocks)
    prover.run()
    graph = Graph(document, faulty_places(document, quick_findings(document)))
    order = {node.question.id: node.index for node in graph.nodes}
    pages = {page.id: graph.ends[n] for n, page in enumerate(document.pages)}
    rules = Rules(document)
    replays = [Replay(document, witness, rules) for witness in every_case(document)]
    known = [(replay, faults(document, replay, order, pages)) for replay in replays]
    asked = [t for t in prover._tasks if t.claim is None and t.page is not None]
    if len(asked) < len(list(gates(graph))):
        return  # a faulty rule keeps it open whether a page refuses everybody
    stuck = False
    for task in prover._tasks:
        if task.claim is None and task.page is not None and not stuck:
            stuck = dead_groups(document, graph, known, task.page)
            assert kept[task.key].yes is stuck, (task.place, kept[task.key])
    if stuck:
        return  # what is said of the rest leaves dead ends out of account
    for task in prover._tasks:
        if task.claim is not None:
            compare(task.claim, kept[task.key], graph, known, rules)


def compare(claim, verdict, graph, known, rules):
    """One claim's verdict with what happens in every case."""
    assert not verdict.open, claim
    limit = position_of(claim, graph)
    # a requirement of the question itself holds where its own check is broken
    own = 0.5 if claim.kind in ("check", "page_check", "message") else 0
    complete = [r for r, at in known if all(p > limit + own for p in at)]
    if not complete:
        return  # nobody gets so far, which a dead end says
    outcomes = {r.outcome(claim) for r in complete}
    if verdict.briefly:
        assert True not in outcomes, claim
        loose = [r for r, at in known if all(p >= 0 for p in at)]
        assert True in {r.outcome(claim) for r in loose}, claim
        return
    assert verdict.yes is (True in outcomes), (claim, verdict)
    if verdict.no is not None:
        assert verdict.no is (False in outcomes), (claim, verdict)
    for by, expected in ((verdict.yes_by, True), (verdict.no_by, False)):
        if by is not None:
            assert Replay(graph.document, by, rules).outcome(claim) is expected, claim


def dead_groups(document, graph, known, page):
    """Whether some state before the page is refused with every answer on the page."""
    before, end = graph.begins(page), graph.ends[page]
    earlier = {node.question.id for node in graph.nodes[:before]}
    states = {}
    for replay, at in known:
        if document.pages[page].id in replay.way.page_ids and all(p > before for p in at):
            answers = replay.witness.answers.items()
            state = tuple((v, str(x)) for v, x in answers if v.partition(".")[0] in earlier)
            key = (state, str(replay.witness.facts))
            refused = any(p <= end for p in at)
            states[key] = states.get(key, True) and refused
    return any(states.values())


def some(count, most, first=0):
    """Seeds of so many documents with so few cases that trying all of them takes moments."""
    seeds = (seed for seed in itertools.count(first) if size(made(seed)) <= most)
    return list(itertools.islice(seeds, count))


def made(seed):
    return Maker(random.Random(seed)).document()


@pytest.mark.parametrize("seed", some(36, most=400))
def test_agrees_with_trying_everything(seed):
    agrees(made(seed))


def edited(document, draw):
    """The same with one thing changed; what it was before may still be in the rules of others."""
    tree = document.model_dump(mode="json", exclude_none=True)
    pages = tree["pages"]
    questions = [question for page in pages for question in page["questions"]]
    shows = [part["show"] for part in (*pages, *questions) if part.get("show")]
    question = draw.choice(questions)
    change = draw.randrange(4)
    if change == 0:
        question["required"] = not question["required"]
    elif change == 1:
        question.pop("show", None)
    elif change == 2:
        question["show"] = draw.choice([*shows, {"==": [{"customer": "tier"}, "high"]}])
    else:
        pages[0]["screen_outs"] = []
    return Document.model_validate(tree)


def edits_agree(seed, count):
    """What is known from before an edit says nothing wrong of what is there after it; nor do the
    formulas of before, where nothing else is known.
    """
    draw, document, kept, stocks = random.Random(seed), made(seed), {}, Stocks(1)
    Prover(document, kept, stocks=lambda: stocks).run()
    for _ in range(count):
        document = edited(document, draw)
        agrees(document, kept, stocks=lambda: stocks)
        agrees(document, stocks=lambda: stocks)


@pytest.mark.parametrize("seed", some(16, most=300, first=3000))
def test_after_an_edit_agrees_with_trying_everything(seed):
    edits_agree(seed, 2)


@pytest.mark.parametrize("seed", some(6, most=300, first=1000))
def test_the_lengths_are_those_of_all_ways(seed):
    lengths_agree(made(seed))


@pytest.mark.parametrize("seed", some(6, most=400, first=2000))
def test_the_ways_cover_what_can_be_met_and_missed(seed):
    ways_cover(made(seed))


@pytest.mark.soak
@settings(max_examples=1_500, deadline=None)
@given(st.integers(0, 2**32))
def test_hundreds_of_questionnaires_agree_with_trying_everything(seed):
    document = made(seed)
    ways_cover(document)
    if size(document) <= 6_000:
        agrees(document)
        lengths_agree(document)
        edits_agree(seed, 5)


def lengths_agree(document):
    complete = []
    for witness in every_case(document):
        way = path(document, witness.answers, witness.facts)
        if not any(f.severity == "error" for f in check(document, way, witness.answers)):
            complete.append(len(way.questions))
    lengths = Prover(document, {}).lengths()
    if lengths is None:
        return
    assert min(complete) <= lengths.shortest.questions <= lengths.longest.questions <= max(complete)
    if lengths.shortest.exact:
        assert lengths.shortest.questions == min(complete)
    if lengths.longest.exact:
        assert lengths.longest.questions == max(complete)
    assert min(complete) <= lengths.expected_questions <= max(complete)


def ways_cover(document):
    prover = Prover(document, {})
    prover.run()
    claims = {t.place: t.claim for t in prover._tasks if t.claim and t.claim.kind in MET}
    rules = Rules(document)
    for way in prover.ways():
        replay = Replay(document, way.witness, rules)
        errors = check(document, replay.way, way.witness.answers)
        assert not [f for f in errors if f.severity == "error"]
        assert all(replay.outcome(claims[place]) is True for place in way.met)
        assert all(replay.outcome(claims[place]) is False for place in way.missed)
        assert way.questions == len(replay.way.questions)
        assert way.met or way.missed
