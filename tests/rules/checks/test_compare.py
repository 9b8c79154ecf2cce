from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.core.worksheet import Fact, Method, Printed
from extractor.rules.checks.compare import (
    code_fold,
    half_printed_unit,
    is_within,
    printed_tolerance,
    ratio_tolerance,
    relative_difference,
    similarity,
    without_addressee,
)


def printed(value: str, unit: str | None, decimals: int | None) -> Fact:
    return Fact(
        id="f", field="x", value=value, raw=value, confidence=1.0, method=Method.OCR_CELL,
        printed=Printed(unit=unit, decimals=decimals),
    )  # fmt: skip


yuan = st.decimals("0", "99999999999", places=2, allow_nan=False)


@given(yuan, st.integers(0, 4))
def test_an_amount_rounded_into_wan_agrees_with_its_yuan(amount: Decimal, places: int) -> None:
    step = Decimal(10000).scaleb(-places)
    rounded = (amount / step).to_integral_value() * step
    form = printed(str(rounded), "万元", places)
    statement = printed(str(amount), "元", 2)
    assert is_within(rounded, amount, printed_tolerance((form, rounded), (statement, amount)))


@given(yuan, st.integers(0, 4))
def test_an_amount_a_whole_printed_unit_off_does_not_agree(amount: Decimal, places: int) -> None:
    step = Decimal(10000).scaleb(-places)
    wrong = (amount / step).to_integral_value() * step + step
    form, statement = printed(str(wrong), "万元", places), printed(str(amount), "元", 2)
    tolerance = printed_tolerance((form, wrong), (statement, amount))
    assert is_within(wrong, amount, tolerance) == (abs(wrong - amount) <= step / 2)


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 2))
def test_a_ratio_rounded_to_its_printed_places_agrees(part: int, whole: int, places: int) -> None:
    exact = Decimal(part) / whole
    step = Decimal("0.01").scaleb(-places)
    rounded = (exact / step).to_integral_value() * step
    assert is_within(rounded, exact, ratio_tolerance(printed(str(rounded), "%", places), rounded))


def test_the_example_of_the_catalogue_agrees() -> None:
    form, statement = printed("3124000", "万元", 1), printed("3123980.15", "元", 2)
    a, b = Decimal("3124000"), Decimal("3123980.15")
    assert printed_tolerance((form, a), (statement, b)) == Decimal(500)
    assert is_within(a, b, Decimal(500))


def test_unknown_decimals_count_as_the_places_the_value_needs() -> None:
    assert half_printed_unit(printed("3124000", "万元", None), Decimal(3124000)) == Decimal(500)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("南昌惠企服务有限公司全体股东：", "南昌惠企服务有限公司"),
        ("江西省中小企业协会理事会", "江西省中小企业协会"),
        ("全体股东", "全体股东"),
    ],
)
def test_addressee_endings_are_dropped_but_never_the_whole_name(name: str, bare: str) -> None:
    assert without_addressee(name) == bare


def test_letters_a_code_never_holds_fold_to_digits() -> None:
    assert code_fold("9136 O1O3-MA3SABCDIZ") == "91360103MA35ABCD12"


@given(st.text(min_size=1, max_size=20))
def test_a_name_is_fully_similar_to_itself(name: str) -> None:
    assert similarity(name, name) == 1


def test_two_zeros_have_no_relative_difference() -> None:
    assert relative_difference(Decimal(0), Decimal(0)) is None
    assert relative_difference(Decimal(90), Decimal(100)) == Decimal("0.1")
