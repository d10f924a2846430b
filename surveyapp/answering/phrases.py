"""The words that the page's script says; English where a page speaks a language that we do not.

Those about wrong answers are the sentences of `designer.answers`, translated there.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import force_locale, gettext

from surveyapp.findings import N_
from surveyapp.languages import locale_of

PHRASES = {
    "next": N_("Continue"),
    "back": N_("Back"),
    "submit": N_("Send my answers"),
    "sending": N_("Sending …"),
    "minutes": N_("about {n} minutes left"),
    "minute": N_("about 1 minute left"),
    "moment": N_("less than a minute left"),
    "step": N_("Page {n} of {of}"),
    "left": N_("{n} characters left"),
    "over": N_("{n} characters too many"),
    "mend": N_("Please look at these again"),
    "sure": N_("Is this right? If so, go on once more."),
    "offline": N_("Offline – your answers are kept on this phone."),
    "offline_open": N_("Offline – please keep this page open; your answers wait here."),
    "online": N_("Back online – every answer is saved."),
    "newer": N_("An answer was changed on another device. The newest one is shown here."),
    "unsent": N_("Not sent yet – your answers are kept here and leave once you are online."),
    "unsent_open": N_("Not sent yet – please keep this page open until the phone is online."),
    "closed": N_("This survey has ended. Thank you for your interest."),
    "trouble": N_("Something went wrong on our side. Please load this page again."),
}
"""Phrases of this package by key."""

TROUBLES = {
    "enter": "Please enter a number.",
    "write": "Please write an answer.",
    "choose": "Please choose an answer.",
    "number": "Please enter a number, such as 3.",
    "between": "Please enter a number from {low} to {high}.",
    "least": "Please enter a number of at least {low}.",
    "most": "Please enter a number of at most {high}.",
    "decimals": "Please enter at most {decimals} decimal places.",
    "whole": "Please enter a whole number.",
    "too_many": "Please choose at most {at_most} answers.",
    "too_long": "Please shorten this to {most} characters; it has {length} now.",
    "specify": "Please write what you mean.",
}
"""Sentences of `designer.answers` by the key that the script uses."""

SPECIAL: dict[str, dict[str, str]] = {
    "ranking": {
        "order": "Please put the answers in order.",
        "rest": "Please put {count} answers in order; {given} are in order so far.",
        "up": N_("Move up: {what}"),
        "down": N_("Move down: {what}"),
        "placed": N_("“{what}” is number {n} now."),
        "unplaced": N_("“{what}” is out of the order now."),
    },
    "photo": {
        "attach": "Please add a photo.",
        "seen": N_("The photo that you chose"),
        "too_big": "This picture is larger than {most} MB; please choose a smaller one.",
        "no_room": N_("There is no room on this device for another photo. Please ask the staff."),
    },
    "date": {
        "enter_date": "Please enter a date.",
        "date": "Please enter a date, such as 2026-11-23.",
        "from_to": "Please choose a day from {low} to {high}.",
        "earliest": "Please choose a day not before {low}.",
        "latest": "Please choose a day not after {high}.",
    },
    "terminal": {
        "still": N_("Are you still there? The answers disappear in {n} seconds."),
        "again": N_("Next person"),
        "staff": N_("For the staff of the store"),
        "rest": N_("This terminal is at rest."),
        "awaits": N_("Waiting for the network …"),
    },
    "position": {
        "locating": N_("Asking your phone …"),
        "shared": N_("Thank you. It goes along with your answers, once."),
        "unshared": N_("Your position was not shared. That is all right."),
    },
    "consent": {"agree": "Please agree before you go on."},
    "short_text": {
        "email": "Please enter an e-mail address, such as name@example.com.",
        "phone": "Please enter a telephone number, such as 138 0000 0000.",
        "digits": "Please enter digits only.",
    },
}
"""Question type → the phrases that only its questions need; the untranslated ones are theirs."""


def phrases(languages: Iterable[str], types: Iterable[str]) -> dict[str, dict[str, str]]:
    """Language → key → phrase, for questions of these types. Needs an application context."""
    texts = {**PHRASES, **TROUBLES}
    for kind in types:
        texts |= SPECIAL.get(kind, {})
    found = {}
    for language in languages:
        with force_locale(locale_of(language)):
            found[language] = {key: str(gettext(text)) for key, text in texts.items()}
    return found
