"""A sample that anybody can draw again: firms in the order of SHA-256 over seed and name.

The order of the list does not matter and nobody can choose who comes first without knowing the seed, which
is made when the sample is drawn and printed with it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.core.worksheet import Fact, FactStatus, Worksheet

_BLANKS = re.compile(r"\s+")
METHOD = (
    "抽样方法：把服务企业名单中的企业名称去掉空格并统一为半角字符，去掉重复的名称；在每个名称前加上种子和"
    "一条竖线（种子|企业名称），按 UTF-8 编码计算 SHA-256；按所得十六进制值从小到大排列，取前 {n} 家为样本，"
    "其后 {spare} 家备用（只在前面的企业无法联系时依次替补）。用同一种子和同一名单，任何人都会得到同样的结果。"
)


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm of the served list. ``name``: as it is counted; the facts: of its first row.

    Attributes:
        digest: SHA-256 of ``seed|name``, hexadecimal.
        place: 1 is drawn first.
    """

    name: str
    digest: str
    place: int
    enterprise: Fact
    contact: Fact | None
    phone: Fact | None
    service: Fact | None


@dataclass(frozen=True)
class Sample:
    """A drawn sample.

    Attributes:
        firms: every firm of the list in drawn order: the first ``wanted`` are the sample, the next
            ``spare`` its reserve.
        nameless: rows of the list without a readable name, which could not be drawn.
        repeated: rows that repeat a name.
    """

    seed: str
    wanted: int
    spare: int
    firms: tuple[Firm, ...]
    nameless: int
    repeated: int

    @property
    def method(self) -> str:
        """How it was drawn, in words."""
        return METHOD.format(n=self.wanted, spare=self.spare)


def counted_name(text: str) -> str:
    """A name as it is drawn by: half-width, without blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def digest_of(seed: str, name: str) -> str:
    """What firms are ordered by."""
    return hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()


def draw(worksheet: Worksheet, seed: str, wanted: int, spare: int) -> Sample:
    """Draw ``wanted`` firms and a reserve from the served lists. Rejected rows are left out."""
    rows: dict[str, tuple[Fact, Fact | None, Fact | None, Fact | None]] = {}
    nameless = repeated = 0
    for listed in worksheet.rows:
        for row in listed.rows if listed.field == "served_list" else ():
            name, *rest = (
                _usable(row.cells.get(f"served_list.{c}"))
                for c in ("enterprise", "contact", "phone", "service")
            )
            key = counted_name(str(name.value)) if name is not None else ""
            if name is None or not key:
                nameless += any(_usable(f) for f in row.cells.values())
            elif key in rows:
                repeated += 1
            else:
                rows[key] = (name, *_three(rest))
    ordered = sorted((digest_of(seed, key), key) for key in rows)
    firms = tuple(
        Firm(key, digest, place, *rows[key]) for place, (digest, key) in enumerate(ordered, 1)
    )
    return Sample(seed, wanted, spare, firms, nameless, repeated)


def _three(rest: Sequence[Fact | None]) -> tuple[Fact | None, Fact | None, Fact | None]:
    contact, phone, service = rest
    return contact, phone, service


def _usable(fact: Fact | None) -> Fact | None:
    usable = fact is not None and fact.value is not None and fact.status is not FactStatus.REJECTED
    return fact if usable else None
