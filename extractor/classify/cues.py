"""How well a page fits each document type: titles first, then keywords.

Titles count where titles stand (``titles``). A title that is only mentioned inside a sentence counts
nothing. Keywords count once each; on forms and certificates, whose words are labels, a word in the
middle of a sentence counts a third: the notes of an audit speak of the licence and its 经营范围, too.
A keyword that is all of a row is what a part of the paper is about (一、活动时间) and counts more. What a
paper says of itself in so many words (特聘请您担任专家) counts like a title that could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from extractor.classify.covers import is_divider, is_own_cover, listed_kinds
from extractor.classify.titles import (
    MIN_TABLE_CELLS,
    TitleLine,
    slips,
    title_fit,
    title_lines,
    unnumbered,
    wanted_title,
)
from extractor.core.page import ReadPage
from extractor.core.text import fold_text
from extractor.setup.catalogue import Catalogue, DoctypeSpec
from extractor.setup.cues import Cue

#: A keyword inside a sentence of a form, list or certificate: what it counts.
MENTIONED = 0.35
#: A long keyword misread in one or two characters still counts this much.
MISREAD = 0.7
#: A keyword that is a heading counts this much; what a paper says of itself, this much.
HEADING = 1.5
SAID = 3.5
#: A page that says what it is is short: its letters, at most.
SAID_WITHIN = 600
#: Shortest keyword that may be a heading.
HEADING_LENGTH = 4
#: 证书序号：0018264 is a label with its value, however large: no title.
_ANSWERED = re.compile(r"[\u4e00-\u9fa5][:：]\s*[0-9A-Za-z]")
#: From this length on a keyword is looked for with slips.
LONG_KEYWORD = 6
#: A line of running text has at least so many characters; a page of it, this share in such lines.
LONG_LINE = 28
PROSE_SHARE = 0.8
#: Layouts whose words are labels.
LABELLED = frozenset({"certificate", "form_table", "table", "wide_table", "screenshot"})
CONTENTS = "cover_or_contents"
REPORT = "application_report"


@dataclass(frozen=True, slots=True)
class PageCues:
    """Per doctype: ``title`` 0..1 and ``keywords`` (weighted hits).

    ``own_title``: a prominent line nobody knows. ``length``: letters of the title that fits;
    ``place``: its row; ``numbered``: types whose title carries a section number. ``divider``: the page only announces what follows.
    """

    title: Mapping[str, float]
    keywords: Mapping[str, float]
    vetoed: frozenset[str]
    own_title: str
    title_text: Mapping[str, str]
    length: Mapping[str, int]
    place: Mapping[str, int]
    size: Mapping[str, float]
    numbered: frozenset[str] = frozenset()
    divider: bool = False

    def score(self, doctype: str) -> float:
        """One figure for ranking: a full title outweighs six keywords."""
        if doctype in self.vetoed:
            return 0.0
        return 4.0 * self.title.get(doctype, 0.0) + 0.6 * min(self.keywords.get(doctype, 0), 6)

    def ranked(self) -> list[tuple[str, float]]:
        """Doctypes with a score, best first."""
        scored = [(d, self.score(d)) for d in sorted({*self.title, *self.keywords})]
        return sorted((p for p in scored if p[1] > 0), key=lambda p: (-p[1], p[0]))


@dataclass(frozen=True, slots=True)
class _Fit:
    fit: float
    line: TitleLine
    length: int


def page_cues(page: ReadPage, catalogue: Catalogue, cues: Mapping[str, Cue]) -> PageCues:
    """The cues of one page for every doctype."""
    lines = title_lines(page)
    best: dict[str, _Fit] = {}
    vetoed: set[str] = set()
    for name, spec in catalogue.doctypes.items():
        for written in (*spec.titles, *cues[name].titles):
            fitted = _best_line(written, lines)
            held = best.get(name)
            if fitted and (held is None or (fitted.fit, fitted.length) > (held.fit, held.length)):
                best[name] = fitted
        if any(title_fit(wanted_title(v), line) > 0.7 for v in spec.not_if for line in lines):
            vetoed.add(name)
    own = next((t.printed for t in lines if _is_own(t)), "")
    title = {name: f.fit for name, f in best.items()}
    listed = listed_kinds(page, catalogue, lines)
    if len(listed) > 1 and is_own_cover(page, title.get(REPORT, 0.0)):
        listed = frozenset()
    if len(listed) == 1 and CONTENTS in title:
        title.pop(CONTENTS)
    if len(listed) > 1:
        title = {CONTENTS: 1.0}
        best[CONTENTS] = _Fit(1.0, lines[0], 99)
    elif listed:
        (family,) = listed
        title.setdefault(family, 0.9)
        best.setdefault(family, _Fit(0.9, lines[0], 4))
    return PageCues(
        title=title,
        keywords=_keywords(page, catalogue, cues),
        vetoed=frozenset(vetoed),
        own_title=own,
        title_text={name: f.line.printed for name, f in best.items()},
        length={name: f.length for name, f in best.items()},
        place={name: f.line.rank for name, f in best.items()},
        size={name: f.line.prominence for name, f in best.items()},
        numbered=frozenset(name for name, f in best.items() if f.line.numbered),
        divider=is_divider(page, lines, any(fit >= 0.5 for fit in title.values())),
    )


@dataclass(slots=True)
class CuesBefore:
    """The cues of pages, for who looks at a packet again and again while its pages come in. Good for one
    catalogue and one set of cues."""

    _known: dict[int, tuple[ReadPage, PageCues]] = field(default_factory=dict)

    def of(self, page: ReadPage, catalogue: Catalogue, cues: Mapping[str, Cue]) -> PageCues:
        """``page_cues`` of the page."""
        if id(page) not in self._known:  # it is kept too: its id is then nobody else's
            self._known[id(page)] = page, page_cues(page, catalogue, cues)
        return self._known[id(page)][1]


def _is_own(line: TitleLine) -> bool:
    return (
        line.prominence >= 1.35 and line.standing >= 1.0 and line.rank < 6
        and not line.numbered and 2 <= len(line.text) <= 30 and not _ANSWERED.search(line.printed)
    )  # fmt: skip


def _best_line(written: str, lines: tuple[TitleLine, ...]) -> _Fit | None:
    wanted = wanted_title(written)
    best: _Fit | None = None
    for line in lines:
        fit = title_fit(wanted, line)
        if fit > (best.fit if best is not None else 0.0):
            best = _Fit(fit, line, wanted.length)
    return best


@lru_cache(maxsize=256)
def _words(keywords: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({fold_text(k) for k in keywords} - {""}))


def _keywords(page: ReadPage, catalogue: Catalogue, cues: Mapping[str, Cue]) -> dict[str, float]:
    """Weighted hits by doctype."""
    starts = [fold_text(line.text) for line in page.lines]
    body = "".join(starts)
    spoken = "".join("".join(line.text.split()) for line in page.lines)
    letters = frozenset(body)
    prose = _is_prose(page, starts)
    headings = frozenset(fold_text(unnumbered(line.text)) for line in page.lines)
    words = {n: _words((*s.keywords, *cues[n].keywords)) for n, s in catalogue.doctypes.items()}
    held: dict[str, int] = {}
    for listed in words.values():
        for word in listed:
            held[word] = held.get(word, 0) + 1
    found: dict[str, float] = {}
    memory: dict[tuple[str, bool], float] = {}
    for name, listed in words.items():
        labelled = _is_labelled(catalogue.doctypes[name])
        total = 0.0
        for word in listed:
            key = (word, labelled)
            if key not in memory:
                memory[key] = _hit(word, body, [] if prose else starts, letters, labelled)
            hit = memory[key]
            if not labelled and hit == 1.0 and word in headings and len(word) >= HEADING_LENGTH:
                hit = HEADING
            total += hit / (1.0 if held[word] == 1 else 1.0 + 0.25 * (held[word] - 1))
        if len(spoken) <= SAID_WITHIN and any(_pattern(p).search(spoken) for p in cues[name].says):
            total += SAID
        if total > 0:
            found[name] = round(total, 3)
    return found


_pattern = lru_cache(maxsize=128)(re.compile)


def _is_prose(page: ReadPage, folded: list[str]) -> bool:
    """A page of running text: no table, nearly all characters in long lines. No label stands there."""
    if any(len(t.cells) >= MIN_TABLE_CELLS for t in page.tables):
        return False
    long = sum(len(text) for text in folded if len(text) >= LONG_LINE)
    return long > PROSE_SHARE * sum(len(text) for text in folded)


def _is_labelled(spec: DoctypeSpec) -> bool:
    return spec.layout in LABELLED


def _hit(word: str, body: str, starts: list[str], letters: frozenset[str], labelled: bool) -> float:
    if word in body:
        if not labelled:
            return 1.0
        near = any(0 <= start.find(word) <= 3 or start.endswith(word) for start in starts)
        return 1.0 if near else MENTIONED
    if len(word) < LONG_KEYWORD or len(set(word) & letters) < 0.7 * len(set(word)):
        return 0.0
    allowed = slips(len(word))
    score = fuzz.partial_ratio(word, body, score_cutoff=100.0 * (1 - allowed / len(word)) - 1)
    return (MENTIONED if labelled else 1.0) * MISREAD if score else 0.0
