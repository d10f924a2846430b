import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer.document import Document
from surveyapp.designer.piping import Pipe, pieces, piped, pipes
from surveyapp.designer.rules import Source

OPTIONS = [
    {"id": "a", "label": {"en": "Apples", "zh-Hans": "苹果"}},
    {"id": "b", "label": {"en": "Bread", "zh-Hans": "面包"}, "other": True},
    {"id": "c"},
]
DOCUMENT = Document.model_validate(
    {
        "pages": [
            {
                "id": "p1",
                "questions": [
                    {"type": "nps", "id": "nps"},
                    {"type": "single", "id": "one", "options": OPTIONS},
                    {"type": "multiple", "id": "some", "options": OPTIONS},
                    {"type": "consent", "id": "ok"},
                    {"type": "ces", "id": "effort", "missing": ["dont_know"]},
                    {"type": "photo", "id": "card"},
                ],
            }
        ],
        "computed": [
            {"id": "half", "value": {"/": [{"answer": "nps"}, 2]}},
            {"id": "good", "value": {">": [{"answer": "nps"}, 8]}},
        ],
        "experiments": [{"id": "e", "arms": [{"id": "x"}, {"id": "y"}]}],
    }
)
FACTS = {"customer": {"city": "Xi'an", "spend": 99.5}, "random": {"e": "x"}}
ANSWERS = {"nps": 9, "one": "a", "some": ["a", "c"], "one.b": "rye", "ok": True}
ANSWERS |= {"effort": "dont_know", "card": "Zm9vYmFy"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("You gave {nps}.", "You gave 9."),
        ("{computed.half} of 5", "4.5 of 5"),
        ("{one}, {one.b}: {some}", "Apples, rye: Apples, c"),
        ("{customer.city} {customer.spend}", "Xi'an 99.5"),
        ("{customer.store|your shop}{customer.store}!", "your shop!"),
        ("{random.e}", "x"),
        ("{{nps}} and {{{nps}}}", "{nps} and {9}"),
        ("{computed.good|a condition has no words}", "a condition has no words"),
        ("{ok|agreed}", "agreed"),
        ("{effort|no figure}, {card|a picture}", "no figure, a picture"),
        ("no such thing: {npz}, {customer.shoe|size}, {computed.x}, {random.f}, {one.c}",) * 2,
        ("{Nps} { nps } {nps {} }", "{Nps} { nps } {nps {} }"),
        ("{nps|a {one} b}", "{nps|a Apples b}"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_piped(text, shown):
    assert piped(DOCUMENT, {"en": text}, "en", ANSWERS, FACTS) == shown
    assert piped(DOCUMENT, text, "en", ANSWERS, FACTS) == shown


def test_in_the_language_of_the_page():
    text = {"zh-Hans": "您选了{some}", "en": "You chose {some}"}
    assert piped(DOCUMENT, text, "zh-Hans", {"some": ["a", "b"]}, {}) == "您选了苹果、面包"
    assert piped(DOCUMENT, text, "en", {"some": ["a", "b"]}, {}) == "You chose Apples, Bread"


def test_what_is_unknown_is_nothing_or_the_fallback():
    assert piped(DOCUMENT, "[{nps}{computed.half}{one|–}]", "en", {}, {}) == "[–]"


def test_pieces():
    assert pieces("a {nps|b} c") == ("a ", Pipe(Source("answer", "nps"), "b"), " c")
    assert pieces("{customer.city}") == (Pipe(Source("customer", "city")),)
    assert pipes("{{x}} {grid.a}") == (Pipe(Source("answer", "grid.a")),)
    assert pipes("x") == ()


@given(st.text(alphabet="ab{}|.c ", max_size=20))
def test_every_text_can_be_read(text):
    again = "".join(piece if isinstance(piece, str) else piece.written for piece in pieces(text))
    assert len(again) <= len(text)
    if "{{" not in text and "}}" not in text:
        assert again == text
    assert isinstance(piped(DOCUMENT, text, "en", {}, {}), str)
