"""Chinese numerals, counts, ratios, areas."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values import UnitContext
from extractor.values.areas import parse_area
from extractor.values.chinese import chinese_decimal, chinese_integer, to_chinese
from extractor.values.numbers import count_unit, parse_count, parse_number, parse_quantity
from extractor.values.ratios import parse_ratio


@given(st.integers(0, 10**12 - 1), st.booleans())
def test_chinese_numerals_survive_spelling(number: int, capital: bool) -> None:
    assert chinese_integer(to_chinese(number, capital=capital)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三百二十万", 3_200_000),
        ("叁佰万", 3_000_000),
        ("二〇一九", 2019),
        ("十五", 15),
        ("拾万", 100_000),
        ("两千", 2000),
        ("一万亿", 10**12),
        ("三万零五", 30_005),
        ("一亿零一", 100_000_001),
        ("一千零五十万", 10_500_000),
    ],
)
def test_usual_spellings(text: str, number: int) -> None:
    assert chinese_integer(text) == number


@pytest.mark.parametrize(
    "text", ["", "二百五", "三万五", "百", "万", "一二十", "三百三百", "三五", "一百零", "甲"]
)
def test_spellings_with_two_meanings_are_refused(text: str) -> None:
    assert chinese_integer(text) is None


def test_a_spelled_decimal() -> None:
    assert chinese_decimal("八十五点六") == Decimal("85.6")


@pytest.mark.parametrize(
    ("text", "value", "unit", "approximate"),
    [
        ("共 25 人", 25, "人", False),
        ("二十五名", 25, "人", False),
        ("2,345户", 2345, "家", False),
        ("2.5万人次", 25_000, "人次", False),
        ("12人/次", 12, "人次", False),
        ("12人（次）", 12, "人次", False),
        ("5台（套）", 5, "台（套）", False),
        ("300余家", 300, "家", True),
        ("约25人", 25, "人", True),
        ("100名以上", 100, "人", True),
        ("近3年服务25家", 25, "家", False),
        ("25.0", 25, None, False),
        ("２５", 25, None, False),
        ("A4纸25张", 25, "张", False),
    ],
)
def test_counts(text: str, value: int, unit: str | None, approximate: bool) -> None:
    parsed = parse_count(text)
    assert parsed is not None and parsed.factor == 1
    assert (parsed.value, parsed.unit, parsed.printed.approximate) == (value, unit, approximate)


@pytest.mark.parametrize(
    "text", ["25.5", "第3页", "三五家", "312.40万元", "2019年", "85%", "3年", "统一"]
)
def test_what_is_no_count(text: str) -> None:
    assert parse_count(text) is None


def test_persons_and_person_times_are_never_mixed_up() -> None:
    parsed = parse_count("50人次", UnitContext(label="培训人数（人）"))
    assert parsed is not None and parsed.unit == "人次" and parsed.printed.unit_from == "cell"
    assert (count_unit("人(次)"), count_unit("人/次"), count_unit("人")) == ("人次", "人次", "人")


def test_the_count_in_the_asked_unit_is_preferred() -> None:
    parsed = parse_count("30场500人次", UnitContext(label="人次"))
    assert parsed is not None and parsed.value == 500 and parsed.factor == 1


@pytest.mark.parametrize("text", ["共25家，其中20家", "20-30人", "3 5"])
def test_two_counts_leave_doubt(text: str) -> None:
    parsed = parse_count(text)
    assert parsed is not None and parsed.factor <= 0.3


@pytest.mark.parametrize(("text", "value"), [("2O人", 20), ("1.234", 1234), ("25|", 25), ("一", 1)])
def test_slips_in_counts_leave_doubt(text: str, value: int) -> None:
    parsed = parse_count(text)
    assert parsed is not None and parsed.value == value and parsed.factor <= 0.7


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_a_percentage_survives_printing(number: int, decimals: int) -> None:
    printed = Decimal(number).scaleb(-decimals)
    for text in (f"{printed:f}%", f"占比 {printed:f} ％", f"{printed:f}"):
        parsed = parse_ratio(text, UnitContext(label="占比（%）"))
        assert parsed is not None
        readings = {Decimal(str(parsed.value)), *map(Decimal, parsed.alternatives)}
        assert printed / 100 in readings
        assert parsed.printed.decimals == decimals


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("85.6%", "0.856"), ("百分之八十五点六", "0.856"), ("八成", "0.8"), ("八成五", "0.85"),
     ("5‰", "0.005"), ("-5%", "-0.05"), ("占比80%，25人", "0.8")],
)  # fmt: skip
def test_ratios(text: str, fraction: str) -> None:
    parsed = parse_ratio(text)
    assert parsed is not None and parsed.value == fraction and parsed.factor == 1


def test_a_share_above_the_whole_keeps_the_reading_with_its_point() -> None:
    parsed = parse_ratio("856%")
    assert parsed is not None and parsed.value == "8.56" and parsed.factor <= 0.5
    assert "0.856" in parsed.alternatives


def test_a_range_of_shares_has_no_minus_sign() -> None:
    parsed = parse_ratio("80%-90%")
    assert parsed is not None and parsed.factor < 0.5
    assert {parsed.value, *parsed.alternatives} == {"0.8", "0.9"}


@pytest.mark.parametrize("text", ["-5人", "－5", "负5人", "- 5 人"])
def test_a_count_is_never_read_without_its_minus_sign(text: str) -> None:
    assert parse_count(text) is None


def test_a_fraction_under_a_percent_label_keeps_both_readings() -> None:
    parsed = parse_ratio("0.85", UnitContext(label="%"))
    assert parsed is not None and parsed.factor <= 0.5
    assert {parsed.value, *parsed.alternatives} == {"0.0085", "0.85"}


@pytest.mark.parametrize("text", ["17/20", "3:1", "成立3年", "25人"])
def test_what_is_no_ratio(text: str) -> None:
    assert parse_ratio(text) is None


@pytest.mark.parametrize(
    ("text", "area"),
    [("1200平方米", "1200"), ("1,200㎡", "1200"), ("1200m2", "1200"), ("1200 m²", "1200"),
     ("3亩", "2000.0001"), ("2公顷", "20000"), ("建筑面积：1,234.56平方米", "1234.56")],
)  # fmt: skip
def test_areas(text: str, area: str) -> None:
    parsed = parse_area(text)
    assert parsed is not None and parsed.value == area and parsed.factor == 1


def test_a_bare_area_is_doubtful_without_a_unit_and_sure_with_one() -> None:
    bare, labelled = parse_area("1200"), parse_area("1200", UnitContext(label="面积（㎡）"))
    assert bare is not None and bare.factor < 1 and bare.printed.assumed
    assert labelled is not None and labelled.factor == 1


def test_a_quantity_brings_its_own_unit_or_none() -> None:
    mixed = UnitContext(label="服务规模（家、人/次）")
    firms, bare = parse_quantity("120家", mixed), parse_quantity("120", mixed)
    assert firms is not None and (firms.value, firms.unit) == (120, "家")
    assert bare is not None and bare.unit is None and bare.factor < 1


def test_a_score_is_its_number() -> None:
    parsed = parse_number("95.5分")
    assert parsed is not None and parsed.value == "95.5"
