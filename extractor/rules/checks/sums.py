"""Sums and ratios on the form: parts that add up, a ratio that is what it says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import (
    ZERO,
    half_printed_unit,
    is_within,
    printed_tolerance,
    ratio_tolerance,
)
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, decimal_of
from extractor.rules.checks.figures import shown_number
from extractor.rules.checks.mending import Mending, mend
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import percent, plain


@operation(
    params="total:field parts:fields at_least:number?",
    shows="t parts d repairs",
    flags="part_blank",
)
def sum_is_total(desk: Desk) -> Result:
    """Parts add up to the total; a blank part counts as 0 once another part is filled.

    ``at_least``: the least tolerance in canonical units beside the printed one. ``part_blank``: a
    part was counted as 0; on a scan it may only not have been found.
    """
    total = desk.fact(desk.text("total"))
    idents = desk.texts("parts")
    found = [desk.maybe(ident) for ident in idents]
    parts = [fact for fact in found if fact is not None]
    unread = [i for i, f in zip(idents, found, strict=True) if f is None and desk.was_seen(i)]
    if unread or not parts:
        raise Missing(*(unread or idents))
    whole, amounts = decimal_of(total), [decimal_of(p) for p in parts]
    pairs = [(total, whole), *zip(parts, amounts, strict=True)]
    slack = max(printed_tolerance(*pairs), desk.number("at_least", ZERO))
    words = [
        f"{desk.book.catalogue.label(i).removeprefix('其中：')} {plain(decimal_of(f)) if f else '空'}"
        for i, f in zip(idents, found, strict=True)
    ]
    shown = {"t": plain(whole), "parts": " + ".join(words), "d": plain(abs(whole - sum(amounts)))}
    if is_within(whole, sum(amounts, ZERO), slack):
        return Result(values=shown)
    mended = mend_sum(desk, total, parts)
    values = {**shown, "repairs": mended.words}
    flags = frozenset({"part_blank"}) if len(parts) < len(found) else frozenset()
    breach = Breach(
        values,
        (total, *parts),
        shown["d"],
        flags,
        repairs=mended.repairs,
        slip=mended.slip,
    )
    return Result((breach,), shown)


def mend_sum(desk: Desk, total: Fact, parts: Sequence[Fact]) -> Mending:
    """What one changed character would do so that the parts add up to the total."""
    facts = (total, *parts)
    slack = printed_tolerance(*((fact, decimal_of(fact)) for fact in facts))
    return mend(desk, facts, lambda v: is_within(v[0], sum(v[1:], ZERO), slack))


@operation(
    params="numerator:field denominator:field ratio:field",
    shows="r c q t",
    flags="over_100",
)
def ratio_is(desk: Desk) -> Result:
    """A stated ratio is numerator over denominator, within half its last printed place + 0.05 pp."""
    idents = tuple(desk.text(n) for n in ("numerator", "denominator", "ratio"))
    top, bottom, ratio = desk.facts(idents)
    q, t, r = decimal_of(top), decimal_of(bottom), decimal_of(ratio)
    if t == 0:
        raise Missing(bottom.field)
    shown = {
        "r": percent(r),
        "c": percent(q / t),
        "q": shown_number(desk, top.field, q),
        "t": shown_number(desk, bottom.field, t),
    }
    if is_within(r, q / t, _ratio_slack(ratio, r, (top, q), (bottom, t))):
        return Result(values=shown)
    flags = frozenset({"over_100"}) if q / t > 1 else frozenset()
    far = f"{percent(abs(r - q / t))} 个百分点"

    def holds(v: Sequence[Decimal]) -> bool:
        if v[1] == 0:
            return False
        return is_within(v[2], v[0] / v[1], _ratio_slack(ratio, v[2], (top, v[0]), (bottom, v[1])))

    facts = (top, bottom, ratio)
    mended = mend(desk, facts, holds)
    breach = Breach(shown, facts, far, flags, repairs=mended.repairs, slip=mended.slip)
    return Result((breach,), shown)


def _ratio_slack(
    ratio: Fact, r: Decimal, top: tuple[Fact, Decimal], bottom: tuple[Fact, Decimal]
) -> Decimal:
    """The printed ratio's tolerance, plus what rounding of printed amounts can move the quotient."""
    slack = ratio_tolerance(ratio, r)
    if top[0].printed.unit in ("万元", "千元"):
        q, t = top[1], bottom[1]
        moved = half_printed_unit(*top) / t + q / t * half_printed_unit(*bottom) / t
        slack += abs(moved)
    return slack


@operation(params="points:number", shows="a b")
def service_shares_fit(desk: Desk) -> Result:
    """Shares of income by service add up to at most 100 % and to the share of service income.

    ``points``: percentage points either may be off. The operations table's last year counts.
    """
    rows = desk.rows("app_service_scale")
    cells = [f for _, f in desk.column(rows, "app_service_scale.income_share")]
    if not cells or len(cells) < len(rows):
        raise Missing("app_service_scale.income_share")
    total, slack = sum((decimal_of(f) for f in cells), ZERO), desk.number("points") / 100
    shown = {"a": percent(total), "b": "—"}
    if total > 1 + slack:
        return Result((Breach(shown, tuple(cells)),), shown)
    year = desk.filing_year() - 1
    service, income = (
        desk.by_year(f"app_operations.{c}").get(year)
        for c in ("service_income", "operating_income")
    )
    if service is None or income is None or decimal_of(income) == 0:
        raise Missing("app_operations.service_income", "app_operations.operating_income")
    share = decimal_of(service) / decimal_of(income)
    shown["b"] = percent(share)
    if abs(total - share) <= slack:
        return Result(values=shown)
    far = f"{percent(abs(total - share))} 个百分点"
    return Result((Breach(shown, (*cells, service, income), far),), shown)
