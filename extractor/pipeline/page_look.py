"""What the reading of a page says about how well it could be read."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from extractor.core.geometry import Transform
from extractor.imaging.plane import Picture
from extractor.imaging.quality import TextLook, cut_lines
from extractor.ocr.engine import OcrLine

_LEAST_CHARACTERS = 20
_LEAST_SCORE = 0.7


def text_look(gray: Picture, lines: Sequence[OcrLine], to_gray: Transform) -> TextLook:
    """Height, sureness and edges of the text.

    Args:
        gray: the page before it was turned and deskewed.
        lines: as read.
        to_gray: from the pixels of ``lines`` to those of ``gray``.
    """
    if not lines:
        return TextLook()
    characters = sum(len(q.text) for q in lines)
    sureness = sum(q.score * len(q.text) for q in lines) / max(1, characters)
    quads = [
        [to_gray.point(x, y) for x, y in q.quad]
        for q in lines
        if len(q.text) > 1 and q.score >= _LEAST_SCORE
    ]
    return TextLook(
        height_px=float(median(q.height for q in lines)),
        cut_lines=cut_lines(gray, quads),
        sureness=sureness if characters >= _LEAST_CHARACTERS else 1.0,
    )
