"""The phone's screen in the browser: conversations, tappable links, replies, the weather."""

from __future__ import annotations

import re
import secrets

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from surveyapp import catalogue_folders, data_folder, languages, security
from surveyapp.distribution.gateway.carrier import Carrier
from surveyapp.distribution.gateway.conditions import NAMES
from surveyapp.extensions import babel
from surveyapp.findings import N_

screen = Blueprint("screen", __name__)
LINK = re.compile(r"https?://[^\s<>\"'，。；！）]+")
STATE = "PHONE_CARRIER"
STATUSES = {
    "queued": N_("on its way"),
    "delivered": N_("delivered"),
    "undelivered": N_("not delivered"),
}


def make_screen(carrier: Carrier) -> Flask:
    """The screen over the texts of `carrier`; its cookie is not the product's."""
    app = Flask(
        "phone",
        template_folder=str(data_folder("templates")),
        static_folder=str(data_folder("static")),
    )
    app.config.update(
        SECRET_KEY=secrets.token_hex(16),
        SESSION_COOKIE_NAME="phone",
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_TRANSLATION_DIRECTORIES=catalogue_folders(),
        MAX_CONTENT_LENGTH=65536,
    )
    app.config[STATE] = carrier
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(linked)
    babel.init_app(app, locale_selector=languages.locale)
    languages.init_app(app)
    security.init_app(app)
    app.register_blueprint(screen)
    return app


def linked(body: str) -> Markup:
    """The text with its web addresses as links."""
    parts, end = [], 0
    for match in LINK.finditer(body):
        parts += [escape(body[end : match.start()]), _anchor(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(body[end:])])


def _anchor(url: str) -> Markup:
    pattern = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>')
    return pattern.format(url)


def _carrier() -> Carrier:
    found: Carrier = current_app.config[STATE]
    return found


@screen.before_request
def only_from_here() -> None:
    """Another site may not write on this phone."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin not in {None, request.host_url.rstrip("/")}:
        abort(403)
    if g.get("user") is None:
        g.user = None


@screen.get("/")
def show() -> str:
    """The whole screen."""
    return render_template("distribution/phone/screen.html", **_view())


@screen.get("/live")
def live() -> AnyResponse | str:
    """The moving part of the screen; 204 while nothing changed since version `v`."""
    if request.args.get("v", type=int) == _carrier().texts.version:
        return Response(status=204)
    return render_template("distribution/phone/live.html", **_view())


def _view() -> dict[str, object]:
    texts, search = _carrier().texts, request.args.get("search", "").strip()
    version = texts.version
    phones = texts.phones(search)
    chosen = request.args.get("phone") or (phones[0].phone if phones else "")
    return {
        "phones": phones,
        "chosen": chosen,
        "lines": texts.conversation(chosen),
        "search": search,
        "version": version,
        "conditions": _carrier().conditions.as_json(),
        "condition_names": {name: _(label) for name, label in NAMES.items()},
        "status_names": {name: _(label) for name, label in STATUSES.items()},
        "stopped": chosen in _carrier().stopped,
    }


@screen.post("/reply")
def reply() -> AnyResponse:
    """Send a text from the phone."""
    phone = request.form.get("phone", "")
    body = (request.form.get("word") or request.form.get("body", "")).strip()
    if not phone or not body:
        abort(400, _("Write a text first."))
    _carrier().reply(phone, body[:1600])
    return redirect(url_for("screen.show", phone=phone))


@screen.post("/language")
def language() -> AnyResponse:
    """Switch the language of the screen."""
    session["language"] = languages.match(request.form.get("language")) or "zh-Hans"
    return redirect(url_for("screen.show", phone=request.form.get("phone") or None))


@screen.get("/control")
def control() -> dict[str, object]:
    """The weather, and how much was carried, as JSON."""
    sent = _carrier().texts.outbound()
    return {
        "conditions": _carrier().conditions.as_json(),
        "sent": len(sent),
        "doubled": len(_carrier().texts.doubled()),
    }


@screen.post("/control")
def change() -> AnyResponse | tuple[dict[str, object], int]:
    """Change the weather, by JSON or by the form of the screen."""
    values = request.get_json() if request.is_json else request.form.to_dict()
    try:
        _carrier().conditions = _carrier().conditions.changed(values)
    except ValueError as trouble:
        return {"error": str(trouble)}, 400
    return ({**control()}, 200) if request.is_json else redirect(url_for("screen.show"))
