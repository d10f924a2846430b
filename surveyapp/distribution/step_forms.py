"""The form of one step of a sequence: when, to whom, which way, and its wordings."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from surveyapp.distribution import sequence
from surveyapp.distribution.forms import LANGUAGES, WHOLE, number
from surveyapp.distribution.sequences import Content
from surveyapp.distribution.trials import Wording
from surveyapp.distribution.variants import LARGEST, OTHERS, OWN

LABELS = (OWN, *OTHERS)
"""Wordings of one step; A must be there."""
_CONDITIONS = [SelectChoice(k, _l(v)) for k, v in sequence.CONDITIONS.items()]
_MEDIA = [SelectChoice(k, _l(v)) for k, v in sequence.MEDIA.items()]


class StepForm(FlaskForm):
    """One field for each wording and language (`a_zh`, `b_en`), and each wording's share."""

    name = StringField(_l("Name of the step"), [Optional(), Length(max=60)])
    days = IntegerField(_l("Days to wait"), [InputRequired(WHOLE), number(0, 90)])
    hours = IntegerField(_l("and hours"), [InputRequired(WHOLE), number(0, 23)])
    condition = SelectField(_l("It goes to"), choices=_CONDITIONS, default="")
    medium = SelectField(_l("It leaves"), choices=_MEDIA, default="")
    lacking = RadioField(
        _l("Who has no such address"),
        choices=[
            SelectChoice("other", _l("gets it the other way")),
            SelectChoice("skip", _l("is skipped, with the reason")),
        ],
        default="other",
    )

    def load_content(self, content: Content) -> None:
        """Show a step."""
        self.name.data, self.condition.data = content.name, content.condition
        self.days.data, self.hours.data = divmod(content.after, 24)
        self.medium.data = content.medium
        self.lacking.data = "skip" if content.medium_only else "other"
        for label, wording in zip(LABELS, content.wordings, strict=False):
            self[f"{label.lower()}_share"].data = wording.share
            for short, language in LANGUAGES.items():
                self[f"{label.lower()}_{short}"].data = wording.texts.get(language, "")

    def content(self, kind: str, languages: Collection[str]) -> Content:
        """What was written, for the study's languages; only follow-ups wait and choose whom."""
        follows = kind == "reminder"
        return Content(
            kind=kind,
            wordings=tuple(self._wordings(languages)),
            after=sequence.hours(self.days.data, self.hours.data) if follows else 0,
            name=" ".join((self.name.data or "").split()),
            condition=self.condition.data if follows else "",
            medium=self.medium.data,
            medium_only=self.lacking.data == "skip",
        )

    def written(self, label: str) -> bool:
        """Whether a wording has any text."""
        return any((self[f"{label.lower()}_{short}"].data or "").strip() for short in LANGUAGES)

    def _wordings(self, languages: Collection[str]) -> Iterator[Wording]:
        for label in LABELS:
            if label == OWN or self.written(label):
                share = self[f"{label.lower()}_share"].data or 1
                yield Wording(self._texts(label.lower(), languages), share)

    def _texts(self, label: str, languages: Collection[str]) -> dict[str, str]:
        return {
            language: (self[f"{label}_{short}"].data or "").replace("\r\n", "\n").strip()
            for short, language in LANGUAGES.items()
            if language in languages
        }


for _label in (label.lower() for label in LABELS):
    setattr(StepForm, f"{_label}_zh", TextAreaField(_l("Chinese"), [Length(max=2000)]))
    setattr(StepForm, f"{_label}_en", TextAreaField(_l("English"), [Length(max=2000)]))
    _share = IntegerField(_l("Share of readers"), [Optional(), number(1, LARGEST)], default=1)
    setattr(StepForm, f"{_label}_share", _share)
