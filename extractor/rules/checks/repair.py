"""What a value may have been before one character of it was misread. Pure functions over text.

OCR slips change one character: a letter for a digit in a code, one digit for another that looks like
it, a lost decimal point, a point for a thousands comma, a lost sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

#: Characters of codes that print and scan alike (fields.yaml identifiers.uscc.confusions).
CONFUSED = ("0OQD", "1IL7", "2Z", "5S", "8B", "6G", "38", "56", "68", "08", "4A", "UV", "MN", "CG")

#: Digits that print and scan alike.
DIGITS_ALIKE = ("068", "17", "38", "56")

#: A lost decimal point stood at most this many places from the end of the number.
MOST_DECIMALS = 4


def _alike(character: str, groups: tuple[str, ...]) -> str:
    found = (c for group in groups if character in group for c in group if c != character)
    return "".join(dict.fromkeys(found))


def code_readings(code: str, is_right: Callable[[str], bool]) -> tuple[str, ...]:
    """Codes one confusable character away from ``code`` for which ``is_right`` holds."""
    found = [
        code[:i] + other + code[i + 1 :]
        for i, character in enumerate(code)
        for other in _alike(character, CONFUSED)
        if is_right(code[:i] + other + code[i + 1 :])
    ]
    return tuple(dict.fromkeys(found))


def number_readings(printed: str, *, any_digit: bool = False) -> Iterator[str]:
    """Numbers one character away from ``printed`` (digits, at most one point and a sign).

    One digit for another that looks like it (``any_digit``: for any other), the point dropped, a point
    where none stood, the sign lost or added. A number never begins with a nought before a digit.
    """
    for place, digit in enumerate(printed):
        if digit.isdigit():
            others = "0123456789".replace(digit, "") if any_digit else _alike(digit, DIGITS_ALIKE)
            for other in others:
                changed = printed[:place] + other + printed[place + 1 :]
                if not _begins_with_nought(changed):
                    yield changed
    if "." in printed:
        yield printed.replace(".", "")
    else:
        for places in range(1, min(MOST_DECIMALS, len(printed.lstrip("-")) - 1) + 1):
            yield f"{printed[:-places]}.{printed[-places:]}"
    yield printed[1:] if printed.startswith("-") else f"-{printed}"


def _begins_with_nought(number: str) -> bool:
    digits = number.lstrip("-")
    return len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()


def only_one(found: tuple[str, ...]) -> tuple[str, ...]:
    """The proposal where there is exactly one; two that would do equally well are no proposal."""
    return found if len(found) == 1 else ()
