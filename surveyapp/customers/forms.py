"""Forms of customers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class UploadForm(FlaskForm):
    """The file to import."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a CSV or .xlsx file."))])
