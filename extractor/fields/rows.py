"""Reading lists: header, rows, the same list on the next page.

One engine for staff, served firms, equipment, partners, yearly operations and every other list of the
catalogue; what differs is data (``config/rows``). A list goes on over pages while the next table has
the same columns, with or without the header again. Nothing is invented: an empty cell is absent, a cell
whose text is no value of its type is kept as read, without a value, and doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.core.page import Cell, PacketPage, Table, TextSource
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method, Row, RowSet
from extractor.fields.grid import column_cell
from extractor.fields.headers import Column, Header, find_headers
from extractor.fields.make import Enums, Spot, build_fact, read_fact, spot_of
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import Catalogue, FieldSpec
from extractor.setup.rowforms import ColumnSpec, RowsSpec
from extractor.values.parsed import UnitContext

#: Largest difference of a column's edges, as a share of the table's width, for a page to continue.
SAME_COLUMN = 0.03

_TICK_TEXT = re.compile(r"^[√✓✔☑■●VvⅤ∨丿/乛lⅼ1]$")
_UNIT = re.compile(
    r"[（(]\s*(亿元|万元|千元|元|家|户|人次|人|次|%|％|台套|平方米|岁|年)\s*[)）]|(万元|%)$"
)


@dataclass(frozen=True, slots=True)
class _Block:
    """Consecutive grid rows of one table read with one header."""

    page: PacketPage
    table: Table
    header: Header
    row0: int
    row1: int


def read_rows(view: DocumentView, spec: RowsSpec, catalogue: Catalogue) -> RowSet | None:
    """The list ``spec`` of this document, all its pages; ``None`` where it has no such table."""
    blocks = _blocks(view, spec)
    if not blocks:
        return None
    rows: list[Row] = []
    specs = {c.id: c for c in catalogue.fields[spec.rows].columns}
    for block in blocks:
        for grid_row in range(block.row0, block.row1):
            more = rows and grid_row > block.row0 and _same_key(block, spec, grid_row)
            no = len(rows) if more else len(rows) + 1
            cells = _row_facts(view, spec, specs, catalogue.enums, block, grid_row, no)
            if more:
                rows[-1] = Row(no=no, cells={**cells, **rows[-1].cells})
            elif cells:
                rows.append(Row(no=no, cells=cells))
    pages = tuple(sorted({b.page.no for b in blocks}))
    return RowSet(field=spec.rows, document=view.id, pages=pages, rows=tuple(rows))


def _same_key(block: _Block, spec: RowsSpec, grid_row: int) -> bool:
    """Whether the key cell of the row above reaches into this one: both are one printed row."""
    key = next((c for c in block.header.columns if c.target == spec.key), None)
    if key is None:
        return False
    cell = _cell_of(block.table, key, grid_row)
    return cell is not None and cell.row < grid_row and bool(cell.lines)


def _blocks(view: DocumentView, spec: RowsSpec) -> list[_Block]:
    blocks: list[_Block] = []
    running: Header | None = None
    for page in view.pages:
        for table in sorted(page.read.tables, key=lambda t: (t.box.y0, t.box.x0)):
            headers = find_headers(table, spec)
            if running is not None and (not headers or headers[0].row0 > 0):
                moved = _continue(table, running)
                if moved is not None:
                    end = headers[0].row0 if headers else table.n_rows
                    stop = _end_of_list(table, spec, moved, 0, end)
                    blocks.append(_Block(page, table, moved, 0, stop))
                    if stop < end:
                        running = None
            for i, header in enumerate(headers):
                limit = headers[i + 1].row0 if i + 1 < len(headers) else table.n_rows
                stop = _end_of_list(table, spec, header, header.row1, limit)
                blocks.append(_Block(page, table, header, header.row1, stop))
                running = header if stop == table.n_rows else None
    return blocks


def _continue(table: Table, header: Header) -> Header | None:
    """The header carried over to a table without one; ``None`` where the columns do not fit."""
    edges = sorted({c.box.x0 for c in table.cells} | {c.box.x1 for c in table.cells})
    width = max(table.box.width, 1e-6)
    shares = [(x - table.box.x0) / width for x in edges]

    def near(x: float) -> bool:
        return any(abs(x - s) <= SAME_COLUMN for s in shares)

    if not all(near(c.left) and near(c.right) for c in header.columns):
        return None
    columns = []
    for column in header.columns:
        inside = [
            c for c in table.cells
            if (c.box.cx - table.box.x0) / width > column.left
            and (c.box.cx - table.box.x0) / width < column.right
        ]  # fmt: skip
        if not inside:
            return None
        col0 = min(c.col for c in inside)
        col1 = max(c.col + c.col_span for c in inside)
        columns.append(replace(column, col0=col0, col1=col1))
    return Header(0, 0, tuple(columns))


def _end_of_list(table: Table, spec: RowsSpec, header: Header, row0: int, limit: int) -> int:
    """First grid row from ``row0`` that is no longer part of the list."""
    key = next((c for c in header.columns if c.target == spec.key), header.columns[0])
    ends = [fold_text(e) for e in spec.ends]
    for row in range(row0, limit):
        cells = table.row_cells(row)
        cell = _cell_of(table, key, row)
        if cell is None:
            return row
        others = [
            c
            for c in header.columns
            if c is not key and not (c.col1 <= key.col0 or key.col1 <= c.col0)
        ]
        spans_others = any(
            cell.col <= c.col0 and c.col1 <= cell.col + cell.col_span
            for c in header.columns
            if c is not key and c not in others
        )
        if spans_others and fold_text(cell.text):
            return row
        first = fold_text(cells[0].text) if cells else ""
        if any(e and first.startswith(e) for e in ends):
            return row
    return limit


def _cell_of(table: Table, column: Column, row: int) -> Cell | None:
    """The cell of a column in a grid row, put together where a false ruling cut it."""
    return column_cell(table, row, column.col0, column.col1)


def _row_facts(
    view: DocumentView,
    spec: RowsSpec,
    specs: Mapping[str, FieldSpec],
    enums: Enums,
    block: _Block,
    grid_row: int,
    no: int,
) -> dict[str, Fact]:
    """The facts of one grid row by column id; empty for a blank, repeated or total row."""
    found = {c: _cell_of(block.table, c, grid_row) for c in block.header.columns}
    if not any(cell is not None and fold_text(cell.text) for cell in found.values()):
        return {}
    first = block.table.row_cells(grid_row)
    if first and fold_text(first[0].text).startswith(tuple(fold_text(t) for t in spec.totals)):
        return {}
    columns = {c.field: c for c in spec.columns}
    facts: dict[str, Fact] = {}
    for column, cell in found.items():
        field = specs.get(column.target)
        if cell is None or field is None or column.tick is not None:
            continue
        if columns[column.target].presence:
            present = _presence_fact(view, field.id, block.page, cell, no)
            facts[present.field] = present
            continue
        fact = _cell_fact(view, columns[column.target], field, enums, block.page, column, cell, no)
        if fact is not None:
            facts[field.id] = fact
    for column_spec in spec.columns:
        if column_spec.ticks and column_spec.field in specs:
            facts.update(_tick_facts(view, column_spec, specs, enums, block.page, found, no))
    return facts


def _cell_fact(
    view: DocumentView,
    column_spec: ColumnSpec,
    field: FieldSpec,
    enums: Enums,
    page: PacketPage,
    column: Column,
    cell: Cell,
    no: int,
) -> Fact | None:
    spot = _cell_spot(page, cell)
    if spot is None:
        return None
    unit = _UNIT.search(column.heading)
    fact = read_fact(
        field,
        spot,
        document=view.id,
        method=Method.OCR_CELL,
        units=UnitContext(
            header=(unit.group(1) or unit.group(2)) if unit else None,
            default=column_spec.unit or field.unit,
        ),
        enums=enums,
        row=no,
        label=column.heading,
        kind=column_spec.kind,
    )
    if fact is not None or not fold_text(spot.raw):
        return fact
    return build_fact(
        field.id, spot, None, document=view.id, method=Method.OCR_CELL, row=no, factor=0.5
    )


def _cell_spot(page: PacketPage, cell: Cell) -> Spot | None:
    run = TextRun(page, cell.lines, cell)
    return spot_of(run, 0, len(run.text))


def _presence_fact(view: DocumentView, field: str, page: PacketPage, cell: Cell, no: int) -> Fact:
    """Whether a cell holds any ink: printed, written or stamped. Never more than that."""
    written = [m for m in page.read.marks if cell.box.contains_point(m.box.cx, m.box.cy)]
    spot = _cell_spot(page, cell)
    if spot is None and written:
        spot = Spot(page, written[0].box, "（手写）", written[0].confidence)
    present = spot is not None
    place = spot or Spot(page, cell.box, "（空）", 0.9)
    place = Spot(page, place.box, place.raw, max(place.confidence, 0.9), place.source)
    return build_fact(field, place, present, document=view.id, method=Method.MARK, row=no)


def _tick_facts(
    view: DocumentView,
    column_spec: ColumnSpec,
    specs: Mapping[str, FieldSpec],
    enums: Enums,
    page: PacketPage,
    found: Mapping[Column, Cell | None],
    no: int,
) -> dict[str, Fact]:
    """The ticked value of a row, or a score where somebody wrote a number; both ticked is doubtful."""
    ticked: list[tuple[str, Spot]] = []
    scores: dict[str, Fact] = {}
    for column, cell in found.items():
        if column.target != column_spec.field or column.tick is None or cell is None:
            continue
        spot = tick_spot(page, cell)
        if spot is not None:
            ticked.append((column.tick, spot))
        elif column_spec.score and column_spec.score in specs and fold_text(cell.text):
            at = _cell_spot(page, cell)
            score = at and read_fact(
                specs[column_spec.score], at, document=view.id, method=Method.OCR_CELL,
                enums=enums, row=no, label=column.heading,
            )  # fmt: skip
            if score:
                scores[column_spec.score] = score
    if not ticked:
        return scores
    value, spot = ticked[0]
    fact = build_fact(
        column_spec.field, spot, value if len(ticked) == 1 else None, document=view.id,
        method=Method.MARK, row=no, factor=1.0 if len(ticked) == 1 else 0.4,
        alternatives=tuple(v for v, _ in ticked) if len(ticked) > 1 else (),
    )  # fmt: skip
    return {**scores, column_spec.field: fact}


def tick_spot(page: PacketPage, cell: Cell) -> Spot | None:
    """The tick in a cell, from pixels or as OCR read it; ``None`` where there is none."""
    for mark in page.read.marks:
        if mark.kind == "tick" and cell.box.contains_point(mark.box.cx, mark.box.cy):
            return Spot(page, mark.box, "√", mark.confidence)
    text = fold_text(cell.text) or cell.text.strip()
    if text and _TICK_TEXT.match(text):
        return Spot(
            page, cell.text_box, cell.text.strip(), min(cell.confidence, 0.95), TextSource.OCR
        )
    return None


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
