"""Ticks that a pen set beside a word which every cell of a column prints: ``满意✓``.

OCR drops such a tick or reads it as V, 一 or 丿. The column's other cells tell how far the printed word
reaches; ink beyond it, of the shape of a tick and of a character's size, is one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

import cv2
import numpy as np

from extractor.core.page import Cell, Line, Mark
from extractor.imaging.ink import Mask, Scale, box_around, cell_pixels
from extractor.imaging.strokes import kind_of

LEAST_CELLS = 3
"""Cells of a column that print the word."""

LEAST_READ = 2
"""Cells in which OCR read something behind the word that a tick may have been taken for."""

LONGEST = 6
"""Characters; words to tick are short."""

LEAST_HEIGHT = 0.5
"""Of a tick, in heights of the printed word: smaller ink is dirt or the end of a character."""

CUTS = (0.05, 0.15, -0.05, 0.25, -0.15, 0.35)
"""Where the word may end, from where it should, in its characters' widths: a tick touches it often."""

CLEARLY = 0.8
"""A tick as sure as this is not looked for at other places."""

_SEEN_AS_TICK = frozenset("√✓✔VvνⅤ∨丿/乛一〉>レ")


def ticks_beside_words(ink: Mask, cells: Iterable[Cell], scale: Scale) -> list[Mark]:
    """Ticks right of the word that the cells of a column print, one a cell at most.

    Args:
        ink: of the page.
        cells: of all tables, with their text, upright points.
        scale: of ``ink``.
    """
    columns: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        if len(cell.lines) == 1 and len(cell.lines[0].text) <= LONGEST + 1:
            columns[round(cell.box.x0 / 3), round(cell.box.x1 / 3)].append(cell)
    found: list[Mark] = []
    for own in columns.values():
        words = [(cell, cell.lines[0], _word(cell.lines[0].text)) for cell in own]
        usual = Counter(word for _, _, word in words if word)
        for word, times in usual.items():
            if times < LEAST_CELLS:
                continue
            held = [(cell, line) for cell, line, other in words if other == word]
            if sum(len(q.text.strip()) > len(word) for _, q in held) < LEAST_READ:
                continue
            size, end = _ends(held, word)
            marks = (_tick_behind(ink, c, q, c.box.x0 + end, size, scale) for c, q in held)
            found += [m for m in marks if m is not None]
    return found


def _word(text: str) -> str:
    """The printed word of a cell, without what a tick behind it was read as; empty for other text."""
    text = text.strip()
    bare = text[:-1] if text and text[-1] in _SEEN_AS_TICK and len(text) > 1 else text
    is_word = 2 <= len(bare) <= LONGEST and all("\u4e00" <= c <= "\u9fff" for c in bare)
    return bare if is_word else ""


def _ends(held: Sequence[tuple[Cell, Line]], word: str) -> tuple[float, float]:
    """The width of a printed character, and where the word ends, from the left of its cell.

    Where a tick was read as a character behind the word, OCR says where that begins; elsewhere its last
    character is as wide as those before it.
    """
    n = len(word)
    size = median(min(q.box_of(1, n).width / (n - 1), 0.75 * q.box.height) for _, q in held)
    read = [q.box_of(n, n + 1).x0 - c.box.x0 for c, q in held if len(q.text.strip()) > n]
    if len(read) >= LEAST_CELLS:
        return size, median(read)
    return size, median(q.box_of(n - 1, n).x0 - c.box.x0 for c, q in held) + size


def _tick_behind(
    ink: Mask, cell: Cell, line: Line, end: float, size: float, scale: Scale
) -> Mark | None:
    """The ink behind the word that looks most like a tick, wherever exactly the word ends."""
    best: Mark | None = None
    for cut in CUTS:
        tick = _tick_from(ink, cell, line, end + cut * size, scale)
        if tick is not None and (best is None or tick.confidence > best.confidence):
            best = tick
            if best.confidence >= CLEARLY:
                break
    return best


def _tick_from(ink: Mask, cell: Cell, line: Line, left: float, scale: Scale) -> Mark | None:
    rows, columns = cell_pixels(ink, cell, scale)
    start = max(columns.start, round(left * scale.px_per_unit))
    place = (rows, slice(start, columns.stop))
    patch = np.ascontiguousarray(ink[place])
    if min(patch.shape, default=0) < 2 * scale.px_per_mm or not patch.any():
        return None
    joined = cv2.dilate(patch, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    largest = 1 + int(stats[1:, 4].argmax())
    stroke = np.asarray((labels == largest) & (patch > 0), dtype=np.uint8)
    kind, confidence = kind_of(stroke, scale.px_per_mm)
    box = box_around(stroke, place, scale)
    if kind != "tick" or box.height < LEAST_HEIGHT * line.box.height:
        return None
    return Mark("tick", box, min(confidence, 0.9))
