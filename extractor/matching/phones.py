"""Are two phone numbers one line."""

from __future__ import annotations

import re

from extractor.matching.verdict import Match, Sameness
from extractor.values.contacts import find_phones
from extractor.values.folding import fold_width


def _split(phone: str) -> tuple[str, str, str]:
    """Area code, local number, extension of a canonical number."""
    if re.fullmatch(r"1[3-9]\d{9}", phone) or re.match(r"[48]00-", phone):
        return "", phone, ""
    parts = phone.split("-")
    area = parts.pop(0) if parts[0].startswith("0") else ""
    return area, parts[0], parts[1] if len(parts) > 1 else ""


def _compare_two(a: str, b: str) -> Match:
    if a == b:
        return Match(Sameness.SAME, 1.0, "号码一致", "equal numbers")
    (area_a, local_a, extension_a), (area_b, local_b, extension_b) = _split(a), _split(b)
    if local_a == local_b and (area_a == area_b or not area_a or not area_b):
        if extension_a != extension_b:
            return Match(
                Sameness.LIKELY, 0.8, "总机相同，分机不同", "same line, different extensions"
            )
        return Match(
            Sameness.SAME, 0.95, "仅区号写法不同", "only the area code is written differently"
        )
    if len(local_a) == len(local_b) >= 7 and area_a == area_b:
        wrong = sum(x != y for x, y in zip(local_a, local_b, strict=True))
        if wrong == 1:
            return Match(
                Sameness.LIKELY,
                0.6,
                "有一位不同，可能是识别错误",
                "one digit differs, perhaps misread",
            )
    return Match(Sameness.DIFFERENT, 0.0, "号码不同", "different numbers")


def _masked_fit(masked: str, phone: str) -> bool:
    shown = re.sub(r"[^\d*]", "", fold_width(masked).replace("x", "*").replace("X", "*"))
    digits = re.sub(r"\D", "", phone)
    return (
        "*" in shown
        and len(shown) == len(digits)
        and sum(c != "*" for c in shown) >= 5
        and all(a in ("*", b) for a, b in zip(shown, digits, strict=True))
    )


def compare_phones(a: str, b: str) -> Match:
    """The best verdict over all numbers in the two texts; no number is different from everything."""
    left, right = find_phones(a), find_phones(b)
    if not left or not right:
        if any(_masked_fit(a, p) for p in right) or any(_masked_fit(b, p) for p in left):
            return Match(
                Sameness.LIKELY, 0.6, "号码已脱敏，可见部分一致", "masked; what is visible agrees"
            )
        return Match(Sameness.DIFFERENT, 0.0, "号码缺失", "a number is missing")
    return max((_compare_two(x, y) for x in left for y in right), key=lambda m: m.score)
