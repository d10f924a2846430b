"""The collector is put off while somebody waits, and goes on afterwards whatever happens."""

import gc

import pytest

from surveyapp.designer import proofs
from surveyapp.designer.collecting import collecting_later
from surveyapp.designer.document import Document


def test_the_last_of_several_pauses_resumes():
    with collecting_later():
        with collecting_later():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_resumes_it_too():
    with pytest.raises(ValueError, match="x"), collecting_later():
        raise ValueError("x")
    assert gc.isenabled()


def test_who_collects_nothing_anyway_is_left_alone():
    gc.disable()
    try:
        with collecting_later():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_said_at_once_is_said_without_collecting(monkeypatch):
    found = []
    made = proofs.Prover.__init__
    monkeypatch.setattr(
        proofs.Prover,
        "__init__",
        lambda *of, **how: found.append(gc.isenabled()) or made(*of, **how),
    )
    questions = [{"type": "nps", "id": "collected"}]
    proofs.findings_now(Document.model_validate({"pages": [{"id": "p", "questions": questions}]}))
    assert found == [False]
    assert gc.isenabled()
