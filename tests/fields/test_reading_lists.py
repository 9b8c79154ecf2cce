"""Lists: any header, any column order, over pages; an empty cell is absent, a wrong one stays as read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages import Entry, Span, grid, line, page, tick
from support.reading import column, facts_of, rows_of

from extractor.core.worksheet import FactStatus, Method

ROSTER = "staff_roster_form"
SERVED = "served_enterprise_list_form"
EQUIPMENT = "equipment_list_form"

STAFF_HEADER: list[Entry] = ["序号", "姓名", "年龄", "学历", "职称", "负责工作"]
PEOPLE: list[list[Entry]] = [
    ["1", "王大明", "45", "本科", "高级工程师", "主任"],
    ["2", "李小红", "32", "大专", "", "培训"],
    ["3", "陈志远", "28", "硕士", "助理工程师", "咨询"],
]


def test_rows_keep_their_order_and_places() -> None:
    table = grid([STAFF_HEADER, *PEOPLE])
    rows = rows_of(ROSTER, "staff_roster", page(table))
    assert rows is not None
    assert column(rows, "name") == ["王大明", "李小红", "陈志远"]
    assert column(rows, "age") == [45, 32, 28]
    assert [row.no for row in rows.rows] == [1, 2, 3]
    assert rows.pages == (1,)
    box = rows.rows[1].cells["staff_roster.name"].box
    assert box is not None
    cell = table.at(2, 1)
    assert cell is not None
    assert cell.box.contains_point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def test_an_empty_cell_is_absent() -> None:
    rows = rows_of(ROSTER, "staff_roster", page(grid([STAFF_HEADER, *PEOPLE])))
    assert rows is not None
    assert "staff_roster.title" not in rows.rows[1].cells
    assert "staff_roster.title_level" not in rows.rows[1].cells


def test_a_level_follows_from_a_title() -> None:
    rows = rows_of(ROSTER, "staff_roster", page(grid([STAFF_HEADER, *PEOPLE])))
    assert rows is not None
    level = rows.rows[0].cells["staff_roster.title_level"]
    title = rows.rows[0].cells["staff_roster.title"]
    assert level.value == "associate_senior"  # 高级工程师 is 副高
    assert level.box == title.box
    assert level.confidence <= title.confidence


@given(st.permutations(range(6)))
@settings(max_examples=12, deadline=None)
def test_columns_may_stand_in_any_order(order: list[int]) -> None:
    table = grid([[row[i] for i in order] for row in [STAFF_HEADER, *PEOPLE]])
    rows = rows_of(ROSTER, "staff_roster", page(table))
    assert column(rows, "name") == ["王大明", "李小红", "陈志远"]
    assert column(rows, "education") == ["bachelor", "college", "master"]


def test_a_blank_row_is_no_row() -> None:
    blank: list[Entry] = ["", "", "", "", "", ""]
    rows = rows_of(ROSTER, "staff_roster", page(grid([STAFF_HEADER, PEOPLE[0], blank, PEOPLE[2]])))
    assert column(rows, "name") == ["王大明", "陈志远"]


@pytest.mark.parametrize("word", ["合计", "总计", "合 计"])
def test_a_total_is_no_row(word: str) -> None:
    table = grid(
        [
            ["序号", "设备名称", "数量", "购买时间", "购买价格（万元）"],
            ["1", "服务器", "2", "2020年3月", "12.5"],
            [word, "", "2", "", "12.5"],
        ]
    )
    rows = rows_of(EQUIPMENT, "equipment_list", page(table))
    assert column(rows, "name") == ["服务器"]


@pytest.mark.parametrize(
    ("heading", "text", "value", "unit_from"),
    [
        ("购买价格（万元）", "12.5", "125000", "header"),
        ("购买价格（元）", "12,500.00", "12500", "header"),
        ("购买价格", "12.5", "125000", "default"),
        ("购买价格（万元）", "12500元", "12500", "cell"),
    ],
)
def test_a_heading_gives_the_unit_unless_the_cell_does(
    heading: str, text: str, value: str, unit_from: str
) -> None:
    table = grid(
        [
            ["序号", "设备名称", "数量", "购买时间", heading],
            ["1", "服务器", "2", "2020年3月", text],
        ]
    )
    rows = rows_of(EQUIPMENT, "equipment_list", page(table))
    assert rows is not None
    price = rows.rows[0].cells["equipment_list.price"]
    assert price.value == value
    assert price.printed.unit_from == unit_from


def test_a_cell_that_is_no_value_is_kept_as_read_without_one() -> None:
    table = grid([STAFF_HEADER, ["1", "王大明", "四#？", "本科", "", "主任"]])
    rows = rows_of(ROSTER, "staff_roster", page(table))
    assert rows is not None
    age = rows.rows[0].cells["staff_roster.age"]
    assert age.value is None
    assert age.raw == "四#？"
    assert age.status is FactStatus.DOUBTFUL


def test_a_heading_damaged_by_a_slip_is_still_that_column() -> None:
    header: list[Entry] = ["序号", "姓名", "年龄", "学历", "专业技术职祢", "负责工作"]
    rows = rows_of(ROSTER, "staff_roster", page(grid([header, *PEOPLE])))
    assert column(rows, "title")[0] == "高级工程师"


def test_a_table_without_the_columns_that_make_the_list_is_none() -> None:
    table = grid([["序号", "材料名称", "页码"], ["1", "营业执照", "3"], ["2", "审计报告", "4"]])
    assert rows_of(ROSTER, "staff_roster", page(table)) is None


def two_pages(second: list[list[Entry]]) -> list[object]:
    first = grid([STAFF_HEADER, PEOPLE[0]], y=300)
    rows = rows_of(ROSTER, "staff_roster", page(first, no=1), page(grid(second, y=60), no=2))
    assert rows is not None
    return [column(rows, "name"), rows.pages]


def test_a_list_goes_on_over_the_page_without_its_header() -> None:
    assert two_pages(PEOPLE[1:]) == [["王大明", "李小红", "陈志远"], (1, 2)]


def test_a_list_goes_on_over_the_page_with_its_header_again() -> None:
    assert two_pages([STAFF_HEADER, *PEOPLE[1:]]) == [["王大明", "李小红", "陈志远"], (1, 2)]


def test_a_table_with_other_columns_does_not_continue_the_list() -> None:
    other: list[list[Entry]] = [["甲", "乙", "丙"], ["丁", "戊", "己"]]
    assert two_pages(other) == [["王大明"], (1,)]


def test_a_row_that_ends_the_list_ends_it() -> None:
    table = grid(
        [
            ["序号", "企业名称", "联系人", "联系电话", "服务内容"],
            ["1", "南昌甲公司", "赵一", "0791-88123456", "培训"],
            [Span("上一年度共服务企业120家", 1, 5), None, None, None, None],
            ["备注", "无", "无", "无", "无"],
        ]
    )
    rows = rows_of(SERVED, "served_list", page(table))
    assert column(rows, "enterprise") == ["南昌甲公司"]


SERVED_TOP: list[Entry] = [
    Span("序号", 2), Span("服务中小企业名称", 2), Span("联系人", 2), Span("联系电话", 2),
    Span("服务内容简述", 2), Span("企业满意度", 1, 2), None,
]  # fmt: skip
SERVED_SUB: list[Entry] = [None, None, None, None, None, "满意", "不满意"]


def served(*answers: tuple[str, str]) -> list[list[Entry]]:
    rows: list[list[Entry]] = [
        [str(i + 1), f"南昌第{i + 1}公司", "赵一", "0791-88123456", "培训", *answer]
        for i, answer in enumerate(answers)
    ]
    return [SERVED_TOP, SERVED_SUB, *rows]


def test_a_header_may_take_two_rows() -> None:
    rows = rows_of(SERVED, "served_list", page(grid(served(("√", ""), ("", "√")))))
    assert column(rows, "enterprise") == ["南昌第1公司", "南昌第2公司"]
    assert column(rows, "satisfied") == ["satisfied", "unsatisfied"]


@pytest.mark.parametrize("glyph", ["√", "✓", "V", "☑", "丿"])
def test_a_tick_may_be_read_as_text(glyph: str) -> None:
    rows = rows_of(SERVED, "served_list", page(grid(served((glyph, "")))))
    assert column(rows, "satisfied") == ["satisfied"]


def test_a_tick_may_be_seen_in_the_pixels_only() -> None:
    table = grid(served(("", ""), ("", "")))
    rows = rows_of(SERVED, "served_list", page(table, tick(table, 2, 5), tick(table, 3, 6)))
    assert column(rows, "satisfied") == ["satisfied", "unsatisfied"]
    assert rows is not None
    assert rows.rows[0].cells["served_list.satisfied"].method is Method.MARK


def test_a_row_without_a_tick_has_no_answer() -> None:
    rows = rows_of(SERVED, "served_list", page(grid(served(("", "")))))
    assert rows is not None
    assert "served_list.satisfied" not in rows.rows[0].cells


def test_both_ticked_is_doubtful_and_has_no_value() -> None:
    rows = rows_of(SERVED, "served_list", page(grid(served(("√", "√")))))
    assert rows is not None
    answer = rows.rows[0].cells["served_list.satisfied"]
    assert answer.value is None
    assert answer.status is FactStatus.DOUBTFUL
    assert set(answer.alternatives) == {"satisfied", "unsatisfied"}


def test_a_number_instead_of_a_tick_is_a_score_and_no_answer() -> None:
    rows = rows_of(SERVED, "served_list", page(grid(served(("95", "")))))
    assert rows is not None
    assert rows.rows[0].cells["served_list.score"].value == "95"
    assert "served_list.satisfied" not in rows.rows[0].cells


def test_the_total_stated_below_the_list_is_read() -> None:
    foot = line("上一年度共服务企业（实际服务（ 135 ）家企业）", y=700)
    facts = facts_of(SERVED, page(grid(served(("√", ""))), foot))
    assert facts["served_list_stated_total"].value == 135


NAMES = st.lists(
    st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=5), min_size=1, max_size=6, unique=True
)


@given(NAMES, st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_no_row_is_lost_doubled_or_moved_by_a_page_break(names: list[str], cut: int) -> None:
    rows: list[list[Entry]] = [
        [str(i + 1), f"南昌{name}有限公司", "赵一", "0791-88123456", "培训"]
        for i, name in enumerate(names)
    ]
    header: list[Entry] = ["序号", "企业名称", "联系人", "联系电话", "服务内容"]
    parts = [rows[:cut], rows[cut:]]
    pages = [page(grid([header, *parts[0]]), no=1)]
    if parts[1]:
        pages.append(page(grid(parts[1]), no=2))
    found = rows_of(SERVED, "served_list", *pages)
    assert column(found, "enterprise") == [f"南昌{name}有限公司" for name in names]
    assert found is not None
    assert [row.no for row in found.rows] == list(range(1, len(names) + 1))


def test_operations_of_three_years_are_rows_of_the_form() -> None:
    table = grid(
        [
            ["年度", "营业收入（万元）", "其中：服务收入（万元）", "资产总额（万元）", "服务企业数量（家）"],
            ["2021年", "800.5", "600", "1,000", "120"],
            ["2022年", "900", "", "1,100", "130"],
            ["2023年", "1,000", "800", "1,200", "140"],
        ]
    )  # fmt: skip
    rows = rows_of("application_form", "app_operations", page(table))
    assert column(rows, "year") == [2021, 2022, 2023]
    assert column(rows, "operating_income") == ["8005000", "9000000", "10000000"]
    assert column(rows, "service_income") == ["6000000", "8000000"]
    assert column(rows, "served_enterprises") == [120, 130, 140]
