"""Contracts, invoices and tax papers: whose they are, from when, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from extractor.core.canonical import PartialDate
from extractor.core.worksheet import Fact, Row
from extractor.matching.organisations import compare_organisations
from extractor.matching.verdict import Sameness
from extractor.rules.checks.compare import ZERO, code_fold
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    date_of,
    decimal_of,
    range_of,
    text_of,
)
from extractor.rules.checks.figures import shown_number
from extractor.rules.checks.identity import text_of_quantity
from extractor.rules.checks.registry import operation
from extractor.rules.checks.terms import months_before
from extractor.rules.checks.words import plain, wan
from extractor.rules.side import all_read

PAPERS = {
    "invoices": ("invoice",),
    "tax_payments": ("tax_payment_proof",),
    "contracts": ("service_contract", "government_service_contract"),
}
_PARTIES = {
    "invoices": ("seller",),
    "tax_payments": ("taxpayer",),
    "contracts": ("party_b", "party_a"),
}


@operation(params="lists:mapping", shows="n who", flags="look_alike")
def proofs_name_applicant(desk: Desk) -> Result:
    """Who provides the service on a proof of income is the applicant, whatever letter it has.

    ``lists``: scheme id to the lists looked at, separated by blanks. A contract of which only the
    other party was read is left out. ``look_alike``: the names differ like a slip of reading.
    """
    applicant, code = desk.fact("cert_name"), desk.maybe("cert_uscc")
    breaches, compared, unread = [], 0, 0
    for name in desk.mapping("lists").get(desk.scheme.id, "").split():
        for row in desk.book.rows(name):
            cells = [desk.cell(row, f"{name}.{c}") for c in _PARTIES[name]]
            found = [cell for cell in cells if cell is not None]
            own_code = desk.cell(row, "invoices.seller_uscc") if name == "invoices" else None
            if own_code is not None and code is not None and _same_code(own_code, code):
                compared += 1
                continue
            matches = [compare_organisations(text_of(f), text_of(applicant)) for f in found]
            if cells[0] is None and not any(m.verdict is Sameness.SAME for m in matches):
                unread += 1
                continue
            compared += 1
            if any(m.verdict is Sameness.SAME for m in matches):
                continue
            likely = any(m.verdict is Sameness.LIKELY for m in matches)
            flags = frozenset({"look_alike"}) if likely else frozenset()
            who = f"{desk.book.catalogue.label(name)}：" + " / ".join(text_of(f) for f in found)
            breaches.append(
                Breach({"n": str(row.no), "who": who}, (*found, applicant), flags=flags)
            )
    if not compared:
        raise Missing("invoices.seller", "contracts.party_b", "tax_payments.taxpayer")
    return Result(tuple(breaches), unread=unread)


def _same_code(a: Fact, b: Fact) -> bool:
    return code_fold(text_of(a)) == code_fold(text_of(b))


@operation(params="slack:number", shows="year a b")
def government_income_backed(desk: Desk) -> Result:
    """The government-commissioned income of each year is covered by contracts in force in that year.

    ``slack``: a share by which it may be more. Non-profits need no such income. Only years of which a
    contract was read are looked at, and none where a contract could not be read in full.
    """
    if text_of_quantity(desk, "applicant_entity_class") == "nonprofit_legal_person":
        raise NotApplicable("非营利法人不适用政府专项收入条件")
    stated = desk.by_year("app_operations.gov_sme_service_income")
    rows = desk.rows("contracts")
    sums: dict[int, Decimal] = {}
    facts: dict[int, list[Fact]] = {}
    unread = not all_read(desk.book, "contracts", *PAPERS["contracts"])
    for row in rows:
        kind = desk.cell(row, "contracts.is_government")
        if kind is None or kind.value is not True:
            unread = unread or kind is None
            continue
        sme, amount = (desk.cell(row, f"contracts.{c}") for c in ("is_sme_service", "amount"))
        years = _years_in_force(desk, row)
        if sme is not None and sme.value is False:
            continue
        if amount is None or not years:
            unread = True
            continue
        for year in years:
            sums[year] = sums.get(year, ZERO) + decimal_of(amount)
            facts.setdefault(year, []).append(amount)
    breaches, compared = [], 0
    for year, fact in stated.items():
        a, b = decimal_of(fact), sums.get(year)
        if b is None:
            continue
        compared += 1
        if a > b * (1 + desk.number("slack")):
            shown = {"year": str(year), "a": wan(a), "b": wan(b)}
            breaches.append(Breach(shown, (fact, *facts[year]), f"{wan(a - b)} 万元"))
    if not compared or (breaches and unread):
        raise Missing("contracts.amount", "contracts.is_government", "contracts.term")
    return Result(tuple(breaches))


def _years_in_force(desk: Desk, row: Row) -> range:
    """The years of a contract's term; of its signing where no term was read."""
    term, signed = (desk.cell(row, f"contracts.{c}") for c in ("term", "sign_date"))
    if term is not None:
        found = range_of(term)
        if found.start is not None and found.end is not None:
            return range(found.start.year, found.end.year + 1)
    if signed is not None:
        year = date_of(signed).year
        return range(year, year + 1)
    return range(0)


@operation(params="slack:number", shows="year a b")
def taxes_within_stated(desk: Desk) -> Result:
    """Tax papers of a year add up to no more than the taxes stated for it.

    Fewer papers than taxes prove nothing; the same voucher put in twice counts once.
    """
    stated = desk.by_year("app_operations.tax_paid")
    vouchers: dict[tuple[str, ...], tuple[int, Fact]] = {}
    for row in desk.rows("tax_payments"):
        amount, period, paid, kind = (
            desk.cell(row, f"tax_payments.{c}") for c in ("amount", "period", "date", "kind")
        )
        year = _tax_year(period, paid)
        if amount is not None and year is not None:
            parts = (amount, period, paid, kind)
            key = tuple("" if f is None else text_of(f) for f in parts)
            vouchers.setdefault(key, (year, amount))
    breaches, compared = [], 0
    for year, fact in stated.items():
        mine = [amount for of, amount in vouchers.values() if of == year]
        if not mine:
            continue
        compared += 1
        a, b = decimal_of(fact), sum((decimal_of(f) for f in mine), ZERO)
        if b > a * (1 + desk.number("slack")):
            shown = {
                "year": str(year),
                "a": f"{shown_number(desk, fact.field, a)} 万元",
                "b": f"{wan(b)} 万元",
            }
            breaches.append(Breach(shown, (fact, *mine), f"{wan(b - a)} 万元"))
    if not compared:
        raise Missing("tax_payments.amount", "tax_payments.period")
    return Result(tuple(breaches))


def _tax_year(period: Fact | None, paid: Fact | None) -> int | None:
    if period is not None and (end := range_of(period).end) is not None:
        return end.year
    return date_of(paid).year if paid is not None else None


def _proof_dates(desk: Desk) -> list[tuple[PartialDate, Fact]]:
    """Dates of proofs of income that count: invoices not voided, taxes, contracts sealed by both."""
    found: list[tuple[PartialDate, Fact]] = []
    for name, column, flag, ruled_out in (
        ("invoices", "date", "voided", True),
        ("tax_payments", "date", None, None),
        ("contracts", "sign_date", "sealed_both", False),
    ):
        for row in desk.book.rows(name):
            mark = desk.cell(row, f"{name}.{flag}") if flag else None
            dated = desk.cell(row, f"{name}.{column}")
            if dated is not None and not (mark is not None and mark.value is ruled_out):
                found.append((date_of(dated), dated))
    return sorted(found, key=lambda pair: pair[0].earliest(), reverse=True)


@operation(params="proofs:number months:number", shows="dates")
def latest_proofs_recent(desk: Desk) -> Result:
    """The latest ``proofs`` incomes lie before filing, the oldest of them within ``months``."""
    filed = desk.filing_date()
    dates = _proof_dates(desk)
    least = int(desk.number("proofs"))
    if len(dates) < least:
        raise Missing("invoices.date", "tax_payments.date", "contracts.sign_date")
    latest = dates[:least]
    limit = months_before(filed.earliest(), int(desk.number("months")))
    shown = {"dates": "、".join(day.iso for day, _ in latest)}
    late = [fact for day, fact in latest if day.earliest() > filed.latest()]
    old = [fact for day, fact in latest if day.latest() < limit]
    if not late and not old:
        return Result(values=shown)
    return Result((Breach(shown, tuple(fact for _, fact in latest)),), shown)


@operation(params="years:number", shows="title a")
def contracts_in_years_counted(desk: Desk) -> Result:
    """Government contracts were signed in one of the ``years`` years before the filing year."""
    last = desk.filing_year() - 1
    first = last - int(desk.number("years")) + 1
    breaches, compared = [], 0
    for row in desk.rows("contracts"):
        kind, signed = (desk.cell(row, f"contracts.{c}") for c in ("is_government", "sign_date"))
        if kind is None or kind.value is not True or signed is None:
            continue
        compared += 1
        day = date_of(signed)
        if not date(first, 1, 1) <= day.earliest() <= day.latest() <= date(last, 12, 31):
            title = desk.cell(row, "contracts.title")
            name = text_of(title) if title is not None else f"第 {row.no} 份"
            breaches.append(Breach({"title": name, "a": day.iso}, (signed,)))
    if not compared:
        raise Missing("contracts.is_government", "contracts.sign_date")
    return Result(tuple(breaches))


@operation(shows="a b", flags="not_found_on_scan")
def income_proofs_enough(desk: Desk) -> Result:
    """As many proofs of income as asked for; a public-benefit platform may prove expenditure instead.

    Papers that were found and could not be read may be what is lacking.
    """
    least = desk.threshold("income_proof_count")
    if not desk.book.documents:
        raise Missing("pages.doctype")
    income, spent = (_count(desk, n) for n in ("income_proof_count", "expenditure_proof_count"))
    shown = {"a": plain(income), "b": plain(spent)}
    if income >= least:
        return Result(values=shown)
    benefit = desk.maybe("is_public_benefit_platform")
    if spent >= 1 and benefit is None:
        raise Missing("is_public_benefit_platform")
    if spent >= 1 and benefit is not None and benefit.value is True:
        return Result(values=shown)
    unread = [name for name, kinds in PAPERS.items() if not all_read(desk.book, name, *kinds)]
    if unread:
        raise Missing(*unread)
    scans = desk.are_scans(page.no for page in desk.book.pages)
    flags = frozenset({"not_found_on_scan"}) if scans and not income else frozenset()
    facts = tuple(desk.behind("income_proof_count"))
    return Result((Breach(shown, facts, plain(least - income), flags),), shown)


def _count(desk: Desk, ident: str) -> Decimal:
    try:
        return desk.quantity_number(ident)
    except Missing:
        return ZERO


@operation(shows="a b c d")
def premises_papers_fit(desk: Desk) -> Result:
    """Own papers prove the owned area, leases (and free use) the rented one, within 1 %.

    Rooms used free of charge have no cell on the forms: their papers count for either.
    """
    stated = {k: desk.maybe(f"app_premises_area_{k}") for k in ("owned", "rented")}
    if not any(stated.values()):
        raise Missing("app_premises_area_owned", "app_premises_area_rented")
    sums, unread = _areas(desk)
    own, rented = (decimal_of(f) if f is not None else ZERO for f in stated.values())
    spare = sums["free_use"]
    lacking = [max(ZERO, own * Decimal("0.99") - sums["owned"])]
    lacking.append(max(ZERO, rented * Decimal("0.99") - sums["leased"]))
    shown = {
        "a": plain(own), "b": plain(rented), "c": plain(sums["owned"]),
        "d": plain(sums["leased"] + spare),
    }  # fmt: skip
    if sum(lacking) <= spare:
        return Result(values=shown)
    if unread:
        raise Missing("premises_docs.kind", "premises_docs.area")
    facts = tuple(f for f in stated.values() if f is not None)
    areas = tuple(f for _, f in desk.column(desk.book.rows("premises_docs"), "premises_docs.area"))
    return Result((Breach(shown, (*facts, *areas)),), shown)


def _areas(desk: Desk) -> tuple[Mapping[str, Decimal], bool]:
    """Areas of premises papers by kind, and whether some paper could not be read."""
    sums = dict.fromkeys(("owned", "leased", "free_use"), ZERO)
    kinds = ("property_certificate", "lease_contract")
    unread = not all_read(desk.book, "premises_docs", *kinds)
    for row in desk.rows("premises_docs"):
        kind, area = (desk.cell(row, f"premises_docs.{c}") for c in ("kind", "area"))
        if kind is None or area is None:
            unread = True
        elif text_of(kind) in sums:
            sums[text_of(kind)] += decimal_of(area)
        else:
            unread = True
    return sums, unread
