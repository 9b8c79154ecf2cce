"""Values for people: the printed unit, exact decimals, dates at their precision, absent is not zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worksheet_factory import NAMING, fact, make_worksheet

from extractor.core.worksheet import Printed, Value
from extractor.worksheet.naming import Naming
from extractor.worksheet.shown import (
    show_canonical,
    show_date,
    show_fact,
    show_money,
    show_ratio,
    show_value,
)
from extractor.worksheet.telling import Telling, criterion_value
from extractor.worksheet.units_en import as_typed, in_english
from extractor.worksheet.wording import words_of

ZH, EN = words_of("zh"), words_of("en")


@pytest.mark.parametrize(
    ("amount", "unit", "decimals", "text"),
    [
        ("3124000", "万元", 2, "312.40万元"),
        ("1999600.15", "万元", 2, "199.960015万元"),
        ("1999600.15", "元", 2, "1,999,600.15元"),
        ("0", "元", None, "0.00元"),
        ("-50000", "万元", 0, "-5万元"),
        ("100000000", "亿元", 1, "1.0亿元"),
        ("5", "台", 0, "5元"),
    ],
)
def test_money_stands_in_the_printed_unit(
    amount: str, unit: str, decimals: int | None, text: str
) -> None:
    assert show_money(Decimal(amount), unit, decimals, ZH).text == text


@pytest.mark.parametrize(
    ("fraction", "decimals", "text"),
    [
        ("0.8", 0, "80%"),
        ("0.9", 1, "90.0%"),
        ("0.796", 1, "79.6%"),
        ("0.79996", 0, "79.996%"),
        ("0.7999999", 0, "79.99999%"),
        ("0.799999999", 0, "略低于80%"),
        ("0.2700000003761824778941696117", None, "略高于27%"),
        ("0.666666666", 0, "66.67%"),
        ("0.9677419354838709", 1, "96.774%"),
        ("1", None, "100%"),
    ],
)
def test_ratios_have_up_to_two_more_decimals_no_idle_zeros_and_never_round_onto_a_threshold(
    fraction: str, decimals: int | None, text: str
) -> None:
    assert show_ratio(Decimal(fraction), decimals, ZH).text == text


@given(st.decimals(0, 1, places=9))
def test_a_ratio_below_eighty_per_cent_never_reads_eighty(fraction: Decimal) -> None:
    text = show_ratio(fraction, 0, ZH).text
    shown = Decimal(text.removeprefix("略低于").removeprefix("略高于").rstrip("%"))
    assert (shown >= 80 and not text.startswith("略低于8")) == (fraction * 100 >= 80)


def test_a_cell_for_ratios_has_room_for_two_decimals() -> None:
    assert show_ratio(Decimal("0.9"), 0, ZH).number_format == "#,##0.00%"
    assert show_ratio(Decimal("0.96774"), 1, ZH).number_format == "#,##0.000%"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("8994200", "元", "899.42 ×10,000 yuan"),
        ("520", "平方米", "520 m²"),
        (342, "家", "342 organisations"),
        (34, "台（套）", "34 sets"),
        ("10", "年", "10 years"),
        ("2015", "年", "2015"),
        (3, "支队伍", "3支队伍"),
    ],
)
def test_english_worksheets_have_english_units(value: Value, unit: str, text: str) -> None:
    printed = Printed(unit="万元") if unit == "元" else None
    shown = show_value(value, EN, NAMING, unit=unit, printed=printed)
    assert shown.text == text


def test_what_an_english_worksheet_shows_comes_back_as_the_papers_say_it() -> None:
    assert as_typed("900.5 ×10,000 yuan") == "900.5万元"
    assert as_typed("520 m²") == "520平方米"
    assert as_typed("35 persons") == "35"
    assert as_typed("Room 12 for 30 persons") == "Room 12 for 30 persons"
    assert in_english("≥ 300万元") == "≥ 300 ×10,000 yuan"
    assert in_english("不少于10家") == "不少于10 organisations"


def test_thousands_read_as_decimals_are_no_decimals_of_a_count() -> None:
    printed = Printed(unit="人次", decimals=3)
    assert show_value(1386, ZH, NAMING, unit="人次", printed=printed).text == "1,386人次"


def test_dates_keep_their_precision() -> None:
    assert show_date("2016", ZH) == "2016年"
    assert show_date("2016-05", ZH) == "2016年5月"
    assert show_date("2016-05-20", ZH) == "2016年5月20日"
    assert show_date("2020-01-01/..", ZH) == "2020年1月1日 至 长期"
    assert show_date("../2021-12", ZH) == "（起始未定） 至 2021年12月"
    assert show_date("2016-05", EN) == "2016-05"


@pytest.mark.parametrize("value", [None, "", ()])
def test_what_nobody_read_is_a_dash(value: Value | None) -> None:
    assert show_value(value, ZH, NAMING).text == "—"


def test_zero_is_a_value() -> None:
    assert show_value(0, ZH, NAMING, unit="家").text == "0家"


def test_words_for_bools_enums_and_lists() -> None:
    assert show_value(True, ZH, NAMING).text == "是"
    assert (
        show_value("private_enterprise", ZH, NAMING, field_id="app_entity_nature").text
        == "民营企业"
    )
    assert (
        show_value("nobody_knows", ZH, NAMING, field_id="app_entity_nature").text == "nobody_knows"
    )
    assert show_value(("training", "technical"), ZH, NAMING).text == "人才培训、技术创新"


def test_an_enum_id_two_vocabularies_word_differently_is_not_guessed() -> None:
    naming = Naming(enum_labels={"a": {"other": "其他"}, "b": {"other": "其它人"}})
    assert show_value("other", ZH, naming).text == "other"
    assert show_value("other", ZH, naming, field_id="b").text == "其它人"


def test_a_code_that_looks_like_a_number_stays_text() -> None:
    shown = show_value("00123", ZH, NAMING)
    assert (shown.text, shown.number) == ("00123", None)


def test_a_figure_with_a_unit_of_its_condition_is_a_figure() -> None:
    assert show_value("5.92", ZH, NAMING, unit="年").text == "5.92年"
    assert show_value("520", ZH, NAMING, unit="平方米").text == "520平方米"


def test_a_ratio_printed_as_a_fraction_shows_its_own_decimals() -> None:
    read = fact("f", "app_staff_qualified_ratio", "0.85", "0.85", printed=Printed(decimals=2))
    assert show_fact(read, ZH, NAMING).text == "85%"


def test_about_is_kept_and_an_approximate_figure_is_no_number_to_sum() -> None:
    printed = Printed(unit="万元", decimals=0, approximate=True)
    shown = show_fact(
        fact("f", "bs_total_assets_end", "3000000", "约300万元", unit="元", printed=printed),
        ZH,
        NAMING,
    )
    assert (shown.text, shown.number) == ("约300万元", None)


def test_numbers_for_spreadsheets_are_in_the_shown_unit() -> None:
    shown = show_money(Decimal("3124000"), "万元", 2, ZH)
    assert shown.number == Decimal("312.4")
    assert shown.number_format == '#,##0.00"万元"'


def test_a_number_excel_would_alter_is_left_as_text() -> None:
    assert show_money(Decimal("12345678901234567.89"), "元", 2, ZH).number is None


def test_the_canonical_form_is_what_the_contract_stores() -> None:
    assert show_canonical("3124000", "元", ZH) == "3124000 元"
    assert show_canonical(True, None, ZH) == "true"
    assert show_canonical(None, "元", ZH) == "—"


@pytest.mark.parametrize(
    ("value", "text"), [("2015", "2015年"), (2015, "2015年"), ("5.92", "5.92年")]
)
def test_a_year_has_no_thousands_mark(value: Value, text: str) -> None:
    shown = show_value(value, ZH, NAMING, unit="年")
    assert shown.text == text
    assert "," not in shown.number_format


def test_money_of_a_condition_stands_in_the_unit_of_its_clause_also_without_a_threshold() -> None:
    made = make_worksheet()
    telling = Telling(made, ZH, NAMING)
    asked = made.criteria[0].model_copy(
        update={"unit": "元", "text": "上年末总资产 ____万元", "threshold_printed": None}
    )
    assert criterion_value(telling, asked, "5295900") == "529.59万元"
