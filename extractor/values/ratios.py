"""Shares: per cent and per mille signs, 百分之…, …成, and bare numbers under a label that has a sign."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extractor.core.worksheet import Printed
from extractor.values.chinese import DIGITS, chinese_decimal
from extractor.values.folding import fold_width, is_blank
from extractor.values.numbers import NOT_A_COUNT, count_unit
from extractor.values.parsed import NO_CONTEXT, Parsed, UnitContext
from extractor.values.picking import Pick, bare_numbers, pick_number
from extractor.values.scan import Number, decimal_text, find_numbers

_PERCENT = re.compile(r"%|‰|℅|[°o0O]\s?/\s?[oO0](?![\d])|百分点|成(?![本立员交果效功长就熟])")
_HUNDRED_PARTS = re.compile(r"(百|千)分之\s*([零〇一二三四五六七八九十百点\d.]+)")


def _ratio_result(
    value: Decimal,
    sign: str | None,
    unit_from: str | None,
    decimals: int,
    factor: float = 1.0,
    others: tuple[Decimal, ...] = (),
    *,
    approximate: bool = False,
    assumed: tuple[str, ...] = (),
) -> Parsed:
    printed = Printed(
        unit=sign, unit_from=unit_from, decimals=decimals, approximate=approximate, assumed=assumed
    )
    if abs(value) > 1:
        moved = next((v for v in (value / 10, value / 100) if abs(v) <= 1), None)
        others = others if moved is None else (*others, moved)
        factor *= _OVER_ONE
    return Parsed(
        decimal_text(value), None, printed, factor, tuple(decimal_text(o) for o in others)
    )


_OVER_ONE = 0.5
"""Factor of a share above the whole: a decimal point is lost more often than one is meant."""
_SCALES = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "成": Decimal("0.1")}
"""``fields.yaml``, units.ratio."""


def _percent_sign(suffix: str) -> tuple[str, float] | None:
    match = _PERCENT.match(suffix)
    if match is None:
        return None
    sign = match.group()
    if sign in ("%", "百分点"):
        return "%", 1.0
    return (sign, 1.0) if sign in _SCALES else ("%", 0.7)


def _spelled_ratio(folded: str) -> Parsed | None:
    """百分之八十五点六, 八成五."""
    match = _HUNDRED_PARTS.search(folded)
    if match is not None:
        digits = match[2].strip("点.")
        number = (
            Decimal(digits)
            if re.fullmatch(r"\d+(?:\.\d+)?", digits, re.ASCII)
            else chinese_decimal(digits)
        )
        if number is None:
            return None
        sign = "%" if match[1] == "百" else "‰"
        decimals = len(re.split("[点.]", digits)[1]) if re.search("[点.]", digits) else 0
        return _ratio_result(number * _SCALES[sign], sign, "cell", decimals)
    match = re.search(
        r"(?<![一二三四五六七八九十\d])([一二三四五六七八九])成([一二三四五六七八九半])?(?!立)",
        folded,
    )
    if match is None:
        return None
    half = {"半": 5}.get(match[2], DIGITS.get(match[2], 0)) if match[2] else 0
    value = Decimal(DIGITS[match[1]]) / 10 + Decimal(half) / 100
    return _ratio_result(value, "成", "cell", 1 if match[2] else 0)


def _bare_ratio(pick: Pick, units: UnitContext) -> Parsed:
    """A number without a sign: the sign of the context, or judged by its size and said so.

    Under a ``%`` label 0.85 may be 85% or 0.85% (fields.yaml): the letter is kept, the other listed.
    """
    number, factor = pick.number, pick.factor
    value = number.value
    for where, words in units.in_order():
        sign = next((s for s in _SCALES if s in fold_width(words)), None)
        if sign is None:
            continue
        scaled = value * _SCALES[sign]
        others = tuple(o * _SCALES[sign] for o in pick.others)
        if sign == "%" and 0 < abs(value) <= 1:
            return _ratio_result(
                scaled,
                sign,
                where,
                number.decimals,
                factor * 0.5,
                (value, *others),
                approximate=number.approximate,
                assumed=("百分号栏内数值不大于1，可能已是小数",),
            )
        return _ratio_result(
            scaled, sign, where, number.decimals, factor, others, approximate=number.approximate
        )
    if abs(value) <= 1:
        return _ratio_result(value, None, None, number.decimals, factor * 0.8, pick.others)
    return _ratio_result(
        value / 100,
        "%",
        "default",
        number.decimals,
        factor * (0.7 if abs(value) <= 100 else 0.4),
        tuple(o / 100 for o in pick.others),
        assumed=("未注明百分号，按百分数计",),
    )


def parse_ratio(text: str, units: UnitContext = NO_CONTEXT) -> Parsed | None:
    """A share as fraction text: 85.6% → ``"0.856"``. A quotient such as 17/20 is not worked out."""
    if is_blank(text):
        return None
    folded = fold_width(text)
    spelled = _spelled_ratio(folded)
    if spelled is not None:
        return spelled
    signed: list[Number] = []
    signs: dict[tuple[int, int], tuple[str, float]] = {}
    bare: list[Number] = []
    for number in find_numbers(folded):
        sign = _percent_sign(number.suffix)
        if sign is not None:
            signed.append(replace(number, factor=number.factor * sign[1]))
            signs[(number.start, number.end)] = sign
        else:
            bare.append(number)
    pick = pick_number((signed,))
    if pick is not None:
        sign_text = signs[(pick.number.start, pick.number.end)][0]
        scale = _SCALES[sign_text]
        return _ratio_result(
            pick.number.value * scale,
            sign_text,
            "cell",
            pick.number.decimals,
            pick.factor,
            tuple(o * scale for o in pick.others),
            approximate=pick.number.approximate,
        )
    if signed or re.search(r"\d\s*[/:]\s*\d", folded):
        return None
    counted = [n for n in bare if count_unit(n.suffix) is None]
    pick = pick_number((bare_numbers(counted, folded, NOT_A_COUNT),))
    return None if pick is None else _bare_ratio(pick, units)
