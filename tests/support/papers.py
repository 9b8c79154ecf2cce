"""First pages (and some further ones) of papers of every type, in realistic wordings: ``tests/classify/corpus``.

A corpus file holds sections ``=== doctype``, papers between ``==``, pages between ``---``. A line is
``# large type``, ``## middle type``, ``| cell | cell`` (following ones make one ruled table) or body text.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.core.page import Line, PacketPage, Table
from support.pages import blank_page, grid, line, page, text_width

CORPUS = Path(__file__).resolve().parents[1] / "classify" / "corpus"

#: Papers of running text whose first page goes on with more of it.
_PROSE_TYPES = frozenset(
    {
        "recommendation_letter", "service_contract", "government_service_contract", "lease_contract",
        "cooperation_agreement", "recognition_document", "fee_discount_policy", "management_rules",
        "service_plan", "operation_narrative", "case_narrative", "work_summary", "credit_report",
    }
)  # fmt: skip
_FILLER = (
    "有关工作应当按照既定安排有序推进，各方应当密切配合，及时沟通情况，妥善处理存在的问题，",
    "确保各项任务落到实处，取得预期效果，并根据实际情况的变化适时作出必要的调整和完善。",
    "具体内容以双方或者主管单位另行确定的为准，相关记录由专人负责整理归档，以备日后查阅。",
)
_WIDTH = 595.0


@dataclass(frozen=True)
class Paper:
    """One paper of the corpus; ``pages`` are lists of marked lines."""

    doctype: str
    name: str
    pages: tuple[tuple[str, ...], ...]


@cache
def papers(name: str) -> tuple[Paper, ...]:
    """The papers of ``corpus/<name>.txt``, in file order."""
    found: list[Paper] = []
    doctype = ""
    for block in _blocks((CORPUS / f"{name}.txt").read_text(encoding="utf-8")):
        head, text = block
        doctype = head or doctype
        pages = tuple(
            tuple(row for row in part.split("\n") if row.strip()) for part in text.split("\n---\n")
        )
        found.append(Paper(doctype, f"{doctype} {len(found)}", pages))
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    head, lines = "", list[str]()
    started = False
    for row in text.split("\n"):
        if row.startswith("=== ") or row == "==":
            if started:
                yield head, "\n".join(lines)
            head, lines, started = row.removeprefix("===").strip() if row != "==" else "", [], True
        elif started:
            lines.append(row)
    if started:
        yield head, "\n".join(lines)


def damaged(text: str, chance: random.Random, share: float) -> str:
    """``text`` with each character dropped or replaced with probability ``share``."""
    pool = "口日目田由甲工土士干千人入八儿几了丁乙一二三己已巳末未木术本"
    out = []
    for char in text:
        if char.strip() and char not in "|#" and chance.random() < share:
            if chance.random() < 0.5:
                continue
            char = chance.choice(pool)
        out.append(char)
    return "".join(out)


def make_pages(
    paper: Paper,
    *,
    first: int = 1,
    file: str = "file_a",
    seed: int | None = None,
    share: float = 0.03,
) -> list[PacketPage]:
    """The paper as read pages numbered from ``first``; with a ``seed``, damaged as OCR damages."""
    chance = random.Random(f"{seed} {paper.name}")
    made = []
    for i, rows in enumerate(paper.pages):
        if seed is not None:
            rows = tuple(damaged(row, chance, share) for row in rows)
        if i == 0 and paper.doctype in _PROSE_TYPES and not any(r.startswith("|") for r in rows):
            rows = (*rows, *_FILLER)
        made.append(_page(rows, first + i, file))
    return made


def _page(rows: tuple[str, ...], no: int, file: str) -> PacketPage:
    if not rows:
        return blank_page(no)
    parts: list[Line | Table] = []
    y = 60.0
    table: list[list[str]] = []
    for row in (*rows, ""):
        if row.startswith("|"):
            table.append([c.strip() for c in row.strip().strip("|").split("|")])
            continue
        if table:
            drawn = _drawn(table, y)
            parts.append(drawn)
            y = drawn.box.y1 + 14
            table = []
        if not row:
            continue
        marks = len(row) - len(row.lstrip("#"))
        text = row.lstrip("#").strip()
        em = {0: 10.5, 1: 20.0}.get(marks, 14.0)
        x = 80.0 if not marks else max(40.0, (_WIDTH - text_width(text, em)) / 2)
        parts.append(line(text, x, y, em=em))
        y += em * 1.6
    return page(*parts, no=no, file=file)


def _drawn(rows: list[list[str]], y: float) -> Table:
    width = max(len(r) for r in rows)
    return grid([[*r, *[""] * (width - len(r))] for r in rows], y=y)
