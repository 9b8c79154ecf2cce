"""The audited service income table: years across, items down (服务收支情况), in audit reports.

No fixed format exists; every firm draws its own. Years may also run down: that shape is an ordinary
list (``config/rows/svc_statement.yaml``).
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from extractor.core.page import Cell, PacketPage, Table
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method, Row, RowSet
from extractor.fields.audit.statements import clean_name
from extractor.fields.make import read_fact, spot_of
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.values.parsed import UnitContext

_ITEMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gov_sme_service_income", ("政府委托（采购）中小企业服务专项收入", "政府委托（采购）的中小企业服务专项收入",
                                "政府委托采购服务专项收入", "政府委托（采购）服务收入", "政府购买服务收入",
                                "政府委托（采购）的中小企业服务专项的收入", "政府委托（采购）中小企业专项服务收入")),
    ("low_fee_income", ("公益性/低收费服务收入", "公益性或低收费服务收入", "公益性服务收入", "低收费服务收入")),
    ("service_expenditure", ("服务支出", "服务支出合计", "服务成本", "服务费用合计", "服务成本支出", "中小企业服务支出",
                             "服务支出总额")),
    ("service_income", ("服务收入", "服务收入合计", "中小企业服务收入", "服务总收入", "服务收入总额",
                        "中小企业服务收入总额")),
    ("operating_income", ("营业收入", "营业总收入", "收入总额", "收入合计", "营业收入总额", "营业收入合计")),
)  # fmt: skip
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?度?")
_UNIT = re.compile(r"单位\s*[:：]?\s*(?:人民币)?\s*(百万元|万元|千元|元)")
#: A name is taken for an item from this similarity on.
_SCORE = 82.0


def read_service_income(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """One row a year; empty where the report has no such table."""
    for page in view.pages:
        for table in page.read.tables:
            rows = _table_rows(view, specs, page, table)
            if rows:
                listed = RowSet(
                    field="svc_statement", document=view.id, pages=(page.no,), rows=tuple(rows)
                )
                return Extraction(rows=(listed,))
    return Extraction()


def _table_rows(view: DocumentView, specs: FieldSpecs, page: PacketPage, table: Table) -> list[Row]:
    items = {r: item for r in range(table.n_rows) if (item := _item(table.at(r, 0)))}
    if not {"service_income"} <= set(items.values()) or len(items) < 2:
        return []
    header = _header(table, min(items))
    if header is None:
        return []
    unit = _unit(page)
    rows: list[Row] = []
    for col in range(1, table.n_cols):
        head = table.at(header, col)
        year = _YEAR.search(head.text) if head is not None else None
        if head is None or year is None:
            continue
        cells = _year_cells(view, specs, page, table, col, head, items, unit, len(rows) + 1)
        if len(cells) > 1:
            rows.append(Row(no=len(rows) + 1, cells=cells))
    return rows


def _header(table: Table, first: int) -> int | None:
    """The nearest row above the items that names years: rulings may leave an empty row below it."""
    for row in range(first - 1, -1, -1):
        texts = [cell.text for col in range(table.n_cols) if (cell := table.at(row, col))]
        if any(text.strip() for text in texts):
            return row if any(_YEAR.search(text) for text in texts) else None
    return None


def _item(cell: Cell | None) -> str | None:
    if cell is None or not cell.lines:
        return None
    name = clean_name(cell.text)
    full = fold_text(cell.text).removeprefix("其中")
    best, found = 0.0, None
    for item, spellings in _ITEMS:
        for spelling in spellings:
            wanted = fold_text(spelling)
            score = max(fuzz.ratio(wanted, name), fuzz.ratio(wanted, full))
            if score > best:
                best, found = score, item
    return found if best >= _SCORE else None


def _unit(page: PacketPage) -> str | None:
    for line in page.read.lines:
        found = _UNIT.search(line.text)
        if found:
            return found.group(1)
    return None


def _year_cells(
    view: DocumentView,
    specs: FieldSpecs,
    page: PacketPage,
    table: Table,
    col: int,
    head: Cell,
    items: dict[int, str],
    unit: str | None,
    no: int,
) -> dict[str, Fact]:
    wanted = [("year", head, "year"), *((i, table.at(r, col), "money") for r, i in items.items())]
    cells: dict[str, Fact] = {}
    for column, cell, kind in wanted:
        if cell is None or not cell.lines:
            continue
        run = TextRun(page, cell.lines, cell)
        spot = spot_of(run, 0, len(run.text))
        if spot is None:
            continue
        fact = read_fact(
            specs.catalogue.spec(f"svc_statement.{column}"), spot, document=view.id,
            method=Method.OCR_CELL, units=UnitContext(page=unit, default="元"),
            enums=specs.catalogue.enums, row=no, kind=kind,
        )  # fmt: skip
        if fact is not None:
            cells[fact.field] = fact
    return cells
