"""First pages of papers of every type in wordings from life: named right, also as OCR damages them."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from support.config import the_tools
from support.papers import Paper, make_pages, papers

from extractor.classify.split import FoundDocument, split_documents
from extractor.core.page import PacketPage

TOOLS = the_tools()
CORPORA = ("developed", "heldout", "traps")
#: Share of pages that must be named right. ``heldout`` was written before the cues and not looked at.
UNDAMAGED = {"developed": 1.0, "heldout": 0.985, "traps": 1.0}
#: The same with 3 % of the characters dropped or replaced.
DAMAGED = {"developed": 0.97, "heldout": 0.95, "traps": 0.9}
#: The same with the papers shuffled into one file, so that every page has strange neighbours.
SHUFFLED = {"developed": 0.985, "heldout": 0.985, "traps": 0.9}


def split(pages: list[PacketPage]) -> tuple[FoundDocument, ...]:
    return split_documents(pages, TOOLS.catalogue, TOOLS.cues)


def wrong_pages(paper: Paper, seed: int | None = None) -> list[str]:
    pages = make_pages(paper, seed=seed)
    got = {p.no: d for d in split(pages) for p in d.pages}
    return [
        f"{paper.name} p{p.no}: {got[p.no].type}: {p.read.text[:40]!r}"
        for p in pages
        if got[p.no].type != paper.doctype
    ]


def test_every_type_has_six_wordings_or_more() -> None:
    counted = Counter(p.doctype for name in CORPORA for p in papers(name))
    without = {"blank_or_unreadable"}
    few = {d: counted[d] for d in TOOLS.catalogue.doctypes if d not in without and counted[d] < 6}
    assert few == {}


@pytest.mark.parametrize("corpus", CORPORA)
def test_wordings_are_named_right(corpus: str) -> None:
    wrong = [w for paper in papers(corpus) for w in wrong_pages(paper)]
    total = sum(len(p.pages) for p in papers(corpus))
    assert 1 - len(wrong) / total >= UNDAMAGED[corpus], wrong


@pytest.mark.parametrize("corpus", CORPORA)
def test_wordings_with_damaged_characters_are_named_right(corpus: str) -> None:
    wrong = [w for seed in (1, 2) for paper in papers(corpus) for w in wrong_pages(paper, seed)]
    total = 2 * sum(len(p.pages) for p in papers(corpus))
    assert 1 - len(wrong) / total >= DAMAGED[corpus], wrong


@pytest.mark.parametrize("corpus", CORPORA)
def test_papers_in_mixed_order_in_one_file_are_named_right(corpus: str) -> None:
    order = list(papers(corpus))
    random.Random(7).shuffle(order)
    pages: list[PacketPage] = []
    truth: dict[int, str] = {}
    starts: set[int] = set()
    for paper in order:
        made = make_pages(paper, first=len(pages) + 1)
        starts.add(made[0].no)
        truth.update({p.no: paper.doctype for p in made})
        pages += made
    documents = split(pages)
    got = {p.no: d.type for d in documents for p in d.pages}
    wrong = {no: (got[no], want) for no, want in truth.items() if got[no] != want}
    assert 1 - len(wrong) / len(truth) >= SHUFFLED[corpus], wrong
    found = {d.pages[0].no for d in documents}
    assert len(starts & found) / len(starts) >= 0.93
    assert len(found - starts) / len(found) <= 0.06
