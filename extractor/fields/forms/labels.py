"""Finding printed labels in text, whatever the paper's layout.

A label is looked for in the folded spelling (no blanks, no punctuation, half width), first exactly, then
with characters taken for their look-alikes, then with a few wrong characters, so that ``注册曰期:`` and
``注 册 日 期`` are both 注册日期. Where two labels claim the same characters the longer one wins; that is
why every label that can bound a value should be known, also those whose value nobody wants.

A label written ``~…`` is a regular expression over the folded text, for wordings that vary in several
places at once (``大专及以上学历或中级以上职称的专业人员``). It is searched first and counts as exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.core.text import fold_text
from extractor.fields.runs import TextRun, fold

#: What a label that is a regular expression begins with.
PATTERN = "~"
#: Shortest label that may match with errors: shorter ones would match by chance.
FUZZY_FROM = 4
#: Share of a label's characters that may differ (one in five: 统－社会信用代码 for 统一社会信用代码).
FUZZY_SHARE = 0.2
#: Shortest label that may match by look-alikes only, and how sure such a match is.
ALIKE_FROM, ALIKE_SCORE = 3, 0.97
#: Characters OCR takes for one another in labels; each is folded to the one labels are written with.
_ALIKE = str.maketrans("曰目未入木巳已贝1i|0", "日日末人本己己见lllo")
#: 一 inside a word is often read as a dash, which folding would drop.
_DASHED_ONE = re.compile(r"(?<=[\u4e00-\u9fa5])[-—－–─](?=[\u4e00-\u9fa5])")


@dataclass(frozen=True, slots=True)
class Label:
    """A label's owner (usually a field id) and its spellings as printed."""

    owner: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelHit:
    """Where a label stands in a run: ``run.text[start:end]``; ``score`` 0..1 (1 = exact)."""

    owner: str
    spelling: str
    start: int
    end: int
    score: float


class LabelIndex:
    """Labels prepared once for searching many runs."""

    def __init__(self, labels: Iterable[Label]) -> None:
        entries: dict[tuple[str, str], str] = {}
        self._patterns: list[tuple[re.Pattern[str], str, str]] = []
        for label in labels:
            for spelling in label.spellings:
                if spelling.startswith(PATTERN):
                    self._patterns.append(
                        (re.compile(spelling[len(PATTERN) :]), label.owner, spelling)
                    )
                    continue
                folded = fold_text(spelling)
                if folded:
                    entries.setdefault((folded, label.owner), spelling)
        #: (folded spelling, owner, spelling), longest first
        self._entries = sorted(
            ((folded, owner, spelling) for (folded, owner), spelling in entries.items()),
            key=lambda e: (-len(e[0]), e[0], e[1]),
        )

    def begun_by(self, character: str) -> tuple[tuple[str, str], ...]:
        """(owner, spelling) of the two-character labels that begin with this character."""
        return tuple(
            (owner, spelling)
            for folded, owner, spelling in self._entries
            if len(folded) == 2 and folded[0] == character
        )

    def ended_by(self, character: str) -> tuple[tuple[str, str], ...]:
        """(owner, spelling) of the two-character labels that end with this character."""
        return tuple(
            (owner, spelling)
            for folded, owner, spelling in self._entries
            if len(folded) == 2 and folded[1] == character
        )

    def find(self, run: TextRun) -> tuple[LabelHit, ...]:
        """All labels of the run, left to right, none overlapping (owners may share a spelling)."""
        return self.find_in(run.text)

    def find_in(self, text: str) -> tuple[LabelHit, ...]:
        """The same for a plain string."""
        repaired = _DASHED_ONE.sub("一", text)
        folded = fold(repaired)
        if not folded.text:
            return ()
        hits: list[LabelHit] = []
        taken: list[tuple[int, int, str]] = []
        for pattern, owner, spelling in self._patterns:
            for found in pattern.finditer(folded.text):
                taken.append((*found.span(), owner))
                hits.append(LabelHit(owner, spelling, *folded.span(*found.span()), 1.0))
        for search in (_exact, _alike, _near):
            for needle, owner, spelling in self._entries:
                for start, end, score in search(folded.text, needle):
                    clash = [t for t in taken if start < t[1] and t[0] < end]
                    if any((t[0], t[1]) != (start, end) or t[2] == owner for t in clash):
                        continue
                    taken.append((start, end, owner))
                    a, b = folded.span(start, end)
                    if text[a:b] != repaired[a:b]:
                        score = min(score, ALIKE_SCORE)
                    hits.append(LabelHit(owner, spelling, a, b, score))
        return tuple(sorted(hits, key=lambda h: (h.start, h.end, h.owner)))


def _exact(text: str, needle: str) -> list[tuple[int, int, float]]:
    """All exact places of ``needle``."""
    places, at = [], text.find(needle)
    while at >= 0:
        places.append((at, at + len(needle), 1.0))
        at = text.find(needle, at + 1)
    return places


def _alike(text: str, needle: str) -> list[tuple[int, int, float]]:
    """The places where only look-alikes differ: one slip is too much for ``_near`` in a short label."""
    if len(needle) < ALIKE_FROM:
        return []
    places = _exact(text.translate(_ALIKE), needle.translate(_ALIKE))
    return [(a, b, ALIKE_SCORE) for a, b, _score in places if text[a:b] != needle]


def _near(text: str, needle: str) -> list[tuple[int, int, float]]:
    """The best place that differs a little; none where the needle is short or stands there exactly."""
    if len(needle) < FUZZY_FROM or len(text) < len(needle) - 1 or needle in text:
        return []
    found = fuzz.partial_ratio_alignment(needle, text, score_cutoff=100 * (1 - FUZZY_SHARE) - 1e-6)
    if found is None or found.dest_end - found.dest_start < len(needle):
        return []
    if "有限" in text[found.dest_start : found.dest_end + 2] and "有限" not in needle:
        return []  # 技术服务有限公司 is not 技术服务费
    if text[found.dest_start] != needle[0] and text[found.dest_end - 1] != needle[-1]:
        return []
    end = found.dest_end
    if text[end - 1] != needle[-1] and text[end : end + 1] == needle[-1]:
        end += 1  # one character too many inside pushed the last one out of the window
    return [(found.dest_start, end, found.score / 100)]
