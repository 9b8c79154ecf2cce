"""Seals by their colour and shape: where they are, and where their ink may be taken out.

What a red thing is follows from its outline: seals are rings, ovals or square frames, half empty
inside, of legal size. Headings are rows of small pieces, emblems are filled.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Box
from extractor.core.page import Seal
from extractor.imaging.plane import Picture
from extractor.imaging.rings import find_rings

# Red over the larger of green and blue, of 255: of fresh stamp ink, and of ink on a faint copy above
# the colour noise of JPEG.
_CLEAR_RED, _FAINT_RED = 30.0, 14.0
Mask = NDArray[np.bool_]

_GREY_CONFIDENCE = 0.75  # less is known of a ring without its colour

_MM = 72 / 25.4
# Official seals are 38..58 mm across (国发〔1999〕25号: 4.2 cm for enterprises and offices), personal
# ones 15..25 mm; a rotated or joined pair reaches twice that.
_SEAL_MIN_PT, _SEAL_MAX_PT = 12 * _MM, 120 * _MM
_FULL_SIZE_PT = 30 * _MM
_ONE_SEAL_PT = 50 * _MM
_EDGE_PT, _EDGE_MAX_PT = 6 * _MM, 60 * _MM


def red_ink(bgr: Picture) -> Mask:
    """Where the picture has the red of stamp ink: clearly more red than green and blue.

    The difference grows with the brightness of the red, so that thin strokes over black count and
    the warm tint of old paper does not.
    """
    if bgr.ndim == 2:
        return np.zeros(bgr.shape, dtype=np.bool_)
    blue, green, red = cv2.split(bgr)
    excess = cv2.subtract(red, cv2.max(blue, green))
    paper = int(np.median(excess[::16, ::16]))  # warm or pink paper is no ink
    # On a faint copy the strongest red is weak: what counts as ink is measured against it.
    strongest = float(np.percentile(excess[::4, ::4], 99.9)) - paper
    least = float(np.clip(0.35 * strongest, _FAINT_RED, _CLEAR_RED))
    share = _CLEAR_RED * 6 / least
    mask: Mask = (excess > least + paper) & (excess.astype(np.float32) * share > red)
    # Violet and magenta have much blue; stamp ink has about as much blue as green.
    mask &= cv2.absdiff(blue, green) < 70
    return mask


def has_colours(bgr: Picture) -> bool:
    """Whether a picture was scanned in colour; grey and one-bit scans have none at all.

    Colour scans of black print on white show colour too, at the edges of the print.
    """
    if bgr.ndim == 2:
        return False
    part = bgr[::4, ::4].astype(np.int16)
    spread = part.max(axis=2) - part.min(axis=2)
    return bool((spread > 10).mean() > 0.0005)


def find_seals(red: Mask, px_per_pt: float) -> tuple[tuple[Seal, ...], Mask]:
    """The seals (boxes in points: pixels / ``px_per_pt``), and the places whose red is stamp ink.

    The places also hold many stamps set over each other, which no one can tell apart.
    """
    places: Mask = np.zeros(red.shape, dtype=np.bool_)
    if int(red.sum()) < (_SEAL_MIN_PT * px_per_pt) ** 2 * 0.04:
        return (), places
    # At about 50 dpi a closing joins the ring, its text and the star into one blob.
    shrink = min(1.0, (50 / 72) / px_per_pt)
    small = cv2.resize(
        red.astype(np.uint8) * 255, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA
    )
    ink = (small > 40).astype(np.uint8)
    per_pt = px_per_pt * shrink
    reach = max(3, round(2.5 * _MM * per_pt)) | 1
    joined = cv2.morphologyEx(
        ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    seals: list[Seal] = []
    heaps: list[Box] = []
    for no in range(1, count):
        x, y, w, h = (int(v) for v in stats[no][:4])
        part = (labels[y : y + h, x : x + w] == no).astype(np.uint8)
        seal = _as_seal(part, ink[y : y + h, x : x + w] * part, x, y, per_pt, small.shape[1])
        if seal is not None:
            seals.append(seal)
        elif min(w, h) / per_pt >= _FULL_SIZE_PT and max(w, h) / per_pt > _SEAL_MAX_PT:
            heaps.append(Box(x / per_pt, y / per_pt, (x + w) / per_pt, (y + h) / per_pt))
    seals = _without_headings(seals)
    for box in [*(s.box for s in seals), *heaps]:
        wide = box.expanded(1.5 * _MM)
        x0, y0, x1, y1 = (max(0, round(v * px_per_pt)) for v in wide.as_tuple())
        places[y0:y1, x0:x1] = True
    # The star and the lower text of a seal may stay apart from its ring: they are part of it.
    whole = [
        s for s in seals if not any(s is not o and s.box.share_inside(o.box) > 0.8 for o in seals)
    ]
    return _apart(_in_order(whole), red, px_per_pt), places


def _apart(seals: tuple[Seal, ...], red: Mask, px_per_pt: float) -> tuple[Seal, ...]:
    """``seals`` made whole by their rings: impressions over each other told apart, pieces joined."""
    suspects = [
        s for s in seals if s.shape == "other" or max(s.box.width, s.box.height) > _ONE_SEAL_PT
    ]
    if not suspects:
        return seals
    ink = np.where(red, np.uint8(0), np.uint8(255))
    page = Box(0, 0, red.shape[1] / px_per_pt, red.shape[0] / px_per_pt)
    # The ring of a seal that the page's edge cuts says nothing about where its ink is.
    rings = [r for r in find_rings(ink, px_per_pt, True) if r.share_inside(page) > 0.95]
    told: list[Seal] = []
    for seal in seals:
        inside = [r for r in rings if r.share_inside(seal.box.expanded(6)) > 0.85]
        around = [r for r in rings if seal.box.share_inside(r.expanded(4)) > 0.9]
        if seal in suspects and len(inside) >= 2:
            told += [Seal(ring, seal.confidence, "round") for ring in inside]
        elif len(around) == 1 and around[0].share_inside(seal.box) < 0.8:
            # Faint ink: only a part of the impression hung together.
            told.append(Seal(around[0], max(seal.confidence, _GREY_CONFIDENCE), "round"))
        else:
            told.append(seal)
    single = [s for i, s in enumerate(told) if all(s.box.iou(o.box) < 0.8 for o in told[:i])]
    return _in_order(single)


def with_grey_rings(
    seals: tuple[Seal, ...], gray: Picture, px_per_pt: float, coloured: bool = True
) -> tuple[Seal, ...]:
    """``seals`` and the rings where no red was found: grey copies and very faint ink.

    ``coloured``: whether the page has colours; without them rings are searched for everywhere.
    """
    grey = [
        Seal(ring, _GREY_CONFIDENCE, "round")
        for ring in find_rings(gray, px_per_pt, thorough=not coloured)
        if all(ring.share_inside(s.box.expanded(6)) < 0.6 for s in seals)
    ]
    return _in_order([*seals, *grey])


def _in_order(seals: list[Seal]) -> tuple[Seal, ...]:
    return tuple(sorted(seals, key=lambda s: (s.box.y0, s.box.x0)))


def _as_seal(
    part: NDArray[np.uint8], ink: NDArray[np.uint8], x: int, y: int, per_pt: float, page_width: int
) -> Seal | None:
    height, width = part.shape
    w_pt, h_pt = width / per_pt, height / per_pt
    small, large = min(w_pt, h_pt), max(w_pt, h_pt)
    if not _SEAL_MIN_PT <= large <= _SEAL_MAX_PT:
        return None
    # A narrow piece is a seal only at the page's edge: half of one across two sheets (骑缝章).
    at_edge = min(x, page_width - x - width) / per_pt < _EDGE_PT and height > width
    if small < (0.15 if at_edge and large <= _EDGE_MAX_PT else 0.4) * large:
        return None
    if small < _SEAL_MIN_PT and not (at_edge and large >= _FULL_SIZE_PT):
        return None
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.vstack(contours))
    if _ink_within(ink, hull) < 0.03:
        return None  # a circle drawn around something: nothing is written along its inside
    sides = cv2.minAreaRect(hull)[1]
    filled = float(cv2.contourArea(hull)) / max(1.0, sides[0] * sides[1])
    density = float(ink.sum()) / max(1.0, float(cv2.contourArea(hull)))
    # A ring with text covers a tenth to a half of its disc (more where ink smears); a national
    # emblem, a logo or a coloured background covers nearly all of it.
    if density < 0.06 or density > 0.8:
        return None
    aspect = max(sides) / max(1.0, min(sides))
    shape, fit = _shape(filled, aspect)
    size = min(1.0, large / _FULL_SIZE_PT)
    confidence = round(
        min(0.97, 0.45 + 0.3 * fit + 0.25 * size - 0.3 * max(0.0, density - 0.55)), 3
    )
    box = Box(x / per_pt, y / per_pt, (x + width) / per_pt, (y + height) / per_pt)
    return Seal(box, max(0.1, confidence), shape)


def _ink_within(ink: NDArray[np.uint8], hull: NDArray[Any]) -> float:
    """The share of red inside the outline shrunk to four fifths, where a seal has its text."""
    middle = hull.reshape(-1, 2).mean(axis=0)
    inner: NDArray[Any] = ((hull.reshape(-1, 2) - middle) * 0.8 + middle).astype(np.int32)
    disc = np.zeros_like(ink)
    cv2.fillConvexPoly(disc, inner, (1,))
    return float((ink * disc).sum()) / max(1.0, float(disc.sum()))


def _without_headings(seals: list[Seal]) -> list[Seal]:
    """Drops rows of three or more small ones: the characters of a red heading."""

    def in_row(one: Seal) -> int:
        return sum(
            1
            for other in seals
            if other.box.overlap_y(one.box) > 0.6 * max(one.box.height, other.box.height)
        )

    return [s for s in seals if max(s.box.width, s.box.height) > _FULL_SIZE_PT or in_row(s) < 3]


def _shape(filled: float, aspect: float) -> tuple[str, float]:
    """Shape word and how well it fits, 0..1. A full ellipse fills π/4 of the
    tightest rectangle around it."""
    round_fit = max(0.0, 1.0 - abs(filled - 0.785) / 0.12)
    if aspect <= 1.18 and round_fit > 0.2:
        return "round", round_fit
    if aspect <= 1.8 and round_fit > 0.2:
        return "oval", round_fit * 0.9
    if filled > 0.88 and aspect <= 2.2:
        return "rect", 0.7
    return "other", 0.2
