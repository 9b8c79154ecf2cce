"""Grids that the text contradicts: their borders run through words.

Creases, the edge of a desk in a photo, two horizontal rules and a stamp's stroke can look like a small
grid. In a table that was printed, borders run between words; where they run through the middle of lines
that were written without a gap there, nobody drew them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from extractor.core.geometry import Size
from extractor.core.page import Line, Table
from extractor.tables.aligned import find_aligned_tables

FEW_ROWS = 3
FEW_SHARE = 0.1  # of the lines in a small grid that a border may cut
MANY_SHARE = 0.2  # the same in a large one, where text may have been pasted over a border
MANY_CUTS = 4
MARGIN_EM = 1.0  # characters this near to the end of a line may overhang a border
GAP_EM = 0.35  # free paper between two characters that leaves room for a border


def believed_tables(tables: Sequence[Table], lines: Sequence[Line]) -> tuple[Table, ...]:
    """``tables`` without those whose inner borders cut through too many lines of text.

    Args:
        tables: ruled grids of a page, upright points; their text is not looked at.
        lines: the text of the same page.
    """
    return tuple(t for t in tables if not _is_contradicted(t, lines))


def with_aligned_tables(
    ruled: Sequence[Table], lines: Sequence[Line], size: Size
) -> tuple[Table, ...]:
    """``ruled`` and the tables that alignment shows in the text outside them.

    A grid of few rows whose text is the beginning of a longer list without rulings (a header between
    two rules) is not a table of its own: the list has its text and goes in its place.

    Args:
        ruled: ruled tables with their text, upright points.
        lines: all text of the page.
        size: of the upright page.
    """
    kept = list(ruled)
    for small in ruled:
        if small.n_rows > FEW_ROWS:
            continue
        others = [t for t in kept if t is not small]
        with_its_text = find_aligned_tables(_outside(others, lines), size)
        if any(_takes_in(table, small) for table in with_its_text):
            kept = others
    return (*kept, *find_aligned_tables(_outside(kept, lines), size))


def _outside(tables: Sequence[Table], lines: Sequence[Line]) -> list[Line]:
    return [
        line for line in lines
        if not any(t.box.contains_point(line.box.cx, line.box.cy) for t in tables)
    ]  # fmt: skip


def _takes_in(table: Table, small: Table) -> bool:
    """Whether a list without rulings holds a small grid's text in more columns, and goes on below."""
    shared = table.box.overlap_y(small.box) > 0.5 * small.box.height
    goes_on = table.n_rows >= 2 * small.n_rows + 1 and table.box.y1 > small.box.y1
    return shared and goes_on and table.n_cols > small.n_cols


def _is_contradicted(table: Table, lines: Sequence[Line]) -> bool:
    own = [q for q in lines if table.box.contains_point(q.box.cx, q.box.cy)]
    level = [q for q in own if q.box.width > q.box.height]
    cut = sum(_is_cut(table, line) for line in level)
    if table.n_rows <= FEW_ROWS:
        return cut > FEW_SHARE * len(own)
    return cut >= MANY_CUTS and cut > MANY_SHARE * len(own)


def _is_cut(table: Table, line: Line) -> bool:
    em = line.box.height
    for cell in table.cells:
        x = cell.box.x0
        inside = line.box.x0 + MARGIN_EM * em < x < line.box.x1 - MARGIN_EM * em
        if inside and cell.box.y0 < line.box.cy < cell.box.y1 and not _has_gap_at(line, x):
            return True
    return False


def _has_gap_at(line: Line, x: float) -> bool:
    """Whether free paper for a border lies near ``x``: then two lines were read as one."""
    text, xs, em = line.text, line.char_x, line.box.height
    if len(xs) != len(text) + 1:
        return False
    for k in range(len(text) - 1):
        wide = unicodedata.east_asian_width(text[k]) in "WFA"
        free = xs[k + 1] - xs[k] - em * (0.9 if wide else 0.5)
        near = xs[k] - 0.5 * em <= x <= xs[k + 1] + 0.5 * em
        if near and (text[k].isspace() or free > GAP_EM * em):
            return True
    return False
