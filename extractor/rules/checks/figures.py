"""Figures as a finding shows them: in the unit the form uses, with how far two of them are apart."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import relative_difference, unit_factor
from extractor.rules.checks.desk import Desk
from extractor.rules.checks.words import percent, plain, wan


def shown_number(desk: Desk, ident: str, value: Decimal) -> str:
    """A canonical figure in the unit the form uses: money in 万元, ratios in percent."""
    kind = _kind(desk, ident)
    if kind == "money":
        return wan(value)
    return percent(value) if kind == "ratio" else plain(value)


def _kind(desk: Desk, ident: str) -> str:
    catalogue = desk.book.catalogue
    if ident in catalogue.derived:
        return catalogue.derived[ident].type
    return catalogue.spec(ident).type


def difference_text(desk: Desk, ident: str, a: Decimal, b: Decimal) -> str:
    """``0.83 万元（0.26%）``: how far two figures are apart."""
    unit = {"money": " 万元", "ratio": " 个百分点", "area": " 平方米"}.get(_kind(desk, ident), "")
    share = relative_difference(a, b)
    far = shown_number(desk, ident, abs(a - b)) + unit
    return far if share is None else f"{far}（{percent(share)}%）"


def printed_decimals(fact: Fact, value: Decimal) -> int:
    """Decimals that were printed, from the fact or from the value in its printed unit."""
    if fact.printed.decimals is not None:
        return fact.printed.decimals
    exponent = (value / unit_factor(fact.printed.unit)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
