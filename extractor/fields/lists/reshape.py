"""Grids rewritten to one column a heading and one row a record, before a list is read from them.

Two layouts hide columns of a list: two headings in one cell (``学历`` over ``职称``, or ``学历/职称``) with
two answers in every cell below, and a record that takes two or three grid rows below a header of as many
levels. Both become plain columns here; every text keeps its place on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box, union_box
from extractor.core.page import Cell, Line, Table
from extractor.core.text import fold_text
from extractor.fields.lists.headers import Header, best_column, find_headers
from extractor.setup.rowforms import RowsSpec
from extractor.tables.aligned_runs import pieces_of

#: Levels of a header that a record repeats.
MOST_LEVELS = 3
#: What each of several headings in one cell must fit with (points of 100).
EXACT = 99.0
#: Of the filled cells below such a heading that must fall into as many parts.
SHARE_PARTED = 0.6
#: Of a text that did not fall into the parts of its heading; what it is, is a guess.
UNPARTED = 0.5
#: Answers of one record below each other, of which a page shows at least so many.
LEAST_RECORDS = 2

_BETWEEN = re.compile(r"\s*(?:[/／、|｜;；]|及|和|与)\s*")
#: What stands between answers; at last a name before its telephone number, with nothing between them.
_APART = (
    re.compile(r"\s*[/／、|｜;；]\s*|\s{2,}"),
    re.compile(r"\s+"),
    re.compile(r"(?<=[\u4e00-\u9fff])[:：]?(?=(?:1[3-9]\d{9}|0\d{2,3}[-－—]?\d{7,8})$)"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a table was rewritten, so that the one it goes on in is rewritten alike.

    ``n_cols``: grid columns before. ``parted``: grid columns with several headings, and how many.
    ``levels``: grid rows a record takes; ``whole``: grid columns whose cells reach over all of them.
    """

    n_cols: int
    parted: tuple[tuple[int, int], ...] = ()
    levels: int = 1
    whole: frozenset[int] = frozenset()


def reshaped(table: Table, spec: RowsSpec, headers: Sequence[Header]) -> tuple[Table, Shape | None]:
    """The table as a plain list, and what was done to it; the table itself where it is one already.

    ``headers``: ``find_headers`` of the table.
    """
    known = len({c.target for c in headers[0].columns}) if headers else 0
    folded = _with_records_in_one_row(table, spec, known)
    if folded is not None:
        return folded
    if not headers:
        return table, None
    parted = _parted_columns(table, spec, headers[0].row0, headers[0].row1)
    if not parted:
        return table, None
    shape = Shape(table.n_cols, parted)
    return _part_columns(table, parted, headers[0].row0), shape


def reshaped_like(table: Table, shape: Shape) -> Table | None:
    """A table without a header rewritten as the one it goes on from; ``None`` where it cannot be."""
    if table.n_cols != shape.n_cols:
        return None
    if shape.levels > 1:
        return _folded(table, 0, 0, shape)
    return _part_columns(table, shape.parted, 0)


# -- several headings in one cell -----------------------------------------------------------------


def _parted_columns(
    table: Table, spec: RowsSpec, row0: int, row1: int
) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for cell in table.cells:
        if not row0 <= cell.row < row1 or cell.row + cell.row_span < row1 or cell.col_span > 1:
            continue
        count = _headings_in(cell, spec)
        if count < 2:
            continue
        below = [
            c for c in table.cells
            if c.row >= row1 and c.col == cell.col and c.col_span == 1 and c.lines
        ]  # fmt: skip
        fitting = sum(_parts_of(c, count) is not None for c in below)
        if below and fitting >= SHARE_PARTED * len(below):
            found.append((cell.col, count))
    return tuple(sorted(found))


def _headings_in(cell: Cell, spec: RowsSpec) -> int:
    """How many headings of different columns a cell holds, one below or behind the other; 0 for none."""
    lines = ["".join(q.text for q in row) for row in baseline_rows(cell.lines)]
    for texts in (lines, _BETWEEN.split("".join(lines).strip())):
        texts = [t for t in texts if fold_text(t)]
        if not 2 <= len(texts) <= MOST_LEVELS:
            continue
        hits = [best_column(spec.columns, (t,)) for t in texts]
        fields = {h[0].field for h in hits if h is not None and h[1] is None and h[2] >= EXACT}
        if len(fields) == len(texts):
            return len(texts)
    return 0


def _parts_of(cell: Cell, count: int) -> list[tuple[Line, ...]] | None:
    """The lines of each of ``count`` answers in a cell; ``None`` where it does not fall into so many."""
    rows = baseline_rows(cell.lines)
    if len(rows) == count:
        return [tuple(row) for row in rows]
    if len(cell.lines) != 1:
        return None
    line = cell.lines[0]
    for apart in _APART:
        pieces = pieces_of(line, [m.span() for m in apart.finditer(line.text)])
        if len(pieces) == count:
            return [(p,) for p in pieces]
    return None


def _part_columns(table: Table, parted: Sequence[tuple[int, int]], row0: int) -> Table:
    counts = dict(parted)
    begins: list[int] = []
    at = 0
    for col in range(table.n_cols):
        begins.append(at)
        at += counts.get(col, 1)
    begins.append(at)
    cells: list[Cell] = []
    for cell in table.cells:
        count = counts.get(cell.col, 1) if cell.col_span == 1 else 1
        col, span = begins[cell.col], begins[cell.col + cell.col_span] - begins[cell.col]
        if count == 1 or cell.row + cell.row_span <= row0:
            cells.append(replace(cell, col=col, col_span=span))
            continue
        parts = _parts_of(cell, count) or _heading_parts(cell, count) or _guessed_parts(cell, count)
        step = cell.box.width / count
        for k, lines in enumerate(parts):
            x0 = cell.box.x0 + k * step
            box = Box(x0, cell.box.y0, x0 + step, cell.box.y1)
            cells.append(replace(cell, col=col + k, col_span=1, box=box, lines=lines))
    cells.sort(key=lambda c: (c.row, c.col))
    return replace(table, cells=tuple(cells), n_cols=begins[-1])


def _heading_parts(cell: Cell, count: int) -> list[tuple[Line, ...]] | None:
    """The headings in a cell that words part (``学历及职称``)."""
    if len(cell.lines) != 1:
        return None
    line = cell.lines[0]
    pieces = pieces_of(line, [m.span() for m in _BETWEEN.finditer(line.text)])
    return [(p,) for p in pieces] if len(pieces) == count else None


def _guessed_parts(cell: Cell, count: int) -> list[tuple[Line, ...]]:
    """Everything in the first part, hardly believed: nobody knows whose answer it is."""
    lines = tuple(
        replace(
            q,
            confidence=q.confidence * UNPARTED,
            char_confidence=tuple(c * UNPARTED for c in q.char_confidence),
        )
        for q in cell.lines
    )
    return [lines, *([()] * (count - 1))]


# -- records over several rows --------------------------------------------------------------------


def _with_records_in_one_row(
    table: Table, spec: RowsSpec, known: int
) -> tuple[Table, Shape] | None:
    """The table folded where that shows more columns than the ``known`` ones it shows as it is."""
    for row in range(table.n_rows - 1):
        for levels in range(2, MOST_LEVELS + 1):
            if row + 2 * levels > table.n_rows or not _is_levelled(table, spec, row, levels):
                continue
            whole = frozenset(
                c.col for c in table.cells
                if c.row == row and c.row_span >= levels and c.col_span == 1 and c.lines
            )  # fmt: skip
            shape = Shape(table.n_cols, levels=levels, whole=whole or _numbered(table, row))
            folded = _folded(table, row, row + levels, shape)
            headers = find_headers(folded, spec) if folded is not None else ()
            if (
                folded is not None
                and headers
                and len({c.target for c in headers[0].columns}) > known
            ):
                return folded, shape
    return None


def _is_levelled(table: Table, spec: RowsSpec, row: int, levels: int) -> bool:
    """Whether every level of a header names columns of the list, none of them twice."""
    seen: set[str] = set()
    for level in range(levels):
        own: set[str] = set()
        for cell in table.row_cells(row + level):
            if cell.row != row + level or not cell.lines:
                continue
            hit = best_column(spec.columns, (cell.text,))
            if hit is not None and hit[1] is None:
                if hit[0].field in seen | own:
                    return False
                own.add(hit[0].field)
        if not own:
            return False
        seen |= own
    return len(seen) >= max(spec.least, levels + 1) and set(spec.required) <= seen


def _numbered(table: Table, row: int) -> frozenset[int]:
    """The first column where it alone is empty in some level of the header: it holds the numbers."""
    first = table.at(row, 0)
    return frozenset({0} if first is not None and first.col_span == 1 and first.lines else ())


def _folded(table: Table, row0: int, row1: int, shape: Shape) -> Table | None:
    """The table with the rows from ``row0`` on, header included, ``shape.levels`` to one row."""
    groups = [[row] for row in range(row0)]
    if row1 > row0:
        groups.append(list(range(row0, row1)))
    records = _records(table, row1, shape)
    if row1 > row0 and not _like_header(table, range(row0, row1), records):
        return None
    cells: list[Cell] = []
    n_cols = table.n_cols * shape.levels
    for number, rows in enumerate([*groups, *records]):
        cells += _record_cells(table, rows, number, shape, n_cols)
    return replace(table, cells=tuple(cells), n_rows=len(groups) + len(records), n_cols=n_cols)


def _records(table: Table, row0: int, shape: Shape) -> list[list[int]]:
    """The grid rows of each record from ``row0`` on; a row over all columns stays alone."""
    records: list[list[int]] = []
    for row in range(row0, table.n_rows):
        own = table.row_cells(row)
        wide = len(own) == 1 or (own[0].row == row and own[0].col_span > max(1, table.n_cols - 1))
        current = records[-1] if records else []
        begins = not current or len(current) >= shape.levels or _is_wide(table, current[0])
        if not wide and not begins and shape.whole:
            begins = any(
                (c := table.at(row, col)) is not None
                and c.row == row
                and (c.row_span > 1 or bool(c.lines))
                for col in shape.whole
            )
        if wide or begins:
            records.append([row])
        else:
            current.append(row)
    return records


def _like_header(table: Table, header: Sequence[int], records: Sequence[Sequence[int]]) -> bool:
    """Whether the records are cut into cells as the levels of the header are."""
    wanted = [_cuts(table, row) for row in header]
    whole = [r for r in records if not _is_wide(table, r[0])]
    alike = sum(len(r) == len(wanted) and [_cuts(table, row) for row in r] == wanted for r in whole)
    return alike >= max(LEAST_RECORDS, SHARE_PARTED * len(whole))


def _cuts(table: Table, row: int) -> list[tuple[int, int]]:
    return [(c.col, c.col_span) for c in table.row_cells(row)]


def _is_wide(table: Table, row: int) -> bool:
    return len(table.row_cells(row)) == 1


def _record_cells(
    table: Table, rows: Sequence[int], number: int, shape: Shape, n_cols: int
) -> list[Cell]:
    """One row of the new grid: the levels of the record side by side, every place filled."""
    first = table.row_cells(rows[0])
    if len(rows) == 1 and len(first) == 1:
        return [replace(first[0], row=number, row_span=1, col=0, col_span=n_cols)]
    box = union_box(c.box for row in rows for c in table.row_cells(row) if c.row == row)
    outline = box or table.box
    cells: list[Cell] = []
    for level in range(shape.levels):
        at = level * table.n_cols
        taken = 0
        for cell in table.row_cells(rows[level]) if level < len(rows) else ():
            # What reaches down from the level above stands there.
            own = replace(cell, lines=()) if level and cell.row < rows[level] else cell
            cells.append(replace(own, row=number, row_span=1, col=at + cell.col))
            taken = cell.col + cell.col_span
        if taken < table.n_cols:
            empty = Box(outline.x0, outline.y0, outline.x1, outline.y1)
            cells.append(Cell(number, at + taken, 1, table.n_cols - taken, empty))
    return cells
