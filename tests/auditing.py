"""A test client that audits every page that it opens, so that each view test is a markup test."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse


class PageError(AssertionError):
    """A page that breaks the house rules."""


def audit(page: str, headers: Any) -> None:
    """Raise PageError for what no page of ours may have."""
    tree = html.document_fromstring(page)
    problems = [*_structure(tree), *_identifiers(tree), *_forms(tree), *_policy(tree, headers)]
    if problems:
        raise PageError("; ".join(problems))


def _structure(tree: html.HtmlElement) -> list[str]:
    found = []
    if len(tree.findall(".//h1")) != 1:
        found.append(f"{len(tree.findall('.//h1'))} h1 elements instead of one")
    if not (tree.findtext(".//title") or "").strip():
        found.append("no title")
    if tree.get("lang") not in {"zh-Hans", "en"}:
        found.append(f"html lang is {tree.get('lang')!r}")
    if not tree.xpath("//meta[@name='viewport']"):
        found.append("no viewport")
    found += [
        f"image without alt: {i.get('src')}" for i in tree.iter("img") if i.get("alt") is None
    ]
    text = tree.text_content()
    found += [f"unfilled template text {bad!r}" for bad in ("{{", "}}", "%(") if bad in text]
    return found


def _identifiers(tree: html.HtmlElement) -> list[str]:
    ids = Counter(tree.xpath("//@id"))
    found = [f"duplicate id {name}" for name, count in ids.items() if count > 1]
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for value in tree.xpath(f"//@{attribute}"):
            found += [f"{attribute} of unknown id {one}" for one in value.split() if one not in ids]
    return found


def _forms(tree: html.HtmlElement) -> list[str]:
    found = []
    for field in tree.xpath("//form//input | //form//select | //form//textarea"):
        if field.get("type") in {"hidden", "submit", "button"} or field.get("aria-label"):
            continue
        labelled = field.xpath("ancestor::label") or field.get("aria-labelledby")
        if not labelled and not tree.xpath("//label[@for=$id]", id=field.get("id") or ""):
            found.append(f"field {field.get('name')} without a label")
    for button in tree.iter("button"):
        if not button.text_content().strip() and not button.get("aria-label"):
            found.append("button without a name")
    return found


def _policy(tree: html.HtmlElement, headers: Any) -> list[str]:
    policy = headers.get("Content-Security-Policy", "")
    found = [] if "default-src 'none'" in policy else ["no strict content security policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    for element in tree.xpath("//script[not(@src)] | //style"):
        data = element.tag == "script" and "json" in (element.get("type") or "")
        if not data and element.get("nonce") != (nonce and nonce[1]):
            found.append(f"inline {element.tag} without the nonce")
    found += ["inline style attribute"] if tree.xpath("//@style") else []
    found += [
        f"inline handler {name}"
        for name in {a for e in tree.iter() for a in e.attrib if a.startswith("on")}
    ]
    return found


class AuditingClient(FlaskClient):
    """Flask's test client; every HTML page that it gets is audited."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request as a server would, after any other, and audit the answer."""
        if has_app_context():  # a test's own context outlives the request, and `g` with it
            for name in list(g):
                g.pop(name)
        answer = super().open(*args, **kwargs)
        is_page = answer.mimetype == "text/html" and not answer.is_streamed
        text = answer.get_data(as_text=True) if is_page else ""
        if "<html" in text[:300]:
            audit(text, answer.headers)
        return answer
