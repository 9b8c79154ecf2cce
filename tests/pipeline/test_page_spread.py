"""Two sheets on one scan become two pages; a fold-out with one wide table stays one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.pages import line, read_page

from extractor.core.geometry import Box, Size, Transform
from extractor.core.page import Cell, Line, Mark, ReadPage, Seal, Table
from extractor.pipeline.page_spread import gutter, parted

A3 = Size(1191.0, 842.0)
A4_LYING = Size(842.0, 595.0)


def prose(x: float, width: float, n: int = 20, y: float = 80.0) -> list[Line]:
    text = "双方就中小企业公共服务达成以下协议并共同遵守执行"
    return [Line(text, Box(x, y + 24 * i, x + width, y + 24 * i + 12), 0.97) for i in range(n)]


def sheet(*parts: Line | Table | Seal | Mark | list[Line], size: Size = A3) -> ReadPage:
    return replace(read_page(*parts), size=size, upright=size)


def grid(x0: float, x1: float, method: str = "ruled") -> Table:
    step = (x1 - x0) / 4
    cells = tuple(
        Cell(
            r, c, 1, 1, box := Box(x0 + c * step, 100 + 30 * r, x0 + (c + 1) * step, 130 + 30 * r),
            (Line("1,234.56", Box(box.x0 + 4, box.y0 + 8, box.x1 - 9, box.y0 + 20), 0.95),),
        )
        for r in range(8)
        for c in range(4)
    )  # fmt: skip
    return Table(Box(x0, 100, x1, 340), 8, 4, cells, method)


def test_two_prose_pages_side_by_side_are_two_sheets_left_first() -> None:
    page = sheet(prose(70, 450), prose(670, 450), Seal(Box(900, 600, 1010, 710), 0.97))
    left = parted(page)
    assert left.right is not None and len(left.sheets) == 2
    assert len(left.lines) == len(left.right.lines) == 20
    assert left.upright.width_pt + left.right.upright.width_pt == pytest.approx(1191)
    assert left.size == left.right.size == A3
    assert left.seals == () and len(left.right.seals) == 1


def test_boxes_of_both_sheets_lead_to_the_same_place_in_the_viewer_as_before() -> None:
    # Lying on its side in the viewer, a degree askew: any transform will do.
    turn = Transform.affine(0.02, 1, 0, -1, 0.02, 1191)
    page = replace(
        sheet(prose(70, 450), grid(640, 1120), Mark("tick", Box(700, 400, 712, 412), 0.9)),
        to_viewer=turn, size=Size(842, 1191),
    )  # fmt: skip
    left = parted(page)
    assert left.right is not None
    before = {page.viewer_box(q.box).as_tuple() for q in page.lines}
    after = {s.viewer_box(q.box).as_tuple() for s in left.sheets for q in s.lines}
    assert all(any(a == pytest.approx(b, abs=0.02) for b in after) for a in before)
    (table,) = [t for t in left.right.tables if t.method == "ruled"]
    assert left.right.viewer_box(table.box).as_tuple() == pytest.approx(
        page.viewer_box(page.tables[0].box).as_tuple(), abs=0.02
    )
    assert table.cells[0].lines[0].box.x0 < table.cells[0].box.x1
    (mark,) = left.right.marks
    assert left.right.viewer_box(mark.box).as_tuple() == pytest.approx(
        page.viewer_box(page.marks[0].box).as_tuple(), abs=0.02
    )


def test_a_fold_out_with_one_ruled_table_stays_whole() -> None:
    assert gutter(sheet(grid(60, 1130))) is None


def test_a_fold_out_with_one_unruled_table_stays_whole() -> None:
    left, right = grid(60, 560), grid(660, 1130)
    lines = [q for t in (left, right) for c in t.cells for q in c.lines]
    assert gutter(sheet(lines)) is None


def test_two_ruled_tables_apart_are_two_sheets() -> None:
    assert gutter(sheet(grid(60, 540), grid(655, 1130))) == pytest.approx(1191 / 2, abs=1)


def test_a_heading_across_the_middle_keeps_the_page_whole() -> None:
    page = sheet(prose(70, 450), prose(670, 450), line("资产负债表", 500, 40, em=40))
    assert gutter(page) is None


def test_a_portrait_page_in_two_columns_stays_whole() -> None:
    assert gutter(sheet(prose(40, 220), prose(330, 220), size=Size(595, 842))) is None


def test_one_sheet_beside_an_empty_one_stays_whole() -> None:
    assert gutter(sheet(prose(70, 450))) is None
    assert gutter(sheet(prose(70, 450), line("2", 900, 800))) is None


def test_on_a4_a_narrow_gap_is_two_columns_and_a_wide_one_two_sheets() -> None:
    narrow = sheet(prose(40, 364, 15), prose(436, 364, 15), size=A4_LYING)
    wide = sheet(prose(50, 320, 15), prose(470, 320, 15), size=A4_LYING)
    assert gutter(narrow) is None
    assert gutter(wide) is not None
