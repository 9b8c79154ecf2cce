"""Dates and years: founding, terms, reports, declarations, events, purchases.

A printed date may be a month or a year only. It breaks a limit only where every day it can mean does:
what is merely possible is not held against the applicant.
"""

from __future__ import annotations

from datetime import date

from extractor.core.canonical import DateRange, PartialDate
from extractor.core.worksheet import Row
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    Result,
    date_of,
    range_of,
    text_of,
    whole_of,
)
from extractor.rules.checks.mending import mend
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import plain


@operation(params="left:field right:field", shows="a b")
def same_month(desk: Desk) -> Result:
    """Two dates fall in one month, as far as both print one."""
    left, right = desk.facts((desk.text("left"), desk.text("right")))
    a, b = date_of(left), date_of(right)
    shown = {"a": a.iso, "b": b.iso}
    if a.year == b.year and (a.month is None or b.month is None or a.month == b.month):
        return Result(values=shown)
    return Result((Breach(shown, (left, right)),), shown)


@operation(shows="d y min", flags="reading_b_passes")
def operating_years_enough(desk: Desk) -> Result:
    """The years since founding reach the scheme's threshold; ``B`` is shown where it differs.

    ``reading_b_passes``: short up to the filing date, but not under the other reading.
    """
    limit = desk.threshold("operating_years_at_filing")
    years = desk.quantity_number("operating_years_at_filing")
    founded = desk.first(("lic_established_date", "app_registration_date"))
    shown = {"d": text_of(founded), "y": plain(years), "min": plain(limit)}
    if years >= limit:
        return Result(values=shown)
    other = desk.reading("operating_years_at_filing", "B")
    flags = frozenset({"reading_b_passes"}) if other is not None and other >= limit else frozenset()
    return Result((Breach(shown, (founded,), plain(limit - years), flags),), shown)


@operation(params="year:field", shows="a b")
def year_is_before_filing(desk: Desk) -> Result:
    """A year is the one before the filing year."""
    fact = desk.fact(desk.text("year"))
    a, b = whole_of(fact), desk.filing_year() - 1
    shown = {"a": str(a), "b": str(b)}
    if a == b:
        return Result(values=shown)
    mended = mend(desk, (fact,), lambda v: v[0] == b)
    far = str(abs(a - b))
    return Result((Breach(shown, (fact,), far, repairs=mended.repairs, slip=mended.slip),), shown)


@operation(params="first:field second:field", shows="a b c")
def report_date_plausible(desk: Desk) -> Result:
    """``first`` (period end) lies before ``second`` (report), and that not after filing."""
    start, report = desk.facts((desk.text("first"), desk.text("second")))
    filing = desk.filing_date()
    a, b = date_of(report), date_of(start)
    shown = {"a": a.iso, "b": b.iso, "c": filing.iso}
    if a.latest() > b.earliest() and a.earliest() <= filing.latest():
        return Result(values=shown)
    return Result((Breach(shown, (start, report)),), shown)


def ends_before(term: DateRange, day: PartialDate) -> bool:
    """Whether a term surely ends before a day; an open end never does."""
    return term.end is not None and term.end.latest() < day.earliest()


def covers(term: DateRange, day: PartialDate) -> bool:
    """Whether a term can cover a day."""
    starts_after = term.start is not None and term.start.earliest() > day.latest()
    return not starts_after and not ends_before(term, day)


@operation(params="terms:fields", shows="a label")
def term_covers_filing(desk: Desk) -> Result:
    """None of the terms read (licence, certificate) ended before the filing date."""
    filing = desk.filing_date()
    found = [fact for ident in desk.texts("terms") if (fact := desk.maybe(ident)) is not None]
    if not found:
        raise Missing(*desk.texts("terms"))
    breaches = []
    for fact in found:
        term = range_of(fact)
        if ends_before(term, filing):
            end = term.end.iso if term.end else ""
            label = desk.book.catalogue.label(fact.field)
            breaches.append(Breach({"a": end, "label": label}, (fact,)))
    return Result(tuple(breaches))


@operation(params="term:field name:field kind:field? only:text?", shows="name a")
def row_terms_cover_filing(desk: Desk) -> Result:
    """Each row's term covers the filing date. ``only``: rows whose ``kind`` is this alone."""
    filing = desk.filing_date()
    column = desk.text("term")
    cells = [
        (row, fact)
        for row, fact in desk.column(desk.rows(column.partition(".")[0]), column)
        if _is_kind(desk, row)
    ]
    if not cells:
        raise Missing(column)
    breaches = []
    for row, fact in cells:
        if not covers(range_of(fact), filing):
            name = desk.cell(row, desk.text("name"))
            shown = {"name": text_of(name) if name else f"第{row.no}行", "a": text_of(fact)}
            breaches.append(Breach(shown, (fact,)))
    return Result(tuple(breaches))


def _is_kind(desk: Desk, row: Row) -> bool:
    if not desk.texts("only"):
        return True
    kind = desk.cell(row, desk.text("kind"))
    return kind is not None and kind.value in desk.texts("only")


@operation(shows="kind number a", flags="older_copy")
def certificates_valid(desk: Desk) -> Result:
    """The latest certificate of each kind is valid at filing; an older one carries a flag."""
    filing = desk.filing_date()
    latest: dict[str, date] = {}
    cells = desk.column(desk.rows("certificates"), "certificates.expiry_date")
    if not cells:
        raise Missing("certificates.expiry_date")

    def kind_of(row: Row) -> str:
        fact = desk.cell(row, "certificates.kind")
        return text_of(fact) if fact is not None else ""

    for row, fact in cells:
        end = date_of(fact).latest()
        latest[kind_of(row)] = max(latest.get(kind_of(row), end), end)
    breaches = []
    enum = desk.book.catalogue.enums["certificate_kind"]
    for row, fact in cells:
        expiry = date_of(fact)
        if expiry.latest() < filing.earliest():
            older = latest[kind_of(row)] >= filing.earliest()
            number = desk.cell(row, "certificates.number")
            shown = {
                "kind": enum.zh(kind_of(row)),
                "number": text_of(number) if number else "",
                "a": expiry.iso,
            }
            flags = frozenset({"older_copy"}) if older else frozenset()
            breaches.append(Breach(shown, (fact,), flags=flags))
    return Result(tuple(breaches))


@operation(params="year_asked:texts", shows="a b why")
def declaration_dated(desk: Desk) -> Result:
    """The declaration has a date not after filing; in ``year_asked`` schemes the year of filing too."""
    if not desk.was_read(desk.paper("declaration")):
        raise Missing("decl_date")
    dated, year = desk.maybe("decl_date"), desk.maybe("decl_year")
    asks_year = desk.scheme.id in desk.texts("year_asked")
    filing_year, facts = desk.filing_year(), tuple(f for f in (dated, year) if f is not None)
    shown = {
        "a": text_of(dated) if dated else "缺",
        "b": (text_of(year) if year else "缺") if asks_year else "不要求",
        "why": "没有日期",
    }
    if dated is None:
        return Result((Breach(shown, facts),), shown)
    filed = desk.filing_date()
    if date_of(dated).earliest() > filed.latest():
        return Result((Breach({**shown, "why": f"晚于申报日 {filed.iso}"}, facts),), shown)
    if asks_year and year is not None and whole_of(year) != filing_year:
        return Result((Breach({**shown, "why": f"不是申报年度 {filing_year}"}, facts),), shown)
    if asks_year and year is None:
        return Result(values=shown, missing=("decl_year",))
    return Result(values=shown)


@operation(params="later:field earlier:field?", shows="a b")
def not_before_filing(desk: Desk) -> Result:
    """A date is not before the filing date."""
    fact = desk.fact(desk.text("later"))
    filing = desk.filing_date()
    a = date_of(fact)
    shown = {"a": a.iso, "b": filing.iso}
    if a.latest() >= filing.earliest():
        return Result(values=shown)
    return Result((Breach(shown, (fact,)),), shown)


@operation(params="dates:fields", shows="title a")
def events_in_year_counted(desk: Desk) -> Result:
    """Every dated event lies in the year before filing. Each date column has a ``title`` beside it."""
    year = desk.filing_year() - 1
    cells = [
        (row, fact)
        for column in desk.texts("dates")
        for row, fact in desk.column(desk.book.rows(column.partition(".")[0]), column)
    ]
    if not cells:
        raise Missing(*desk.texts("dates"))
    breaches = []
    for row, fact in cells:
        if date_of(fact).year != year:
            name = desk.cell(row, f"{fact.field.partition('.')[0]}.title")
            shown = {"title": text_of(name) if name else f"第{row.no}行", "a": text_of(fact)}
            breaches.append(Breach(shown, (fact,)))
    return Result(tuple(breaches))


@operation(shows="name a when")
def purchases_in_lifetime(desk: Desk) -> Result:
    """Equipment was bought after founding and before filing, at month precision."""
    filing = desk.filing_date()
    founded = date_of(desk.first(("lic_established_date", "app_registration_date")))
    cells = desk.column(desk.rows("equipment_list"), "equipment_list.purchase_date")
    if not cells:
        raise Missing("equipment_list.purchase_date")
    breaches = []
    for row, fact in cells:
        bought = date_of(fact)
        early = _month_end(bought) < _month_start(founded)
        late = bought.earliest() > filing.latest()
        if early or late:
            name = desk.cell(row, "equipment_list.name")
            shown = {
                "name": text_of(name) if name else f"第{row.no}行",
                "a": bought.iso,
                "when": f"早于成立（{founded.iso}）" if early else f"晚于申报（{filing.iso}）",
            }
            breaches.append(Breach(shown, (fact,)))
    return Result(tuple(breaches))


def _month_start(when: PartialDate) -> date:
    return PartialDate(when.year, when.month).earliest()


def _month_end(when: PartialDate) -> date:
    return PartialDate(when.year, when.month).latest()


@operation(params="first:field second:field", shows="a b")
def dates_in_order(desk: Desk) -> Result:
    """``first`` is not after ``second``."""
    left, right = desk.facts((desk.text("first"), desk.text("second")))
    a, b = date_of(left), date_of(right)
    shown = {"a": a.iso, "b": b.iso}
    if a.earliest() <= b.latest():
        return Result(values=shown)
    return Result((Breach(shown, (left, right)),), shown)


@operation(params="platform_days:number", shows="year q a b")
def quarterly_in_time(desk: Desk) -> Result:
    """The quarterly report is filled in within ``platform_days`` days of the quarter's end."""
    year, quarter, filled = desk.facts(("q_year", "q_quarter", "q_date"))
    number = whole_of(quarter)
    if not 1 <= number <= 4:
        raise Missing("q_quarter")
    end = PartialDate(whole_of(year), number * 3).latest()
    limit = date.fromordinal(end.toordinal() + int(desk.number("platform_days")))
    a = date_of(filled)
    shown = {"year": str(whole_of(year)), "q": str(number), "a": a.iso, "b": limit.isoformat()}
    if a.earliest() <= limit:
        return Result(values=shown)
    return Result((Breach(shown, (year, quarter, filled)),), shown)
