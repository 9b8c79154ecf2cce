"""Barcodes and QR codes: whether a page carries one, and where. What it says is not read here."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from extractor.core.geometry import Box, Transform
from extractor.core.page import Mark
from extractor.imaging.plane import Picture

#: Codes are made to be found by cameras: half the reading resolution is enough and four times faster.
_SHRINK = 0.5
#: Confidence of a found code: both detectors look for the code's own finder pattern.
_CONFIDENCE = 0.95


def find_codes(gray: Picture, to_points: Transform) -> tuple[Mark, ...]:
    """Marks of kind ``barcode`` (one-dimensional codes and QR codes alike).

    Args:
        gray: the upright page, uint8.
        to_points: from pixels of ``gray`` to upright points.
    """
    small = cv2.resize(gray, None, fx=_SHRINK, fy=_SHRINK, interpolation=cv2.INTER_AREA)
    found: list[Mark] = []
    for detector in (cv2.QRCodeDetector(), cv2.barcode.BarcodeDetector()):
        for picture, scale in ((small, 1 / _SHRINK), (gray, 1.0)):
            corners = _corners(detector, picture)
            if corners is not None:
                marks = [_mark(c * scale, to_points) for c in np.reshape(corners, (-1, 4, 2))]
                found += [m for m in marks if _is_plausible(m.box)]
                break
    return tuple(found)


def _corners(
    detector: cv2.QRCodeDetector | cv2.barcode.BarcodeDetector, picture: MatLike
) -> NDArray[np.floating[Any]] | None:
    """What the detector found; ``None`` for nothing.

    OpenCV 4.10 raises on some pages where a candidate shrinks to no points (an assertion of its
    convexHull): such a page has no code that could be read.
    """
    try:
        ok, corners = detector.detect(picture)
    except cv2.error:
        return None
    return np.asarray(corners, dtype=np.float64) if ok and corners is not None else None


def _is_plausible(box: Box) -> bool:
    """A square of 8 to 60 mm, or a strip up to 25 mm high; ruled paper can look like a huge code."""
    longest, shortest = max(box.width, box.height), min(box.width, box.height)
    square = shortest > 0.85 * longest and 22 <= longest <= 170
    return square or (shortest <= 70 and longest >= 1.8 * shortest)


def _mark(corners: NDArray[np.floating[Any]], to_points: Transform) -> Mark:
    xs, ys = corners[:, 0], corners[:, 1]
    box = to_points.box(Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())))
    return Mark("barcode", box.rounded(), _CONFIDENCE)
