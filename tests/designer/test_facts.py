from datetime import UTC, date, datetime
from decimal import Decimal

from surveyapp.designer import facts as module
from surveyapp.designer.document import Document
from surveyapp.designer.facts import ATTRIBUTES, NUMBER, OwnType, Type, attributes, facts_of


def test_values_become_json():
    facts = facts_of(
        {
            "tier": "high",
            "spend": Decimal("99.50"),
            "purchases": Decimal("3"),
            "last_purchase": date(2026, 11, 2),
            "name": "not for rules",
        },
        {"store": "S01", "label": ""},
    )
    assert facts == {
        "customer": {"tier": "high", "spend": 99.5, "purchases": 3, "last_purchase": "2026-11-02"},
        "touchpoint": {"store": "S01"},
    }


def test_a_moment_counts_as_its_day_and_what_is_no_value_is_absent():
    moment = datetime(2026, 11, 2, 23, 59, tzinfo=UTC)
    facts = facts_of({"last_purchase": moment, "city": None, "store": ["S01"]})
    assert facts == {"customer": {"last_purchase": "2026-11-02"}, "touchpoint": {}}


def test_every_kind_of_fact_has_a_type():
    kinds = {t.kind for attributes in ATTRIBUTES.values() for t in attributes.values()}
    assert kinds == {"text", "choice", "number", "date"}


def test_what_is_known_of_the_survey_itself():
    given = {"today": date(2026, 11, 25), "language": "en", "mode": "qr", "secret": 1}
    found = facts_of({}, {}, given)
    assert found["survey"] == {"today": "2026-11-25", "language": "en", "mode": "qr"}
    assert "survey" not in facts_of()


def test_the_facts_of_a_document():
    document = Document.model_validate(
        {"languages": ["en", "fr"], "experiments": [{"id": "e", "arms": [{"id": "a"}]}]}
    )
    known = attributes(document)
    assert known["random"] == {"e": Type("choice", ("a",))}
    assert known["survey"]["language"] == Type("choice", ("en", "fr"))


def test_own_attributes_are_facts_of_the_customer():
    given = module.as_facts({"years": 2.5, "app": False, "note": ""})
    assert facts_of({"city": "上海", **given}) == {
        "customer": {"city": "上海", "own_years": 2.5, "own_app": False},
        "touchpoint": {},
    }
    assert module.as_facts(None) == {}
    assert "own_years" not in attributes(Document())["customer"]
    nothing = module.own_stamp()
    before = module.learn(lambda: {"own_years": OwnType(NUMBER, offered=False)})
    try:
        assert attributes(Document())["customer"]["own_years"] == NUMBER
        assert module.own_stamp() != nothing
    finally:
        module.learn(before)
