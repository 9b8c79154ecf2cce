"""Statements whose grid is missing or wrong, and amounts that OCR left in disorder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.config import the_tools
from support.pages import body, grid, line, page, view
from support.reading import facts_of, values_of

from extractor.core.page import Line
from extractor.core.worksheet import FactStatus
from extractor.fields.audit.amounts import amount_text
from extractor.fields.audit.statement_words import word_lines

SHEET = "balance_sheet"
COLUMNS = the_tools().fields.statements.columns
UNIT = line("单位：人民币元", x=450, y=80)
HEADS = [
    line("资", x=60, y=100),
    line("产", x=90, y=100),
    line("期末余额", x=150, y=100),
    line("年初余额", x=220, y=100),
    line("负债和所有者权益", x=310, y=100, em=9),
    line("期末余额", x=420, y=100),
    line("年初余额", x=500, y=100),
]


def amount(text: str, right: float, y: float) -> Line:
    made = line(text, x=0, y=y)
    return line(text, x=right - made.box.width, y=y)


def sheet(*rows: tuple[str, str, str, str, str, str]) -> list[Line]:
    """A two-sided sheet without rulings, amounts flush right."""
    lines = [*HEADS]
    for i, (asset, end, begin, liability, end2, begin2) in enumerate(rows):
        y = 120.0 + 16 * i
        lines += [line(asset, x=50, y=y)] if asset else []
        lines += [line(liability, x=300, y=y)] if liability else []
        places = ((end, 195.0), (begin, 265.0), (end2, 465.0), (begin2, 545.0))
        lines += [amount(t, right, y) for t, right in places if t]
    return lines


ROWS = (
    ("货币资金", "300.00", "200.00", "短期借款", "", ""),
    ("流动资产合计", "1,000.00", "900.00", "负债合计", "600.00", "500.00"),
    ("非流动资产合计", "500.00", "400.00", "所有者权益合计", "900.00", "800.00"),
    ("资产总计", "1,500.00", "1,300.00", "负债和所有者权益总计", "1,500.00", "1,300.00"),
)


def test_a_sheet_without_any_grid_is_read_by_its_headings() -> None:
    values = values_of(SHEET, page(UNIT, sheet(*ROWS)))
    assert values["bs_total_assets_end"] == "1500"
    assert values["bs_total_assets_begin"] == "1300"
    assert values["bs_total_liabilities_end"] == "600"
    assert values["bs_total_equity_end"] == "900"
    assert values["bs_total_liab_equity_end"] == "1500"


def test_an_amount_stuck_to_the_next_name_is_cut_off_it() -> None:
    lines = [ln for ln in sheet(*ROWS) if ln.text not in ("1,300.00", "负债和所有者权益总计")]
    lines.append(amount("1,300.00负债和所有者权益总计", 370.0, 120.0 + 16 * 3))
    lines.append(amount("1,300.00", 545.0, 120.0 + 16 * 3))
    found = {x.name: x for x in word_lines(page(lines), COLUMNS)}
    total = found["负债和所有者权益总计"]
    assert total.current is not None
    assert total.current.text == "1,500.00"


def test_a_name_never_takes_the_amount_of_the_row_below() -> None:
    found = {x.name: x for x in word_lines(page(sheet(*ROWS)), COLUMNS)}
    assert found["短期借款"].current is None


def test_a_page_without_headings_gives_nothing_by_words() -> None:
    lines = [ln for ln in sheet(*ROWS) if ln not in HEADS]
    assert word_lines(page(lines), COLUMNS) == ()


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("6:276.837.16", "6276837.16"),
        ("4.622.265.00", "4622265.00"),
        ("(1.200.00)", "(1200.00)"),
        ("-1,031.837.89", "-1031837.89"),
    ],
)
def test_marks_in_disorder_leave_the_digits_and_a_doubt(printed: str, text: str) -> None:
    read = amount_text(printed)
    assert read.text == text
    assert read.ceiling < 0.85


@pytest.mark.parametrize(
    "printed", ["!2,690,108.88", ".162.744.69", "·116,283.02", "7.639,880..70"]
)
def test_a_mark_that_may_be_a_digit_is_never_certain(printed: str) -> None:
    assert amount_text(printed).ceiling < 0.85


@given(st.integers(0, 10**12), st.booleans())
def test_an_amount_as_printed_is_left_alone(cents: int, negative: bool) -> None:
    text = f"{'-' if negative else ''}{cents // 100:,}.{cents % 100:02d}"
    assert amount_text(text) == type(amount_text(text))(text, 1.0)


@given(st.text(max_size=30))
def test_no_digit_is_ever_added(text: str) -> None:
    before = [c for c in text if c.isdecimal()]
    assert [c for c in amount_text(text).text if c.isdecimal()] == before


def test_a_stray_mark_before_the_opening_total_is_doubtful() -> None:
    table = grid(
        [
            ["资产", "期末余额", "年初余额"],
            ["流动资产合计", "1,000.00", "900.00"],
            ["资产总计", "1,500.00", "!2,690,108.88"],
        ]
    )
    fact = facts_of(SHEET, page(UNIT, table))["bs_total_assets_begin"]
    assert fact.raw == "!2,690,108.88"
    assert fact.status is FactStatus.DOUBTFUL


def test_an_opening_total_that_differs_from_the_other_side_is_doubtful() -> None:
    rows = (*ROWS[:3], (*ROWS[3][:5], "1,360.00"))
    fact = facts_of(SHEET, page(UNIT, sheet(*rows)))["bs_total_assets_begin"]
    assert fact.status is FactStatus.DOUBTFUL
    same = facts_of(SHEET, page(UNIT, sheet(*ROWS)))["bs_total_assets_begin"]
    assert same.status is FactStatus.CERTAIN


def test_an_amount_without_cents_among_others_with_them_is_doubtful() -> None:
    rows = (ROWS[0], ROWS[1], ("非流动资产合计", "5,000,000", "400.00", *ROWS[2][3:]), ROWS[3])
    fact = facts_of(SHEET, page(UNIT, sheet(*rows)))["bs_noncurrent_assets_end"]
    assert fact.status is FactStatus.DOUBTFUL


def test_an_amount_between_the_two_lines_of_its_name_is_found() -> None:
    table = grid(
        [
            ["项目", "行次", "本年累计数"],
            ["收入合计", "8", "5,862,715.30"],
            ["四、净资产变动额（若为净资产减少", "", ""],
            ["", "15", "918,755.79"],
            ["额，以“-”号填列）", "", ""],
        ]
    )
    assert values_of("activity_statement", page(UNIT, table))["ba_net_asset_change"] == "918755.79"


def test_the_unit_is_found_with_its_currency() -> None:
    fact = facts_of(SHEET, page(UNIT, *[body("资产总计")]))["aud_unit_printed"]
    assert fact.value == "yuan"
    assert fact.raw == "人民币元"
    assert view(SHEET, page(UNIT)).type == SHEET
