from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.text_diff import MOST, marked

TEXT = st.text(alphabet="ab 满意度吗服务。\n", max_size=40)


def changed(pieces):
    return [piece.text for piece in pieces if piece.changed]


@given(TEXT, TEXT)
def test_each_side_stays_complete(before, after):
    left, right = marked(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after


@given(TEXT)
def test_the_same_text_has_nothing_marked(text):
    left, right = marked(text, text)
    assert left == right
    assert changed(left) == []


@given(TEXT, TEXT)
def test_what_is_not_marked_is_on_both_sides(before, after):
    left, right = marked(before, after)
    kept = [["".join(p.text for p in side if not p.changed)] for side in (left, right)]
    assert kept[0] == kept[1]


def test_whole_words_are_marked():
    left, right = marked("How satisfied are you overall?", "How happy are you overall?")
    assert (changed(left), changed(right)) == (["satisfied"], ["happy"])


def test_chinese_is_marked_by_characters():
    left, right = marked("您对维修速度满意吗？", "您对上门速度满意吗？")
    assert (changed(left), changed(right)) == (["维修"], ["上门"])


def test_crumbs_between_changes_are_marked_too():
    left, right = marked("one a two", "three a four")
    assert (changed(left), changed(right)) == (["one a two"], ["three a four"])


def test_a_new_text_is_all_marked():
    left, right = marked("", "New words")
    assert (left, changed(right)) == ((), ["New words"])


def test_endless_texts_are_compared_at_their_ends():
    middle = "字" * MOST
    left, right = marked(f"same {middle}x same", f"same {middle}y same")
    assert (changed(left), changed(right)) == (["x"], ["y"])
    left, right = marked(middle + "字", middle + "字字")
    assert (changed(left), changed(right)) == ([], ["字"])
