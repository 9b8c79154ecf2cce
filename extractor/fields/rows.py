"""Reading lists: header, rows, the same list on the next page.

One engine for staff, served firms, equipment, partners, yearly operations and every other list of the
catalogue; what differs is data (``config/rows``). ``blocks`` says where a list stands; here its grid rows
become rows: lines that wrap without rulings and halves that a page edge cut are put together, totals are
left out, and every cell is read as its column's type. Nothing is invented: an empty cell is absent, a
cell whose text is no value of its type is kept as read, without a value, and doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extractor.core.page import Cell, PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method, Row, RowSet
from extractor.fields.blocks import (
    Block,
    covers_more,
    find_blocks,
    is_merged_row,
    is_total,
    key_column,
)
from extractor.fields.grid import column_cell, joined_cells, row_cells
from extractor.fields.headers import Column
from extractor.fields.make import Enums, Spot, build_fact, read_fact, spot_of
from extractor.fields.ratings import rating_facts, tick_facts
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import Catalogue, FieldSpec
from extractor.setup.rowforms import ColumnSpec, RowsSpec
from extractor.values.parsed import UnitContext

#: Kinds whose text may go on in the next line or on the next page; all others stand on one line.
_WRAPS = frozenset({"text", "org_name", "org_or_person", "list", "address"})
#: A cell put together from a ruling that was missed is never sure.
_UNSURE_CUT = 0.8

_DASH = re.compile(r"[-—―–－_/／\s]+")
_UNIT = re.compile(
    r"[（(]\s*(?:单位[:：]?)?\s*(亿元|万元|千元|元|家|户|人次|人|次|%|％|台套|平方米|岁|年)\s*[)）]|(万元|%)$"
)


@dataclass(slots=True)
class _Printed:
    """One printed row: per column its cells, top to bottom; those of a second page apart.

    ``number`` is what stands in the number column; ``over`` holds what stands on the next page.
    """

    page: PacketPage
    cells: dict[Column, Cell]
    unsure: frozenset[Column]
    span: tuple[float, float]
    over: list[tuple[PacketPage, dict[Column, Cell]]] = field(default_factory=list)

    def filled(self) -> dict[Column, Cell]:
        return {c: cell for c, cell in self.cells.items() if fold_text(cell.text)}


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reading the cells of a list needs everywhere."""

    view: DocumentView
    spec: RowsSpec
    fields: Mapping[str, FieldSpec]
    columns: Mapping[str, ColumnSpec]
    enums: Enums

    def wraps(self, column: Column) -> bool:
        known = self.fields.get(column.target)
        own = self.columns.get(column.target)
        kind = (own.kind if own else None) or (known.type if known else "text")
        return kind in _WRAPS

    def text(self, row: _Printed, target: str) -> str:
        """The folded text of a column of a row; empty where there is none."""
        return "".join(fold_text(c.text) for k, c in row.cells.items() if k.target == target)

    @property
    def seq(self) -> str:
        return f"{self.spec.rows}.seq"


def read_rows(view: DocumentView, spec: RowsSpec, catalogue: Catalogue) -> RowSet | None:
    """The list ``spec`` of this document, all its pages; ``None`` where it has no such table."""
    blocks = find_blocks(view, spec)
    if not blocks:
        return None
    fields = {c.id: c for c in catalogue.fields[spec.rows].columns}
    columns = {c.field: c for c in spec.columns}
    reading = _Reading(view, spec, fields, columns, catalogue.enums)
    printed: list[_Printed] = []
    for block in blocks:
        own = _printed_rows(reading, block)
        if own and printed and block.goes_on and _is_second_half(reading, printed[-1], own[0]):
            printed[-1].over.append((own[0].page, own[0].cells))
            own = own[1:]
        printed += own
    rows: list[Row] = []
    for row in printed:
        cells = _row_facts(reading, row, len(rows) + 1)
        if cells:
            rows.append(Row(no=len(rows) + 1, cells=cells))
    pages = tuple(sorted({b.page.no for b in blocks}))
    return RowSet(field=spec.rows, document=view.id, pages=pages, rows=tuple(rows))


# -- printed rows ---------------------------------------------------------------------------------


def _printed_rows(reading: _Reading, block: Block) -> list[_Printed]:
    """The rows of a block in the order they count: panels side by side one after the other, or
    across where their numbers run across."""
    panels = [_panel_rows(reading, block, panel) for panel in block.header.panels]
    if len(panels) == 1:
        return panels[0]
    if _runs_across(reading, panels):
        longest = max(len(p) for p in panels)
        return [p[i] for i in range(longest) for p in panels if i < len(p)]
    return [row for panel in panels for row in panel]


def _runs_across(reading: _Reading, panels: Sequence[Sequence[_Printed]]) -> bool:
    first = [reading.text(p[0], reading.seq) if p else "" for p in panels[:2]]
    return (
        all(t.isdigit() for t in first)
        and int(first[1]) == int(first[0]) + 1
        and (len(panels[0]) > 1)
    )


def _panel_rows(reading: _Reading, block: Block, columns: tuple[Column, ...]) -> list[_Printed]:
    key = key_column(columns, reading.spec)
    rows: list[_Printed] = []
    for grid_row in range(block.row0, block.row1):
        found = row_cells(block.table, grid_row, [(c.col0, c.col1) for c in columns])
        cells = {c: f.cell for c, f in zip(columns, found, strict=True) if f is not None}
        unsure = frozenset(
            c for c, f in zip(columns, found, strict=True) if f is not None and f.divided
        )
        every = block.table.row_cells(grid_row)
        if any(is_total(c.text, reading.spec.totals) for c in every if c.row == grid_row):
            continue
        whole = column_cell(block.table, grid_row, key.col0, key.col1)
        if whole is None:
            continue
        if covers_more(whole, columns) and not is_merged_row(block.table, columns, whole, grid_row):
            continue  # a heading of a group
        ys = [c.box for c in every if c.row == grid_row]
        top = min((b.y0 for b in ys), default=0.0)
        bottom = max((min(b.y1, block.table.box.y1) for b in ys), default=0.0)
        row = _Printed(block.page, cells, unsure, (top, bottom))
        if not row.filled() and not _has_marks(row):
            continue
        at_key = cells.get(key)
        if (
            rows
            and at_key is not None
            and at_key.row < grid_row
            and at_key.lines
            and (rows[-1].cells.get(key) is at_key)
        ):
            # The key's cell reaches down into this grid row: both are one printed row.
            rows[-1].cells = {**row.filled(), **rows[-1].filled(), key: at_key}
            continue
        rows.append(row)
    return _unwrapped(reading, rows) if block.table.method == "aligned" else rows


def _has_marks(row: _Printed) -> bool:
    return any(
        cell.box.contains_point(m.box.cx, m.box.cy)
        for m in row.page.read.marks
        for cell in row.cells.values()
    )


def _unwrapped(reading: _Reading, rows: list[_Printed]) -> list[_Printed]:
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
        else:
            alone.append(i)
    merged = {
        a: rows[a] if len(own) == 1 else _joined_rows([rows[i] for i in sorted(own)])
        for a, own in parts.items()
    }
    return [merged[i] if i in merged else rows[i] for i in sorted([*merged, *alone])]


def _is_anchor(reading: _Reading, row: _Printed) -> bool:
    """Whether a line begins a row: it has its number or, in lists without, most of what never wraps."""
    if any(c.target == reading.seq for c in row.cells):
        return any(ch.isdigit() for ch in reading.text(row, reading.seq))
    single = [c for c in row.cells if not reading.wraps(c)]
    if not single:
        return bool(reading.text(row, reading.spec.key))
    filled = row.filled()
    return 2 * sum(c in filled for c in single) >= len(single)


def _gap(a: _Printed, b: _Printed) -> float:
    return max(a.span[0] - b.span[1], b.span[0] - a.span[1], 0.0) + 1e-3 * abs(
        a.span[0] + a.span[1] - b.span[0] - b.span[1]
    )


def _fits(reading: _Reading, row: _Printed, part: _Printed) -> bool:
    """Whether ``part`` may be a further line of ``row``: nothing that never wraps is in both."""
    mine, other = row.filled(), {c.target: c for c in part.filled()}
    return not any(c.target in other and not reading.wraps(c) for c in mine)


def _joined_rows(rows: Sequence[_Printed]) -> _Printed:
    cells: dict[Column, Cell] = {}
    for column in rows[0].cells:
        parts = [r.cells[column] for r in rows if column in r.cells]
        filled = [c for c in parts if c.lines]
        cells[column] = joined_cells(filled) if len(filled) > 1 else (filled or parts)[0]
    unsure = frozenset(c for r in rows for c in r.unsure)
    span = (min(r.span[0] for r in rows), max(r.span[1] for r in rows))
    return _Printed(rows[0].page, cells, unsure, span)


def _is_second_half(reading: _Reading, last: _Printed, first: _Printed) -> bool:
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


# -- facts -----------------------------------------------------------------------------------------


def _row_facts(reading: _Reading, row: _Printed, no: int) -> dict[str, Fact]:
    """The facts of one printed row by column id; empty for a blank row."""
    view, fields, enums = reading.view, reading.fields, reading.enums
    facts: dict[str, Fact] = {}
    for column, cell in row.cells.items():
        known = fields.get(column.target)
        own = reading.columns[column.target]
        if known is None or column.tick is not None:
            continue
        if own.presence:
            facts[known.id] = _presence_fact(view, known.id, row.page, cell, no)
        elif own.ticks and (known.enum or own.score):
            facts.update(rating_facts(view, own, fields, enums, row.page, column, cell, no))
        else:
            fact = _cell_fact(reading, row, column, cell, no)
            if fact is not None:
                facts[known.id] = fact
    for own in reading.spec.columns:
        if own.ticks and own.field in fields:
            facts = {**tick_facts(view, own, fields, enums, row.page, row.cells, no), **facts}
    for page, cells in row.over:
        for column, cell in cells.items():
            known = fields.get(column.target)
            if known is not None and known.id not in facts and column.tick is None:
                fact = _cell_fact(
                    reading, _Printed(page, {}, frozenset(), (0, 0)), column, cell, no
                )
                if fact is not None:
                    facts[known.id] = fact
    blank = not row.filled() and all(
        f.method is not Method.MARK or f.value is False for f in facts.values()
    )
    return {} if blank else facts


def _cell_fact(
    reading: _Reading, row: _Printed, column: Column, cell: Cell, no: int
) -> Fact | None:
    spot = _cell_spot(row.page, cell)
    if spot is None:
        return None
    spot = _with_second_half(spot, row, column)
    own, known = reading.columns[column.target], reading.fields[column.target]
    unit = _UNIT.search(column.heading)
    fact = read_fact(
        known,
        spot,
        document=reading.view.id,
        method=Method.OCR_CELL,
        units=UnitContext(
            header=(unit.group(1) or unit.group(2)) if unit else None,
            default=own.unit or known.unit,
        ),
        enums=reading.enums,
        row=no,
        label=column.heading,
        kind=own.kind,
    )
    if fact is None and own.dash and _DASH.fullmatch(spot.raw):
        return build_fact(
            known.id, spot, "—", document=reading.view.id, method=Method.OCR_CELL, row=no
        )
    if fact is not None or not fold_text(spot.raw):
        return fact
    return build_fact(
        known.id, spot, None, document=reading.view.id, method=Method.OCR_CELL, row=no, factor=0.5
    )


def _cell_spot(page: PacketPage, cell: Cell) -> Spot | None:
    run = TextRun(page, cell.lines, cell)
    return spot_of(run, 0, len(run.text))


def _with_second_half(spot: Spot, row: _Printed, column: Column) -> Spot:
    """The text of a cell that goes on on the next page; its place is that of its beginning."""
    for page, cells in row.over:
        for other, cell in cells.items():
            more = _cell_spot(page, cell) if other.target == column.target else None
            if more is None or other.tick != column.tick:
                continue
            letters = [v for v in (spot.letters, more.letters) if v is not None]
            spot = Spot(
                spot.page, spot.box, spot.raw + more.raw, min(spot.confidence, more.confidence),
                spot.source, min(letters, default=None),
            )  # fmt: skip
    if column in row.unsure:
        spot = Spot(
            spot.page, spot.box, spot.raw, spot.confidence * _UNSURE_CUT, spot.source,
            None if spot.letters is None else spot.letters * _UNSURE_CUT,
        )  # fmt: skip
    return spot


def _presence_fact(
    view: DocumentView, field_id: str, page: PacketPage, cell: Cell, no: int
) -> Fact:
    """Whether a cell holds any ink: printed, written or stamped. Never more than that."""
    written = [m for m in page.read.marks if cell.box.contains_point(m.box.cx, m.box.cy)]
    spot = _cell_spot(page, cell)
    if spot is None and written:
        spot = Spot(page, written[0].box, "（手写）", written[0].confidence)
    present = spot is not None
    place = spot or Spot(page, cell.box, "（空）", 0.9)
    place = Spot(page, place.box, place.raw, max(place.confidence, 0.9), place.source)
    return build_fact(field_id, place, present, document=view.id, method=Method.MARK, row=no)


def all_rows(
    view: DocumentView, specs: Mapping[str, RowsSpec], catalogue: Catalogue
) -> Sequence[RowSet]:
    """Every list of ``specs`` that this document's type may hold and does."""
    found = []
    for spec in specs.values():
        if view.type in spec.documents:
            rows = read_rows(view, spec, catalogue)
            if rows is not None and rows.rows:
                found.append(rows)
    return found
