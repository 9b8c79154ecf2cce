"""Tables drawn with ruling lines, found in the picture of a page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Box, union_box
from extractor.core.page import Cell, Table
from extractor.tables.edges import Edges, Rect, edges_of, merged_cells, without_loose_rims
from extractor.tables.grid import Lattice, crossing_groups, lattice_of
from extractor.tables.rulings import Gray, Mask, Ruling, Strokes

MAX_PX_PER_PT = 220 / 72  # finer images are reduced: 200 dpi shows every line there is
RED_LEAD = 40  # how much the red channel leads in stamp ink (0..255)
LEAST_SIDE_PT = 60.0  # of a table's longer side; smaller lattices are characters and tick boxes
LEAST_HEIGHT_PT = 11.0
STRIP_LENGTH = 0.85  # of a side of the paper: bands along it that long are no tables, if
STRIP_WIDTH = 0.1  # they are no wider than this share of the other side, and
STRIP_AWAY = 0.08  # lie this near to the edge
THIN_CELL_PT = 6.0  # a cell thinner than this holds no text
DRAWN_SHARE = 0.7  # of the cell borders that must be drawn
ONE_ROW_DRAWN_SHARE = 0.92  # a single row of boxes has less to show for itself


def find_ruled_tables(image: NDArray[np.uint8], px_per_pt: float) -> tuple[Table, ...]:
    """The ruled tables of an upright page, top to bottom; their cells hold no text yet.

    Merged cells, lines broken, faint, dotted or doubled, open sides and a remaining slant of a
    degree are expected; frames around a page, underlines, stamps and pictures are not tables.

    Args:
        image: the upright page, BGR (h, w, 3) or gray (h, w), uint8, dark on light.
        px_per_pt: pixels of the image in a point.

    Returns:
        Tables in upright points, ``method="ruled"``.

    Raises:
        ValueError: ``px_per_pt`` is not a positive number.
    """
    if not (math.isfinite(px_per_pt) and px_per_pt > 0):
        raise ValueError(f"px_per_pt must be positive: {px_per_pt}")
    if image.size == 0 or min(image.shape[:2]) < 8:
        return ()
    image, px = _reduced(image, px_per_pt)
    gray, red = _gray_and_red(image)
    across = Strokes(gray, px, red)
    turned_red = None if red is None else np.ascontiguousarray(red.T)
    down = Strokes(np.ascontiguousarray(gray.T), px, turned_red)
    horizontal, vertical = _rulings(across, down)
    page = Box(0, 0, gray.shape[1] / px, gray.shape[0] / px)
    tables: list[Table] = []
    for rows, cols in crossing_groups(horizontal, vertical, px):
        lattice = lattice_of(rows, cols, px)
        if lattice is None:
            continue
        lattice, edges = without_loose_rims(lattice, edges_of(lattice, across, down))
        rects = merged_cells(lattice, edges)
        table = _as_table(lattice, rects, px, page)
        if table is None or not _is_table(table, page):
            continue
        needed = DRAWN_SHARE if table.n_rows > 1 else ONE_ROW_DRAWN_SHARE
        if _drawn_share(rects, edges, lattice) >= needed:
            tables.append(table)
    return tuple(sorted(tables, key=lambda t: (t.box.y0, t.box.x0)))


def _rulings(across: Strokes, down: Strokes) -> tuple[tuple[Ruling, ...], tuple[Ruling, ...]]:
    """Horizontal and vertical rulings: the long ones first, they vouch for the short ones."""
    h_long, v_long = across.long_rulings(), down.long_rulings()
    if not h_long and not v_long:
        return (), ()
    return (
        h_long + across.short_rulings(v_long, h_long),
        v_long + down.short_rulings(h_long, v_long),
    )


def _reduced(image: NDArray[np.uint8], px: float) -> tuple[NDArray[np.uint8], float]:
    if px <= MAX_PX_PER_PT:
        return image, px
    scale = MAX_PX_PER_PT / px
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), MAX_PX_PER_PT


def _gray_and_red(image: NDArray[np.uint8]) -> tuple[Gray, Mask | None]:
    if image.ndim == 2:
        return image, None
    gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    small = np.ascontiguousarray(image[::2, ::2])
    blue, green, red = cv2.split(small)
    is_red = cv2.subtract(red, cv2.max(blue, green)) > RED_LEAD
    return gray, is_red if is_red.any() else None


def _drawn_share(rects: Sequence[Rect], edges: Edges, lattice: Lattice) -> float:
    """How much of all cell borders is drawn, by length."""
    widths = np.diff([line.pos for line in lattice.cols])
    heights = np.diff([line.pos for line in lattice.rows])
    drawn = total = 0.0
    for b in rects:
        for r in (b.r0, b.r1):
            drawn += float((edges.h[r, b.c0 : b.c1] * widths[b.c0 : b.c1]).sum())
        for c in (b.c0, b.c1):
            drawn += float((edges.v[b.r0 : b.r1, c] * heights[b.r0 : b.r1]).sum())
        total += 2 * float(widths[b.c0 : b.c1].sum() + heights[b.r0 : b.r1].sum())
    return drawn / total if total else 0.0


def _as_table(lattice: Lattice, rects: Sequence[Rect], px: float, page: Box) -> Table | None:
    """Rectangles as cells in points, counted without the lines that part no cells."""
    rows = sorted({b.r0 for b in rects} | {b.r1 for b in rects})
    cols = sorted({b.c0 for b in rects} | {b.c1 for b in rects})
    row_no = {line: i for i, line in enumerate(rows)}
    col_no = {line: i for i, line in enumerate(cols)}
    cells = []
    for b in rects:
        cells.append(
            Cell(
                row=row_no[b.r0],
                col=col_no[b.c0],
                row_span=row_no[b.r1] - row_no[b.r0],
                col_span=col_no[b.c1] - col_no[b.c0],
                box=_cell_box(lattice, b, px, page),
            )
        )
    around = union_box(cell.box for cell in cells)
    if around is None:
        return None
    return Table(around, len(rows) - 1, len(cols) - 1, tuple(cells), "ruled")


def _cell_box(lattice: Lattice, b: Rect, px: float, page: Box) -> Box:
    """The upright box nearest to a cell that may slant a little: mean of opposite corners."""
    corners = [lattice.node(r, c) for r in (b.r0, b.r1) for c in (b.c0, b.c1)]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    x0, x1 = sorted(((ax + cx) / 2 / px, (bx + dx) / 2 / px))
    y0, y1 = sorted(((ay + by) / 2 / px, (cy + dy) / 2 / px))
    limit_x, limit_y = page.x1, page.y1
    return Box(
        min(max(x0, 0.0), limit_x),
        min(max(y0, 0.0), limit_y),
        min(max(x1, 0.0), limit_x),
        min(max(y1, 0.0), limit_y),
    )


def _is_table(table: Table, page: Box) -> bool:
    """Whether a grid is a table at all: not a frame, not a character, not a picture."""
    if len(table.cells) < 2 or table.box.height < LEAST_HEIGHT_PT:
        return False
    if max(table.box.width, table.box.height) < LEAST_SIDE_PT:
        return False
    thin = [c for c in table.cells if min(c.box.width, c.box.height) < THIN_CELL_PT]
    if len(thin) > 0.5 * len(table.cells):
        return False
    return not _is_frame(table, page)


def _is_frame(table: Table, page: Box) -> bool:
    """A border around a page, with or without a line under its head, or an ornamental one."""
    if min(table.n_rows, table.n_cols) <= 2 and _is_strip_at_the_edge(table.box, page):
        return True
    if table.box.area < 0.4 * page.area:
        return False
    largest = max(cell.box.area for cell in table.cells)
    if largest >= 0.85 * table.box.area:
        return True
    return table.n_cols == 1 and len(table.cells) <= 3 and largest >= 0.6 * table.box.area


def _is_strip_at_the_edge(box: Box, page: Box) -> bool:
    """A narrow band along a whole side of the paper: a side of an ornamental frame, or a desk's edge."""
    flat = box.width >= STRIP_LENGTH * page.width and box.height <= STRIP_WIDTH * page.height
    tall = box.height >= STRIP_LENGTH * page.height and box.width <= STRIP_WIDTH * page.width
    near_y = min(box.y0, page.y1 - box.y1) <= STRIP_AWAY * page.height
    near_x = min(box.x0, page.x1 - box.x1) <= STRIP_AWAY * page.width
    return (flat and near_y) or (tall and near_x)
