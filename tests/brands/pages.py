"""Brands on pages, for tests that look at them."""

from surveyapp.brands import known
from surveyapp.brands.models import Brand
from surveyapp.database import db
from surveyapp.distribution.models import Study
from tests.brands.test_keeping import add
from tests.brands.test_logos import picture


def branded(study: Study, **wanted: object) -> Brand:
    """An orange brand with a logo that the study has chosen."""
    brand = add(**{"picture": picture(), **wanted})
    study.brand_id = brand.id
    db.session.commit()
    known.forget()
    return brand
