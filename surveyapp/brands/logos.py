"""A brand's logo: drawn anew like every picture that comes in, and light enough for any phone.

It is what the page may cost beside itself: one request, a few kilobytes, kept by the browser for
good, since its address is made of its content. Pillow is imported late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from surveyapp.brands.contrast import CONTROL, ratio
from surveyapp.brands.shades import DARK, LIGHT
from surveyapp.findings import N_, Finding, SurveyError

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES = 6 * 1024
"""Of a logo on the wire."""
LARGEST_FILE = 4 * 1024 * 1024
"""Bytes of a picture as it is sent."""
MOST_PIXELS = 40_000_000
"""Of a picture as it is sent; more is no logo but an attack on memory."""
BOXES = ((320, 96), (240, 72), (160, 48))
"""Widths and heights to try, the largest first. Half of the first is how large it is shown."""
SHOWN = (160, 48)
QUALITIES = (90, 75, 60)
FORMATS = ("PNG", "JPEG", "WEBP")
PLACE = "logo"
_SEEN = 128
"""Opacity, 0 to 255, from which a pixel counts as part of the drawing."""


@dataclass(frozen=True)
class Logo:
    """A picture as it is sent to customers.

    kind: `png` or `webp`. width, height: pixels of the file. plate: the theme, `light` or `dark`,
    whose paper lies behind it wherever it could not be seen otherwise; empty where it brings its
    own ground or is seen on both.
    """

    data: bytes
    kind: str
    width: int
    height: int
    plate: str

    @property
    def hash(self) -> str:
        """What its address is made of."""
        return hashlib.sha256(self.data).hexdigest()[:32]


def prepared(data: bytes) -> Logo:
    """The logo of a picture file. SurveyError with a sentence when it cannot be one."""
    if len(data) > LARGEST_FILE:
        most = LARGEST_FILE >> 20
        template = N_("This picture is larger than {most} MB; please choose a smaller one.")
        raise SurveyError(Finding("logo.too_large", PLACE, template, {"most": most}))
    if _is_drawing(data):
        template = N_(
            "An SVG drawing may hold scripts, so none is taken. Save it as PNG, 640 pixels wide, "
            "with a transparent ground."
        )
        raise SurveyError(Finding("logo.svg", PLACE, template))
    image = _read(data)
    for logo in _tries(image):
        if len(logo.data) <= MOST_BYTES:
            return logo
    template = N_(
        "Even at {width} pixels this picture needs more than {most} kB. A logo has few colours and "
        "no photograph in it; please choose a simpler one."
    )
    params = {"width": BOXES[-1][0], "most": MOST_BYTES >> 10}
    raise SurveyError(Finding("logo.too_heavy", PLACE, template, params))


def shown_size(width: int, height: int) -> tuple[int, int]:
    """Width and height on the page: half of the file, to be sharp where a pixel has two dots."""
    scale = min(1.0, SHOWN[0] / width, SHOWN[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _is_drawing(data: bytes) -> bool:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and (b"<svg" in head or head.startswith(b"<?xml"))


def _read(data: bytes) -> Image.Image:
    """The picture upright, in RGBA, without an empty border; only in the formats that are taken."""
    from PIL import Image, ImageOps

    unreadable = Finding("logo.unreadable", PLACE, N_("This is no PNG, JPEG or WebP picture."))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise SurveyError(unreadable)
            whole = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        raise SurveyError(unreadable) from error
    box = whole.getchannel("A").getbbox()
    if box is None:
        template = N_("Nothing can be seen in this picture: all of it is transparent.")
        raise SurveyError(Finding("logo.empty", PLACE, template))
    return whole.crop(box)


def _tries(image: Image.Image) -> Iterator[Logo]:
    """For each size the lightest lossless file, then lossy ones, until one is light enough."""
    for box in BOXES:
        small = image.copy()
        small.thumbnail(box)
        plate = _plate(small)
        for lossless in (True, False):
            files = _files(small, lossless)
            kind, data = min(files, key=lambda file: len(file[1]))
            yield Logo(data, kind, small.width, small.height, plate)


def _files(image: Image.Image, lossless: bool) -> list[tuple[str, bytes]]:
    if lossless:
        webp = _encoded(image, "WEBP", lossless=True, method=6)
        return [("png", _encoded(image, "PNG", optimize=True)), ("webp", webp)]
    first = (_encoded(image, "WEBP", quality=quality, method=6) for quality in QUALITIES)
    fitting = next((data for data in first if len(data) <= MOST_BYTES), None)
    return [("webp", fitting or _encoded(image, "WEBP", quality=QUALITIES[-1], method=6))]


def _encoded(image: Image.Image, kind: str, **options: bool | int) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _plate(image: Image.Image) -> str:
    """Which paper a drawing on a transparent ground needs behind it, by its mean colour."""
    from PIL import ImageStat

    drawn = image.getchannel("A").point([0] * _SEEN + [255] * (256 - _SEEN))
    if drawn.histogram()[255] in (0, image.width * image.height):
        return ""
    mean = (round(part) for part in ImageStat.Stat(image.convert("RGB"), drawn).mean)
    colour = "#" + "".join(f"{channel:02x}" for channel in mean)
    on_light, on_dark = (ratio(colour, theme.papers[0]) for theme in (LIGHT, DARK))
    if min(on_light, on_dark) >= CONTROL:
        return ""
    return "light" if on_light >= on_dark else "dark"
