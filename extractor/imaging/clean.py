"""Seals found and taken out, faint print stretched, shadows flattened; other pages left alone.

Stamp ink is red, and in the red channel red ink is as bright as paper while dark ink beneath it
stays dark. Only the seals' own places are treated so: red headings (红头文件) must stay readable.
Measured in the design's trials: stamped pages 1.11 % -> 0.24 % character errors through the red
channel, faint pages 0.92 % -> 0.57 % through the stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Box
from extractor.core.page import Seal
from extractor.imaging.plane import Picture, gray_of

Mask = NDArray[np.bool_]

_MM = 72 / 25.4
# Official seals are 38..58 mm across (国发〔1999〕25号: 4.2 cm for enterprises and offices), personal
# ones 15..25 mm; a rotated or joined pair reaches twice that.
_SEAL_MIN_PT, _SEAL_MAX_PT = 12 * _MM, 120 * _MM
_FULL_SIZE_PT = 30 * _MM
_EDGE_PT, _EDGE_MAX_PT = 6 * _MM, 60 * _MM


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page ready for OCR and table search.

    Attributes:
        gray: one channel, same size as the input.
        seals: boxes in points of the same picture (pixels / px_per_pt).
        red: where stamp ink was taken out.
        contrast: how dark ink was before any stretch, 0..255 below the paper; 0 for a blank page.
        stretched: whether faint print was stretched or shadows were flattened.
    """

    gray: Picture
    seals: tuple[Seal, ...]
    red: Mask
    contrast: float
    stretched: bool


def clean_page(bgr: Picture, px_per_pt: float) -> CleanPage:
    """The page without stamp ink, with print of normal strength.

    Args:
        bgr: the page, any orientation.
        px_per_pt: pixels per point of real paper.
    """
    gray = gray_of(bgr)
    red = red_ink(bgr)
    seals, places = _find_seals(red, px_per_pt)
    if seals:
        gray = _without_red(gray, bgr, red, places)
    contrast = ink_contrast(gray, px_per_pt)
    cleaned, stretched = _evened(gray, contrast, px_per_pt)
    return CleanPage(cleaned, seals, red & places, contrast, stretched)


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
    mask: Mask = (excess > 30 + paper) & (excess.astype(np.uint16) * 6 > red)
    # Violet and magenta have much blue; stamp ink has about as much blue as green.
    mask &= cv2.absdiff(blue, green) < 70
    return mask


def _find_seals(red: Mask, px_per_pt: float) -> tuple[tuple[Seal, ...], Mask]:
    places: Mask = np.zeros(red.shape, dtype=np.bool_)
    least = (_SEAL_MIN_PT * px_per_pt) ** 2 * 0.04
    if int(red.sum()) < least:
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
    for no in range(1, count):
        x, y, w, h = (int(v) for v in stats[no][:4])
        part = (labels[y : y + h, x : x + w] == no).astype(np.uint8)
        seal = _as_seal(part, ink[y : y + h, x : x + w] * part, x, y, per_pt, small.shape[1])
        if seal is None:
            continue
        seals.append(seal)
        grow = 1.5 * _MM * px_per_pt
        x0, y0 = max(0, int(x / shrink - grow)), max(0, int(y / shrink - grow))
        places[y0 : int((y + h) / shrink + grow), x0 : int((x + w) / shrink + grow)] = True
    seals = _without_headings(seals)
    # The star and the lower text of a seal may stay apart from its ring: they are part of it.
    whole = [
        s for s in seals if not any(s is not o and s.box.share_inside(o.box) > 0.8 for o in seals)
    ]
    return tuple(sorted(whole, key=lambda s: (s.box.y0, s.box.x0))), places


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


def _without_red(gray: Picture, bgr: Picture, red: Mask, places: Mask) -> Picture:
    inside = red & places
    paper = float(np.percentile(gray[::8, ::8], 75))
    channel = bgr[..., 2]
    # Red ink is a little darker than paper even in its own channel: stretch that step away, the
    # same for every pixel, so that dark strokes beneath keep their shape.
    level = float(np.percentile(channel[inside], 35)) if inside.any() else paper
    level = min(max(level, 0.55 * paper), paper)
    lifted = np.clip(channel.astype(np.float32) * (paper / level), 0, 255)
    # What is left of the ink at its edges would look like faint strokes: paper as well. Strokes of
    # print under the ink are far darker than this.
    edge = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    lifted[edge & (lifted > 0.68 * paper)] = paper
    out = gray.copy()
    out[places] = lifted.astype(np.uint8)[places]
    return out


def ink_contrast(gray: Picture, px_per_pt: float) -> float:
    """How much darker than its surroundings print is: 0 (blank) .. 255.

    The black-hat filter keeps what is darker than everything within a stroke's width, whatever the
    shadow on the paper; the strong end of it is the print.
    """
    kernel = max(5, round(5.0 * px_per_pt)) | 1
    ring = cv2.getStructuringElement(cv2.MORPH_RECT, (kernel, kernel))
    depth = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, ring)
    ink = depth[depth > 18]
    if ink.size < 0.0003 * depth.size:
        return 0.0
    return float(np.percentile(ink, 85))


_NORMAL_CONTRAST = 110.0
"""Below that print counts as faint; copies of good originals have 130 and more."""


def _evened(gray: Picture, contrast: float, px_per_pt: float) -> tuple[Picture, bool]:
    if contrast == 0.0:
        return gray, False
    paper = _paper(gray, px_per_pt)
    shaded = float(np.percentile(paper, 98) - np.percentile(paper, 2)) > 45
    if contrast >= _NORMAL_CONTRAST and not shaded:
        return gray, False
    gain = max(1.0, min(4.0, 170.0 / contrast)) if contrast < _NORMAL_CONTRAST else 1.0
    size = (gray.shape[1], gray.shape[0])
    ground = cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR)
    depth: NDArray[Any] = cv2.subtract(ground, gray).astype(np.float32)
    if shaded:
        # In half the light print is half as dark: divide, then the gain is the same everywhere.
        depth = cv2.multiply(depth, 235.0 / np.maximum(ground, 40).astype(np.float32))
    return _u8_clipped(245.0 - depth * gain), True


def _u8_clipped(values: NDArray[np.floating[Any]]) -> Picture:
    return np.clip(values, 0, 255).astype(np.uint8)


def _paper(gray: Picture, px_per_pt: float) -> Picture:
    """The page without its print, small and smooth: the brightness of the paper at each place."""
    small = cv2.resize(gray, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    kernel = max(3, round(14 * px_per_pt / 8)) | 1
    ring = cv2.getStructuringElement(cv2.MORPH_RECT, (kernel, kernel))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, ring)
    smooth: Picture = np.asarray(
        cv2.GaussianBlur(closed, (0, 0), max(1.0, kernel / 2)), dtype=np.uint8
    )
    return smooth
