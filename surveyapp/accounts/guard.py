"""Default deny: every route is for signed-in office staff unless its view says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for

from surveyapp.accounts.models import OFFICE, User
from surveyapp.accounts.sessions import current_user

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that needs no sign-in."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def everyone(view: View) -> View:
    """Mark a view for whoever is signed in, interviewers too."""
    view.access = "everyone"  # type: ignore[attr-defined]
    return view


def roles(*names: str) -> Callable[[View], View]:
    """Mark a view for these roles only (administrators always may)."""

    def mark(view: View) -> View:
        view.access = frozenset({*names, "administrator"})  # type: ignore[attr-defined]
        return view

    return mark


def access(endpoint: str) -> str | frozenset[str]:
    """`public`, `everyone` (any signed-in role), or the set of roles that may."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return "public"
    found: str | frozenset[str] = getattr(current_app.view_functions[endpoint], "access", OFFICE)
    return found


def signed_in() -> User:
    """The signed-in user; only for views that are not public."""
    user: User = g.user
    return user


def allowed(endpoint: str) -> bool:
    """Whether the signed-in user may open `endpoint` (menus show only what opens)."""
    needed = access(endpoint)
    return isinstance(needed, str) or (bool(g.get("user")) and g.user.role in needed)


def _check() -> Response | None:
    if request.endpoint is None:
        return None
    needed = access(request.endpoint)
    if needed == "public":
        return None
    g.user = current_user()
    if g.user is None:
        if request.headers.get("HX-Request"):
            return Response(status=401, headers={"HX-Redirect": url_for("accounts.sign_in")})
        there = request.full_path if request.method == "GET" else "/"
        return redirect(url_for("accounts.sign_in", next=there))  # type: ignore[return-value]
    if isinstance(needed, frozenset) and g.user.role not in needed:
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Put the guard before every request."""
    app.before_request(_check)
    app.add_template_global(allowed, "allowed")
