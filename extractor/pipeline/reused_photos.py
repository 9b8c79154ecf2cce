"""Photos that stand in two packets: found on the page pictures, compared by their look.

A page of photos is mostly paper: the photos themselves are cut out, so that the same photo is found on
pages that are laid out differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from PIL import Image

from extractor.core.worksheet import Worksheet
from extractor.imaging.likeness import differing_bits, fingerprint
from extractor.worksheet.summary.model import Seen, Shared, SharedKind

MOST_BITS = 20
"""Of 256 bits of a look: one photo scanned or printed again differs in few, other photos in a third
(``imaging.likeness``)."""
_SURE_BITS = 8
_WORK_WIDTH = 800  # px: enough for the outline of a photo
_PAPER = 232  # grey level above which a pixel is paper
_LEAST_SHARE = 0.03  # of the page: smaller pictures are seals, logos and codes
_LEAST_FILLED = 0.72  # of its box: a table or text is mostly paper
_LEAST_SPREAD = 18.0  # standard deviation of grey: a plain area has no look of its own


@dataclass(frozen=True, slots=True)
class PhotoPrint:
    """A photo's look (``imaging.likeness.fingerprint``), and on which page, how manieth, it stands."""

    page: int
    no: int
    look: str


def photo_prints(
    worksheet: Worksheet, picture_of: Callable[[int], Image.Image | None]
) -> tuple[PhotoPrint, ...]:
    """The looks of all photos on the pages whose pictures are there."""
    found = []
    for page in worksheet.pages:
        picture = picture_of(page.no)
        if picture is None:
            continue
        for no, gray in enumerate(photos_on(picture), 1):
            found.append(PhotoPrint(page.no, no, fingerprint(gray)))
    return tuple(found)


def photos_on(picture: Image.Image) -> Iterator[np.ndarray]:
    """Grey cut-outs of the photos on a page, from top to bottom."""
    scale = _WORK_WIDTH / picture.width
    size = (_WORK_WIDTH, max(1, round(picture.height * scale)))
    gray = np.asarray(picture.convert("L").resize(size, Image.Resampling.BILINEAR))
    dark = (gray < _PAPER).astype(np.uint8)
    # Opened: rules and letters fall away, what is left of a photo is nearly all of it.
    solid = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    boxes = sorted((int(s[1]), int(s[0]), int(s[2]), int(s[3]), int(s[4])) for s in stats[1:count])
    for y, x, width, height, area in boxes:
        if width * height < _LEAST_SHARE * gray.size or area < _LEAST_FILLED * width * height:
            continue
        cut = gray[y : y + height, x : x + width]
        if float(cut.std()) >= _LEAST_SPREAD:
            yield cut


def reused_photos(photos: Mapping[int, Sequence[PhotoPrint]]) -> Iterator[Shared]:
    """Photos of one look in two packets; the pages say where to look."""
    for (one, left), (other, right) in combinations(sorted(photos.items()), 2):
        for a in left:
            for b in right:
                bits = differing_bits(a.look, b.look)
                if bits <= MOST_BITS:
                    seen = tuple(
                        Seen(packet, f"第{p.page}页第{p.no}张照片", p.page)
                        for packet, p in ((one, a), (other, b))
                    )
                    why = f"画面指纹 256 位中有 {bits} 位不同"
                    yield Shared(SharedKind.PHOTO, seen, why, sure=bits <= _SURE_BITS)
