"""Comments on parts, and who else is in the editor."""

from datetime import timedelta

from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.database import db
from surveyapp.designer import presence
from surveyapp.designer.models import Comment, Presence
from tests.designer_web.conftest import HTMX, document, post, replay


def say(client, number, body, at="question:channel", **options):
    data = {"at": at, "body": body, "here": "question:channel", "panel": "comments"}
    return client.post(f"/questionnaires/{number}/comments", data=data, **options)


def thread():
    db.session.expire_all()
    return db.session.scalars(select(Comment)).first()


def panel(client, number, at="question:channel"):
    return client.get(f"/questionnaires/{number}?at={at}&panel=comments").text


def test_a_comment_is_shown_at_its_part_and_counted_beside_it(staff, made):
    assert "Nobody has said anything" in panel(staff, made.id)
    answer = say(staff, made.id, "Is this clear to older customers?")
    page = staff.get(answer.location).text
    assert "Is this clear to older customers?" in page
    assert "administrator@example.com" in page
    assert page.count("Open comments: 1") >= 1
    assert "Is this clear" not in panel(staff, made.id, "question:solved")


def test_what_is_written_is_text_and_never_markup(staff, made):
    say(staff, made.id, "<script>alert(1)</script> {{ 7 * 7 }}")
    page = panel(staff, made.id).replace("{{ 7 * 7 }}", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_an_analyst_comments_though_she_may_not_edit(sign_in, made):
    analyst = sign_in("analyst")
    assert say(analyst, made.id, "The scale has no middle").status_code == 302
    assert "The scale has no middle" in panel(analyst, made.id)
    assert post(analyst, made.id, {"question:channel/title.en": "x"}).status_code == 403


def test_reply_settle_and_open_again(staff, made):
    say(staff, made.id, "Too long")
    base = f"/questionnaires/{made.id}/comments/{thread().id}"
    staff.post(f"{base}/reply", data={"body": "Shortened", "from": "list"})
    staff.post(f"{base}/settle", data={"from": "list"})
    listed = staff.get(f"/questionnaires/{made.id}/comments").text
    assert "Too long" not in listed
    settled = staff.get(f"/questionnaires/{made.id}/comments?settled=1").text
    assert settled.index("Too long") < settled.index("Shortened")
    assert "Settled by administrator@example.com" in settled
    assert "Open comments" not in panel(staff, made.id)
    staff.post(f"{base}/reopen")
    assert "Too long" in staff.get(f"/questionnaires/{made.id}/comments").text


def test_a_reply_opens_a_settled_thread(staff, made):
    say(staff, made.id, "Too long")
    base = f"/questionnaires/{made.id}/comments/{thread().id}"
    staff.post(f"{base}/settle")
    staff.post(f"{base}/reply", data={"body": "Not yet"})
    assert thread().resolved_at is None


def test_a_comment_stays_when_its_part_moves_and_is_marked_when_it_is_deleted(staff, made):
    say(staff, made.id, "About this channel")
    replay(staff, made.id, {"do": "move", "at": "question:channel", "into": "page:first_page"})
    page = next(p for p in document(made.id).pages if p.id == "first_page")
    assert "channel" in [q.id for q in page.questions]
    assert "About this channel" in panel(staff, made.id)
    replay(staff, made.id, {"do": "delete", "at": "question:channel"})
    listed = staff.get(f"/questionnaires/{made.id}/comments").text
    assert "About this channel" in listed
    assert "How did you mainly contact us this time?" in listed
    assert "deleted" in listed


def test_an_option_can_be_meant(staff, made):
    option = document(made.id).question_by_id["channel"].options[0]
    say(staff, made.id, "Add the app here", f"option:channel.{option.id}")
    page = panel(staff, made.id)
    assert "Add the app here" in page
    assert option.label["en"] in page


def test_empty_and_endless_comments_are_refused_and_what_was_typed_stays(staff, made):
    assert "Write something first." in staff.get(say(staff, made.id, "  ").location).text
    answer = say(staff, made.id, "x" * 4001, headers=HTMX)
    assert answer.status_code == 422
    assert "longer than 4000" in answer.text
    assert "x" * 4001 in answer.text
    assert say(staff, made.id, "where?", "question:nothing").status_code == 302
    assert db.session.scalars(select(Comment)).all() == []


def test_a_thread_of_another_questionnaire_is_not_found(staff, made):
    say(staff, made.id, "Mine")
    staff.post(f"/questionnaires/{made.id}/copy")
    other = f"/questionnaires/{made.id + 1}/comments/{thread().id}"
    assert staff.post(f"{other}/settle").status_code == 404


def test_the_editor_is_swapped_with_the_comment_in_it(staff, made):
    answer = say(staff, made.id, "At once", headers=HTMX)
    assert answer.status_code == 200
    assert "At once" in answer.text
    assert "<html" not in answer.text


def test_others_see_who_is_there_and_at_which_part(sign_in, made):
    first, second = sign_in("researcher"), sign_in("analyst")
    beat = {"at": "question:channel"}
    alone = first.post(f"/questionnaires/{made.id}/presence", data=beat).text
    assert "Also here" not in alone
    seen = second.post(f"/questionnaires/{made.id}/presence", data={"at": "page:first_page"}).text
    assert "researcher" in seen
    assert "How did you mainly contact us this time?" in seen
    assert "researcher" in second.get(f"/questionnaires/{made.id}").text
    first.post(f"/questionnaires/{made.id}/presence", data={"leaving": "1"})
    assert "Also here" not in second.get(f"/questionnaires/{made.id}").text


def test_opening_the_editor_writes_nobody_down(staff, made):
    staff.get(f"/questionnaires/{made.id}")
    assert db.session.scalars(select(Presence)).all() == []


def test_presence_expires_on_any_database(any_app):
    from surveyapp.designer import editor
    from surveyapp.designer.library import template
    from tests.conftest import add_user

    made = editor.create(template("empty"), "a@example.com")
    add_user("researcher")
    user = db.session.scalars(select(User)).one()
    presence.note(made.id, user.id, "question:q1")
    presence.note(made.id, user.id, "option:q2.a")
    db.session.commit()
    me = user.id + 1
    assert [(one.name, one.place) for one in presence.others(made.id, me)] == [
        ("researcher", "question:q2")
    ]
    with clock.frozen(clock.now() + presence.LASTS + timedelta(seconds=1)):
        assert presence.others(made.id, me) == []
    with clock.frozen(clock.now() + timedelta(hours=1)):
        presence.note(made.id + 0, user.id, "")
        db.session.commit()
        assert len(db.session.scalars(select(Presence)).all()) == 1


def test_every_panel_can_be_spoken_of_by_name(staff, made):
    from surveyapp.designer.phrases import PANELS as NAMES
    from surveyapp.designer.selecting import PANELS

    assert set(PANELS) <= set(NAMES)
    for panel_ in PANELS:
        assert say(staff, made.id, f"About {panel_}", panel_).status_code == 302
    listed = staff.get(f"/questionnaires/{made.id}/comments").text
    assert all(f"About {panel_}" in listed for panel_ in PANELS)
    assert "deleted" not in listed
