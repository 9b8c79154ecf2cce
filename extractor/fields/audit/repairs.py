"""Misread figures of statements: what one wrong character would have to be for the sums to hold.

A repair is only proposed. It becomes an alternative of the fact, which is doubtful from then on; the
value stays as read, and the reviewer sees both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, FactStatus

#: ``total = Σ sign · part`` among the fields of one statement.
IDENTITIES: tuple[tuple[str, tuple[tuple[int, str], ...]], ...] = (
    ("bs_total_assets_end", ((1, "bs_total_liabilities_end"), (1, "bs_total_equity_end"))),
    ("bs_total_assets_end", ((1, "bs_total_liab_equity_end"),)),
    ("bs_total_assets_end", ((1, "bs_current_assets_end"), (1, "bs_noncurrent_assets_end"))),
    ("bs_total_liab_equity_end", ((1, "bs_total_liabilities_end"), (1, "bs_total_equity_end"))),
    ("is_net_profit", ((1, "is_total_profit"), (-1, "is_income_tax"))),
)
_CENTS = Decimal("0.05")
#: A figure that was read this much less surely than the next candidate is the misread one.
_CLEARLY_WORSE = 0.8


def propose_repairs(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of one statement; a figure that one character would set right gets an alternative."""
    single = _single_values(facts)
    held: set[str] = set()
    failing: list[tuple[str, tuple[tuple[int, str], ...]]] = []
    for total, parts in IDENTITIES:
        if any(name not in single for name in (total, *(p for _s, p in parts))):
            continue
        if abs(_gap(total, parts, single)) <= _CENTS:
            held |= {total, *(p for _s, p in parts)}
        else:
            failing.append((total, parts))
    wanted: dict[str, set[Decimal]] = {}
    for total, parts in failing:
        gap = _gap(total, parts, single)
        for sign, name in ((-1, total), *parts):
            if name not in held:
                wanted.setdefault(name, set()).add(single[name][1] + sign * gap)
    found = {
        name: values.copy().pop()
        for name, values in wanted.items()
        if len(values) == 1 and _one_slip(single[name][1], next(iter(values)))
    }
    chosen = _misread({name: single[name][0] for name in found})
    if chosen is None:
        return tuple(facts)
    return tuple(_with(f, found[chosen]) if f.field == chosen else f for f in facts)


def sums(facts: Sequence[Fact]) -> tuple[int, int]:
    """How many identities hold among the facts of one statement, and how many fail."""
    single = _single_values(facts)
    gaps = [
        abs(_gap(total, parts, single))
        for total, parts in IDENTITIES
        if all(name in single for name in (total, *(p for _s, p in parts)))
    ]
    held = sum(gap <= _CENTS for gap in gaps)
    return held, len(gaps) - held


def _single_values(facts: Sequence[Fact]) -> dict[str, tuple[Fact, Decimal]]:
    """Fields that stand once, with their value."""
    found: dict[str, tuple[Fact, Decimal]] = {}
    twice: set[str] = set()
    for fact in facts:
        value = as_decimal(fact.value)
        if fact.field in found:
            twice.add(fact.field)
        elif value is not None:
            found[fact.field] = (fact, value)
    return {name: pair for name, pair in found.items() if name not in twice}


def _gap(
    total: str, parts: Sequence[tuple[int, str]], values: Mapping[str, tuple[Fact, Decimal]]
) -> Decimal:
    summed = sum((sign * values[name][1] for sign, name in parts), Decimal(0))
    return values[total][1] - summed


def _one_slip(read: Decimal, wanted: Decimal) -> bool:
    """Whether the amounts, to the cent, differ in one character."""
    a, b = (f"{value:.2f}" for value in (read, wanted))
    return Levenshtein.distance(a, b) == 1


def _misread(candidates: Mapping[str, Fact]) -> str | None:
    """The only candidate, or the one read clearly less surely than all others."""
    ordered = sorted(candidates, key=lambda name: (candidates[name].confidence, name))
    if not ordered:
        return None
    if len(ordered) == 1:
        return ordered[0]
    first, second = (candidates[name].confidence for name in ordered[:2])
    return ordered[0] if first < _CLEARLY_WORSE * second else None


def _with(fact: Fact, value: Decimal) -> Fact:
    text = f"{value.normalize():f}"
    if text in fact.alternatives:
        return fact
    return fact.model_copy(
        update={"alternatives": (*fact.alternatives, text), "status": FactStatus.DOUBTFUL}
    )
