"""How well a page can be read, before anyone read it: 0..1 and the reasons in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extractor.core.page import PageQuality
from extractor.imaging.plane import Picture

_FAINT_CONTRAST = 110.0
_VERY_FAINT_CONTRAST = 55.0
_LOW_DPI = 130.0
_VERY_LOW_DPI = 90.0
_CUT_LINES = 2
_DARK_PAPER = 120.0
_UNSURE = 0.80
_BLURRED = 0.30  # at 200 dpi a Gaussian blur of 1.8 px: thin strokes begin to merge


@dataclass(frozen=True, slots=True)
class TextLook:
    """What reading showed of the text: median height of its lines (pixels, 0 where none was), how
    many lines the picture's edge cuts, mean confidence 0..1 (1 where there is little text)."""

    height_px: float = 0.0
    cut_lines: int = 0
    sureness: float = 1.0


def page_quality(gray: Picture, contrast: float, dpi: float, text: TextLook) -> PageQuality:
    """Score and reasons.

    Args:
        gray: the page as it came, one channel.
        contrast: from ``clean.ink_contrast``.
        dpi: pixels an inch of real paper.
        text: what reading it showed.

    Reasons: ``blank``, ``faint``, ``low_resolution``, ``small_text``, ``blurred``, ``dark``,
    ``cut_off``, ``low_confidence``. Each takes its part of the score; ``blank`` alone leaves it at 1,
    since nothing was lost.
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
    if 0 < text.height_px < 14:
        reasons.append("small_text")
        score *= 0.7
    if edge_sharpness(gray, contrast) < _BLURRED:
        reasons.append("blurred")
        score *= 0.75
    if float(np.percentile(gray[::8, ::8], 75)) < _DARK_PAPER:
        reasons.append("dark")
        score *= 0.8
    if text.cut_lines >= _CUT_LINES:
        reasons.append("cut_off")
        score *= 0.7
    if text.sureness < _UNSURE:
        reasons.append("low_confidence")
        score *= 0.7
    return PageQuality(round(score, 3), tuple(reasons))


def cut_lines(gray: Picture, quads: Iterable[Sequence[tuple[float, float]]]) -> int:
    """How many lines of text the edge of the picture cuts: their ink reaches its last pixels.

    Args:
        gray: the page as it came.
        quads: corners of the lines in pixels of ``gray``.
    """
    height, width = gray.shape
    count = 0
    for quad in quads:
        xs, ys = [p[0] for p in quad], [p[1] for p in quad]
        x0, x1 = max(0, round(min(xs))), min(width, round(max(xs)))
        y0, y1 = max(0, round(min(ys))), min(height, round(max(ys)))
        if x1 - x0 < 4 or y1 - y0 < 4:
            continue
        ends = []
        if x0 <= 1:
            ends.append(gray[y0:y1, :2])
        if x1 >= width - 1:
            ends.append(gray[y0:y1, -2:])
        if y0 <= 1:
            ends.append(gray[:2, x0:x1])
        if y1 >= height - 1:
            ends.append(gray[-2:, x0:x1])
        part = gray[y0:y1, x0:x1]
        paper, ink = float(np.percentile(part, 80)), float(np.percentile(part, 3))
        dark = (paper + ink) / 2
        # Dark all along is the shadow of an edge, not a stroke that goes on beyond it.
        count += any(paper - ink > 40 and 0.03 < float((e < dark).mean()) < 0.7 for e in ends)
    return count


def edge_sharpness(gray: Picture, contrast: float) -> float:
    """How steep the edges of print are: the step between neighbouring pixels over the full depth
    of the ink, at the steep end. 0.5 and more for a sharp scan, 0.25 for a blurred one."""
    step = cv2.absdiff(gray[:, 1:], gray[:, :-1])
    edges = step[step > 12]
    if edges.size < 500 or contrast <= 0:
        return 1.0
    return float(np.percentile(edges, 90)) / max(contrast, 1.0)
