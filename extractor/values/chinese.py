"""Chinese numerals: 三百二十万, 叁佰万, 二〇一九, 3百万. Strict: doubtful spellings give ``None``."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **dict(zip("○壱貳參肆伍陸柒捌玖", range(10), strict=True)),
    "两": 2,
    "兩": 2,
    "弍": 2,
    "貮": 2,
    "叄": 3,
    "仨": 3,
}
SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
BIG_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
NUMERALS = frozenset(DIGITS) | frozenset(SMALL_UNITS) | frozenset(BIG_UNITS)
ZEROS = frozenset("零〇○")
MAX_LENGTH = 24
"""Longer runs of numerals are no number a paper would print."""


def _section(text: str) -> int | None:
    """A number below 10,000: 三百二十, 拾, 一千零五. ``None`` where a digit has no place of its own.

    二百五 is refused: it may stand for 250 or be a slip of 二百零五.
    """
    if not text:
        return None
    total, digit, last, gap = 0, None, 10**4, False
    for ch in text:
        if ch in ZEROS:
            if digit is not None:
                return None
            gap = True
        elif ch in DIGITS:
            if digit is not None:
                return None
            digit = DIGITS[ch]
        else:
            unit = SMALL_UNITS.get(ch)
            if unit is None or unit >= last:
                return None
            if digit is None:
                if unit != 10 or total:  # only 十 may stand without its 一, and only in front
                    return None
                digit = 1
            total += digit * unit
            digit, last, gap = None, unit, False
    if digit is not None:
        if total and last != 10 and not gap:
            return None
        total += digit
    elif gap:
        return 0 if len(text) == 1 else None
    return total


def _positional(text: str) -> int | None:
    """二〇一九 → 2019. Three digits at least: 三五家 means three to five."""
    if len(text) < 3 or not all(ch in DIGITS for ch in text):
        return None
    return int("".join(str(DIGITS[ch]) for ch in text))


def chinese_integer(text: str) -> int | None:
    """The whole number written in Chinese numerals; ``None`` where the spelling is not a clear one.

    Accepts simple and capital characters, digit by digit spelling, and 亿/万 in falling order.
    """
    if not 0 < len(text) <= MAX_LENGTH or any(ch not in NUMERALS for ch in text):
        return None
    if all(ch in DIGITS for ch in text) and len(text) > 1:
        return _positional(text)
    total = 0
    rest = text
    for unit, names in ((10**8, "亿億"), (10**4, "万萬")):
        at = max(rest.rfind(name) for name in names)
        if at >= 0:
            head = rest[:at]
            # 一万亿 is ten thousand times 亿; the head may then hold 万 itself
            high = chinese_integer(head) if unit == 10**8 else _section(_strip_zero(head))
            if not high:
                return None
            total += high * unit
            rest = rest[at + 1 :]
    if rest:
        if total and rest in ZEROS:
            return None
        low = _section(_strip_zero(rest) if total else rest)
        if low is None:
            return None
        if total and rest[0] not in ZEROS and low < 10:
            return None  # 三万五: 35,000 in speech, 30,005 by the letter
        total += low
    return total


def _strip_zero(text: str) -> str:
    return text[1:] if len(text) > 1 and text[0] in ZEROS else text


def chinese_decimal(text: str) -> Decimal | None:
    """Like ``chinese_integer`` with 点: 八十五点六 → 85.6."""
    whole, dot, fraction = text.partition("点")
    head = chinese_integer(whole)
    if head is None or not dot:
        return None if head is None else Decimal(head)
    if not 0 < len(fraction) <= MAX_LENGTH or any(ch not in DIGITS for ch in fraction):
        return None
    return Decimal(f"{head}." + "".join(str(DIGITS[ch]) for ch in fraction))


_SIMPLE = ("零一二三四五六七八九", ("", "十", "百", "千"), ("", "万", "亿"))
_CAPITAL = ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿"))


def to_chinese(number: int, *, capital: bool = False) -> str:
    """The usual spelling of ``number`` (0 to below 10**12).

    Raises:
        ValueError: outside that range.
    """
    if not 0 <= number < 10**12:
        raise ValueError(f"cannot spell {number}")
    digits, small, big = _CAPITAL if capital else _SIMPLE
    if number == 0:
        return digits[0]
    out = ""
    for group in (2, 1, 0):
        section = number // 10 ** (4 * group) % 10**4
        if not section:
            continue
        part, gap = "", False
        for place in (3, 2, 1, 0):
            d = section // 10**place % 10
            if d:
                part += (digits[0] if gap else "") + digits[d] + small[place]
                gap = False
            elif part or out:
                gap = True
        out += part + big[group]
    return out
