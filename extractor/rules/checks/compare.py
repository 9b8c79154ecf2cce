"""Comparisons that all checks share: tolerances by what was printed, names, codes, similarity.

Pure functions over canonical values (money in 元, ratios 0..1, areas in 平方米). The tolerances are
those at the head of the catalogue: ``exact``, ``printed``, ``ratio_printed``, ``name_norm``, ``fuzzy``.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from extractor.core.worksheet import Fact
from extractor.values.names import name_norm

ZERO = Decimal(0)
HALF = Decimal("0.5")

#: What one printed unit is worth in the canonical unit (元, 平方米, 1). Units not here count 1.
UNIT_FACTORS = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10000),
    "百万元": Decimal(1000000),
    "亿元": Decimal(100000000),
    "%": Decimal("0.01"),
    "％": Decimal("0.01"),
    "‰": Decimal("0.001"),
    "成": Decimal("0.1"),
    "亩": Decimal("666.6667"),
    "公顷": Decimal(10000),
}

#: The 0.05 percentage points that ``ratio_printed`` adds to half a printed unit.
RATIO_SLACK = Decimal("0.0005")

#: Endings of an audit report's addressee that are not part of the name.
ADDRESSEES = ("全体股东", "全体合伙人", "全体出资人", "股东会", "董事会", "理事会", "管理层")

#: Letters a USCC never holds and the digits they are taken for (GB 32100: no I O Z S V).
CODE_FOLDS = str.maketrans({"I": "1", "O": "0", "Z": "2", "S": "5"})


def unit_factor(unit: str | None) -> Decimal:
    """What one printed ``unit`` is worth in the canonical unit; 1 where none was printed."""
    return UNIT_FACTORS.get(unit or "", Decimal(1))


def half_printed_unit(fact: Fact, value: Decimal) -> Decimal:
    """Half a unit in the last printed place of ``fact``, in canonical units.

    Where the number of printed decimals is unknown, the places that ``value`` needs in the printed
    unit are taken: never coarser than what must have been printed.
    """
    factor = unit_factor(fact.printed.unit)
    decimals = fact.printed.decimals
    if decimals is None:
        exponent = (value / factor).normalize().as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return HALF * factor.scaleb(-decimals)


def printed_tolerance(*pairs: tuple[Fact, Decimal]) -> Decimal:
    """Half a unit in the last printed place of the coarsest of the values."""
    return max((half_printed_unit(fact, value) for fact, value in pairs), default=ZERO)


def ratio_tolerance(fact: Fact, value: Decimal) -> Decimal:
    """``ratio_printed``: half a unit in the last printed place of the ratio plus 0.05 points."""
    return half_printed_unit(fact, value) + RATIO_SLACK


def is_within(a: Decimal, b: Decimal, tolerance: Decimal) -> bool:
    """Whether the two differ by no more than ``tolerance``."""
    return abs(a - b) <= tolerance


def relative_difference(a: Decimal, b: Decimal) -> Decimal | None:
    """``|a - b|`` over the larger magnitude; ``None`` where both are zero."""
    base = max(abs(a), abs(b))
    return None if base == 0 else abs(a - b) / base


def without_addressee(name: str) -> str:
    """An audit report's addressee without ``全体股东`` and its like at the end."""
    out = name.strip().rstrip("：:，,。 ")
    for ending in ADDRESSEES:
        if out.endswith(ending) and len(out) > len(ending):
            return out.removesuffix(ending).rstrip("：:，,、 ")
    return out


def similarity(a: str, b: str) -> Decimal:
    """Normalised edit similarity of two names, 0..1, four places."""
    score = Levenshtein.normalized_similarity(name_norm(a), name_norm(b))
    return Decimal(str(round(score, 4)))


def differing_characters(a: str, b: str) -> int:
    """Edit distance of two normalised names."""
    return int(Levenshtein.distance(name_norm(a), name_norm(b)))


def code_fold(code: str) -> str:
    """A code in capitals, without blanks, letters that look like digits folded to those."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code)).upper().translate(CODE_FOLDS)
