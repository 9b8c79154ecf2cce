"""Page pictures small enough to travel inside one HTML file, personal data blanked."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, runtime_checkable

from PIL import Image, ImageDraw

from extractor.core.worksheet import BoxTuple, PageInfo
from extractor.worksheet.crops import PageImages

# Width in pixels by number of pages: the whole file stays under some 40 MB (base64 adds a third),
# and a page of 827 px (100 dpi of A4) still reads at arm's length.
_WIDTHS = ((80, 1200), (160, 1000), (100_000, 827))
_QUALITY = 50
_NEAR = 1.1  # a page half decoded is often a pixel wider: scaling by that only blurs and takes time
_THREADS = 2  # decoding and encoding run outside the interpreter's lock
_BLANK = (190, 190, 190)


@runtime_checkable
class ReducedImages(Protocol):
    """Page pictures that can be decoded at a fraction of their size, which is three times as fast."""

    def reduced(self, page_no: int, width: int) -> Image.Image | None:
        """The page at least ``width`` pixels wide where it has them; ``None`` for no picture."""


def picture_width(pages: int) -> int:
    """How wide each picture is (pixels) in a packet of that many pages."""
    return next(width for most, width in _WIDTHS if pages <= most)


def blanked(image: Image.Image, page: PageInfo, hidden: Sequence[BoxTuple]) -> Image.Image:
    """``image`` with the boxes (viewer points) painted over; the same image where there are none."""
    if not hidden or page.width_pt <= 0 or page.height_pt <= 0:
        return image
    painted = image.copy()
    draw = ImageDraw.Draw(painted)
    across, down = image.width / page.width_pt, image.height / page.height_pt
    for x0, y0, x1, y1 in hidden:
        corners = ((x0 - 1) * across, (y0 - 1) * down, (x1 + 1) * across, (y1 + 1) * down)
        draw.rectangle(corners, fill=_BLANK)
    return painted


def page_picture(
    images: PageImages, page: PageInfo, width: int, hidden: Sequence[BoxTuple]
) -> str | None:
    """The page as a ``data:`` URI; ``None`` where there is no picture or it cannot be opened."""
    try:
        if isinstance(images, ReducedImages):
            image = images.reduced(page.no, width)
        else:
            image = images.get(page.no)
    except OSError:
        return None
    if image is None:
        return None
    if image.width > width * _NEAR:
        size = (width, max(1, round(image.height * width / image.width)))
        image = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    stream = io.BytesIO()
    blanked(image.convert("RGB"), page, hidden).save(stream, "JPEG", quality=_QUALITY)
    return data_uri(stream.getvalue())


def page_pictures(
    images: PageImages,
    pages: Sequence[PageInfo],
    width: int,
    hidden: Mapping[int, Sequence[BoxTuple]],
) -> list[str | None]:
    """``page_picture`` of each page, in their order; two at a time."""
    with ThreadPoolExecutor(_THREADS) as threads:
        return list(
            threads.map(lambda p: page_picture(images, p, width, hidden.get(p.no, ())), pages)
        )


def data_uri(jpeg: bytes) -> str:
    """An encoded picture as a ``data:`` URI."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
