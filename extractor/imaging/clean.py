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

from extractor.core.page import Seal
from extractor.imaging.plane import Picture, gray_of
from extractor.imaging.seals import Mask, find_seals, has_colours, red_ink, with_grey_rings


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page ready for OCR and table search.

    Attributes:
        gray: one channel, same size as the input.
        seals: boxes in points of the same picture (pixels / px_per_pt).
        seal_ink: 0 where stamp ink was taken out, else 255; ``None`` where none was.
        contrast: how dark ink was before any stretch, 0..255 below the paper; 0 for a blank page.
        stretched: whether faint print was stretched or shadows were flattened.
    """

    gray: Picture
    seals: tuple[Seal, ...]
    seal_ink: Picture | None
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
    seals, places = find_seals(red, px_per_pt)
    seals = with_grey_rings(seals, gray, px_per_pt, has_colours(bgr))
    seal_ink: Picture | None = None
    if places.any():
        gray = _without_red(gray, bgr, red, places)
        seal_ink = np.where(red & places, np.uint8(0), np.uint8(255))
    contrast = ink_contrast(gray, px_per_pt)
    cleaned, stretched = _evened(gray, contrast, px_per_pt)
    return CleanPage(cleaned, seals, seal_ink, contrast, stretched)


def _without_red(gray: Picture, bgr: Picture, red: Mask, places: Mask) -> Picture:
    """``gray``, in ``places`` as if the red ink were not there.

    Red ink darkens the red channel a little too, in proportion to how red it makes the pixel; black
    print darkens all channels alike. So the ink's share can be given back exactly, whatever print
    lies beneath: red channel + k · (red − the larger of green and blue). ``k`` is measured on the
    page's own stamp ink.
    """
    paper = float(np.percentile(bgr[::8, ::8, 2], 75))
    channel = bgr[..., 2].astype(np.float32)
    excess = cv2.subtract(bgr[..., 2], cv2.max(bgr[..., 0], bgr[..., 1])).astype(np.float32)
    pure = red & places & (excess > 40)
    k = 0.0
    if pure.any():
        # Above the middle the ink covers print, which darkens it further.
        k = float(np.percentile((paper - channel[pure]) / excess[pure], 40))
    lifted = np.clip(channel + min(max(k, 0.0), 1.5) * excess, 0, 255).astype(np.uint8)
    out = gray.copy()
    out[places] = lifted[places]
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
