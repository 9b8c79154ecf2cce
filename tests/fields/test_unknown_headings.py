"""Headings in words of their own: what stands below them tells the column, and what they must not mean."""

from __future__ import annotations

import pytest
from support.pages import Entry, grid, page
from support.reading import column, rows_of

from extractor.core.worksheet import FactStatus, RowSet

EQUIPMENT = "equipment_list_form"
ROSTER = "staff_roster_form"
SERVED = "served_enterprise_list_form"

TOOLS = (
    ("频谱分析仪", "2", "2021年6月", "36.50", "是"),
    ("恒温试验箱", "1", "2019年11月", "12.80", "否"),
    ("三维扫描仪", "1", "2022年3月", "48.00", "是"),
    ("直播一体机", "3", "2020年8月", "6.90", "否"),
)
PEOPLE = (
    ("王大明", "41", "硕士研究生", "江右大学", "高级工程师"),
    ("李小红", "35", "本科", "东江理工学院", "会计师"),
    ("陈志远", "29", "大专", "信江商贸专科学校", "无"),
    ("赵建国", "52", "本科", "江右大学", "经济师"),
)


def statuses(rows: RowSet | None, name: str) -> set[FactStatus]:
    assert rows is not None
    return {r.cells[f"{rows.field}.{name}"].status for r in rows.rows}


def tools(*head: Entry) -> RowSet | None:
    return rows_of(EQUIPMENT, "equipment_list", page(grid([list(head), *map(list, TOOLS)])))


@pytest.mark.parametrize("heading", ["进场时间", "建档年月", "移交日期"])
def test_days_below_an_unknown_heading_of_days_are_the_purchase_and_doubtful(heading: str) -> None:
    rows = tools("设备名称", "数量", heading, "金额（万元）", "是否行业领先")
    assert column(rows, "purchase_date") == ["2021-06", "2019-11", "2022-03", "2020-08"]
    assert statuses(rows, "purchase_date") == {FactStatus.DOUBTFUL}
    assert statuses(rows, "name") == {FactStatus.CERTAIN}


@pytest.mark.parametrize("heading", ["检定有效期", "报废年月", "校准时间", "出厂日期", "责任人"])
def test_days_of_something_else_are_no_purchase(heading: str) -> None:
    rows = tools("设备名称", "数量", heading, "金额（万元）", "是否行业领先")
    assert column(rows, "purchase_date") == []


def test_figures_are_told_apart_by_the_sort_of_thing_the_heading_names() -> None:
    rows = tools("设备名称", "现有套量", "购置时间", "入账总额", "是否行业领先")
    assert column(rows, "quantity") == [2, 1, 1, 3]
    assert column(rows, "price") == ["365000", "128000", "480000", "69000"]
    rows = tools("设备名称", "型号", "购置时间", "累计折旧额", "是否行业领先")
    assert column(rows, "quantity") == []
    assert column(rows, "price") == []


def test_a_roster_whose_author_had_words_of_his_own() -> None:
    head = ["姓名", "岁数", "学业程度", "就读院校", "现有技术资格"]
    rows = rows_of(ROSTER, "staff_roster", page(grid([head, *map(list, PEOPLE)])))
    assert rows is None or column(rows, "name") == [p[0] for p in PEOPLE]
    head = ["姓名", "年龄", "岗位", "学业程度", "就读院校", "现有技术资格"]
    table = grid([head, *([n, a, "咨询", e, s, t] for n, a, e, s, t in PEOPLE)])
    rows = rows_of(ROSTER, "staff_roster", page(table))
    assert column(rows, "education") == ["master", "bachelor", "college", "bachelor"]
    assert column(rows, "school") == [p[3] for p in PEOPLE]
    assert column(rows, "title_level") == [
        "associate_senior",
        "intermediate",
        "none",
        "intermediate",
    ]
    assert statuses(rows, "school") == {FactStatus.DOUBTFUL}


def test_two_columns_that_look_alike_are_both_left_out() -> None:
    head = ["设备名称", "数量", "启动时间", "移交日期", "金额（万元）"]
    table = grid([head, *([n, q, d, "2023年1月", p] for n, q, d, p, _ in TOOLS)])
    rows = rows_of(EQUIPMENT, "equipment_list", page(table))
    assert column(rows, "purchase_date") == []


def test_running_numbers_below_a_lost_heading_are_the_numbers() -> None:
    firms = [
        f"赣州{n}有限公司" for n in ("泰驿印务", "诚维装备", "明达食品", "里格家具", "远航物流")
    ]
    numbers = ("1.", "2", "q", "4", "5、")
    table = grid(
        [
            [";·", "企业名称", "联系电话", "服务内容"],
            *([no, firm, f"1390000000{k}", "培训"] for k, (no, firm) in enumerate(zip(numbers, firms, strict=True))),
        ]
    )  # fmt: skip
    rows = rows_of(SERVED, "served_list", page(table))
    assert rows is not None
    seq = [r.cells.get("served_list.seq") for r in rows.rows]
    assert [f.value if f is not None else None for f in seq] == [1, 2, None, 4, 5]
    assert column(rows, "enterprise") == firms


def test_numbers_that_do_not_count_up_are_no_running_numbers() -> None:
    table = grid(
        [
            ["", "企业名称", "联系电话", "服务内容"],
            *(
                ["7", f"赣州{n}有限公司", f"1390000000{k}", "培训"]
                for k, n in enumerate("甲乙丙丁")
            ),
        ]
    )
    assert column(rows_of(SERVED, "served_list", page(table)), "seq") == []


# -- lists where nobody looks for them ---------------------------------------------------------------


def test_a_roster_among_the_sheets_of_the_equipment_list_is_read() -> None:
    tools_sheet = grid(
        [["设备名称", "数量", "购置时间", "金额（万元）", "是否行业领先"], *map(list, TOOLS)]
    )
    people = grid(
        [["姓名", "年龄", "学历", "毕业院校", "职称", "岗位"], *([*p, "咨询"] for p in PEOPLE)]
    )
    sheets = (page(tools_sheet), page(people, no=2))
    assert column(rows_of(EQUIPMENT, "equipment_list", *sheets), "name") == [t[0] for t in TOOLS]
    assert column(rows_of(EQUIPMENT, "staff_roster", *sheets), "name") == [p[0] for p in PEOPLE]


def test_a_served_list_is_no_roster_of_staff_though_it_names_persons() -> None:
    table = grid(
        [
            ["序号", "企业名称", "姓名", "职务", "联系电话", "服务内容", "满意度"],
            *([str(k), f"赣州{n}有限公司", "王大明", "经理", f"1390000000{k}", "培训", "满意"] for k, n in enumerate("甲乙丙丁", 1)),
        ]
    )  # fmt: skip
    assert rows_of(SERVED, "staff_roster", page(table)) is None


# -- columns that say more than a value --------------------------------------------------------------


def test_how_a_course_was_held_tells_whether_it_was_online() -> None:
    table = grid(
        [
            ["期次", "课程名称", "授课时间", "参训人数", "授课形式"],
            ["第1期", "跨境电商实务", "2023-05-11", "86", "网络直播"],
            ["第2期", "班组长管理", "2023-06-20", "42", "现场授课"],
            ["第3期", "税收新政", "2023-09-05", "131", "线上+线下"],
            ["全年合计", "", "", "259", ""],
        ]
    )
    rows = rows_of("service_activity_evidence", "training_records", page(table))
    assert column(rows, "title") == ["跨境电商实务", "班组长管理", "税收新政"]
    assert column(rows, "persons") == [86, 42, 131]
    assert column(rows, "online") == [True, False]


def test_a_column_about_the_agreement_tells_who_signed() -> None:
    table = grid(
        [
            ["序号", "合作机构", "合作内容", "是否签约"],
            ["1", "赣南理工学院", "人才培养", "已签订协议"],
            ["2", "赣州市电子商会", "信息共享", "洽谈中"],
            ["3", "赣州银诚融资担保有限公司", "融资担保", "是"],
        ]
    )
    rows = rows_of("application_form", "app_partners", page(table))
    assert column(rows, "name") == ["赣南理工学院", "赣州市电子商会", "赣州银诚融资担保有限公司"]
    assert column(rows, "signed") == [True, False, True]
