"""Pictures: only real ones, drawn anew, small, upright, and without what a camera writes down."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from surveyapp.answering import pictures
from surveyapp.findings import SurveyError


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    """A picture whose left half is red."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_becomes_a_small_jpeg(kind: str) -> None:
    with Image.open(BytesIO(pictures.drawn_anew(picture(kind, (3000, 2000)), "p"))) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (1600, 1067))
        red, _, blue = drawn.getpixel((100, 500))  # type: ignore[misc]
        assert red > 200
        assert blue < 60


def test_metadata_is_left_behind_but_upright_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right
    exif[0x010F] = "Camera of Wang Fang"
    sent = picture(exif=exif.tobytes(), comment=b"31.2304 N 121.4737 E")
    kept = pictures.drawn_anew(sent, "p")
    assert b"Wang Fang" in sent
    assert b"Wang Fang" not in kept
    assert b"121.4737" not in kept
    with Image.open(BytesIO(kept)) as drawn:
        assert drawn.size == (20, 40)
        assert not drawn.getexif()


def test_what_is_transparent_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(pictures.drawn_anew(out.getvalue(), "p"))) as drawn:
        assert min(drawn.getpixel((4, 4))) > 250  # type: ignore[type-var]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(40),
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\xff\xd8\xff" + bytes(200),
        picture()[:200],
        picture("PNG")[:60],
    ],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(SurveyError) as refused:
        pictures.drawn_anew(data, "question:card")
    (finding,) = refused.value.findings
    assert (finding.code, finding.place) == ("photo.unreadable", "question:card")


def test_too_many_bytes_and_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SurveyError) as refused:
        pictures.drawn_anew(bytes(pictures.LARGEST_FILE + 1), "p")
    assert refused.value.findings[0].code == "photo.too_large"
    monkeypatch.setattr(pictures, "MOST_PIXELS", 700)
    with pytest.raises(SurveyError) as bomb:
        pictures.drawn_anew(picture(), "p")
    assert bomb.value.findings[0].code == "photo.unreadable"
