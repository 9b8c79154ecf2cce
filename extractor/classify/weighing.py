"""Which type a page's title, or its words alone, speak for."""

from __future__ import annotations

from extractor.classify.cues import PageCues

#: A title this good begins a document by itself.
SURE_TITLE = 0.8
#: A weaker title needs keywords of this weight.
WEAK_TITLE = 0.5
HELPFUL_KEYWORDS = 1.5
#: 二、平台运营情况 is more often a section than a paper.
NUMBERED = 0.78
#: Keywords alone name a page from this weight on, when the runner-up has clearly less.
KEYWORDS_ALONE = 2.7
CLEARLY = 0.7


def titled(found: PageCues, previous: str) -> tuple[str, float] | None:
    """The type whose title stands on the page: the better, larger, higher and longer one.

    ``previous``: the type of the page before, "" where there is none.
    """
    candidates = []
    for name, fit in found.title.items():
        if name in found.vetoed:
            continue
        if name in found.numbered and previous and previous != name:
            fit *= NUMBERED
        hits = found.keywords.get(name, 0.0)
        if fit >= SURE_TITLE or (fit >= WEAK_TITLE and hits >= HELPFUL_KEYWORDS):
            going_on = 0.3 if previous == name else 0.0
            rank = 8 * fit + 0.3 * min(hits, 6) + going_on + 0.1 * min(found.length[name], 16)
            rank += 0.8 * min(found.size[name], 2.0) - 0.12 * min(found.place[name], 10)
            candidates.append((rank, fit, name))
    if not candidates:
        return None
    ranked = sorted(candidates, reverse=True)
    rank, fit, name = ranked[0]
    close = len(ranked) > 1 and rank - ranked[1][0] < 0.6
    hits = found.keywords.get(name, 0.0)
    confidence = 0.55 + 0.35 * fit + 0.03 * min(hits, 4) - (0.15 if close else 0.0)
    return name, round(min(0.99, confidence), 2)


def by_keywords(found: PageCues) -> tuple[str, float, float] | None:
    """Type, weight and confidence of a page that only its words name."""
    ranked = sorted(
        ((n, d) for d, n in found.keywords.items() if d not in found.vetoed), reverse=True
    )
    if not ranked or ranked[0][0] < KEYWORDS_ALONE:
        return None
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    if second > CLEARLY * ranked[0][0]:
        return None
    weight, name = ranked[0]
    return name, weight, round(min(0.85, 0.55 + 0.05 * weight), 2)
