"""Lists whose headings are lost, in words of their author's own, or laid out with the rows across."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.pages import Entry, Span, grid, line, page
from support.reading import column, rows_of

from extractor.core.page import Table
from extractor.core.worksheet import FactStatus, RowSet

SERVED = "served_enterprise_list_form"
FORM = "application_form"
FIRMS = ("赣州泰驿印务有限公司", "赣州诚维装备有限公司", "赣州明达食品厂", "赣州里格家具有限公司")
PERSONS = ("王大明", "李小红", "陈志远", "赵建国")
POSTS = ("总经理", "财务经理", "办公室主任", "厂长")


def served(head: list[Entry], persons: tuple[str, ...] = PERSONS) -> Table:
    rows: list[list[Entry]] = [
        [str(n + 1), FIRMS[n], persons[n], POSTS[n], f"1390000000{n}", "质量辅导"] for n in range(4)
    ]
    return grid([head, *rows])


def statuses(rows: RowSet | None, name: str) -> set[FactStatus]:
    assert rows is not None
    return {r.cells[f"{rows.field}.{name}"].status for r in rows.rows}


def test_columns_whose_headings_are_lost_are_told_by_their_cells_and_stay_doubtful() -> None:
    table = served(["序号", "服务企业名称", "", "", "联系电话", "服务内容"])
    rows = rows_of(SERVED, "served_list", page(table))
    assert column(rows, "contact") == list(PERSONS)
    assert column(rows, "contact_post") == list(POSTS)
    assert statuses(rows, "contact") == {FactStatus.DOUBTFUL}
    assert statuses(rows, "enterprise") == {FactStatus.CERTAIN}


def test_a_column_that_says_something_else_is_not_the_contact() -> None:
    table = served(["序号", "服务企业名称", "法定代表人", "", "联系电话", "服务内容"])
    assert column(rows_of(SERVED, "served_list", page(table)), "contact") == []


def test_firms_below_a_heading_of_its_own_words_are_the_firms_served() -> None:
    table = served(["序号", "惠及对象", "联系人", "职务", "联系电话", "服务内容"])
    rows = rows_of(SERVED, "served_list", page(table))
    assert column(rows, "enterprise") == list(FIRMS)
    assert statuses(rows, "enterprise") == {FactStatus.DOUBTFUL}


def test_cells_that_look_like_nothing_known_stay_out() -> None:
    table = served(
        ["序号", "服务企业名称", "", "职务", "联系电话", "服务内容"], ("甲", "", "乙丙", "△")
    )
    assert column(rows_of(SERVED, "served_list", page(table)), "contact") == []


def test_years_printed_across_are_rows() -> None:
    table = grid([
        ["指标", "2021年", "2022年", "2023年"],
        ["资产总额", "439.19", "482.63", "533.73"],
        ["营业收入", "250.22", "287.61", "327.78"],
        ["其中：服务收入", "207.77", "241.59", "270.37"],
        ["利润总额（经营结余）", "45.25", "52.18", "54.00"],
    ])  # fmt: skip
    rows = rows_of(FORM, "app_operations", page(table))
    assert column(rows, "year") == [2021, 2022, 2023]
    assert column(rows, "service_income") == ["2077700", "2415900", "2703700"]


def test_the_subtotal_of_a_kind_of_service_is_the_row_of_that_kind() -> None:
    table = grid([
        ["服务类别", "主要服务内容", "线下服务企业数量", "线上服务企业数量", "上年度服务中小企业数量"],
        ["政策服务", "小计", "640", "200", "840"],
        ["", "其中：惠企政策申报辅导", "320", "100", "420"],
        ["合计", "", "640", "200", "840"],
    ])  # fmt: skip
    rows = rows_of(FORM, "app_service_content", page(table))
    assert column(rows, "function") == ["政策服务", "惠企政策申报辅导"]
    assert column(rows, "is_detail") == [False, True]


def test_the_headings_of_the_next_table_do_not_continue_a_list() -> None:
    investors = grid([["性质", "名称", "投资比例(%)"], ["自然人", "胡杰", "60"]], y=700)
    other = grid([["资产总额", "服务数量", "利润总额"], ["1384.87", "10620", "91.99"]], y=60)
    rows = rows_of(FORM, "app_investors", page(investors, no=1), page(other, no=2))
    assert column(rows, "name") == ["胡杰"]


def test_a_label_with_its_answer_over_the_other_columns_ends_the_list() -> None:
    table = grid([
        ["姓名", "职称（职务）", "所在单位"],
        ["付少华", "高级工程师", "赣州工业技术研究院"],
        ["推荐意见", Span("该中心具备公共服务能力，同意推荐上报。", cols=2), None],
    ])  # fmt: skip
    rows = rows_of("recommendation_form", "expert_panel", page(table))
    assert column(rows, "name") == ["付少华"]


def test_a_subtotal_with_its_figure_over_the_other_columns_does_not_end_the_list() -> None:
    table = grid([
        ["序号", "姓名", "职称（职务）", "所在单位"],
        ["1", "付少华", "高级工程师", "赣州工业技术研究院"],
        ["", "小计", Span("本组1人", cols=2), None],
        ["2", "胡杰", "教授", "江西理工大学"],
        ["3", "于正阳", Span("南昌大学", cols=2), None],
        ["4", "雷敏", "研究员", "江西省科学院"],
    ])  # fmt: skip
    rows = rows_of("recommendation_form", "expert_panel", page(table))
    assert column(rows, "name") == ["付少华", "胡杰", "于正阳", "雷敏"]


def test_two_headings_that_a_missed_ruling_joined_are_parted() -> None:
    table = grid([
        [Span("主要投资方出资占比（%）", cols=2), None, "性质"],
        ["董洋", "60.0", "自然人"],
        ["抚州智辰投资有限公司", "40.0", "企业法人"],
    ])  # fmt: skip
    rows = rows_of("application_form", "app_investors", page(table))
    assert column(rows, "name") == ["董洋", "抚州智辰投资有限公司"]
    assert column(rows, "nature") == ["自然人", "企业法人"]


# -- rows that a missed ruling joined -------------------------------------------------------------


def joined(names: tuple[str, str], second_lower: float = 0.0) -> Table:
    """A panel of experts whose second and third row became one grid row."""
    table = grid([
        ["姓名", "职称（职务）", "所在单位"],
        ["付少华", "高级工程师", "赣州工业技术研究院"],
        ["", "", ""],
    ], height=40)  # fmt: skip
    texts = (names, ("教授", "高级会计师"), ("赣州理工学院", "赣州财务咨询中心"))
    cells = list(table.cells)
    for k, (upper, lower) in enumerate(texts):
        at = next(i for i, c in enumerate(cells) if (c.row, c.col) == (2, k))
        box = cells[at].box
        below = box.y0 + 22 + (second_lower if k == 0 else 0.0)
        both = (line(upper, box.x0 + 3, box.y0 + 3), line(lower, box.x0 + 3, below))
        cells[at] = replace(cells[at], lines=both)
    return replace(table, cells=tuple(cells))


def test_two_rows_that_a_missed_ruling_joined_are_two_and_doubtful() -> None:
    rows = rows_of("recommendation_form", "expert_panel", page(joined(("袁嘉琪", "金梓涵"))))
    assert column(rows, "name") == ["付少华", "袁嘉琪", "金梓涵"]
    assert column(rows, "employer")[1:] == ["赣州理工学院", "赣州财务咨询中心"]
    assert rows is not None
    assert rows.rows[2].cells["expert_panel.name"].status is FactStatus.DOUBTFUL
    assert rows.rows[0].cells["expert_panel.name"].status is FactStatus.CERTAIN


def test_lines_on_other_baselines_are_one_row() -> None:
    rows = rows_of("recommendation_form", "expert_panel", page(joined(("袁嘉琪", "金梓涵"), 12)))
    assert rows is not None
    assert len(rows.rows) == 2


# -- marks and persons ----------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "value"), [("☑是 □否", "yes"), ("□是 ☑否", "no")])
def test_a_cell_with_both_words_says_the_ticked_one(said: str, value: str) -> None:
    head: list[Entry] = ["序号", "名称", "数量", "购买价格（万元）", "是否处于行业领先水平"]
    table = grid([head, ["1", "服务器", "2", "22.31", said]])
    rows = rows_of("equipment_list_form", "equipment_list", page(table))
    assert column(rows, "industry_leading") == [value]


def test_insured_persons_in_two_halves_are_all_read() -> None:
    head: list[Entry] = ["序号", "姓名", "证件号码"] * 2
    table = grid([
        head,
        ["1", "魏庆丰", "652301********2305", "3", "方霞", "652301********4912"],
        ["2", "杨明辉", "652301********8688", "4", "钟若兰", "652301********5692"],
    ])  # fmt: skip
    rows = rows_of("social_security_proof", "ss_persons", page(table))
    assert column(rows, "name") == ["魏庆丰", "杨明辉", "方霞", "钟若兰"]
