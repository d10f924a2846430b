"""The closing page of an ending: its words, the code, the way on, the offer to call back."""

from __future__ import annotations

from flask import Response, render_template

from surveyapp.answering.endings.call_backs import WINDOWS
from surveyapp.answering.endings.giving import Given
from surveyapp.answering.replies import send_page
from surveyapp.answering.sheet import survey_assets
from surveyapp.answering.speech import Speech
from surveyapp.answering.visits import DONE
from surveyapp.answering.wire import piece
from surveyapp.languages import direction


def ending_page(
    speech: Speech, given: Given, base: str, again: str | None = None, trouble: str = ""
) -> Response:
    """The page; `base`: the address of the visit, `again`: of another answer, `trouble`: why a wish
    to be called was not taken.

    Whoever goes on at once does so by a header that every browser follows, without a script and
    past the policy for forms; the other site is not told the secret address it was left from.
    """
    found = survey_assets({"endings"})
    html = render_template(
        "answering/ending.html",
        speech=speech,
        document=speech.document,
        language=speech.language,
        direction=direction,
        title=speech.document.text(speech.document.title, speech.language),
        given=given,
        base=base,
        again=again,
        trouble=trouble,
        windows=WINDOWS,
        style=found.style,
    )
    answer = send_page([piece(html, 1)], 422 if trouble else 200, found.policy, DONE)
    answer.headers["Referrer-Policy"] = "no-referrer" if given.address else "same-origin"
    if given.leaves_at_once:
        answer.headers["Refresh"] = f"0; url={given.address}"
    return answer
