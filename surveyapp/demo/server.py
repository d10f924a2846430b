"""The demo's web server: the product under simulated time, on a loopback port of its own."""

from __future__ import annotations

import os
from pathlib import Path

import config
from surveyapp import create_app
from surveyapp.demo.moments import Calendar, living_by

app = living_by(Calendar(Path(os.environ["DEMO_CALENDAR"])), create_app(config.load()))
