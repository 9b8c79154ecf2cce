"""Canonical values: partial dates, ranges, exact decimals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.core.canonical import DateRange, PartialDate, as_decimal


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(st.dates())
    precision = draw(st.sampled_from(("year", "month", "day")))
    return PartialDate(
        day.year,
        day.month if precision != "year" else None,
        day.day if precision == "day" else None,
    )


@given(partial_dates())
def test_a_partial_date_survives_its_text(value: PartialDate) -> None:
    assert PartialDate.parse(value.iso) == value
    assert value.earliest() <= value.latest()


@given(st.none() | partial_dates(), st.none() | partial_dates())
def test_a_range_survives_its_text(start: PartialDate | None, end: PartialDate | None) -> None:
    value = DateRange(start, end)
    assert DateRange.parse(value.iso) == value


def test_a_date_spans_the_days_its_precision_leaves_open() -> None:
    february = PartialDate.parse("2020-02")
    assert (february.earliest(), february.latest()) == (date(2020, 2, 1), date(2020, 2, 29))
    year = PartialDate.parse("2019")
    assert (year.earliest(), year.latest()) == (date(2019, 1, 1), date(2019, 12, 31))
    day = PartialDate.parse("2019-04-16")
    assert day.earliest() == day.latest() == date(2019, 4, 16)


@pytest.mark.parametrize(
    "text",
    ["", "2019-4-16", "2019/04/16", "2019-02-30", "2019-13", "19-04", "２０１９", "2019-04-16T"],
)
def test_text_that_is_no_canonical_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.parse(text)


def test_a_day_needs_a_month() -> None:
    with pytest.raises(ValueError):
        PartialDate(2020, None, 3)


def test_open_ends_are_written_with_two_dots() -> None:
    assert DateRange(PartialDate(2020, 1, 1), None).iso == "2020-01-01/.."
    assert DateRange.parse("../2021").start is None
    with pytest.raises(ValueError):
        DateRange.parse("2020-01-01")


def test_numbers_are_exact_and_text_that_is_no_number_is_none() -> None:
    assert as_decimal("3123980.15") == Decimal("3123980.15")
    assert as_decimal(25) == 25
    for value in (None, True, "", "NaN", "1_0", "１", "1,000", ("1",), "2016-05", "Infinity"):
        assert as_decimal(value) is None
