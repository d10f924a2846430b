"""Pictures that customers send: recognised by their first bytes, drawn anew, free of metadata.

What is stored is never what was sent: the picture is decoded and encoded again, so that nothing
that hides in a file (a place, a script, a second file) travels further. Pillow is imported late.
"""

from __future__ import annotations

from io import BytesIO

from surveyapp.findings import N_, Finding, SurveyError

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes of a picture as it is sent."""
LONGEST_SIDE = 1600
"""Pixels of a picture as it is kept: enough to read a handwritten card."""
MOST_PIXELS = 60_000_000
"""Of a picture as it is sent; more is no photograph but an attack on memory."""
_MAGIC = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF"}


def drawn_anew(data: bytes, place: str) -> bytes:
    """The picture as a JPEG of at most LONGEST_SIDE, upright, without metadata.

    Raises SurveyError with a sentence for the customer when it is too large or no picture.
    """
    if len(data) > LARGEST_FILE:
        raise SurveyError(too_large(place))
    kind = _kind(data)
    found = _encoded(data, kind) if kind else None
    if found is None:
        template = N_("This is no picture that we can read; please choose a JPEG, PNG or WebP.")
        raise SurveyError(Finding("photo.unreadable", place, template))
    return found


def too_large(place: str) -> Finding:
    """That a picture has more bytes than are taken."""
    template = N_("This picture is larger than {most} MB; please choose a smaller one.")
    return Finding("photo.too_large", place, template, {"most": LARGEST_FILE >> 20})


def _kind(data: bytes) -> str | None:
    """The format that the first bytes name, whatever the file is called."""
    found = next((name for name, magic in _MAGIC.items() if data.startswith(magic)), None)
    return None if found == "WEBP" and data[8:12] != b"WEBP" else found


def _encoded(data: bytes, kind: str) -> bytes | None:
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = Image.new("RGB", upright.size, "white")
            seen = upright.convert("RGBA")
            flat.paste(seen, mask=seen)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None
    out = BytesIO()
    flat.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
