from collections import Counter

from surveyapp.demo.people import KINDS, Person, kind_of, planted
from surveyapp.designer.answers import check
from surveyapp.designer.library import template
from surveyapp.designer.path import path
from surveyapp.designer.rules import evaluate

FACTS: dict[str, dict[str, object]] = {"customer": {"product_line": "appliance"}, "touchpoint": {}}
DOCUMENT = template("aftersales")


def answers_of(person: Person) -> dict[str, object]:
    """What a person would have on the server after the last page."""
    answers: dict[str, object] = {}
    for page in DOCUMENT.pages:
        visible = path(DOCUMENT, answers, FACTS).page(page.id)
        for question in visible.questions if visible else ():
            answers |= person.answers(DOCUMENT, question)
        lies = planted(DOCUMENT, person)
        answers |= {variable: lies[variable] for variable in answers if variable in lies}
    return answers


def contradictions(answers: dict[str, object]) -> list[str]:
    return [c.id for c in DOCUMENT.contradictions if evaluate(c.when, answers, FACTS)]


def test_the_shares_of_the_kinds_are_those_stated() -> None:
    counts = Counter(kind_of(seed) for seed in range(20_000))
    assert abs(sum(KINDS.values()) - 1) < 1e-9
    for kind, share in KINDS.items():
        assert abs(counts[kind] / 20_000 - share) < 0.012


def test_everyone_gives_answers_that_the_server_accepts() -> None:
    for seed in range(120):
        for kind in ("genuine", "speeding", "straight_lining"):
            answers = answers_of(Person(seed, kind))
            visible = path(DOCUMENT, answers, FACTS)
            assert check(DOCUMENT, visible, visible.on_path(answers)) == []


def test_the_same_seed_is_the_same_person() -> None:
    assert answers_of(Person(7, "genuine")) == answers_of(Person(7, "genuine"))


def test_genuine_people_hardly_ever_contradict_themselves() -> None:
    hits = sum(bool(contradictions(answers_of(Person(seed, "genuine")))) for seed in range(400))
    assert hits <= 8


def test_planted_contradictions_are_declared_ones() -> None:
    for seed in range(50):
        person = Person(seed, "contradictory")
        assert contradictions(answers_of(person))


def test_speeding_is_fast_and_genuine_is_not() -> None:
    for seed in range(50):
        assert Person(seed, "speeding").seconds(100) <= 20
        assert Person(seed, "genuine").seconds(100) >= 65


def test_nobody_who_reads_reports_a_veto_and_some_staff_earn_a_bonus() -> None:
    kinds = ("genuine", "straight_lining", "contradictory")
    told: Counter[str] = Counter()
    for seed in range(60):
        for kind in kinds:
            told.update(answers_of(Person(seed, kind))["events"])  # type: ignore[arg-type]
    assert not told["leak"]
    assert not told["promise"]
    assert told["followed_up"]
    assert told["none"] > told["followed_up"]


def test_those_who_speed_tap_anything() -> None:
    told = Counter(
        option
        for seed in range(40)
        for option in answers_of(Person(seed, "speeding"))["events"]  # type: ignore[attr-defined]
    )
    assert told["leak"]
