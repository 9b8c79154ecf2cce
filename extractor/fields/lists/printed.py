"""Printed rows of a list: lines that wrap put together, rows that a missed ruling joined taken apart.

Tables without rulings have one grid row for each line of text, so a name on two lines is two grid rows.
In ruled ones a faint ruling may be missed: two rows are one grid row then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import union_box
from extractor.core.page import Cell, Line, PacketPage
from extractor.core.text import fold_text
from extractor.fields.lists.grid import joined_cells
from extractor.fields.lists.headers import Column
from extractor.fields.make import Enums
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import FieldSpec
from extractor.setup.rowforms import ColumnSpec, RowsSpec
from extractor.values.names import has_org_suffix

#: Kinds whose text may go on in the next line or on the next page; all others stand on one line.
_WRAPS = frozenset({"text", "org_name", "org_or_person", "list", "address"})
#: Confidence below which letters beside a list may be anything.
HARDLY_LEGIBLE = 0.6
#: A line is halfway between two rows where it is no nearer to one than this, in line heights.
HALFWAY = 0.25
#: Two lines of neighbouring cells are on one baseline that differ by less, in line heights.
ONE_BASELINE = 0.5


@dataclass(slots=True)
class Printed:
    """One printed row: per column its cell; those of a second page apart, in ``over``.

    ``unsure``: columns whose cell was put together from a guess. ``span``: top and bottom of its text,
    upright points. ``lone``: columns that print several words to choose from, of which one was read here.
    """

    page: PacketPage
    cells: dict[Column, Cell]
    unsure: frozenset[Column]
    span: tuple[float, float]
    over: list[tuple[PacketPage, dict[Column, Cell]]] = field(default_factory=list)
    lone: frozenset[Column] = frozenset()

    def filled(self) -> dict[Column, Cell]:
        """The cells with text."""
        return {c: cell for c, cell in self.cells.items() if fold_text(cell.text)}


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading the cells of a list needs everywhere."""

    view: DocumentView
    spec: RowsSpec
    fields: Mapping[str, FieldSpec]
    columns: Mapping[str, ColumnSpec]
    enums: Enums

    def wraps(self, column: Column) -> bool:
        """Whether a value of the column may take more than one line."""
        known = self.fields.get(column.target)
        own = self.columns.get(column.target)
        if own is not None and own.ticks:
            return True  # the words to choose from may take two lines
        kind = (own.kind if own else None) or (known.type if known else "text")
        return kind in _WRAPS

    def text(self, row: Printed, target: str) -> str:
        """The folded text of a column of a row; empty where there is none."""
        return "".join(fold_text(c.text) for k, c in row.cells.items() if k.target == target)

    @property
    def seq(self) -> str:
        """The id of the number column."""
        return f"{self.spec.rows}.seq"


def taken_apart(reading: Reading, row: Printed) -> list[Printed]:
    """The rows that one grid row holds where the ruling between them was missed; mostly the row itself.

    Only where every cell holds as many lines as the others, on the same baselines, and one of the
    columns holds values that never take two lines: two names in one cell are two rows.
    """
    filled = row.filled()
    single = [c for c in filled if not reading.wraps(c)]
    if len(filled) < 2 or not single:
        return [row]
    lines = {c: baseline_rows(cell.lines) for c, cell in filled.items()}
    count = len(lines[single[0]])
    if count < 2 or any(len(own) != count for own in lines.values()):
        return [row]
    for k in range(count):
        boxes = [union_box(q.box for q in own[k]) for own in lines.values()]
        level = [b.cy for b in boxes if b is not None]
        height = median(b.height for b in boxes if b is not None)
        if max(level) - min(level) > ONE_BASELINE * height:
            return [row]
    parts = []
    for k in range(count):
        cells = {c: _only(cell, tuple(lines[c][k])) for c, cell in filled.items()}
        empty = {c: cell for c, cell in row.cells.items() if c not in filled and c.tick is None}
        span = text_span(cells, row.span)
        parts.append(Printed(row.page, {**empty, **cells}, frozenset(cells), span))
    return parts


def _only(cell: Cell, lines: tuple[Line, ...]) -> Cell:
    box = union_box(q.box for q in lines) or cell.box
    return replace(cell, lines=lines, box=replace(cell.box, y0=box.y0, y1=box.y1))


def text_span(cells: Mapping[Column, Cell], otherwise: tuple[float, float]) -> tuple[float, float]:
    """Top and bottom of the text of the cells; ``otherwise`` where they have none."""
    box = union_box(q.box for cell in cells.values() for q in cell.lines)
    return otherwise if box is None else (box.y0, box.y1)


def unwrapped(reading: Reading, rows: list[Printed]) -> list[Printed]:
    """Rows of a table without rulings, lines that wrap in a cell put to the row they belong to."""
    anchors = [i for i, row in enumerate(rows) if _is_anchor(reading, row)]
    if not anchors:
        return rows
    parts: dict[int, list[int]] = {i: [i] for i in anchors}
    alone: list[int] = []
    for i, row in enumerate(rows):
        if i in parts:
            continue
        near = min(anchors, key=lambda a: (_gap(rows[a], row), a > i))
        if _fits(reading, rows[near], row):
            parts[near].append(i)
            _doubt_either(reading, rows, anchors, i)
        elif not _is_stray(reading, row):
            alone.append(i)
    merged = {
        a: rows[a] if len(own) == 1 else _joined_rows([rows[i] for i in sorted(own)])
        for a, own in parts.items()
    }
    return [merged[i] if i in merged else rows[i] for i in sorted([*merged, *alone])]


def _doubt_either(reading: Reading, rows: list[Printed], anchors: Sequence[int], i: int) -> None:
    """Marks what a line halfway between two rows may add to either: neither is sure to be whole."""
    above = max((a for a in anchors if a < i), default=None)
    below = min((a for a in anchors if a > i), default=None)
    if above is None or below is None:
        return
    part = rows[i].filled()
    up, down = (
        max(rows[a].span[0] - rows[i].span[1], rows[i].span[0] - rows[a].span[1], 0.0)
        for a in (above, below)
    )
    height = median(q.box.height for cell in part.values() for q in cell.lines)
    if abs(up - down) >= HALFWAY * height:
        return
    for column, cell in part.items():
        upper, lower = (reading.text(rows[a], column.target) for a in (above, below))
        # A name that ends in 公司 only with this line, before one that is whole: it is the upper one's.
        whole = has_org_suffix(upper + fold_text(cell.text)) and not has_org_suffix(upper)
        if whole and has_org_suffix(lower):
            continue
        for a in (above, below):
            rows[a].unsure |= {column}


def _is_anchor(reading: Reading, row: Printed) -> bool:
    """Whether a line begins a row: it has its number or, in lists without, most of what never wraps."""
    if any(c.target == reading.seq for c in row.cells):
        return any(ch.isdigit() for ch in reading.text(row, reading.seq))
    single = [c for c in row.cells if not reading.wraps(c)]
    if not single:
        return bool(reading.text(row, reading.spec.key))
    filled = row.filled()
    least = len(single) if reading.text(row, reading.spec.key) else len(single) + 1
    return 2 * sum(c in filled for c in single) >= least


def _is_stray(reading: Reading, row: Printed) -> bool:
    """Whether a line that fits no row is none itself: one word without a name (the lower half of a
    heading, print of a seal), or few words that were hardly legible."""
    filled = row.filled()
    if len(filled) == 1 and not reading.text(row, reading.spec.key):
        return True
    letters = [q.confidence for cell in filled.values() for q in cell.lines]
    return 2 * len(filled) < len(row.cells) and median(letters) < HARDLY_LEGIBLE


def _gap(a: Printed, b: Printed) -> float:
    return max(a.span[0] - b.span[1], b.span[0] - a.span[1], 0.0) + 1e-3 * abs(
        a.span[0] + a.span[1] - b.span[0] - b.span[1]
    )


def _fits(reading: Reading, row: Printed, part: Printed) -> bool:
    """Whether ``part`` may be a further line of ``row``: nothing that never wraps is in both."""
    mine, other = row.filled(), {c.target: c for c in part.filled()}
    return not any(c.target in other and not reading.wraps(c) for c in mine)


def _joined_rows(rows: Sequence[Printed]) -> Printed:
    cells: dict[Column, Cell] = {}
    for column in rows[0].cells:
        parts = [r.cells[column] for r in rows if column in r.cells]
        filled = [c for c in parts if c.lines]
        cells[column] = joined_cells(filled) if len(filled) > 1 else (filled or parts)[0]
    unsure = frozenset(c for r in rows for c in r.unsure)
    span = (min(r.span[0] for r in rows), max(r.span[1] for r in rows))
    return Printed(rows[0].page, cells, unsure, span)


def is_second_half(reading: Reading, last: Printed, first: Printed) -> bool:
    """Whether the first row of a page is the second half of the last one before it.

    It has no number and no name of its own; or it has no number (or the list has none), fewer cells,
    and nothing filled that never wraps and stood above already.
    """
    spec = reading.spec
    filled = first.filled()
    if not filled or last.page.no >= first.page.no:
        return False
    numbered = any(c.target == reading.seq for c in last.cells)
    if numbered and (reading.text(first, reading.seq) or not reading.text(last, reading.seq)):
        return False
    if not reading.text(first, spec.key):
        return True
    if len(filled) >= len(last.filled()) or not _fits(reading, last, first):
        return False
    return all(reading.wraps(c) for c in filled)
