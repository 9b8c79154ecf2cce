"""How well a page fits each document type: titles first, then keywords.

Titles count where titles stand: in the upper part of a page, alone on their line, usually in larger
type. A title that is only mentioned inside a sentence counts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from rapidfuzz import fuzz

from extractor.core.page import Line, ReadPage
from extractor.core.text import fold_text
from extractor.setup.catalogue import Catalogue
from extractor.setup.cues import Cue

#: Lines looked at for a title (recognition_rule of the doctype catalogue says the first 15).
TITLE_LINES = 15
#: Similarity (0..100) from which a title line counts as that title.
TITLE_SCORE = 84.0
#: A title of this many characters is a title wherever it stands alone.
WHOLE_TITLE = 8
#: A grid with fewer cells is taken for a frame or a layout box.
MIN_TABLE_CELLS = 6
_NOISE = re.compile(r"^(附件|附表|附)?\s*[一二三四五六七八九十\d]*\s*[、.．:：]?\s*")


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A line that may be a title: folded text, how prominent it is (1 = body size), as printed."""

    text: str
    prominence: float
    printed: str = ""
    #: stands in what was taken for a table cell
    in_cell: bool = False


@dataclass(frozen=True, slots=True)
class PageCues:
    """Per doctype: ``title`` 0..1 and ``keywords`` (hits); ``own_title``: a prominent line nobody knows."""

    title: Mapping[str, float]
    keywords: Mapping[str, int]
    vetoed: frozenset[str]
    own_title: str
    title_text: Mapping[str, str]

    def score(self, doctype: str) -> float:
        """One figure for ranking: a full title outweighs six keywords."""
        if doctype in self.vetoed:
            return 0.0
        return 4.0 * self.title.get(doctype, 0.0) + 0.6 * min(self.keywords.get(doctype, 0), 6)

    def ranked(self) -> list[tuple[str, float]]:
        """Doctypes with a score, best first."""
        scored = [(d, self.score(d)) for d in sorted({*self.title, *self.keywords})]
        return sorted((p for p in scored if p[1] > 0), key=lambda p: (-p[1], p[0]))


def page_cues(page: ReadPage, catalogue: Catalogue, cues: Mapping[str, Cue]) -> PageCues:
    """The cues of one page for every doctype."""
    titles = title_lines(page)
    body = fold_text(page.text)
    title: dict[str, float] = {}
    title_text: dict[str, str] = {}
    keywords: dict[str, int] = {}
    vetoed: set[str] = set()
    for name, spec in catalogue.doctypes.items():
        for wanted in (*spec.titles, *cues[name].titles):
            for line in titles:
                fit = _title_fit(wanted, line)
                if fit > title.get(name, 0.0):
                    title[name], title_text[name] = fit, line.printed
        words = {fold_text(k) for k in (*spec.keywords, *cues[name].keywords)} - {""}
        hits = sum(1 for word in words if word in body)
        if hits:
            keywords[name] = hits
        if any(_title_fit(v, line) > 0.7 for v in spec.not_if for line in titles):
            vetoed.add(name)
    own = next((t.printed for t in titles if t.prominence >= 1.35 and 2 <= len(t.text) <= 30), "")
    return PageCues(title, keywords, frozenset(vetoed), own, title_text)


def title_lines(page: ReadPage) -> tuple[TitleLine, ...]:
    """Lines that may be titles, also two or three prominent ones read together."""
    every = [line for line in page.lines if fold_text(line.text)]
    free = [line for line in every if not _in_table(page, line)]
    if not every:
        return ()
    body = median(line.box.height for line in free or every)
    result: list[TitleLine] = []
    tops = _top_lines(free) if free else []
    for i, line in enumerate(tops):
        prominence = line.box.height / max(body, 1e-6)
        result.append(TitleLine(fold_text(line.text), prominence, line.text.strip()))
        joined = line.text
        for other in tops[i + 1 : i + 3]:
            gap = other.box.y0 - line.box.y1
            if gap > 6 * line.box.height or len(fold_text(joined)) > 40:
                break
            joined += other.text
            low = min(prominence, other.box.height / max(body, 1e-6))
            result.append(TitleLine(fold_text(joined), low, joined.strip()))
    # A stamp over a title can look like rulings around it: then only a whole title counts.
    inside = [x for x in _top_lines(every)[:6] if x not in free]
    result += [TitleLine(fold_text(x.text), 1.0, x.text.strip(), True) for x in inside]
    return tuple(result)


def _in_table(page: ReadPage, line: Line) -> bool:
    """Whether the line stands in a cell of a real table; a frame around a page is none.

    A first row across the whole table may well be the title of the form.
    """
    for table in page.tables:
        if len(table.cells) < MIN_TABLE_CELLS or table.method != "ruled":
            continue
        for cell in table.cells:
            if cell.box.contains_point(line.box.cx, line.box.cy):
                return not (cell.row == 0 and cell.col_span == table.n_cols)
    return False


def _top_lines(lines: list[Line]) -> list[Line]:
    """The first lines of the page from the top, and any later one in large type."""
    ordered = sorted(lines, key=lambda line: (line.box.y0, line.box.x0))
    body = median(line.box.height for line in lines)
    large = [line for line in ordered[TITLE_LINES:] if line.box.height > 1.7 * body]
    return ordered[:TITLE_LINES] + large[:5]


def _title_fit(wanted: str, line: TitleLine) -> float:
    """0..1: how well the line is this title."""
    if "…" in wanted:
        parts = [re.escape(fold_text(p)) for p in wanted.split("…")]
        if re.search(".{0,60}?".join(parts), line.text):
            return 1.0 if line.prominence > 1.1 else 0.85
        return 0.0
    title = fold_text(wanted)
    text = fold_text(_NOISE.sub("", line.text, count=1)) or line.text
    if len(title) < 2 or len(text) < 2:
        return 0.0
    if line.in_cell:
        return 1.0 if title in (text, line.text) and len(title) >= WHOLE_TITLE else 0.0
    if title in (text, line.text):
        return _weighted(1.0, title, line)
    share = len(title) / len(text)
    if title in text and share >= 0.4 and (text.endswith(title) or text.startswith(title)):
        return _weighted(0.6 + 0.4 * share, title, line)
    if len(title) >= 4 and 0.7 <= share <= 1.4:
        score = fuzz.ratio(title, text)
        if score >= TITLE_SCORE:
            return _weighted(score / 100 * 0.97, title, line)
    return 0.0


def _weighted(fit: float, title: str, line: TitleLine) -> float:
    """Short titles in body type are often only words of the page (附件, 目录, 聘书)."""
    if len(title) <= 4 and line.prominence < 1.15:
        return fit * 0.55
    return fit
