"""Gaps in what somebody reads only under a rule: the messages of checks and of screen-outs."""

import pytest

from surveyapp.designer.answers import check
from surveyapp.designer.endings import ending_of
from surveyapp.designer.path import path
from surveyapp.designer.piping import piped
from surveyapp.designer.proof import Prover, prove
from surveyapp.designer.proving.claims import GAPS
from tests.designer.pieces import nps, of, page

CODE = "proof.piped_missing"
A, B = {"answer": "a"}, {"answer": "b"}
LOW = {"<": [B, 5]}


def words(text):
    return {"en": text}


def checked(text, must=None, first=None, **more):
    """A check of the question `b` whose message is `text`, behind the question `a`."""
    own = {"id": "c", "must": must or {">=": [B, 5]}, "message": words(text)}
    before = page("p1", {**nps("a"), **(first or {})})
    return of(before, page("p2", nps("b", checks=[own])), **more)


def of_page(text, must, **more):
    """The same of the page on which both stand."""
    own = {"id": "c", "must": must, "message": words(text)}
    return of(page("p1", nps("a", **more), nps("b"), checks=[own]))


def leaving(*outs, **more):
    """Screen-outs, each of its rule and its message, of the page on which both stand."""
    made = [{"id": f"o{n}", "when": when, "message": words(t)} for n, (when, t) in enumerate(outs)]
    return of(page("p1", nps("a", **more), nps("b"), screen_outs=made), page("p2", nps("z")))


def gaps(document):
    """The places with a gap, each with the answers that lead there."""
    found = prove(document)
    return {f.place: found.witness(f) for f in found.findings if f.code == CODE}


def text_at(document, place):
    """The words of the message at a place."""
    name = place.rpartition(".")[2]
    parts = (*document.pages, *document.questions())
    own = [one for part in parts for one in (*part.checks, *getattr(part, "screen_outs", ()))]
    return next(one.message for one in own if one.id == name)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (checked("Not after {a}"), "check:b.c"),
        (checked("Dear {customer.city}", first={"required": True}), "check:b.c"),
        (checked("{computed.v}", computed=[{"id": "v", "value": {"+": [A, 1]}}]), "check:b.c"),
        (of_page("Not after {a}", {">=": [B, 5]}), "check:p1.c"),
        (leaving((LOW, "Goodbye, {a}")), "screen_out:p1.o0"),
        (leaving((LOW, "Bye"), ({">": [B, 7]}, "{a}")), "screen_out:p1.o1"),
        # the first is unknown without an answer to `a`, and does not keep anybody from the second
        (leaving(({"<": [A, 3]}, "Bye"), (LOW, "{a}")), "screen_out:p1.o1"),
    ],
)
def test_a_message_that_may_have_a_gap_is_found_with_answers_that_show_it(document, place):
    found = gaps(document)
    assert [*found] == [place]
    by = found[place]
    way = path(document, by.answers, by.facts)
    read = piped(document, text_at(document, place), "en", way.on_path(by.answers), by.facts)
    if place.startswith("screen_out"):
        assert f"screen_out:p1.{way.ended.id}" == place
    else:
        params = [f.params for f in check(document, way, by.answers) if f.code == "answer.check"]
        assert params == [{"message": read, "check": "c"}]
    assert "{" not in read
    assert read != piped(
        document, text_at(document, place), "en", {"a": 7}, {"customer": {"city": "x"}}
    )


@pytest.mark.parametrize(
    "document",
    [
        checked("Not after {a|that}"),
        checked("Not after {a}", first={"required": True}),
        checked("Not after {a}", must={">=": [B, A]}),  # known, where the check is broken
        checked("Not {b}"),
        checked("{survey.language}"),
        of_page("Not after {a}", {">=": [B, A]}),
        of_page("Not after {a}", {">=": [B, 5]}, required=True),
        leaving((LOW, "Goodbye, {a|you}")),
        leaving((LOW, "Goodbye, {b}")),
        leaving((LOW, "Goodbye, {a}"), required=True),
        # whoever has not answered `a` reads the first
        leaving(({"not": [{"answered": [A]}]}, "Bye"), (LOW, "{a}")),
    ],
)
def test_a_message_that_cannot_have_one_is_not(document):
    assert gaps(document) == {}


def test_a_faulty_screen_out_keeps_nobody_from_the_next():
    assert "screen_out:p1.o1" in gaps(leaving(({"<": [A, "x"]}, ""), (LOW, "{a}")))


def test_what_is_said_of_a_message_is_kept_until_the_rule_before_it_changes():
    kept = {}
    first = leaving(({"not": [{"answered": [A]}]}, "Bye"), (LOW, "{a}"))
    Prover(first, kept).run()
    assert Prover(first, kept).open == ()
    changed = Prover(leaving(({">": [B, 7]}, "Bye"), (LOW, "{a}")), kept)
    assert "screen_out:p1.o1" in changed.open
    changed.run()
    assert [f.place for f in changed.proof().findings if f.code == CODE] == ["screen_out:p1.o1"]


def test_when_a_message_is_read_does_not_make_an_experiment_matter():
    """Its rule is asked of the check itself; that a message pipes something tells nothing of it."""
    arms = [{"id": "x"}, {"id": "y"}]
    must = {"or": [{"==": [{"random": "e"}, "x"]}, {"!=": [{"random": "e"}, "x"]}, {">=": [B, 5]}]}
    document = checked("Not after {a}", must=must, experiments=[{"id": "e", "arms": arms}])
    found = {f.code for f in prove(document).findings}
    assert "proof.arm_no_difference" in found


def test_a_message_without_a_source_has_no_gap():
    kinds = [t.claim.kind for t in Prover(checked("No pipe"), {})._tasks if t.claim]
    assert not {*kinds} & {*GAPS}


def test_words_alone_that_change_are_proved_anew():
    kept = {}
    for text, found in (("Not after {a|that}", []), ("Not after {a}", ["check:b.c"]), ("No", [])):
        prover = Prover(checked(text), kept)
        prover.run()
        assert [f.place for f in prover.proof().findings if f.code == CODE] == found


def ending(name, when, text):
    return {"id": name, "when": when, "message": words(text)}


def ended(*endings, last="", **more):
    """Endings behind both questions, and the closing words of whoever gets none of them."""
    pages = page("p1", nps("a", **more), nps("b"))
    return of(pages, endings=[*endings], thank_you=words(last) if last else {})


ASKED = {"answered": [A]}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (ended(ending("e", LOW, "Sorry about {a}")), "ending:e"),
        (ended(ending("d", ASKED, "Thanks"), ending("e", LOW, "{a}")), "ending:e"),
        (ended(ending("e", LOW, "Thanks"), last="{a}"), "document"),
        (ended(ending("e", {"<": [A, "x"]}, ""), ending("f", LOW, "{a}")), "ending:f"),
    ],
)
def test_closing_words_that_may_have_a_gap_are_found_with_somebody_who_reads_them(document, place):
    found = gaps(document)
    assert [*found] == [place]
    by = found[place]
    way = path(document, by.answers, by.facts)
    last = ending_of(document, way.on_path(by.answers), way.facts)
    assert place == (f"ending:{last.id}" if last else "document")
    text = last.message if last else document.thank_you
    assert "{a}" in text["en"]
    assert "a" not in way.on_path(by.answers)


@pytest.mark.parametrize(
    "document",
    [
        ended(ending("e", LOW, "Sorry about {a|that}")),
        ended(ending("e", LOW, "Sorry about {a}"), required=True),
        ended(ending("d", {"not": [ASKED]}, "Thanks"), ending("e", LOW, "{a}")),
        ended(ending("d", {"not": [ASKED]}, "Thanks"), last="{a}"),
    ],
)
def test_closing_words_that_cannot_have_one_are_not(document):
    assert gaps(document) == {}
