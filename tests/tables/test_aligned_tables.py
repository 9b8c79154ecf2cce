"""Tables shown only by the alignment of their text, and text that must not be taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.core.geometry import Box, Size
from extractor.core.page import Line, Table, TextSource
from extractor.tables.aligned import find_aligned_tables

A4 = Size(595, 842)


def run(text: str, x: float, y: float, size: float = 10.5, right: bool = False) -> Line:
    """A run of text as wide as it is in print; ``x`` is its right edge where ``right``."""
    width = sum(size if ord(ch) > 255 else size / 2 for ch in text)
    x0 = x - width if right else x
    return Line(text, Box(x0, y, x0 + width, y + size), 0.95, TextSource.OCR)


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in table.row_cells(r)] for r in range(table.n_rows)]


ITEMS = ["营业收入", "减：营业成本", "税金及附加", "销售费用", "管理费用", "研发费用", "利润总额"]


def statement(amounts: list[tuple[str, str]], top: float = 150, pitch: float = 17) -> list[Line]:
    lines = [run("项目", 120, top), run("本期金额", 320, top), run("上期金额", 450, top)]
    for k, (now, before) in enumerate(amounts):
        y = top + pitch * (k + 1)
        lines.append(run(ITEMS[k % len(ITEMS)], 70 + 10 * (k % 2), y))
        lines += [run(now, 370, y + 0.6, right=True)] if now else []
        lines += [run(before, 500, y - 0.5, right=True)] if before else []
    return lines


def test_statement_without_rules_gives_its_rows_and_columns() -> None:
    amounts = [
        ("1,516,034.28", "108,509.31"),
        ("639,476.38", "672,476.04"),
        ("", "23.93"),
        ("5.00", "6.10"),
    ]
    (table,) = find_aligned_tables(statement(amounts), A4)
    assert table.method == "aligned"
    assert texts(table) == [
        ["项目", "本期金额", "上期金额"],
        ["营业收入", "1,516,034.28", "108,509.31"],
        ["减：营业成本", "639,476.38", "672,476.04"],
        ["税金及附加", "", "23.93"],
        ["销售费用", "5.00", "6.10"],
    ]


def test_columns_bridged_by_spaces_in_one_run_are_columns() -> None:
    spaced = [
        run(f"{name}        {k * 7}.{k}0        {k * 3}.50", 70, 100 + 17 * k)
        for k, name in enumerate(["机构甲", "机构乙", "机构丙", "机构丁"], 1)
    ]
    (table,) = find_aligned_tables(spaced, A4)
    assert texts(table)[0] == ["机构甲", "7.10", "3.50"]
    assert table.n_cols == 3


def test_heading_over_two_columns_spans_them() -> None:
    heading = [run("指标", 120, 133), run("增长情况及其与上年的比例", 347, 133)]
    (table,) = find_aligned_tables([*heading, *statement([("10.0", "1.0")] * 5)], A4)
    assert texts(table)[0] == ["指标", "增长情况及其与上年的比例"]
    assert [c.col_span for c in table.row_cells(0)] == [1, 2]
    assert texts(table)[-1] == ["管理费用", "10.0", "1.0"]


def test_title_and_prose_around_the_table_stay_outside() -> None:
    prose = [
        run(
            "本单位对上述数据的真实性负责，并承担相应的法律责任，特此说明如下所示。",
            70,
            400 + 17 * k,
        )
        for k in range(6)
    ]
    lines = [run("利润表", 270, 60, 16), *prose, *statement([("1.00", "2.00")] * 5)]
    (table,) = find_aligned_tables(lines, A4)
    assert table.box.y0 > 80
    assert table.box.y1 < 400


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    values=st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=3, max_size=20
    ),
    pitch=st.floats(14, 24),
)
def test_every_figure_lands_in_its_own_row_and_column(
    values: list[tuple[int, int]], pitch: float
) -> None:
    amounts = [(f"{a / 100:,.2f}", f"{b / 100:,.2f}") for a, b in values]
    (table,) = find_aligned_tables(statement(amounts, pitch=pitch), A4)
    assert [tuple(row[1:]) for row in texts(table)[1:]] == amounts
    assert sum(c.row_span * c.col_span for c in table.cells) == table.n_rows * table.n_cols


PROSE = "截至2023年末本单位总资产为1,516万元，其中固定资产320万元，服务企业45家，满意度98%，"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [run(PROSE[k % 5 :] + "年内组织活动。", 70, 100 + 17 * k) for k in range(30)],
        [run(f"{k}．组织开展公共服务活动并形成记录", 70, 100 + 17 * k) for k in range(1, 12)],
        [
            line
            for k in range(1, 12)
            for line in (
                run(f"{k}．", 70, 100 + 17 * k),
                run("组织开展公共服务活动", 110, 100 + 17 * k),
            )
        ],
        [
            line
            for k, name in enumerate(
                ["单位名称：", "法定代表人：", "联系电话：", "通讯地址：", "邮政编码："]
            )
            for line in (
                run(name, 90, 100 + 30 * k),
                run("某某科技服务有限公司", 220, 100 + 30 * k),
            )
        ],
        [
            line
            for k in range(20)
            for line in (
                run("左栏的文字一行接一行地写下去", 60, 90 + 17 * k),
                run("右栏的文字也是一行接一行地写", 320, 90 + 17 * k),
            )
        ],
        [
            run("1,516,034.28", 300, 100),
            run("合计", 70, 100),
            run("5.00", 300, 117),
            run("小计", 70, 117),
        ],
    ],
    ids=["nothing", "prose", "list", "numbered list", "form", "two columns of prose", "two rows"],
)
def test_text_that_is_no_table_gives_none(lines: list[Line]) -> None:
    assert find_aligned_tables(lines, A4) == ()


def test_heading_over_an_empty_column_keeps_the_column() -> None:
    lines = [run("附注", 215, 150), *statement([("100.00", "1.00")] * 4)]
    (table,) = find_aligned_tables(lines, A4)
    assert texts(table)[0] == ["项目", "附注", "本期金额", "上期金额"]
    assert texts(table)[1] == ["营业收入", "", "100.00", "1.00"]
