"""The staff pages of endings, together."""

from __future__ import annotations

from surveyapp.answering.endings import call_back_views, coupon_views
from surveyapp.answering.endings.views import blueprint

__all__ = ["blueprint", "call_back_views", "coupon_views"]
