"""Are two printed names one person. Namesakes exist: ``SAME`` says the names are equal, no more."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from extractor.matching.verdict import Match, Sameness
from extractor.values.folding import fold_width, is_han
from extractor.values.names import name_norm

_MASKED = re.compile(r"[*xX×某]")


def _mask_fits(masked: str, name: str) -> bool:
    """张*明, 张某某: the visible characters agree in their places."""
    shown = re.sub(r"\s", "", fold_width(masked))
    if not _MASKED.search(shown) or len(shown) != len(name):
        return False
    pairs = list(zip(shown, name, strict=True))
    visible = [(a, b) for a, b in pairs if not _MASKED.fullmatch(a)]
    return bool(visible) and all(a == b for a, b in visible)


def compare_people(a: str, b: str) -> Match:
    """Whether two names are one; one differing character of a Chinese name is ``LIKELY``."""
    left, right = name_norm(a), name_norm(b)
    if not left or not right:
        return Match(Sameness.DIFFERENT, 0.0, "姓名缺失", "a name is missing")
    if _mask_fits(a, right) or _mask_fits(b, left):
        return Match(
            Sameness.LIKELY, 0.6, "姓名已脱敏，可见部分一致", "masked; what is visible agrees"
        )
    if left == right:
        return Match(Sameness.SAME, 1.0, "姓名一致", "equal names")
    distance = Levenshtein.distance(left, right)
    longest = max(len(left), len(right))
    score = 1 - distance / longest
    if distance == 1 and (longest >= 3 or (len(left) == len(right) and left[0] == right[0])):
        return Match(
            Sameness.LIKELY,
            score,
            "有一字不同，可能是识别错误",
            "one character differs, perhaps misread",
        )
    latin = not any(is_han(c) for c in left + right)
    if latin and sorted(fold_width(a).upper().split()) == sorted(fold_width(b).upper().split()):
        return Match(Sameness.LIKELY, 0.9, "姓名次序不同", "the same words in another order")
    if longest > 5 and score >= 0.8:
        return Match(
            Sameness.LIKELY,
            score,
            "个别字不同，可能是译写或识别差异",
            "few characters differ: another transcription or a misreading",
        )
    return Match(Sameness.DIFFERENT, min(score, 0.5), "姓名不同", "different names")
