"""Amounts and figures: equal, at most, sums, ratios, years, unit slips."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import (
    ZERO,
    half_printed_unit,
    is_within,
    printed_tolerance,
    ratio_tolerance,
    relative_difference,
    unit_factor,
)
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, decimal_of, whole_of
from extractor.rules.checks.registry import operation
from extractor.rules.checks.repair import amount_repairs
from extractor.rules.checks.words import grouped, percent, plain, wan

NONPROFIT_LINES = ("ba_total_income", "gi_total_income", "ba_net_asset_change", "gi_surplus")


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


def repairs_for(
    desk: Desk, facts: Sequence[Fact], needed: Sequence[Decimal], slack: Decimal = ZERO
) -> tuple[str, ...]:
    """Single-character repairs that bring each fact to what the others need, in its printed unit."""
    candidates = []
    for fact, goal in zip(facts, needed, strict=True):
        value = decimal_of(fact)
        factor, decimals = unit_factor(fact.printed.unit), printed_decimals(fact, decimal_of(fact))
        target = (goal / factor).quantize(Decimal(1).scaleb(-decimals))
        if abs(target * factor - goal) <= max(slack, half_printed_unit(fact, value)):
            label = desk.book.catalogue.label(fact.field)
            candidates.append((label, value / factor, target, decimals))
    return amount_repairs(candidates)


def other_readings(desk: Desk, fact: Fact, goal: Decimal, slack: Decimal) -> tuple[str, ...]:
    """The alternatives a reader noted for a fact that come within ``slack`` of ``goal``."""
    label = desk.book.catalogue.label(fact.field)
    unit = unit_factor(fact.printed.unit)
    return tuple(
        f"{label} {plain(decimal_of(fact) / unit)} → {plain(number / unit)}"
        for text in fact.alternatives
        if (number := as_decimal(text)) is not None and is_within(number, goal, slack)
    )


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
    repairs = repairs_for(desk, (left, right), (b, a), slack)
    repairs += other_readings(desk, left, b, slack) + other_readings(desk, right, a, slack)
    repairs = tuple(dict.fromkeys(repairs))
    metrics = {"relative_difference": share} if (share := relative_difference(a, b)) else {}
    values = {**shown, "repairs": "；".join(repairs) or "无"}
    breach = Breach(values, (left, right), shown["d"], flags, metrics, repairs)
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
    needed = [sum(amounts, ZERO), *(whole - (sum(amounts, ZERO) - x) for x in amounts)]
    repairs = repairs_for(desk, (total, *parts), needed)
    values = {**shown, "repairs": "；".join(repairs) or "无"}
    flags = frozenset({"part_blank"}) if len(parts) < len(found) else frozenset()
    return Result((Breach(values, (total, *parts), shown["d"], flags, repairs=repairs),), shown)


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
    repairs = _ratio_repairs(desk, (top, bottom, ratio), (q, t, r))
    return Result((Breach(shown, (top, bottom, ratio), far, flags, repairs=repairs),), shown)


def _ratio_repairs(
    desk: Desk, facts: tuple[Fact, Fact, Fact], values: tuple[Decimal, Decimal, Decimal]
) -> tuple[str, ...]:
    """Single-character repairs of numerator, denominator or ratio after which the check holds."""
    q, t, r = values
    needed = (r * t, q / r if r else t, q / t)
    candidates = []
    for place, (fact, value, goal) in enumerate(zip(facts, values, needed, strict=True)):
        factor, decimals = unit_factor(fact.printed.unit), printed_decimals(fact, value)
        target = (goal / factor).quantize(Decimal(1).scaleb(-decimals))
        tried = list(values)
        tried[place] = target * factor
        if tried[1] == 0:
            continue
        slack = _ratio_slack(facts[2], tried[2], (facts[0], tried[0]), (facts[1], tried[1]))
        if is_within(tried[2], tried[0] / tried[1], slack):
            label = desk.book.catalogue.label(fact.field)
            candidates.append((label, value / factor, target, decimals))
    return amount_repairs(candidates)


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


@operation(params="fields:fields", shows="v label row")
def percent_in_range(desk: Desk) -> Result:
    """Every percentage read lies in 0..100."""
    facts = every_value(desk, desk.texts("fields"))
    breaches = [
        Breach(
            {
                "v": f"{percent(v)}%",
                "label": desk.book.catalogue.label(fact.field),
                "row": fact.raw,
            },
            (fact,),
        )
        for fact in facts
        if not 0 <= (v := decimal_of(fact)) <= 1
    ]
    return Result(tuple(breaches))


@operation(params="fields:fields refundable:fields?", shows="v field", flags="refundable")
def not_negative(desk: Desk) -> Result:
    """No figure is negative where that cannot be; ``refundable`` ones carry a flag."""
    breaches = []
    for fact in every_value(desk, desk.texts("fields")):
        value = decimal_of(fact)
        if value < 0:
            flags = {"refundable"} if fact.field in desk.texts("refundable") else set()
            label = desk.book.catalogue.label(fact.field)
            shown = {"v": f"{wan(value)} 万元", "field": label}
            breaches.append(Breach(shown, (fact,), flags=frozenset(flags)))
    return Result(tuple(breaches))


def every_value(desk: Desk, idents: Sequence[str]) -> list[Fact]:
    """The best fact of each field and every cell of each column; ``Missing`` where none was read."""
    found: list[Fact] = []
    for ident in idents:
        if "." in ident:
            rows = desk.book.rows(ident.partition(".")[0])
            found.extend(cell for _, cell in desk.column(rows, ident))
        elif (fact := desk.maybe(ident)) is not None:
            found.append(fact)
    if not found:
        raise Missing(*idents)
    return found


@operation(
    params="smaller:field larger:field label:field? tolerance:text?",
    shows="label a b d",
)
def column_at_most(desk: Desk) -> Result:
    """In each row one column is at most another; rows with an unread cell are left out.

    ``label``: the column that names the row (default: the year). ``tolerance``: ``printed``
    (default for money) or ``exact``.
    """
    smaller, larger = desk.text("smaller"), desk.text("larger")
    rows_id = smaller.partition(".")[0]
    label = (*desk.texts("label"), f"{rows_id}.year")[0]
    exact = desk.texts("tolerance") == ("exact",)
    breaches, unread, compared = [], 0, 0
    for row in desk.rows(rows_id):
        left, right = desk.cell(row, smaller), desk.cell(row, larger)
        if left is None or right is None:
            unread += 1
            continue
        compared += 1
        a, b = decimal_of(left), decimal_of(right)
        slack = ZERO if exact else printed_tolerance((left, a), (right, b))
        if a > b + slack:
            name = desk.cell(row, label)
            shown = {
                "label": str(name.value) if name else f"第{row.no}行",
                "a": shown_number(desk, smaller, a),
                "b": shown_number(desk, larger, b),
                "d": difference_text(desk, smaller, a, b),
            }
            breaches.append(Breach(shown, (left, right), shown["d"]))
    if not compared:
        raise Missing(smaller, larger)
    return Result(tuple(breaches), unread=unread)
