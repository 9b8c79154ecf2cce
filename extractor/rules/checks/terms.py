"""Deadlines and ages: handed in in time, papers not older than asked for."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from extractor.core.canonical import PartialDate
from extractor.core.worksheet import Fact
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    date_of,
    range_of,
)
from extractor.rules.checks.registry import operation

TOLD = ("option", "case_file", "packet_yaml")
"""Sources that say a day of receipt; the day a packet was read here says nothing."""


def months_before(day: date, months: int) -> date:
    """The same day ``months`` months earlier, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> int:
    """Whole months from ``start`` to ``end``; 0 where ``start`` is later."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months - (end.day < start.day))


def _received(desk: Desk) -> PartialDate | None:
    entry = desk.book.case.received_date
    if entry is None or entry.source not in TOLD or not isinstance(entry.value, str):
        return None
    return PartialDate.parse(entry.value)


@operation(shows="a b c")
def handed_in_in_time(desk: Desk) -> Result:
    """The packet came in no later than the scheme's last day; where no day of receipt was told, the
    recommender's letter counts. The limit is the served criterion's."""
    limit = _limits(desk, "rec_letter_date")[-1]
    letter, received = desk.maybe("rec_letter_date"), _received(desk)
    day = received or (date_of(letter) if letter is not None else None)
    if day is None:
        raise Missing("rec_letter_date", "pkt_received_date")
    shown = {
        "a": date_of(letter).iso if letter is not None else "未读到",
        "b": received.iso if received is not None else "未告知",
        "c": limit.iso,
    }
    if day.earliest() <= limit.latest():
        return Result(values=shown)
    return Result((Breach(shown, (letter,) if letter is not None else ()),), shown)


@operation(params="date:field", shows="a b c")
def inside_window(desk: Desk) -> Result:
    """A day lies in the window that the served criterion sets, both days included."""
    field = desk.text("date")
    first, last = _limits(desk, field)
    fact = desk.fact(field)
    day = date_of(fact)
    shown = {"a": day.iso, "b": first.iso, "c": last.iso}
    if day.latest() >= first.earliest() and day.earliest() <= last.latest():
        return Result(values=shown)
    return Result((Breach(shown, (fact,)),), shown)


def _limits(desk: Desk, quantity: str) -> tuple[PartialDate, ...]:
    for criterion in desk.criteria(quantity):
        threshold = criterion.threshold
        texts = threshold if isinstance(threshold, tuple) else (threshold,)
        return tuple(PartialDate.parse(str(text)) for text in texts)
    raise NotApplicable("本办法未定期限")


@operation(shows="a b")
def before_notice_deadline(desk: Desk) -> Result:
    """The packet came in by the day that the year's notice sets.

    The measures leave the day to the notice; it is known only where the case data carry it
    (``deadline`` in the case file or ``packet.yaml``).
    """
    told = desk.book.case.deadline
    if told is None or not isinstance(told.value, str):
        raise NotApplicable("办法未定日期，案件信息未给出当年通知的期限（deadline）")
    day = _received(desk)
    if day is None:
        raise Missing("pkt_received_date")
    limit = PartialDate.parse(told.value)
    shown = {"a": day.iso, "b": limit.iso}
    if day.earliest() <= limit.latest():
        return Result(values=shown)
    return Result((Breach(shown),), shown)


@operation(params="dated:field months:number counted:field?", shows="a m n")
def not_older_than(desk: Desk) -> Result:
    """A paper's date (the end of its period) lies within ``months`` before filing, and not after it.

    ``counted``: a list on the same paper whose entries are counted for the sentence.
    """
    filed = desk.filing_date()
    fact = desk.fact(desk.text("dated"))
    day = _end(fact)
    listed = desk.maybe(desk.texts("counted")[0]) if desk.texts("counted") else None
    n = "—" if listed is None else str(len(listed.value if isinstance(listed.value, tuple) else ()))
    months = months_between(day.latest(), filed.earliest())
    shown = {"a": day.iso, "m": str(months), "n": n}
    limit = months_before(filed.earliest(), int(desk.number("months")))
    if day.latest() >= limit and day.earliest() <= filed.latest():
        return Result(values=shown)
    return Result((Breach(shown, (fact,)),), shown)


def _end(fact: Fact) -> PartialDate:
    if "/" not in str(fact.value):
        return date_of(fact)
    end = range_of(fact).end
    if end is None:
        raise Missing(fact.field)
    return end
