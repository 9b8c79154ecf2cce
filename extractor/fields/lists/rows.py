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

from extractor.core.page import Cell, PacketPage, Table
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, FactStatus, Method, Row, RowSet
from extractor.fields.lists.blocks import (
    Block,
    BlocksOf,
    covers_more,
    is_merged_row,
    is_total,
    key_column,
)
from extractor.fields.lists.centred import doubt_cut_names
from extractor.fields.lists.choices import with_choices
from extractor.fields.lists.grid import column_cell, row_cells
from extractor.fields.lists.headers import Column
from extractor.fields.lists.printed import (
    Printed,
    Reading,
    is_second_half,
    taken_apart,
    text_span,
    unwrapped,
)
from extractor.fields.lists.ratings import rating_facts, tick_facts
from extractor.fields.make import Spot, build_fact, read_fact, spot_of
from extractor.fields.marks.ticks import read_options
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.imaging.lost_words import CONFIDENCE as INFERRED
from extractor.imaging.lost_words import is_inferred
from extractor.setup.catalogue import Catalogue
from extractor.setup.rowforms import RowsSpec
from extractor.values.enums import Found, find_options
from extractor.values.names import SURNAMES
from extractor.values.parsed import UnitContext
from extractor.values.traditional import to_simplified

#: A cell put together from a ruling that was missed is never sure.
_UNSURE_CUT = 0.8
#: One word that was read of several printed: the chosen one may be the one that is missing.
_LONE = 0.5
#: Nor is a person's name that lacks its surname.
_NO_SURNAME = 0.8
#: Nor is one of a column that only its cells told.
_GUESSED = 0.7

#: What each heading of a list in another list's document must fit with (points of 100).
_EXACT = 99.0

_DASH = re.compile(r"[-—―–－_/／\s]+")
_ENUMERATED = re.compile(r"[^、,，;；/／\s。]{2,}")
_UNIT = re.compile(
    r"[（(]\s*(?:单位[:：]?)?\s*(亿元|万元|千元|元|家|户|人次|人|次|%|％|台套|平方米|岁|年)\s*[)）]|(万元|%)$"
)


def read_rows(
    view: DocumentView, spec: RowsSpec, catalogue: Catalogue, blocks_of: BlocksOf | None = None
) -> RowSet | None:
    """The list ``spec`` of this document, all its pages; ``None`` where it has no such table."""
    blocks = (blocks_of or BlocksOf(view))(spec)
    if not blocks:
        return None
    fields = {c.id: c for c in catalogue.fields[spec.rows].columns}
    columns = {c.field: c for c in spec.columns}
    reading = Reading(view, spec, fields, columns, catalogue.enums)
    printed: list[Printed] = []
    for block in blocks:
        own = _printed_rows(reading, block)
        if own and printed and block.goes_on and is_second_half(reading, printed[-1], own[0]):
            printed[-1].over.append((own[0].page, own[0].cells))
            own = own[1:]
        printed += own
    doubt_cut_names(reading, printed)
    rows: list[Row] = []
    for row in with_choices(reading, printed):
        cells = _row_facts(reading, row, len(rows) + 1)
        if cells:
            rows.append(Row(no=len(rows) + 1, cells=cells))
    pages = tuple(sorted({b.page.no for b in blocks}))
    return RowSet(field=spec.rows, document=view.id, pages=pages, rows=tuple(rows))


# -- printed rows ---------------------------------------------------------------------------------


def _printed_rows(reading: Reading, block: Block) -> list[Printed]:
    """The rows of a block in the order they count: panels side by side one after the other, or
    across where their numbers run across."""
    panels = [_panel_rows(reading, block, panel) for panel in block.header.panels]
    if len(panels) == 1:
        return panels[0]
    if _runs_across(reading, panels):
        longest = max(len(p) for p in panels)
        return [p[i] for i in range(longest) for p in panels if i < len(p)]
    return [row for panel in panels for row in panel]


def _runs_across(reading: Reading, panels: Sequence[Sequence[Printed]]) -> bool:
    first = [reading.text(p[0], reading.seq) if p else "" for p in panels[:2]]
    return (
        all(t.isdigit() for t in first)
        and int(first[1]) == int(first[0]) + 1
        and (len(panels[0]) > 1)
    )


def _panel_rows(reading: Reading, block: Block, columns: tuple[Column, ...]) -> list[Printed]:
    key = key_column(columns, reading.spec)
    rows: list[Printed] = []
    for grid_row in range(block.row0, block.row1):
        found = row_cells(block.table, grid_row, [(c.col0, c.col1) for c in columns])
        cells = {c: f.cell for c, f in zip(columns, found, strict=True) if f is not None}
        unsure = frozenset(
            c for c, f in zip(columns, found, strict=True) if f is not None and f.divided
        )
        every = block.table.row_cells(grid_row)
        if any(is_total(c.text, reading.spec.totals) for c in every if c.row == grid_row):
            name = _name_of_subtotal(reading.spec, block.table, key, grid_row)
            if name is None:
                continue
            cells[key] = name
        whole = column_cell(block.table, grid_row, key.col0, key.col1)
        if whole is None:
            continue
        if covers_more(whole, columns) and not is_merged_row(block.table, columns, whole, grid_row):
            continue  # a heading of a group
        ys = [c.box for c in every if c.row == grid_row]
        top = min((b.y0 for b in ys), default=0.0)
        bottom = max((min(b.y1, block.table.box.y1) for b in ys), default=0.0)
        span = (top, bottom)
        if block.table.method == "aligned":
            span = text_span({c: q for c, q in cells.items() if q.row == grid_row}, span)
        row = Printed(block.page, cells, unsure, span)
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
        rows += taken_apart(reading, row) if block.table.method != "aligned" else [row]
    return unwrapped(reading, rows) if block.table.method == "aligned" else rows


def _name_of_subtotal(spec: RowsSpec, table: Table, key: Column, row: int) -> Cell | None:
    """What a 小计 adds up, where that counts as a row of the list: the cell before it says."""
    own = column_cell(table, row, key.col0, key.col1)
    if not spec.subtotals or own is None or not is_total(own.text, ("小计",)) or key.col0 == 0:
        return None
    before = table.at(row, key.col0 - 1)
    named = before is not None and before.row == row and len(fold_text(before.text)) >= 2
    return before if named else None


def _has_marks(row: Printed) -> bool:
    return any(
        cell.box.contains_point(m.box.cx, m.box.cy)
        for m in row.page.read.marks
        for cell in row.cells.values()
    )


# -- facts -----------------------------------------------------------------------------------------


def _row_facts(reading: Reading, row: Printed, no: int) -> dict[str, Fact]:
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
        told = facts.get(known.id)
        if told is not None and column in row.lone:
            facts[known.id] = _alone(told, row, cell)
        elif told is not None and any(is_inferred(line) for line in cell.lines):
            facts[known.id] = _inferred(told)
    for own in reading.spec.columns:
        if own.ticks and own.field in fields:
            facts = {**tick_facts(view, own, fields, enums, row.page, row.cells, no), **facts}
    for page, cells in row.over:
        for column, cell in cells.items():
            known = fields.get(column.target)
            if known is not None and known.id not in facts and column.tick is None:
                fact = _cell_fact(reading, Printed(page, {}, frozenset(), (0, 0)), column, cell, no)
                if fact is not None:
                    facts[known.id] = fact
    blank = not row.filled() and all(
        f.method is not Method.MARK or f.value is False for f in facts.values()
    )
    return {} if blank else facts


def _cell_fact(reading: Reading, row: Printed, column: Column, cell: Cell, no: int) -> Fact | None:
    spot = _cell_spot(row.page, cell)
    if spot is None:
        return None
    spot = _with_second_half(spot, row, column)
    own, known = reading.columns[column.target], reading.fields[column.target]
    if known.enum and column not in row.unsure and not column.guessed:
        # 是 □否: several words to choose from, of which a mark chooses
        run = TextRun(row.page, cell.lines, cell)
        words = find_options(run.text, reading.enums[known.enum].labels)
        if known.type == "list" and _names_more(run.text, words):
            return build_fact(
                known.id, spot, None, document=reading.view.id, method=Method.OCR_CELL, row=no,
                factor=0.5, alternatives=tuple(dict.fromkeys(w.id for w in words)),
            )  # fmt: skip
        if len({w.id for w in words}) > 1:
            return read_options(reading.view, known, run, 0, reading.enums)
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
    if fact is not None and known.type == "person" and _lacks_surname(str(fact.value)):
        return fact.model_copy(
            update={
                "confidence": min(fact.confidence, _NO_SURNAME), "status": FactStatus.DOUBTFUL,
            }
        )  # fmt: skip
    if fact is None and own.dash and _DASH.fullmatch(spot.raw):
        return build_fact(
            known.id, spot, "—", document=reading.view.id, method=Method.OCR_CELL, row=no
        )
    if fact is not None or not fold_text(spot.raw):
        return fact
    return build_fact(
        known.id, spot, None, document=reading.view.id, method=Method.OCR_CELL, row=no, factor=0.5
    )


def _lacks_surname(name: str) -> bool:
    """Whether a Chinese name of two or three characters begins with none: a stamp may hide the first.

    Names of other peoples are longer or have a dot; a short one that is doubted is looked at by a person.
    """
    short = len(name) in (2, 3) and all("\u4e00" <= c <= "\u9fff" for c in name)
    return short and to_simplified(name[0]) not in SURNAMES


def _names_more(text: str, words: Sequence[Found]) -> bool:
    """Whether an enumeration (``技术服务、检测认证``) names something that is none of the known words."""
    pieces = [m.span() for m in _ENUMERATED.finditer(text)]
    return any(not any(w.start < b and a < w.end for w in words) for a, b in pieces)


def _alone(fact: Fact, row: Printed, cell: Cell) -> Fact:
    """A word that was read alone where its column prints several: chosen only if a mark says so."""
    marked = any(
        m.kind in ("tick", "circle", "box_ticked")
        and m.box.expanded(2.0).contains_point(line.box.cx, line.box.cy)
        for m in row.page.read.marks
        for line in cell.lines
    )
    if marked or fact.value is None:
        return fact
    return fact.model_copy(
        update={
            "value": None, "status": FactStatus.DOUBTFUL, "alternatives": (str(fact.value),),
            "confidence": round(fact.confidence * _LONE, 4),
        }
    )  # fmt: skip


def _inferred(fact: Fact) -> Fact:
    """An answer among whose words is one that only the column's other cells told."""
    confidence = min(fact.confidence, INFERRED)
    return fact.model_copy(update={"confidence": confidence, "status": FactStatus.DOUBTFUL})


def _cell_spot(page: PacketPage, cell: Cell) -> Spot | None:
    run = TextRun(page, cell.lines, cell)
    return spot_of(run, 0, len(run.text))


def _with_second_half(spot: Spot, row: Printed, column: Column) -> Spot:
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
    factor = (_UNSURE_CUT if column in row.unsure else 1.0) * (_GUESSED if column.guessed else 1.0)
    if factor < 1.0:
        spot = Spot(
            spot.page, spot.box, spot.raw, spot.confidence * factor, spot.source,
            None if spot.letters is None else spot.letters * factor,
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
    blocks_of = BlocksOf(view)
    for spec in specs.values():
        own = view.type in spec.documents and not _gives_way(blocks_of, spec, specs)
        if own or _strayed(blocks_of, spec, specs):
            rows = read_rows(view, spec, catalogue, blocks_of)
            if rows is not None and rows.rows:
                found.append(rows)
    return found


def _gives_way(blocks_of: BlocksOf, spec: RowsSpec, specs: Mapping[str, RowsSpec]) -> bool:
    """Whether the headings of the document's tables name the columns of another list more exactly."""
    kind = blocks_of.view.type
    others = [s for s in specs.values() if s.instead_of == spec.rows and kind in s.documents]
    if not others:
        return False
    return max(_exactness(blocks_of(s)) for s in others) > _exactness(blocks_of(spec))


def _strayed(blocks_of: BlocksOf, spec: RowsSpec, specs: Mapping[str, RowsSpec]) -> bool:
    """Whether a list stands in a document of another list: a page was taken for a sheet of that one.

    All its headings must be exact, and none of its tables may be one of the document's own lists.
    """
    kind = blocks_of.view.type
    if kind not in spec.strays_in:
        return False
    blocks = blocks_of(spec)
    if not blocks or any(c.score < _EXACT for b in blocks for c in b.header.columns):
        return False
    taken = [
        (b.page.no, b.table.box)
        for other in specs.values()
        if kind in other.documents
        for b in blocks_of(other)
    ]
    own = {c.target for b in blocks for c in b.header.columns}
    return len(own) > spec.least and not any((b.page.no, b.table.box) in taken for b in blocks)


def _exactness(blocks: Sequence[Block]) -> float:
    return max((sum(c.score for c in b.header.columns) for b in blocks), default=0.0)
