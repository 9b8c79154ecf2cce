"""From a lattice to merged cells: which elementary edges are drawn, and what they enclose.

lattice -> share drawn of each edge -> union over missing edges -> rectangles
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extractor.tables.grid import Floats, GridLine, Lattice, root_of
from extractor.tables.rulings import Mask, Strokes

EDGE_SHARE = 0.5  # an edge drawn over half its length is there
WHOLE_EDGE = 0.9  # drawn practically from end to end
END_ZONE_PT = (0.3, 1.7)  # beside the crossing line: characters keep clear of it, rulings do not
REACHING_SHARE = 0.65  # of the ends along a line that must be drawn for one end to be excused
MOSTLY_EDGE = 0.7  # drawn with gaps
LONE_SUPPORT = 0.25  # a line drawn over less of the table is asked for whole edges
RIM_SHARE = 0.5  # an outer line drawn over less, with no line at its ends, is none


@dataclass(frozen=True, slots=True)
class Rect:
    """A merged cell: rows ``r0..r1`` and columns ``c0..c1``, ends exclusive."""

    r0: int
    c0: int
    r1: int
    c1: int


@dataclass(frozen=True, slots=True)
class Edges:
    """Elementary edges: ``h[r, c]`` above cell (r, c), ``v[r, c]`` left of it.

    ``h`` and ``v`` are the share drawn, 0..1; ``h_there`` and ``v_there`` whether they part cells.
    """

    h: Floats
    v: Floats
    h_there: Mask
    v_there: Mask


def edges_of(lattice: Lattice, across: Strokes, down: Strokes) -> Edges:
    """Measures every elementary edge of the lattice in the strokes of both directions."""
    n_rows, n_cols = len(lattice.rows), len(lattice.cols)
    nodes = np.array([[lattice.node(r, c) for c in range(n_cols)] for r in range(n_rows)])
    h, h_there = _shares(lattice.rows, lattice.cols, nodes, across)
    v, v_there = _shares(lattice.cols, lattice.rows, nodes.transpose(1, 0, 2)[:, :, ::-1], down)
    return Edges(h, v.T, h_there, v_there.T)


def _shares(
    lines: Sequence[GridLine],
    crossing: Sequence[GridLine],
    nodes: NDArray[np.float64],
    strokes: Strokes,
) -> tuple[Floats, Mask]:
    """For each line (a row) and each stretch between nodes (t, pos): share drawn, does it count.

    A line that hardly shows over the table's whole extent may be an underline, a character or a
    stamp's arc: its stretches must be drawn nearly from end to end.
    """
    px = strokes.px
    share = np.zeros((len(lines), nodes.shape[1] - 1))
    whole, worn = np.zeros_like(share), np.zeros_like(share)
    ends = np.zeros((*share.shape, 2), bool)
    beside = [min(c.half, 3.0 * px) for c in crossing]
    for i, line in enumerate(lines):
        for j in range(nodes.shape[1] - 1):
            (a, _), (b, _) = nodes[i, j], nodes[i, j + 1]
            inset = min(2.0 * px, 0.15 * (b - a))
            share[i, j] = line.share(a + inset, b - inset)
            inset = min(0.8 * px, 0.1 * (b - a))
            whole[i, j] = line.share(a + inset, b - inset)
            near, far = (v * px for v in END_ZONE_PT)
            a_edge, b_edge = a + beside[j], b - beside[j + 1]
            ends[i, j] = (
                line.has_ink(a_edge + near, a_edge + far),
                line.has_ink(b_edge - far, b_edge - near),
            )
            if line.rulings and share[i, j] < WHOLE_EDGE:
                worn[i, j] = strokes.drawn_between(tuple(nodes[i, j]), tuple(nodes[i, j + 1]))
    share, whole = _without_characters(share, whole, ends)
    widths = np.abs(np.diff(nodes[:, :, 0], axis=1))
    support = ((share >= MOSTLY_EDGE) * widths).sum(axis=1) / widths.sum(axis=1)
    lone = support < LONE_SUPPORT
    share = np.maximum(share, np.where(lone[:, None], 0.0, worn))
    there = np.where(lone[:, None], whole >= WHOLE_EDGE, share >= EDGE_SHARE)
    return share, np.asarray(there, dtype=bool)


def _without_characters(share: Floats, whole: Floats, ends: Mask) -> tuple[Floats, Floats]:
    """Strikes out stretches that leave the ends of the way free, as characters in a cell do.

    One free end is wear, if the line else reaches the lines it crosses. Words that repeat from row
    to row stand below each other and look like a dashed line: that one reaches none or few.
    """
    shown = share >= EDGE_SHARE
    reaching = (ends.mean(axis=2) * shown).sum(axis=1) / np.maximum(shown.sum(axis=1), 1)
    asked = np.where(reaching >= REACHING_SHARE, 1, 2)
    kept = ends.sum(axis=2) >= asked[:, None]
    return share * kept, whole * kept


def without_loose_rims(lattice: Lattice, edges: Edges) -> tuple[Lattice, Edges]:
    """Drops outer rows and columns that strokes of a heading or a stamp beside the table feign.

    Such a rim has an outer line that hardly shows and no line at either end of it.
    """
    while len(lattice.rows) > 2 and (low := _is_loose(edges.h, edges.v, lattice.cols)) is not None:
        keep = slice(1, None) if low else slice(None, -1)
        lattice = replace(lattice, rows=lattice.rows[keep])
        edges = Edges(edges.h[keep], edges.v[keep], edges.h_there[keep], edges.v_there[keep])
    while (
        len(lattice.cols) > 2 and (low := _is_loose(edges.v.T, edges.h.T, lattice.rows)) is not None
    ):
        keep = slice(1, None) if low else slice(None, -1)
        lattice = replace(lattice, cols=lattice.cols[keep])
        edges = Edges(
            edges.h[:, keep], edges.v[:, keep], edges.h_there[:, keep], edges.v_there[:, keep]
        )
    return lattice, edges


def _is_loose(along: Floats, ends: Floats, crossing: Sequence[GridLine]) -> bool | None:
    """Whether the first (true) or the last (false) rim is loose; ``None``: neither.

    ``along[i, j]``: share drawn of outer line ``i`` between the crossing lines ``j`` and ``j + 1``;
    ``ends[i, j]``: of crossing line ``j`` between the lines ``i`` and ``i + 1``.
    """
    lengths = np.abs(np.diff([line.pos for line in crossing]))
    for outer, inner, is_first in ((0, 0, True), (-1, -1, False)):
        shown = float((along[outer] * lengths).sum() / lengths.sum())
        if shown < RIM_SHARE and max(ends[inner, 0], ends[inner, -1]) < EDGE_SHARE:
            return is_first
    return None


def merged_cells(lattice: Lattice, edges: Edges) -> list[Rect]:
    """Rectangles that tile the lattice: elementary cells united where no edge parts them."""
    n_rows, n_cols = len(lattice.rows) - 1, len(lattice.cols) - 1
    parent = list(range(n_rows * n_cols))
    for r in range(n_rows):
        for c in range(n_cols):
            if c and not edges.v_there[r, c]:
                parent[root_of(parent, r * n_cols + c)] = root_of(parent, r * n_cols + c - 1)
            if r and not edges.h_there[r, c]:
                parent[root_of(parent, r * n_cols + c)] = root_of(parent, (r - 1) * n_cols + c)
    unions: dict[int, set[tuple[int, int]]] = {}
    for index in range(n_rows * n_cols):
        unions.setdefault(root_of(parent, index), set()).add(divmod(index, n_cols))
    rects = [_bounds(part) for union in unions.values() for part in _rectangles(union, edges)]
    return sorted(rects, key=lambda b: (b.r0, b.c0))


def _bounds(cells: Iterable[tuple[int, int]]) -> Rect:
    rows, cols = zip(*cells, strict=True)
    return Rect(min(rows), min(cols), max(rows) + 1, max(cols) + 1)


def _is_rectangle(cells: set[tuple[int, int]]) -> bool:
    b = _bounds(cells)
    return len(cells) == (b.r1 - b.r0) * (b.c1 - b.c0)


def _rectangles(cells: set[tuple[int, int]], edges: Edges) -> list[set[tuple[int, int]]]:
    """Splits a union that is no rectangle along the cut with the best evidence, then its parts."""
    done: list[set[tuple[int, int]]] = []
    waiting = [cells]
    while waiting:
        part = waiting.pop()
        if _is_rectangle(part):
            done.append(part)
        else:
            waiting.extend(_best_cut(part, edges))
    return done


def _best_cut(cells: set[tuple[int, int]], edges: Edges) -> list[set[tuple[int, int]]]:
    bounds = _bounds(cells)
    best: tuple[tuple[float, ...], list[set[tuple[int, int]]]] | None = None
    cuts = [(0, r) for r in range(bounds.r0 + 1, bounds.r1)]
    cuts += [(1, c) for c in range(bounds.c0 + 1, bounds.c1)]
    for axis, place in cuts:
        low = {cell for cell in cells if cell[axis] < place}
        at_cut = [cell for cell in cells if cell[axis] == place and _step_back(cell, axis) in low]
        share = edges.v if axis else edges.h
        drawn = float(np.mean([share[cell] for cell in at_cut])) if at_cut else 0.0
        whole_line = float(share[:, place].mean() if axis else share[place].mean())
        parts = [p for half in (low, cells - low) for p in _connected(half)]
        ragged = sum(not _is_rectangle(p) for p in parts)
        rank = (round(drawn * 5), -ragged, -len(parts), whole_line)
        if best is None or rank > best[0]:
            best = (rank, parts)
    assert best is not None  # a union that is no rectangle spans at least two rows and columns
    return best[1]


def _step_back(cell: tuple[int, int], axis: int) -> tuple[int, int]:
    return (cell[0], cell[1] - 1) if axis else (cell[0] - 1, cell[1])


def _connected(cells: set[tuple[int, int]]) -> list[set[tuple[int, int]]]:
    left = set(cells)
    parts: list[set[tuple[int, int]]] = []
    while left:
        stack = [left.pop()]
        part = set(stack)
        while stack:
            r, c = stack.pop()
            for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                if near in left:
                    left.remove(near)
                    part.add(near)
                    stack.append(near)
        parts.append(part)
    return parts
