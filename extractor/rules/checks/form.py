"""Arithmetic inside the application form: years, services by function, products, lists."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Fact, Row
from extractor.rules.checks.compare import (
    ZERO,
    half_printed_unit,
    is_within,
    printed_tolerance,
    ratio_tolerance,
)
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    Result,
    decimal_of,
    text_of,
    whole_of,
)
from extractor.rules.checks.figures import difference_text
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, percent, plain, wan

CONTENT = "app_service_content"
PRODUCTS = "app_service_products"
TRAINING = "培训"


@operation(params="minimum:mapping", shows="years need")
def years_run_to_filing(desk: Desk) -> Result:
    """The yearly table has consecutive years, the last one the year before filing.

    ``minimum``: fewest years by scheme id; a scheme that is not named sets none.
    """
    cells = desk.column(desk.rows("app_operations"), "app_operations.year")
    if not cells:
        raise Missing("app_operations.year")
    years = sorted({whole_of(fact) for _, fact in cells})
    last = desk.filing_year() - 1
    count = max(int(desk.mapping("minimum").get(desk.scheme.id, "1")), 1)
    need = list(range(last - count + 1, last + 1))
    consecutive = years == list(range(years[0], years[-1] + 1))
    shown = {"years": listed(map(str, years), 9), "need": listed(map(str, need), 9)}
    if len(cells) < len(desk.book.rows("app_operations")):
        # A year nobody could read may be the one that seems to be lacking.
        return Result(values=shown, missing=("app_operations.year",))
    if consecutive and years[-1] == last and len(years) >= count:
        return Result(values=shown)
    return Result((Breach(shown, tuple(f for _, f in cells)),), shown)


def _functions(desk: Desk, *, details: bool) -> tuple[tuple[Row, str], ...]:
    """Rows of the table of services with their function, the totals or the of-which lines."""
    found = []
    for row in desk.rows(CONTENT):
        name, detail = desk.cell(row, f"{CONTENT}.function"), desk.cell(row, f"{CONTENT}.is_detail")
        is_detail = detail is not None and detail.value is True
        if name is not None and is_detail == details:
            found.append((row, text_of(name)))
    return tuple(found)


@operation(shows="function a b t", flags="overlap")
def online_offline_total(desk: Desk) -> Result:
    """Per function: online and offline together give at least the total, and neither exceeds it.

    A sum above the total means that firms were served both ways: flag ``overlap`` (AMB-26).
    """
    columns = ("online", "offline", "served_smes")
    breaches, compared, unread = [], 0, 0
    for row, function in _functions(desk, details=False):
        cells = [desk.cell(row, f"{CONTENT}.{c}") for c in columns]
        total = cells[2]
        if total is None or (cells[0] is None and cells[1] is None):
            unread += 1
            continue
        if TRAINING in function:
            continue
        online, offline = (decimal_of(c) if c is not None else None for c in cells[:2])
        t = decimal_of(total)
        compared += 1
        known = [part for part in (online, offline) if part is not None]
        shown = {
            "function": function,
            "a": plain(online) if online is not None else "空",
            "b": plain(offline) if offline is not None else "空",
            "t": plain(t),
        }
        facts = tuple(c for c in cells if c is not None)
        if max(known) > t or (len(known) == 2 and sum(known, ZERO) < t):
            breaches.append(Breach(shown, facts, plain(abs(sum(known, ZERO) - t))))
        elif sum(known, ZERO) > t:
            overlap = frozenset({"overlap"})
            breaches.append(Breach(shown, facts, plain(sum(known, ZERO) - t), overlap))
    if not compared:
        raise Missing(*(f"{CONTENT}.{c}" for c in columns))
    return Result(tuple(breaches), unread=unread)


@operation(shows="function a t")
def details_within_function(desk: Desk) -> Result:
    """Each of-which line is at most the total of the function above it."""
    breaches, compared = [], 0
    total: Fact | None = None
    for row in desk.rows(CONTENT):
        detail = desk.cell(row, f"{CONTENT}.is_detail")
        count = desk.cell(row, f"{CONTENT}.served_smes")
        if detail is None or detail.value is not True:
            total = count
            continue
        if total is None or count is None:
            continue
        compared += 1
        a, t = decimal_of(count), decimal_of(total)
        if a > t:
            name = desk.cell(row, f"{CONTENT}.function")
            shown = {
                "function": text_of(name) if name else f"第{row.no}行",
                "a": plain(a),
                "t": plain(t),
            }
            breaches.append(Breach(shown, (count, total), plain(a - t)))
    if not compared:
        raise Missing(f"{CONTENT}.is_detail")
    return Result(tuple(breaches))


@operation(shows="function a b")
def functions_within_year(desk: Desk) -> Result:
    """No function but training served more SMEs than the yearly table says in all."""
    year = desk.quantity_number("served_smes_latest")
    counts = _function_counts(desk)
    breaches = [
        Breach(
            {"function": name, "a": plain(count), "b": plain(year)}, (fact,), plain(count - year)
        )
        for name, fact, count in counts
        if count > year
    ]
    return Result(tuple(breaches))


@operation(shows="a b")
def functions_cover_year(desk: Desk) -> Result:
    """All functions but training together served at least what the yearly table says."""
    year = desk.quantity_number("served_smes_latest")
    counts = _function_counts(desk)
    rows = [name for _, name in _functions(desk, details=False) if TRAINING not in name]
    total = sum((count for _, _, count in counts), ZERO)
    shown = {"a": plain(total), "b": plain(year)}
    if total >= year:
        return Result(values=shown)
    if len(counts) < len(rows):
        return Result(values=shown, missing=(f"{CONTENT}.served_smes",))
    return Result((Breach(shown, tuple(f for _, f, _ in counts), plain(year - total)),), shown)


def _function_counts(desk: Desk) -> list[tuple[str, Fact, Decimal]]:
    found = [
        (name, fact, decimal_of(fact))
        for row, name in _functions(desk, details=False)
        if TRAINING not in name and (fact := desk.cell(row, f"{CONTENT}.served_smes")) is not None
    ]
    if not found:
        raise Missing(f"{CONTENT}.served_smes")
    return found


def _service_income(desk: Desk) -> Fact:
    income = desk.by_year("app_operations.service_income")
    year = desk.filing_year() - 1
    if year not in income:
        raise Missing("app_operations.service_income")
    return income[year]


@operation(shows="a b")
def products_within_income(desk: Desk) -> Result:
    """The products' income adds up to at most the year's service income."""
    income = _service_income(desk)
    cells = [fact for _, fact in desk.column(desk.rows(PRODUCTS), f"{PRODUCTS}.income")]
    if not cells:
        raise Missing(f"{PRODUCTS}.income")
    total, b = sum((decimal_of(c) for c in cells), ZERO), decimal_of(income)
    slack = printed_tolerance(*((c, decimal_of(c)) for c in (*cells, income))) * len(cells)
    shown = {"a": f"{wan(total)} 万元", "b": f"{wan(b)} 万元"}
    if total <= b + slack:
        return Result(values=shown)
    far = difference_text(desk, income.field, total, b)
    return Result((Breach(shown, (*cells, income), far),), shown)


@operation(shows="product a b")
def product_shares(desk: Desk) -> Result:
    """Each product's printed share is its income over the year's service income."""
    income = _service_income(desk)
    whole = decimal_of(income)
    if whole == 0:
        raise Missing(income.field)
    breaches, compared, unread = [], 0, 0
    for row in desk.rows(PRODUCTS):
        part, share = (
            desk.cell(row, f"{PRODUCTS}.income"),
            desk.cell(row, f"{PRODUCTS}.income_share"),
        )
        if part is None or share is None:
            unread += 1
            continue
        compared += 1
        stated, right = decimal_of(share), decimal_of(part) / whole
        slack = ratio_tolerance(share, stated)
        slack += half_printed_unit(part, decimal_of(part)) / whole
        slack += right * half_printed_unit(income, whole) / whole
        if not is_within(stated, right, slack):
            name = desk.cell(row, f"{PRODUCTS}.product")
            shown = {
                "product": text_of(name) if name else f"第{row.no}行",
                "a": percent(stated),
                "b": percent(right),
            }
            breaches.append(Breach(shown, (part, share, income)))
    if not compared:
        raise Missing(f"{PRODUCTS}.income", f"{PRODUCTS}.income_share")
    return Result(tuple(breaches), unread=unread)


@operation(params="stated:field column:field", shows="a b")
def count_is_stated(desk: Desk) -> Result:
    """A stated number is the number of names in a list."""
    stated, column = desk.fact(desk.text("stated")), desk.text("column")
    rows = desk.rows(column.partition(".")[0])
    named = len(desk.column(rows, column))
    a = decimal_of(stated)
    shown = {"a": plain(a), "b": str(named)}
    if a == named:
        return Result(values=shown)
    if named < a <= len(rows):
        return Result(values=shown, missing=(column,))
    return Result((Breach(shown, difference=plain(abs(a - named))),), shown)


@operation(params="column:field limit:number slack:number", shows="sum")
def column_sum_at_most(desk: Desk) -> Result:
    """A column of ratios adds up to at most ``limit`` percent, widened by ``slack`` points."""
    column = desk.text("column")
    cells = [fact for _, fact in desk.column(desk.rows(column.partition(".")[0]), column)]
    if not cells:
        raise Missing(column)
    total = sum((decimal_of(c) for c in cells), ZERO)
    shown = {"sum": percent(total)}
    if total * 100 <= desk.number("limit") + desk.number("slack"):
        return Result(values=shown)
    return Result((Breach(shown, tuple(cells)),), shown)


@operation(params="fields:fields columns:fields?", shows="text label")
def no_approximate_number(desk: Desk) -> Result:
    """No figure that decides something was printed as approximate (余, 约, 近, 多)."""
    facts: list[Fact] = [f for i in desk.texts("fields") if (f := desk.maybe(i)) is not None]
    for column in desk.texts("columns"):
        rows = desk.book.rows(column.partition(".")[0])
        facts.extend(cell for _, cell in desk.column(rows, column))
    if not facts:
        raise Missing(*desk.texts("fields"), *desk.texts("columns"))
    breaches = [
        Breach({"text": fact.raw, "label": desk.book.catalogue.label(fact.field)}, (fact,))
        for fact in facts
        if fact.printed.approximate
    ]
    return Result(tuple(breaches))


@operation(params="fields:fields only:mapping?", shows="cells")
def cells_filled(desk: Desk) -> Result:
    """The form's mandatory cells hold something; needs the form itself.

    ``only``: fields that stand on the form of one scheme alone, with its id.
    """
    form = desk.paper("application_form")
    if not desk.was_read(form):
        raise Missing(*desk.texts("fields"))
    only = desk.mapping("only")
    asked = [i for i in desk.texts("fields") if only.get(i, desk.scheme.id) == desk.scheme.id]
    empty = [ident for ident in asked if desk.maybe(ident) is None]
    unreadable = [i for i in empty if desk.was_seen(i)]
    if unreadable and len(unreadable) == len(empty):
        return Result(missing=tuple(unreadable))
    blank = [desk.book.catalogue.label(i) for i in empty if i not in unreadable]
    return Result((Breach({"cells": listed(blank, 9)}),) if blank else ())
