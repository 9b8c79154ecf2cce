"""How well a page can be read, before anyone read it: 0..1 and the reasons in words."""

from __future__ import annotations

import cv2
import numpy as np

from extractor.core.page import PageQuality
from extractor.imaging.plane import Picture

_FAINT_CONTRAST = 110.0
_VERY_FAINT_CONTRAST = 55.0
_LOW_DPI = 130.0
_VERY_LOW_DPI = 90.0
_BLURRED = 0.30  # at 200 dpi a Gaussian blur of 1.8 px: thin strokes begin to merge


def page_quality(gray: Picture, contrast: float, dpi: float, text_height_px: float) -> PageQuality:
    """Score and reasons.

    Args:
        gray: the page as it came, one channel.
        contrast: from ``clean.ink_contrast``.
        dpi: pixels an inch of real paper.
        text_height_px: median height of the text lines found, 0 where none was.

    Reasons: ``blank``, ``faint``, ``low_resolution``, ``small_text``, ``blurred``. Each takes its
    part of the score; ``blank`` alone leaves it at 1, since nothing was lost.
    """
    if contrast == 0.0:
        return PageQuality(1.0, ("blank",))
    score, reasons = 1.0, []
    if contrast < _FAINT_CONTRAST:
        reasons.append("faint")
        score *= 0.6 if contrast < _VERY_FAINT_CONTRAST else 0.85
    if dpi < _LOW_DPI:
        reasons.append("low_resolution")
        score *= 0.6 if dpi < _VERY_LOW_DPI else 0.85
    if 0 < text_height_px < 14:
        reasons.append("small_text")
        score *= 0.7
    if edge_sharpness(gray, contrast) < _BLURRED:
        reasons.append("blurred")
        score *= 0.75
    return PageQuality(round(score, 3), tuple(reasons))


def edge_sharpness(gray: Picture, contrast: float) -> float:
    """How steep the edges of print are: the step between neighbouring pixels over the full depth
    of the ink, at the steep end. 0.5 and more for a sharp scan, 0.25 for a blurred one."""
    step = cv2.absdiff(gray[:, 1:], gray[:, :-1])
    edges = step[step > 12]
    if edges.size < 500 or contrast <= 0:
        return 1.0
    return float(np.percentile(edges, 90)) / max(contrast, 1.0)
