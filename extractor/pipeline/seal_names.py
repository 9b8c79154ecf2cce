"""What the words of a seal say: whose it is and of what kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.core.text import fold_text

_KINDS = (
    ("finance", re.compile(r"财务(?:专用)?章?|会计专用章")),
    ("contract", re.compile(r"合同(?:专用)?章?")),
    ("invoice", re.compile(r"发票(?:专用)?章?")),
)
_TAIL = re.compile(
    r"(?:财务|合同|发票|业务|行政|公务|现金收讫|收讫|审核|报告|投标|人事|档案)?专用[章革]?$|公章$"
)
_ORGANISATION = re.compile(
    r"(?:公司|事务所|中心|协会|商会|学会|促进会|研究院|研究所|学院|大学|学校|银行|支行|分行|医院|厂|局|厅|委员会|"
    r"政府|办公室|站|院|所|社|部|会|店|馆|处|队)(?:[（(].{2,12}[)）])?$"
)
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}之?印章?")
_WORD = re.compile(r"[^\u4e00-\u9fffA-Za-z()·]")

#: A printed name so much like the ring is very likely the same one.
_ALIKE = 78.0


@dataclass(frozen=True, slots=True)
class SealWords:
    """``organisation`` as read, ``kind`` (see ``core.page.Seal``), ``confidence`` 0..1 of the name;
    ``printed``: a name printed near by that the ring is very likely a reading of."""

    organisation: str | None
    kind: str | None
    confidence: float
    printed: str | None = None


def seal_words(ring: str, inner: str, score: float, shape: str) -> SealWords:
    """What ``ring`` and ``inner`` (text inside, lines joined) say, read with ``score``."""
    # Code numbers at the foot of a seal stand at both ends of its unrolled ring.
    name = _WORD.sub("", unicodedata.normalize("NFKC", ring))
    name = name.replace("(", "（").replace(")", "）")
    name = name.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz·")
    within = fold_text(inner)
    tail = _TAIL.search(name)
    organisation = name[: tail.start()] if tail else name
    if shape != "round" and _PERSON.fullmatch(name + within):
        return SealWords(None, "person", 0.0)
    # A ring of two or three characters is what is left of one, not a name.
    if len(organisation) < 4:
        return SealWords(None, _kind(name + within, None, shape), 0.0)
    whole = 1.0 if _ORGANISATION.search(organisation) else 0.75
    kind = _kind(name + within, organisation, shape)
    return SealWords(organisation, kind, round(score * whole, 3))


def _kind(text: str, organisation: str | None, shape: str) -> str | None:
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return kind
    if shape == "oval":
        return "invoice" if "税" in text or "发票" in text else None
    if organisation is None:
        return None
    if "会计师事务所" in organisation or "税务师事务所" in organisation:
        return "audit_firm"
    # A round seal with a name and nothing else is the official one; 专用 of another sort is not.
    return None if "专用" in text or shape != "round" else "official"


def with_printed(words: SealWords, texts: Iterable[str]) -> SealWords:
    """``words`` compared with the names printed on the same page.

    What was read stays what was read: a printed name that equals it raises the confidence, one that
    is much like it is noted beside it.
    """
    name = words.organisation
    if name is None:
        return words
    folded = fold_text(name)
    best, alike = None, _ALIKE
    for text in texts:
        line = fold_text(text)
        if len(line) < len(folded) - 2:
            continue
        found = fuzz.partial_ratio_alignment(folded, line, score_cutoff=alike)
        if found is None or (found.score <= alike and best is not None):
            continue
        best, alike = line[found.dest_start : found.dest_end], found.score
    if best is None:
        return words
    confidence = max(words.confidence, 0.9) if best == folded else words.confidence
    return SealWords(name, words.kind, confidence, None if best == folded else best)
