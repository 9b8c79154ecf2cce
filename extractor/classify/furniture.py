"""What ties a page to the one before it: page numbers, running heads, numbered clauses, open sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.classify.titles import in_table
from extractor.core.baselines import baseline_rows
from extractor.core.page import Line, ReadPage
from extractor.core.text import fold_text
from extractor.values.chinese import chinese_integer

_OF_TOTAL = re.compile(
    r"第\s*(\d{1,3})\s*页\s*[,，/／]?\s*[（(]?\s*共\s*(\d{1,3})\s*页|^\s*(\d{1,3})\s*/\s*(\d{1,3})\s*$"
    r"|page\s*(\d{1,3})\s*of\s*(\d{1,3})",
    re.IGNORECASE,
)
_ALONE = re.compile(r"^\s*[-－—·]?\s*(?:第\s*)?(\d{1,3})\s*(?:页)?\s*[-－—·]?\s*$")
_CLAUSE = re.compile(r"^\s*第\s*([一二三四五六七八九十百零\d]{1,4})\s*条")
_SECTION = re.compile(r"^\s*([一二三四五六七八九十]{1,3})\s*[、.．]")
_HEADING = re.compile(
    r"^\s*(?:第?[（(]?[一二三四五六七八九十百\d]{1,4}[）)]?\s*(?:[、.．章节条]|部分)|附[件表录]|[甲乙丙]方)"
)
_CLOSED = ("。", "；", "：", ":", "！", "？", ".", ";", "”", "）", ")")
#: A running head: this similar (0..100) to the head of the page before.
_SAME_HEAD = 92.0
#: Top and bottom share of the page where page numbers and running heads stand.
_EDGE = 0.09


@dataclass(frozen=True, slots=True)
class PageClues:
    """Where a page says it stands.

    ``number``/``total``: 第 2 页 共 5 页 (``None`` where not said). ``heads``: folded rows at the upper
    edge. ``clauses``/``sections``: first and last 第N条 / N、 of the page, ``None`` without one.
    ``opens_in_sentence``/``ends_in_sentence``: the text begins or ends in the middle of one.
    """

    number: int | None
    total: int | None
    heads: tuple[str, ...]
    clauses: tuple[int, int] | None
    sections: tuple[int, int] | None
    opens_in_sentence: bool
    ends_in_sentence: bool


def page_clues(page: ReadPage) -> PageClues:
    """The clues of one page."""
    rows = baseline_rows([line for line in page.lines if line.text.strip()])
    height = page.upright.height_pt
    number, total = _page_number(rows, height)
    inner = [r for r in rows if not _is_edge(r, height)]
    texts = ["".join(line.text for line in r).strip() for r in inner or rows]
    outside = [x for x in page.lines if x.text.strip() and not in_table(page, x)]
    plain = ["".join(line.text for line in r).strip() for r in baseline_rows(outside)]
    free = not any(len(t.cells) >= 6 for t in page.tables)
    right = max((line.box.x1 for row in inner for line in row), default=0.0)
    return PageClues(
        number, total,
        tuple(fold_text("".join(x.text for x in r)) for r in rows[:2] if r[0].box.y1 < 0.12 * height),
        _first_last(_CLAUSE, plain), _first_last(_SECTION, plain),
        bool(texts) and free and _HEADING.match(texts[0]) is None and len(texts[0]) >= 12,
        bool(texts) and free and _is_open(inner, right),
    )  # fmt: skip


def _is_open(rows: list[list[Line]], right: float) -> bool:
    """The last full row ends without a stop and runs to the right edge of the text."""
    if not rows:
        return False
    last = rows[-1]
    text = last[-1].text.rstrip()
    return (
        not text.endswith(_CLOSED)
        and last[-1].box.x1 > right - 2 * last[-1].box.height
        and len(text) >= 12
    )


def _is_edge(row: list[Line], height: float) -> bool:
    text = "".join(line.text for line in row)
    at_edge = row[0].box.cy < _EDGE * height or row[0].box.cy > (1 - _EDGE) * height
    return at_edge and (_OF_TOTAL.search(text) is not None or _ALONE.match(text) is not None)


def _page_number(rows: list[list[Line]], height: float) -> tuple[int | None, int | None]:
    alone: int | None = None
    for row in rows:
        text = "".join(line.text for line in row)
        found = _OF_TOTAL.search(text)
        if found is not None and len(text) <= 40:
            number, total = (int(g) for g in found.groups() if g is not None)
            if 1 <= number <= total:
                return number, total
        single = _ALONE.match(text)
        if single is not None and row[0].box.cy > (1 - _EDGE) * height:
            alone = int(single.group(1))
    return alone, None


def _first_last(pattern: re.Pattern[str], texts: list[str]) -> tuple[int, int] | None:
    numbers = [n for t in texts if (m := pattern.match(t)) and (n := _int(m.group(1))) is not None]
    return (numbers[0], numbers[-1]) if numbers else None


def _int(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else chinese_integer(text)


def goes_on(clues: PageClues, before: PageClues) -> bool:
    """Whether a page says itself that it goes on where the other one stopped."""
    if clues.total is not None and before.total is not None and clues.number and before.number:
        return clues.total == before.total and clues.number == before.number + 1
    if clues.clauses and before.clauses and clues.clauses[0] == before.clauses[1] + 1:
        return True
    if (
        clues.sections and before.sections and clues.sections[0] > 1
        and clues.sections[0] == before.sections[1] + 1
    ):  # fmt: skip
        return True
    if before.ends_in_sentence and clues.opens_in_sentence:
        return True
    return same_head(clues, before)


def same_head(clues: PageClues, before: PageClues) -> bool:
    """Whether both pages carry the same running head."""
    return any(
        len(head) >= 6 and fuzz.ratio(head, other) >= _SAME_HEAD
        for head in clues.heads
        for other in before.heads
    )


def begins_anew(clues: PageClues) -> bool:
    """Whether a page says that it is the first of its paper."""
    return clues.number == 1 and clues.total is not None


def is_inside(clues: PageClues) -> bool:
    """Whether a page says that it is not the first of its paper."""
    return clues.total is not None and clues.number is not None and clues.number > 1


#: What captions of photos of an activity speak of, and how many lines such a page has at most.
_CAPTION = re.compile(r"现场|合影|会场|签到|照片|留影|剪影|图片")
_DATED = re.compile(r"(?:19|20)\d\d")
_CAPTIONS = 8


def is_captions(page: ReadPage) -> bool:
    """Nothing but captions of photos, one of them dated: 2024年10月9日 供需对接会现场（二楼会议室）."""
    rows = baseline_rows([line for line in page.lines if line.text.strip()])
    texts = ["".join(line.text for line in row) for row in rows]
    shown = sum(1 for text in texts if _CAPTION.search(text))
    dated = any(_DATED.search(text) for text in texts)
    return 0 < len(texts) <= _CAPTIONS and 2 * shown >= len(texts) and dated
