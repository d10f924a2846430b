"""Links that show a fixed state to people without an account, and open nothing when they ended."""

import re
from datetime import timedelta

from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.answering.misses import ALLOWED
from surveyapp.database import db
from surveyapp.designer.models import PreviewLink
from tests.answering.world import everything
from tests.designer_web.conftest import post, stored

OLD = "How did you mainly contact us this time?"
NEW = "Which way did you reach us?"


def make(client, number, **fields):
    """Make a link; the path that the page shows for it."""
    data = {"days": "14", "version": "", **fields}
    page = client.get(client.post(f"/questionnaires/{number}/links", data=data).location).text
    found = re.search(r'value="[^"]*(/survey/preview/[^"]+)"', page)
    return found[1] if found else ""


def look(app, url, **query):
    return app.test_client().get(url, query_string={"lang": "en", **query})


def links():
    db.session.expire_all()
    return db.session.scalars(select(PreviewLink).order_by(PreviewLink.id)).all()


def test_somebody_without_an_account_sees_the_draft_as_it_was(staff, app, made):
    url = make(staff, made.id, note="Client")
    post(staff, made.id, {"question:channel/title.en": NEW})
    answer = look(app, url)
    assert answer.status_code == 200
    assert OLD in answer.text
    assert NEW not in answer.text
    assert "Preview: nothing is saved" in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Client" in staff.get(f"/questionnaires/{made.id}/links").text


def test_the_address_is_shown_once_and_kept_nowhere(staff, app, made):
    url = make(staff, made.id)
    token = url.rpartition("/")[2]
    assert token not in staff.get(f"/questionnaires/{made.id}/links").text
    (link,) = links()
    assert token not in link.token_hash
    assert not any(token in str(rows) for rows in everything().values())


def test_a_link_to_a_version(staff, app, made):
    staff.post(
        f"/questionnaires/{made.id}/publish",
        data={"revision": stored(made.id).revision, "accept": "y"},
    )
    post(staff, made.id, {"question:channel/title.en": NEW})
    assert OLD in look(app, make(staff, made.id, version="1")).text
    assert NEW in look(app, make(staff, made.id)).text
    missing = staff.post(f"/questionnaires/{made.id}/links", data={"days": "7", "version": "9"})
    assert missing.status_code == 404


def test_looking_and_paging_write_nothing(staff, app, made):
    url = make(staff, made.id)
    before = everything()
    look(app, url)
    look(app, url, page="overall_page", answers='{"channel": "phone"}')
    browser = app.test_client()
    for path in ("", "/save", "/submit", "/open"):
        assert browser.post(f"{url}{path}", json={"answers": {}}).status_code in (404, 405)
    assert everything() == before


def test_an_expired_and_a_revoked_link_open_nothing(staff, app, made):
    first, second = make(staff, made.id, days="1"), make(staff, made.id, days="30")
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert look(app, first).status_code == 410
        assert OLD not in look(app, first).text
        assert look(app, second).status_code == 200
    staff.post(f"/questionnaires/{made.id}/links/{links()[1].id}/revoke")
    assert look(app, second).status_code == 410
    page = staff.get(f"/questionnaires/{made.id}/links").text
    assert "revoked" in page
    actions = [entry.action for entry in db.session.scalars(select(AuditEntry))]
    assert actions.count("preview_link.create") == 2
    staff.post(f"/questionnaires/{made.id}/links/{links()[1].id}/revoke")
    actions = [entry.action for entry in db.session.scalars(select(AuditEntry))]
    assert actions.count("preview_link.revoke") == 1


def test_guessing_is_slowed_down(staff, app, made):
    statuses = {look(app, f"/survey/preview/{'A' * 32}").status_code for _ in range(ALLOWED)}
    assert statuses == {404}
    assert look(app, f"/survey/preview/{'B' * 32}").status_code == 429
    assert look(app, "/survey/preview/short").status_code == 429
    assert look(app, make(staff, made.id)).status_code == 200


def test_how_long_is_one_of_the_choices(staff, made):
    assert make(staff, made.id, days="4000") == ""
    assert links() == []


def test_an_analyst_sees_the_list_and_makes_none(sign_in, staff, made):
    make(staff, made.id)
    analyst = sign_in("analyst")
    assert "Revoke" not in analyst.get(f"/questionnaires/{made.id}/links").text
    base = f"/questionnaires/{made.id}/links"
    assert analyst.post(base, data={"days": "7"}).status_code == 403
    assert analyst.post(f"{base}/1/revoke").status_code == 403


def test_a_link_of_another_questionnaire_cannot_be_revoked_here(staff, made):
    make(staff, made.id)
    staff.post(f"/questionnaires/{made.id}/copy")
    assert staff.post(f"/questionnaires/{made.id + 1}/links/1/revoke").status_code == 404
