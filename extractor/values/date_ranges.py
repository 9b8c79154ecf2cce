"""Periods: 2021年5月-2024年4月, 自…至…, 2020.01.01-长期, 2021年3月至5月, 自2021年5月1日起三年.

A period without any date (``三年``) is ``None``: nothing says when it began.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from extractor.core.canonical import DateRange, PartialDate
from extractor.core.worksheet import Printed
from extractor.values.chinese import chinese_integer
from extractor.values.dates import FoundDate, find_dates
from extractor.values.folding import fold_width, is_blank
from extractor.values.parsed import Parsed

ONE_SIDED = 0.5
"""Factor of a single date that no word marks as start or end."""
COMPUTED_END = 0.7
"""Factor of an end worked out from a start and a length of time."""
INHERITED = 0.9
"""Factor of an end whose year (or month) is that of the start."""

_OPEN = re.compile(
    r"长\s*期|无\s*固\s*定\s*期\s*限|永\s*久|不\s*约\s*定\s*期\s*限|无\s*限\s*期|至今"
)
_TO = r"\s*(?:止)?\s*(?:起)?\s*(?:日)?\s*(?:至|到|~|-|−|–|—+|－|―)+\s*(?:到)?\s*"
_BETWEEN = re.compile(_TO)
_YEARS = re.compile(r"(\d{4})\s*年?\s*[-~至到—–]+\s*(\d{4})\s*年?度?")
_LENGTH = re.compile(
    r"(?:有效期|期限|为期|期)?\D{0,4}?(\d{1,2}|[一二两三四五六七八九十]{1,2})\s*(?:个)?(年|月)(?!\d)"
)
_SHORT_END = re.compile(r"(?:(\d{1,2})\s*月)?\s*(?:(\d{1,2})\s*日)?")
_MONTHS = re.compile(r"(\d{4})\s*(?:年|[./-])\s*(\d{1,2})\s*月?\s*[-~至到—–]\s*(\d{1,2})\s*月")


@dataclass(frozen=True, slots=True)
class _Reading:
    range: DateRange
    factor: float
    assumed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def _two_dates(folded: str, found: tuple[FoundDate, ...]) -> _Reading | None:
    first, second = found[0], found[1]
    between = folded[first.end : second.start]
    factor = min(first.factor, second.factor)
    if not _BETWEEN.fullmatch(between):
        clean = re.sub(r"[\s日起止,，。;；()（）]|生效|有效", "", between)
        if clean not in ("", "至", "到", "-", "~", "—", "––", "——", "截至", "截止"):
            factor *= 0.6  # words between: two dates of something else, perhaps
    if len(found) > 2:
        factor *= 0.5
    return _Reading(DateRange(first.date, second.date), factor)


def _short_end(folded: str, first: FoundDate) -> _Reading | None:
    """2021年3月至5月, 2021年5月1日至6月30日, 2021年5月1日至31日: the end without its year."""
    between = _BETWEEN.match(folded, first.end)
    if between is None:
        return None
    match = _SHORT_END.match(folded, between.end())
    if match is None or not match.group().strip():
        return None
    month = int(match[1]) if match[1] else first.date.month
    day = int(match[2]) if match[2] else None
    if (day is None) != (first.date.day is None):
        return None
    try:
        end = PartialDate(first.date.year, month, day)
    except ValueError:
        return None
    return _Reading(DateRange(first.date, end), first.factor * INHERITED)


def _computed_end(folded: str, first: FoundDate) -> _Reading | None:
    """自2021年5月1日起三年: the last day before the anniversary."""
    rest = folded[first.end :]
    if first.date.day is None or not re.match(r"\D{0,3}起|,|，", rest):
        return None
    match = _LENGTH.search(rest)
    if match is None:
        return None
    count = int(match[1]) if match[1].isdigit() else chinese_integer(match[1])
    if not count:
        return None
    months = count * 12 if match[2] == "年" else count
    start = first.date.earliest()
    index = start.year * 12 + start.month - 1 + months
    try:
        anniversary = date(index // 12, index % 12 + 1, start.day)
        last = anniversary - timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    end = PartialDate(last.year, last.month, last.day)
    return _Reading(DateRange(first.date, end), first.factor * COMPUTED_END, ("截止日由期限推算",))


def _one_date(folded: str, first: FoundDate) -> _Reading | None:
    before, after = folded[: first.start], folded[first.end :]
    if _OPEN.search(after):
        return _Reading(DateRange(first.date, None), first.factor)
    for attempt in (_short_end, _computed_end):
        reading = attempt(folded, first)
        if reading is not None:
            return reading
    starts = bool(
        re.search(r"自\s*$|从\s*$|起始\S{0,3}$", before) or re.match(r"\s*(?:日)?起", after)
    )
    ends = bool(
        re.search(r"(?:至|到|止|截止\S{0,3}|~|[-–—−])\s*$", before)
        or re.match(r"\s*(?:日)?(?:止|前|到期|届满)", after)
    )
    if starts and not ends:
        # Only the start is printed here; the end may stand elsewhere.
        return _Reading(DateRange(first.date, None), first.factor * ONE_SIDED)
    if ends and not starts:
        return _Reading(DateRange(None, first.date), first.factor * 0.8)
    if first.date.day is None:
        return _Reading(DateRange(first.date, first.date), first.factor * 0.9)
    return _Reading(
        DateRange(first.date, first.date),
        first.factor * ONE_SIDED,
        others=(DateRange(first.date, None).iso, DateRange(None, first.date).iso),
    )


def _month_span(folded: str) -> _Reading | None:
    """2021年1-3月 and 2021.1-3月."""
    match = _MONTHS.search(folded)
    if match is None:
        return None
    year, start, end = (int(g) for g in match.groups())
    try:
        return _Reading(DateRange(PartialDate(year, start), PartialDate(year, end)), INHERITED)
    except ValueError:
        return None


def _year_span(folded: str) -> _Reading | None:
    match = _YEARS.search(folded)
    if match is None or re.search(r"月|\d\s*[./]\s*\d", folded):
        return None
    start, end = int(match[1]), int(match[2])
    if not (1900 <= start <= 2100 and 1900 <= end <= 2100):
        return None
    return _Reading(DateRange(PartialDate(start), PartialDate(end)), 1.0)


def _read(folded: str) -> _Reading | None:
    span = _year_span(folded) or _month_span(folded)
    if span is not None:
        return span
    found = find_dates(folded)
    dated = tuple(f for f in found if f.date.month is not None) or found
    if len(dated) >= 2:
        return _two_dates(folded, dated)
    if dated:
        return _one_date(folded, dated[0])
    if _OPEN.search(folded):
        return _Reading(DateRange(None, None), 1.0)
    return None


def parse_date_range(text: str) -> Parsed | None:
    """A period ``from/to``; ``..`` for an open side; ``None`` where the text names no date.

    A lone ``长期`` is ``../..``: open, with a start that is not printed here. An end before the start is
    kept as printed with a lowered factor: judging it is a check's work.
    """
    if is_blank(text):
        return None
    reading = _read(fold_width(text))
    if reading is None:
        return None
    start, end = reading.range.start, reading.range.end
    if start is not None and end is not None and end.latest() < start.earliest():
        reading = replace(reading, factor=reading.factor * 0.4)
    return Parsed(
        value=reading.range.iso,
        printed=Printed(assumed=reading.assumed),
        factor=reading.factor,
        alternatives=reading.others,
    )
