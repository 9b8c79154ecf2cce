"""Pieces of what rules say in Chinese: templates with places, separators, brackets, numbers, articles.

``english`` takes messages apart with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter

HAN = re.compile("[\u4e00-\u9fff]")
SEPARATORS = (("；", "; "), ("。", ". "), ("，", ", "), ("、", ", "))
_OPENING, _CLOSING = "（“《", "）”》"
_NUMBERS = {
    "n": r"[+\-−]?\d[\d.,]*%?",
    "m": r"\d[\d.,]*%?",
    "c": r"[\d.]+",
    "p": r"\d+(?:[、—]\d+)*",
}
SPREAD = re.compile(r"第(\d+)—(\d+)页内共(\d+)页")
PAGES_BEHIND = re.compile(r"(.+)（(第\d+(?:[、—]\d+)*页|第\d+—\d+页内共\d+页)）", re.DOTALL)
ROWS = re.compile(r"第 ?(\d+(?:[、—]\d+)*) ?([行页份项])")
COUNTED = {"行": ("row", "rows"), "页": ("page", "pages"), "份": ("paper", "papers"), "项": ("item", "items")}  # fmt: skip
MARKS = str.maketrans({"（": "(", "）": ")", "：": ":", "，": ",", "；": ";", "。": "."})


@dataclass(frozen=True)
class Template:
    """A Chinese text with places as a pattern, and its English."""

    pattern: re.Pattern[str]
    fixed: tuple[str, ...]
    english: str

    @staticmethod
    def of(chinese: str, english: str, *, typed: bool) -> Template:
        """``typed``: single letters stand for numbers or pages; else every place holds any words."""
        parts, fixed = [], []
        seen: set[str] = set()
        for text, name, _, _ in Formatter().parse(chinese):
            parts.append(re.escape(text))
            if text:
                fixed.append(text)
            if name is None:
                continue
            held = _NUMBERS.get(name) if typed else None
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{held or '.+?'})")
            seen.add(name)
        return Template(re.compile("".join(parts), re.DOTALL), tuple(fixed), english)

    @property
    def is_weak(self) -> bool:
        """Whether so little is fixed, one or two characters, that names may hold it too."""
        fixed = "".join(self.fixed)
        return len(HAN.findall(fixed)) <= 2 and not re.search("[（“：]", fixed)

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in the places; ``None`` where the text is another one."""
        if not all(part in text for part in self.fixed):
            return None
        found = self.pattern.fullmatch(text)
        return found.groupdict() if found else None


NOT_CHECKED = re.compile(r"未核对：缺少 (.+?)(?: 等共 (\d+) 项)?", re.DOTALL)
REMEMBERED = 20_000
LONGEST_NAME = 8
"""A known text holds fewer separators than this."""
IDENT = re.compile(r"([A-Z][A-Z0-9]*[-.][\w.]+)(?:（(.+?)）)?：(.+)", re.DOTALL | re.ASCII)
JOINS = re.compile(r"(并且|或)：(.+)", re.DOTALL)
JOIN_WORDS = {"并且": "and", "或": "or"}
_DIGITS = "零一二三四五六七八九"
ARTICLE = re.compile(
    r"第([一二三四五六七八九十百]+)条((?:（[一二三四五六七八九十]+）)*)(?: (.+))?", re.DOTALL
)
ARTICLE_ITEM = re.compile(r"([一二三四五六七八九十]+)(?:、(.+))?", re.DOTALL)
ANNEX = re.compile(r"附件 ?(\d+)", re.ASCII)
ROWS_OF = re.compile(r"(第\d+(?:、\d+)*行)([^、]+)", re.DOTALL)
LONGEST, DEEPEST = 600, 12
ITEM = re.compile("（(.+?)）")
COLON = re.compile(r"([^：]+)：(.+)", re.DOTALL)
LAST_COLON = re.compile(r"(.+)：([^：]+)", re.DOTALL)
BRACKET = re.compile(r"(.+?) ?（((?:[^（）]|（[^（）]*）)+)）", re.DOTALL)
VALUED = re.compile(r"(.+?) (\d[\d.,]*%?)", re.DOTALL)
QUOTED = re.compile(r"“([^“”]+)”", re.DOTALL)
SIGNED = re.compile(r"(.+?) ([=+×/→≠≥≤<>-]) (.+)", re.DOTALL)
JOINED = {
    LAST_COLON: "{}: {}",
    COLON: "{}: {}",
    BRACKET: "{} ({})",
    QUOTED: "“{}”",
    SIGNED: "{} {} {}",
    VALUED: "{} {}",
}
VALUE_NAME = re.compile(r"(?P<label>.*?)(?:（第(?P<page>\d+)页）)?(?P<again> #\d+)?", re.DOTALL)


def split_outside(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside brackets and quotes."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character == separator and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def closing_of(text: str) -> int:
    """Where the bracket that opens a text closes; -1 where it does not."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "（") - (character == "）")
        if depth == 0:
            return at
    return -1


def number_of(words: str) -> int:
    """A Chinese number below a hundred, as articles have it."""
    tens, ten, ones = words.rpartition("十")
    return (_DIGITS.index(tens or "一") * 10 if ten else 0) + (_DIGITS.index(ones) if ones else 0)
