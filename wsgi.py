"""The application object for WSGI servers and for `flask --app wsgi`."""

import gc
import sys

import config
from surveyapp import create_app
from surveyapp.cli import reads_files_only

try:
    app = create_app()
except config.SettingError as wrong:
    if not reads_files_only(sys.argv):
        sys.exit(str(wrong))
    app = create_app(config.throwaway())

# What is loaded now stays for as long as the process: 120,000 objects that each full collection
# would look through again, 50 ms that some request would wait for.
gc.freeze()
