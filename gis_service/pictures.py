"""Files that come from outside, told by their bytes: pictures are decoded and written anew, documents are PDF.

A picture that is written anew has lost what the camera put beside it (position, time, owner, thumbnails) and
whatever else may hide in a file. What cannot be decoded is refused.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from layers.land_files import FILE_BYTES, MB, Content, FileRefused

LONGEST_PX = 2400
"""Longer side of a picture as it is kept."""
PREVIEW_PX = 640
MOST_PIXELS = 60_000_000
"""Larger pictures are refused before they are decoded: some are made to fill the memory."""

_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def examine(body: bytes) -> Content:
    """The file as it may be kept: a cleaned picture with its preview, or a PDF. Raises `FileRefused`."""
    if not body:
        raise FileRefused("empty", "Choose a file.", "Hãy chọn tệp.")
    if len(body) > FILE_BYTES:
        most = FILE_BYTES // MB
        raise FileRefused("large", f"A file may have at most {most} MB.", f"Tệp tối đa {most} MB.")
    if body.startswith(b"%PDF-"):
        return Content("application/pdf", body)
    return _picture(body)


def _picture(body: bytes) -> Content:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=tuple(_FORMATS)) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                kind = found.format or ""
                found.draft("RGB", (LONGEST_PX, LONGEST_PX))  # JPEG alone: decodes at a fraction of the size
                upright = ImageOps.exif_transpose(found)
                upright.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused(
            "pixels", f"A picture may have at most {MOST_PIXELS // 1_000_000} megapixels.",
            f"Ảnh tối đa {MOST_PIXELS // 1_000_000} triệu điểm.",
        ) from None  # fmt: skip
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError):
        raise FileRefused(
            "type", "Only JPEG, PNG and WebP pictures and PDF documents that open are taken.",
            "Chỉ nhận ảnh JPEG, PNG, WebP và tài liệu PDF mở được.",
        ) from None  # fmt: skip
    kept = _fitted(_plain(upright, kind), LONGEST_PX)
    return Content(
        _FORMATS[kind],
        _written(kept, kind),
        _written(_fitted(_flat(kept), PREVIEW_PX), "JPEG"),
        kept.width,
        kept.height,
    )


def _plain(image: Image.Image, kind: str) -> Image.Image:
    """The pixels alone in a new picture, which has no `info` for a writer to copy."""
    if kind == "JPEG":
        pixels = image.convert("RGB")
    else:
        has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        pixels = image.convert("RGBA" if has_alpha else "RGB")
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


def _flat(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _fitted(image: Image.Image, longest_px: int) -> Image.Image:
    if max(image.size) <= longest_px:
        return image
    small = image.copy()
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return small


def _written(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, quality=86, optimize=True, progressive=True)  # each writer takes what it knows
    return out.getvalue()
