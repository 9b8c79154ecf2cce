"""Pages of image files (JPEG, PNG, TIFF with many frames, BMP), decoded in the child by Pillow."""

from __future__ import annotations

import math
import os
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from extractor.core.geometry import POINTS_PER_INCH, Size
from extractor.files.limits import Limits
from extractor.files.model import PageFailure, RawPage

_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
}
_DEFAULT_DPI = 72.0
_PLAUSIBLE_DPI = (30.0, 2400.0)  # outside: a scanner driver's nonsense such as 1 or 0
_ORIENTATION_TAG = 0x0112
# Pillow's bytes per pixel by mode; RGB takes four. Unknown modes count as the widest.
_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16B": 2, "RGB": 4, "YCbCr": 4}


class ImagePages:
    """The frames of one image file. ``image_pages.page(n, dpi)`` counts from 1."""

    def __init__(self, handle: int, media_type: str, limits: Limits) -> None:
        Image.MAX_IMAGE_PIXELS = None  # our own limit below speaks to the clerk
        warnings.simplefilter("ignore")
        self._limits = limits
        try:
            # Kept open across pages: a TIFF is read frame by frame.
            self._file = os.fdopen(handle, "rb")
            self._image = Image.open(self._file, formats=[_FORMATS[media_type]])
            # Only a TIFF has pages: further frames of a JPEG (MPO) are thumbnails and gain maps.
            many = media_type == "image/tiff"
            self.total_pages = int(getattr(self._image, "n_frames", 1)) if many else 1
        except MemoryError:
            raise
        except Exception as exc:  # decoders raise whatever they like on broken input
            raise _damaged(exc) from exc
        self.notes: tuple[str, ...] = ()

    def page(self, number: int, dpi: float) -> RawPage:
        """Frame ``number`` as a viewer shows it, at its own resolution but not above ``dpi``.

        Raises:
            PageFailure: the frame is too large or cannot be decoded.
        """
        image = self._image
        try:
            if number > 1 or self.total_pages > 1:
                image.seek(number - 1)
            dpi_x, dpi_y = _declared_dpi(image)
            full = image.size
            self._make_decodable(image, number)
            sideways = int(image.getexif().get(_ORIENTATION_TAG, 1)) >= 5
            image.load()
            shown = ImageOps.exif_transpose(image) or image
        except (MemoryError, PageFailure):
            raise
        except Exception as exc:
            raise _damaged(exc) from exc
        if (shown.width < shown.height) != (full[0] < full[1]):
            full = (full[1], full[0])  # a TIFF tells its size turned already, a JPEG does not
        if sideways:
            dpi_x, dpi_y = dpi_y, dpi_x  # resolutions are those of the stored rows and columns
        size = Size(full[0] * POINTS_PER_INCH / dpi_x, full[1] * POINTS_PER_INCH / dpi_y)
        pixels, px_per_pt = self._to_square_pixels(shown, size, min(dpi, max(dpi_x, dpi_y)))
        return RawPage(size=size, image=pixels, dpi=px_per_pt * POINTS_PER_INCH, image_cover=1.0)

    def _make_decodable(self, image: Image.Image, number: int) -> None:
        """Ask a JPEG for a coarser decode where it is huge; refuse what would not fit."""
        limit = self._limits
        if image.format in ("JPEG", "MPO") and math.prod(image.size) > limit.max_pixels:
            shrink = math.sqrt(limit.max_pixels / math.prod(image.size))
            # draft() picks a scale of 1/2, 1/4, 1/8 that is not below the size asked for.
            image.draft("RGB", (int(image.width * shrink) or 1, int(image.height * shrink) or 1))
        needed = math.prod(image.size) * _MODE_BYTES.get(image.mode, 4)
        if needed > limit.max_decoded_bytes:
            raise PageFailure(
                "too_large",
                f"第 {number} 页图像有 {image.width}×{image.height} 像素，超出可处理的大小，未读取；"
                "请以 200～300 dpi 重新扫描",
            )

    def _to_square_pixels(
        self, image: Image.Image, size: Size, dpi: float
    ) -> tuple[NDArray[np.uint8], float]:
        """BGR pixels with one resolution both ways (faxes have 204×98), and pixels per point."""
        px_per_pt = min(
            dpi / POINTS_PER_INCH,
            math.sqrt(self._limits.max_pixels / (size.width_pt * size.height_pt)),
        )
        width = max(1, round(size.width_pt * px_per_pt))
        height = max(1, round(size.height_pt * px_per_pt))
        if abs(width - image.width) > 1 or abs(height - image.height) > 1:
            plain = _eight_bit(image)
            image = plain.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
        return _to_bgr(image), px_per_pt


def _declared_dpi(image: Image.Image) -> tuple[float, float]:
    declared = image.info.get("dpi")
    try:
        x, y = (float(v) for v in declared)  # type: ignore[union-attr]  # None fails below
    except (TypeError, ValueError, ZeroDivisionError):
        return _DEFAULT_DPI, _DEFAULT_DPI
    low, high = _PLAUSIBLE_DPI
    if not (low <= x <= high and low <= y <= high):
        return _DEFAULT_DPI, _DEFAULT_DPI
    return x, y


def _eight_bit(image: Image.Image) -> Image.Image:
    """The image in a mode that can be resized smoothly: L or RGB, alpha over white paper."""
    mode = image.mode
    if mode.startswith("I;16") or mode in ("I", "F"):
        values = np.asarray(image).astype(np.float32)
        top = 65535.0 if mode.startswith("I;16") else max(1.0, float(np.nanmax(values)))
        scaled = np.clip(np.nan_to_num(values) * (255.0 / top), 0, 255).astype(np.uint8)
        return Image.fromarray(scaled)
    if mode in ("L", "RGB"):
        return image.convert("RGBA") if "transparency" in image.info else image
    if mode == "1":
        return image.convert("L")
    has_alpha = mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA") if has_alpha else image.convert("RGB")


def _to_bgr(image: Image.Image) -> NDArray[np.uint8]:
    plain = _eight_bit(image)
    if plain.mode == "RGBA":
        paper = Image.new("RGB", plain.size, "white")
        paper.paste(plain, mask=plain.getchannel("A"))
        plain = paper
    values = np.asarray(plain.convert("RGB"))
    return np.ascontiguousarray(values[:, :, ::-1])


def _damaged(exc: Exception) -> PageFailure:
    return PageFailure(
        "damaged", "图像文件已损坏或不完整，无法读取；请重新扫描或重新导出", f"{exc!r}"
    )
