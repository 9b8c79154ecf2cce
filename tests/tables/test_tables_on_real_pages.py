"""Real tables: structure from pixels, text from the OCR engine, against transcribed truth."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from teds import teds, tree_of_html, tree_of_table

from extractor.core.geometry import Box, Size
from extractor.core.page import Line, Table
from extractor.tables.aligned import find_aligned_tables
from extractor.tables.cells import fill_tables
from extractor.tables.ruled import find_ruled_tables

REAL = Path(os.environ.get("EXTRACTOR_REAL_DATA", "/nonexistent"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.models,
    pytest.mark.skipif(not REAL.is_dir(), reason="EXTRACTOR_REAL_DATA is not set"),
]


@pytest.fixture(scope="module")
def engine() -> Any:
    from extractor.core.errors import ModelError
    from extractor.ocr.paddle import PaddleEngine

    try:
        made = PaddleEngine(threads=1)
        made.load()
    except ModelError as error:
        pytest.skip(f"no OCR models: {error}")
    return made


def lines_of(engine: Any, image: np.ndarray, px: float) -> list[Line]:
    found = []
    for item in engine.read(image):
        xs, ys = [p[0] / px for p in item.quad], [p[1] / px for p in item.quad]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        found.append(Line(item.text, box, item.score, char_x=tuple(x / px for x in item.char_x)))
    return found


def tables_of(engine: Any, image: np.ndarray, px: float) -> tuple[Table, ...]:
    lines = lines_of(engine, image, px)
    ruled = fill_tables(find_ruled_tables(image, px), lines)
    free = [x for x in lines if not any(t.box.contains_point(x.box.cx, x.box.cy) for t in ruled)]
    size = Size(image.shape[1] / px, image.shape[0] / px)
    return (*ruled, *find_aligned_tables(free, size))


@pytest.mark.parametrize(
    ("image", "least", "least_structure"),
    [
        ("rapid_lineless.jpg", 0.93, 0.97),
        ("rapid_row_span.png", 0.93, 0.99),
        ("rapid_two_column.jpg", 0.96, 0.99),
        ("paddle_tal_photo_handwritten.jpg", 0.93, 0.99),
    ],
)
def test_tables_with_transcribed_truth_are_read_alike(
    engine: Any, image: str, least: float, least_structure: float
) -> None:
    path = REAL / "tables" / image
    tables = tables_of(engine, cv2.imread(str(path)), 96 / 72)
    truth = tree_of_html(path.with_suffix("").with_suffix(".gold.html").read_text("utf-8"))
    assert tables, "no table found"
    tree = tree_of_table(max(tables, key=lambda t: len(t.cells)))
    score, structure = teds(tree, truth), teds(tree, truth, structure_only=True)
    print(f"{image}: TEDS {score:.3f}, TEDS-S {structure:.3f}")
    assert score >= least
    assert structure >= least_structure


def amount(text: str) -> Decimal | None:
    text = text.replace(" ", "").replace("，", ",")
    try:
        return Decimal(text.replace(",", "")) if text else None
    except InvalidOperation:
        return None


def test_line_items_of_skewed_image_only_statements_have_both_amounts_right(engine: Any) -> None:
    import pypdfium2

    folder = REAL / "finance"
    name = "600201_2020_image_only_200dpi"
    pages = json.loads((folder / f"{name}.pages.json").read_text("utf-8"))["pages"]
    gold = json.loads((folder / "600201_2020_audit_and_statements.gold.json").read_text("utf-8"))
    wanted: dict[int, list[dict[str, Any]]] = {}
    for items in gold["statements"].values():
        for item in items:
            wanted.setdefault(item["page"], []).append(item)
    document = pypdfium2.PdfDocument(str(folder / f"{name}.pdf"))
    named = right = total = wrong = 0
    for page in pages:
        items = wanted.get(page["same_as_page_of_excerpt"], [])
        if not items:
            continue
        px = 200 / 72
        image = document[page["page"] - 1].render(scale=px).to_numpy()[..., :3]
        read = items_read(tables_of(engine, np.ascontiguousarray(image), px))
        truth = Counter(
            (plain(x["item"]), amount(x["current_raw"]), amount(x["prior_raw"]))
            for x in items
            if x["current_raw"] or x["prior_raw"]
        )
        total += sum(truth.values())
        named += sum((truth & read).values())
        amounts, true_amounts = (Counter(key[1:] for key in c.elements()) for c in (read, truth))
        right += sum((true_amounts & amounts).values())
        wrong += sum((amounts - true_amounts).values())
    print(
        f"both amounts right {right} of {total}, name too {named}; other rows with amounts {wrong}"
    )
    assert total > 50
    assert right >= 0.97 * total
    assert named >= 0.93 * total


def items_read(tables: tuple[Table, ...]) -> Counter[tuple[str, Decimal | None, Decimal | None]]:
    read: Counter[tuple[str, Decimal | None, Decimal | None]] = Counter()
    for table in tables:
        for r in range(table.n_rows):
            cells = table.row_cells(r)
            now, before = (amount(c.text) for c in cells[-2:]) if len(cells) > 2 else (None, None)
            if now is not None or before is not None:
                read[(plain(cells[0].text), now, before)] += 1
    return read


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
