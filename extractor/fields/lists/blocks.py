"""Where a list stands: which grid rows of which tables, over all pages of a document.

A list goes on over pages while the next table has the same columns, with or without the header again.
It ends where a row has another shape (a remark over the whole width, the next section of a form), but
neither at a total nor at a heading of a group of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from extractor.core.page import Cell, PacketPage, Table
from extractor.core.text import fold_text
from extractor.fields.lists.grid import column_cell
from extractor.fields.lists.headers import Column, Header, find_headers
from extractor.fields.lists.looks import has_look
from extractor.fields.lists.numbered import with_number_column
from extractor.fields.lists.reshape import Shape, reshaped, reshaped_like
from extractor.fields.view import DocumentView
from extractor.setup.rowforms import RowsSpec

#: Largest difference of a column's edges, as a share of the table's width, for a page to continue.
SAME_COLUMN = 0.03
#: As many columns as before must lie over each other by this share; without rulings they are as wide
#: as their text happens to be.
SAME_PLACE = {"ruled": 0.85, "aligned": 0.5}

#: A group's heading may stand below the total of the group before.
_HEADINGS_TOGETHER = 3

_REMARKS = ("注", "备注", "说明", "填表人", "填报人", "制表人", "审核人", "填表说明")
_TOTAL_TAIL = re.compile(
    r"[\d.]*(?:[（(]?(?:家|人|户|台|套|台套|万元|元|项|个|条|名|行)[)）]?[\d.]*)*"
)
#: What a total may say it is the total of; a name before 合计 could be a firm's, so few words will do.
_TOTAL_HEAD = re.compile(
    r"^(?:(?:19|20)\d\d年度?)?(?:[上下]半年|全年|前[一二三1-3]季度|第?[一二三四1-4]季度|(?:1[0-2]|[1-9])月份?)?"
    r"(?:本页|本表|全部|分组|以上|累计|各项|[\u4e00-\u9fff]{1,6}[市县区州旗])?"
)


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive grid rows ``row0..row1`` of one table read with one header.

    ``goes_on``: it continues a table that ended at the foot of the page before, so its first row may
    be the second half of a row.
    """

    page: PacketPage
    table: Table
    header: Header
    row0: int
    row1: int
    goes_on: bool = False


def find_blocks(view: DocumentView, spec: RowsSpec) -> list[Block]:
    """The list ``spec`` of this document: all its blocks in page order, empty where there is none."""
    blocks = _blocks(view, spec, lambda table: table)
    return blocks or (_blocks(view, spec, turned) if spec.across else [])


class BlocksOf:
    """``find_blocks`` of one document, each list looked for once: several are weighed against each other."""

    def __init__(self, view: DocumentView) -> None:
        self.view = view
        self._known: dict[int, list[Block]] = {}

    def __call__(self, spec: RowsSpec) -> list[Block]:
        """All blocks of the list, as ``find_blocks`` gives them."""
        if id(spec) not in self._known:  # lists of one name differ by document
            self._known[id(spec)] = find_blocks(self.view, spec)
        return self._known[id(spec)]


def turned(table: Table) -> Table:
    """The table with its grid's rows and columns exchanged; every cell keeps its place on the page."""
    cells = [
        replace(c, row=c.col, col=c.row, row_span=c.col_span, col_span=c.row_span)
        for c in table.cells
    ]
    cells.sort(key=lambda c: (c.row, c.col))
    return replace(
        table, cells=tuple(cells), n_rows=table.n_cols, n_cols=table.n_rows, method="ruled"
    )


def _blocks(view: DocumentView, spec: RowsSpec, seen: Callable[[Table], Table]) -> list[Block]:
    blocks: list[Block] = []
    running: Header | None = None
    shape: Shape | None = None
    for page in view.pages:
        was_running = running is not None
        for found in sorted(page.read.tables, key=lambda t: (t.box.y0, t.box.x0)):
            plain = seen(found)
            headers = find_headers(plain, spec)
            table, own = reshaped(plain, spec, headers)
            if table is not plain:
                headers = find_headers(table, spec)
            if headers:
                shape = own
            elif running is not None and shape is not None:
                table = reshaped_like(table, shape) or table
            if running is not None and (not headers or headers[0].row0 > 0):
                table, moved = _continued(table, running, spec)
                if moved is not None:
                    end = headers[0].row0 if headers else table.n_rows
                    stop = _end_of_list(table, spec, moved, 0, end)
                    blocks.append(Block(page, table, moved, 0, stop, was_running))
                    was_running = False
                    if stop < end:
                        running = None
            for i, header in enumerate(headers):
                limit = headers[i + 1].row0 if i + 1 < len(headers) else table.n_rows
                stop = _end_of_list(table, spec, header, header.row1, limit)
                goes_on = was_running and header.row0 <= 1
                blocks.append(Block(page, table, header, header.row1, stop, goes_on))
                running = header if stop == table.n_rows else None
                was_running = False
    return blocks


def is_total(text: str, words: Sequence[str]) -> bool:
    """Whether a cell says that its row adds up others: ``合 计``, ``小计 120 家``, ``本页合计``."""
    folded = _TOTAL_HEAD.sub("", fold_text(text), count=1)
    for word in words:
        if folded.startswith(fold_text(word)):
            return _TOTAL_TAIL.fullmatch(folded[len(fold_text(word)) :]) is not None
    return False


# -- the same columns on the next page ---------------------------------------------------------


def _continued(table: Table, header: Header, spec: RowsSpec) -> tuple[Table, Header | None]:
    """The table that goes on, and its header; its numbers and names parted where they share a column."""
    moved = _continue(table, header, spec)
    numbered = any(c.target == f"{spec.rows}.seq" and c.col0 == 0 for c in header.columns)
    if moved is None and numbered and table.n_cols == header.n_cols - 1:
        apart = with_number_column(table)
        moved = None if apart is None else _continue(apart, header, spec)
        if apart is not None and moved is not None:
            return apart, moved
    return table, moved


def _continue(table: Table, header: Header, spec: RowsSpec) -> Header | None:
    """The header carried over to a table without one; ``None`` where the columns do not fit."""
    # Where records were folded, columns lie over each other: only their order tells them apart.
    moved = None if header.is_folded else _by_edges(table, header)
    if moved is None:
        moved = _by_place(table, header)
    if moved is None or not _holds_rows(table, moved, spec) or _has_headings(table, moved, spec):
        return None
    return moved


def _has_headings(table: Table, header: Header, spec: RowsSpec) -> bool:
    """Whether words stand in the first row where the list has figures: another table's headings."""
    figures = {c.field for c in spec.columns if c.unit is not None}
    for column in header.columns:
        cell = column_cell(table, 0, column.col0, column.col1)
        text = fold_text(cell.text) if cell is not None and column.target in figures else ""
        if len(text) >= 3 and not any(ch.isdigit() for ch in text):
            return True
    return False


def _by_edges(table: Table, header: Header) -> Header | None:
    edges = sorted({c.box.x0 for c in table.cells} | {c.box.x1 for c in table.cells})
    width = max(table.box.width, 1e-6)
    shares = [(x - table.box.x0) / width for x in edges]

    def near(x: float) -> bool:
        return any(abs(x - s) <= SAME_COLUMN for s in shares)

    if not all(near(c.left) and near(c.right) for c in header.all_columns):
        return None
    panels = []
    for panel in header.panels:
        columns = []
        for column in panel:
            # Cells that lie inside; a wide one may have its middle there by chance.
            inside = [
                c
                for c in table.cells
                if (c.box.x0 - table.box.x0) / width >= column.left - SAME_COLUMN
                and (c.box.x1 - table.box.x0) / width <= column.right + SAME_COLUMN
                and column.left < (c.box.cx - table.box.x0) / width < column.right
            ]
            if not inside:
                return None
            col0 = min(c.col for c in inside)
            col1 = max(c.col + c.col_span for c in inside)
            columns.append(replace(column, col0=col0, col1=col1))
        panels.append(tuple(columns))
    return Header(0, 0, tuple(panels), table.n_cols)


def _by_place(table: Table, header: Header) -> Header | None:
    """As many grid columns, each mostly where it was: tables without rulings move their edges."""
    if table.n_cols != header.n_cols:
        return None
    width = max(table.box.width, 1e-6)
    needed = SAME_PLACE.get(table.method, SAME_PLACE["ruled"])
    for column in header.all_columns:
        own = [
            c for c in table.cells
            if c.col == column.col0 and c.col + c.col_span == column.col1
        ]  # fmt: skip
        if not own:
            return None
        left = (min(c.box.x0 for c in own) - table.box.x0) / width
        right = (max(c.box.x1 for c in own) - table.box.x0) / width
        shared = min(right, column.right) - max(left, column.left)
        if shared < needed * max(right - left, column.right - column.left):
            return None
    return Header(0, 0, header.panels, table.n_cols)


def _holds_rows(table: Table, header: Header, spec: RowsSpec) -> bool:
    """Whether numbers stand in the number column: a form may by chance have the same edges."""
    seq = next((c for c in header.columns if c.target == f"{spec.rows}.seq"), None)
    if seq is None:
        return True
    texts = [
        fold_text(cell.text)
        for row in range(table.n_rows)
        if (cell := column_cell(table, row, seq.col0, seq.col1)) and cell.lines
    ]
    return not texts or 2 * sum(any(ch.isdigit() for ch in t) for t in texts) >= len(texts)


# -- the end ------------------------------------------------------------------------------------


def _end_of_list(table: Table, spec: RowsSpec, header: Header, row0: int, limit: int) -> int:
    """First grid row from ``row0`` that is no longer part of the list."""
    key = key_column(header.columns, spec)
    first_col = min(c.col0 for c in header.columns)
    for row in range(row0, limit):
        cell = column_cell(table, row, key.col0, key.col1)
        if cell is None:
            return row
        lead = table.row_cells(row)[0]
        outside = lead.col + lead.col_span <= first_col
        wide = covers_more(lead, header.columns)
        if lead.row == row and (outside or wide) and _starts_with(lead, (*spec.ends, *_REMARKS)):
            return row
        if _is_remark(lead, (*spec.ends, *_REMARKS)):
            return row
        # Beside a title written downwards the row begins with its second cell.
        begins = next((c for c in table.row_cells(row) if c.row == row), lead)
        if begins.row == row and _starts_with(begins, [e for e in spec.ends if len(e) > 2]):
            return row
        if _is_answer_to(table, spec, header.columns, key, row):
            return row
        if not covers_more(cell, header.columns) or not fold_text(cell.text):
            continue
        if is_total(cell.text, spec.totals) or is_merged_row(table, header.columns, cell, row):
            continue
        if not _goes_on_below(table, spec, header, row, limit):
            return row
    return limit


def _is_answer_to(
    table: Table, spec: RowsSpec, columns: Sequence[Column], key: Column, row: int
) -> bool:
    """Whether a ruled row is a label and its answer: one cell with text over all columns behind the key.

    A subtotal (小计 | 本季度 31 家) and a row with its number are of the list all the same.
    """
    behind = [c for c in columns if c.col0 >= key.col1]
    if table.method == "aligned" or len(behind) < 2:
        return False
    before = [c for c in table.row_cells(row) if c.row == row and c.col < behind[0].col0]
    if any(is_total(c.text, spec.totals) for c in before):
        return False
    if any(fold_text(c.text).isdigit() for c in before if c.col < key.col0):
        return False
    answer = table.at(row, behind[0].col0)
    return (
        answer is not None
        and answer.row == row
        and answer.col > key.col0
        and answer.col + answer.col_span >= behind[-1].col1
        and bool(fold_text(answer.text))
    )


def key_column(columns: Sequence[Column], spec: RowsSpec) -> Column:
    """The column that makes a row a row."""
    return next((c for c in columns if c.target == spec.key), columns[0])


def covers_more(cell: Cell, columns: Sequence[Column]) -> bool:
    """Whether a cell spans several columns of the list."""
    inside = [c for c in columns if cell.col <= c.col0 and c.col1 <= cell.col + cell.col_span]
    return len(inside) > 1


def is_merged_row(table: Table, columns: Sequence[Column], cell: Cell, row: int) -> bool:
    """Whether a row is one of the list in which a faint ruling was missed: its other cells are filled."""
    others = [
        c for c in columns
        if c.col0 >= cell.col + cell.col_span or c.col1 <= cell.col
    ]  # fmt: skip
    filled = 0
    for c in others:
        other = column_cell(table, row, c.col0, c.col1)
        if other is not None and covers_more(other, columns):
            return False
        filled += other is not None and other.row == row and bool(fold_text(other.text))
    return filled >= 2 and 2 * filled >= len(others)


def _starts_with(cell: Cell, words: Sequence[str]) -> bool:
    text = fold_text(cell.text)
    return any(text.startswith(fold_text(w)) for w in words if fold_text(w))


def _is_remark(cell: Cell, words: Sequence[str]) -> bool:
    text = cell.text.strip()
    return any(
        text.startswith(word) and text[len(word) : len(word) + 1] in tuple("：:、")
        for word in words
    )


def _goes_on_below(table: Table, spec: RowsSpec, header: Header, row: int, limit: int) -> bool:
    """Whether rows of the list go on below a row over all columns: the heading of a group
    (``一、南昌市``), or what a group comes to."""
    key = key_column(header.columns, spec)
    for below in range(row + 1, min(row + 1 + _HEADINGS_TOGETHER, limit)):
        name = column_cell(table, below, key.col0, key.col1)
        if name is None or not fold_text(name.text):
            return False
        if not covers_more(name, header.columns):
            return _is_row_of_list(table, spec, header, below)
    return False


def _is_row_of_list(table: Table, spec: RowsSpec, header: Header, row: int) -> bool:
    """Whether the cells of a row hold what their columns hold: its number, or figures, days and names
    by their look, in most of the columns of which that can be told."""
    looks = {c.field: c.looks for c in spec.columns}
    figures = {c.field for c in spec.columns if c.unit is not None}
    key = key_column(header.columns, spec)
    name = column_cell(table, row, key.col0, key.col1)
    fits: list[bool] = []
    for column in header.columns:
        cell = column_cell(table, row, column.col0, column.col1)
        text = (
            fold_text(cell.text)
            if cell is not None and not covers_more(cell, header.columns)
            else ""
        )
        if not text or column.tick is not None:
            continue
        if column.target == f"{spec.rows}.seq":
            return text.isdigit() and cell is not name
        look = looks.get(column.target)
        if look is not None:
            fits.append(has_look(text, look))
        elif column.target in figures:
            fits.append(any(ch.isdigit() for ch in text))
    return bool(fits) and 2 * sum(fits) > len(fits)
