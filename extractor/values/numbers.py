"""Counts, ratios, areas, years and plain numbers.

All prefer a number that stands beside a unit of their own kind to a bare one, and never take a number
whose unit says that it is something else (``近3年`` is no count of persons). One number in the text:
that one. Two or three different ones: the first, factor 0.3, the others listed. More: ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.core.worksheet import Printed
from extractor.values.chinese import DIGITS, chinese_decimal
from extractor.values.folding import fold_width, is_blank, is_han
from extractor.values.parsed import NO_CONTEXT, Parsed, UnitContext
from extractor.values.scan import UNSURE_BESIDE, Number, decimal_text, find_numbers

TWO_NUMBERS = 0.3
MAX_NUMBERS = 3
BESIDE_WORDS = 0.8
"""Factor of a bare number followed by a word that is no known unit."""

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

_NOT_A_COUNT = re.compile(
    r"(?:人民币)?[元圆角]|年|月|日|号|%|‰|平方|亩|公顷|m2|m²|㎡|米|公里|楼|室|栋|层|届|[:/.]\d"
)
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
_PERCENT = re.compile(r"%|‰|℅|[°o0O]\s?/\s?[oO0](?![\d])|百分点|成(?![本立员交果效功长就熟])")
_HUNDRED_PARTS = re.compile(r"(百|千)分之\s*([零〇一二三四五六七八九十百点\d.]+)")
_NOISE_AROUND = " :,，。;；、()（）[]【】~≈=＝"


@dataclass(frozen=True, slots=True)
class _Pick:
    """The chosen number, the factor of the choice and the other candidates."""

    number: Number
    factor: float
    others: tuple[Decimal, ...]


def _pick(tiers: Iterable[Iterable[Number]]) -> _Pick | None:
    """The number of the first tier that has any; see the module docstring for several."""
    for tier in tiers:
        numbers = [n for n in tier if not n.prefix.endswith("第")]
        if not numbers:
            continue
        sure = [n for n in numbers if n.factor > 0.5] or numbers
        distinct = list(dict.fromkeys(n.value for n in sure))
        if len(distinct) > MAX_NUMBERS:
            return None
        first = max((n for n in sure if n.value == distinct[0]), key=lambda n: n.factor)
        unsure = [n.value for n in numbers if n.value not in distinct]
        others = dict.fromkeys((*distinct[1:], *(o for n in sure for o in n.others), *unsure))
        others.pop(first.value, None)
        doubt = len(distinct) > 1 or first.in_range
        if first.in_range:
            first = replace(first, approximate=True)
        factor = first.factor * (UNSURE_BESIDE if unsure else 1.0)
        return _Pick(first, factor * (TWO_NUMBERS if doubt else 1.0), tuple(others))
    return None


def _is_whole(number: Number, folded: str) -> bool:
    if len(folded) > 60:
        return False
    outside = folded[: number.start] + folded[number.end :]
    return not outside.strip(_NOISE_AROUND)


def _bare(numbers: Iterable[Number], folded: str, foreign: re.Pattern[str]) -> list[Number]:
    """Numbers without a unit; Chinese ones only where they are the whole text (统一, 一般)."""
    kept = []
    for number in numbers:
        if foreign.match(number.suffix):
            continue
        if number.chinese:
            if _is_whole(number, folded):
                # a lone 一 is as often a dash that OCR took for a character
                lone = folded.strip(_NOISE_AROUND) == "一"
                kept.append(replace(number, factor=number.factor * (0.4 if lone else 1.0)))
            continue
        words = bool(number.suffix) and is_han(number.suffix[0]) and not number.approximate
        factor = number.factor * (BESIDE_WORDS if words else 1.0)
        kept.append(replace(number, factor=factor * (UNSURE_BESIDE if number.torn else 1.0)))
    return kept


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
    pick = _pick((own, [n for _, n in by_unit], _bare(loose, folded, _NOT_A_COUNT)))
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


def _bare_ratio(pick: _Pick, units: UnitContext) -> Parsed:
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
    pick = _pick((signed,))
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
    pick = _pick((_bare(counted, folded, _NOT_A_COUNT),))
    return None if pick is None else _bare_ratio(pick, units)


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
    pick = _pick((with_unit,))
    unit_from: str | None = "cell"
    assumed: tuple[str, ...] = ()
    if pick is not None:
        unit, scale = _area_unit(pick.number.suffix) or ("平方米", Decimal(1))
    elif with_unit:
        return None
    else:
        pick = _pick((_bare(loose, folded, _NOT_A_COUNT),))
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


def parse_number(text: str, units: UnitContext = NO_CONTEXT) -> Parsed | None:
    """A number of any kind as decimal text; no unit is read (kinds ``number`` and ``score``)."""
    if is_blank(text):
        return None
    folded = fold_width(text)
    numbers = find_numbers(folded)
    arabic = [n for n in numbers if not n.chinese]
    whole = [n for n in numbers if n.chinese and _is_whole(n, folded)]
    pick = _pick((arabic, whole))
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
