"""Units of Chinese papers in English worksheets: ``899.42万元`` reads ``899.42 ×10,000 yuan``.

The figure stays the one on the paper; only its unit is told in other words (the words that
``config/english`` uses in sentences).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "元": " yuan",
    "千元": " thousand yuan",
    "万元": " ×10,000 yuan",
    "百万元": " million yuan",
    "亿元": " ×100 million yuan",
    "平方米": " m²",
    "家": " organisations",
    "户": " enterprises",
    "人": " persons",
    "名": " persons",
    "人次": " participants",
    "次": " times",
    "场": " events",
    "期": " sessions",
    "笔": " payments",
    "份": " papers",
    "项": " items",
    "件": " items",
    "个": "",
    "台": " sets",
    "套": " sets",
    "台（套）": " sets",
    "台套": " sets",
    "字": " characters",
    "页": " pages",
    "分": " points",
    "岁": " years of age",
    "年": " years",
    "个月": " months",
    "月": " months",
    "天": " days",
    "日": " days",
    "小时": " hours",
    "倍": " times",
    "星": " stars",
}
"""Chinese unit → what stands behind the figure in English, its space in front."""

_KEPT = {UNITS[unit]: unit for unit in ("元", "千元", "万元", "百万元", "亿元", "平方米")}
_TYPED = re.compile(
    r"(-?\d[\d,.]*)("
    + "|".join(re.escape(u) for u in sorted({*UNITS.values()} - {""}, key=len, reverse=True))
    + ")",
    re.ASCII,
)
_PRINTED = re.compile(
    r"(?<![\w.])(\d[\d,.]*)\s*("
    + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
    + ")",
    re.ASCII,
)


def in_english(printed: str) -> str:
    """A printed figure or threshold with its units in English: ``≥ 300万元`` → ``≥ 300 ×10,000 yuan``."""
    return _PRINTED.sub(lambda found: found[1] + UNITS[found[2]], printed)


def as_typed(text: str) -> str:
    """A figure of an English worksheet as the papers' parsers read it.

    Money and areas get their Chinese unit back; of a count the bare figure is left, which takes the
    unit of its field. Any other text comes back as it is.
    """
    found = _TYPED.fullmatch(text.strip())
    return text if found is None else found[1] + _KEPT.get(found[2], "")
