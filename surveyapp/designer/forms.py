"""Forms of the questionnaire pages; the editor's own fields are read by `form_edits`."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from surveyapp.designer.library import TEMPLATES


class NewForm(FlaskForm):
    """What a new questionnaire begins with, and what it is called."""

    template = RadioField(
        _l("Begin with"),
        [InputRequired(_l("Choose what to begin with."))],
        choices=list(TEMPLATES),
        default=TEMPLATES[0],
    )
    name_zh = StringField(_l("Title in Chinese"), [Optional(), Length(max=200)])
    name_en = StringField(_l("Title in English"), [Optional(), Length(max=200)])


class PublishForm(FlaskForm):
    """Publishing names the revision that was checked."""

    revision = IntegerField(widget=HiddenInput(), validators=[DataRequired()])
    accept = BooleanField(_l("I have read the warnings and publish anyway"))
