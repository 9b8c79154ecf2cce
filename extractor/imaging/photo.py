"""Pages as a phone or an open lid shows them, made flat: perspective, the desk around, black borders.

A flat scan comes back as the same picture with the identity. Everything else comes back with the
transform that leads from the old pixels to the new, so that boxes lead home.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Transform
from extractor.imaging.plane import Picture, gray_of, projected
from extractor.imaging.sheet import Corners, find_sheet, side_lengths
from extractor.imaging.vanishing import corners_by_rulings

_A_SHAPE = 2.0**0.5
_SNAP = 0.1
_MOST_PX = 4200
_GROWN = 1.35
_BLACK = 95.0


@dataclass(frozen=True, slots=True)
class FlatPage:
    """The page made flat.

    Attributes:
        image: the sheet alone where its edges were seen, else the whole picture.
        from_raw: from pixels of the picture to pixels of ``image``.
        photo: whether perspective was taken out.
        sheet: whether ``image`` is one whole sheet of paper, its size unknown.
    """

    image: Picture
    from_raw: Transform
    photo: bool = False
    sheet: bool = False


def flat_page(bgr: Picture) -> FlatPage:
    """``bgr`` without perspective, desk and black borders; unchanged where it has none of them."""
    sheet = find_sheet(bgr)
    if sheet is not None and not sheet.flat:
        image, move = _cut_out(bgr, sheet.corners)
        return FlatPage(image, move, photo=True, sheet=True)
    if sheet is not None:
        bgr = _painted_outside(bgr, sheet.corners)
    bgr = without_black_borders(bgr)
    corners = None if sheet is not None else corners_by_rulings(bgr)
    if corners is None:
        return FlatPage(bgr, Transform.identity())
    straightened = _straightened(bgr, corners)
    if straightened is None:
        return FlatPage(bgr, Transform.identity())
    return FlatPage(*straightened, photo=True)


def without_black_borders(bgr: Picture) -> Picture:
    """Black strips along the picture's edges (an open lid, a smaller original) as white paper.

    Only what is dark through and through, touches the edge and runs along a good part of it.
    """
    gray = gray_of(bgr)
    height, width = gray.shape
    rim = max(2, round(0.004 * max(height, width)))
    edges = (gray[:rim], gray[-rim:], gray[:, :rim], gray[:, -rim:])
    if all(float((edge < _BLACK).mean()) < 0.3 for edge in edges):
        return bgr
    factor = min(1.0, 800 / max(height, width))
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    dark = (small < _BLACK).astype(np.uint8)
    # Thicker than a ruling that happens to lie at the edge of a close-cut picture; nothing lies beyond
    # the edge that could make it thicker.
    least = max(6, round(0.011 * max(small.shape)))
    brush = np.ones((least, least), np.uint8)
    dark = cv2.morphologyEx(
        dark, cv2.MORPH_OPEN, brush, borderType=cv2.BORDER_CONSTANT, borderValue=(0.0,)
    ).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    fill = np.zeros_like(dark)
    for no in range(1, count):
        part = labels == no
        along = max(part[0].mean(), part[-1].mean(), part[:, 0].mean(), part[:, -1].mean())
        if along >= 0.3 and stats[no][cv2.CC_STAT_AREA] < 0.45 * part.size:
            fill |= part.astype(np.uint8)
    if not fill.any():
        return bgr
    grown = cv2.dilate(fill, np.ones((5, 5), np.uint8))
    mask = cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    out = bgr.copy()
    out[mask] = 255
    return out


def _painted_outside(bgr: Picture, corners: Corners) -> Picture:
    """White around the sheet. Only where it is darkness that surrounds it: nothing is lost there."""
    height, width = bgr.shape[:2]
    inside = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(inside, np.rint(corners).astype(np.int32), (1,))
    inside = cv2.erode(inside, np.ones((5, 5), np.uint8)).astype(np.uint8)
    outside = inside == 0
    if float(np.percentile(gray_of(bgr)[outside], 75)) > 165:
        return bgr
    out = bgr.copy()
    out[outside] = 255
    return out


def _cut_out(bgr: Picture, corners: Corners) -> tuple[Picture, Transform]:
    """The sheet as a rectangle at about its own resolution, of A shape where it is nearly that."""
    width, height = side_lengths(corners)
    long, short = max(width, height), min(width, height)
    if abs(long / short / _A_SHAPE - 1) <= _SNAP:
        short = long / _A_SHAPE
    shrink = min(1.0, _MOST_PX / long)
    across, down = (long, short) if width > height else (short, long)
    across, down = round(across * shrink), round(down * shrink)
    move = _onto(corners, across, down)
    # The sheet's own edge is a dark line a pixel or two wide: a frame round the page to whoever
    # looks for rulings. The paper beside it takes its place, as bright as it is there.
    rim = max(2, round(0.003 * long))
    image = projected(bgr, move, across, down)[rim:-rim, rim:-rim]
    image = np.asarray(
        cv2.copyMakeBorder(image, rim, rim, rim, rim, cv2.BORDER_REPLICATE), dtype=np.uint8
    )
    return image, move


def _straightened(bgr: Picture, corners: NDArray[np.float64]) -> tuple[Picture, Transform] | None:
    """The whole picture so that ``corners`` become a rectangle; ``None`` where it would burst."""
    width, height = (round(v) for v in side_lengths(corners))
    move = _onto(corners, width, height)
    rows, columns = bgr.shape[:2]
    ends = [move.point(x, y) for x, y in ((0, 0), (columns, 0), (columns, rows), (0, rows))]
    depths = [move.m[6] * x + move.m[7] * y + 1 for x in (0, columns) for y in (0, rows)]
    left, top = min(e[0] for e in ends), min(e[1] for e in ends)
    across, down = max(e[0] for e in ends) - left, max(e[1] for e in ends) - top
    if min(depths) < 0.5 or across > _GROWN * columns or down > _GROWN * rows:
        return None
    move = move.then(Transform.affine(1, 0, -left, 0, 1, -top))
    return projected(bgr, move, round(across), round(down)), move


def _onto(corners: NDArray[np.float64], width: int, height: int) -> Transform:
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    m = cv2.getPerspectiveTransform(corners.astype(np.float32), target).astype(float).ravel()
    return Transform(tuple(float(v) for v in m))  # type: ignore[arg-type]  # always nine values
