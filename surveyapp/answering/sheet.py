"""A version in one language, rendered and compressed once, ready for every customer.

The page has three places that are a person's own: the page that is asked now (as a plain form),
the address that ends all messages, and the state from which the script goes on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from flask import current_app, render_template

from surveyapp.answering.assets import Assets, assets
from surveyapp.answering.offering import Offer
from surveyapp.answering.outline import facts_used, outline
from surveyapp.answering.phrases import phrases
from surveyapp.answering.speech import Speech, say
from surveyapp.answering.wire import Piece, piece, stored
from surveyapp.designer.document import Document, question_of
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.path import Path
from surveyapp.languages import direction, name_of

_CUT = "\x00"
SHEETS = 64
"""Sheets kept a process; each is a few hundred kilobytes."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The common pieces of a page and what is needed to add the personal ones."""

    document: Document
    language: str
    pieces: tuple[Piece, ...]

    @cached_property
    def facts(self) -> frozenset[tuple[str, str]]:
        """The facts that the script needs."""
        return facts_used(self.document)

    @cached_property
    def _blank(self) -> dict[tuple[object, ...], Piece]:
        return {}

    def page(self, main: Piece, opt_out: str, state: Mapping[str, Any]) -> tuple[Piece, ...]:
        """The whole page for one person. `opt_out`: an address, or empty."""
        before, footer, after, script = self.pieces
        link = stored(f'href="{opt_out}"' if opt_out else "hidden")
        return before, main, footer, link, after, piece(_json(state), 1), script

    def blank(self, path: Path, page_id: str) -> Piece:
        """The form of a page without answers; the same for everybody with the same path."""
        key = (page_id, tuple(question.id for question in path.questions))
        if key not in self._blank:
            if len(self._blank) >= SHEETS:
                self._blank.clear()
            self._blank[key] = piece(self.form(path, page_id, {}, {}))
        return self._blank[key]

    def form(
        self, path: Path, page_id: str, given: Mapping[str, Any], wrong: Mapping[str, str]
    ) -> str:
        """The page with `page_id` as a plain form; `wrong` are sentences by variable."""
        number = path.page_ids.index(page_id) + 1
        asked = path.pages[number - 1]
        return render_template(
            "answering/main.html",
            document=self.document,
            speech=Speech(self.document, self.language),
            page=asked.page,
            questions=asked.questions,
            offer=Offer(),
            given=given,
            wrong=wrong,
            wrong_list=[(name, self._asks(name), sentence) for name, sentence in wrong.items()],
            number=number,
            total=len(path.pages),
            step=say("Page {n} of {of}", self.language, n=number, of=len(path.pages)),
            left=self._left(path, number),
        )

    def _asks(self, variable: str) -> str:
        question: Any = self.document.question_by_id[question_of(variable)]
        _, _, item = variable.partition(".")
        asked = next((i for i in question.items if i.id == item), None) if item else question
        text = asked.label if item and asked else question.title
        return self.document.text(text, self.language)

    def _left(self, path: Path, number: int) -> str:
        rest = expected_seconds(self.document, Path(path.pages[number - 1 :]), self.language)
        if round(rest / 60) > 1:
            return say("about {n} minutes left", self.language, n=round(rest / 60))
        return say("about 1 minute left" if rest > 40 else "less than a minute left", self.language)


def sheet(document: Document, language: str, preview: bool = False) -> Sheet:
    """Render a sheet anew. Needs an application context.

    The words of a second language travel along; where there are more, changing loads the page.
    """
    others = [code for code in document.languages if code != language]
    spoken = [language, *others] if len(others) == 1 else [language]
    speech = Speech(document, language, others[0] if len(others) == 1 else None)
    found = survey_assets()
    text = render_template(
        "answering/survey.html",
        document=document,
        language=language,
        others=others,
        direction=direction,
        name_of=name_of,
        speech=speech,
        offer=Offer(),
        preview=preview,
        cut=_CUT,
        style=found.style,
        script=found.script,
        outline=lambda: _json(
            {
                "pages": outline(document, language),
                "phrases": phrases(spoken),
                "words": speech.words,
                "languages": {code: [name_of(code), direction(code)] for code in spoken},
            }
        ),
    )
    return Sheet(document, language, tuple(piece(part) for part in text.split(_CUT)))


def survey_assets() -> Assets:
    """Style and script of this application's static folder."""
    return assets(FilePath(str(current_app.static_folder)) / "survey")


def _json(value: object) -> str:
    """JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
