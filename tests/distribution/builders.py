"""Small worlds for the tests of distribution: a published version, a study, customers, a draw."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import text

from surveyapp import clock
from surveyapp.customers import addresses
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)
from surveyapp.findings import SurveyError

CITIES = ("上海", "杭州", "成都")
TIERS = ("high", "middle", "low")


def add_version() -> QuestionnaireVersion:
    """A published questionnaire (its content does not matter here)."""
    title = {"zh-Hans": "售后满意度", "en": "After-sales satisfaction"}
    questionnaire = Questionnaire(title=title, draft={"title": title})
    db.session.add(questionnaire)
    db.session.flush()
    version = QuestionnaireVersion(
        questionnaire_id=questionnaire.id,
        number=1,
        content_hash="c" * 64,
        document={"title": title},
    )
    db.session.add(version)
    db.session.flush()
    return version


def add_study(**values: Any) -> Study:
    """A study over a new version."""
    study = Study(**{"title": "Autumn", "version_id": add_version().id, **values})
    db.session.add(study)
    db.session.flush()
    return study


def add_customer(index: int, **values: Any) -> Customer:
    """A customer who may be asked, unless `values` say otherwise."""
    phone, email = values.pop("phone", f"+86138{index:08d}"), values.pop("email", None)
    customer = Customer(
        **{
            "number": f"C{index:05d}",
            "name": f"客户{index}",
            "phone": phone,
            "phone_hash": phone and addresses.of_phone(phone),
            "email": email,
            "email_hash": email and addresses.of_email(email),
            "city": CITIES[index % 3],
            "store": f"Store {index % 5}",
            "product_line": ("appliance", "fresh")[index % 2],
            "tier": TIERS[index // 3 % 3],
            "spend": Decimal(100 + 37 * index % 900),
            "purchases": 1 + index % 4,
            "last_purchase": (clock.now() - timedelta(days=index % 60)).date(),
            "consent": True,
            **values,
        }
    )
    db.session.add(customer)
    return customer


def add_customers(count: int, **values: Any) -> list[Customer]:
    """Customers 1 to `count`."""
    found = [add_customer(index, **values) for index in range(1, count + 1)]
    db.session.flush()
    return found


def add_draw(study: Study, customers: list[Customer]) -> SampleDesign:
    """A drawn design of one stratum that holds `customers`, without going through the frame."""
    n = len(customers)
    design = SampleDesign(study_id=study.id, n=n, seed=7, drawn_at=clock.now())
    db.session.add(design)
    db.session.flush()
    stratum = DesignStratum(design_id=design.id, key={}, label="all", size=n, n=n, sd=None)
    db.session.add(stratum)
    db.session.flush()
    for customer in customers:
        db.session.add(
            SampleMember(
                design_id=design.id,
                stratum_id=stratum.id,
                customer_id=customer.id,
                inclusion_probability=1.0,
                design_weight=1.0,
            )
        )
    db.session.flush()
    return design


def add_invitations(study: Study, count: int) -> list[Invitation]:
    """Issued invitations of `count` new customers."""
    from surveyapp.distribution import invitations

    design = add_draw(study, add_customers(count))
    assert invitations.issue(design) == count
    rows = db.session.query(Invitation).filter_by(study_id=study.id).order_by(Invitation.id)
    return rows.all()


def plan_of(query: object) -> str:
    """How the engine goes about a query (EXPLAIN)."""
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
    how = "EXPLAIN" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    lines = db.session.execute(text(f"{how} {compiled}")).all()
    return "\n".join(" ".join(str(cell) for cell in line) for line in lines)


def at_once(app: Flask, act: Callable[[int], object], count: int) -> list[str]:
    """Let several people act at the same moment; the code of each one's refusal, or nothing."""
    together = Barrier(count)

    def one(which: int) -> str:
        with app.app_context():
            together.wait()
            try:
                act(which)
                db.session.commit()
            except SurveyError as refusal:
                db.session.rollback()
                return refusal.findings[0].code
            return ""

    with ThreadPoolExecutor(count) as people:
        return list(people.map(one, range(count)))
