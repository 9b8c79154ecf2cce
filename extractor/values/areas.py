"""Areas, in 平方米."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extractor.core.worksheet import Printed
from extractor.values.folding import fold_width, is_blank
from extractor.values.numbers import NOT_A_COUNT, count_unit
from extractor.values.parsed import NO_CONTEXT, Parsed, UnitContext
from extractor.values.picking import bare_numbers, pick_number
from extractor.values.scan import Number, decimal_text, find_numbers

_AREA_UNITS = (
    ("公顷", Decimal(10000), re.compile(r"公顷|hm[2²]")),
    ("亩", Decimal("666.6667"), re.compile(r"亩")),
    (
        "平方米",
        Decimal(1),
        re.compile(r"平方米|平方公尺|平米|平方(?!千米|公里)|㎡|[mM]\s?[2²]|㎥?㎡|m\^2"),
    ),
)
"""Conversions of ``fields.yaml``, units.area."""


def _area_unit(words: str) -> tuple[str, Decimal] | None:
    for unit, scale, pattern in _AREA_UNITS:
        if pattern.match(words):
            return unit, scale
    return None


def parse_area(text: str, units: UnitContext = NO_CONTEXT) -> Parsed | None:
    """An area in 平方米 as decimal text; a bare number without any unit is taken for 平方米."""
    if is_blank(text):
        return None
    folded = fold_width(text)
    with_unit: list[Number] = []
    loose: list[Number] = []
    for number in find_numbers(folded):
        if re.search(r"[mM]\s?$", number.prefix):
            continue  # the 2 of m2
        if _area_unit(number.suffix):
            with_unit.append(number)
        elif count_unit(number.suffix) is None:
            loose.append(number)
    pick = pick_number((with_unit,))
    unit_from: str | None = "cell"
    assumed: tuple[str, ...] = ()
    if pick is not None:
        unit, scale = _area_unit(pick.number.suffix) or ("平方米", Decimal(1))
    elif with_unit:
        return None
    else:
        pick = pick_number((bare_numbers(loose, folded, NOT_A_COUNT),))
        if pick is None:
            return None
        unit, scale, unit_from = _context_area(units)
        if unit_from is None:
            unit_from, assumed = "default", ("单位未注明，按平方米计",)
            pick = replace(pick, factor=pick.factor * 0.8)
    if pick.number.value < 0:
        return None
    return Parsed(
        value=decimal_text(pick.number.value * scale),
        unit="平方米",
        printed=Printed(
            unit=unit,
            unit_from=unit_from,
            decimals=pick.number.decimals,
            approximate=pick.number.approximate,
            assumed=assumed,
        ),
        factor=pick.factor,
        alternatives=tuple(decimal_text(o * scale) for o in pick.others if o >= 0),
    )


def _context_area(units: UnitContext) -> tuple[str, Decimal, str | None]:
    for where, words in units.in_order():
        for unit, scale, pattern in _AREA_UNITS:
            if pattern.search(fold_width(words)):
                return unit, scale, where
    return "平方米", Decimal(1), None
