"""What becomes of a file from outside: pictures lose what stands beside their pixels, everything else is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from gis_service import pictures
from layers.land_files import FILE_BYTES, FileRefused

SECRET = b"SECRET-OWNER-4711"


def photo(size: tuple[int, int] = (80, 40), kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """With a position, an owner, a comment and an orientation that turns it."""
    image = Image.new(mode, size, "teal")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (20.0, 56.0, 12.0)  # latitude
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_pixels_upright_and_loses_position_and_owner(kind: str) -> None:
    sent = photo(kind=kind)
    assert SECRET in sent
    kept = pictures.examine(sent)
    assert kept.media_type == f"image/{kind.lower()}"
    assert (kept.width_px, kept.height_px) == (40, 80), "as the camera was held"
    for body in (kept.body, kept.preview or b""):
        assert SECRET not in body
        with Image.open(io.BytesIO(body)) as again:
            assert dict(again.getexif()) == {}
            assert "exif" not in again.info
    with Image.open(io.BytesIO(kept.body)) as again:
        assert again.format == kind
        assert again.convert("RGB").getpixel((20, 40)) == pytest.approx((0, 128, 128), abs=4)


def test_a_large_picture_is_made_smaller_and_its_preview_smaller_still() -> None:
    kept = pictures.examine(photo((3600, 1800)))
    assert (kept.width_px, kept.height_px) == (1200, 2400)
    assert kept.preview is not None
    with Image.open(io.BytesIO(kept.preview)) as small:
        assert max(small.size) == pictures.PREVIEW_PX


def test_what_is_transparent_stays_so_and_is_white_in_the_preview() -> None:
    kept = pictures.examine(_transparent())
    with Image.open(io.BytesIO(kept.body)) as again:
        assert again.getpixel((1, 1)) == (0, 0, 0, 0)
    with Image.open(io.BytesIO(kept.preview or b"")) as small:
        assert small.getpixel((1, 1)) == (255, 255, 255)


def _transparent() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def _bomb() -> bytes:
    """A PNG of a few bytes that says it has 3.6 thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "empty"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"), (b"<html>", "type"), (_gif(), "type"),
        (b"\xff\xd8\xff\xe0 not a picture", "type"), (b"\x89PNG\r\n\x1a\n", "type"), (photo()[:200], "type"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "type"), (b"MZ\x90\x00", "type"), (_bomb(), "pixels"),
        (b"%PDF-" + b"x" * FILE_BYTES, "large"),
    ],
    ids=["empty", "svg", "html", "gif", "half a jpeg", "half a png", "cut", "webp of nothing", "exe", "bomb", "large"],
)  # fmt: skip
def test_what_is_no_picture_and_no_pdf_is_refused_with_its_reason(body: bytes, key: str) -> None:
    with pytest.raises(FileRefused) as refused:
        pictures.examine(body)
    assert refused.value.key == key


def test_a_pdf_is_kept_byte_for_byte() -> None:
    kept = pictures.examine(b"%PDF-1.7\nwhat follows")
    assert (kept.media_type, kept.body, kept.preview) == ("application/pdf", b"%PDF-1.7\nwhat follows", None)
