"""What the words of a seal say: whose it is and of what kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.core.page import Seal
from extractor.core.text import fold_text

_KINDS = (
    ("finance", re.compile(r"财务(?:专用)?章?|会计专用章")),
    ("contract", re.compile(r"合同(?:专用)?章?")),
    ("invoice", re.compile(r"发票(?:专用)?章?")),
)
_INNER = (("finance", "财务专用章"), ("contract", "合同专用章"), ("invoice", "发票专用章"))
_TAIL = re.compile(
    r"(?:财务|合同|发票|业务|行政|公务|现金收讫|收讫|审核|报告|投标|人事|档案)?专用[章革]?$|公章$"
)
_ORGANISATION = re.compile(
    r"(?:公司|事务所|中心|协会|商会|学会|促进会|研究院|研究所|学院|大学|学校|银行|支行|分行|医院|厂|局|厅|委员会|"
    r"政府|办公室|站|院|所|社|部|会|店|馆|处|队|海关|集团)(?:[（(].{2,12}[)）])?$"
)
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}之?印章?")
#: The seal of a person who holds a licence: it carries the title in place of an organisation.
_TITLE = re.compile(r"注册.{0,2}(?:会计师|税务师|造价师|造价工程师|建造师|评估师)")
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
    if shape != "round" and (_PERSON.fullmatch(name + within) or _TITLE.search(name + within)):
        return SealWords(None, "person", 0.0)
    # A ring of two or three characters is what is left of one, not a name.
    if len(organisation) < 4:
        return SealWords(None, kind_of(name + within, None, shape), 0.0)
    whole = 1.0 if _ORGANISATION.search(organisation) else 0.75
    kind = kind_of(name + within, organisation, shape)
    return SealWords(organisation, kind, round(score * whole, 3))


def is_cut(seal: Seal) -> bool:
    """So much of a seal lies beyond the page's edge that its name is not whole."""
    box = seal.box
    return bool(seal.edge) and min(box.width, box.height) < 0.9 * max(box.width, box.height)


def ends_like_a_name(text: str) -> bool:
    """Whether ``text`` ends as names of organisations do."""
    return _ORGANISATION.search(text) is not None


def kind_of(text: str, organisation: str | None, shape: str) -> str | None:
    """The kind of a seal (see ``core.page.Seal``) by all its ``text``; ``None`` where none is clear."""
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return kind
    for kind, words in _INNER:
        # Two of five may be misread: no two kinds have more than 专 and 章 in common.
        if _alike(words, text[-len(words) :]):
            return kind
    if shape == "oval":
        return "invoice" if "税" in text or "发票" in text else None
    if organisation is None:
        return None
    if "会计师事务所" in organisation or "税务师事务所" in organisation:
        return "audit_firm"
    # A round seal with a name and nothing else is the official one; 专用 of another sort is not.
    return None if "专用" in text or shape != "round" else "official"


def _alike(words: str, read: str) -> bool:
    """At least one of the first two characters, which tell the kind, and three of all in place."""
    same = [a == b for a, b in zip(words, read, strict=False)]
    if len(read) != len(words) or sum(same) < 3:
        return False
    return same[0] or (same[1] and words[1] != "务")  # 业务, 税务 and 商务 are other kinds


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


def person_of_square(rows: Sequence[str]) -> str | None:
    """What a person's square seal of two rows says, read in columns from the right; else ``None``."""
    if len(rows) != 2 or any(len(row) != 2 for row in rows):
        return None
    text = rows[0][1] + rows[1][1] + rows[0][0] + rows[1][0]
    return text if re.search(r"[印章]", text[2:]) else None
