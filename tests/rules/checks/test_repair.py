from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from extractor.rules.checks.repair import (
    MOST,
    amount_repairs,
    code_repairs,
    is_one_character_apart,
)

amounts = st.decimals("10", "9999999", places=2, allow_nan=False)


def test_one_wrong_digit_is_one_character() -> None:
    assert is_one_character_apart(Decimal("1823980.15"), Decimal("1023980.15"), 2)


def test_a_lost_decimal_point_is_one_character() -> None:
    assert is_one_character_apart(Decimal("312450"), Decimal("3124.50"), 2)


def test_a_lost_sign_is_one_character() -> None:
    assert is_one_character_apart(Decimal("12.3"), Decimal("-12.3"), 1)


def test_two_wrong_digits_are_no_single_repair() -> None:
    assert not is_one_character_apart(Decimal("1823980.15"), Decimal("1023980.16"), 2)


@given(amounts)
def test_an_equal_amount_needs_no_repair(amount: Decimal) -> None:
    assert not is_one_character_apart(amount, amount, 2)


@given(amounts, st.integers(0, 6), st.integers(0, 9))
def test_any_single_changed_digit_is_found(amount: Decimal, place: int, digit: int) -> None:
    text = f"{amount:.2f}"
    place %= len(text)
    changed = text[:place] + str(digit) + text[place + 1 :]
    if text[place] == "." or changed == text or (place == 0 and digit == 0):
        return
    assert is_one_character_apart(amount, Decimal(changed), 2)


def test_repairs_say_what_would_change() -> None:
    found = amount_repairs([("资产总计", Decimal("812.4"), Decimal("312.4"), 1)])
    assert found == ("资产总计 812.4 → 312.4",)


def test_a_code_is_repaired_only_where_the_test_holds() -> None:
    assert code_repairs("91O", lambda code: code == "910") == ("910",)
    assert code_repairs("91O", lambda code: False) == ()


def test_no_more_repairs_than_help_are_listed() -> None:
    assert len(code_repairs("0" * 18, lambda code: True)) == MOST
