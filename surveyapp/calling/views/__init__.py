"""Pages of telephone interviews: the desk, a call, the interview in it, a study's calls."""

from __future__ import annotations

from surveyapp.calling.views import desk, supervision
from surveyapp.calling.views.blueprint import calling
from surveyapp.calling.views.interview import interview

__all__ = ["calling", "desk", "interview", "supervision"]
