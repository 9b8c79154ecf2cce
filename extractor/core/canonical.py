"""Canonical values as objects: partial dates, date ranges, exact decimals.

A worksheet holds values as text (see ``core.worksheet``); rules and checks need to compare them. This
module is the one way from the text to something comparable and back. Nothing here guesses: text that
is not canonical gives ``None`` from ``as_decimal`` and ``ValueError`` from the ``parse`` methods.
Reading what stands on paper is the work of ``extractor.values``.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from extractor.core.worksheet import Value

OPEN_END = ".."
"""How an open start or end of a range is written (ISO 8601-2)."""

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with the precision it was printed with: year, month or day.

    Raises:
        ValueError: a date that cannot exist, or a day without a month.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise ValueError(f"year out of range: {self.year}")
        if self.month is None:
            if self.day is not None:
                raise ValueError("a day without a month")
            return
        if not 1 <= self.month <= 12:
            raise ValueError(f"month out of range: {self.month}")
        if self.day is not None and not 1 <= self.day <= self._month_length():
            raise ValueError(f"day out of range: {self.year}-{self.month}-{self.day}")

    @staticmethod
    def parse(iso: str) -> PartialDate:
        """Read ``2016``, ``2016-05`` or ``2016-05-20``; anything else is a ``ValueError``."""
        match = _ISO.fullmatch(iso)
        if match is None:
            raise ValueError(f"not an ISO date: {iso!r}")
        year, month, day = match.groups()
        return PartialDate(int(year), int(month) if month else None, int(day) if day else None)

    @property
    def iso(self) -> str:
        """The canonical text, with its precision."""
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text

    @property
    def precision(self) -> str:
        """``year``, ``month`` or ``day``."""
        return "year" if self.month is None else "month" if self.day is None else "day"

    def earliest(self) -> date:
        """The first day this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        """The last day this date can mean."""
        if self.month is None:
            return date(self.year, 12, 31)
        return date(self.year, self.month, self.day or self._month_length())

    def _month_length(self) -> int:
        return calendar.monthrange(self.year, self.month or 12)[1]


@dataclass(frozen=True, slots=True)
class DateRange:
    """From ``start`` to ``end``, both inclusive; ``None`` is an open side (``长期`` is an open end)."""

    start: PartialDate | None
    end: PartialDate | None

    @staticmethod
    def parse(iso: str) -> DateRange:
        """Read ``2020-01-01/2023-12-31``, ``2020-01/..``, ``../2021``; else ``ValueError``.

        The order of the two dates is not judged: a range printed backwards is a finding, not an error.
        """
        start, slash, end = iso.partition("/")
        if not slash:
            raise ValueError(f"not a date range: {iso!r}")
        return DateRange(
            None if start == OPEN_END else PartialDate.parse(start),
            None if end == OPEN_END else PartialDate.parse(end),
        )

    @property
    def iso(self) -> str:
        """The canonical text ``from/to``."""
        return "/".join(OPEN_END if d is None else d.iso for d in (self.start, self.end))


def as_decimal(value: Value | None) -> Decimal | None:
    """The exact number behind a canonical value; ``None`` where the value is not a plain decimal number.

    Truth values are not numbers here: ``True`` gives ``None``.
    """
    if value is None or isinstance(value, bool | tuple):
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value) is None:
        return None  # Decimal() would also take "1_0", "１" and "NaN", none of them canonical
    return Decimal(value)
