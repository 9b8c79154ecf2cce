"""Ruled tables of digital pages: structure from rulings, text from the layer."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hostile import CHINESE, PDF, drawn_pdf
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table as DrawnTable

from extractor.core.geometry import Box, Size
from extractor.core.page import Table
from extractor.files.digital_tables import rulings_to_tables, tables_with_text
from extractor.files.page_objects import Ruling
from extractor.files.server import PageServer
from extractor.files.text_layer import TextChar

PAGE = Size(2000, 2000)


def grid_rulings(xs: list[float], ys: list[float]) -> list[Ruling]:
    return [
        *(Ruling(True, y, xs[0], xs[-1]) for y in ys),
        *(Ruling(False, x, ys[0], ys[-1]) for x in xs),
    ]


def covered(table: Table) -> list[tuple[int, int]]:
    return sorted(
        (r, c)
        for cell in table.cells
        for r in range(cell.row, cell.row + cell.row_span)
        for c in range(cell.col, cell.col + cell.col_span)
    )


def running(steps: list[float]) -> list[float]:
    total, out = 50.0, [50.0]
    for step in steps:
        total += step
        out.append(total)
    return out


STEPS = st.lists(st.floats(8, 120), min_size=2, max_size=7)


@given(STEPS, STEPS)
@settings(deadline=None)
def test_a_full_grid_gives_each_of_its_cells(widths: list[float], heights: list[float]) -> None:
    xs, ys = running(widths), running(heights)
    [table] = rulings_to_tables(grid_rulings(xs, ys), PAGE)
    assert (table.n_rows, table.n_cols) == (len(heights), len(widths))
    assert all(cell.row_span == cell.col_span == 1 for cell in table.cells)


@given(STEPS, STEPS, st.data())
@settings(deadline=None)
def test_every_position_of_a_broken_grid_has_exactly_one_cell(widths, heights, data) -> None:
    xs, ys = running(widths), running(heights)
    pieces = [Ruling(True, y, x0, x1) for y in ys for x0, x1 in pairwise(xs)] + [
        Ruling(False, x, y0, y1) for x in xs for y0, y1 in pairwise(ys)
    ]
    gone = data.draw(st.sets(st.integers(0, len(pieces) - 1), max_size=len(pieces) // 2))
    left = [piece for i, piece in enumerate(pieces) if i not in gone]
    for table in rulings_to_tables(left, PAGE):
        positions = [(r, c) for r in range(table.n_rows) for c in range(table.n_cols)]
        assert covered(table) == positions


def test_open_sides_are_closed() -> None:
    xs, ys = [100.0, 200.0, 300.0], [100.0, 120.0, 140.0, 160.0]
    rulings = [r for r in grid_rulings(xs, ys) if r.horizontal or r.position == 200]
    [table] = rulings_to_tables(rulings, PAGE)
    assert (table.n_rows, table.n_cols) == (3, 2)


def test_a_frame_round_the_page_is_no_table() -> None:
    assert rulings_to_tables(grid_rulings([10, 500], [10, 700]), PAGE) == ()


def test_underlines_are_no_table() -> None:
    lines = [Ruling(True, y, 100, 300) for y in (100, 130, 160, 190, 220)]
    assert rulings_to_tables(lines, PAGE) == ()


def test_text_goes_to_the_cell_that_holds_its_middle_and_the_rest_stays_free() -> None:
    tables = rulings_to_tables(grid_rulings([0, 50, 100], [0, 20, 40]), PAGE)
    chars = [
        TextChar("a", Box(45, 5, 49, 15)),
        TextChar("b", Box(51, 5, 55, 15)),  # as near as in one word, but over the line
        TextChar("z", Box(51, 60, 55, 70)),
    ]
    [table], free = tables_with_text(tables, chars)
    assert [cell.text for cell in table.cells] == ["a", "b", "", ""]
    assert [char.text for char in free] == ["z"]


def form(canvas: Canvas) -> None:
    """A form as bureaus print them: a label over two rows, a value over two columns."""
    rows = [
        ["单位名称", "江西某某服务有限公司", "", ""],
        ["资产", "总额", "2,000.50", "万元"],
        ["", "净额", "1,500.00", "万元"],
    ]
    table = DrawnTable(rows, colWidths=[80, 80, 100, 60], rowHeights=[24] * 3)
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), CHINESE, 10),
            ("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)),
            ("SPAN", (1, 0), (3, 0)),
            ("SPAN", (0, 1), (0, 2)),
        ]
    )
    table.wrapOn(canvas, *A4)
    table.drawOn(canvas, 72, 600)


def test_merged_cells_of_a_printed_form_keep_their_spans_and_text(tmp_path: Path) -> None:
    with PageServer(drawn_pdf(tmp_path / "a.pdf", form), PDF) as server:
        raw = server.page(1, 100)
    [table] = raw.layer_tables
    assert (table.n_rows, table.n_cols) == (3, 4)
    found = {(c.row, c.col, c.row_span, c.col_span): c.text for c in table.cells}
    assert found == {
        (0, 0, 1, 1): "单位名称",
        (0, 1, 1, 3): "江西某某服务有限公司",
        (1, 0, 2, 1): "资产",
        (1, 1, 1, 1): "总额",
        (1, 2, 1, 1): "2,000.50",
        (1, 3, 1, 1): "万元",
        (2, 1, 1, 1): "净额",
        (2, 2, 1, 1): "1,500.00",
        (2, 3, 1, 1): "万元",
    }
    for cell in table.cells:
        for line in cell.lines:
            assert line.box.share_inside(cell.box.expanded(1)) > 0.99
    assert "2,000.50" in [line.text for line in raw.layer]
