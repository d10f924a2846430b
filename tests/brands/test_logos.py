"""Logos: whatever is sent becomes a small picture without a past, or is refused with a reason."""

from io import BytesIO
from random import Random

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from surveyapp.brands import logos
from surveyapp.brands.logos import MOST_BYTES, Logo, prepared, shown_size
from surveyapp.findings import SurveyError


def picture(
    size: tuple[int, int] = (800, 240), ink: str = "#0b3d91", kind: str = "PNG", **save: object
) -> bytes:
    """A wordmark of sorts on a transparent ground, with an empty border."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    width, height = size
    pen.ellipse((width // 10, height // 10, width // 3, height - height // 10), fill=ink)
    pen.rectangle((width // 2, height // 3, width - width // 10, 2 * height // 3), fill=ink)
    out = BytesIO()
    (image.convert("RGB") if kind == "JPEG" else image).save(out, kind, **save)
    return out.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> bytes:
    data = Random(7).randbytes(width * height * len(mode))
    image = Image.frombytes(mode, (width, height), data)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def opened(logo: Logo) -> Image.Image:
    return Image.open(BytesIO(logo.data))


def code_of(data: bytes) -> str:
    with pytest.raises(SurveyError) as refused:
        prepared(data)
    return refused.value.findings[0].code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_fits_its_box_and_the_wire(kind: str) -> None:
    found = prepared(picture(kind=kind))
    assert len(found.data) <= MOST_BYTES
    assert found.width <= 320
    assert found.height <= 96
    assert opened(found).size == (found.width, found.height)
    assert opened(found).format == {"png": "PNG", "webp": "WEBP"}[found.kind]


def test_the_empty_border_goes_and_the_shape_stays() -> None:
    found = prepared(picture((800, 240)))
    assert found.width / found.height == pytest.approx(641 / 193, rel=0.03)


def test_what_hides_in_a_file_does_not_travel_on() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<script>secret</script>")
    found = prepared(picture(pnginfo=words) + b"PK\x03\x04 a second file: secret")
    assert b"secret" not in found.data


def test_the_same_picture_has_the_same_address() -> None:
    assert prepared(picture()).hash == prepared(picture()).hash
    assert prepared(picture()).hash != prepared(picture(ink="#910b3d")).hash


def test_a_photograph_is_made_lighter_before_it_is_refused() -> None:
    base = Image.linear_gradient("L").resize((800, 240)).convert("RGB")
    out = BytesIO()
    Image.blend(base, Image.open(BytesIO(noise(800, 240))), 0.12).save(out, "PNG")
    assert len(prepared(out.getvalue()).data) <= MOST_BYTES


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "logo.unreadable"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "logo.unreadable"),
        (b"\x89PNG\r\n\x1a\nnot really", "logo.unreadable"),
        (picture()[:200], "logo.unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "logo.svg"),
        (b'\xef\xbb\xbf  <?xml version="1.0"?><svg/>', "logo.svg"),
        (b"<!DOCTYPE svg><SVG onload='x'/>", "logo.svg"),
        (b"<html>no picture</html>", "logo.unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(logos.LARGEST_FILE), "logo.too_large"),
        (noise(160, 48, "RGBA"), "logo.too_heavy"),
    ],
)
def test_what_cannot_be_a_logo_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_picture_of_too_many_pixels_is_not_unpacked() -> None:
    out = BytesIO()
    Image.new("1", (8000, 6000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    assert code_of(out.getvalue()) == "logo.unreadable"


def test_an_empty_picture_says_so() -> None:
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    assert code_of(out.getvalue()) == "logo.empty"


@pytest.mark.parametrize(
    ("ink", "plate"), [("#101010", "light"), ("#fafafa", "dark"), ("#e1251b", "")]
)
def test_a_drawing_that_would_vanish_gets_the_paper_that_it_was_made_for(
    ink: str, plate: str
) -> None:
    assert prepared(picture(ink=ink)).plate == plate


def test_a_logo_with_a_ground_of_its_own_needs_none() -> None:
    assert prepared(picture(kind="JPEG")).plate == ""


@pytest.mark.parametrize(
    ("size", "shown"),
    [((320, 96), (160, 48)), ((96, 96), (48, 48)), ((320, 20), (160, 10)), ((40, 20), (40, 20))],
)
def test_it_is_shown_at_half_its_size_and_never_blown_up(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert shown_size(*size) == shown
