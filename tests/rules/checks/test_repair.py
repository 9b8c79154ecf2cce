"""Repairs of one character: from look-alike digits and noted alternatives, and only where one does it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.rules.checks.cases import Doubt, Situation, book_of
from extractor.rules.checks.repair import code_readings, number_readings, only_one
from extractor.rules.checks.run import run_check

printed = st.decimals("10", "9999999", places=2, allow_nan=False).map(lambda d: f"{d:.2f}")


def test_digits_that_look_alike_are_read_for_each_other() -> None:
    assert "1023980.15" in number_readings("1823980.15")
    assert {"70", "10"} >= {"70"} and "70" in number_readings("10")
    assert "91" not in number_readings("21")


@pytest.mark.parametrize(
    ("before", "after"),
    [("312450", "3124.50"), ("3124.50", "312450"), ("12.3", "-12.3"), ("-12.3", "12.3")],
)
def test_a_lost_point_comma_or_sign_is_one_character(before: str, after: str) -> None:
    assert after in number_readings(before)


@given(printed, st.booleans())
def test_every_reading_is_another_number_of_one_changed_character(
    text: str, any_digit: bool
) -> None:
    for other in number_readings(text, any_digit=any_digit):
        assert Decimal(other) != Decimal(text) or Decimal(text) == 0 or "." not in other
        if len(other) == len(text):
            assert sum(a != b for a, b in zip(text, other, strict=True)) == 1
        else:
            assert abs(len(other) - len(text)) == 1


@given(printed, st.integers(0, 9), st.integers(0, 9))
def test_any_single_changed_digit_is_found_where_any_digit_may_have_slipped(
    text: str, place: int, digit: int
) -> None:
    place %= len(text)
    changed = text[:place] + str(digit) + text[place + 1 :]
    if text[place] == "." or changed == text or (place == 0 and digit == 0):
        return
    assert changed in number_readings(text, any_digit=True)


def test_a_code_is_read_otherwise_only_where_the_test_holds() -> None:
    assert code_readings("91O", lambda code: code == "910") == ("910",)
    assert code_readings("91O", lambda code: False) == ()


def test_two_proposals_are_none() -> None:
    assert only_one(("a",)) == ("a",)
    assert only_one(("a", "b")) == ()


def finding_of(check, given_values, checks, schemes, catalogue):
    situation = Situation(given=given_values)
    book = book_of(situation, catalogue)
    (finding,) = run_check(checks[check], book, schemes["jiangxi_2023"], {})
    return finding


def test_of_two_clear_figures_neither_is_proposed(checks, schemes, catalogue) -> None:
    """812.4 for 312.4 or the other way round: nothing says which."""
    found = finding_of(
        "EV-01",
        {"app_total_assets_prev_year_end": "812.4", "bs_total_assets_end": "3,124,000.00"},
        checks, schemes, catalogue,
    )  # fmt: skip
    assert (found.severity, found.repairs) == ("error", ())


def test_the_doubtful_one_of_two_figures_is_proposed_and_nothing_is_applied(
    checks, schemes, catalogue
) -> None:
    doubt = Doubt(read="812.4", confidence=Decimal("0.6"))
    found = finding_of(
        "EV-01",
        {"app_total_assets_prev_year_end": doubt, "bs_total_assets_end": "3,124,000.00"},
        checks, schemes, catalogue,
    )  # fmt: skip
    (repair,) = found.repairs
    assert repair.endswith("812.4 → 312.4")
    assert (found.outcome, found.severity) == ("failed", "warn")
    assert any("812.4" in value for value in found.values.values())


def test_two_repairs_that_would_do_are_both_left_out_but_the_doubt_weighs_less(
    checks, schemes, catalogue
) -> None:
    """190 + 168 = 350 + 8: a 0 for an 8 in either doubtful figure would do."""
    found = finding_of(
        "AR-01",
        {
            "app_premises_area_total": "358",
            "app_premises_area_owned": Doubt(read="190", confidence=Decimal("0.6")),
            "app_premises_area_rented": Doubt(read="160", confidence=Decimal("0.6")),
        },
        checks, schemes, catalogue,
    )  # fmt: skip
    assert (found.severity, found.repairs) == ("warn", ())


def test_a_lost_decimal_point_is_proposed(checks, schemes, catalogue) -> None:
    found = finding_of(
        "AR-01",
        {
            "app_premises_area_total": "3205",
            "app_premises_area_owned": "120.5",
            "app_premises_area_rented": "200",
        },
        checks, schemes, catalogue,
    )  # fmt: skip
    (repair,) = found.repairs
    assert repair.endswith("3205 → 320.5")


def test_a_code_with_a_right_check_character_is_never_bent_to_the_other(
    checks, schemes, catalogue
) -> None:
    found = finding_of(
        "ID-03",
        {"app_uscc": "91360103MA35ABCD18", "lic_uscc": "91360103MA35ABCD1B"},
        checks, schemes, catalogue,
    )  # fmt: skip
    assert len(found.repairs) <= 1
