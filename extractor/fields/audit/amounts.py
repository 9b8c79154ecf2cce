"""Amounts of statements as OCR leaves them: marks for commas, a stray mark that may hide a digit.

Statements print amounts in one way: groups of three digits and two decimals. What was read is put into
that way where only the marks between the digits differ (6:276.837.16); what does not fit it is kept as
read and is doubtful. No digit is ever added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Ceiling of an amount whose marks were repaired; below certainty until a sum vouches for it.
REPAIRED = 0.8
#: Ceiling where a stray mark before the number may be a digit, or where the groups do not fit.
BROKEN = 0.5

_SEPARATOR = r"[,，.．:：;；·'`´、]"
_GROUPED = re.compile(
    rf"(?P<before>[^\d(（\-－−—]*)(?P<sign>[(（\-－−—]?)\s?"
    rf"(?P<whole>\d{{1,3}}(?:{_SEPARATOR}\d{{3}})+|\d+)"
    rf"(?P<cents>{_SEPARATOR}\d{{1,2}})?(?P<close>[)）]?)(?P<after>\D*)"
)
_PLAIN = re.compile(
    r"[(（\-－−—]?\s?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d{1,2})?\s?[)）]?\s?(?:[百千]?万)?元?"
)
#: Blanks beside a mark or a bracket are no blanks between two numbers.
_GAP = re.compile(r"(?<=[,，.．(（¥￥-])\s+|\s+(?=[,，.．)）])")
_CURRENCY = re.compile(r"[\s¥￥]*(?:人民币|RMB)?\s*[¥￥]?\s*")


@dataclass(frozen=True, slots=True)
class AmountText:
    """``text`` for the value parser, and the most its confidence may be."""

    text: str
    ceiling: float = 1.0


def amount_text(text: str) -> AmountText:
    """The amount printed as ``text``: its digits untouched, its marks in order."""
    bare = _GAP.sub("", text.strip())
    if _PLAIN.fullmatch(bare):
        return AmountText(bare)
    found = _GROUPED.fullmatch(bare)
    if found is None:
        return AmountText(bare, BROKEN)
    whole = re.sub(r"\D", "", found["whole"])
    cents = found["cents"] or ""
    if found["sign"] in ("(", "（"):
        sign, close = "(", ")"
    else:
        sign, close = "-" if found["sign"] else "", ""
    text = f"{sign}{whole}{'.' + cents[1:] if cents else ''}{close}"
    if _CURRENCY.fullmatch(found["before"]) is None:
        return AmountText(text, BROKEN)
    as_printed = _PLAIN.fullmatch(bare[found.start("sign") : found.end("close")])
    return AmountText(text, 1.0 if as_printed and not found["after"].strip() else REPAIRED)
