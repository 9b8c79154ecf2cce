"""Boxes and discs before printed options, filled, ticked or empty: ``□ ☑ ■ ● ○``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from extractor.core.geometry import Box
from extractor.core.page import Line, Mark
from extractor.imaging.ink import Mask, Scale, character_size
from extractor.imaging.strokes import is_dot, is_ring

_BOX_MM = (1.8, 6.5)
#: What a printed disc is read as.
_DISC_READINGS = frozenset("●○◉⊙◎〇◯。OQ◆")
#: Characters that OCR takes a printed box for; others, if surely read, are what they are.
_BOX_READINGS = frozenset("□☐☑☒■▢◻◼口囗区回団团図图因囚凶冈网国日目田O0oD√✓")


def find_boxes(ink: Mask, lines: Sequence[Line], scale: Scale) -> list[Mark]:
    """Boxes with text right of them, upright points: ``box_ticked`` or ``box_empty``."""
    pieces = list(_pieces(ink, scale))
    rows = _Rows(lines)
    places: list[tuple[int, int, int, int]] = _squares(ink, scale)
    places += [p for p, piece in pieces if _is_filled(piece, scale.px_per_mm)]
    marks: list[Mark] = []
    for x, y, w, h in places:
        box = _box(x, y, w, h, scale)
        inner = _inside(ink, x, y, w, h)
        if not rows.go_on_behind(box):
            continue
        if _is_character(box, lines):
            continue
        # Paper grain and a neighbour's stroke stay under 3 %; the thinnest tick covers 8 %.
        if inner > 0.06:
            marks.append(Mark("box_ticked", box.rounded(), 0.9 if inner > 0.1 else 0.7))
        else:
            marks.append(Mark("box_empty", box.rounded(), 0.9 if inner < 0.03 else 0.7))
    return _apart([*marks, *_discs(ink, pieces, lines, rows, scale)])


_HALF, _HOLLOW = 0.45, 0.03
"""Share of ink in the thinnest filled sign (▲), and the most in the middle of an empty ring."""

_FILLED = 0.85
"""Share of ink in a filled box; strokes of a character leave gaps."""


def _discs(
    ink: Mask,
    pieces: Sequence[tuple[tuple[int, int, int, int], Mask]],
    lines: Sequence[Line],
    rows: _Rows,
    scale: Scale,
) -> Iterator[Mark]:
    """``●`` before an option is a ticked box, ``○`` an empty one."""
    for (x, y, w, h), piece in pieces:
        # Most pieces are characters: neither full nor hollow. That is soonest told.
        if float(piece.mean()) < _HALF and _inside(ink, x, y, w, h) >= _HOLLOW:
            continue
        box = _box(x, y, w, h, scale)
        if not 0.85 <= w / h <= 1.18 or not rows.go_on_behind(box):
            continue
        if is_dot(piece, scale.px_per_mm):
            yield Mark("box_ticked", box.rounded(), 0.85)
        elif (
            is_ring(piece)
            and _stands_alone(ink, x, y, w, h)
            and _inside(ink, x, y, w, h) < _HOLLOW
            and not _is_character(box, lines, _DISC_READINGS)
        ):
            yield Mark("box_empty", box.rounded(), 0.8)


def _is_filled(piece: Mask, mm: float) -> bool:
    solid = float(piece.mean()) >= _FILLED
    return solid and is_dot(piece, mm) and _has_four_sides(piece, mm)


def _pieces(ink: Mask, scale: Scale) -> Iterator[tuple[tuple[int, int, int, int], Mask]]:
    """Connected ink of check box size, about as wide as high (x, y, w, h in pixels)."""
    least, most = _BOX_MM[0] * scale.px_per_mm, _BOX_MM[1] * scale.px_per_mm
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high = stats[1:, 2], stats[1:, 3]
    fits = (np.minimum(wide, high) >= least) & (np.maximum(wide, high) <= most)
    fits &= (wide >= 0.8 * high) & (wide <= 1.25 * high)
    for no in np.flatnonzero(fits) + 1:
        x, y, w, h = (int(v) for v in stats[no][:4])
        yield (x, y, w, h), (labels[y : y + h, x : x + w] == no).astype(np.uint8)


def _stands_alone(ink: Mask, x: int, y: int, w: int, h: int) -> bool:
    """Whether there is paper above, below and left of it: parts of characters have others beside them."""
    near = max(2, round(0.12 * w))
    far = max(near + 1, round(0.22 * w))
    left, top = max(0, x - near), max(0, y - far)
    sides = (ink[y : y + h, left:x], ink[top:y, x : x + w], ink[y + h : y + h + far, x : x + w])
    return all(float(side.any(axis=0).mean() if side.size else 0) < 0.25 for side in sides)


def _box(x: int, y: int, w: int, h: int, scale: Scale) -> Box:
    px = scale.px_per_unit
    return Box(x / px, y / px, (x + w) / px, (y + h) / px)


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """Of marks found twice the first; a tick says more than an empty box."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.kind == "box_empty", -m.confidence)):
        if not any(k.box.contains_point(mark.box.cx, mark.box.cy) for k in kept):
            kept.append(mark)
    return kept


def _squares(ink: Mask, scale: Scale) -> list[tuple[int, int, int, int]]:
    """Outlines of squares of check box size (x, y, w, h in pixels).

    Built from an upper and a lower stroke of about one length; then the sides are looked for. So a
    pen tick that crosses the box, or overshoots a corner, does not hide it.
    """
    mm = scale.px_per_mm
    least, most = _BOX_MM[0] * mm, _BOX_MM[1] * mm
    stroke = max(5, round(0.75 * least))
    flat = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, stroke), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=8)
    strokes = sorted(
        (int(y), int(x), int(w), int(h))
        for x, y, w, h in stats[1:count, :4]
        if least <= w <= 1.15 * most and h <= 1.2 * mm
    )
    found: list[tuple[int, int, int, int]] = []
    for i, (y, x, w, _h) in enumerate(strokes):
        for y2, x2, w2, h2 in strokes[i + 1 :]:
            height = y2 + h2 - y
            if height > 1.3 * w:
                break
            slack = 0.2 * w
            if height < 0.75 * w or abs(x2 - x) > slack or abs(x2 + w2 - x - w) > slack:
                continue
            # The shorter stroke is the side; the longer one runs on into the tick.
            left, right = max(x, x2), min(x + w, x2 + w2)
            if _has_four_sides(ink[y : y2 + h2, left:right], mm):
                found.append((left, y, right - left, height))
                break
    return found


def _has_four_sides(patch: Mask, mm: float) -> bool:
    band = max(3, round(0.55 * mm))
    top = patch[:band].max(axis=0).mean()
    bottom = patch[-band:].max(axis=0).mean()
    left = patch[:, :band].max(axis=1).mean()
    right = patch[:, -band:].max(axis=1).mean()
    return bool(min(top, bottom, left, right) >= 0.85)


def _inside(ink: Mask, x: int, y: int, w: int, h: int) -> float:
    dx, dy = round(0.24 * w), round(0.24 * h)
    return float(ink[y + dy : y + h - dy, x + dx : x + w - dx].mean())


class _Rows:
    """Where the lines of a page are, to be asked for many boxes."""

    def __init__(self, lines: Sequence[Line]) -> None:
        edges = np.array([q.box.as_tuple() for q in lines], dtype=np.float64).reshape(-1, 4)
        self._x0, self._y0, self._x1, self._y1 = edges.T

    def go_on_behind(self, box: Box) -> bool:
        """Whether text stands right of a box: a line goes on past it, or begins close behind it."""
        shared = np.minimum(self._y1, box.y1) - np.maximum(self._y0, box.y0)
        height = self._y1 - self._y0
        # As high as its words: a smaller square is part of a large character.
        fits = (shared >= 0.5 * box.height) & (0.5 * height <= box.height)
        fits &= box.height <= 1.5 * height
        fits &= (self._x0 - 1.3 * box.width <= box.x1) & (self._x1 >= box.x1 + 0.5 * box.width)
        return bool(fits.any())


def _is_character(
    box: Box, lines: Sequence[Line], readings: frozenset[str] = _BOX_READINGS
) -> bool:
    """Whether OCR surely read a character there that is none of those a box is taken for."""
    for line in lines:
        if line.box.overlap_y(box) < 0.5 * box.height:
            continue
        size = character_size(line)
        for i, char in enumerate(line.text):
            place = line.box_of(i, i + 1)
            if place.overlap_x(box) < 0.5 * min(box.width, max(place.width, 0.1)):
                continue
            before_it = box.cx < place.cx - 0.1 * place.width
            if place.width > 1.4 * size and before_it:
                continue  # it only reaches here because the box itself was not read
            # An ideograph read with such certainty is one: 人口 and 社会团体 are full of boxes.
            is_sure = line.confidence_of(i, i + 1) > (0.9 if char in readings else 0.7)
            if is_sure and (char not in readings or "\u4e00" <= char <= "\u9fff"):
                return True
    return False
