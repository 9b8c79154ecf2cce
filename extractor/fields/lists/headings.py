"""How well a printed heading fits a label that a list's column may stand under.

The end of a Chinese heading says what a thing is (联系人电话 is a telephone, not a 联系人), its beginning
only which one. So a label counts inside a longer heading where it stands at its end, or where what
follows says nothing new (a unit, 情况).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from extractor.core.text import fold_text
from extractor.values.traditional import to_simplified

#: A heading matches a label from this similarity on (0..100): one slip in six characters.
HEADING_SCORE = 82
#: Below this likeness (0..100) only a unit makes a text fit: the least alike that fits is a label of three
#: characters at the end of a heading of seven (60).
_NEAR = 55

_BRACKETS = re.compile(r"[（(\[【〔][^（()）\[\]【】〔〕]*[)）\]】〕]")
_UNITS = (
    "万元", "千元", "元", "家", "户", "人", "人次", "人家次", "次", "场", "%", "％", "台套", "套", "台",
    "年", "岁", "周岁", "平方米", "m2", "㎡", "分", "打√", "打√或填写分值", "填编号", "单位万元", "单位元",
)  # fmt: skip
_LONGEST_UNIT = max(len(unit) for unit in _UNITS)
_SAYS_NOTHING = (
    "情况",
    "简述",
    "简介",
    "概述",
    "说明",
    "一栏",
    "等",
    "名称",
    "及简介",
    "内容",
    "信息",
)
#: What turns a heading into its opposite or into another thing.
_TURNS = ("不", "非", "未", "无", "其他", "其它")


class Labels:
    """The labels of a list's columns, folded once, to be asked for many texts (each cell of a page is tried
    as a heading; hardly any is one)."""

    def __init__(self, labels: Iterable[str]) -> None:
        self._folded = [_folded(label) for label in labels]
        self._characters = frozenset("".join(self._folded))
        self._longest = max(map(len, self._folded), default=0)
        # A unit may be longer than the word before it: the two are not alike then.
        self._by_unit: dict[str, set[str]] = {}
        for label, unit in itertools.product(set(self._folded), _UNITS):
            self._by_unit.setdefault(label + unit, set()).add(label)
            if label.endswith(unit):
                self._by_unit.setdefault(label.removesuffix(unit), set()).add(label)

    def may_fit(self, text: str) -> frozenset[str]:
        """The folded labels that can fit a text; ``heading_score`` of every other one is too low."""
        near: set[str] = set()
        for spelling in {*_spellings(text)} - {""}:
            near |= self._by_unit.get(spelling, set())
            # A name or a number has too few characters of any label, a sentence too many of its own.
            shared = min(sum(c in self._characters for c in spelling), self._longest)
            if 200 * shared < _NEAR * (len(spelling) + shared):
                continue
            close = process.extract_iter(
                spelling, self._folded, scorer=fuzz.ratio, score_cutoff=_NEAR
            )
            near.update(label for label, _, _ in close)
        return frozenset(near)


def folded_label(label: str) -> str:
    """A label as ``Labels.may_fit`` names it."""
    return _folded(label)


@lru_cache(maxsize=1 << 14)
def heading_score(label: str, text: str) -> float:
    """How well a heading fits a label, 0..100.

    Units and remarks behind a heading (``资产总额（万元）``) cost little, another head word everything.
    """
    wanted, (whole, bare) = _folded(label), _spellings(text)
    if not wanted or not whole:
        return 0.0
    return max(_fit(wanted, whole), _fit(wanted, bare) if bare != whole else 0.0)


@lru_cache(maxsize=1 << 12)
def _folded(label: str) -> str:
    return fold_text(label)


@lru_cache(maxsize=1 << 12)
def _spellings(text: str) -> tuple[str, str]:
    """A heading folded, whole and without its brackets."""
    text = to_simplified(text)
    return fold_text(text), fold_text(_BRACKETS.sub("", text))


def _fit(wanted: str, text: str) -> float:
    if not text or len(text) > 2 * len(wanted) + _LONGEST_UNIT:
        return 0.0
    if wanted == text:
        return 100.0
    for unit in _UNITS:
        if text == wanted + unit or wanted == text + unit:
            return 99.0
    if any((turn in wanted) != (turn in text) for turn in _TURNS):
        return 0.0
    if len(wanted) >= 3 and text.endswith(wanted) and len(text) <= 2 * len(wanted) + 1:
        return 90.0 + 8.0 * len(wanted) / len(text)
    if len(wanted) >= 4 and text.startswith(wanted) and text[len(wanted) :] in _SAYS_NOTHING:
        return 90.0 + 8.0 * len(wanted) / len(text)
    if len(wanted) <= 2:
        return 0.0
    if len(text) >= 3 and wanted.startswith(text) and 4 * len(text) >= 3 * len(wanted):
        return 85.0  # cut off at its end
    score = fuzz.ratio(wanted, text)
    # One slip may hit the head word too, but a longer heading with another end is another thing.
    if len(text) != len(wanted) and text[-1] != wanted[-1]:
        return 0.0
    return score
