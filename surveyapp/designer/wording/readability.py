"""How hard a sentence is to read.

English: the Flesch–Kincaid grade (Kincaid, Fishburne, Rogers and Chissom 1975),

    0.39 · words / sentences + 11.8 · syllables / words − 15.59,

of texts of at least MIN_WORDS words, for a shorter one says nothing. A syllable is a run of
vowels (a e i o u y); a final silent e, -es and -ed do not count, and every word has one. Above
MAX_GRADE (the end of secondary school) it is hard.

Chinese: a stretch between two punctuation marks of more than MAX_RUN characters, or rare
characters: those outside level 1 of GB/T 2312 (the 3,755 in common use), when there are at least
MIN_RARE of them and they are more than MAX_RARE of the text. Names of products and places are
written in rare characters too, so that one alone is none of our business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.wording.sentences import Sentence, sentences
from surveyapp.findings import N_, Finding

MIN_WORDS = 12
MAX_GRADE = 12.0
MAX_RUN = 32
MIN_RARE = 2
MAX_RARE = 0.06

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_STOP = re.compile(r"[.!?]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouyszxhcg])es$|(?<=[aeiou]l)e$"
)
_PAUSE = re.compile(r"[，。；：！？、,.;:!?\s“”‘’「」…—]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LEVEL_ONE = range(0xB0, 0xD8)
"""First bytes of the rows of GB/T 2312 that hold the characters in common use."""


def check(document: Document) -> Iterator[Finding]:
    """Sentences that are hard to read."""
    for sentence in sentences(document):
        if sentence.english:
            yield from _english(sentence)
        elif sentence.chinese:
            yield from _chinese(sentence)


def _english(sentence: Sentence) -> Iterator[Finding]:
    grade = flesch_kincaid(sentence.text)
    if grade is not None and grade > MAX_GRADE:
        template = N_(
            "The English reads like school grade {grade}; use shorter words and sentences."
        )
        yield _hard(sentence, template, grade=round(grade))


def _chinese(sentence: Sentence) -> Iterator[Finding]:
    run, rare = longest_run(sentence.text), rare_characters(sentence.text)
    characters = len(_HAN.findall(sentence.text))
    if run > MAX_RUN:
        template = N_("{count} characters stand without a pause in Chinese; make two sentences.")
        yield _hard(sentence, template, count=run)
    elif len(rare) >= MIN_RARE and len(rare) > MAX_RARE * characters:
        template = N_("“{characters}” are rare characters; say it with common words.")
        yield _hard(sentence, template, characters="".join(dict.fromkeys(rare)))


def _hard(sentence: Sentence, template: str, **params: object) -> Finding:
    return Finding("wording.hard_to_read", sentence.place, template, params, "warning")


def flesch_kincaid(text: str) -> float | None:
    """The grade of an English text; None where it is too short to have one."""
    words = _WORD.findall(text)
    if len(words) < MIN_WORDS:
        return None
    sentences_in = max(1, len(_STOP.findall(text)))
    return 0.39 * len(words) / sentences_in + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Syllables of an English word, by its vowels."""
    spoken = _SILENT.sub("", word.lower())
    return max(1, len(_VOWELS.findall(spoken)))


def longest_run(text: str) -> int:
    """Most Chinese characters between two marks of punctuation."""
    return max((len(_HAN.findall(part)) for part in _PAUSE.split(text)), default=0)


def rare_characters(text: str) -> list[str]:
    """The Chinese characters that are not among the 3,755 in common use."""
    return [character for character in _HAN.findall(text) if not _common(character)]


def _common(character: str) -> bool:
    encoded = character.encode("gb2312", "replace")
    return len(encoded) == 2 and encoded[0] in _LEVEL_ONE
