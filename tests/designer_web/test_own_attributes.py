"""Own attributes of customers in the editor: offered in its words, and known as soon as defined."""

import pytest
from flask_babel import force_locale

from surveyapp.customers.own import keeping
from surveyapp.customers.own.entering import Entry
from surveyapp.database import db
from surveyapp.designer import editor, findings_at_hand, proofs
from surveyapp.designer.library import template
from surveyapp.designer.rule_reading import reading
from surveyapp.designer.rule_sources import choices
from surveyapp.designer.rule_text import parse
from tests.designer_web.conftest import document

CARD = Entry(
    "card", "choice", "会员卡", "Membership card", "gold = 金卡 | Gold\nplain = 普卡 | Plain"
)
APP = Entry("app", "yes_no", "使用应用", "Uses the app")
RULE = 'customer.own_card == "gold" and customer.own_app'


@pytest.fixture
def asking(app):
    """A questionnaire whose last page is for holders of a gold card who use the app."""
    tree = template("aftersales").model_dump(mode="json", by_alias=True)
    tree["pages"][-1]["show"] = parse(RULE)
    made = editor.create(template("aftersales").model_validate(tree), "a@example.com")
    db.session.commit()
    return made


def unknown(made):
    found, _now = findings_at_hand.of(made, editor.draft_of(made))
    return [f for several in found.values() for f in several if f.code == "rule.unknown_attribute"]


def test_a_definition_is_known_at_once_to_what_was_checked_before(asking):
    assert len(unknown(asking)) == 2
    assert proofs.proof_of(document(asking.id)).findings
    for entry in (CARD, APP):
        keeping.add(entry)
    db.session.commit()
    assert unknown(asking) == []
    found = proofs.proof_of(document(asking.id)).findings
    assert not [f for f in found if f.code == "rule.unknown_attribute"]


def test_the_editor_offers_them_and_reads_them_aloud(asking, staff):
    for entry in (CARD, APP):
        keeping.add(entry)
    db.session.commit()
    last = document(asking.id).pages[-1].id
    with force_locale("en"):
        every = choices(document(asking.id), f"page:{last}", "en")
        assert every["customer:own_card"].values == {"gold": "Gold", "plain": "Plain"}
        said = reading(document(asking.id), parse(RULE), "en")
    assert "Membership card" in str(said)
    assert "Uses the app" in str(said)
    assert staff.get(f"/questionnaires/{asking.id}").status_code == 200
