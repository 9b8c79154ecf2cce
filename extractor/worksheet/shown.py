"""Canonical values as people read them: 万元, %, 年月日, 是/否; exact, never rounded into a lie.

The worksheet holds canonical values (元, fractions, ISO dates). People compare with the paper, so
money is shown in the unit that was printed there, ratios as per cent with two decimals more than
printed (GLOSSARY, unit rule 5), dates at their own precision. A value nobody read is "—".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from extractor.core.worksheet import Fact, Printed, Value
from extractor.worksheet.naming import Naming
from extractor.worksheet.wording import Words

MONEY_UNITS = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
RATIO_UNITS = frozenset({"%", "％", "‰", "成", "ratio"})
_DATE_KINDS = frozenset({"date", "date_range", "year"})
_NUMBER_KINDS = frozenset(
    {"money", "ratio", "count", "area", "score", "number", "quantity_with_unit"}
)
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
# Excel keeps 15 significant digits; a longer number is shown as text rather than altered.
_EXCEL_DIGITS = 15
_MOST_DECIMALS = 5  # of a figure that would else look like a whole one; beyond, words say so
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Shown:
    """A value for people.

    Attributes:
        text: the words or figure with its unit.
        number: the same as a number in the shown unit (a ratio stays a fraction), for sorting and
            sums in a spreadsheet; ``None`` where it is not a number or would lose digits.
        number_format: Excel number format that prints ``number`` like ``text`` (a ratio with two
            decimals at least).
    """

    text: str
    number: Decimal | None = None
    number_format: str = "General"


def to_decimal(value: Value | None) -> Decimal | None:
    """A canonical number as ``Decimal``; ``None`` for anything else."""
    if value is None or isinstance(value, bool | tuple):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _decimals_of(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _quantized(number: Decimal, decimals: int) -> Decimal:
    """``number`` with ``decimals``, more where rounding would make it look like a whole number.

    79.996 with two decimals would read 80.00: rounded onto a threshold it does not reach. What even
    ``_MOST_DECIMALS`` do not tell apart comes back whole (``_beside_whole`` says it in words).
    """
    rounded = number
    for places in range(decimals, max(decimals, _MOST_DECIMALS) + 1):
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        if rounded == number or rounded != rounded.to_integral_value():
            return rounded
    return rounded


def _beside_whole(number: Decimal, shown: Decimal, words: Words) -> str:
    """略低于 or 略高于, where the digits shown are those of a whole number that it is not."""
    if shown == number or shown != shown.to_integral_value():
        return ""
    return words("value.under" if number < shown else "value.over")


def _number(number: Decimal, decimals: int, unit: str, words: Words) -> Shown:
    suffix = words.unit(unit)
    shown = _quantized(number, decimals)
    beside = _beside_whole(number, shown, words)
    places = decimals if beside else max(_decimals_of(shown), decimals)
    # A year is no quantity: 2015年, never 2,015年, and in English a bare 2015.
    is_year = unit == "年"
    if is_year and not words.chinese and number >= _FIRST_YEAR:
        suffix = ""
    text = f"{shown:.{places}f}" if is_year else f"{shown:,.{places}f}"
    decimal_part = "." + "0" * places if places else ""
    quoted = f'"{suffix}"' if suffix else ""
    exact = shown == number and len(number.normalize().as_tuple().digits) <= _EXCEL_DIGITS
    digits = "0" if is_year else "#,##0"
    return Shown(
        beside + text + suffix, number if exact else None, f"{digits}{decimal_part}{quoted}"
    )


def show_money(amount: Decimal, unit: str, decimals: int | None, words: Words) -> Shown:
    """``amount`` (元) in ``unit``; at least the printed decimals, all that the amount has."""
    unit = unit if unit in MONEY_UNITS else "元"
    in_unit = amount / MONEY_UNITS[unit]
    least = (2 if unit == "元" else 0) if decimals is None else decimals
    needed = min(_decimals_of(in_unit), 6)  # 1 分 is six decimals of 万元
    return _number(in_unit, max(least, needed), unit, words)


def show_ratio(fraction: Decimal, printed_decimals: int | None, words: Words) -> Shown:
    """``fraction`` (1 = 100%) in per cent with up to two decimals more than printed, no idle zeros.

    ``96.0`` on the paper reads 96.0%, its exact 95.9677… beside it 95.968%, and a whole 90 is 90%.
    """
    least = printed_decimals or 0
    percent = _quantized(fraction * 100, least + 2)
    places = max(_decimals_of(percent), least)
    exact = len(fraction.normalize().as_tuple().digits) <= _EXCEL_DIGITS
    beside = _beside_whole(fraction * 100, percent, words)
    # Two decimals at least in a cell: a typed 92.5% must not be shown as 93%.
    number_format = f"#,##0.{'0' * max(places, 2)}%"
    number = fraction if exact and not beside else None
    return Shown(f"{beside}{percent:,.{places}f}%", number, number_format)


def _shown_day(iso: str, words: Words) -> str:
    match = _ISO_DATE.fullmatch(iso)
    if match is None:
        return iso
    year, month, day = match.groups()
    if not words.chinese:
        return iso
    text = f"{year}年"
    if month:
        text += f"{int(month)}月"
    if day:
        text += f"{int(day)}日"
    return text


def show_date(iso: str, words: Words) -> str:
    """An ISO date or range at its own precision; an open end is said in words."""
    start, slash, end = iso.partition("/")
    if not slash:
        return _shown_day(iso, words)
    first = words("date.open_start") if start == ".." else _shown_day(start, words)
    last = words("date.open_end") if end == ".." else _shown_day(end, words)
    return words("date.range").format(start=first, end=last)


def _kind_of(field_id: str, value: Value, unit: str | None, naming: Naming) -> str:
    kind = naming.kinds.get(field_id)
    if kind is not None:
        return kind
    if unit in MONEY_UNITS:
        return "money"
    if unit in RATIO_UNITS:
        return "ratio"
    if isinstance(value, int) and not isinstance(value, bool):
        return "count"
    # A condition's "5.92" with the unit 年 is a figure; a code without a unit is text.
    return "count" if unit and to_decimal(value) is not None else "text"


def show_value(
    value: Value | None,
    words: Words,
    naming: Naming,
    *,
    field_id: str = "",
    unit: str | None = None,
    printed: Printed | None = None,
) -> Shown:
    """A canonical value for people. ``field_id`` tells kind and enum; ``unit`` is the fallback.

    ``unit`` is the unit of the value's condition or field (元, %, 户); ``printed`` says what stood on
    the paper and wins.
    """
    if value is None or value == "" or value == ():
        return Shown(words("value.none"))
    if isinstance(value, bool):
        return Shown(words("value.yes" if value else "value.no"))
    if isinstance(value, tuple):
        parts = [show_value(v, words, naming, field_id=field_id).text for v in value]
        return Shown(words("list.separator").join(parts))
    kind = _kind_of(field_id, value, unit, naming)
    number = to_decimal(value)
    shown_unit = (printed.unit if printed else None) or unit or ""
    decimals = printed.decimals if printed else None
    if kind == "ratio" and decimals is not None and printed is not None and printed.unit is None:
        decimals = max(0, decimals - 2)  # printed as a fraction: 0.85 has no decimals in per cent
    about = words("value.about") if printed is not None and printed.approximate else ""
    if kind in _DATE_KINDS:
        return Shown(about + show_date(str(value), words))
    if number is not None and (kind in _NUMBER_KINDS or isinstance(value, int)):
        shown = _shown_number(number, kind, shown_unit, decimals, words)
        if about:
            return Shown(about + shown.text)
        return shown
    return Shown(naming.enum_word(field_id, str(value)) or str(value))


def _shown_number(
    number: Decimal, kind: str, unit: str, decimals: int | None, words: Words
) -> Shown:
    if kind == "money":
        return show_money(number, unit, decimals, words)
    if kind == "ratio":
        return show_ratio(number, decimals, words)
    if kind == "area":
        unit = "平方米"  # canonical: the figure was converted, whatever unit was printed
    if kind in ("area", "count"):
        decimals = None  # 1.386 printed for 1,386: what looked like decimals were thousands
    return _number(number, max(decimals or 0, min(_decimals_of(number), 6)), unit, words)


def show_fact(fact: Fact, words: Words, naming: Naming) -> Shown:
    """A fact's value as people read it on the paper."""
    return show_value(
        fact.value,
        words,
        naming,
        field_id=fact.field,
        unit=fact.unit,
        printed=fact.printed,
    )


def show_canonical(value: Value | None, unit: str | None, words: Words) -> str:
    """The value as the contract stores it, with its unit: what a program would see."""
    if value is None:
        return words("value.none")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value} {unit}" if unit else str(value)
