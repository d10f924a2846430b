"""The form of a brand."""

from __future__ import annotations

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.validators import Length, ValidationError

from surveyapp.brands.keeping import PLAIN, Wanted
from surveyapp.brands.logos import LARGEST_FILE
from surveyapp.brands.models import Brand

_LONG = re.compile(r"#?([0-9a-f]{6})")
_SHORT = re.compile(r"#?([0-9a-f])([0-9a-f])([0-9a-f])")


def colour_of(text: str) -> str:
    """`#rrggbb` of what people write of a colour: with or without #, short or long; else empty."""
    written = text.strip().lower()
    if found := _LONG.fullmatch(written):
        return f"#{found[1]}"
    if found := _SHORT.fullmatch(written):
        return "#" + "".join(digit * 2 for digit in found.groups())
    return ""


class BrandForm(FlaskForm):
    """What customers see of a brand, and where their links lead."""

    name_zh = StringField(_l("Name in Chinese"), [Length(max=60)])
    name_en = StringField(_l("Name in English"), [Length(max=60)])
    colour = StringField(_l("Colour"), [Length(max=20)], default=PLAIN)
    logo = FileField(_l("Logo (PNG, JPEG or WebP)"))
    drops_logo = BooleanField(_l("No logo"))
    is_default = BooleanField(_l("For every study that chooses no other brand"))
    host = StringField(_l("Own address of the customers’ links"), [Length(max=300)])

    def validate_name_zh(self, _field: StringField) -> None:
        """One name at least."""
        if not self.name():
            raise ValidationError(gettext("Write a name in at least one language."))

    def validate_colour(self, field: StringField) -> None:
        """A colour that a page understands."""
        if not colour_of(field.data or ""):
            raise ValidationError(gettext("Write the colour as six hex digits, such as #0b6b63."))

    def load(self, brand: Brand) -> None:
        """Show a brand."""
        self.name_zh.data, self.name_en.data = brand.name.get("zh-Hans"), brand.name.get("en")
        self.colour.data, self.host.data = brand.colour, brand.host
        self.is_default.data = bool(brand.is_default)

    def name(self) -> dict[str, str]:
        """Language → name, of those that were written."""
        written = {"zh-Hans": self.name_zh.data or "", "en": self.name_en.data or ""}
        return {language: name.strip() for language, name in written.items() if name.strip()}

    def wanted(self) -> Wanted:
        """What was written. Of a file that is too large only as much as tells so is read."""
        sent = self.logo.data
        return Wanted(
            self.name(),
            colour_of(self.colour.data or ""),
            self.host.data or "",
            bool(self.is_default.data),
            sent.stream.read(LARGEST_FILE + 1) if sent else None,
            bool(self.drops_logo.data),
        )
