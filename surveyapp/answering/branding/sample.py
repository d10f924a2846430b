"""A short questionnaire that shows what a brand changes: buttons, choices, words, progress."""

from __future__ import annotations

import json
from functools import cache

from surveyapp.designer.document import Document

ANSWERS = json.dumps({"overall": "4", "channel": "chat"})
"""What is chosen in it, so that chosen answers are seen."""


def _said(zh: str, en: str) -> dict[str, str]:
    return {"zh-Hans": zh, "en": en}


@cache
def sample() -> Document:
    """The same each time."""
    channels = {
        "phone": _said("电话", "By phone"),
        "chat": _said("在线客服", "Online chat"),
        "store": _said("门店", "In a store"),
    }
    words = {"type": "information", "id": "thanks", "title": _said("谢谢您！", "Thank you!")}
    overall = {
        "type": "csat",
        "id": "overall",
        "title": _said("总的来说，您对这次服务满意吗？", "All in all, how satisfied are you?"),
    }
    channel = {
        "type": "single",
        "id": "channel",
        "title": _said("您是怎样联系我们的？", "How did you contact us?"),
        "options": [{"id": key, "label": label} for key, label in channels.items()],
    }
    return Document.model_validate(
        {
            "title": _said("您这次的服务体验", "Your service experience"),
            "languages": ["zh-Hans", "en"],
            "default_language": "zh-Hans",
            "pages": [
                {"id": "visit", "questions": [overall, channel]},
                {"id": "end", "questions": [words]},
            ],
        }
    )
