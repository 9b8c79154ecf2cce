"""Lines of text put into the cells of a grid."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Table
from extractor.tables.cells import divide_line, fill_tables


def grid(
    xs: list[float], ys: list[float], merged: tuple[int, int, int, int] | None = None
) -> Table:
    cells = []
    for r in range(len(ys) - 1):
        for c in range(len(xs) - 1):
            rs = cs = 1
            if merged and (r, c) == merged[:2]:
                rs, cs = merged[2:]
            elif merged and (
                merged[0] <= r < merged[0] + merged[2] and merged[1] <= c < merged[1] + merged[3]
            ):
                continue
            cells.append(Cell(r, c, rs, cs, Box(xs[c], ys[r], xs[c + cs], ys[r + rs])))
    box = Box(xs[0], ys[0], xs[-1], ys[-1])
    return Table(box, len(ys) - 1, len(xs) - 1, tuple(cells))


def line(text: str, x0: float, y0: float, x1: float, y1: float | None = None, **kw: object) -> Line:
    return Line(text, Box(x0, y0, x1, y0 + 10 if y1 is None else y1), 0.9, **kw)  # type: ignore[arg-type]


def texts(table: Table) -> list[list[str]]:
    return [[table.at(r, c).text for c in range(table.n_cols)] for r in range(table.n_rows)]  # type: ignore[union-attr]


TWO = grid([0, 100, 200, 300], [0, 20, 40])


def test_line_across_a_border_is_divided_where_the_ruling_runs() -> None:
    (table,) = fill_tables([TWO], [line("资产总额从业人数", 60, 5, 140)])
    assert texts(table)[0] == ["资产总额", "从业人数", ""]
    assert table.at(0, 1).lines[0].box.x0 == 100  # type: ignore[union-attr]


def test_line_across_a_merged_cell_stays_whole() -> None:
    merged = grid([0, 100, 200, 300], [0, 20, 40], (0, 0, 1, 2))
    (table,) = fill_tables([merged], [line("资产总额从业人数", 60, 5, 140)])
    assert texts(table)[0] == ["资产总额从业人数", "资产总额从业人数", ""]


def test_char_positions_decide_when_they_are_known() -> None:
    (table,) = fill_tables(
        [TWO], [line("货币资金12", 10, 5, 115, char_x=(10, 20, 30, 40, 104, 110, 116))]
    )
    assert texts(table)[0] == ["货币资金", "12", ""]
    assert table.at(0, 1).lines[0].char_x == (104, 110, 116)  # type: ignore[union-attr]


def test_a_number_that_overhangs_its_border_a_little_is_not_cut() -> None:
    (table,) = fill_tables([TWO], [line("1,516,034,246.28", 110, 5, 215)])
    assert texts(table)[0] == ["", "1,516,034,246.28", ""]
    assert table.at(0, 1).confidence == 0.9  # type: ignore[union-attr]


def test_two_amounts_read_as_one_are_cut_into_two_amounts() -> None:
    # The characters are spread evenly, so the ruling points one character too far.
    (table,) = fill_tables([TWO], [line("8,616,034.28108,509,231.31", 120, 5, 286)])
    assert texts(table)[0] == ["", "8,616,034.28", "108,509,231.31"]


def test_a_number_cut_in_two_loses_confidence() -> None:
    (table,) = fill_tables([TWO], [line("123456789012", 40, 5, 160)])
    assert texts(table)[0] == ["123456", "789012", ""]
    assert table.at(0, 0).confidence <= 0.45  # type: ignore[union-attr]


def test_text_that_touches_the_rulings_stays_in_its_row() -> None:
    (table,) = fill_tables([TWO], [line("上", 10, -1, 20, 13), line("下", 10, 18, 20, 31)])
    assert texts(table)[0][0] == "上"
    assert texts(table)[1][0] == "下"


def test_wrapped_text_is_joined_top_to_bottom_then_left_to_right() -> None:
    tall = grid([0, 100, 200], [0, 60])
    given_lines = [
        line("丙", 30, 21, 40),
        line("甲", 5, 2, 15),
        line("乙", 6, 20.5, 16),
        line("丁", 5, 41, 15),
    ]
    (table,) = fill_tables([tall], given_lines)
    assert texts(table)[0][0] == "甲乙丙丁"


def test_characters_stacked_in_a_narrow_column_read_downwards() -> None:
    narrow = grid([0, 18, 200], [0, 90])
    stacked = [line(ch, 4, 5 + 14 * k, 14) for k, ch in enumerate("企业基本情况")]
    (table,) = fill_tables([narrow], reversed(stacked))
    assert texts(table)[0][0] == "企业基本情况"


def test_an_upright_run_is_divided_at_the_row_borders() -> None:
    narrow = grid([0, 18, 200], [0, 40, 80])
    (table,) = fill_tables([narrow], [line("收入支出", 4, 2, 14, 78)])
    assert [row[0] for row in texts(table)] == ["收入", "支出"]


def test_text_outside_stays_outside_and_inner_tables_come_first() -> None:
    outer, inner = grid([0, 300, 600], [0, 200, 400]), grid([50, 100, 150], [50, 70, 90])
    filled = fill_tables(
        [outer, inner], [line("内", 60, 55, 70), line("外", 400, 55, 410), line("远", 10, 700, 20)]
    )
    assert filled[1].at(0, 0).text == "内"  # type: ignore[union-attr]
    assert texts(filled[0]) == [["", "外"], ["", ""]]


def test_spaces_between_columns_vanish_and_blank_lines_count_for_nothing() -> None:
    (table,) = fill_tables([TWO], [line("合计       30", 20, 5, 140), line("   ", 210, 5, 230)])
    assert texts(table)[0] == ["合计", "30", ""]


@given(
    text=st.text("资产1,2.3总 aB（", min_size=1, max_size=30),
    x0=st.floats(-20, 320),
    width=st.floats(1, 320),
    y0=st.floats(-20, 45),
)
def test_no_character_is_lost_or_doubled_on_the_way_into_the_cells(
    text: str, x0: float, width: float, y0: float
) -> None:
    whole = line(text, x0, y0, x0 + width)
    parts = divide_line(TWO, whole)
    joined = "".join(part.text for _, part in parts)
    assert joined.replace(" ", "") == text.replace(" ", "")
    for owner, part in parts:
        assert part.confidence <= whole.confidence
        if owner is not None:
            assert TWO.cells[owner].box.expanded(120, 3.1).contains_point(part.box.cx, part.box.cy)
