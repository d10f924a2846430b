"""Host names: plain ones only, as browsers send them."""

import pytest

from surveyapp.brands.hosts import normalised, without_port
from surveyapp.findings import SurveyError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  ", ""),
        ("s.example.com", "s.example.com"),
        (" S.Example.COM. ", "s.example.com"),
        ("s.例子.中国", "s.xn--fsqu00a.xn--fiqs8s"),
        ("a-b.example", "a-b.example"),
    ],
)
def test_a_host_name_is_kept_as_a_browser_sends_it(text: str, expected: str) -> None:
    assert normalised(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://s.example.com",
        "s.example.com/path",
        "s.example.com:8443",
        "user@s.example.com",
        "s.example.com\nevil.example",
        "s example.com",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "*.example.com",
        "-a.example.com",
        "a-.example.com",
        "a..example.com",
        f"{'a' * 64}.example.com",
        ".".join(["abcdefgh"] * 30) + ".com",
        "s.example.com?x",
        "s.example.com\\@evil.example",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SurveyError) as refused:
        normalised(text)
    assert refused.value.findings[0].code == "host.unusable"


def test_staff_are_not_locked_out_of_their_own_pages() -> None:
    with pytest.raises(SurveyError) as refused:
        normalised("Survey.Example.com", {"survey.example.com"})
    assert refused.value.findings[0].code == "host.own"


@pytest.mark.parametrize(
    ("header", "name"),
    [("s.example.com", "s.example.com"), ("S.EXAMPLE.com.:8443", "s.example.com"), ("", "")],
)
def test_a_host_header_is_read_without_its_port(header: str, name: str) -> None:
    assert without_port(header) == name
