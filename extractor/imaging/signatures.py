"""Ink behind 签字, 签名, 签章: whether somebody signed there. Presence only, never who."""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np

from extractor.core.geometry import Box
from extractor.core.page import Line, Mark
from extractor.imaging.ink import Scale, ink_of
from extractor.imaging.plane import Picture

_LABEL = re.compile(r"(签字|签名|签章)[^\u4e00-\u9fa5]{0,3}$|(签字|签名|签章)[）)]?\s*[:：]")
#: How far a signature reaches from its label, millimetres: to the right, above and below.
_RIGHT_MM, _ABOVE_MM, _BELOW_MM = 70.0, 7.0, 7.0
#: A stroke of handwriting is at least so long, and taller than the line one signs on.
_STROKE_MM, _TALL_MM = 4.0, 1.2
_CONFIDENCE = 0.85


def find_signatures(
    gray: Picture, lines: Sequence[Line], scale: Scale, seal_ink: Picture | None = None
) -> tuple[Mark, ...]:
    """Marks of kind ``handwriting`` beside such labels; printed text there does not count.

    Args:
        gray: the cleaned upright page, uint8.
        lines: all lines of the page, upright points.
        scale: of the picture.
        seal_ink: see ``marks.ink_of``.
    """
    labels = [(line, found) for line in lines if (found := _LABEL.search(line.text))]
    if not labels:
        return ()
    ink = ink_of(gray, scale, seal_ink)
    for line in lines:
        _blank(ink, line.box.expanded(1.0), scale)
    found_marks = []
    for line, found in labels:
        label = line.box_of(found.start(), found.end())
        mark = _signature(ink, label, scale)
        if mark is not None:
            found_marks.append(mark)
    return tuple(found_marks)


def _blank(ink: Picture, box: Box, scale: Scale) -> None:
    x0, y0, x1, y1 = (max(0, round(v * scale.px_per_unit)) for v in box.as_tuple())
    ink[y0:y1, x0:x1] = 0


def _signature(ink: Picture, label: Box, scale: Scale) -> Mark | None:
    mm = scale.px_per_mm
    left, right = (
        round(label.x1 * scale.px_per_unit),
        round(label.x1 * scale.px_per_unit + _RIGHT_MM * mm),
    )
    middle = label.cy * scale.px_per_unit
    top = max(0, round(middle - _ABOVE_MM * mm))
    patch = ink[top : round(middle + _BELOW_MM * mm), left:right]
    if patch.size == 0:
        return None
    joined = cv2.dilate(patch, np.ones((3, 3), np.uint8))
    count, _labels, stats, _centres = cv2.connectedComponentsWithStats(joined)
    strokes = [
        s for s in stats[1:count]
        if max(s[2], s[3]) >= _STROKE_MM * mm and s[3] >= _TALL_MM * mm and s[3] <= 1.9 * _ABOVE_MM * mm
    ]  # fmt: skip
    if not strokes:
        return None
    x0, y0 = min(s[0] for s in strokes), min(s[1] for s in strokes)
    x1, y1 = max(s[0] + s[2] for s in strokes), max(s[1] + s[3] for s in strokes)
    per = scale.px_per_unit
    box = Box((left + x0) / per, (top + y0) / per, (left + x1) / per, (top + y1) / per)
    return Mark("handwriting", box.rounded(), _CONFIDENCE)
