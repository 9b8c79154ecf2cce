"""The audit report: identities of the statements, opinion, signatures, units, framework.

An identity that fails is first a test of the reading: single-digit repairs are listed.
"""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Document, Fact
from extractor.rules.checks.amounts import base_year, compare_amounts
from extractor.rules.checks.compare import ZERO, printed_tolerance
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    date_of,
    decimal_of,
    text_of,
    whole_of,
)
from extractor.rules.checks.identity import ENTITY_CLASSES, text_of_quantity
from extractor.rules.checks.mending import mend
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import grouped, listed, wan
from extractor.values.identifiers import docno_norm
from extractor.values.names import name_norm

#: A statement in 元 may round each line to the 分: this much a line.
LINE_SLACK = Decimal("0.05")

NONPROFIT_FRAMEWORKS = ("npo", "gov")
ENTERPRISE_FRAMEWORKS = ("asbe", "sbas", "old_es")
#: Facts that show that a report was read.
REPORT_READ = ("aud_opinion_type", "aud_client", "aud_fiscal_year")
#: Pages below this quality may hide what is not found (the limit of PK-04).
POOR_PAGE = 0.3
STATEMENT_FIELDS = (
    "bs_total_assets_end",
    "is_operating_income",
    "ba_total_income",
    "gi_total_income",
)


@operation(params="total:field plus:fields minus:fields?", shows="t a b d repairs")
def statement_identity(desk: Desk) -> Result:
    """Lines of one statement add up: ``total`` = sum of ``plus`` - sum of ``minus``.

    All figures come from one document. Tolerance: 0.05 元 a line, or half a printed unit a line.
    """
    plus, minus = desk.texts("plus"), desk.texts("minus")
    facts = desk.together((desk.text("total"), *plus, *minus))
    total, parts = facts[0], facts[1:]
    signs = [Decimal(1)] * len(plus) + [Decimal(-1)] * len(minus)
    amounts = [decimal_of(p) for p in parts]
    whole = decimal_of(total)
    sum_of_parts = sum((s * x for s, x in zip(signs, amounts, strict=True)), ZERO)
    slack = _line_slack(facts)
    shown = {
        "t": grouped(whole),
        "a": grouped(amounts[0]),
        "b": grouped(amounts[1]) if len(amounts) > 1 else "",
        "d": grouped(abs(whole - sum_of_parts)),
    }
    if abs(whole - sum_of_parts) <= slack:
        return Result(values=shown)
    mended = mend(
        desk,
        facts,
        lambda v: (
            abs(v[0] - sum((s * x for s, x in zip(signs, v[1:], strict=True)), ZERO)) <= slack
        ),
    )
    values = {**shown, "repairs": mended.words}
    breach = Breach(values, facts, f"{shown['d']} 元", repairs=mended.repairs, slip=mended.slip)
    return Result((breach,), shown)


def _line_slack(facts: tuple[Fact, ...]) -> Decimal:
    printed = printed_tolerance(*((f, decimal_of(f)) for f in facts))
    return max(LINE_SLACK, printed) * len(facts)


@operation(shows="t", flags="adverse_or_disclaimer")
def opinion_unqualified(desk: Desk) -> Result:
    """The audit opinion is unqualified; an adverse opinion or a disclaimer carries a flag."""
    fact = desk.fact("aud_opinion_type")
    kind = text_of(fact)
    if kind == "unqualified":
        return Result()
    grave = kind in ("adverse", "disclaimer")
    flags = frozenset({"adverse_or_disclaimer"}) if grave else frozenset()
    words = desk.book.catalogue.enums["audit_opinion"].zh(kind)
    return Result((Breach({"t": words}, (fact,), flags=flags),))


@operation(params="flag:field")
def flag_not_set(desk: Desk) -> Result:
    """A truth value that was read is false."""
    fact = desk.fact(desk.text("flag"))
    return Result((Breach({}, (fact,)),)) if fact.value is True else Result()


@operation(params="from_year:number", shows="firm")
def report_has_code(desk: Desk) -> Result:
    """An audit report of ``from_year`` or later carries a verification code or a barcode."""
    code, bar = desk.maybe("aud_verification_code"), desk.maybe("aud_barcode_present")
    if code is not None or (bar is not None and bar.value is True):
        return Result()
    desk.paper("audit_report")
    dated = desk.fact("aud_report_date")
    if date_of(dated).year < desk.number("from_year"):
        raise NotApplicable("报告日期早于验证码制度")
    if bar is None:
        # Nobody looked for a code on the pictures of the pages.
        raise Missing("aud_barcode_present")
    return Result((Breach({"firm": ""}, (dated, bar)),))


@operation(params="least:number", shows="n m firm")
def accountants_signed(desk: Desk) -> Result:
    """At least ``least`` certified accountants stand under the report and none left it unsigned."""
    desk.paper("audit_report")
    firm = desk.maybe("aud_firm")
    rows = desk.rows("aud_cpas")
    named = desk.column(rows, "aud_cpas.name")
    names = {name_norm(text_of(f)) for _, f in named}
    marks = [desk.cell(row, "aud_cpas.signed") for row in rows]
    unsigned = sum(1 for f in marks if f is not None and f.value is False)
    shown = {
        "n": str(len(names)),
        "m": str(sum(1 for f in marks if f is not None and f.value is True)),
        "firm": text_of(firm) if firm is not None else "（未读出）",
    }
    enough = len(names) >= desk.number("least")
    if unsigned or (not enough and len(rows) < desk.number("least")):
        return Result((Breach(shown, tuple(f for _, f in named)),), shown)
    unknown = any(f is None for f in marks) or not enough
    return Result(values=shown, missing=("aud_cpas.signed",) if unknown else ())


@operation(flags="not_found_on_scan")
def service_accounts_covered(desk: Desk) -> Result:
    """The audit papers cover service income and expenditure, in the report or in a special one.

    The report counts as read once its opinion, client or year was; a report with pages that nobody
    could read may hold the accounts there. ``not_found_on_scan``: the words were only not found.
    """
    if covers_services(desk) or desk.papers("special_audit_report"):
        return Result()
    reports = desk.paper("audit_report")
    told = desk.maybe("svc_audit_present")
    read = [f for i in REPORT_READ if (f := desk.maybe(i)) is not None]
    if told is None and (not read or _has_bad_page(desk, reports)):
        raise Missing("svc_audit_present")
    pages = [p for d in reports for p in d.pages]
    scan = told is None and desk.are_scans(pages)
    flags = frozenset({"not_found_on_scan"}) if scan else frozenset()
    return Result((Breach({}, tuple(read[:2]), flags=flags, pages=tuple(pages[:1])),))


def covers_services(desk: Desk) -> bool:
    """Whether the audit papers say that they cover the service accounts, or hold their table."""
    told = desk.maybe("svc_audit_present")
    return (told is not None and told.value is True) or bool(desk.book.rows("svc_statement"))


def _has_bad_page(desk: Desk, documents: tuple[Document, ...]) -> bool:
    pages = {p for d in documents for p in d.pages}
    failed = {p.page for p in desk.book.reading.problems}
    poor = {p.no for p in desk.book.pages if p.quality < POOR_PAGE}
    return bool(pages & (failed | poor))


@operation(flags="nonprofit")
def government_income_covered(desk: Desk) -> Result:
    """The audited service statement has government-commissioned income (enterprises by Art. 5(2))."""
    rows = desk.rows("svc_statement")
    if desk.column(rows, "svc_statement.gov_sme_service_income"):
        return Result()
    if any("svc_statement.gov_sme_service_income" in row.cells for row in rows):
        raise Missing("svc_statement.gov_sme_service_income")
    kind = text_of_quantity(desk, "applicant_entity_class")
    flags = frozenset({"nonprofit"}) if kind == "nonprofit_legal_person" else frozenset()
    facts = tuple(f for row in rows for f in row.cells.values() if f.value is not None)
    return Result((Breach({}, facts[:6], flags=flags),))


@operation(shows="year a b")
def special_within_annual(desk: Desk) -> Result:
    """The special report's service income is at most the annual report's income of that year."""
    annual = desk.first(("is_operating_income", "ba_total_income", "gi_total_income"))
    year = base_year(desk, "aud_fiscal_year")
    series = desk.by_year("svc_statement.service_income")
    if year not in series:
        raise Missing("svc_statement.service_income")
    part = series[year]
    a, b = decimal_of(part), decimal_of(annual)
    shown = {"year": str(year), "a": f"{wan(a)} 万元", "b": f"{wan(b)} 万元"}
    if a <= b + printed_tolerance((part, a), (annual, b)):
        return Result(values=shown)
    return Result((Breach(shown, (part, annual), f"{wan(a - b)} 万元"),), shown)


@operation(params="column:field right:fields", shows="year a b d", metrics="relative_difference")
def audited_years_equal(desk: Desk) -> Result:
    """In each year that both tables hold, the stated figure is the audited one.

    ``right``: one column of the audited table.
    """
    stated = desk.by_year(desk.text("column"))
    audited = desk.by_year(desk.texts("right")[0])
    years = [year for year in stated if year in audited]
    if not years:
        raise Missing(desk.texts("right")[0])
    found = [compare_amounts(desk, stated[y], audited[y], extra={"year": str(y)}) for y in years]
    return Result(tuple(b for r in found for b in r.breaches), found[-1].values)


@operation(shows="units")
def statement_units_agree(desk: Desk) -> Result:
    """All statements of the audit carry a unit, and the same one."""
    facts = [f for i in STATEMENT_FIELDS if (f := desk.maybe(i)) is not None]
    if not facts:
        raise Missing("aud_unit_printed", "bs_total_assets_end")
    units = {f.printed.unit for f in facts if f.printed.unit_from not in (None, "default")}
    assumed = [f for f in facts if f.printed.unit_from in (None, "default")]
    told = desk.maybe("aud_unit_printed")
    if told is not None:
        units.add(desk.book.catalogue.enums["money_unit"].zh(text_of(told)))
        assumed = []
    words = [*sorted(u for u in units if u), *(["未印单位"] if assumed else [])]
    if len(units) <= 1 and not assumed:
        return Result(values={"units": listed(words)})
    return Result((Breach({"units": listed(words)}, tuple(facts)),))


@operation(shows="a b")
def framework_fits_entity(desk: Desk) -> Result:
    """Non-profits keep non-profit or government accounts, enterprises enterprise accounts."""
    fact = desk.fact("aud_framework")
    kind = text_of_quantity(desk, "applicant_entity_class")
    right = NONPROFIT_FRAMEWORKS if kind == "nonprofit_legal_person" else ENTERPRISE_FRAMEWORKS
    if kind not in ENTITY_CLASSES or kind == "branch":
        raise Missing("applicant_entity_class")
    if text_of(fact) in right:
        return Result()
    words = desk.book.catalogue.enums["accounting_framework"].zh(text_of(fact))
    return Result((Breach({"a": ENTITY_CLASSES[kind], "b": words}, (fact,)),))


@operation(params="field:field", shows="a")
def above_zero(desk: Desk) -> Result:
    """A figure is above zero."""
    fact = desk.fact(desk.text("field"))
    value = decimal_of(fact)
    return Result() if value > 0 else Result((Breach({"a": f"{grouped(value)} 元"}, (fact,)),))


@operation(shows="a")
def report_numbers_differ(desk: Desk) -> Result:
    """Special and annual report carry different numbers; a second copy of one report is none.

    Reports are copies when firm and date are the same and their kind is too.
    """
    numbers: dict[str, dict[str, Fact]] = {}
    for ident in ("aud_report_no", "aud_verification_code"):
        for fact in desk.book.all(ident):
            document = desk.book.document(fact.document)
            if document is not None and document.type in ("audit_report", "special_audit_report"):
                key = f"{ident}:{docno_norm(text_of(fact))}"
                numbers.setdefault(key, {}).setdefault(document.type, fact)
                desk.take(fact)
    kinds = {kind for found in numbers.values() for kind in found}
    if len(kinds) < 2:
        raise Missing("aud_report_no")
    breaches = [
        Breach({"a": text_of(next(iter(found.values())))}, tuple(found.values()))
        for found in numbers.values()
        if len(found) > 1
    ]
    return Result(tuple(breaches))


@operation(shows="a b")
def special_audit_same_year(desk: Desk) -> Result:
    """The special audit covers the annual audit's year."""
    year = whole_of(desk.fact("aud_fiscal_year"))
    cells = desk.column(desk.rows("svc_statement"), "svc_statement.year")
    if not cells:
        raise Missing("svc_statement.year")
    years = sorted({whole_of(f) for _, f in cells})
    shown = {"a": listed(map(str, years)), "b": str(year)}
    if year in years:
        return Result(values=shown)
    return Result((Breach(shown, tuple(f for _, f in cells)),), shown)
