"""What each translation was made from, kept beside the draft.

Every save of a draft passes `follow`. A text that changes is from now on a translation of what the
other languages say at that moment; a text that stays while another language changes was made from
what that language said before, unless something older is known. Undo and redo make no translations:
they bring a former text back, and what that one was made from is remembered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import permutations
from typing import NamedTuple

from sqlalchemy import select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.designer.library_models import TranslationMark
from surveyapp.designer.places import Tree
from surveyapp.designer.translating.units import Marks, digest, texts_of


class _Made(NamedTuple):
    """That a text was made from a source; `sure`: whatever was known before."""

    key: str
    language: str
    source_language: str
    target_hash: str
    source_hash: str
    sure: bool


def marks(questionnaire_id: int, source: str, target: str) -> Marks:
    """What is known of the translations from `source` into `target`."""
    rows = select(TranslationMark).where(
        TranslationMark.questionnaire_id == questionnaire_id,
        TranslationMark.source_language == source,
        TranslationMark.language == target,
    )
    return {(row.text_key, row.target_hash): row.source_hash for row in db.session.scalars(rows)}


def follow(
    questionnaire_id: int, before: Tree, after: Tree, by: str, *, restored: bool = False
) -> None:
    """Remember what the texts that differ were made from (in the caller's transaction).

    restored: the state is a former one, brought back by undo, redo or from a version.
    """
    old, new = map(texts_of, _differing(before, after))
    made = [
        one
        for key, now in new.items()
        if key in old and old[key] != now
        for one in _made(key, old[key], now, restored)
    ]
    _write(questionnaire_id, made, by)


def _differing(before: Tree, after: Tree) -> tuple[Tree, Tree]:
    """Both trees without the questions that are the same: of hundreds, all but one or two are."""
    old, new = _questions(before), _questions(after)
    same = {name for name, one in new.items() if old.get(name) == one}
    return _without(before, same), _without(after, same)


def _questions(tree: Tree) -> dict[str, Tree]:
    return {one["id"]: one for page in tree["pages"] for one in page["questions"]}


def _without(tree: Tree, names: Collection[str]) -> Tree:
    pages = [
        {**page, "questions": [one for one in page["questions"] if one["id"] not in names]}
        for page in tree["pages"]
    ]
    return {**tree, "pages": pages}


def confirm(
    questionnaire_id: int, key: str, source: tuple[str, str], target: tuple[str, str], by: str
) -> None:
    """Remember that a translation is right for the present source; pairs of language and text."""
    one = _Made(key, target[0], source[0], digest(target[1]), digest(source[1]), sure=True)
    _write(questionnaire_id, [one], by)


def _made(key: str, was: dict[str, str], now: dict[str, str], restored: bool) -> Iterator[_Made]:
    for target, source in permutations({*was, *now}, 2):
        former, text = was.get(target, ""), now.get(target, "")
        if former and was.get(source):
            yield _Made(key, target, source, digest(former), digest(was[source]), sure=False)
        if text and text != former and now.get(source) and not restored:
            yield _Made(key, target, source, digest(text), digest(now[source]), sure=True)


def _write(questionnaire_id: int, made: list[_Made], by: str) -> None:
    if not made:
        return
    rows = select(TranslationMark).where(
        TranslationMark.questionnaire_id == questionnaire_id,
        TranslationMark.text_key.in_({one.key for one in made}),
    )
    known = {
        (row.text_key, row.language, row.source_language, row.target_hash): row
        for row in db.session.scalars(rows)
    }
    for one in made:
        row = known.get(one[:4])
        if row is None:
            row = TranslationMark(
                questionnaire_id=questionnaire_id,
                text_key=one.key,
                language=one.language,
                source_language=one.source_language,
                target_hash=one.target_hash,
                source_hash=one.source_hash,
                marked_by=by,
            )
            db.session.add(row)
            known[one[:4]] = row
        elif one.sure and row.source_hash != one.source_hash:
            row.source_hash, row.marked_by, row.marked_at = one.source_hash, by, clock.now()
