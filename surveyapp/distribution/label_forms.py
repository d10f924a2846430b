"""The forms of what is printed: files of labels, batches of receipt codes."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from surveyapp.distribution.labels.formats import FORMATS, Format
from surveyapp.distribution.receipt_codes import MOST
from surveyapp.findings import N_

KINDS = {
    "pdf": N_("PDF to print on labels"),
    "svg": N_("ZIP of SVG pictures, for print shops"),
    "png": N_("ZIP of PNG pictures, for documents and screens"),
}


def _named(form: Format) -> str:
    """What a format is, and the names under which it is sold."""
    title = str(gettext(form.title))
    return f"{title} · {form.products}" if form.products else title


class LabelForm(FlaskForm):
    """What to print, on which labels, from which place on."""

    kind = RadioField(
        _l("File"), choices=[SelectChoice(k, _l(v)) for k, v in KINDS.items()], default="pdf"
    )
    size = SelectField(
        _l("Labels"), choices=[SelectChoice(k, LazyString(_named, f)) for k, f in FORMATS.items()]
    )
    first = IntegerField(
        _l("First free place of the first sheet"),
        [InputRequired(_l("Give a number.")), NumberRange(1, message=_l("Places begin at 1."))],
        default=1,
    )
    what = SelectField(_l("Codes"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a place that the sheet does not have."""
        valid = bool(super().validate(extra_validators))
        places = FORMATS[self.size.data].places if self.size.data in FORMATS else 1
        if valid and self.kind.data == "pdf" and (self.first.data or 1) > places:
            why = _l("This sheet has %(n)s places.", n=places)
            self.first.errors = [*self.first.errors, why]
            return False
        return valid

    def params(self) -> dict[str, Any]:
        """Of the job."""
        chosen, _, which = (self.what.data or "").partition(":")
        return {
            "form": self.kind.data,
            "size": self.size.data,
            "skip": (self.first.data or 1) - 1 if self.kind.data == "pdf" else 0,
            "store": which if chosen == "store" else "",
            "batch_id": int(which) if chosen == "batch" else None,
        }


class BatchForm(FlaskForm):
    """How many receipt codes to make."""

    n = IntegerField(
        _l("Codes"),
        [
            InputRequired(_l("Give a number.")),
            NumberRange(1, MOST, _l("Give a number from %(min)s to %(max)s.")),
        ],
        default=10_000,
    )
