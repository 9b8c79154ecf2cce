"""Amounts and figures: equal, at most, years, unit slips."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import (
    ZERO,
    is_within,
    printed_tolerance,
    relative_difference,
)
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, decimal_of, whole_of
from extractor.rules.checks.figures import difference_text, shown_number
from extractor.rules.checks.mending import mend
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import grouped, percent, plain, wan

NONPROFIT_LINES = ("ba_total_income", "gi_total_income", "ba_net_asset_change", "gi_surplus")


@operation(params="left:field right:field", shows="a b c d repairs", metrics="relative_difference")
def equal_amount(desk: Desk) -> Result:
    """Two figures are equal within half a printed unit of the coarser one.

    ``{a}``, ``{b}``: both as the form writes them (money in 万元); ``{c}``: the right one in 元.
    """
    left, right = desk.facts((desk.text("left"), desk.text("right")))
    return compare_amounts(desk, left, right)


def compare_amounts(
    desk: Desk,
    left: Fact,
    right: Fact,
    *,
    exact: bool = False,
    extra: dict[str, str] | None = None,
    flags: frozenset[str] = frozenset(),
) -> Result:
    """The comparison behind ``equal_amount`` and ``yearly_equals``."""
    a, b = decimal_of(left), decimal_of(right)
    slack = ZERO if exact else printed_tolerance((left, a), (right, b))
    shown = {
        "a": shown_number(desk, left.field, a),
        "b": shown_number(desk, right.field, b),
        "c": grouped(b),
        "d": difference_text(desk, left.field, a, b),
        **(extra or {}),
    }
    if is_within(a, b, slack):
        return Result(values=shown)
    mended = mend(desk, (left, right), lambda v: is_within(v[0], v[1], slack))
    metrics = {"relative_difference": share} if (share := relative_difference(a, b)) else {}
    values = {**shown, "repairs": mended.words}
    breach = Breach(
        values, (left, right), shown["d"], flags, metrics, mended.repairs, slip=mended.slip
    )
    return Result((breach,), shown)


@operation(
    params="column:field right:fields year:text offset:number? tolerance:text?",
    shows="year a b c d line repairs",
    flags="nonprofit_statement sign_differs",
    metrics="relative_difference",
)
def yearly_equals(desk: Desk) -> Result:
    """The figure of one year in a yearly table equals another figure.

    ``year``: ``aud_fiscal_year`` or ``pkt_filing_year``; ``offset`` is added to it. ``right``: the
    first of these that was read. ``tolerance``: ``printed`` (default) or ``exact``.
    """
    right = desk.first(desk.texts("right"))
    year = base_year(desk, desk.text("year")) + int(desk.number("offset", ZERO))
    series = desk.by_year(desk.text("column"))
    if year not in series:
        raise Missing(desk.text("column"))
    left = series[year]
    flags = set()
    if right.field in NONPROFIT_LINES:
        flags.add("nonprofit_statement")
    if decimal_of(left) * decimal_of(right) < 0:
        flags.add("sign_differs")
    extra = {"year": str(year), "line": desk.book.catalogue.label(right.field)}
    exact = desk.texts("tolerance") == ("exact",)
    return compare_amounts(desk, left, right, exact=exact, extra=extra, flags=frozenset(flags))


def base_year(desk: Desk, ident: str) -> int:
    """The filing year or the audited year."""
    return desk.filing_year() if ident == "pkt_filing_year" else whole_of(desk.fact(ident))


@operation(params="pairs:mapping slack:number", shows="a b factor label repairs")
def unit_slip(desk: Desk) -> Result:
    """Two figures for the same thing are not a power of ten apart (元 for 万元, a lost point).

    ``pairs``: stated field (or yearly column) to evidence field. ``slack``: relative width.
    """
    breaches, compared = [], 0
    for stated, evidence in desk.mapping("pairs").items():
        left, right = _stated(desk, stated), desk.maybe(evidence)
        if left is None or right is None:
            continue
        a, b = decimal_of(left), decimal_of(right)
        if a <= 0 or b <= 0:
            continue
        compared += 1
        for power in (-4, -3, -1, 1, 3, 4):
            if abs(a / b / Decimal(10) ** power - 1) <= desk.number("slack"):
                factor = plain(Decimal(10) ** abs(power))
                values = {
                    "a": f"{wan(a)} 万元",
                    "b": f"{wan(b)} 万元",
                    "factor": factor,
                    "label": desk.book.catalogue.label(left.field),
                }
                mended = f"{wan(a / Decimal(10) ** power)} 万元"
                values["repairs"] = f"{values['label']} {values['a']} → {mended}"
                breaches.append(
                    Breach(values, (left, right), f"{factor} 倍", repairs=(values["repairs"],))
                )
    if not compared:
        raise Missing(*[name for pair in desk.mapping("pairs").items() for name in pair])
    return Result(tuple(breaches))


def _stated(desk: Desk, ident: str) -> Fact | None:
    if "." not in ident:
        return desk.maybe(ident)
    try:
        series = desk.by_year(ident)
        return series.get(base_year(desk, "aud_fiscal_year"))
    except Missing:
        return None


@operation(
    params="left:field right:fields slack:number? slack_absolute:number? optional:fields?",
    shows="a b d",
)
def at_most(desk: Desk) -> Result:
    """A figure is at most the sum of others, widened by ``slack`` (a share of the sum).

    ``slack_absolute``: at least this much wider. ``optional``: addends that count only where read.
    """
    left, addends = desk.fact(desk.text("left")), desk.facts(desk.texts("right"))
    more = tuple(f for f in (desk.maybe(i) for i in desk.texts("optional")) if f is not None)
    a, b = decimal_of(left), sum((decimal_of(f) for f in (*addends, *more)), ZERO)
    slack = max(b * desk.number("slack", ZERO), desk.number("slack_absolute", ZERO))
    shown = {
        "a": shown_number(desk, left.field, a),
        "b": shown_number(desk, addends[0].field, b),
        "d": difference_text(desk, left.field, a, b),
    }
    if a <= b + slack:
        return Result(values=shown)
    return Result((Breach(shown, (left, *addends, *more), shown["d"]),), shown)


@operation(params="left:field right:field slack:number?", shows="a b d")
def quantity_at_most(desk: Desk) -> Result:
    """A stated figure is at most what the papers prove, widened by ``slack`` (a share)."""
    left = desk.fact(desk.text("left"))
    a, b = decimal_of(left), desk.quantity_number(desk.text("right"))
    shown = {
        "a": shown_number(desk, left.field, a),
        "b": shown_number(desk, desk.text("right"), b),
        "d": difference_text(desk, left.field, a, b),
    }
    if a <= b * (1 + desk.number("slack", ZERO)):
        return Result(values=shown)
    return Result((Breach(shown, difference=shown["d"]),), shown)


@operation(params="left:field right:field points:number", shows="a b d")
def ratios_close(desk: Desk) -> Result:
    """Two computed ratios differ by at most ``points`` percentage points."""
    a, b = (desk.quantity_number(desk.text(side)) for side in ("left", "right"))
    far = f"{percent(abs(a - b))} 个百分点"
    shown = {"a": percent(a), "b": percent(b), "d": far}
    if abs(a - b) <= desk.number("points") / 100:
        return Result(values=shown)
    return Result((Breach(shown, difference=far),), shown)
