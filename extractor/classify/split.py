"""Pages to documents: where each paper begins, and how far it runs.

A page with a known title begins a document (or goes on with the same one, where lists repeat their
title on every page). A page without a title goes on with the paper before it when it looks like more of
that paper, and is ``other_material`` otherwise: shown to the reviewer, never forced into a type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.classify.cues import PageCues, page_cues
from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import content_id
from extractor.setup.catalogue import Catalogue
from extractor.setup.cues import Cue

BLANK = "blank_or_unreadable"
OTHER = "other_material"

#: A title this good begins a document by itself.
SURE_TITLE = 0.8
#: A weaker title needs as many keywords as this.
HELPFUL_KEYWORDS = 2
#: Keywords alone begin a document from this many on, when the runner-up has clearly fewer.
KEYWORDS_ALONE = 4
#: Lines (a heading, the name of the unit) that may stand above a table that goes on.
LINES_ABOVE = 1
#: Characters below which a page has no text worth the name.
LEAST_TEXT = 4


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A run of pages of one type; ``title`` as printed, "" where none was."""

    id: str
    type: str
    title: str
    pages: tuple[PacketPage, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Judged:
    page: PacketPage
    type: str
    confidence: float
    begins: bool
    title: str


def split_documents(
    pages: Sequence[PacketPage], catalogue: Catalogue, cues: Mapping[str, Cue]
) -> tuple[FoundDocument, ...]:
    """Every page in exactly one document, in packet order."""
    parents = {d.id: d.part_of for d in catalogue.doctypes.values() if d.part_of}
    judged: list[_Judged] = []
    for page in pages:
        found = page_cues(page.read, catalogue, cues)
        judged.append(_judge(page, judged, found, cues, parents))
    return tuple(_join(judged))


def _judge(
    page: PacketPage,
    before: Sequence[_Judged],
    found: PageCues,
    cues: Mapping[str, Cue],
    parents: Mapping[str, str],
) -> _Judged:
    if sum(len(line.text.strip()) for line in page.read.lines) < LEAST_TEXT:
        return _without_text(page, before, cues)
    previous = before[-1] if before else None
    best = _titled(found, previous)
    if best is not None:
        name, confidence = best
        same = previous is not None and previous.type == name
        begins = not same or cues[name].restarts or _changes_file(page, previous)
        return _Judged(page, name, confidence, begins, found.title_text.get(name, ""))
    if previous is not None and _runs_on(page, before, found, cues[previous.type]):
        return _Judged(page, previous.type, 0.75, False, "")
    parent = parents.get(previous.type) if previous is not None else None
    if (
        parent is not None
        and previous is not None
        and _runs_on(page, (replace(previous, type=parent),), found, cues[parent])
    ):
        return _Judged(page, parent, 0.7, True, found.own_title)
    by_words = _by_keywords(found)
    if by_words is not None:
        same = previous is not None and previous.type == by_words
        return _Judged(page, by_words, 0.7, not same or _changes_file(page, previous), "")
    return _Judged(page, OTHER, 0.5, True, found.own_title)


def _without_text(page: PacketPage, before: Sequence[_Judged], cues: Mapping[str, Cue]) -> _Judged:
    """A picture after activity papers is one more of them; a blank page is a page of its own."""
    blank = "blank" in page.read.quality.reasons
    if not blank and before and cues[before[-1].type].runs_on == "any":
        return _Judged(page, before[-1].type, 0.6, False, "")
    return _Judged(page, BLANK if blank else OTHER, 0.6, True, "")


def _titled(found: PageCues, previous: _Judged | None) -> tuple[str, float] | None:
    """The type whose title stands on the page; among equals the better fit, then the longer title."""
    candidates = []
    for name, fit in found.title.items():
        if name in found.vetoed:
            continue
        hits = found.keywords.get(name, 0)
        if fit >= SURE_TITLE or (fit >= 0.5 and hits >= HELPFUL_KEYWORDS):
            going_on = 0.3 if previous is not None and previous.type == name else 0.0
            rank = 8 * fit + 0.3 * min(hits, 6) + going_on
            rank += 0.05 * len(fold_text(found.title_text.get(name, "")))
            candidates.append((rank, fit, name))
    if not candidates:
        return None
    _rank, fit, name = max(candidates)
    hits = found.keywords.get(name, 0)
    return name, round(min(0.99, 0.55 + 0.35 * fit + 0.03 * min(hits, 4)), 2)


def _by_keywords(found: PageCues) -> str | None:
    ranked = sorted(
        ((n, d) for d, n in found.keywords.items() if d not in found.vetoed), reverse=True
    )
    if not ranked or ranked[0][0] < KEYWORDS_ALONE:
        return None
    if len(ranked) > 1 and ranked[1][0] >= ranked[0][0]:
        return None
    return ranked[0][1]


def _runs_on(page: PacketPage, before: Sequence[_Judged], found: PageCues, cue: Cue) -> bool:
    previous = before[-1]
    if _changes_file(page, previous) or cue.runs_on == "none":
        return False
    if cue.runs_on == "any":
        return not found.own_title or found.keywords.get(previous.type, 0) > 0
    if found.own_title and not found.keywords.get(previous.type, 0):
        return False
    has_table = any(len(t.cells) >= 6 for t in page.read.tables)
    if has_table and cue.runs_on in ("table", "both"):
        if cue.runs_on == "both":
            return True
        return _same_columns(page, previous.page) and _lines_above_table(page) <= LINES_ABOVE
    text = sum(len(line.text) for line in page.read.lines)
    return cue.runs_on in ("text", "both") and text >= 30


def _lines_above_table(page: PacketPage) -> int:
    """Lines of text above the first table: a list that goes on begins at the top."""
    top = min((t.box.y0 for t in page.read.tables), default=0.0)
    return sum(1 for line in page.read.lines if line.box.cy < top)


def _same_columns(page: PacketPage, other: PacketPage) -> bool:
    """Whether the page's first table has the column edges of the other page's last."""
    if not page.read.tables or not other.read.tables:
        return False
    first = min(page.read.tables, key=lambda t: t.box.y0)
    last = max(other.read.tables, key=lambda t: t.box.y1)
    return abs(first.n_cols - last.n_cols) <= 1 and first.box.overlap_x(last.box) > 0.8 * min(
        first.box.width, last.box.width
    )


def _changes_file(page: PacketPage, previous: _Judged | None) -> bool:
    return previous is not None and previous.page.file != page.file


def _join(judged: Sequence[_Judged]) -> list[FoundDocument]:
    groups: list[list[_Judged]] = []
    for item in judged:
        if item.begins or not groups or groups[-1][-1].type != item.type:
            groups.append([item])
        else:
            groups[-1].append(item)
    return [
        FoundDocument(
            id=content_id("d", group[0].page.file, group[0].page.page_in_file, group[0].type),
            type=group[0].type,
            title=next((g.title for g in group if g.title), ""),
            pages=tuple(g.page for g in group),
            confidence=min(g.confidence for g in group),
        )
        for group in groups
    ]
