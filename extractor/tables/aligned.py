"""Tables without (enough) rulings, found by how their text is aligned.

Three-line tables, statements without vertical rules, lists of figures: rows are lines of text on
one baseline, columns are the corridors of paper that stay free from row to row. Prose has no
corridors, and forms have no column of figures: neither is taken for a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from extractor.core.geometry import Box, Size, union_box
from extractor.core.page import Cell, Line, Table
from extractor.tables.aligned_heads import is_downwards, with_headings_above
from extractor.tables.aligned_order import columns_in_order
from extractor.tables.aligned_runs import is_figure, pieces_of, split_runs
from extractor.tables.aligned_sure import (
    MIN_COLS,
    MIN_ROWS,
    NUMBERED_SHARE,
    TextRow,
    is_sure,
)
from extractor.tables.cells import reading_order

ROW_GAP = 2.6  # line heights of free paper that end a table
CORRIDOR = 0.55  # line heights: narrower free strips are spaces between words
COLUMN_GAP = 1.2  # line heights between two runs of one line that are different columns

REGULAR = 0.6  # of the usual number of runs that a row must have to say where columns are
LEAN = 0.4  # ems that columns may drift over a table before they are taken as leaning

_NUMBERED = re.compile(r"\s*(\d{1,4})(?=\s*(?:$|[^\s\d.．,，、年月日%％:：/\-]))")


def find_aligned_tables(lines: Iterable[Line], size: Size) -> tuple[Table, ...]:
    """Tables that their text alone shows, filled, top to bottom.

    Only where it is sure: at least three rows and two columns in which the same free corridors
    run through all rows, and at least one column of figures. Give it the lines that stand in no
    ruled table.

    Args:
        lines: text in upright points.
        size: of the upright page.

    Returns:
        Tables with ``method="aligned"``; every line inside a table is in exactly one cell, and a
        heading that stands over several columns spans them.
    """
    lines = tuple(lines)
    level = [line for line in lines if not is_downwards(line)]
    rows = _rows([part for line in level for part in split_runs(line)], size)
    tables: list[Table] = []
    for block in _blocks(rows):
        table = _table_of(_with_numbers_apart(block))
        if table is not None:
            used = {id(line) for c in table.cells for line in c.lines}
            inside = table.box
            beside = [
                q for q in lines
                if id(q) not in used and (is_downwards(q) or not inside.contains_point(q.box.cx, q.box.cy))
            ]  # fmt: skip
            tables.append(with_headings_above(table, beside))
    return tuple(tables)


def _with_numbers_apart(block: list[TextRow]) -> list[TextRow]:
    """Rows that count up, their numbers taken off the texts they were read together with."""
    heads = [_NUMBERED.match(row.runs[0].text) for row in block]
    numbers = [int(m.group(1)) for m in heads if m]
    if len(numbers) < max(MIN_ROWS, 0.5 * len(block)):
        return block
    if sum(b == a + 1 for a, b in pairwise(numbers)) < NUMBERED_SHARE * (len(numbers) - 1):
        return block
    apart: list[TextRow] = []
    for row, head in zip(block, heads, strict=True):
        first = row.runs[0]
        if head is None or head.end(1) == len(first.text.rstrip()):
            apart.append(row)
            continue
        number, text = pieces_of(first, [(head.end(1), head.end(1))])
        # Where a line was read as one, the places of its characters are known less well.
        gap = 0.7 * number.box.height
        middle = (number.box.x1 + text.box.x0) / 2
        left = replace(number.box, x1=max(number.box.x0, min(number.box.x1, middle - gap / 2)))
        right = replace(text.box, x0=min(text.box.x1, max(text.box.x0, middle + gap / 2)))
        pieces = (replace(number, box=left), replace(text, box=right))
        apart.append(replace(row, runs=(*pieces, *row.runs[1:])))
    return apart


def _rows(runs: Sequence[Line], size: Size) -> list[TextRow]:
    on_page = [
        r
        for r in runs
        if r.box.height > 0
        and r.box.height <= 2.5 * r.box.width + 12
        and 0 <= r.box.cx <= size.width_pt
    ]
    groups: list[list[Line]] = []
    for run in sorted(on_page, key=lambda r: r.box.cy):
        last = groups[-1] if groups else None
        if last and abs(run.box.cy - median(r.box.cy for r in last)) < 0.5 * min(
            run.box.height, median(r.box.height for r in last)
        ):
            last.append(run)
        else:
            groups.append([run])
    rows = []
    for group in groups:
        box = union_box(r.box for r in group)
        if box is not None:
            rows.append(TextRow(tuple(sorted(group, key=lambda r: r.box.x0)), box))
    return rows


# --- blocks of rows that may be a table -----------------------------------------------------------


def _has_columns(row: TextRow) -> bool:
    """Whether runs of this row stand apart as columns do."""
    height = median(run.box.height for run in row.runs)
    return any(
        b.box.x0 - a.box.x1 >= COLUMN_GAP * height
        for a, b in zip(row.runs, row.runs[1:], strict=False)
    )


def _blocks(rows: Sequence[TextRow]) -> list[list[TextRow]]:
    """Stretches of rows near each other that mostly show columns.

    A row without columns stays inside where rows with columns go on below it: it is a wrapped
    name or a section's heading.
    """
    blocks: list[list[TextRow]] = []
    current: list[TextRow] = []
    single = 0
    for row in rows:
        near = bool(current) and row.box.y0 - current[-1].box.y1 <= ROW_GAP * row.box.height
        columns = _has_columns(row)
        if current and (not near or (not columns and single >= 2)):
            blocks.append(current)
            current, single = [], 0
        if columns:
            current.append(row)
            single = 0
        elif current:
            current.append(row)
            single += 1
    if current:
        blocks.append(current)
    trimmed = []
    for block in blocks:
        while block and not _has_columns(block[-1]):
            block.pop()
        if len(block) >= MIN_ROWS:
            trimmed.append(block)
    return trimmed


# --- one block to a table -------------------------------------------------------------------------


def _table_of(block: list[TextRow]) -> Table | None:
    straight = _without_lean(block)
    body = [row for row in straight if _has_columns(row)]
    # What a seal or a footer leaves between the columns has not the runs of a row.
    usual = median(len(row.runs) for row in body) if body else 0
    body = [row for row in body if len(row.runs) >= REGULAR * usual]
    with_figures = [row for row in body if any(is_figure(r.text) for r in row.runs)]
    if len(with_figures) < MIN_ROWS - 1 or len(body) < MIN_ROWS:
        return None
    for bands in (_columns(with_figures), columns_in_order([row.runs for row in with_figures])):
        if len(bands) < MIN_COLS:
            continue
        bands = _with_headings(bands, body)
        placed = [[_span(run, bands) for run in row.runs] for row in straight]
        regular = [i for i, row in enumerate(straight) if len(row.runs) >= REGULAR * usual]
        if is_sure([straight[i] for i in regular], [placed[i] for i in regular], bands):
            return _build(block, placed, bands)
    return None


def _without_lean(block: list[TextRow]) -> list[TextRow]:
    """The rows as if their columns stood upright: on a page a little askew they drift from row to row."""
    far = max(2, min(10, len(block) // 2))
    em = median(run.box.height for row in block for run in row.runs)
    slopes = []
    for upper, lower in zip(block, block[far:], strict=False):
        down = lower.box.cy - upper.box.cy
        for run in upper.runs:
            near = min((q.box.x0 - run.box.x0 for q in lower.runs), key=abs)
            if abs(near) < 1.2 * em and down > 0:
                slopes.append(near / down)
    if len(slopes) < 2 * MIN_ROWS:
        return block
    lean = median(slopes)
    middle = (block[0].box.cy + block[-1].box.cy) / 2
    if abs(lean) * (block[-1].box.cy - block[0].box.cy) < LEAN * em:
        return block

    def moved(box: Box) -> Box:
        by = lean * (box.cy - middle)
        return Box(box.x0 - by, box.y0, box.x1 - by, box.y1)

    return [
        TextRow(tuple(replace(r, box=moved(r.box)) for r in row.runs), moved(row.box))
        for row in block
    ]


def _columns(rows: Sequence[TextRow]) -> list[tuple[float, float]]:
    """Horizontal bands between the free corridors of ``rows``; a few odd rows may cross them."""
    height = median(run.box.height for row in rows for run in row.runs)
    edges = sorted(
        [(r.box.x0, 1) for row in rows for r in row.runs]
        + [(r.box.x1, -1) for row in rows for r in row.runs]
    )
    tolerated = len(rows) // 12
    bands: list[tuple[float, float]] = []
    depth, start = 0, 0.0
    for x, step in edges:
        before = depth
        depth += step
        if before <= tolerated < depth:
            start = x
        elif depth <= tolerated < before:
            bands.append((start, x))
    merged: list[tuple[float, float]] = []
    for band in bands:
        if merged and band[0] - merged[-1][1] < CORRIDOR * height:
            merged[-1] = (merged[-1][0], band[1])
        else:
            merged.append(band)
    return merged


def _with_headings(
    bands: list[tuple[float, float]], rows: Sequence[TextRow]
) -> list[tuple[float, float]]:
    """The bands as wide as their headings, and one more for a heading over an empty column."""
    for row in rows:
        if len(row.runs) < len(bands):
            continue
        for run in row.runs:
            x0, x1 = run.box.x0, run.box.x1
            touched = [k for k, (a, b) in enumerate(bands) if x0 < b and a < x1]
            if not touched:
                bands = _widened(bands, row, x0, x1)
            elif len(touched) == 1:
                a, b = bands[touched[0]]
                bands[touched[0]] = (min(a, x0), max(b, x1))
    return bands


def _widened(
    bands: Sequence[tuple[float, float]], row: TextRow, x0: float, x1: float
) -> list[tuple[float, float]]:
    """The bands with room for a heading that stands over none: it is that of the band beside it which
    has no heading (texts at the left of a wide column, its heading in the middle), or a new one's."""
    beside = [k for k, (_, b) in enumerate(bands) if b <= x0][-1:]
    beside += [k for k, (a, _) in enumerate(bands) if a >= x1][:1]
    result = list(bands)
    for k in beside:
        a, b = bands[k]
        if not any(run.box.x0 < b and a < run.box.x1 for run in row.runs):
            result[k] = (min(a, x0), max(b, x1))
            return result
    return sorted([*result, (x0, x1)])


def _span(run: Line, bands: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """First and last column (inclusive) a run stands over; the nearest where it meets none."""
    touched = [
        k
        for k, (a, b) in enumerate(bands)
        if min(run.box.x1, b) - max(run.box.x0, a) > 0.15 * min(run.box.width, b - a)
    ]
    if touched:
        return touched[0], touched[-1]
    nearest = min(
        range(len(bands)), key=lambda k: abs((bands[k][0] + bands[k][1]) / 2 - run.box.cx)
    )
    return nearest, nearest


def _build(
    block: Sequence[TextRow],
    placed: Sequence[Sequence[tuple[int, int]]],
    bands: Sequence[tuple[float, float]],
) -> Table:
    xs = _borders([b[0] for b in bands], [b[1] for b in bands])
    ys = _borders([row.box.y0 for row in block], [row.box.y1 for row in block])
    xs[0] = min(xs[0], min(row.box.x0 for row in block))
    xs[-1] = max(xs[-1], max(row.box.x1 for row in block))
    cells: list[Cell] = []
    for r, (row, spans) in enumerate(zip(block, placed, strict=True)):
        held: dict[int, list[Line]] = {}
        ends: dict[int, int] = {}
        taken_to = -1
        for run, (a, b) in zip(row.runs, spans, strict=True):
            first = min(max(a, taken_to + 1), b) if a > taken_to or b > taken_to else taken_to
            owner = first if first not in held and first > taken_to else max(held, default=first)
            held.setdefault(owner, []).append(run)
            ends[owner] = max(ends.get(owner, owner), b)
            taken_to = max(taken_to, ends[owner])
        c = 0
        while c < len(bands):
            last = ends.get(c, c)
            box = Box(xs[c], ys[r], xs[last + 1], ys[r + 1])
            cells.append(Cell(r, c, 1, last - c + 1, box, reading_order(held.get(c, ()))))
            c = last + 1
    return Table(Box(xs[0], ys[0], xs[-1], ys[-1]), len(block), len(bands), tuple(cells), "aligned")


def _borders(lows: Sequence[float], highs: Sequence[float]) -> list[float]:
    """Outer edges and the middles between neighbours, ascending."""
    inner = [(high + low) / 2 for high, low in zip(highs, lows[1:], strict=False)]
    borders = [lows[0], *inner, highs[-1]]
    for k in range(1, len(borders)):
        borders[k] = max(borders[k], borders[k - 1])
    return borders
