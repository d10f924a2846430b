"""Forms of staff accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp

from surveyapp.accounts.models import ROLES
from surveyapp.findings import N_
from surveyapp.languages import NAMES

ROLE_NAMES = {
    "administrator": N_("Administrator"),
    "researcher": N_("Researcher"),
    "analyst": N_("Analyst"),
    "interviewer": N_("Interviewer"),
}
_EMAIL = r"^[^@\s]+@[^@\s]+$"
_email = Regexp(_EMAIL, message=_l("Give an e-mail address, for example name@example.com."))
_password = Length(10, 200, message=_l("Use at least 10 characters."))


class SignInForm(FlaskForm):
    """E-mail and password."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Give your e-mail.")), Length(max=254)])
    password = PasswordField(
        _l("Password"), [DataRequired(_l("Give your password.")), Length(max=200)]
    )


class UserForm(FlaskForm):
    """A member of staff; the password is only set when one is given."""

    name = StringField(_l("Name"), [DataRequired(_l("Give a name.")), Length(max=100)])
    email = EmailField(
        _l("E-mail"),
        [DataRequired(_l("Give an e-mail.")), Length(max=254), _email],
        filters=[lambda typed: (typed or "").strip()],
    )
    role = SelectField(
        _l("Role"), choices=[SelectChoice(role, _l(ROLE_NAMES[role])) for role in ROLES]
    )
    language = SelectField(_l("Language"), choices=[SelectChoice(*pair) for pair in NAMES.items()])
    password = PasswordField(_l("Password"), [Optional(), _password])
