"""Forms of the questionnaire pages; the editor's own fields are read by `form_edits`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
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


class ImportForm(FlaskForm):
    """A file of another program."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    kind = SelectField(
        _l("Format"),
        choices=[
            SelectChoice("auto", _l("Recognise it")),
            SelectChoice("xlsform", "XLSForm"),
            SelectChoice("limesurvey", "LimeSurvey"),
            SelectChoice("surveyjs", "SurveyJS"),
            SelectChoice("qualtrics", "Qualtrics"),
            SelectChoice("json", _l("Our own JSON")),
        ],
        default="auto",
    )


class ConfirmImportForm(FlaskForm):
    """What was read, carried along until it is wanted."""

    packed = StringField(widget=HiddenInput(), validators=[DataRequired()])
    report = StringField(widget=HiddenInput(), validators=[DataRequired()])


class PublishForm(FlaskForm):
    """Publishing names the revision that was checked."""

    revision = IntegerField(widget=HiddenInput(), validators=[DataRequired()])
    accept = BooleanField(_l("I have read the warnings and publish anyway"))


class KeepForm(FlaskForm):
    """A part of a questionnaire as an entry of the team's library."""

    kind = SelectField(_l("Save as"))
    over = SelectField(_l("Where"), coerce=int)
    name_zh = StringField(_l("Name in Chinese"), [Optional(), Length(max=200)])
    name_en = StringField(_l("Name in English"), [Length(max=200)])
    tags = StringField(_l("Tags, with spaces between them"), [Optional(), Length(max=200)])
    citation = StringField(_l("Source (who made it, where it was published)"), [Length(max=400)])
    locked = BooleanField(_l("Lock it: words and scale stay as they are, so that results compare"))

    def offer(
        self, kinds: Sequence[str], names: Mapping[str, str], entries: Sequence[tuple[int, str]]
    ) -> None:
        """What can be chosen: kinds of entries, and the entries that it may renew."""
        self.kind.choices = [(kind, gettext(names[kind])) for kind in kinds]
        renewed = [(number, gettext("New revision of “%(name)s”", name=n)) for number, n in entries]
        self.over.choices = [(0, gettext("A new entry")), *renewed]

    def validate_name_en(self, _field: StringField) -> None:
        """One name at least."""
        if not self.names:
            raise ValidationError(gettext("Give it a name in one of the languages."))

    @property
    def names(self) -> dict[str, str]:
        """Language → name, without empty ones."""
        given = {"zh-Hans": self.name_zh.data, "en": self.name_en.data}
        return {tag: name.strip() for tag, name in given.items() if name and name.strip()}

    @property
    def tag_list(self) -> list[str]:
        """The tags, each once."""
        words = (self.tags.data or "").replace(",", " ").replace("，", " ").split()
        return list(dict.fromkeys(word.lower() for word in words))[:12]
