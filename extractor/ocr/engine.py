"""What an OCR engine must do, and nothing about how.

An engine reads one image and gives lines in that image's pixels. It neither turns nor cleans the
image: that is ``extractor.imaging``. Engines are registered by name in ``pipeline``; our own default
(``ocr/paddle.py``) goes through the same protocol as a stranger's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Rows × columns × 3, blue-green-red, 0..255."""

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Corners in pixels: top left, top right, bottom right, bottom left, as the text reads."""


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One line of text as read.

    Attributes:
        text: as read; may hold spaces, never empty.
        quad: around the line, pixels.
        score: 0..1, mean over the characters.
        char_x: ``len(text) + 1`` ascending x positions (pixels) between characters, the first and
            last at the line's ends; empty where the line runs vertically or nobody knows.
        char_score: ``len(text)`` values 0..1; empty where the engine gives none.
    """

    text: str
    quad: Quad
    score: float
    char_x: tuple[float, ...] = ()
    char_score: tuple[float, ...] = ()

    @property
    def width(self) -> float:
        """Length of the upper edge, pixels: along the text where ``is_upright``."""
        (ax, ay), (bx, by) = self.quad[0], self.quad[1]
        return float(np.hypot(bx - ax, by - ay))

    @property
    def height(self) -> float:
        """Length of the left edge, pixels."""
        (ax, ay), (dx, dy) = self.quad[0], self.quad[3]
        return float(np.hypot(dx - ax, dy - ay))


class OcrEngine(Protocol):
    """Reads text in images.

    ``name`` and ``version`` go into the worksheet and into cache keys: equal values promise equal
    results for equal images.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        """All lines of the image, reading order.

        Raises:
            ModelError: the engine's models are missing or altered.
            EngineError: the engine failed in a way that is not this image's fault.
        """
        ...
