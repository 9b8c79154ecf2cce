"""Dates and periods."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.chinese import to_chinese
from extractor.values.date_ranges import parse_date_range
from extractor.values.dates import find_dates, parse_date, parse_year

DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31))
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HAN = str.maketrans("0123456789", "〇一二三四五六七八九")


def spellings(day: datetime.date) -> list[str]:
    y, m, d = day.year, day.month, day.day
    arabic = [
        f"{y}年{m}月{d}日",
        f"{y} 年 {m:02} 月 {d:02} 日",
        f"{y}.{m}.{d}",
        f"{y}-{m:02}-{d:02}",
        f"{y}/{m}/{d}",
        f"{y}{m:02}{d:02}",
        f"日期：{y}年{m:02}月{d:02}号",
    ]
    han = f"{str(y).translate(HAN)}年{to_chinese(m)}月{to_chinese(d)}日"
    return [*arabic, *(a.translate(FULL_WIDTH) for a in arabic), han, han.replace("〇", "○")]


@given(DAYS)
def test_a_day_survives_every_spelling(day: datetime.date) -> None:
    for text in spellings(day):
        parsed = parse_date(text)
        assert parsed is not None and parsed.value == day.isoformat(), text
        assert parsed.factor == 1 and parsed.alternatives == ()


@given(DAYS)
def test_a_month_and_a_year_keep_their_precision(day: datetime.date) -> None:
    y, m = day.year, day.month
    for text in (
        f"{y}年{m}月",
        f"{y}-{m:02}",
        f"{y}.{m:02}",
        f"{str(y).translate(HAN)}年{to_chinese(m)}月",
    ):
        parsed = parse_date(text)
        assert parsed is not None and parsed.value == f"{y}-{m:02}", text
    for text in (f"{y}年", f"{y}年度", f"{y}"):
        parsed, year = parse_date(text), parse_year(text)
        assert parsed is not None and parsed.value == f"{y}"
        assert year is not None and year.value == y


@pytest.mark.parametrize(
    "text",
    ["2019年2月30日", "2019-02-30", "2019-13", "2019.13.1", "年  月  日", "长期", "13820190416",
     "91350100M000100Y43", "12345", "3.14", ""],
)  # fmt: skip
def test_what_cannot_be_a_date_is_not_bent_into_one(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [("19年4月", "2019-04"), ("98年", "1998"), ("2O19年4月l6日", "2019-04-16"),
     ("2019.04,16", "2019-04-16"), ("19.4.16", "2019-04-16"), ("2019 4 16", "2019-04-16")],
)  # fmt: skip
def test_short_or_damaged_dates_are_read_with_doubt(text: str, iso: str) -> None:
    parsed = parse_date(text)
    assert parsed is not None and parsed.value == iso and parsed.factor < 0.9


def test_a_form_with_blanks_gives_the_part_that_was_filled() -> None:
    parsed = parse_date("2019年   月   日")
    assert parsed is not None and parsed.value == "2019"


def test_dates_in_prose_keep_their_places() -> None:
    text = "自２０２１年５月１日起，至二〇二四年四月三十日止"
    assert [text[f.start : f.end] for f in find_dates(text)] == [
        "２０２１年５月１日",
        "二〇二四年四月三十日",
    ]


@given(DAYS, DAYS, st.sampled_from(["至", "-", "~", "—", "——", "到", " 至 ", "～", "－"]))
def test_a_period_survives_every_mark_between(
    a: datetime.date, b: datetime.date, mark: str
) -> None:
    start, end = sorted((a, b))
    for left, right in zip(spellings(start)[:5], spellings(end)[:5], strict=True):
        parsed = parse_date_range(f"{left}{mark}{right}")
        assert parsed is not None and parsed.value == f"{start}/{end}"
        assert parsed.factor == 1


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021年5月-2024年4月", "2021-05/2024-04"),
        ("2021.5-2024.4", "2021-05/2024-04"),
        ("2021-05-2024-04", "2021-05/2024-04"),
        ("自2021年5月1日起至2024年4月30日止", "2021-05-01/2024-04-30"),
        ("2020年01月01日至长期", "2020-01-01/.."),
        ("2020-03-18 至 无固定期限", "2020-03-18/.."),
        ("长期", "../.."),
        ("无固定期限", "../.."),
        ("2021年3月至5月", "2021-03/2021-05"),
        ("2021年5月1日至6月30日", "2021-05-01/2021-06-30"),
        ("2023年1-3月", "2023-01/2023-03"),
        ("2021-2023", "2021/2023"),
        ("202301-202312", "2023-01/2023-12"),
        ("2023年5月", "2023-05/2023-05"),
    ],
)
def test_periods(text: str, iso: str) -> None:
    parsed = parse_date_range(text)
    assert parsed is not None and parsed.value == iso


def test_an_end_worked_out_from_a_length_says_so() -> None:
    parsed = parse_date_range("自2021年5月1日起三年")
    assert parsed is not None and parsed.value == "2021-05-01/2024-04-30"
    assert parsed.factor < 0.8 and parsed.printed.assumed


def test_one_day_alone_is_a_doubtful_period() -> None:
    parsed = parse_date_range("2021年5月1日")
    assert parsed is not None and parsed.factor <= 0.5 and len(parsed.alternatives) == 2
    until = parse_date_range("有效期至2024年4月30日")
    assert until is not None and until.value == "../2024-04-30"


def test_a_backward_period_is_kept_with_doubt() -> None:
    parsed = parse_date_range("2024年4月至2021年5月")
    assert parsed is not None and parsed.value == "2024-04/2021-05" and parsed.factor < 0.5


def test_a_length_without_a_start_is_no_period() -> None:
    assert parse_date_range("三年") is None
