"""Real financial statements: share of gold line items whose two amounts are both right."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from extractor.core.page import Cell, PacketPage
from extractor.core.text import fold_text
from extractor.fields.audit.statements import clean_name, statement_lines
from extractor.fields.view import DocumentView
from extractor.pipeline.reading import read_packet
from extractor.pipeline.tools import RunOptions, load_tools
from extractor.values.parse import parse_value
from extractor.values.parsed import UnitContext

REAL = os.environ.get("EXTRACTOR_REAL_DATA")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL, reason="EXTRACTOR_REAL_DATA is not set"),
]


@dataclass(frozen=True)
class Item:
    page: int
    name: str
    current: Decimal | None
    prior: Decimal | None


def gold_items() -> list[Item]:
    data = json.loads(
        (Path(REAL or "") / "finance/600201_2020_audit_and_statements.gold.json").read_text()
    )
    return [
        Item(i["page"], i["item"], _decimal(i["current"]), _decimal(i["prior"]))
        for items in data["statements"].values()
        for i in items
    ]


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).normalize()


def _amount(cell: Cell | None) -> Decimal | None:
    if cell is None or not cell.text.strip():
        return None
    parsed = parse_value("money", cell.text, units=UnitContext(default="元"))
    return None if parsed is None else Decimal(str(parsed.value)).normalize()


def share_right(pages: tuple[PacketPage, ...], page_of: dict[int, int]) -> tuple[float, list[str]]:
    """Right items with an amount over all of them; ``page_of``: page here → page of the gold."""
    columns = load_tools().fields.statements.columns
    view = DocumentView("d", "balance_sheet", "", pages)
    found: dict[int, list[tuple[str, Decimal | None, Decimal | None]]] = {}
    for line in statement_lines(view, columns):
        page = page_of.get(line.page.page_in_file)
        if page is not None:
            found.setdefault(page, []).append(
                (line.name, _amount(line.current), _amount(line.prior))
            )
    wanted = [
        i
        for i in gold_items()
        if i.page in page_of.values() and (i.current, i.prior) != (None, None)
    ]
    missed = []
    for item in wanted:
        lines = found.get(item.page, [])
        names = {clean_name(item.name), fold_text(item.name)}
        hits = [x for x in lines if x[1] == item.current and x[2] == item.prior]
        if not any({clean_name(x[0]), fold_text(x[0])} & names for x in hits) and not hits:
            missed.append(f"p{item.page} {item.name}: {item.current} {item.prior}")
    return 1 - len(missed) / len(wanted), missed


@pytest.mark.models
def test_image_only_statements_give_19_of_20_line_items(tmp_path: Path) -> None:
    pdf = Path(REAL or "") / "finance/600201_2020_image_only_200dpi.pdf"
    told = json.loads(pdf.with_name("600201_2020_image_only_200dpi.pages.json").read_text())
    page_of = {p["page"]: p["same_as_page_of_excerpt"] for p in told["pages"]}
    read = read_packet(pdf, tmp_path, RunOptions(cache=tmp_path / "pages"))
    share, missed = share_right(read.pages, page_of)
    print(f"image-only statements: {share:.4f} of line items right; missed: {missed}")
    assert share >= 0.95


@pytest.mark.models
def test_statements_with_a_text_layer_give_49_of_50_line_items(tmp_path: Path) -> None:
    pdf = Path(REAL or "") / "finance/600201_2020_audit_and_statements.pdf"
    read = read_packet(pdf, tmp_path, RunOptions(cache=tmp_path / "pages"))
    assert all(page.read.source == "text_layer" for page in read.pages)
    share, missed = share_right(read.pages, {p: p for p in range(1, 17)})
    print(f"statements with text layer: {share:.4f} of line items right; missed: {missed}")
    assert share >= 0.98
