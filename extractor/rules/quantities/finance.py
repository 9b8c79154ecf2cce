"""Money: assets, government-commissioned income and contracts, low-fee services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from extractor.core.canonical import PartialDate, as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.rules.quantities.base import Result, Workings, percent, quantity, total
from extractor.rules.quantities.book import Book
from extractor.rules.quantities.years import figure, latest_figure, rows_by_year, series


@quantity(
    "assets_audited_prev_year",
    unit="元",
    formula="审计年度为上一年度时，资产负债表资产总计期末余额",
)
def assets_audited_prev_year(book: Book, work: Workings) -> Result:
    """Audited total assets at the end of the year before filing; ``None`` where the audit is of
    another year or its year was not read."""
    assets = work.fact("bs_total_assets_end")
    year = None if assets is None else book.papers.audit_year(assets)
    if year is None:
        stated_year = work.number("aud_fiscal_year")
        year = None if stated_year is None else int(stated_year)
    elif assets is not None:
        work.step("审计年度", year, book.papers.audit_year_fact(assets))
    if book.latest_year is None:
        work.lack("pkt_filing_year")
        return None
    work.step("上一年度", book.latest_year)
    if assets is None or year is None:
        return None
    if year != book.latest_year:
        work.step("审计年度不是上一年度，不采用", year)
        work.lack("bs_total_assets_end")
        return None
    return as_decimal(assets.value)


@quantity(
    "assets_for_test",
    unit="元",
    formula="有上一年度审计数用审计数，否则用申请表所填上年末资产总额（未经审计佐证）",
)
def assets_for_test(book: Book, work: Workings) -> Result:
    """Total assets used for the test; the trace says whether audited or stated."""
    audited = as_decimal(work.quantity("assets_audited_prev_year").value)
    if audited is not None:
        return audited
    stated = work.number("app_total_assets_prev_year_end")
    if stated is not None:
        work.step("采用申请表所填数", "未经审计佐证")
    return stated


@quantity("audit_year_is_previous", formula="审计年度等于申报年度减一")
def audit_year_is_previous(book: Book, work: Workings) -> Result:
    """Whether the audit covers the year before filing."""
    year = work.number("aud_fiscal_year")
    if book.filing_year is None:
        work.lack("pkt_filing_year")
        return None
    return None if year is None else int(year) == book.filing_year - 1


def yearly_ratios(
    work: Workings, part: str, whole: str, years: range
) -> Mapping[int, tuple[Decimal, Decimal]]:
    """Part and whole of each year where both were read and the whole is above nought."""
    rows = rows_by_year(work.book, part.partition(".")[0])
    if not rows:
        work.lack(part.partition(".")[0])
        return {}
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for year in years:
        above, _ = figure(work, rows.get(year), part, year)
        below, _ = figure(work, rows.get(year), whole, year)
        if above is not None and below is not None and below > 0:
            found[year] = (above, below)
    return found


def last_years(work: Workings, count: int) -> range:
    """The ``count`` calendar years before filing; empty where the filing year is not known."""
    last = work.book.latest_year
    if last is None:
        work.lack("pkt_filing_year")
        return range(0)
    return range(last - count + 1, last + 1)


@quantity(
    "gov_income_ratio_by_year",
    formula="政府委托（采购）中小企业服务专项收入 ÷ 服务收入，逐年",
)
def gov_income_ratio_by_year(book: Book, work: Workings) -> Result:
    """The ratio of each of the last three years, as ``2023=0.25``; ``None`` where no year is whole."""
    years = last_years(work, 3)
    pairs = yearly_ratios(
        work, "app_operations.gov_sme_service_income", "app_operations.service_income", years
    )
    if not pairs:
        return None
    return tuple(f"{year}={percent(Fraction(a) / Fraction(b))}" for year, (a, b) in pairs.items())


@quantity(
    "gov_income_ratio_3y_avg",
    formula="近三个年度（专项收入 ÷ 服务收入）的算术平均",
)
def gov_income_ratio_3y_avg(book: Book, work: Workings) -> Result:
    """Mean of the three yearly ratios; ``None`` unless all three years are whole."""
    return mean_of_gov_ratios(work, "app_operations")


def mean_of_gov_ratios(work: Workings, rows_field: str) -> Fraction | None:
    """The mean over three years from the form (``app_operations``) or the audit (``svc_statement``);
    reading B is the ratio of the sums."""
    years = last_years(work, 3)
    pairs = yearly_ratios(
        work, f"{rows_field}.gov_sme_service_income", f"{rows_field}.service_income", years
    )
    for year, (part, whole) in pairs.items():
        work.step(f"{year}年占比", percent(Fraction(part) / Fraction(whole)))
    if not years or len(pairs) < len(years):
        return None
    ratios = [Fraction(a) / Fraction(b) for a, b in pairs.values()]
    mean = sum(ratios, Fraction(0)) / len(ratios)
    sums = Fraction(total(a for a, _ in pairs.values())) / Fraction(
        total(b for _, b in pairs.values())
    )
    work.reading("A", mean)
    work.reading("B", sums)
    return mean


@quantity(
    "gov_contract_amount_3y",
    unit="元",
    formula="甲方为政府部门、内容为中小企业服务专项的合同金额，按签订日期在申报年度之前三个自然年内合计",
)
def gov_contract_amount_3y(book: Book, work: Workings) -> Result:
    """Sum of government SME service contracts signed in the three calendar years before filing.

    A contract with an unread amount, date or kind is left out and named; if no contract is whole the
    sum is not known.
    """
    rows = work.rows("contracts")
    filed = book.filing_date
    if book.filing_year is None or filed is None:
        work.lack("pkt_filing_year")
        return None
    window = (date(book.filing_year - 3, 1, 1), date(book.filing_year - 1, 12, 31))
    back = (_months_back(filed.earliest(), 36), filed.latest())
    sums = [Decimal(0), Decimal(0)]
    counted = 0
    for row in rows:
        contract = _government_contract(book, work, row)
        if contract is None:
            continue
        amount, signed, fact = contract
        counted += 1
        for index, (first, last) in enumerate((window, back)):
            if first <= signed.earliest() and signed.latest() <= last:
                sums[index] += amount
        work.step(f"合同金额（{signed.iso}签订）", amount, fact)
    if not counted:
        return None
    work.reading("A", sums[0])
    work.reading("B", sums[1])
    return sums[0]


def _government_contract(
    book: Book, work: Workings, row: Row
) -> tuple[Decimal, PartialDate, Fact] | None:
    """Amount and date of a government SME service contract; ``None``: another contract, or unread."""
    government = book.cell(row, "contracts.is_government")
    service = book.cell(row, "contracts.is_sme_service")
    for column, fact in (("is_government", government), ("is_sme_service", service)):
        if fact is None:
            work.lack(f"contracts.{column}")
        elif fact.value is not True:
            return None
    amount, signed = book.cell(row, "contracts.amount"), book.cell(row, "contracts.sign_date")
    for column, fact in (("amount", amount), ("sign_date", signed)):
        if fact is None:
            work.lack(f"contracts.{column}")
    number = as_decimal(amount.value) if amount is not None else None
    if government is None or service is None or amount is None or signed is None or number is None:
        return None
    try:
        return number, PartialDate.parse(str(signed.value)), amount
    except ValueError:
        return None


def _months_back(day: date, months: int) -> date:
    """The day ``months`` earlier; the last day of a shorter month where there is no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    start = PartialDate(year, month + 1)
    return min(date(year, month + 1, min(day.day, start.latest().day)), start.latest())


@quantity(
    "public_benefit_share_latest",
    formula="申请表运营情况中上一年度的公益性或低收费服务占比",
)
def public_benefit_share_latest(book: Book, work: Workings) -> Result:
    """The stated share of the year before filing; the share by income stands beside it."""
    stated = latest_figure(work, "app_operations.public_benefit_share")
    if stated is None:
        return None
    work.reading("A", stated, "申请表所填占比（口径未说明）")
    by_income = as_decimal(book.quantity("public_benefit_share_income").value)
    if by_income is not None:
        work.reading("B", by_income, "按收入（审计的服务收支）")
    return stated


@quantity(
    "public_benefit_share_income",
    formula="服务收支情况表：公益性或低收费服务收入 ÷ 服务收入（上一年度）",
)
def public_benefit_share_income(book: Book, work: Workings) -> Result:
    """Low-fee income over service income of the year before filing, from the audited statement."""
    low = latest_figure(work, "svc_statement.low_fee_income")
    income = latest_figure(work, "svc_statement.service_income")
    if low is None or income is None or income <= 0:
        return None
    share = Fraction(low) / Fraction(income)
    work.reading("B", share)
    return share


@quantity(
    "financial_health_indicators",
    formula="仅列出：各年利润总额、资产负债率、净资产、审计意见类型",
)
def financial_health_indicators(book: Book, work: Workings) -> Result:
    """Indicators for the reviewer in words; ``None`` where none was read."""
    found: list[str] = []
    for year, profit in series(work, "app_operations.total_profit", 3).items():
        if profit is not None:
            sign = "盈利" if profit > 0 else "亏损" if profit < 0 else "持平"
            found.append(f"{year}年利润总额{profit}元（{sign}）")
    debts, assets = work.number("bs_total_liabilities_end"), work.number("bs_total_assets_end")
    if debts is not None and assets is not None and assets > 0:
        found.append(f"资产负债率{percent(Fraction(debts) / Fraction(assets))}")
    equity = work.number("bs_total_equity_end")
    if equity is not None:
        found.append(f"净资产{equity}元" + ("（为负）" if equity < 0 else ""))
    opinion = work.fact("aud_opinion_type")
    if opinion is not None:
        words = book.catalogue.enums["audit_opinion"].zh(str(opinion.value))
        found.append(f"审计意见：{words}")
    return tuple(found) if found else None
