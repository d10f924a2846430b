"""What a browser may load, frame and remember of our pages, and where it is sent from them."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'nonce-{nonce}'",
    "style-src": "'self' 'nonce-{nonce}'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


def nonce() -> str:
    """This response's nonce for inline script and style."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _harden(response: Response) -> Response:
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy.format(nonce=nonce()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-store")
    return response


def path_inside(target: str | None) -> str:
    """`target` when it is a path on this site, else nothing.

    Browsers drop control characters from addresses and read a backslash as a slash.
    """
    path = target or ""
    plain = path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else ""


def init_app(app: Flask) -> None:
    """Set the headers on every response and offer `csp_nonce()` to templates."""
    app.after_request(_harden)
    app.add_template_global(nonce, "csp_nonce")
