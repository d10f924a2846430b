"""Staff pages: adding and changing people, and what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry, User
from surveyapp.database import db
from tests.auditing import AuditingClient

ANN = {
    "name": "Ann",
    "email": "Ann@Example.com ",
    "role": "analyst",
    "language": "en",
    "password": "a long first one",
}


def users() -> dict[str, User]:
    db.session.expire_all()
    return {user.email: user for user in db.session.scalars(select(User))}


def test_a_new_member_can_sign_in_and_the_trail_knows(
    staff: AuditingClient, client: AuditingClient
) -> None:
    assert staff.get("/staff/new").status_code == 200
    answer = staff.post("/staff/new", data=ANN, follow_redirects=True)
    assert "Ann can sign in now." in answer.text
    added = users()["ann@example.com"]
    assert (added.name, added.role, added.language, added.active) == ("Ann", "analyst", "en", True)
    assert ANN["password"] not in added.password_hash
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "staff.add")).one()
    assert (entry.actor, entry.subject) == ("administrator@example.com", f"user:{added.id}")
    assert ANN["password"] not in str(entry.detail)
    data = {"email": "ann@example.com", "password": ANN["password"]}
    assert client.post("/sign-in", data=data).status_code == 302
    assert "Ann" in staff.get("/staff").text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": ""}, "Give a name."),
        ({"email": "ann"}, "Give an e-mail address"),
        ({"email": " ADMINISTRATOR@example.com"}, "Someone else has this e-mail already."),
        ({"password": ""}, "Give a first password."),
        ({"password": "short"}, "Use at least 10 characters."),
        ({"role": "king"}, "Not a valid choice."),
        ({"language": "tlh"}, "Not a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    staff: AuditingClient, change: dict[str, str], complaint: str
) -> None:
    answer = staff.post("/staff/new", data={**ANN, **change})
    assert answer.status_code == 200
    assert complaint in answer.text
    assert "name" in change or 'value="Ann"' in answer.text
    assert ANN["password"] not in answer.text
    assert list(users()) == ["administrator@example.com"]


def test_changing_someone_keeps_the_password_unless_one_is_given(staff: AuditingClient) -> None:
    staff.post("/staff/new", data=ANN)
    before = users()["ann@example.com"]
    there, kept = f"/staff/{before.id}", before.password_hash
    changed = {**ANN, "name": "Ann Lee", "role": "researcher", "password": ""}
    assert 'value="ann@example.com"' in staff.get(there).text
    assert staff.post(there, data=changed).status_code == 302
    after = users()["ann@example.com"]
    assert (after.name, after.role, after.password_hash) == ("Ann Lee", "researcher", kept)
    staff.post(there, data={**changed, "password": "another long one"})
    assert users()["ann@example.com"].password_hash != kept


def test_people_that_do_not_exist(staff: AuditingClient) -> None:
    assert staff.get("/staff/99").status_code == 404
    assert staff.post("/staff/99/active").status_code == 404
