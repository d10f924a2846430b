"""Notes that are stored and read again say the same."""

import json

from surveyapp.designer.formats.notes import Notes, note_of, stored
from surveyapp.findings import Term


def test_a_stored_note_is_the_same_note():
    notes = Notes()
    notes.lost(
        "survey:3", "q3", "{count} of {kind} in {name}", count=3, kind=Term("Rules"), name="x"
    )
    notes.told("question:a", "A", "It is called {name} now.", name=("a", "b"))
    lost, told = (note_of(json.loads(json.dumps(stored(one)))) for one in notes.all())
    assert lost == notes.all()[0]
    assert isinstance(lost.why.params["kind"], Term)
    assert not isinstance(lost.why.params["name"], Term)
    assert told.why.message == notes.all()[1].why.message
    assert [lost.why.severity, told.why.severity] == ["warning", "info"]
