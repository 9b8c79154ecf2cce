"""Financial statements: any template, two sides, either order of the amounts; near names never mixed."""

from __future__ import annotations

import pytest
from support.config import the_tools
from support.pages import Entry, Span, body, grid, line, page, view
from support.reading import facts_of, rows_of, values_of

from extractor.core.worksheet import FactStatus
from extractor.fields.audit.statements import clean_name, match_line, statement_lines

SHEET = "balance_sheet"
INCOME = "income_statement"
WORDS = the_tools().fields.statements
UNIT = line("单位：元", x=450, y=130)


def test_the_current_amount_is_that_of_the_year_end() -> None:
    table = grid(
        [
            ["项目", "期末余额", "年初余额"],
            ["流动资产合计", "1,000.00", "900.00"],
            ["非流动资产合计", "500.00", "400.00"],
            ["资产总计", "1,500.00", "1,300.00"],
        ]
    )
    values = values_of(SHEET, page(UNIT, table))
    assert values["bs_current_assets_end"] == "1000"
    assert values["bs_noncurrent_assets_end"] == "500"
    assert values["bs_total_assets_end"] == "1500"


def test_columns_may_stand_the_other_way_round() -> None:
    table = grid([["项目", "年初余额", "期末余额"], ["资产总计", "1,300.00", "1,500.00"]])
    assert values_of(SHEET, page(UNIT, table))["bs_total_assets_end"] == "1500"


def test_columns_headed_by_dates_are_told_apart_by_them() -> None:
    rows: list[list[Entry]] = [
        ["项目", "2022年12月31日", "2023年12月31日"],
        ["资产总计", "1,300.00", "1,500.00"],
    ]
    assert values_of(SHEET, page(UNIT, grid(rows)))["bs_total_assets_end"] == "1500"


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("2023年12月31日", "2023年1月1日"),
        ("2023-12-31", "2022-12-31"),
        ("2023.12.31", "2022年12月31日"),
        ("2023年12月31日", "2022-12-31"),
        ("2023年度", "2022年度"),
        ("2023年末", "2023年初"),
        ("2023 年 12 月 31 日", "2022年末"),
    ],
)
def test_the_later_date_is_the_current_one_in_either_order(later: str, earlier: str) -> None:
    for heads, amounts in (
        ([later, earlier], ["1,500.00", "1,300.00"]),
        ([earlier, later], ["1,300.00", "1,500.00"]),
    ):
        rows: list[list[Entry]] = [["项目", *heads], ["资产总计", *amounts]]
        values = values_of(SHEET, page(UNIT, grid(rows, widths=[195, 150, 150])))
        assert values["bs_total_assets_end"] == "1500"


def test_a_two_sided_sheet_gives_both_sides() -> None:
    table = grid(
        [
            ["资产", "行次", "期末余额", "年初余额", "负债和所有者权益", "行次", "期末余额", "年初余额"],
            ["货币资金", "1", "300.00", "200.00", "负债合计", "31", "600.00", "500.00"],
            ["资产总计", "30", "1,500.00", "1,300.00", "所有者权益合计", "32", "900.00", "800.00"],
        ]
    )  # fmt: skip
    values = values_of(SHEET, page(UNIT, table))
    assert values["bs_total_assets_end"] == "1500"
    assert values["bs_total_liabilities_end"] == "600"
    assert values["bs_total_equity_end"] == "900"


def test_the_line_number_is_never_an_amount() -> None:
    table = grid([["项目", "行次", "期末余额", "年初余额"], ["资产总计", "30", "", "1,300.00"]])
    assert "bs_total_assets_end" not in values_of(SHEET, page(UNIT, table))


def test_an_empty_amount_is_absent() -> None:
    table = grid([["项目", "期末余额", "年初余额"], ["资产总计", "", ""]])
    assert "bs_total_assets_end" not in values_of(SHEET, page(UNIT, table))


@pytest.mark.parametrize(
    ("unit", "value"), [("元", "1500"), ("千元", "1500000"), ("万元", "15000000")]
)
def test_the_unit_of_the_page_counts(unit: str, value: str) -> None:
    table = grid([["项目", "期末余额", "年初余额"], ["资产总计", "1,500.00", "1,300.00"]])
    fact = facts_of(SHEET, page(line(f"金额单位：人民币{unit}", x=400, y=130), table))
    assert fact["bs_total_assets_end"].value == value
    assert fact["bs_total_assets_end"].printed.unit_from == "page"


def test_a_statement_goes_on_over_the_page_without_its_header() -> None:
    first = grid([["项目", "期末余额", "年初余额"], ["流动资产合计", "1,000.00", "900.00"]], y=400)
    second = grid([["资产总计", "1,500.00", "1,300.00"]], y=60)
    values = values_of(SHEET, page(UNIT, first, no=1), page(second, no=2))
    assert values["bs_current_assets_end"] == "1000"
    assert values["bs_total_assets_end"] == "1500"


def test_negative_amounts_in_brackets_or_with_a_sign_keep_it() -> None:
    table = grid(
        [
            ["项目", "本年金额", "上年金额"],
            ["利润总额", "-120.50", "1.00"],
            ["净利润", "(130.50)", "1.00"],
        ]
    )
    values = values_of(INCOME, page(UNIT, table))
    assert values["is_total_profit"] == "-120.5"
    assert values["is_net_profit"] == "-130.5"


@pytest.mark.parametrize(
    "printed",
    ["四、净利润（净亏损以“－”号填列）", "五、净利润", "净利润", "4、净利润", "减：净利润"],
)
def test_numbering_prefixes_and_brackets_are_no_part_of_a_name(printed: str) -> None:
    assert clean_name(printed) == "净利润"


@pytest.mark.parametrize(
    ("printed", "field"),
    [
        ("流动资产合计", "bs_current_assets_end"),
        ("非流动资产合计", "bs_noncurrent_assets_end"),
        ("负债合计", "bs_total_liabilities_end"),
        ("非流动负债合计", None),
        ("流动负债合计", None),
        ("负债和所有者权益（或股东权益）总计", "bs_total_liab_equity_end"),
        ("所有者权益舍计", "bs_total_equity_end"),
        ("非流动资产舍计", "bs_noncurrent_assets_end"),
    ],
)
def test_a_damaged_name_goes_to_its_own_line(printed: str, field: str | None) -> None:
    sheet = WORDS.of(SHEET)
    assert sheet is not None
    match = match_line(printed, sheet.lines)
    assert match is not None
    assert match[0].field == field
    assert (match[1] < 1.0) == ("舍" in printed)


@pytest.mark.parametrize("printed", ["甲乙丙丁", "", "总", "流动", "资本总汁"])
def test_a_name_nobody_knows_is_no_line(printed: str) -> None:
    sheet = WORDS.of(SHEET)
    assert sheet is not None
    assert match_line(printed, sheet.lines) is None


def test_lines_come_top_to_bottom_and_left_before_right() -> None:
    table = grid(
        [
            ["资产", "期末余额", "年初余额", "负债和所有者权益", "期末余额", "年初余额"],
            ["货币资金", "1", "2", "短期借款", "3", "4"],
            ["存货", "5", "6", "应付账款", "7", "8"],
        ]
    )
    names = [x.name for x in statement_lines(view(SHEET, page(table)), WORDS.columns)]
    assert names == ["货币资金", "存货", "短期借款", "应付账款"]


def sheet_facts(total: str, liabilities: str, equity: str):
    rows: list[list[Entry]] = [
        ["项目", "期末余额", "年初余额"],
        ["资产总计", total, "1.00"],
        ["负债合计", liabilities, "1.00"],
        ["所有者权益合计", equity, "1.00"],
    ]
    return facts_of(SHEET, page(UNIT, grid(rows, confidence=0.8)))


def test_an_identity_that_holds_vouches_for_its_figures() -> None:
    facts = sheet_facts("1,500.00", "600.00", "900.00")
    assert facts["bs_total_assets_end"].confidence > 0.95
    assert facts["bs_total_assets_end"].status is FactStatus.CERTAIN


def test_an_identity_that_fails_makes_its_figures_doubtful_and_changes_none() -> None:
    facts = sheet_facts("1,500.00", "600.00", "901.00")
    for name, value in (
        ("bs_total_assets_end", "1500"),
        ("bs_total_liabilities_end", "600"),
        ("bs_total_equity_end", "901"),
    ):
        assert facts[name].value == value
        assert facts[name].status is FactStatus.DOUBTFUL
        assert facts[name].confidence <= 0.6


def test_service_income_with_years_across_is_a_row_a_year() -> None:
    table = grid(
        [
            ["项目", "2022年度", "2023年度"],
            ["一、营业收入", "900.00", "1,000.00"],
            ["其中：服务收入", "700.00", "800.00"],
            ["政府购买服务收入", "", "100.00"],
            ["二、服务支出", "300.00", "350.00"],
        ]
    )
    rows = rows_of("audit_report", "svc_statement", page(line("单位：万元", x=400, y=130), table))
    assert rows is not None
    by_year = {row.cells["svc_statement.year"].value: row.cells for row in rows.rows}
    assert set(by_year) == {2022, 2023}
    assert by_year[2023]["svc_statement.service_income"].value == "8000000"
    assert by_year[2023]["svc_statement.gov_sme_service_income"].value == "1000000"
    assert "svc_statement.gov_sme_service_income" not in by_year[2022]


def test_a_table_that_only_mentions_years_is_no_service_income() -> None:
    table = grid(
        [["项目", "2022年度", "2023年度"], ["办公费", "1.00", "2.00"], ["差旅费", "1", "2"]]
    )
    assert rows_of("audit_report", "svc_statement", page(table)) is None


def test_a_heading_over_two_rows_is_one_header() -> None:
    table = grid(
        [
            [Span("项目", 2), Span("金额", 1, 2), None],
            [None, "本年金额", "上年金额"],
            ["净利润", "100.00", "90.00"],
        ]
    )
    assert values_of(INCOME, page(UNIT, table))["is_net_profit"] == "100"


def test_words_of_an_opinion_page_are_no_statement() -> None:
    assert values_of(SHEET, page(body("资产负债表", "资产总计 1,500.00 元"))) == {}
