"""The closing page of an ending: its words, the code, the way on, the offer to call back."""

from __future__ import annotations

from flask import Response

from surveyapp.answering.endings.call_backs import WINDOWS
from surveyapp.answering.endings.giving import Given
from surveyapp.answering.replies import plain_page
from surveyapp.answering.speech import Speech
from surveyapp.answering.visits import DONE
from surveyapp.brands.looks import Look


def ending_page(
    speech: Speech,
    given: Given,
    base: str,
    again: str | None = None,
    trouble: str = "",
    look: Look | None = None,
) -> Response:
    """The page; `base`: the address of the visit, `again`: of another answer, `trouble`: why a wish
    to be called was not taken.

    Whoever goes on at once does so by a header that every browser follows, without a script and
    past the policy for forms; the other site is not told the secret address it was left from.
    """
    words = {
        "title": speech.document.text(speech.document.title, speech.language),
        "given": given,
        "base": base,
        "again": again,
        "trouble": trouble,
        "windows": WINDOWS,
    }
    status = 422 if trouble else 200
    answer = plain_page("ending", DONE, speech, words, look, status, {"endings"})
    answer.headers["Referrer-Policy"] = "no-referrer" if given.address else "same-origin"
    if given.leaves_at_once:
        answer.headers["Refresh"] = f"0; url={given.address}"
    return answer
