"""Single-character repairs that would make a failed check pass. Offered to the reviewer, never applied.

OCR slips change one character: a letter for a digit in a code, one digit for another in an amount, a
lost decimal point. A repair is listed only where exactly one character changes and the check then holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

#: Characters that print and scan alike (fields.yaml identifiers.uscc.confusions and common digit slips).
CONFUSED = ("0OQD", "1IL7", "2Z", "5S", "8B", "6G", "38", "56", "68", "08", "4A", "UV", "MN", "CG")

MOST = 3
"""How many repairs are listed at most: more than that help nobody."""


def _alike(character: str) -> str:
    return "".join(
        dict.fromkeys(
            c for group in CONFUSED if character in group for c in group if c != character
        )
    )


def code_repairs(code: str, is_right: Callable[[str], bool]) -> tuple[str, ...]:
    """Codes one confusable character away from ``code`` for which ``is_right`` holds."""
    found = [
        code[:i] + other + code[i + 1 :]
        for i, character in enumerate(code)
        for other in _alike(character)
        if is_right(code[:i] + other + code[i + 1 :])
    ]
    return tuple(dict.fromkeys(found))[:MOST]


def _digits(value: Decimal, decimals: int) -> str:
    return f"{value:.{decimals}f}"


def is_one_character_apart(a: Decimal, b: Decimal, decimals: int) -> bool:
    """Whether ``a`` and ``b``, both printed with ``decimals`` places, differ in one character.

    One digit for another, or a decimal point that stands ``decimals`` places off (``312450`` for
    ``3124.50``), or a lost or added sign.
    """
    if a == b:
        return False
    if a == -b or (decimals and (a == b.scaleb(decimals) or b == a.scaleb(decimals))):
        return True
    left, right = _digits(a, decimals), _digits(b, decimals)
    return len(left) == len(right) and sum(x != y for x, y in zip(left, right, strict=True)) == 1


def amount_repairs(
    candidates: Iterable[tuple[str, Decimal, Decimal, int]],
) -> tuple[str, ...]:
    """Texts ``label 旧值 → 新值`` for the candidates that are one character from what is needed.

    Args:
        candidates: label, value as read, value that would make the check hold (both in the printed
            unit), printed decimals.
    """
    found = [
        f"{label} {_digits(read, decimals)} → {_digits(needed, decimals)}"
        for label, read, needed, decimals in candidates
        if is_one_character_apart(read, needed, decimals)
    ]
    return tuple(dict.fromkeys(found))[:MOST]
