"""Templates of texts."""

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution import texts

GOOD = "{name}您好，请评价{store}的服务：{link} 退订回T"


def codes(template, **options):
    return [f.code for f in texts.findings(template, place="text:zh-Hans", **options)]


def test_a_good_template_has_no_findings():
    assert codes(GOOD) == []


def test_each_fault_is_named():
    assert codes("  ") == ["text.empty"]
    assert codes("{naem} {link}") == ["text.unknown_field"]
    assert codes("{} {link}") == ["text.unknown_field"]
    assert codes("{name {link}") == ["text.stray_brace"]
    assert codes("Hello {name}") == ["text.no_link"]
    assert codes("Thank you, {name}", needs_link=False) == []
    assert codes("{link}" + "x" * 1600) == ["text.too_long"]


def test_the_unknown_field_is_quoted_with_the_known_ones():
    (finding,) = texts.findings("{phone} {link}", place="text:en")
    assert finding.message == "{phone} is not a field. Use one of {name}, {store}, {link}."
    assert finding.place == "text:en"


def test_fields_are_filled_in_once():
    values = {"name": "{link}", "store": "S", "link": "http://x/y"}
    assert texts.render("{name} { store } {link}", values) == "{link} S http://x/y"


@given(st.text(max_size=60), st.text(alphabet="{}abc", max_size=20))
def test_rendering_never_fails_and_leaves_unknown_fields(name, template):
    assert texts.render(template, {"name": name}) == template.replace("\r\n", "\n").strip()


def test_the_language_of_the_customer_or_any():
    bodies = {"zh-Hans": "中", "en": ""}
    assert texts.choose(bodies, "zh-Hans") == "中"
    assert texts.choose(bodies, "en") == "中"
    assert texts.choose({}, "en") == ""


def test_the_preview_counts_segments():
    text, size = texts.preview(GOOD, "zh-Hans", "http://127.0.0.1:8000/r/23456789ABC")
    assert "王芳女士" in text
    assert size.encoding == "UCS-2"
    assert size.segments == 2 or size.units <= 70
