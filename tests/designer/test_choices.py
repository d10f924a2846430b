import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.choices import all_options, offered
from surveyapp.designer.document import Document
from surveyapp.designer.path import path

BRANDS = [{"id": name, "label": {"en": name.upper()}} for name in "abcd"]
NONE = {"id": "none", "exclusive": True}
RICH = {"==": [{"customer": "tier"}, "high"]}


def document(**carrying):
    return Document.model_validate(
        {
            "pages": [
                {
                    "id": "p1",
                    "questions": [
                        {"type": "multiple", "id": "used", "options": [*BRANDS, NONE]},
                        {"type": "number", "id": "between"},
                    ],
                },
                {
                    "id": "p2",
                    "questions": [
                        {"type": "single", "id": "best", "options": [], **carrying},
                        {
                            "type": "ranking",
                            "id": "again",
                            "carry": {"question": "best"},
                            "options": [{"id": "z", "show": RICH}],
                        },
                    ],
                },
            ]
        }
    )


def ids(options):
    return [option.id for option in options]


def seen(doc, answers, facts=None, seed=None):
    way = path(doc, answers, facts or {}, seed)
    found = {q.id: ids(page.options_of(q)) for page in way.pages for q in page.questions}
    found.pop("between", None)
    return found


CHOSEN = document(carry={"question": "used"})
OTHERS = document(carry={"question": "used", "which": "unchosen"}, options=[{"id": "own"}])


def test_all_options_are_those_that_could_ever_be_offered():
    best, again = (CHOSEN.question_by_id[name] for name in ("best", "again"))
    assert ids(all_options(CHOSEN, best)) == ["a", "b", "c", "d"]
    assert ids(all_options(CHOSEN, again)) == ["a", "b", "c", "d", "z"]
    assert all_options(CHOSEN, best)[0].label == {"en": "A"}
    assert all_options(CHOSEN, CHOSEN.question_by_id["between"]) == ()
    assert offered(CHOSEN, CHOSEN.question_by_id["between"], {}, {}) == ()


@pytest.mark.parametrize(
    ("doc", "answers", "facts", "expected"),
    [
        (CHOSEN, {}, {}, {}),
        (CHOSEN, {"used": ["none"]}, {}, {}),
        (CHOSEN, {"used": ["a", "c"]}, {}, {"best": ["a", "c"]}),
        (CHOSEN, {"used": ["a", "c"], "best": "c"}, {}, {"best": ["a", "c"], "again": ["c"]}),
        (CHOSEN, {"used": ["a", "c"], "best": "b"}, {}, {"best": ["a", "c"]}),
        (CHOSEN, {}, {"customer": {"tier": "high"}}, {"again": ["z"]}),
        (OTHERS, {}, {}, {"best": ["own"]}),
        (OTHERS, {"used": ["a"]}, {}, {"best": ["b", "c", "d", "own"]}),
    ],
)
def test_carried_options(doc, answers, facts, expected):
    assert seen(doc, answers, facts) == {"used": [*"abcd", "none"], **expected}


def test_a_choice_that_is_not_offered_any_more_does_not_count():
    answers = {"used": ["a"], "best": "b", "again": ["b"]}
    assert path(CHOSEN, answers, {}).on_path(answers) == {"used": ["a"]}
    answers = {"used": ["a"], "best": "a", "again": ["b", "a", "z"]}
    assert path(CHOSEN, answers, {}).on_path(answers) == {**answers, "again": ["a"]}


@settings(max_examples=100)
@given(st.integers(0, 2**32).map(random.Random))
def test_asking_for_one_question_is_what_the_path_says(draw):
    doc = draw.choice([CHOSEN, OTHERS])
    answers = {"used": draw.sample([*"abcd", "none"], draw.randint(1, 4))}
    if draw.random() < 0.7:
        answers["best"] = draw.choice([*"abcd", "own"])
    facts = {"customer": {"tier": draw.choice(["high", "low"])}}
    way = path(doc, answers, facts)
    counting = way.on_path(answers)
    for question in doc.questions():
        options = ids(offered(doc, question, counting, facts))
        assert seen(doc, answers, facts).get(question.id, []) == options


def test_a_later_question_or_itself_carries_nothing():
    doc = document(carry={"question": "again"})
    assert seen(doc, {"again": ["z"]}, {"customer": {"tier": "high"}})["again"] == ["z"]
    assert "best" not in seen(document(carry={"question": "best"}), {"best": "a"})


def test_shuffled_options_keep_their_order_as_they_come_and_go():
    doc = document(carry={"question": "used"}, shuffle=True)
    best = doc.question_by_id["best"]
    orders = {tuple(seen(doc, {"used": [*"abcd"]}, seed=seed)["best"]) for seed in range(200)}
    assert len(orders) == 24
    for seed in range(20):
        every = seen(doc, {"used": [*"abcd"]}, seed=seed)["best"]
        some = seen(doc, {"used": ["b", "d"]}, seed=seed)["best"]
        assert some == [name for name in every if name in "bd"]
        assert some == ids(offered(doc, best, {"used": ["b", "d"]}, {}, seed))
