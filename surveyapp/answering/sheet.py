"""A version in one language, rendered and compressed once, ready for every customer.

The page has three places that are a person's own: the page that is asked now (as a plain form),
the address that ends all messages, and the state from which the script goes on.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from flask import current_app, render_template

from surveyapp.answering.assets import EXTRAS, Assets, assets
from surveyapp.answering.knowing import piping
from surveyapp.answering.offering import Offer
from surveyapp.answering.outline import (
    computations_of,
    endings_of,
    facts_used,
    moves,
    outline,
)
from surveyapp.answering.phrases import phrases
from surveyapp.answering.speech import Speech, say
from surveyapp.answering.wire import Piece, piece, stored
from surveyapp.brands.looks import Look
from surveyapp.designer.document import Document, question_of
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.path import Path
from surveyapp.languages import direction, name_of

_CUT = "\x00"
SHEETS = 64
"""Sheets kept a process; each is a few hundred kilobytes."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The common pieces of a page and what is needed to add the personal ones.

    varies: whether even people without answers, on one path, see different pages.
    """

    document: Document
    language: str
    assets: Assets
    pieces: tuple[Piece, ...]
    varies: bool = False

    @cached_property
    def facts(self) -> frozenset[tuple[str, str]]:
        """The facts that the script needs."""
        return facts_used(self.document)

    @cached_property
    def _blank(self) -> dict[tuple[object, ...], Piece]:
        return {}

    def page(
        self, main: Piece, opt_out: str, state: Mapping[str, Any], later: str = ""
    ) -> tuple[Piece, ...]:
        """The whole page for one person. `opt_out`, `later`: addresses, or empty where there are
        no messages to stop, or a link of one's own to come back to.
        """
        before, footer, between, after, script = self.pieces
        stop = stored(f'href="{opt_out}"' if opt_out else "hidden")
        go = stored(f'formaction="{later}"' if later else "hidden")
        return before, main, footer, go, between, stop, after, piece(_json(state), 1), script

    def blank(self, path: Path, page_id: str) -> Piece:
        """The form of a page without answers; the same for everybody with the same path."""
        if self.varies:
            return piece(self.form(path, page_id, {}, {}), 1)
        key = _key(path, page_id)
        if key not in self._blank:
            if len(self._blank) >= SHEETS:
                self._blank.clear()
            self._blank[key] = piece(self.form(path, page_id, {}, {}))
        return self._blank[key]

    def form(
        self,
        path: Path,
        page_id: str,
        given: Mapping[str, Any],
        wrong: Mapping[str, str],
        warned: Sequence[str] = (),
    ) -> str:
        """The page with `page_id` as a plain form; `wrong` are sentences by variable.

        warned: the checks whose warnings have been shown with it.
        """
        number = path.page_ids.index(page_id) + 1
        asked = path.pages[number - 1]
        pipe = piping(self.document, self.language, path, given) if self.varies else None
        speech = Speech(self.document, self.language, pipe=pipe)
        return render_template(
            "answering/main.html",
            document=self.document,
            speech=speech,
            page=asked.page,
            questions=asked.questions,
            offer=Offer(self.document, asked, str(path.facts.get("survey", {}).get("today", ""))),
            given=given,
            wrong=wrong,
            wrong_list=[(name, self._asks(name, speech), text) for name, text in wrong.items()],
            warned=warned,
            number=number,
            total=len(path.pages),
            ended=path.ended,
            step=say("Page {n} of {of}", self.language, n=number, of=len(path.pages)),
            left=self._left(path, number),
        )

    def _asks(self, variable: str, speech: Speech) -> str:
        """What was asked, to stand before what is wrong with the answer; empty for a page."""
        question: Any = self.document.question_by_id.get(question_of(variable))
        if question is None:
            return ""
        _, _, part = variable.partition(".")
        parts = (*getattr(question, "items", ()), *getattr(question, "options", ()))
        asked = next((one for one in parts if one.id == part), None) if part else None
        return speech.text(asked.label if asked else question.title)

    def _left(self, path: Path, number: int) -> str:
        rest = expected_seconds(self.document, Path(path.pages[number - 1 :]), self.language)
        if round(rest / 60) > 1:
            return say("about {n} minutes left", self.language, n=round(rest / 60))
        return say("about 1 minute left" if rest > 40 else "less than a minute left", self.language)


def _key(path: Path, page_id: str) -> tuple[object, ...]:
    """What the blank form of a page depends on."""
    page = path.page(page_id)
    if page is None:
        raise LookupError(page_id)
    offered = tuple(option.id for options in page.offered.values() for option in options)
    ended = path.ended.id if path.ended else ""
    return page_id, ended, tuple(q.id for q in path.questions), offered, page.asked, page.required


def sheet(
    document: Document,
    language: str,
    preview: Mapping[str, Any] | None = None,
    extra: str = "",
    look: Look | None = None,
) -> Sheet:
    """Render a sheet anew. Needs an application context.

    The words of a second language travel along; where there are more, changing loads the page.
    preview: what the bar above a preview offers. extra: of assets.EXTRAS, for a store's terminal,
    an interviewer, or a study that asks for the position. look: of the brand that the page is in.
    """
    others = [code for code in document.languages if code != language]
    spoken = [language, *others] if len(others) == 1 else [language]
    speech = Speech(document, language, others[0] if len(others) == 1 else None)
    types: set[str] = {question.type for question in document.questions()}
    types |= {extra} if extra else set()
    types |= {"endings"} if document.endings else set()
    found = survey_assets(types, look)
    text = render_template(
        "answering/survey.html",
        document=document,
        language=language,
        others=others,
        direction=direction,
        name_of=name_of,
        speech=speech,
        offer=Offer(document),
        types=types,
        preview=preview,
        look=look,
        cut=_CUT,
        style=found.style,
        script=found.script,
        outline=lambda: _json(
            {
                "pages": outline(document, language),
                "computed": computations_of(document),
                **({"endings": endings_of(document)} if document.endings else {}),
                "phrases": phrases(spoken, types),
                "words": speech.words,
                "languages": {code: [name_of(code), direction(code)] for code in spoken},
            }
        ),
    )
    pieces = tuple(piece(part) for part in text.split(_CUT))
    return Sheet(document, language, found, pieces, speech.piped or moves(document))


def survey_assets(types: Collection[str] = (), look: Look | None = None) -> Assets:
    """Style and script of this application's static folder, for questions of these types."""
    folder, extras = FilePath(str(current_app.static_folder)) / "survey", frozenset(types) & EXTRAS
    return assets(folder, extras | {"brand"}, look.style) if look else assets(folder, extras)


def _json(value: object) -> str:
    """JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
