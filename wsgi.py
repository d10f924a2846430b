"""The application object for WSGI servers and for `flask --app wsgi`."""

import sys

from config import SettingError
from surveyapp import create_app

try:
    app = create_app()
except SettingError as wrong:
    sys.exit(str(wrong))
