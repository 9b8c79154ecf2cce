"""Which of the numbers in a text is meant.

One number: that one. Two or three different ones: the first, factor 0.3, the others listed. More: none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.values.folding import is_han
from extractor.values.scan import UNSURE_BESIDE, Number

TWO_NUMBERS = 0.3
MAX_NUMBERS = 3
BESIDE_WORDS = 0.8
"""Factor of a bare number followed by a word that is no known unit."""

_NOISE_AROUND = " :,，。;；、()（）[]【】~≈=＝"


@dataclass(frozen=True, slots=True)
class Pick:
    """The chosen number, the factor of the choice and the other candidates."""

    number: Number
    factor: float
    others: tuple[Decimal, ...]


def pick_number(tiers: Iterable[Iterable[Number]]) -> Pick | None:
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
        return Pick(first, factor * (TWO_NUMBERS if doubt else 1.0), tuple(others))
    return None


def is_whole(number: Number, folded: str) -> bool:
    """Whether nothing but punctuation stands beside the number in the whole text."""
    if len(folded) > 60:
        return False
    outside = folded[: number.start] + folded[number.end :]
    return not outside.strip(_NOISE_AROUND)


def bare_numbers(numbers: Iterable[Number], folded: str, foreign: re.Pattern[str]) -> list[Number]:
    """Numbers without a unit; Chinese ones only where they are the whole text (统一, 一般)."""
    kept = []
    for number in numbers:
        if foreign.match(number.suffix):
            continue
        if number.chinese:
            if is_whole(number, folded):
                # a lone 一 is as often a dash that OCR took for a character
                lone = folded.strip(_NOISE_AROUND) == "一"
                kept.append(replace(number, factor=number.factor * (0.4 if lone else 1.0)))
            continue
        words = bool(number.suffix) and is_han(number.suffix[0]) and not number.approximate
        factor = number.factor * (BESIDE_WORDS if words else 1.0)
        kept.append(replace(number, factor=factor * (UNSURE_BESIDE if number.torn else 1.0)))
    return kept
