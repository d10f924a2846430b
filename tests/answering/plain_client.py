"""A person without JavaScript: opens a page, fills in its one form, presses its buttons."""

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from PIL import Image


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (24, 16), "teal").save(out, "JPEG")
    return out.getvalue()


PICTURE = _picture()


class PlainClient:
    def __init__(self, client: FlaskClient, url: str, language: str = "en") -> None:
        self.client = client
        self.url = url
        self.language = language
        self.pages: list[str] = []
        self.open(url)

    def open(self, url: str) -> None:
        headers = {"Accept-Language": self.language}
        self._take(self.client.get(url, headers=headers, follow_redirects=True))

    def _take(self, answer: Any) -> None:
        self.answer = answer
        self.url = answer.request.path
        self.tree = html.document_fromstring(answer.get_data(as_text=True))
        self.pages.append(self.page)

    @property
    def form(self) -> Any:
        forms = self.tree.xpath("//form[@id='survey']")
        return forms[0] if forms else None

    @property
    def page(self) -> str:
        return self.form.fields["_page"] if self.form is not None else ""

    @property
    def text(self) -> str:
        for element in self.tree.xpath("//script | //style"):
            element.drop_tree()
        return " ".join(self.tree.text_content().split())

    @property
    def errors(self) -> list[str]:
        return [e.text_content() for e in self.tree.xpath("//*[@id='errors']//li")]

    def values(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The form's own values, with those of `answers` that it asks for."""
        data: dict[str, Any] = {}
        for name, value in self.form.form_values():
            data.setdefault(name, []).append(value)
        asked = {field.name for field in self.form.inputs if field.name}
        for name, value in answers.items():
            self._give(data, asked, name, value)
        return data

    def _give(self, data: dict[str, Any], asked: set[str], name: str, value: Any) -> None:
        """Fill one answer in, as a person does with the controls that are there."""
        places = {field for field in asked if field.startswith(f"_place.{name}.")}
        if places:
            data.update(dict.fromkeys(places, ""))
            shown = [v for v in value if f"_place.{name}.{v}" in places]
            data.update({f"_place.{name}.{v}": str(n) for n, v in enumerate(shown, start=1)})
        elif name not in asked:
            return
        elif self.form.xpath(f".//input[@type='file'][@name='{name}']"):
            content = PICTURE if value == "photo" else value
            data[name] = (BytesIO(content), "card.jpg", "image/jpeg")
        elif str(value) in self.form.xpath(f".//input[@name='_none.{name}']/@value"):
            data[name], data[f"_none.{name}"] = [""], [str(value)]
        elif value is True:
            data[name] = ["true"]
        else:
            data[name] = [str(v) for v in value] if isinstance(value, list) else [str(value)]

    def press(self, answers: dict[str, Any], name: str = "_go", value: str | None = None) -> None:
        data = self.values(answers)
        if value is None:
            value = self.tree.xpath("//button[@id='next']/@value")[0]
        action = self.form.get("action") or self.url
        data[name] = [value]
        headers = {"Accept-Language": self.language}
        kind = self.form.get("enctype") or "application/x-www-form-urlencoded"
        answer = self.client.post(
            action, data=data, headers=headers, content_type=kind, follow_redirects=True
        )
        self._take(answer)

    def finish(self, answers: dict[str, Any], most: int = 30) -> None:
        """Go on until the form is gone."""
        for _ in range(most):
            if self.form is None:
                return
            self.press(answers)
        raise AssertionError(f"still at {self.page}: {self.errors}")
