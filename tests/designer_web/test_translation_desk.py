"""The translation desk over HTTP: saved text by text, stale ones told, files out and in."""

import io

import pytest

from surveyapp.designer.translating import sheet, xliff
from surveyapp.designer.translating.marks import marks
from surveyapp.designer.translating.units import digest, units
from tests.designer_web.conftest import document, replay, stored

KEY = "question:contacts/title"


def states(number, source="zh-Hans", target="en"):
    known = marks(number, source, target)
    return {u.key: u.state for u in units(document(number), source, target, known)}


def text(number, language="zh-Hans"):
    return document(number).question_by_id["contacts"].title.get(language, "")


def translate(client, number, value, *, desk=True, **fields):
    data = {"key": KEY, "source": "zh-Hans", "to": "en", "value": value}
    data |= {"seen": digest(text(number)), "was": text(number, "en"), **fields}
    headers = {"X-Desk": "1"} if desk else {}
    return client.post(f"/questionnaires/{number}/translate", data=data, headers=headers)


def change(client, number, language, words):
    edit = {"do": "set", "at": "question:contacts", "values": {"title": {language: words}}}
    assert replay(client, number, edit).status_code == 302


def walk(client, number, step):
    client.post(f"/questionnaires/{number}/{step}", data={"revision": stored(number).revision})


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_desk_shows_every_text_and_how_far_it_is(staff, made, language):
    staff.post(f"/language/{language}")
    page = staff.get(f"/questionnaires/{made.id}/translate").text
    every = len(states(made.id))
    assert page.count('class="desk-row"') == every
    assert f"{every}" in page
    missing = staff.get(f"/questionnaires/{made.id}/translate?show=missing").text
    assert 'class="desk-row"' not in missing
    back = staff.get(f"/questionnaires/{made.id}/translate?source=en&to=zh-Hans&show=x").text
    assert back.count('class="desk-row"') == every


def test_a_change_of_the_source_makes_the_translation_stale(staff, made):
    change(staff, made.id, "zh-Hans", "您联系过我们几次？")
    assert states(made.id)[KEY] == "stale"
    assert [s for s in states(made.id).values() if s == "stale"] == ["stale"]
    assert states(made.id, "en", "zh-Hans")[KEY] == "done"
    page = staff.get(f"/questionnaires/{made.id}/translate?show=stale").text
    assert page.count('class="desk-row"') == 1
    assert "Still right" in page
    told = translate(staff, made.id, "How often did you contact us?").json
    assert (told["progress"]["stale"], told["trouble"]) == (0, "")
    assert states(made.id)[KEY] == "done"


def test_undo_knows_what_a_former_translation_was_made_from(staff, made):
    change(staff, made.id, "zh-Hans", "您联系过我们几次？")
    translate(staff, made.id, "How often did you contact us?")
    walk(staff, made.id, "undo")
    assert states(made.id)[KEY] == "stale"
    walk(staff, made.id, "undo")
    assert states(made.id)[KEY] == "done"
    walk(staff, made.id, "redo")
    assert states(made.id)[KEY] == "stale"
    walk(staff, made.id, "redo")
    assert states(made.id)[KEY] == "done"


def test_a_change_of_both_at_once_stays_done(staff, made):
    both = {"zh-Hans": "几次？", "en": "How often?"}
    edit = {"do": "set", "at": "question:contacts", "values": {"title": both}}
    replay(staff, made.id, edit)
    assert states(made.id)[KEY] == "done"


def test_what_is_still_right_is_confirmed_without_a_new_revision(staff, made):
    change(staff, made.id, "zh-Hans", "您一共联系了我们几次？")
    before = stored(made.id).revision
    answer = translate(staff, made.id, text(made.id, "en"), act="confirm")
    assert answer.status_code == 200
    assert states(made.id)[KEY] == "done"
    assert stored(made.id).revision == before


def test_another_persons_words_are_shown_and_not_lost(staff, made):
    old = text(made.id, "en")
    change(staff, made.id, "en", "Theirs")
    answer = translate(staff, made.id, "Mine", was=old)
    assert answer.status_code == 409
    assert answer.json["theirs"] == "Theirs"
    assert text(made.id, "en") == "Theirs"
    assert translate(staff, made.id, "Theirs", was=old).status_code == 200
    assert translate(staff, made.id, "Mine", was="Theirs").status_code == 200
    assert text(made.id, "en") == "Mine"


def test_another_persons_edit_elsewhere_is_no_conflict(staff, made):
    page = staff.get(f"/questionnaires/{made.id}/translate").text
    assert KEY in page
    edit = {"do": "set", "at": "question:solved", "values": {"title": {"en": "Solved?"}}}
    replay(staff, made.id, edit)
    assert translate(staff, made.id, "How often?").status_code == 200
    assert document(made.id).question_by_id["solved"].title["en"] == "Solved?"


def test_a_source_that_changed_meanwhile_is_read_first(staff, made):
    seen = digest(text(made.id))
    change(staff, made.id, "zh-Hans", "新的题目")
    answer = translate(staff, made.id, "New", seen=seen)
    assert answer.status_code == 409
    assert (answer.json["source"], answer.json["theirs"]) == ("新的题目", None)
    assert translate(staff, made.id, "New", seen=answer.json["seen"]).status_code == 200


def test_what_cannot_be_written_is_said(staff, made):
    gone = translate(staff, made.id, "x", key="question:gone/title")
    assert gone.status_code == 409
    assert "not in the questionnaire" in gone.json["trouble"]
    long = translate(staff, made.id, "x" * 4001)
    assert "Shorten it" in long.json["trouble"]
    change(staff, made.id, "zh-Hans", "几次{nps}")
    assert translate(staff, made.id, "Times").json["lost"] == ["{nps}"]


def test_without_a_script_the_form_comes_back_to_the_desk(staff, made):
    answer = translate(staff, made.id, "Plainly", desk=False, show="all")
    assert "/translate?" in answer.location
    assert "Plainly" in staff.get(answer.location).text
    refused = translate(staff, made.id, "Mine", desk=False, was="other")
    assert "wrote something else" in staff.get(refused.location).text
    gone = translate(staff, made.id, "x", desk=False, key="question:gone/title")
    assert "not in the questionnaire" in staff.get(gone.location).text


def test_undo_at_the_desk(staff, made):
    old = text(made.id, "en")
    translate(staff, made.id, "Plainly")
    data = {"source": "zh-Hans", "to": "en"}
    staff.post(f"/questionnaires/{made.id}/translate/undo", data=data)
    assert text(made.id, "en") == old
    staff.post(f"/questionnaires/{made.id}/translate/redo", data=data)
    assert text(made.id, "en") == "Plainly"
    nothing = staff.post(f"/questionnaires/{made.id}/translate/redo", data=data)
    assert "nothing to redo" in staff.get(nothing.location).text


def test_any_language_can_be_added(staff, made):
    answer = staff.post(f"/questionnaires/{made.id}/translate/language", data={"language": "pt-BR"})
    page = staff.get(answer.location).text
    assert "Português (Brasil)" in page
    assert "pt-BR" in document(made.id).languages
    assert set(states(made.id, "zh-Hans", "pt-BR").values()) == {"missing"}
    staff.post(f"/questionnaires/{made.id}/translate/language", data={"language": "ar"})
    right = staff.get(f"/questionnaires/{made.id}/translate?to=ar").text
    assert 'dir="rtl"' in right
    for tag in ("", "not a tag"):
        refused = staff.post(
            f"/questionnaires/{made.id}/translate/language", data={"language": tag}
        )
        assert 'class="message error"' in staff.get(refused.location).text


def test_a_questionnaire_of_one_language_asks_for_another(staff, made):
    edit = {"do": "set", "at": "document", "values": {"languages": ["zh-Hans"]}}
    replay(staff, made.id, edit)
    assert "One language only" in staff.get(f"/questionnaires/{made.id}/translate").text
    assert staff.get(f"/questionnaires/{made.id}/translate.xlf").status_code == 404


def send(client, number, content, name, **fields):
    data = {"file": (io.BytesIO(content), name), **fields}
    return client.post(f"/questionnaires/{number}/translate/import", data=data)


def french(number, kind):
    """The questionnaire's file for French, filled in by a translator who left the last one out."""
    every = list(units(document(number), "zh-Hans", "fr", {}))
    done = [u._replace(target=f"FR {u.source}") for u in every[:-1]] + every[-1:]
    if kind == "xlf":
        return xliff.write("T", "zh-Hans", "fr", done, lambda u: u.what)
    return sheet.write("zh-Hans", "fr", done, lambda u: u.what, str.title)


@pytest.mark.parametrize("kind", ["xlf", "xlsx"])
def test_a_file_goes_out_and_comes_back_as_one_change(staff, made, kind):
    staff.post(f"/questionnaires/{made.id}/translate/language", data={"language": "fr"})
    given = staff.get(f"/questionnaires/{made.id}/translate.{kind}?to=fr&show=missing")
    assert f"zh-Hans-fr.{kind}" in given.headers["Content-Disposition"]
    read = xliff.read(given.data) if kind == "xlf" else sheet.read(given.data, "t.xlsx")
    assert {row.key for row in read.rows} == set(states(made.id, "zh-Hans", "fr"))
    content = french(made.id, kind)
    change(staff, made.id, "zh-Hans", "新的题目")
    edit = {"do": "delete", "at": "question:detail"}
    replay(staff, made.id, edit)
    before = stored(made.id).revision
    report = send(staff, made.id, content, f"back.{kind}")
    assert report.status_code == 200
    assert "新的题目" in report.text
    assert "question:detail/title" in report.text
    assert stored(made.id).revision == before + 1
    counted = list(states(made.id, "zh-Hans", "fr").values())
    assert (counted.count("missing"), counted.count("stale")) == (2, 0)
    anyway = send(staff, made.id, content, f"back.{kind}", anyway="1")
    assert "FR " in anyway.text
    assert text(made.id, "fr").startswith("FR ")
    walk(staff, made.id, "undo")
    walk(staff, made.id, "undo")
    assert set(states(made.id, "zh-Hans", "fr").values()) == {"missing"}


def test_files_that_cannot_be_used_are_refused_in_words(staff, made):
    none = staff.post(f"/questionnaires/{made.id}/translate/import", data={})
    assert (none.status_code, "Choose a file" in none.text) == (422, True)
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert "document type" in send(staff, made.id, bomb, "x.xlf").text
    assert "damaged" in send(staff, made.id, b"PK nonsense", "x.xlsx").text
    every = list(units(document(made.id), "zh-Hans", "en", {}))
    foreign = xliff.write("T", "zh-Hans", "de", every, lambda u: u.what)
    assert "does not have the language “de”" in send(staff, made.id, foreign, "x.xlf").text
    itself = xliff.write("T", "en", "en", every, lambda u: u.what)
    assert "into itself" in send(staff, made.id, itself, "x.xlf").text
    same = xliff.write("T", "zh-Hans", "en", every, lambda u: u.what)
    before = stored(made.id).revision
    assert send(staff, made.id, same, "x.xlf").status_code == 200
    assert stored(made.id).revision == before


def test_an_analyst_reads_the_desk_and_changes_nothing(sign_in, made):
    analyst = sign_in("analyst")
    page = analyst.get(f"/questionnaires/{made.id}/translate")
    assert page.status_code == 200
    assert "readonly" in page.text
    assert translate(analyst, made.id, "x").status_code == 403
    assert send(analyst, made.id, b"x", "x.xlf").status_code == 403
