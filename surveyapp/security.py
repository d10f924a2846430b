"""What a browser may load, frame and remember of our pages, and where it is sent from them."""

from __future__ import annotations

import secrets

from flask import Flask, Request, Response, g
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

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
_POLICY = "; ".join(f"{name} {value}" for name, value in POLICY.items())
_OF_DATA = "default-src 'none'; frame-ancestors 'none'"
"""Data is no page: nothing may be loaded from it, and it needs no nonce."""
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, without building a signer for requests that bring no cookie.

    Customers' phones never bring one, and theirs are nearly all requests.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie; a new one where there is none."""
        if self.get_cookie_name(app) not in request.headers.get("Cookie", ""):
            return self.session_class()
        return super().open_session(app, request)


def nonce() -> str:
    """This response's nonce for inline script and style."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _harden(response: Response) -> Response:
    headers = response.headers
    given = {name.lower() for name, _ in headers}
    wanted = [(name, value) for name, value in _HEADERS if name.lower() not in given]
    if "content-security-policy" not in given:
        data = response.mimetype == "application/json"
        policy = _OF_DATA if data else _POLICY.format(nonce=nonce())
        wanted.append(("Content-Security-Policy", policy))
    if "cache-control" not in given and response.mimetype == "text/html":
        wanted.append(("Cache-Control", "no-store"))
    headers.extend(wanted)
    return response


def path_inside(target: str | None) -> str:
    """`target` when it is a path on this site, else nothing.

    Browsers drop control characters from addresses and read a backslash as a slash.
    """
    path = target or ""
    plain = path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else ""


def init_app(app: Flask) -> None:
    """Set the headers on every response, offer `csp_nonce()` to templates, and know the addresses
    of those who come through our proxies.
    """
    known = app.config.get("SETTINGS")
    proxies = known.trusted_proxies if known else 0
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    app.session_interface = CookieSessions()
    app.after_request(_harden)
    app.add_template_global(nonce, "csp_nonce")
