"""Pages of staff accounts: sign-in, language, users, audit trail."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from surveyapp import languages
from surveyapp.accounts import audit, passwords, sessions
from surveyapp.accounts.forms import ROLE_NAMES, SignInForm, UserForm
from surveyapp.accounts.guard import everyone, public, roles, signed_in
from surveyapp.accounts.models import AuditEntry, User
from surveyapp.database import db
from surveyapp.security import path_inside

accounts = Blueprint("accounts", __name__)
PAGE = 50


@accounts.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | str | tuple[str, int]:
    """Ask for e-mail and password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form)
    address = request.remote_addr or ""
    email = form.email.data or ""
    if passwords.throttled(email, address):
        flash(_("Too many attempts. Wait 15 minutes, then try again."), "error")
        return render_template("accounts/sign_in.html", form=form), 429
    user = passwords.authenticate(email, form.password.data or "", address)
    if user is None:
        db.session.commit()
        flash(_("This e-mail and password do not go together."), "error")
        return render_template("accounts/sign_in.html", form=form), 401
    sessions.sign_in(user)
    audit.record("staff.sign_in", f"user:{user.id}", by=user.email)
    db.session.commit()
    return redirect(path_inside(request.args.get("next")) or "/")


@accounts.post("/sign-out")
@everyone
def sign_out() -> Response:
    """End this browser's session."""
    audit.record("staff.sign_out", f"user:{signed_in().id}")
    sessions.sign_out()
    db.session.commit()
    return redirect(url_for("accounts.sign_in"))


@accounts.post("/language/<tag>")
@public
def language(tag: str) -> Response:
    """Choose the interface language of this browser, and of the account when signed in."""
    if tag not in languages.LOCALES:
        abort(404)
    session["language"] = tag
    if user := sessions.current_user():
        user.language = tag
        db.session.commit()
    return redirect(path_inside(request.form.get("next")) or "/")


@accounts.get("/staff")
@roles("administrator")
def staff() -> str:
    """Everyone who may sign in."""
    users = db.session.scalars(select(User).order_by(User.name)).all()
    return render_template("accounts/staff.html", users=users, role_names=ROLE_NAMES)


@accounts.route("/staff/new", methods=["GET", "POST"])
@roles("administrator")
def new_user() -> Response | str:
    """Add a member of staff."""
    form = UserForm(
        data={"role": "analyst", "language": "zh-Hans"} if request.method == "GET" else {}
    )
    if form.validate_on_submit() and _acceptable(form, None):
        user = User(password_hash=passwords.hash_password(form.password.data or ""))
        _fill(user, form)
        db.session.add(user)
        db.session.flush()
        audit.record("staff.add", f"user:{user.id}", role=user.role)
        db.session.commit()
        flash(_("%(name)s can sign in now.", name=user.name), "success")
        return redirect(url_for("accounts.staff"))
    return render_template("accounts/user.html", form=form, user=None)


@accounts.route("/staff/<int:user_id>", methods=["GET", "POST"])
@roles("administrator")
def edit_user(user_id: int) -> Response | str:
    """Change a member of staff."""
    user = db.get_or_404(User, user_id)
    form = UserForm(obj=user)
    if form.validate_on_submit() and _acceptable(form, user):
        _fill(user, form)
        if form.password.data:
            user.password_hash = passwords.hash_password(form.password.data)
            sessions.revoke_all(user)
        audit.record("staff.change", f"user:{user.id}", role=user.role)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.staff"))
    return render_template("accounts/user.html", form=form, user=user)


@accounts.post("/staff/<int:user_id>/active")
@roles("administrator")
def toggle_active(user_id: int) -> Response:
    """Let someone sign in, or no longer; nobody locks themselves out."""
    user = db.get_or_404(User, user_id)
    if user.id == signed_in().id:
        flash(_("You cannot switch off your own account."), "error")
        return redirect(url_for("accounts.staff"))
    user.active = not user.active
    if not user.active:
        sessions.revoke_all(user)
    audit.record("staff.activate" if user.active else "staff.deactivate", f"user:{user.id}")
    db.session.commit()
    return redirect(url_for("accounts.staff"))


def _acceptable(form: UserForm, user: User | None) -> bool:
    email = (form.email.data or "").strip().lower()
    other = db.session.scalar(select(User).where(func.lower(User.email) == email))
    if other and other is not user:
        form.email.errors = [_("Someone else has this e-mail already.")]
        return False
    if user is None and not form.password.data:
        form.password.errors = [_("Give a first password.")]
        return False
    if user is not None and user.id == signed_in().id and form.role.data != user.role:
        form.role.errors = [_("You cannot change your own role.")]
        return False
    return True


def _fill(user: User, form: UserForm) -> None:
    user.name, user.email = form.name.data or "", (form.email.data or "").strip().lower()
    user.role, user.language = form.role.data, form.language.data


@accounts.get("/audit")
@roles("administrator")
def trail() -> str:
    """The audit trail, newest first, with the verdict on its chain."""
    page = max(request.args.get("page", 1, type=int), 1)
    entries = db.session.scalars(
        select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE + 1).offset((page - 1) * PAGE)
    ).all()
    return render_template(
        "accounts/audit.html",
        entries=entries[:PAGE],
        page=page,
        more=len(entries) > PAGE,
        broken_at=audit.broken(),
    )
