"""A second look at table cells that hold ink but no text, and at ticks read as letters.

The detector overlooks lone small characters now and then: a single digit in a wide cell. Such cells
are cut out, set on one white canvas with room around each, and read once more together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from extractor.core.geometry import Box
from extractor.core.page import Line, Mark, TextSource
from extractor.imaging.plane import Picture, three_channels
from extractor.ocr.engine import OcrEngine

_MOST_CELLS = 40
_LEAST_SCORE = 0.8
_ROOM_PX = 48
_CANVAS_PX = 1200


def reread_cells(
    gray: Picture, marks: Sequence[Mark], px: float, engine: OcrEngine
) -> tuple[Line, ...]:
    """Lines found in the places of ``handwriting`` marks, upright points.

    Only what the engine is sure of: real handwriting and signatures stay marks.

    Args:
        gray: the cleaned upright page.
        marks: of that page, upright points.
        px: pixels per upright point.
    """
    places = [m.box for m in marks if m.kind == "handwriting"][:_MOST_CELLS]
    crops = [_crop(gray, box, px) for box in places]
    kept = [(box, crop) for box, crop in zip(places, crops, strict=True) if crop.size]
    if not kept:
        return ()
    canvas, corners = _canvas([crop for _, crop in kept])
    lines: list[Line] = []
    for read in engine.read(three_channels(canvas)):
        cx = sum(p[0] for p in read.quad) / 4
        cy = sum(p[1] for p in read.quad) / 4
        for (box, crop), (x, y) in zip(kept, corners, strict=True):
            inside = x <= cx <= x + crop.shape[1] and y <= cy <= y + crop.shape[0]
            if inside and read.score >= _LEAST_SCORE:
                lines.append(
                    Line(read.text, box, round(read.score, 4), TextSource.OCR, (), read.char_score)
                )
    return tuple(lines)


def ticks_as_text(lines: tuple[Line, ...], marks: Sequence[Mark]) -> tuple[Line, ...]:
    """``lines`` with ``√`` where OCR took a tick for a single character (V, Y, 」 …).

    The pixels decided that it is a tick; its confidence is theirs.
    """
    ticks = [m for m in marks if m.kind == "tick"]
    if not ticks:
        return lines
    return tuple(_as_tick(line, ticks) for line in lines)


def _as_tick(line: Line, ticks: Sequence[Mark]) -> Line:
    if len(line.text.strip()) != 1:
        return line
    for tick in ticks:
        if line.box.contains_point(tick.box.cx, tick.box.cy):
            return replace(
                line, text="√", confidence=tick.confidence, char_x=(), char_confidence=()
            )
    return line


def _crop(gray: Picture, box: Box, px: float) -> Picture:
    pad = 4
    x0, y0 = max(0, round(box.x0 * px) - pad), max(0, round(box.y0 * px) - pad)
    return gray[y0 : round(box.y1 * px) + pad, x0 : round(box.x1 * px) + pad]


def _canvas(crops: Sequence[Picture]) -> tuple[Picture, list[tuple[int, int]]]:
    """The crops in rows on white, and where each one's upper left corner went (x, y)."""
    corners: list[tuple[int, int]] = []
    x = y = _ROOM_PX
    deepest, widest = 0, 0
    for crop in crops:
        height, width = crop.shape[:2]
        if x > _ROOM_PX and x + width > _CANVAS_PX:
            x, y, deepest = _ROOM_PX, y + deepest + _ROOM_PX, 0
        corners.append((x, y))
        x += width + _ROOM_PX
        deepest, widest = max(deepest, height), max(widest, x)
    canvas: Picture = np.full((y + deepest + _ROOM_PX, widest), 255, dtype=np.uint8)
    for crop, (cx, cy) in zip(crops, corners, strict=True):
        canvas[cy : cy + crop.shape[0], cx : cx + crop.shape[1]] = crop
    return canvas, corners
