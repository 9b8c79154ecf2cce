"""Rulings and images of a PDF page, in viewer points, as pdfium parsed them (child only)."""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractor.core.geometry import Box, Transform

_MAX_DEPTH = 8  # forms in forms; deeper ones are somebody's joke
_MAX_OBJECTS = 60_000
_MAX_SEGMENTS = 20_000
THIN_PT = 3.0
"""A filled rectangle thinner than this is a drawn line (Word and WPS draw rulings so)."""
_NEARLY_WHITE = 235
_MIN_RULING_PT = 2.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """A horizontal or vertical line, viewer points: at ``position``, from ``start`` to ``end``."""

    horizontal: bool
    position: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageObjects:
    """What a page is made of, apart from its text.

    ``covers`` are the opaque images with their rank in painting order; ``text_rank`` gives that of a
    text object by its address: text of a lower rank under a cover is not seen. ``complete`` is
    False where the page has more objects than we look at.
    """

    rulings: tuple[Ruling, ...]
    images: tuple[Box, ...]
    covers: tuple[tuple[int, Box], ...]
    text_rank: Mapping[int, int]
    complete: bool


def read_objects(page: pdfium.PdfPage, to_viewer: Transform) -> PageObjects:
    """Lines, images and painting order of the page, forms within it included."""
    gatherer = _Gatherer()
    count = pdfium_c.FPDFPage_CountObjects(page)
    for index in range(count):
        gatherer.take(pdfium_c.FPDFPage_GetObject(page, index), to_viewer, 0)
    return PageObjects(
        rulings=tuple(gatherer.rulings),
        images=tuple(gatherer.images),
        covers=tuple(gatherer.covers),
        text_rank=gatherer.text_rank,
        complete=not gatherer.full,
    )


def address_of(item: Any) -> int:
    """The identity of a pdfium object behind its ctypes pointer."""
    return ctypes.addressof(item.contents)


class _Gatherer:
    def __init__(self) -> None:
        self.rulings: list[Ruling] = []
        self.images: list[Box] = []
        self.covers: list[tuple[int, Box]] = []
        self.text_rank: dict[int, int] = {}
        self.seen = 0

    @property
    def full(self) -> bool:
        return self.seen >= _MAX_OBJECTS

    def take(self, item: object, to_viewer: Transform, depth: int) -> None:
        if self.full or not item:
            return
        self.seen += 1
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            self._take_path(item, to_viewer)
        elif kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            self.text_rank[address_of(item)] = self.seen
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            self._take_image(item, to_viewer)
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _matrix(item).then(to_viewer)
            for index in range(pdfium_c.FPDFFormObj_CountObjects(item)):
                self.take(pdfium_c.FPDFFormObj_GetObject(item, index), inner, depth + 1)

    def _take_image(self, item: object, to_viewer: Transform) -> None:
        # An image fills the unit square of its matrix; bounds would ignore a turn.
        unit = _matrix(item).then(to_viewer)
        try:
            box = unit.box(Box(0, 0, 1, 1))
        except ValueError:
            return  # a matrix that leaves the plane shows nothing
        self.images.append(box)
        if not pdfium_c.FPDFPageObj_HasTransparency(item):
            self.covers.append((self.seen, box))

    def _take_path(self, item: object, to_viewer: Transform) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke):
            return
        if not (fill.value or stroke.value):
            return  # a clip only
        place = _matrix(item).then(to_viewer)
        for points in _subpaths(item):
            try:
                moved = [place.point(x, y) for x, y in points]
            except (ZeroDivisionError, OverflowError):
                continue
            if all(math.isfinite(v) for point in moved for v in point):
                self._take_outline(moved, item, filled_only=not stroke.value)

    def _take_outline(
        self, points: list[tuple[float, float]], item: object, *, filled_only: bool
    ) -> None:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        if min(width, height) <= THIN_PT < max(width, height):
            if width >= height:
                self._add(True, (min(ys) + max(ys)) / 2, min(xs), max(xs))
            else:
                self._add(False, (min(xs) + max(xs)) / 2, min(ys), max(ys))
            return
        if filled_only and _is_nearly_white(item):
            return  # a white patch has no visible edge
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            if abs(y1 - y0) <= 0.5 < abs(x1 - x0):
                self._add(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
            elif abs(x1 - x0) <= 0.5 < abs(y1 - y0):
                self._add(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))

    def _add(self, horizontal: bool, position: float, start: float, end: float) -> None:
        if end - start >= _MIN_RULING_PT:
            self.rulings.append(Ruling(horizontal, position, start, end))


def _matrix(item: object) -> Transform:
    m = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, m):
        return Transform.identity()
    return Transform.affine(m.a, m.c, m.e, m.b, m.d, m.f)


def _is_nearly_white(item: object) -> bool:
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetFillColor(item, r, g, b, a):
        return False
    return a.value < 255 - _NEARLY_WHITE or min(r.value, g.value, b.value) >= _NEARLY_WHITE


def _subpaths(item: object) -> list[list[tuple[float, float]]]:
    """Corner points of each straight-lined subpath, closed ones closed; curves end a subpath."""
    paths: list[list[tuple[float, float]]] = []
    current: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium_c.FPDFPath_CountSegments(item), _MAX_SEGMENTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, index)
        if not segment or not pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        point = (x.value, y.value)
        if kind == pdfium_c.FPDF_SEGMENT_LINETO and current:
            current.append(point)
        else:
            if len(current) > 1:
                paths.append(current)
            current = [point]
        if pdfium_c.FPDFPathSegment_GetClose(segment) and len(current) > 1:
            paths.append([*current, current[0]])
            current = [current[0]]
    if len(current) > 1:
        paths.append(current)
    return paths
