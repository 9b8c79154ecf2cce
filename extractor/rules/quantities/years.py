"""Rows that carry a year: the operations table and the audited service statement."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.rules.quantities.base import Workings
from extractor.rules.quantities.book import Book


def rows_by_year(book: Book, rows_field: str) -> Mapping[int, Row]:
    """The rows of a list by their year; the first where a year stands twice, unread years left out."""
    found: dict[int, Row] = {}
    for row in book.rows(rows_field):
        year = as_decimal(_value(book.cell(row, f"{rows_field}.year")))
        if year is not None:
            found.setdefault(int(year), row)
    return dict(sorted(found.items()))


def _value(fact: Fact | None) -> int | str | None:
    if fact is None or isinstance(fact.value, bool | tuple):
        return None
    return fact.value


def figure(
    work: Workings, row: Row | None, column: str, year: int
) -> tuple[Decimal | None, Fact | None]:
    """The number in a column of a year's row, noted as an input or as missing."""
    fact = None if row is None else work.book.cell(row, column)
    number = as_decimal(_value(fact))
    label = f"{work.book.catalogue.label(column)}（{year}年）"
    if number is None:
        work.lack(column)
        work.step(label, None, fact)
    else:
        work.step(label, number, fact)
    return number, fact


def latest_figure(work: Workings, column: str) -> Decimal | None:
    """The number of the year before filing in a yearly list; ``None`` where year or cell is missing."""
    rows_field = column.partition(".")[0]
    year = work.book.latest_year
    if year is None:
        work.lack("pkt_filing_year")
        return None
    rows = rows_by_year(work.book, rows_field)
    if not rows:
        work.lack(rows_field)
        return None
    if year not in rows:
        work.lack(f"{rows_field}.year")
        work.step("表中没有上一年度的行", f"{year}年")
        return None
    return figure(work, rows[year], column, year)[0]


def series(work: Workings, column: str, years: int) -> Mapping[int, Decimal | None]:
    """The numbers of the last ``years`` years up to the year before filing, oldest first.

    Empty where the filing year or the list is not known; a missing year or cell is ``None``.
    """
    rows_field = column.partition(".")[0]
    last = work.book.latest_year
    if last is None:
        work.lack("pkt_filing_year")
        return {}
    rows = rows_by_year(work.book, rows_field)
    if not rows:
        work.lack(rows_field)
        return {}
    wanted = range(last - years + 1, last + 1)
    return {year: figure(work, rows.get(year), column, year)[0] for year in wanted}
