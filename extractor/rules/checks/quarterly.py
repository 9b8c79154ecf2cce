"""The quarterly tables: inside a row, the total row, quarter after quarter, report beside summary.

Rows come from this packet and, where several packets are judged together, from the others' cards
(``extractor.rules.across``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractor.core.worksheet import Fact, Row
from extractor.rules.across import REPORT, SUMMARY, QuarterRow, quarter_rows, without_facts
from extractor.rules.checks.compare import ZERO, is_within, printed_tolerance
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    decimal_of,
    text_of,
)
from extractor.rules.checks.figures import difference_text, shown_number
from extractor.rules.checks.registry import operation
from extractor.rules.checks.sums import mend_sum
from extractor.values.names import name_norm

TOTAL_WORDS = ("合计", "总计", "小计")


def is_total(name: str) -> bool:
    """Whether a name cell names the total row, not a platform."""
    return any(word in name for word in TOTAL_WORDS)


def _org(desk: Desk, row: Row) -> str:
    fact = desk.cell(row, f"{REPORT}.org_name")
    return text_of(fact) if fact is not None else f"第 {row.no} 行"


@operation(shows="org n a b")
def events_have_firms(desk: Desk) -> Result:
    """No firm took part where no event was held, and some did where events were held."""
    breaches, compared = [], 0
    for row in desk.rows(REPORT):
        events, firms, served = (
            desk.cell(row, f"{REPORT}.{c}")
            for c in ("event_count", "event_enterprises", "served_enterprises")
        )
        if events is None or firms is None:
            continue
        compared += 1
        if (decimal_of(events) == 0) != (decimal_of(firms) == 0):
            shown = {
                "org": _org(desk, row),
                "n": str(decimal_of(events)),
                "a": str(decimal_of(firms)),
                "b": str(decimal_of(served)) if served is not None else "—",
            }
            breaches.append(Breach(shown, (events, firms)))
    if not compared:
        raise Missing(f"{REPORT}.event_count", f"{REPORT}.event_enterprises")
    return Result(tuple(breaches))


@operation(params="columns:fields", shows="col a b repairs")
def total_row_adds_up(desk: Desk) -> Result:
    """The total row of a table is the sum of the rows above it, column by column.

    A column with an unread cell proves nothing: the cell may be what is lacking.
    """
    columns = desk.texts("columns")
    breaches, compared, unread = [], 0, []
    for rows in desk.book.row_sets(columns[0].partition(".")[0]):
        totals = [r for r in rows.rows if is_total(_name(desk, r))]
        parts = [r for r in rows.rows if not is_total(_name(desk, r))]
        if len(totals) != 1 or not parts:
            continue
        for column in columns:
            total = desk.cell(totals[0], column)
            cells = [desk.cell(row, column) for row in parts]
            found = [cell for cell in cells if cell is not None]
            if total is None or len(found) < len(cells):
                unread.append(column)
                continue
            compared += 1
            breaches.extend(_off(desk, total, found))
    if not compared:
        raise Missing(*(dict.fromkeys(unread) or columns))
    return Result(tuple(breaches))


def _name(desk: Desk, row: Row) -> str:
    cells = (desk.cell(row, f"{SUMMARY}.{c}") for c in ("org_name", "seq"))
    return "".join(text_of(cell) for cell in cells if cell is not None)


def _off(desk: Desk, total: Fact, parts: Sequence[Fact]) -> list[Breach]:
    whole, amounts = decimal_of(total), [decimal_of(p) for p in parts]
    slack = printed_tolerance((total, whole), *zip(parts, amounts, strict=True))
    if is_within(whole, sum(amounts, ZERO), slack):
        return []
    mended = mend_sum(desk, total, parts)
    shown = {
        "col": desk.book.catalogue.label(total.field),
        "a": shown_number(desk, total.field, whole),
        "b": shown_number(desk, total.field, sum(amounts, ZERO)),
        "repairs": mended.words,
    }
    far = difference_text(desk, total.field, whole, sum(amounts, ZERO))
    return [Breach(shown, (total, *parts), far, repairs=mended.repairs, slip=mended.slip)]


def _all_rows(desk: Desk) -> tuple[QuarterRow, ...]:
    own = tuple(r for r in quarter_rows(desk.book) if not is_total(r.org))
    others = (r for card in desk.others for r in without_facts(card.quarters))
    return own + tuple(r for r in others if not is_total(r.org))


def _facts(column: str, *rows: QuarterRow) -> tuple[Fact, ...]:
    return tuple(row.facts[column] for row in rows if column in row.facts)


@operation(params="columns:texts", shows="org col q a b")
def cumulative_never_falls(desk: Desk) -> Result:
    """A platform's cumulative figure is not below that of the quarter before in the same year."""
    rows = [r for r in _all_rows(desk) if r.source == REPORT and r.year and r.quarter]
    if not rows:
        raise Missing(REPORT, "q_year", "q_quarter")
    breaches, compared = [], 0
    for now in rows:
        before = [
            r
            for r in rows
            if r.year == now.year
            and (r.quarter or 0) < (now.quarter or 0)
            and name_norm(r.org) == name_norm(now.org)
        ]
        if not before:
            continue
        last = max(before, key=lambda r: r.quarter or 0)
        for column in desk.texts("columns"):
            a, b = now.figures.get(column), last.figures.get(column)
            if a is None or b is None:
                continue
            compared += 1
            if a < b:
                breaches.append(_fallen(desk, column, now, last))
    if not compared:
        raise NotApplicable("只有一个季度的报表，需与同一年度其他季度的报表一并核对")
    return Result(tuple(breaches))


def _fallen(desk: Desk, column: str, now: QuarterRow, last: QuarterRow) -> Breach:
    field = f"{REPORT}.{column}"
    a, b = now.figures[column], last.figures[column]
    shown = {
        "org": now.org,
        "col": desk.book.catalogue.label(field),
        "q": str(now.quarter),
        "a": shown_number(desk, field, a),
        "b": shown_number(desk, field, b) + _elsewhere(desk, last),
    }
    return Breach(shown, _facts(column, now, last), difference_text(desk, field, a, b))


def _elsewhere(desk: Desk, row: QuarterRow) -> str:
    return "" if row.where == desk.book.reading.packet.name else f"（{row.where}）"


@operation(params="columns:texts", shows="org col a b")
def report_equals_summary(desk: Desk) -> Result:
    """A platform's own report and its row in the city's summary say the same."""
    rows = _all_rows(desk)
    reports = [r for r in rows if r.source == REPORT]
    summary = {(name_norm(r.org), r.year, r.quarter): r for r in rows if r.source == SUMMARY}
    if not reports or not summary:
        raise Missing(SUMMARY if reports else REPORT)
    breaches, compared = [], 0
    for report in reports:
        row = summary.get((name_norm(report.org), report.year, report.quarter))
        for column in desk.texts("columns") if row is not None else ():
            assert row is not None
            a, b = report.figures.get(column), row.figures.get(column)
            if a is None or b is None:
                continue
            compared += 1
            if a != b:
                field = f"{REPORT}.{column}"
                shown = {
                    "org": report.org,
                    "col": desk.book.catalogue.label(field),
                    "a": shown_number(desk, field, a),
                    "b": shown_number(desk, field, b) + _elsewhere(desk, row),
                }
                breaches.append(Breach(shown, _facts(column, report, row)))
    if not compared:
        raise Missing(f"{SUMMARY}.org_name")
    return Result(tuple(breaches))


@operation(params="columns:texts slack:number", shows="year a b")
def last_quarter_equals_form(desk: Desk) -> Result:
    """The cumulative figures of the fourth quarter are those of that year on the next application."""
    applicant = name_norm(text_of(desk.fact("cert_name")))
    rows = [
        r
        for r in _all_rows(desk)
        if r.source == REPORT and r.quarter == 4 and name_norm(r.org) == applicant
    ]
    if not rows:
        raise Missing(REPORT)
    breaches, compared = [], 0
    for row in rows:
        for column in desk.texts("columns"):
            stated = _of_year(desk, f"app_operations.{column}", row.year)
            if stated is None or column not in row.figures:
                continue
            compared += 1
            a, b = row.figures[column], decimal_of(stated)
            if abs(a - b) > max(a, b) * desk.number("slack"):
                shown = {
                    "year": str(row.year),
                    "a": shown_number(desk, stated.field, a) + _elsewhere(desk, row),
                    "b": shown_number(desk, stated.field, b),
                }
                facts = (*_facts(column, row), stated)
                breaches.append(Breach(shown, facts, difference_text(desk, stated.field, a, b)))
    if not compared:
        raise Missing("app_operations")
    return Result(tuple(breaches))


def _of_year(desk: Desk, column: str, year: int | None) -> Fact | None:
    try:
        return desk.by_year(column).get(year or 0)
    except Missing:
        return None


@operation(params="pairs:mapping slack:number", shows="org col a b")
def base_columns_near_form(desk: Desk) -> Result:
    """Area, staff and equipment of a report are near the form's. ``pairs``: column to field."""
    breaches, compared = [], 0
    applicant = desk.maybe("cert_name") or desk.maybe("app_org_name")
    if applicant is None:
        raise Missing("cert_name")
    for row in _all_rows(desk):
        if row.source != REPORT or name_norm(row.org) != name_norm(text_of(applicant)):
            continue
        for column, field in desk.mapping("pairs").items():
            stated = desk.maybe(field)
            if stated is None or column not in row.figures:
                continue
            compared += 1
            a, b = row.figures[column], decimal_of(stated)
            if abs(a - b) > max(abs(a), abs(b), Decimal(1)) * desk.number("slack"):
                shown = {
                    "org": row.org,
                    "col": desk.book.catalogue.label(field),
                    "a": shown_number(desk, field, a),
                    "b": shown_number(desk, field, b),
                }
                far = difference_text(desk, field, a, b)
                breaches.append(Breach(shown, (*_facts(column, row), stated), far))
    if not compared:
        raise Missing(REPORT, *desk.mapping("pairs").values())
    return Result(tuple(breaches))
