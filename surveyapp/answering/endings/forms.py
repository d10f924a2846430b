"""The form that fills the stock of coupons."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import Length, ValidationError


class CodesForm(FlaskForm):
    """A list of codes, as a file or written down."""

    file = FileField(_l("File with codes (CSV or XLSX)"))
    codes = TextAreaField(_l("Or one code a line"), [Length(max=400_000)])

    def validate_codes(self, _field: TextAreaField) -> None:
        """One of the two."""
        if not self.file.data and not (self.codes.data or "").strip():
            raise ValidationError(gettext("Choose a file, or write the codes here."))
