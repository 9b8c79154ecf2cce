"""Pages to documents: where each paper begins, and how far it runs.

A page with a known title begins a document, or goes on with the same one where the title is only its
running head. A page without a title goes on with the paper before it when it says so itself (page
number, numbered clauses, running head, an open sentence) or looks like more of it; with an earlier paper
when only a certificate was bound in between; and is ``other_material`` otherwise: shown to the reviewer,
never forced into a type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from extractor.classify.cues import CONTENTS, CuesBefore, PageCues
from extractor.classify.furniture import (
    PageClues,
    begins_anew,
    goes_on,
    is_captions,
    is_inside,
    page_clues,
)
from extractor.classify.same_paper import (
    has_same_columns,
    is_chinese,
    lines_above_table,
    looks_like_list,
    names_another,
    report_numbers,
)
from extractor.classify.weighing import by_keywords, titled
from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import content_id
from extractor.setup.catalogue import Catalogue
from extractor.setup.cues import Cue

BLANK = "blank_or_unreadable"
OTHER = "other_material"

#: Lines (a heading, the name of the unit) that may stand above a table that goes on.
LINES_ABOVE = 1
#: Characters below which a page has no text worth the name.
LEAST_TEXT = 4
#: How many papers back a page may belong when others were bound in between.
REACH = 3
#: Mean confidence of characters below which a page without a known word is not readable.
GARBLED = 0.7
#: A page of photos of an activity, by its captions alone.
PHOTOS = "service_activity_evidence"
#: Longest page of signatures, characters.
SIGNATURE_PAGE = 160
#: Titles less alike than this (0..100) are titles of two papers.
SAME_TITLE = 85.0

#: The upper part of a page, where the title of a list stands.
_HEAD = 0.2
_YEARS_OVER = re.compile(r"(?:19|20)\d\d年?[-—–~至](?:19|20)\d\d年?[^年]{0,30}名单")
_SIGNED = re.compile(
    r"(?:[甲乙]方|出租[方人]|承租[方人]|委托[方人])\s*[（(]?\s*(?:盖章|签章|公章|签字|章)"
)


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """Pages of one type, in packet order; ``title`` as printed, "" where none was."""

    id: str
    type: str
    title: str
    pages: tuple[PacketPage, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Judged:
    """``back``: the page belongs to the document so many pages back (0: to none, 1: to the last)."""

    page: PacketPage
    type: str
    confidence: float
    begins: bool
    title: str
    clues: PageClues
    back: int = 1


@dataclass(frozen=True, slots=True)
class _Known:
    cues: Mapping[str, Cue]
    parents: Mapping[str, str]


def split_documents(
    pages: Sequence[PacketPage],
    catalogue: Catalogue,
    cues: Mapping[str, Cue],
    before: CuesBefore | None = None,
) -> tuple[FoundDocument, ...]:
    """Every page in exactly one document; documents in the order of their first pages."""
    seen = before if before is not None else CuesBefore()
    known = _Known(cues, {d.id: d.part_of for d in catalogue.doctypes.values() if d.part_of})
    judged: list[_Judged] = []
    for page in pages:
        found = seen.of(page.read, catalogue, cues)
        judged.append(_judge(page, judged, found, known))
    return tuple(_join(judged))


def _judge(page: PacketPage, before: Sequence[_Judged], found: PageCues, known: _Known) -> _Judged:
    clues = page_clues(page.read)
    letters = sum(len(line.text.strip()) for line in page.read.lines)
    if letters < LEAST_TEXT and not found.divider:
        return _without_text(page, before, clues, known)
    previous = before[-1] if before else None
    best = titled(found, previous.type if previous is not None else "")
    if found.divider and not _caption(page, previous, found, known):
        return _Judged(page, CONTENTS, 0.75 if best else 0.6, True, found.own_title, clues)
    if best is not None:
        name, confidence = _as_party(best, page, known)
        title = found.title_text.get(name, "")
        if _is_annex(page, previous, known.cues[name]):
            return _Judged(page, before[-1].type, confidence, False, title, clues)
        begins = _begins(page, before, clues, name, title, found, known)
        return _Judged(page, name, confidence, begins, title, clues)
    return _untitled(page, before, clues, found, known)


def _untitled(
    page: PacketPage, before: Sequence[_Judged], clues: PageClues, found: PageCues, known: _Known
) -> _Judged:
    by_words = by_keywords(found)
    if by_words is None and _is_garbled(page, found):
        return _Judged(page, BLANK, 0.55, True, "", clues)
    previous = before[-1] if before else None
    if previous is not None and not _changes_file(page, previous) and not _restarts(found, clues):
        if (
            not begins_anew(clues)
            and goes_on(clues, previous.clues)
            and _may_go_on(previous, known)
        ):
            return _Judged(page, previous.type, 0.85, False, "", clues)
        if _is_signed_part(page, previous, known):
            return _Judged(page, previous.type, 0.8, False, "", clues)
        if _is_other_half(page, previous, by_words, found):
            return _Judged(page, previous.type, 0.75, False, "", clues)
        back = _resumed(before, page, clues, known)
        if back:
            return _Judged(page, before[-back].type, 0.75, False, "", clues, back)
        weight = found.keywords.get(previous.type, 0.0)
        rival = (
            by_words is not None
            and by_words[1] > 2 * weight + 1.0
            and by_words[0] not in known.cues[previous.type].kin
        )
        if not rival and _runs_on(page, previous, found, known.cues[previous.type]):
            return _Judged(page, previous.type, 0.8 if weight else 0.7, False, "", clues)
        parent = known.parents.get(previous.type)
        if parent is not None and not rival:
            as_parent = replace(previous, type=parent)
            if _runs_on(page, as_parent, found, known.cues[parent]):
                return _Judged(page, parent, 0.7, True, found.own_title, clues)
    family = _family_of(page, previous, by_words, known)
    if family:
        same = previous is not None and previous.type == family
        return _Judged(page, family, 0.7, not same, "", clues)
    if by_words is None and is_captions(page.read):
        return _Judged(page, PHOTOS, 0.6, True, "", clues)
    if by_words is not None:
        same = previous is not None and previous.type == by_words[0]
        begins = (
            not same or _changes_file(page, previous) or known.cues[by_words[0]].restarts == "title"
        )
        return _Judged(page, by_words[0], by_words[2], begins, "", clues)
    return _Judged(page, OTHER, 0.5, True, found.own_title, clues)


def _is_other_half(
    page: PacketPage,
    previous: _Judged,
    by_words: tuple[str, float, float] | None,
    found: PageCues,
) -> bool:
    """The right half of an open booklet: more of what the left one is, unless it names another paper."""
    same_sheet = page.sheet > 0 and previous.page.no == page.no and previous.page.file == page.file
    if not same_sheet or found.own_title or previous.type in (OTHER, BLANK):
        return False
    return by_words is None or by_words[0] == previous.type


def _restarts(found: PageCues, clues: PageClues) -> bool:
    """A title of its own over a page that counts from one again."""
    return clues.number == 1 and bool(found.own_title)


def _as_party(best: tuple[str, float], page: PacketPage, known: _Known) -> tuple[str, float]:
    """The type that this one becomes by who its parties are: a contract whose buyer is an authority."""
    for name, cue in known.cues.items():
        if cue.instead_of and cue.instead_of == best[0]:
            pattern = re.compile(cue.where)
            if any(pattern.search("".join(x.text.split())) for x in page.read.lines):
                return name, round(best[1] * 0.95, 2)
    return best


def _family_of(
    page: PacketPage,
    previous: _Judged | None,
    by_words: tuple[str, float, float] | None,
    known: _Known,
) -> str:
    """The paper before (or the one it is a part of), where words alone name only its kin; "" else."""
    if previous is None or by_words is None or _changes_file(page, previous):
        return ""
    for name in (previous.type, known.parents.get(previous.type, "")):
        if name and by_words[0] in known.cues[name].kin:
            return name
    return ""


def _is_annex(page: PacketPage, previous: _Judged | None, cue: Cue) -> bool:
    """Directly behind the paper that it is the annex of; a list over years is no notice's of one year."""
    if previous is None or previous.type not in cue.annex_of or _changes_file(page, previous):
        return False
    head = (x.text for x in page.read.lines if x.box.cy < page.read.upright.height_pt * _HEAD)
    return not any(_YEARS_OVER.search("".join(text.split())) for text in head)


def _is_garbled(page: PacketPage, found: PageCues) -> bool:
    """Nothing on the page was read with any confidence: the other side showing through, or noise."""
    lines = page.read.lines
    letters = sum(len(line.text) for line in lines)
    mean = sum(line.confidence * len(line.text) for line in lines) / max(letters, 1)
    words = max(found.keywords.values(), default=0.0)
    return words < 1.0 and (mean < GARBLED or "blank" in page.read.quality.reasons)


def _caption(page: PacketPage, previous: _Judged | None, found: PageCues, known: _Known) -> bool:
    """A line under a picture among pages that take anything."""
    if previous is None or _changes_file(page, previous) or found.own_title:
        return False
    return known.cues[previous.type].runs_on == "any"


def _without_text(
    page: PacketPage, before: Sequence[_Judged], clues: PageClues, known: _Known
) -> _Judged:
    """A picture after activity papers is one more of them; a blank page is a page of its own."""
    blank = "blank" in page.read.quality.reasons
    if not blank and before and known.cues[before[-1].type].runs_on == "any":
        return _Judged(page, before[-1].type, 0.6, False, "", clues)
    return _Judged(page, BLANK if blank else OTHER, 0.6, True, "", clues)


def _begins(
    page: PacketPage,
    before: Sequence[_Judged],
    clues: PageClues,
    name: str,
    title: str,
    found: PageCues,
    known: _Known,
) -> bool:
    """Whether a titled page begins a paper or repeats the title of the one before."""
    previous = before[-1] if before else None
    if previous is None or previous.type != name or _changes_file(page, previous):
        return True
    if begins_anew(clues):
        return True
    if is_inside(clues) and goes_on(clues, previous.clues):
        return False
    last = next((j.title for j in reversed(before) if j.title and j.type == name), "")
    if names_another(title, last) or _other_number(page, before, name):
        return True
    restarts = known.cues[name].restarts
    if restarts == "title":
        if last and is_chinese(last) and not is_chinese(title):
            return False  # the English side of a certificate in two languages
        running = found.size.get(name, 1.0) < 1.15 and goes_on(clues, previous.clues)
        return not running
    if restarts == "other_title":
        return fuzz.ratio(fold_text(title), fold_text(last)) < SAME_TITLE
    return False


def _other_number(page: PacketPage, before: Sequence[_Judged], name: str) -> bool:
    """A report number in the upper half that is not the one the paper has carried so far."""
    mine = report_numbers(page)
    if not mine:
        return False
    for judged in reversed(before):
        other = report_numbers(judged.page) if judged.type == name else set()
        if other:
            return not mine & other
    return False


def _may_go_on(previous: _Judged, known: _Known) -> bool:
    return known.cues[previous.type].runs_on != "none" or previous.type in (OTHER, *known.parents)


def _resumed(before: Sequence[_Judged], page: PacketPage, clues: PageClues, known: _Known) -> int:
    """How many pages back the paper is that this page goes on with, 0 where there is none.

    Only with the page's own word for it: papers bound between two pages of an agreement.
    """
    passed = 0
    for back in range(2, len(before) + 1):
        earlier = before[-back]
        if before[-back + 1].begins:
            passed += 1
        if passed > REACH or _changes_file(page, earlier):
            return 0
        if (
            earlier.type in (OTHER, BLANK, CONTENTS, *known.parents)
            or known.cues[earlier.type].runs_on == "none"
        ):
            continue
        if not before[-back + 1].begins:
            continue
        if _says_so(clues, earlier.clues) or _is_signed_part(page, earlier, known):
            return back
    return 0


def _is_signed_part(page: PacketPage, earlier: _Judged, known: _Known) -> bool:
    """A last page with hardly more than 甲方（盖章） 乙方（盖章） and a date, of a paper between parties."""
    cue = known.cues[earlier.type]
    if cue.restarts != "title" or cue.runs_on != "text":
        return False
    text = "".join(line.text for line in page.read.lines)
    return len(text) <= SIGNATURE_PAGE and _SIGNED.search(text) is not None


def _says_so(clues: PageClues, before: PageClues) -> bool:
    """Stronger than ``goes_on``: an open sentence alone does not lead over other papers."""
    numbered = clues.total is not None and before.total is not None
    clauses = clues.clauses is not None and before.clauses is not None
    sections = clues.sections is not None and before.sections is not None and clues.sections[0] > 2
    return (numbered or clauses or sections) and goes_on(clues, before)


def _runs_on(page: PacketPage, previous: _Judged, found: PageCues, cue: Cue) -> bool:
    if cue.runs_on == "none":
        return False
    weight = found.keywords.get(previous.type, 0.0)
    if cue.runs_on == "any":
        return not found.own_title or weight > 0
    if found.own_title and not weight:
        return False
    has_table = any(len(t.cells) >= 6 for t in page.read.tables)
    if cue.runs_on == "table" and not has_table:
        return looks_like_list(page)
    if has_table and cue.runs_on in ("table", "both"):
        if cue.runs_on == "both":
            return True
        if lines_above_table(page) > LINES_ABOVE and not looks_like_list(page):
            return False
        return has_same_columns(page, previous.page) or not previous.page.read.tables
    text = sum(len(line.text) for line in page.read.lines)
    return cue.runs_on in ("text", "both") and text >= 30


def _changes_file(page: PacketPage, previous: _Judged | None) -> bool:
    return previous is not None and previous.page.file != page.file


def _join(judged: Sequence[_Judged]) -> list[FoundDocument]:
    groups: list[list[_Judged]] = []
    of: list[int] = []
    for i, item in enumerate(judged):
        target = of[i - item.back] if i >= item.back > 0 else -1
        if item.begins or target < 0 or groups[target][-1].type != item.type:
            groups.append([item])
            of.append(len(groups) - 1)
        else:
            groups[target].append(item)
            of.append(target)
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
