"""Lists as people lay them out: side by side, in groups, cut by the page edge, unruled, rated anyhow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import A4, Entry, Span, cell_box, grid, line, page, tick
from support.reading import column, rows_of

from extractor.core.page import Mark, Table
from extractor.core.worksheet import FactStatus
from extractor.fields.lists.headings import HEADING_SCORE, heading_score
from extractor.tables.aligned import find_aligned_tables

ROSTER = "staff_roster_form"
SERVED = "served_enterprise_list_form"
EQUIPMENT = "equipment_list_form"
STAFF: list[Entry] = ["序号", "姓名", "年龄", "学历", "毕业学校", "负责工作"]
FIRMS: list[Entry] = ["序号", "服务企业名称", "联系人", "联系电话", "服务内容简述", "满意度"]


def staff(no: int, name: str) -> list[Entry]:
    return [str(no), name, str(30 + no), "本科", "江西财经大学", "咨询"]


def firm(no: int | str, name: str, said: str = "满意") -> list[Entry]:
    return [str(no), name, "王大明", f"1390000{no:0>4}", "质量辅导", said]


# -- side by side ---------------------------------------------------------------------------------


def side_by_side(down: bool) -> Table:
    names = ["王大明", "李小红", "陈志远", "赵建国", "周婷婷", "孙立军"]
    order = [(0, 3), (1, 4), (2, 5)] if down else [(0, 1), (2, 3), (4, 5)]
    head: list[Entry] = ["序号", "姓名", "年龄", "学历"] * 2
    rows = [[e for i in pair for e in staff(i + 1, names[i])[:4]] for pair in order]
    return grid([head, *rows])


@pytest.mark.parametrize("down", [True, False])
def test_a_list_in_two_halves_side_by_side_is_one_list_in_its_numbers_order(down: bool) -> None:
    rows = rows_of(ROSTER, "staff_roster", page(side_by_side(down)))
    assert column(rows, "seq") == [1, 2, 3, 4, 5, 6]
    assert column(rows, "name") == ["王大明", "李小红", "陈志远", "赵建国", "周婷婷", "孙立军"]
    assert column(rows, "age") == [31, 32, 33, 34, 35, 36]


def test_the_shorter_half_ends_without_blank_rows() -> None:
    head: list[Entry] = ["序号", "姓名", "年龄", "学历"] * 2
    table = grid(
        [
            head,
            [*staff(1, "王大明")[:4], *staff(3, "陈志远")[:4]],
            [*staff(2, "李小红")[:4], "", "", "", ""],
        ]
    )
    assert column(rows_of(ROSTER, "staff_roster", page(table)), "seq") == [1, 2, 3]


# -- totals and groups ----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["小计", "小计 2 家", "本页合计", "合 计：2家", "总计"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_subtotal_is_no_row_and_does_not_end_the_list(word: str, place: int) -> None:
    total: list[Entry] = ["", "", "", "", "", ""]
    total[place] = word
    table = grid([FIRMS, firm(1, "赣州泰驿印务有限公司"), total, firm(2, "赣州诚维装备有限公司")])
    assert column(rows_of(SERVED, "served_list", page(table)), "seq") == [1, 2]


def test_a_firm_whose_name_begins_like_a_total_is_a_row() -> None:
    table = grid([FIRMS, firm(1, "总计时装备有限公司"), firm(2, "合计划咨询有限公司")])
    assert column(rows_of(SERVED, "served_list", page(table)), "seq") == [1, 2]


def test_a_heading_of_a_group_over_all_columns_does_not_end_the_list() -> None:
    heading: list[Entry] = [Span("二、高新区", cols=6), None, None, None, None, None]
    table = grid([FIRMS, firm(1, "赣州泰驿印务有限公司"), heading, firm(2, "赣州诚维装备有限公司")])
    assert column(rows_of(SERVED, "served_list", page(table)), "seq") == [1, 2]


def test_a_remark_over_all_columns_ends_it() -> None:
    heading: list[Entry] = [Span("上述企业名单真实", cols=6), None, None, None, None, None]
    other: list[Entry] = ["甲", "乙", "丙", "丁", "戊", "己"]
    table = grid([FIRMS, firm(1, "赣州泰驿印务有限公司"), heading, other])
    assert column(rows_of(SERVED, "served_list", page(table)), "seq") == [1]


def test_a_group_printed_once_beside_its_rows_belongs_to_each() -> None:
    head: list[Entry] = ["所属地", "序号", "平台单位名称", "服务功能", "服务场所面积(平方米)", "仪器设备数(台套)", "专职从业人员数(人)"]  # fmt: skip
    table = grid([
        head,
        [Span("章\n贡\n区", rows=2), "1", "赣州甲服务中心", "信息", "800", "12", "20"],
        [None, "2", "赣州乙服务中心", "技术", "900", "13", "21"],
        ["南康区", "3", "赣州丙服务中心", "培训", "700", "14", "22"],
        ["", Span("合计", cols=2), None, "", "2400", "39", "63"],
    ])  # fmt: skip
    rows = rows_of("quarterly_report", "quarterly_rows", page(table))
    assert column(rows, "place") == ["章贡区", "章贡区", "南康区"]
    assert column(rows, "staff") == [20, 21, 22]


# -- page edges -----------------------------------------------------------------------------------


def test_a_row_that_the_page_edge_cuts_is_one_row() -> None:
    first = grid([FIRMS, firm(1, "赣州泰驿印务有限公司"), firm(2, "赣州诚维装备制")], y=600)
    half: list[Entry] = ["", "造有限公司", "", "", "与培训", ""]
    second = grid([half, firm(3, "赣州明达科技有限公司")], y=60)
    rows = rows_of(SERVED, "served_list", page(first, no=1), page(second, no=2))
    assert rows is not None
    assert column(rows, "enterprise") == ["赣州泰驿印务有限公司", "赣州诚维装备制造有限公司", "赣州明达科技有限公司"]  # fmt: skip
    whole = rows.rows[1].cells["served_list.enterprise"]
    assert whole.page == 1
    assert rows.rows[1].cells["served_list.service"].value == "质量辅导与培训"
    assert rows.rows[2].cells["served_list.enterprise"].page == 2


def test_a_cut_row_goes_on_below_a_repeated_header() -> None:
    first = grid([FIRMS, firm(1, "赣州诚维装备制")], y=600)
    half: list[Entry] = ["", "造有限公司", "", "", "", ""]
    second = grid([FIRMS, half, firm(2, "赣州明达科技有限公司")], y=60)
    rows = rows_of(SERVED, "served_list", page(first, no=1), page(second, no=2))
    assert column(rows, "enterprise") == ["赣州诚维装备制造有限公司", "赣州明达科技有限公司"]


def test_a_row_whose_number_was_not_read_is_no_second_half() -> None:
    first = grid([FIRMS, firm(1, "赣州泰驿印务有限公司")], y=600)
    unread = firm(2, "赣州诚维装备有限公司")
    unread[0] = ""
    rows = rows_of(SERVED, "served_list", page(first, no=1), page(grid([unread], y=60), no=2))
    assert column(rows, "enterprise") == ["赣州泰驿印务有限公司", "赣州诚维装备有限公司"]


def test_numbers_may_start_again_on_each_page() -> None:
    first = grid([FIRMS, firm(1, "赣州甲有限公司"), firm(2, "赣州乙有限公司")], y=600)
    second = grid([FIRMS, firm(1, "赣州丙有限公司")], y=60)
    rows = rows_of(SERVED, "served_list", page(first, no=1), page(second, no=2))
    assert column(rows, "enterprise") == ["赣州甲有限公司", "赣州乙有限公司", "赣州丙有限公司"]


def test_a_missed_ruling_between_two_columns_loses_no_row() -> None:
    merged = grid([
        FIRMS,
        firm(1, "赣州甲有限公司"),
        [Span("", cols=2), None, "李小红", "13900000002", "培训", "满意"],
        firm(3, "赣州丙有限公司"),
    ])  # fmt: skip
    own = cell_box(merged, 1, 0), cell_box(merged, 1, 1)
    y = cell_box(merged, 2, 0).y0 + 2
    inside = (line("2", own[0].x0 + 2, y), line("赣州乙有限公司", own[1].x0 + 2, y, em=8))
    cells = tuple(replace(c, lines=inside) if (c.row, c.col) == (2, 0) else c for c in merged.cells)
    rows = rows_of(SERVED, "served_list", page(replace(merged, cells=cells)))
    assert rows is not None
    assert column(rows, "seq") == [1, 2, 3]
    assert column(rows, "enterprise")[1] == "赣州乙有限公司"
    assert rows.rows[1].cells["served_list.enterprise"].status is FactStatus.DOUBTFUL


# -- without rulings --------------------------------------------------------------------------------


def test_names_that_wrap_without_rulings_stay_one_row() -> None:
    xs = (60.0, 100.0, 260.0, 330.0, 440.0)
    head = ["序号", "服务企业名称", "联系人", "联系电话", "满意度"]
    lines = [line(t, x, 100) for t, x in zip(head, xs, strict=True)]
    y = 130.0
    for no in range(1, 7):
        long = no in (2, 5)
        if long:
            lines += [
                line("赣州启航中小企业", xs[1], y - 7),
                line("服务中心有限公司", xs[1], y + 7),
            ]
        else:
            lines.append(line(f"赣州第{no}有限公司", xs[1], y))
        said = (str(no), "", "王大明", f"1390000000{no}", "满意")
        lines += [line(t, x, y) for t, x in zip(said, xs, strict=True) if t]
        y += 36.0
    tables = find_aligned_tables(lines, A4)
    assert len(tables) == 1
    rows = rows_of(SERVED, "served_list", page(*tables))
    assert column(rows, "seq") == [1, 2, 3, 4, 5, 6]
    assert column(rows, "enterprise")[1] == "赣州启航中小企业服务中心有限公司"
    assert column(rows, "phone") == [f"1390000000{n}" for n in range(1, 7)]


# -- ratings ----------------------------------------------------------------------------------------

SCALE: list[list[Entry]] = [
    [
        "序号",
        "服务企业名称",
        "联系人",
        Span("企业满意度（打√或填写分值）", cols=4),
        None,
        None,
        None,
    ],
    ["", "", "", "很满意", "满意", "一般", "不满意"],
]


def rated(*rows: list[Entry]) -> Table:
    head = [Span(str(e), rows=2) for e in SCALE[0][:3]]
    return grid([[*head, *SCALE[0][3:]], [None, None, None, *SCALE[1][3:]], *rows])


@pytest.mark.parametrize(
    ("at", "value"), [(3, "satisfied"), (4, "satisfied"), (5, None), (6, "unsatisfied")]
)
@pytest.mark.parametrize("kind", ["tick", "cross", "circle"])
def test_a_mark_under_one_of_four_headings_chooses_it(
    at: int, value: str | None, kind: str
) -> None:
    table = rated(["1", "赣州甲有限公司", "王大明", "", "", "", ""])
    rows = rows_of(SERVED, "served_list", page(table, tick(table, 2, at, kind)))
    assert rows is not None
    fact = rows.rows[0].cells["served_list.satisfied"]
    assert fact.value == value
    assert (fact.status is FactStatus.DOUBTFUL) == (value is None)


def test_a_number_where_a_tick_was_asked_is_a_score() -> None:
    table = rated(["1", "赣州甲有限公司", "王大明", "", "95", "", ""])
    rows = rows_of(SERVED, "served_list", page(table))
    assert column(rows, "score") == ["95"]
    assert column(rows, "satisfied") == []


@pytest.mark.parametrize(
    ("said", "column_id", "value"),
    [("满意", "satisfied", "satisfied"), ("不满意", "satisfied", "unsatisfied"), ("96分", "score", "96"), ("88", "score", "88")],
)  # fmt: skip
def test_one_column_holds_a_word_or_a_number(said: str, column_id: str, value: str) -> None:
    table = grid([FIRMS, firm(1, "赣州甲有限公司", said)])
    assert column(rows_of(SERVED, "served_list", page(table)), column_id) == [value]


@pytest.mark.parametrize(("word", "value"), [("满意", "satisfied"), ("不满意", "unsatisfied")])
def test_a_circle_around_one_of_two_printed_words_chooses_it(word: str, value: str) -> None:
    table = grid([FIRMS, firm(1, "赣州甲有限公司", "满意  不满意")])
    cell = table.at(1, 5)
    assert cell is not None
    at = cell.lines[0].text.rindex(word) if word == "不满意" else 0
    around = cell.lines[0].box_of(at, at + len(word)).expanded(3)
    rows = rows_of(SERVED, "served_list", page(table, Mark("circle", around, 0.9)))
    assert column(rows, "satisfied") == [value]


def test_two_printed_words_without_a_mark_say_nothing() -> None:
    table = grid([FIRMS, firm(1, "赣州甲有限公司", "满意  不满意")])
    assert column(rows_of(SERVED, "served_list", page(table)), "satisfied") == []


# -- headings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "heading"),
    [
        ("服务收入", "服务收入占比（%）"), ("服务收入", "服务收入增长率"), ("联系人", "联系人电话"),
        ("满意", "不满意"), ("基本满意", "基本不满意"), ("企业名称", "企业名称变更时间"),
        ("购买时间", "购买价格"), ("职称", "职称证书编号"), ("合作单位名称", "其他合作单位名称"),
        ("名称", "供应商名称"), ("服务企业数", "服务企业数占比"),
    ],
)  # fmt: skip
def test_another_head_word_is_another_column(label: str, heading: str) -> None:
    assert heading_score(label, heading) < HEADING_SCORE


@pytest.mark.parametrize(
    ("label", "heading"),
    [
        ("资产总额", "资产总额（万元）"), ("服务收入", "其中：服务收入（万元）"), ("年龄", "年 龄"),
        ("联系人", "企业联系人"), ("服务内容", "服务内容情况"), ("购买价格", "购买价格（单位：万元）"),
        ("专业技术职称", "专业技术职祢"), ("服务内容简述", "服务内容简"), ("数量", "数\n量"),
    ],
)  # fmt: skip
def test_units_remarks_and_slips_cost_little(label: str, heading: str) -> None:
    assert heading_score(label, heading) >= HEADING_SCORE


def test_an_unknown_column_is_left_out() -> None:
    table = grid([
        ["序号", "设备名称", "供应商名称", "数量", "购买价格（万元）"],
        ["1", "服务器", "某某商贸公司", "2", "12.5"],
    ])  # fmt: skip
    rows = rows_of(EQUIPMENT, "equipment_list", page(table))
    assert column(rows, "name") == ["服务器"]
    assert rows is not None
    assert not any("商贸" in f.raw for f in rows.rows[0].cells.values())


# -- dashes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dash", ["一", "—", "/", "－", "--"])
def test_a_dash_for_a_title_is_no_title(dash: str) -> None:
    table = grid([
        ["序号", "姓名", "年龄", "学历", "职称", "负责工作"],
        ["1", "王大明", "45", "本科", dash, "主任"],
    ])  # fmt: skip
    rows = rows_of(ROSTER, "staff_roster", page(table))
    assert column(rows, "title_level") == ["none"]
    assert column(rows, "title") in ([], ["—"])


# -- nothing is made up -----------------------------------------------------------------------------


@given(st.lists(st.lists(st.sampled_from(["", "1", "满意", "赣州甲有限公司", "合计", "注", "13900000001"]), min_size=6, max_size=6), max_size=6))  # fmt: skip
def test_every_value_of_a_list_stands_in_its_page(rows_in: list[list[Entry]]) -> None:
    table = grid([FIRMS, *rows_in])
    rows = rows_of(SERVED, "served_list", page(table))
    for row in rows.rows if rows else ():
        for fact in row.cells.values():
            assert fact.box is not None
            assert any(fact.raw in cell.text for cell in table.cells)


def test_an_empty_box_before_the_only_word_that_was_read_chooses_nothing() -> None:
    """☑满意 □不满意, of which 满意 got lost: 不满意 is not the answer."""
    table = grid(
        [FIRMS, firm(1, "南昌甲科技有限公司", "□不满意"), firm(2, "南昌乙科技有限公司", "满意")]
    )
    rows = rows_of(SERVED, "served_list", page(table))
    assert column(rows, "satisfied") == ["satisfied"]
