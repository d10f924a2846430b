"""What somebody who completed reads, and what comes with it."""

from typing import Any

import pytest
from pydantic import ValidationError

from surveyapp.designer.document import Document, Ending
from surveyapp.designer.document_errors import findings_of
from surveyapp.designer.endings import (
    check_endings,
    ending_of,
    gives_more,
    may_go_along,
    parameters_of,
)
from surveyapp.designer.proof import prove
from surveyapp.designer.versions import canonical
from tests.questionnaires import questionnaire

ENDS = questionnaire("full/endings")


def ending(**fields: Any) -> Ending:
    return Ending(**{"id": "e", "when": {"answered": [{"answer": "csat"}]}, **fields})


def with_endings(*endings: Ending) -> Document:
    return ENDS.model_copy(update={"endings": endings})


@pytest.mark.parametrize(
    ("csat", "expected"), [(1, "low"), (2, "low"), (3, None), (4, "shop"), (5, "best")]
)
def test_the_first_ending_whose_rule_holds_wins(csat: int, expected: str | None) -> None:
    found = ending_of(ENDS, {"csat": csat}, {})
    assert (found.id if found else None) == expected


def test_what_is_unknown_leads_nowhere_and_the_first_of_two_wins() -> None:
    first, second = ending(id="first"), ending(id="second")
    document = with_endings(first, second)
    assert ending_of(document, {}, {}) is None
    assert ending_of(document, {"csat": 3}, {}) == first
    assert ending_of(questionnaire("csat"), {"csat": 3}, {}) is None


def test_what_the_server_gives_is_told_from_words() -> None:
    assert [gives_more(one) for one in ENDS.endings] == [True, True, True]
    assert not gives_more(ending())


def test_parameters_hold_data_and_leave_out_what_is_unknown() -> None:
    document = Document.model_validate(
        {
            "computed": [
                {"id": "half", "value": {"/": [{"answer": "n"}, 2]}},
                {"id": "much", "value": {">": [{"answer": "n"}, 2]}},
            ]
        }
    )
    names = ("n", "some", "touchpoint.store", "customer.city", "computed.half", "computed.much")
    found = parameters_of(
        document,
        ending(parameters=names),
        {"n": 5, "some": ["a", "b"]},
        {"touchpoint": {"store": "S 1"}},
    )
    assert found == {
        "n": "5",
        "some": "a,b",
        "touchpoint.store": "S 1",
        "computed.half": "2.5",
        "computed.much": "true",
    }


@pytest.mark.parametrize(
    "address",
    ["", "https://shop.example", "https://shop.example:8443/a/b?c=d&e=%20", " https://a.cn/x "],
)
def test_addresses_of_the_encrypted_web_are_taken(address: str) -> None:
    assert ending(address=address).address == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example",
        "//shop.example",
        "/thanks",
        "javascript:alert(1)",
        "https://",
        "https://user@shop.example/",
        "https://shop.example\\@evil.example",
        "https://shop.example/#there",
        "https://shop.example/a b",
        'https://shop.example/"onclick',
        "https://shop.example/<b>",
        "https://shop.example/\n",
        "https://-shop.example/",
        "https://shop.example@evil.example",
    ],
)
def test_any_other_address_is_refused_with_a_sentence_that_teaches(address: str) -> None:
    if address.endswith("\n"):
        address = "https://shop.example/\nSet-Cookie: a"
    tree = ENDS.model_dump(mode="json")
    tree["endings"][1]["address"] = address
    with pytest.raises(ValidationError) as caught:
        Document.model_validate(tree)
    (finding,) = findings_of(caught.value, tree)
    assert (finding.code, finding.place) == ("document.bad_address", "ending:shop")


def codes(*endings: Ending) -> list[tuple[str, str, object]]:
    found = check_endings(with_endings(*endings))
    return [(one.code, one.place, dict(one.params).get("hint")) for one in found]


def test_a_parameter_must_be_there() -> None:
    assert codes(ending(parameters=["csat", "touchpoint.store"])) == []
    assert codes(ending(parameters=["csta", "touchpoint.shop"])) == [
        ("document.ending_parameter", "ending:e", "csat"),
        ("document.ending_parameter", "ending:e", ""),
    ]


def test_an_ending_that_an_earlier_one_always_takes_is_found() -> None:
    wide = ending(id="wide", when={"or": [{"==": [{"answer": "csat"}, 1]}, {"<": [1, 2]}]})
    narrow = ending(id="narrow", when={"==": [{"answer": "csat"}, 1]})
    assert codes(wide, narrow) == [("document.ending_covered", "ending:narrow", None)]
    assert codes(narrow, wide) == []


def test_what_people_write_never_goes_along() -> None:
    document = questionnaire("broken/document.ending_open_text")
    assert [one.code for one in check_endings(document)] == ["document.ending_open_text"]
    assert not may_go_along(document, "nobody")
    assert may_go_along(document, "n")


def test_what_must_be_read_is_not_left_at_once() -> None:
    to = {"address": "https://a.example", "at_once": True}
    assert codes(ending(**to)) == []
    assert [c for c, *_ in codes(ending(**to, coupon=True))] == ["document.ending_waits"]
    assert [c for c, *_ in codes(ending(**to, call_back=True))] == ["document.ending_waits"]


def test_a_questionnaire_without_endings_keeps_its_hash() -> None:
    assert "endings" not in str(canonical(questionnaire("csat")))
    assert "endings" in str(canonical(ENDS))


def test_the_proof_finds_an_ending_that_nobody_reads() -> None:
    nobody = ending(
        id="nobody", message={"en": "Hello", "zh-Hans": "您好"}, when={">": [{"answer": "csat"}, 7]}
    )
    found = prove(with_endings(nobody, *ENDS.endings)).findings
    assert [(one.code, one.place) for one in found] == [("proof.ending_unreached", "ending:nobody")]
    assert prove(ENDS).findings == ()
