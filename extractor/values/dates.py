"""Dates and years in all the spellings of Chinese papers, with the precision they are printed in.

2019年4月16日, 二〇一九年四月十六日, 2019.4.16, 2019-04, 2019/4/16, 20190416, 19年4月. A date that cannot
exist (2019年2月30日) is not a date; nothing is rounded into one. ``OCR`` letters among the digits are
folded with a lowered factor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.core.canonical import PartialDate
from extractor.core.worksheet import Printed
from extractor.values.chinese import DIGITS, chinese_integer
from extractor.values.folding import fold_width, is_blank
from extractor.values.parsed import Parsed

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years outside are no dates of papers in a packet."""
CENTURY_PIVOT = 50
"""Two digits below are 20xx, others 19xx."""
TWO_DIGIT_YEAR = 0.85
BARE_TWO_DIGIT = 0.5
MIXED_MARKS = 0.7
COMPACT_MONTH = 0.7
TWO_DATES = 0.3
SLIPPED = 0.6
MAX_DATES = 3

_SLIP_DIGITS = str.maketrans("OoQlI|", "000111")
_N = r"[0-9OoQlI|]"
_HAN_DIGIT = "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖oO0Ｏ"
_HAN_NUMBER = r"[〇零一二三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖拾]{1,3}"
_NIAN = r"\s*年\s*"
_EDGE = r"(?<![0-9A-Za-z])"
_PATTERNS: tuple[tuple[str, re.Pattern[str], float], ...] = tuple(
    (name, re.compile(pattern), factor)
    for name, pattern, factor in (
        (
            "han",
            rf"(?<![0-9A-Za-z])(?=[oO0]?[^\x00-\x7f年])(?P<y>[{_HAN_DIGIT}]{{4}}|[{_HAN_DIGIT}]{{2}}){_NIAN}"
            rf"(?:(?P<m>{_HAN_NUMBER}|\d{{1,2}})\s*月(?:份)?"
            rf"(?:\s*(?P<d>{_HAN_NUMBER}|\d{{1,2}})\s*[日号])?)?",
            1.0,
        ),
        (
            "nian",
            rf"{_EDGE}(?P<y>{_N}{{4}}|\d\d){_NIAN}度?\s*"
            rf"(?:(?P<m>{_N}{{1,2}})\s*月(?:份)?(?:\s*(?P<d>{_N}{{1,2}})\s*[日号]?(?!\d|\s*[-~至到]\s*\d+\s*月))?)?",
            1.0,
        ),
        (
            "marks",
            rf"{_EDGE}(?P<y>{_N}{{4}})\s?(?P<s>[-./·—–−])\s?(?P<m>{_N}{{1,2}})\s?(?P=s)\s?"
            rf"(?P<d>\d\d(?=\d\d\s?:\s?\d\d)|{_N}{{1,2}}(?!{_N}))",
            1.0,
        ),
        (
            "mixed",
            r"(?<![\dA-Za-z])(?P<y>\d{4})\s?[-./·,、:—年]\s?(?P<m>\d{1,2})\s?[-./·,、:—月]\s?"
            r"(?P<d>\d{1,2})(?!\d)",
            MIXED_MARKS,
        ),
        (
            "month",
            rf"{_EDGE}(?P<y>\d{{4}})\s?[-./·]\s?(?P<m>\d{{1,2}})(?!\d)(?![.]\d)",
            1.0,
        ),
        ("compact", r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)", 1.0),
        ("spaces", r"(?<!\d)(?P<y>(?:19|20)\d\d)\s+(?P<m>\d{1,2})\s+(?P<d>\d{1,2})(?!\d)", 0.7),
        ("compact_month", r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?!\d)", COMPACT_MONTH),
        (
            "short",
            r"(?<![\d.])(?P<y>\d\d)(?P<s>[-./])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d.])",
            BARE_TWO_DIGIT,
        ),
        ("year", r"(?<![\d,.])(?P<y>(?:19|20)\d\d)(?![\d,]|\.\d)", 0.9),
    )
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and its span in ``fold_width(text)``; ``factor`` as in ``Parsed``."""

    date: PartialDate
    start: int
    end: int
    factor: float
    two_digit_year: bool = False


def _small(text: str) -> int | None:
    """A month or day: 4, 04, l6, 四, 十六, 廿六, 二〇 (day 20)."""
    plain = text.translate(_SLIP_DIGITS)
    if plain.isascii() and plain.isdigit():
        return int(plain)
    text = text.replace("廿", "二十").replace("卅", "三十").replace("O", "〇")
    if text and all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    return chinese_integer(text)


def _year(text: str) -> int | None:
    digits = ""
    for ch in text:
        if ch in DIGITS:
            digits += str(DIGITS[ch])
        else:
            digits += ch.translate(_SLIP_DIGITS)
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    if len(digits) == 2:
        number += 2000 if number < CENTURY_PIVOT else 1900
    return number if FIRST_YEAR <= number <= LAST_YEAR else None


def _from_match(name: str, match: re.Match[str], factor: float) -> FoundDate | None:
    groups = match.groupdict()
    year_text, month_text, day_text = groups["y"], groups.get("m"), groups.get("d")
    year = _year(year_text)
    if year is None:
        return None
    month = _small(month_text) if month_text else None
    day = _small(day_text) if day_text else None
    if (month_text and month is None) or (day_text and day is None):
        return None
    try:
        date = PartialDate(year, month, day)
    except ValueError:
        return None
    printed = "".join(t for t in (year_text, month_text, day_text) if t)
    if name != "han" and re.search(r"[OoQlI|]", printed):
        factor *= SLIPPED
    if len(year_text) == 2 and name != "short":
        factor *= TWO_DIGIT_YEAR
    return FoundDate(date, match.start(), match.end(), factor, len(year_text) == 2)


def _matches(folded: str) -> Iterator[FoundDate]:
    taken: list[tuple[int, int]] = []
    for name, pattern, factor in _PATTERNS:
        at = 0
        while (match := pattern.search(folded, at)) is not None:
            at = max(match.end(), at + 1)
            start, end = match.span()
            if any(s < end and start < e for s, e in taken):
                continue
            # An impossible date blocks its text: 2019-02-30 must not be read as 2019-02.
            taken.append((start, end))
            found = _from_match(name, match, factor)
            if found is not None:
                yield found


def find_dates(text: str) -> tuple[FoundDate, ...]:
    """All dates in a text, left to right, a bare four-digit year included; never raises."""
    return tuple(sorted(_matches(fold_width(text)), key=lambda f: f.start))


def parse_date(text: str) -> Parsed | None:
    """One date as ISO text with its precision; ``None`` without one.

    Two or three different dates: the first, factor 0.3, the others listed; more: ``None``.
    """
    if is_blank(text):
        return None
    found = list(find_dates(text))
    fuller = [f for f in found if f.date.month is not None] or found
    distinct = list(dict.fromkeys(f.date for f in fuller))
    if not distinct or len(distinct) > MAX_DATES:
        return None
    first = max((f for f in fuller if f.date == distinct[0]), key=lambda f: f.factor)
    assumed = ("年份只有两位",) if first.two_digit_year else ()
    return Parsed(
        value=first.date.iso,
        printed=Printed(assumed=assumed),
        factor=first.factor * (TWO_DATES if len(distinct) > 1 else 1.0),
        alternatives=tuple(d.iso for d in distinct[1:]),
    )


def parse_year(text: str) -> Parsed | None:
    """A year as integer, from a year or from any fuller date."""
    if is_blank(text):
        return None
    found = find_dates(text)
    years = list(dict.fromkeys(f.date.year for f in found))
    if not years or len(years) > MAX_DATES:
        return None
    folded = fold_width(text)
    best = max((f for f in found if f.date.year == years[0]), key=lambda f: f.factor)
    whole = not (folded[: best.start] + folded[best.end :]).strip(" ()年度:")
    return Parsed(
        value=years[0],
        printed=Printed(assumed=("年份只有两位",) if best.two_digit_year else ()),
        factor=(1.0 if whole and not best.two_digit_year and best.factor >= 0.9 else best.factor)
        * (TWO_DATES if len(years) > 1 else 1.0),
        alternatives=tuple(str(y) for y in years[1:]),
    )
