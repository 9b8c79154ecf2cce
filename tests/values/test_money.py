"""Amounts of money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values import UnitContext
from extractor.values.chinese import to_chinese
from extractor.values.money import UNITS, find_amounts, money_unit, parse_money

WAN = UnitContext(label="（万元）")
YUAN = UnitContext(page="单位：元")


def value(text: str, units: UnitContext = YUAN) -> object:
    parsed = parse_money(text, units)
    return None if parsed is None else parsed.value


@given(st.integers(0, 10**9), st.integers(0, 6), st.sampled_from(sorted(UNITS)), st.booleans())
def test_an_amount_survives_printing_in_every_unit(
    cents: int, decimals: int, unit: str, commas: bool
) -> None:
    printed = Decimal(cents).scaleb(-decimals)
    text = f"{printed:,f}" if commas else f"{printed:f}"
    for shown in (text + unit, f"¥{text}{unit}", f"：{text} {unit}", f"合计{text}{unit}"):
        parsed = parse_money(shown)
        assert parsed is not None
        assert printed * UNITS[unit] in {
            Decimal(str(parsed.value)),
            *map(Decimal, parsed.alternatives),
        }
        if parsed.factor == 1:
            assert Decimal(str(parsed.value)) == printed * UNITS[unit]
        if decimals in (0, 1, 2) or UNITS[unit] >= 10**4:
            # only "1.234" 元 may look like a thousands separator read as a full stop
            assert parsed.factor == 1 and parsed.printed.decimals == decimals
        assert parsed.printed.unit == unit and parsed.printed.unit_from == "cell"


@given(st.integers(0, 10**11), st.integers(0, 9), st.integers(0, 9))
def test_capital_amounts_survive_spelling(yuan: int, jiao: int, fen: int) -> None:
    digits = "零壹贰叁肆伍陆柒捌玖"
    text = to_chinese(yuan, capital=True) + "元"
    if jiao:
        text += digits[jiao] + "角"
    if fen:
        text += ("" if jiao else "零") + digits[fen] + "分"
    if not fen:
        text += "整"
    parsed = parse_money("人民币（大写）" + text)
    assert parsed is not None and parsed.factor == 1
    assert Decimal(str(parsed.value)) == yuan + Decimal(jiao) / 10 + Decimal(fen) / 100


@given(st.decimals(min_value=0, max_value=10**10, places=2))
def test_negatives_in_every_spelling_mean_the_same(amount: Decimal) -> None:
    shown = f"{amount:,f}"
    minus = value("-" + shown)
    assert (
        minus
        == value("－" + shown)
        == value(f"({shown})")
        == value(f"（{shown}）")
        == value("负" + shown)
    )
    assert Decimal(str(minus)) == -amount


@pytest.mark.parametrize(
    ("text", "units", "yuan"),
    [
        ("312.40", WAN, "3124000"),
        ("3,123,980.15", YUAN, "3123980.15"),
        ("３，１２３，９８０．１５", YUAN, "3123980.15"),
        ("3 123 980.15", YUAN, "3123980.15"),
        ("3、123、980.15", YUAN, "3123980.15"),
        ("：312.40万元", YUAN, "3124000"),
        ("3123980.15元", WAN, "3123980.15"),
        ("三百万元", YUAN, "3000000"),
        ("3百万", YUAN, "3000000"),
        ("1亿2000万元", YUAN, "120000000"),
        ("人民币500万", YUAN, "5000000"),
        ("壹佰贰拾叁元肆角伍分", YUAN, "123.45"),
        ("人民币叁佰万元整（¥3,000,000.00）", YUAN, "3000000"),
        ("近3年合计300万元", YUAN, "3000000"),
        ("其中 20", WAN, "200000"),
        ("0.00", YUAN, "0"),
        ("资产总额（万元） 312.4", YUAN, "3124000"),
    ],
)
def test_amounts_as_papers_print_them(text: str, units: UnitContext, yuan: str) -> None:
    parsed = parse_money(text, units)
    assert parsed is not None and parsed.value == yuan and parsed.unit == "元"
    assert parsed.factor >= 0.9


@pytest.mark.parametrize(
    "text", ["100万美元", "USD 100", "120家", "85.6%", "2019年", "第3项", "25人"]
)
def test_other_quantities_are_no_money(text: str) -> None:
    assert parse_money(text, YUAN) is None


@pytest.mark.parametrize(
    ("text", "yuan", "other"),
    [
        ("1.234,567.89", "1234567.89", "123456789"),
        ("12,345,67", "12345.67", "1234567"),
        ("1O0.50", "100.5", None),
        ("l23,456.00", "123456", "23456"),
        ("312.398", "312.398", "312398"),
        ("120 300", "120300", "120"),
        ("利润-12.5", "-12.5", "12.5"),
        ("1234,567.89", "1234567.89", "123456789"),
    ],
)
def test_slips_are_repaired_only_with_doubt_and_the_other_reading(
    text: str, yuan: str, other: str | None
) -> None:
    parsed = parse_money(text, YUAN)
    assert parsed is not None and parsed.value == yuan
    assert parsed.factor <= 0.7
    assert other is None or other in parsed.alternatives


def test_the_nearest_unit_wins_and_is_remembered() -> None:
    units = UnitContext(label="千元", header="万元", page="元", default="亿元")
    for expected, where in (
        ("25000", "label"),
        ("250000", "header"),
        ("25", "page"),
        ("2500000000", "default"),
    ):
        parsed = parse_money("25", units)
        assert parsed is not None
        assert (parsed.value, parsed.printed.unit_from) == (expected, where)
        units = UnitContext(
            header=units.header if where == "label" else None,
            page=units.page if where in ("label", "header") else None,
            default=units.default,
        )
    inside = parse_money("25元", UnitContext(label="万元"))
    assert inside is not None and inside.value == "25" and inside.printed.unit_from == "cell"


def test_an_amount_without_any_unit_says_what_was_assumed() -> None:
    parsed = parse_money("500")
    assert parsed is not None and parsed.value == "500"
    assert parsed.factor <= 0.5 and parsed.printed.assumed and parsed.printed.unit_from == "default"


def test_decimals_are_those_of_the_printed_unit() -> None:
    parsed = parse_money("312.40", WAN)
    assert parsed is not None and (parsed.printed.unit, parsed.printed.decimals) == ("万元", 2)
    rounded, exact = parse_money("三百万元"), parse_money("叁佰万元整")
    assert rounded is not None and exact is not None and rounded.value == exact.value == "3000000"
    assert (rounded.printed.unit, exact.printed.unit) == ("万元", "元")


@pytest.mark.parametrize(
    "text", ["约300万元", "300余万元", "近300万元", "300多万元", "300万元左右", "三百余万元"]
)
def test_rough_amounts_are_marked(text: str) -> None:
    parsed = parse_money(text)
    assert parsed is not None and parsed.value == "3000000" and parsed.printed.approximate


def test_two_amounts_leave_doubt_and_many_leave_nothing() -> None:
    parsed = parse_money("2022年收入120万元，2023年收入150万元")
    assert parsed is not None and parsed.factor <= 0.3 and parsed.alternatives == ("1500000",)
    assert parse_money("120万元、130万元、140万元、150万元") is None
    span = parse_money("200-300万元")
    assert span is not None and span.factor <= 0.3 and span.printed.approximate


def test_amounts_in_prose_keep_their_places() -> None:
    text = "注册资本为人民币叁佰万元整，年收入约１２０．５万元。"
    amounts = find_amounts(text)
    assert [str(a.yuan.normalize().__format__("f")) for a in amounts] == ["3000000", "1205000"]
    assert [text[a.start : a.end] for a in amounts] == ["叁佰万元整", "１２０．５万元"]


def test_unit_words_are_found_in_heads() -> None:
    assert money_unit("单位：人民币万元") == "万元"
    assert money_unit("（千元）") == "千元"
    assert money_unit("金额单位:元") == "元"
    for other in ("万美元", "%", "人", "", None):
        assert money_unit(other) is None


@given(st.integers(10_000, 10**13), st.data())
def test_one_damaged_mark_never_gives_a_wrong_amount_that_looks_sure(
    cents: int, data: st.DataObject
) -> None:
    printed = f"{Decimal(cents) / 100:,.2f}"
    at = data.draw(st.integers(1, len(printed) - 1))
    here = printed[at]
    damage = {
        ",": [".", " ", "", ",,"],
        ".": [",", "..", ". "],
        "0": ["O", "o"],
        "1": ["l", "I", "|"],
    }
    new = data.draw(st.sampled_from([*damage.get(here, []), here + " ", " " + here]))
    parsed = parse_money(printed[:at] + new + printed[at + 1 :], YUAN)
    if parsed is not None and parsed.factor >= 0.9:
        assert Decimal(str(parsed.value)) == Decimal(cents) / 100
