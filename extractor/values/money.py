"""Amounts of money: 312.40万元, ¥3,123,980.15, 叁佰万元整, (1,200.00), 约3百万.

The value is a decimal string in 元. A unit in the text wins over the units of the context; where there
is no unit at all the amount is read as 元 with a low factor and says so in ``printed.assumed``. Amounts
in another currency give ``None``: they are no amount in 元.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.core.worksheet import Printed
from extractor.values.chinese import DIGITS, chinese_integer
from extractor.values.folding import fold_width, is_blank
from extractor.values.parsed import NO_CONTEXT, Parsed, UnitContext
from extractor.values.scan import UNSURE_BESIDE, Number, decimal_text, find_numbers

UNITS: dict[str, int] = {
    "元": 1,
    "千元": 10**3,
    "万元": 10**4,
    "百万元": 10**6,
    "亿元": 10**8,
}
"""Units of ``fields.yaml`` in 元; 十万元 and 千万元 are printed as 万元 with the decimals moved."""
NO_UNIT = 0.5
"""Factor of an amount without any unit nearby."""
TWO_AMOUNTS = 0.3
"""Factor where two or three different amounts stand in one text; the first is taken."""
MAX_AMOUNTS = 3

_UNIT_WORD = re.compile(r"(?<![美欧日港])((?:十|百|千|拾|佰|仟)?[万亿萬億]|千|仟|百万)?[元圆圓]")
_FOREIGN = re.compile(r"美元|美金|欧元|日元|港元|港币|英镑|USD|US\$|EUR|HKD|JPY|GBP|[$€£]")
_YUAN_AFTER = re.compile(r"(?:人民币|RMB|CNY)?\s*[元圆圓块]")
_YUAN_BEHIND = re.compile(r"\s*(?:人民币|RMB|CNY)?\s*[元圆圓块]")
_YUAN_BEFORE = re.compile(r"(?:¥|RMB|CNY|人民币)\s*[-−－(]?\s*$")
_OTHER_UNIT = re.compile(
    r"年|月|日|号|%|‰|成(?!本)|(?:人(?!民币)|[家户名位个项次台套份笔页岁件场期条款章节所间处支批门字楼室栋层届天])"
    r"|平方|亩|公顷|m2|m²|㎡|小时|点|时|秒"
)
_CAPITAL = re.compile(
    r"(?<![\d余多几零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億两])(?P<whole>[零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億两]{1,24})\s?[元圆圓园]"
    r"(?:(?P<jiao>[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖])\s*角)?"
    r"(?:零?(?P<fen>[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖])\s*分)?(?P<exact>\s*[整正])?"
)
_DIVIDED = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟]")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount found in a text, in 元, with its span in ``fold_width(text)``.

    ``unit`` is the unit as printed beside it (``万元``), ``None`` where the text names none.
    """

    yuan: Decimal
    start: int
    end: int
    unit: str | None
    decimals: int
    factor: float = 1.0
    others: tuple[Decimal, ...] = ()
    approximate: bool = False


def money_unit(words: str | None) -> str | None:
    """The money unit named in words such as ``单位：万元`` or ``（人民币千元）``; ``None`` if none is."""
    match = _UNIT_WORD.search(fold_width(words or ""))
    if match is None:
        return None
    scale = (match.group(1) or "").translate(str.maketrans("拾佰仟萬億", "十百千万亿"))
    return scale + "元" if scale + "元" in UNITS else None


def _printed_unit(magnitude: str, decimals: int) -> tuple[str, int]:
    """A unit of ``UNITS`` for the magnitude word beside a number, with the decimals in it."""
    if magnitude + "元" in UNITS:
        return magnitude + "元", decimals
    big = "亿元" if "亿" in magnitude else "万元" if "万" in magnitude else "元"
    places = {"十": 1, "百": 2, "千": 3, "万": 4}.get(magnitude[0], 0)
    return big, max(0, decimals - places)


def _capital_amounts(text: str) -> list[Amount]:
    """叁佰万元整, 壹拾元零伍分: the 元 part and the 角 and 分 behind it."""
    found = []
    for match in _CAPITAL.finditer(text):
        whole = chinese_integer(match["whole"])
        if whole is None:
            continue
        jiao, fen = match["jiao"], match["fen"]
        yuan = Decimal(whole)
        yuan += Decimal(DIGITS[jiao]) / 10 if jiao else 0
        yuan += Decimal(DIGITS[fen]) / 100 if fen else 0
        big = match["whole"][-1]
        exact = match["exact"] or jiao or fen or _DIVIDED.search(match["whole"])
        rounded = big in "万亿萬億" and not exact
        unit = ("亿元" if big in "亿億" else "万元") if rounded else "元"
        decimals = 2 if fen else 1 if jiao else 0
        found.append(Amount(yuan, match.start(), match.end(), unit, decimals))
    return found


def _names_money(number: Number) -> bool:
    """元 or ¥ stands beside the number; a bare 万 or 亿 counts too."""
    if _YUAN_AFTER.match(number.suffix):
        return True
    if _YUAN_BEFORE.search(number.prefix) or number.magnitude >= 10**4:
        return not _OTHER_UNIT.match(number.suffix)
    return False


def _negative_by_brackets(number: Number, text: str) -> bool:
    """Accountants' parentheses: nothing but signs and units stands outside the number."""
    if not number.bracketed:
        return False
    if len(text) > 60:
        return False
    outside = text[: number.start] + text[number.end :]
    return not re.sub(r"[\s()¥元万亿]|人民币|RMB|CNY", "", outside)


def _number_amounts(text: str, taken: list[Amount]) -> list[tuple[Amount, Number]]:
    found = []
    for number in find_numbers(text):
        if any(a.start < number.end and number.start < a.end for a in taken):
            continue
        if number.prefix.endswith("第"):
            continue
        unit, decimals = None, number.decimals
        if _names_money(number):
            unit, decimals = _printed_unit(number.magnitude_text, decimals)
        value, others, factor = number.value, number.others, number.factor
        if _negative_by_brackets(number, text):
            value, others = -value, tuple(-o for o in others)
        elif number.bracketed and unit is None and value > 0:
            others, factor = (*others, -value), factor * 0.8
        end = number.end
        after = _YUAN_BEHIND.match(text, end)
        if unit and after:
            end = after.end()
        amount = Amount(
            value,
            number.start,
            end,
            unit,
            decimals,
            factor * (TWO_AMOUNTS if number.in_range else 1.0),
            others,
            number.approximate or number.in_range,
        )
        found.append((amount, number))
    return found


def _with_dot_doubt(amount: Amount, number: Number, scale: int) -> Amount:
    """A full stop before three digits is a likely comma in 元, a normal place in 万元."""
    if not number.dot_group or scale >= 10**4:
        return amount
    joined = amount.yuan * 1000
    return replace(amount, factor=amount.factor * 0.6, others=(*amount.others, joined))


def find_amounts(text: str) -> tuple[Amount, ...]:
    """Every amount that names its unit itself, left to right: what prose is searched with."""
    folded = fold_width(text)
    capital = _capital_amounts(folded)
    rest = [
        _with_dot_doubt(a, n, UNITS.get(a.unit, 1))
        for a, n in _number_amounts(folded, capital)
        if a.unit and not _foreign(n)
    ]
    return tuple(sorted((*capital, *rest), key=lambda a: a.start))


def _foreign(number: Number) -> bool:
    return bool(_FOREIGN.match(number.suffix) or _FOREIGN.search(number.prefix[-4:]))


def _context_unit(folded: str, units: UnitContext) -> tuple[str, str] | None:
    for where, words in (("cell", folded), *units.in_order()):
        unit = money_unit(words)
        if unit is not None:
            return where, unit
    return None


def _bare_amounts(folded: str, units: UnitContext) -> tuple[list[Amount], str | None, str | None]:
    """Numbers without a unit of their own, in the unit of the context: amounts, unit, unit_from."""
    context = _context_unit(folded, units)
    scale = UNITS[context[1]] if context else 1
    amounts = []
    for amount, number in _number_amounts(folded, []):
        if number.chinese and folded.strip(" ¥:()") != folded[number.start : number.end]:
            continue
        if _OTHER_UNIT.match(number.suffix) or _foreign(number):
            continue
        amount = _with_dot_doubt(amount, number, scale)
        if number.torn:
            amount = replace(amount, factor=amount.factor * UNSURE_BESIDE)
        amounts.append(
            replace(
                amount,
                yuan=amount.yuan * scale,
                others=tuple(o * scale for o in amount.others),
            )
        )
    return amounts, context[1] if context else None, context[0] if context else None


def parse_money(text: str, units: UnitContext = NO_CONTEXT) -> Parsed | None:
    """One amount in 元, or ``None`` where the text holds none.

    Amounts with a unit of their own are preferred to bare numbers. The same amount twice (capital and
    Arabic) is one. Two or three different amounts: the first, with factor 0.3 and the others listed;
    more than that is running text and gives ``None``.
    """
    if is_blank(text):
        return None
    folded = fold_width(text)
    amounts = list(find_amounts(text))
    unit_from: str | None = "cell"
    unit: str | None = None
    assumed: tuple[str, ...] = ()
    if not amounts:
        amounts, unit, unit_from = _bare_amounts(folded, units)
        if not amounts:
            return None
        if unit is None:
            amounts = [replace(a, factor=a.factor * NO_UNIT) for a in amounts]
            unit, unit_from, assumed = "元", "default", ("单位未注明，按元计",)
    sure = [a for a in amounts if a.factor > 0.5] or amounts
    distinct = list(dict.fromkeys(a.yuan for a in sure))
    if len(distinct) > MAX_AMOUNTS:
        return None
    first = max((a for a in sure if a.yuan == distinct[0]), key=lambda a: a.factor)
    unsure = [a.yuan for a in amounts if a.yuan not in distinct]
    others = dict.fromkeys((*distinct[1:], *(o for a in sure for o in a.others), *unsure))
    others.pop(first.yuan, None)
    return Parsed(
        value=decimal_text(first.yuan),
        unit="元",
        printed=Printed(
            unit=first.unit or unit,
            unit_from=unit_from,
            decimals=first.decimals,
            approximate=first.approximate,
            assumed=assumed,
        ),
        factor=first.factor
        * (TWO_AMOUNTS if len(distinct) > 1 else 1.0)
        * (UNSURE_BESIDE if unsure else 1.0),
        alternatives=tuple(decimal_text(o) for o in others),
    )
