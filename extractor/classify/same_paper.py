"""What two pages say of being one paper: titles, report numbers, columns, rows of a list."""

from __future__ import annotations

import re

from extractor.core.baselines import baseline_rows
from extractor.core.page import PacketPage

#: A row of a list has at least so many pieces; a list has so many of its rows like that.
ROW_PIECES = 3
LIST_ROWS = 0.5

_YEAR = re.compile(r"(?:19|20)\d\d")
_WHOSE = re.compile(r"合并|母公司|本部")
_REPORT_NO = re.compile(r"[审会师]\w{0,4}[字]?[〔\[(（【]20\d\d[〕\])）】]第?\d+号?")


def is_chinese(text: str) -> bool:
    """Whether a Chinese character is in it."""
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def names_another(title: str, last: str) -> bool:
    """Titles of the same kind that name another year or another company's figures."""
    if not title or not last:
        return False
    years, other = set(_YEAR.findall(title)), set(_YEAR.findall(last))
    if years and other and not years & other:
        return True
    return set(_WHOSE.findall(title)) != set(_WHOSE.findall(last)) and "续" not in title


def report_numbers(page: PacketPage) -> set[str]:
    """Digits of the report numbers printed in the upper half of a page."""
    half = page.read.upright.height_pt / 2
    texts = ("".join(x.text.split()) for x in page.read.lines if x.box.cy < half)
    return {"".join(filter(str.isdigit, m)) for t in texts for m in _REPORT_NO.findall(t)}


def looks_like_list(page: PacketPage) -> bool:
    """Rows of several pieces each, from the top of the page on: a list whose rulings were not found."""
    rows = baseline_rows([line for line in page.read.lines if line.text.strip()])
    pieces = [len(row) >= ROW_PIECES for row in rows]
    return len(rows) >= 2 and any(pieces[:2]) and sum(pieces) >= LIST_ROWS * len(rows)


def lines_above_table(page: PacketPage) -> int:
    """Lines of text above the first table: a list that goes on begins at the top."""
    top = min((t.box.y0 for t in page.read.tables), default=0.0)
    return sum(1 for line in page.read.lines if line.box.cy < top)


def has_same_columns(page: PacketPage, other: PacketPage) -> bool:
    """Whether the page's first table has the column edges of the other page's last."""
    if not page.read.tables or not other.read.tables:
        return False
    first = min(page.read.tables, key=lambda t: t.box.y0)
    last = max(other.read.tables, key=lambda t: t.box.y1)
    return abs(first.n_cols - last.n_cols) <= 2 and first.box.overlap_x(last.box) > 0.8 * min(
        first.box.width, last.box.width
    )
