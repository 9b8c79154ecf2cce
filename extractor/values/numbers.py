"""Counts and plain numbers.

All prefer a number that stands beside a unit of their own kind to a bare one, and never take a number
whose unit says that it is something else (``近3年`` is no count of persons). Which of several numbers:
``values/picking.py``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from extractor.core.worksheet import Printed
from extractor.values.folding import fold_width, is_blank
from extractor.values.parsed import NO_CONTEXT, Parsed, UnitContext
from extractor.values.picking import bare_numbers, is_whole, pick_number
from extractor.values.scan import Number, decimal_text, find_numbers

_COUNT_UNITS = (
    ("人次", r"人\s*[(/／]?\s*次\s*\)?|人·次"),
    ("人", r"人(?!民币|均)|名|位"),
    ("家", r"家|户"),
    ("台（套）", r"台\s*[(/]?\s*套\s*\)?|[台套]"),
    ("次", r"次|场次|场|期|批次"),
    ("份", r"份"),
    ("笔", r"笔"),
    ("项", r"项"),
    ("字", r"字"),
    ("岁", r"岁|周岁"),
    ("页", r"页"),
    ("年", r"年(?!度|\s*\d|\s*[一二三四五六七八九十]+月)"),
    ("月", r"个月"),
    ("个", r"个"),
    ("件", r"件"),
    ("条", r"条"),
    ("小时", r"小时|学时|课时"),
    ("天", r"天"),
    ("张", r"[张本部篇只辆支]"),
)
_COUNT_PATTERNS = tuple((unit, re.compile(pattern)) for unit, pattern in _COUNT_UNITS)
_WEAK_UNITS = frozenset(("年", "月", "岁", "页", "天"))
"""Units that only count when the context asks for them: 近3年服务25 is 25."""

NOT_A_COUNT = re.compile(
    r"(?:人民币)?[元圆角]|年|月|日|号|%|‰|平方|亩|公顷|m2|m²|㎡|米|公里|楼|室|栋|层|届|[:/.]\d"
)


def count_unit(words: str | None) -> str | None:
    """The counting unit that words begin with, folded: 户 → 家, 名 → 人, 人/次 → 人次; else ``None``."""
    folded = fold_width(words or "").strip(" ()[]:")
    for unit, pattern in _COUNT_PATTERNS:
        if pattern.match(folded):
            return unit
    return None


def _unit_words(words: str) -> str | None:
    """The counting unit of a label or header: the last bracket, or what stands after 单位."""
    folded = fold_width(words)
    for part in (*reversed(re.findall(r"[(\[]([^()\[\]]{1,8}(?:\(次\))?)[)\]]", folded)), folded):
        unit = count_unit(part.removeprefix("单位").strip(" :"))
        if unit is not None:
            return unit
    return None


def _context_count_unit(units: UnitContext) -> tuple[str | None, str | None]:
    for where, words in units.in_order():
        unit = _unit_words(words)
        if unit is not None:
            return unit, where
    return None, None


def _as_count(number: Number) -> Number | None:
    """A whole, non-negative number; a lost thousands separator (1.234) is put back with doubt."""
    value, factor, others = number.value, number.factor, number.others
    if number.dot_group and number.magnitude == 1:
        others, value, factor = (*others, value), value * 1000, factor * 0.5
    if value != value.to_integral_value():
        return None
    if value < 0:
        if -value not in others:
            return None  # a plain minus sign: no count, and never the figure without its sign
        others, value, factor = (*others, value), -value, factor * 0.5  # a dash of a list, likelier
    whole = tuple(o for o in others if o == o.to_integral_value() and o >= 0)
    return replace(number, value=value, factor=factor, others=whole)


def parse_count(text: str, units: UnitContext = NO_CONTEXT) -> Parsed | None:
    """A whole number of persons, firms, sets …; ``unit`` is the folded unit (户 → 家, 名 → 人).

    A number with the unit of the context wins, then one with another counting unit, then a bare one.
    """
    if is_blank(text):
        return None
    folded = fold_width(text)
    wanted, unit_from = _context_count_unit(units)
    by_unit: list[tuple[str, Number]] = []
    loose: list[Number] = []
    for number in find_numbers(folded):
        unit = count_unit(number.suffix)
        if unit in _WEAK_UNITS and unit != wanted:
            continue
        counted = _as_count(number)
        if counted is None:
            continue
        if unit is not None:
            by_unit.append((unit, counted))
        else:
            loose.append(counted)
    own = [n for u, n in by_unit if u == wanted]
    pick = pick_number((own, [n for _, n in by_unit], bare_numbers(loose, folded, NOT_A_COUNT)))
    if pick is None:
        return None
    printed_unit = count_unit(pick.number.suffix)
    return Parsed(
        value=int(pick.number.value),
        unit=printed_unit or wanted,
        printed=Printed(
            unit=printed_unit or wanted,
            unit_from="cell" if printed_unit else unit_from,
            decimals=pick.number.decimals,
            approximate=pick.number.approximate,
        ),
        factor=pick.factor,
        alternatives=tuple(decimal_text(o) for o in pick.others if o >= 0),
    )


def parse_number(text: str, units: UnitContext = NO_CONTEXT) -> Parsed | None:
    """A number of any kind as decimal text; no unit is read (kinds ``number`` and ``score``)."""
    if is_blank(text):
        return None
    folded = fold_width(text)
    numbers = find_numbers(folded)
    arabic = [n for n in numbers if not n.chinese]
    whole = [n for n in numbers if n.chinese and is_whole(n, folded)]
    pick = pick_number((arabic, whole))
    if pick is None:
        return None
    return Parsed(
        decimal_text(pick.number.value),
        None,
        Printed(decimals=pick.number.decimals, approximate=pick.number.approximate),
        pick.factor,
        tuple(decimal_text(o) for o in pick.others),
    )


def parse_quantity(text: str, units: UnitContext = NO_CONTEXT) -> Parsed | None:
    """A count whose unit must be read with it (``120家``, ``500人/次``); value is an integer.

    Where the context names two units at once (``服务规模（家、人/次）``) and the text none, ``unit`` is
    ``None``.
    """
    several = [w for _, w in units.in_order() if len(_all_count_units(w)) > 1]
    parsed = parse_count(text, NO_CONTEXT if several else units)
    if parsed is None:
        return None
    if parsed.unit is None:
        return replace(parsed, factor=parsed.factor * 0.7)
    return parsed


def _all_count_units(words: str) -> set[str]:
    parts = re.split(r"[、,，|;()]", fold_width(words).replace("人(次)", "人次"))
    return {u for u in map(count_unit, parts) if u is not None}
