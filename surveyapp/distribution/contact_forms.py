"""Forms of the contact policy and of lists of addresses that must not be contacted."""

from __future__ import annotations

from datetime import time

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from surveyapp.customers.attributes import VALUE_LABELS
from surveyapp.distribution.contact import Policy
from surveyapp.distribution.contact_rules import INVITATIONS, TEXTS, Cap
from surveyapp.distribution.rest_days import RESTS

TIERS = ("high", "middle", "low", "")
"""Groups with caps of their own; the last: everyone else."""
DAY = 24 * 60


class PolicyForm(FlaskForm):
    """Hours, days, words, price, and two caps a group: fields `invitations_high_most` and so on."""

    allow_from = TimeField(_l("Texts may leave from"), [InputRequired()], default=time(0))
    allow_until = TimeField(_l("until"), [InputRequired()], default=time(23, 59))
    rest = RadioField(
        _l("Days"), choices=[SelectChoice(k, _l(v)) for k, v in RESTS.items()], default=""
    )
    customer_zone = BooleanField(_l("Hours and days of the customer's own country"))
    stop_words = TextAreaField(_l("More words that opt out"), [Optional(), Length(max=1000)])
    confirmation_zh = StringField(_l("Confirmation in Chinese"), [Optional(), Length(max=300)])
    confirmation_en = StringField(_l("Confirmation in English"), [Optional(), Length(max=300)])
    price = DecimalField(_l("Price of a message part"), [Optional(), NumberRange(0, 100)], places=5)
    currency = StringField(_l("Currency"), [Regexp("^[A-Z]{3}$")], default="CNY")

    def load(self, policy: Policy) -> None:
        """Show a policy."""
        self.allow_from.data = time(*divmod(policy.allow_from, 60))
        self.allow_until.data = time(*divmod(min(policy.allow_until, DAY - 1), 60))
        self.rest.data, self.customer_zone.data = policy.rest, policy.customer_zone
        self.stop_words.data = "\n".join(policy.stop_words)
        self.confirmation_zh.data = policy.confirmation.get("zh-Hans", "")
        self.confirmation_en.data = policy.confirmation.get("en", "")
        self.price.data, self.currency.data = policy.price, policy.currency
        for cap in policy.caps:
            if cap.tier in TIERS:
                self[f"{cap.what}_{cap.tier or 'others'}_most"].data = cap.most
                self[f"{cap.what}_{cap.tier or 'others'}_days"].data = cap.days

    def policy(self) -> Policy:
        """What was decided. 23:59 is the end of the day."""
        until = self.allow_until.data.hour * 60 + self.allow_until.data.minute
        words = (self.stop_words.data or "").replace(",", "\n").replace("，", "\n").splitlines()
        said = {"zh-Hans": self.confirmation_zh.data, "en": self.confirmation_en.data}
        return Policy(
            allow_from=self.allow_from.data.hour * 60 + self.allow_from.data.minute,
            allow_until=DAY if until == DAY - 1 else until,
            rest=self.rest.data,
            customer_zone=bool(self.customer_zone.data),
            stop_words=tuple(dict.fromkeys(w.strip() for w in words if w.strip())),
            confirmation={k: v.strip() for k, v in said.items() if v and v.strip()},
            price=self.price.data,
            currency=self.currency.data,
            caps=tuple(self._caps()),
        )

    def _caps(self) -> list[Cap]:
        found = []
        for what in (INVITATIONS, TEXTS):
            for tier in TIERS:
                most = self[f"{what}_{tier or 'others'}_most"].data
                days = self[f"{what}_{tier or 'others'}_days"].data
                if most and days:
                    found.append(Cap(tier, what, most, days))
        return found


for _what in (INVITATIONS, TEXTS):
    for _tier in TIERS:
        _name = VALUE_LABELS.get(_tier, "Everyone else")
        for _part, _most in (("most", 100), ("days", 365)):
            _field = IntegerField(_l(_name), [Optional(), NumberRange(1, _most)])
            setattr(PolicyForm, f"{_what}_{_tier or 'others'}_{_part}", _field)


class DoNotContactForm(FlaskForm):
    """A list as a file, or pasted."""

    file = FileField(_l("CSV or text file"))
    pasted = TextAreaField(
        _l("or paste phones or e-mail addresses, one a line"), [Optional(), Length(max=200_000)]
    )

    def content(self) -> bytes:
        """The bytes of the list; empty when nothing was given."""
        if self.file.data:
            found: bytes = self.file.data.read()
            return found
        return (self.pasted.data or "").encode()
