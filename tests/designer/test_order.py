from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.document import Document
from surveyapp.designer.order import arms, rank, shuffled

IDS = st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), unique=True, max_size=12)


def test_the_hash_stays_what_it_is():
    """A running study draws its orders from it: these numbers never change."""
    assert [rank(seed, "q1", "a") for seed in (0, 1, "0", "seed")] == [
        2081873933, 3644871891, 2081873933, 325211696,
    ]  # fmt: skip


@given(st.integers(), IDS, st.data())
def test_a_permutation_in_which_fixed_items_stay(seed, ids, data):
    fixed = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    drawn = shuffled(seed, "q", ids, fixed)
    assert sorted(drawn) == sorted(ids)
    assert all(drawn[i] == item for i, item in enumerate(ids) if item in fixed)
    assert drawn == shuffled(seed, "q", ids, fixed)


@given(st.integers(), IDS)
def test_an_item_that_is_added_moves_no_other(seed, ids):
    drawn = shuffled(seed, "q", [*ids, "zzzzzzz"])
    assert tuple(item for item in drawn if item != "zzzzzzz") == shuffled(seed, "q", ids)


def test_every_order_is_as_likely():
    found = Counter(shuffled(seed, "q", "abc") for seed in range(6000))
    assert len(found) == 6
    assert max(abs(count - 1000) for count in found.values()) < 130  # 4.5 standard deviations


def experiment(*weights):
    groups = [{"id": f"arm{i}", "weight": weight} for i, weight in enumerate(weights)]
    return Document.model_validate({"experiments": [{"id": "e", "arms": groups}]})


def test_arms_are_drawn_by_weight():
    document = experiment(1, 3)
    drawn = Counter(arms(document, seed)["e"] for seed in range(4000))
    assert abs(drawn["arm1"] - 3000) < 125
    assert drawn["arm0"] + drawn["arm1"] == 4000
    assert arms(experiment(), 1) == {}
