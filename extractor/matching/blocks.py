"""Many names against many: only pairs that share something are compared in full.

Names with one ``OrgParts.key`` are one firm and are found by it alone, so no certain pair is ever lost.
Likely pairs share their brand and trade, a former name, or are alike in writing; likeness of all names is
counted by rapidfuzz in one call, and only the nearest are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extractor.matching.org_parts import OrgParts, org_parts
from extractor.matching.organisations import (
    SLIP_SIMILARITY,
    compare_parts,
    same_firm,
    short_form_score,
)
from extractor.matching.verdict import BestMatch, Duplicate, Match, Sameness

DUPLICATE_SIMILARITY = 0.95
"""``fuzzy 0.95 for duplicates`` of crosschecks.yaml; look-alike characters count from 0.85."""
NEAR = 0.45
"""Names less alike than this are compared only if they share brand, former name or are a short form."""
NEAREST = 8
"""How many names that are alike in writing are compared in full, for each name."""
CHUNK = 512
"""Names compared at once: keeps the table of likenesses under a few megabytes."""


class NameIndex:
    """The names to find among, by what may lead to them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.parts = [org_parts(name) for name in names]
        self.norms = [part.norm for part in self.parts]
        self.by_key: dict[tuple[str, str], int] = {}
        self._by_core: dict[str, list[int]] = {}
        self._by_former: dict[tuple[str, str], list[int]] = {}
        self._by_character: dict[str, list[int]] = {}
        for i, part in enumerate(self.parts):
            if not part.norm:
                continue
            self.by_key.setdefault(part.key, i)
            self._by_core.setdefault(part.core, []).append(i)
            if part.former:
                self._by_former.setdefault(org_parts(part.former).key, []).append(i)
            for character in set(part.norm):
                self._by_character.setdefault(character, []).append(i)

    def kin(self, part: OrgParts) -> Iterator[int]:
        """Places of names that share brand or former name with ``part``, or that it may shorten."""
        yield from self._by_core.get(part.core, ())
        yield from self._by_former.get(part.key, ())
        if part.former:
            former = org_parts(part.former).key
            yield from self._by_former.get(former, ())
            if former in self.by_key:
                yield self.by_key[former]
        if len(part.norm) <= 12 and not part.form and part.norm:
            for i in self._by_character.get(part.norm[0], ()):
                if short_form_score(part, self.parts[i]):
                    yield i

    def alike(self, parts: Sequence[OrgParts], cutoff: float) -> Iterator[NDArray[np.float32]]:
        """For each of ``parts`` its likeness 0..1 to every name; 0 below ``cutoff``."""
        for start in range(0, len(parts), CHUNK):
            yield from process.cdist(
                [part.norm for part in parts[start : start + CHUNK]],
                self.norms,
                scorer=Levenshtein.normalized_similarity,
                score_cutoff=cutoff,
            )


@lru_cache(maxsize=4)
def _index(names: tuple[str, ...]) -> NameIndex:
    """One list is asked about by several checks one after the other."""
    return NameIndex(names)


def match_names(names: Sequence[str], candidates: Sequence[str]) -> tuple[BestMatch | None, ...]:
    """For each name the candidate that is or may be it; ``None`` where all are different.

    With ``rivals`` a choice is not clear: show them.
    """
    index = _index(tuple(candidates))
    parts = [org_parts(name) for name in names]
    found: list[BestMatch | None] = [None] * len(names)
    open_rows = []
    for i, part in enumerate(parts):
        at = index.by_key.get(part.key) if part.norm else None
        if at is not None:  # most names are printed alike: no need to look further
            found[i] = BestMatch(at, candidates[at], same_firm(part, index.parts[at]))
        elif part.norm:
            open_rows.append(i)
    rows = index.alike([parts[i] for i in open_rows], NEAR)
    for i, row in zip(open_rows, rows, strict=True):
        found[i] = _best(parts[i], index, row)
    return tuple(found)


def _best(part: OrgParts, index: NameIndex, row: NDArray[np.float32]) -> BestMatch | None:
    near = np.flatnonzero(row)
    near = near[np.argsort(-row[near], kind="stable")[:NEAREST]]
    looked_at = dict.fromkeys([*(int(i) for i in near), *index.kin(part)])
    scored = [(i, compare_parts(part, index.parts[i])) for i in looked_at if index.norms[i]]
    scored = [(i, match) for i, match in scored if match.verdict is not Sameness.DIFFERENT]
    if not scored:
        return None
    best, match = max(scored, key=lambda pair: (pair[1].score, -pair[0]))
    rivals = tuple(
        i
        for i, other in scored
        if i != best and other.score >= match.score - 0.01 and index.norms[i] != index.norms[best]
    )
    return BestMatch(best, index.names[best], match, rivals)


def find_duplicates(names: Sequence[str]) -> tuple[Duplicate, ...]:
    """Entries that repeat an earlier one of the list, for certain or likely, in list order.

    Empty names are no duplicates of each other. Each entry is reported once, against its first certain
    namesake, and against every likely one.
    """
    return _duplicates(tuple(names))


@lru_cache(maxsize=4)
def _duplicates(names: tuple[str, ...]) -> tuple[Duplicate, ...]:
    every = [org_parts(name) for name in names]
    first_of: dict[tuple[str, str], int] = {}
    found: list[Duplicate] = []
    for i, part in enumerate(every):
        if not part.norm:
            continue
        first = first_of.setdefault(part.key, i)
        if first != i:
            found.append(Duplicate(first, i, same_firm(every[first], part)))
    place = list(first_of.values())
    index = NameIndex([names[i] for i in place])
    for j, row in enumerate(index.alike(index.parts, SLIP_SIMILARITY)):
        part = index.parts[j]
        near = (int(i) for i in np.flatnonzero(row[:j]))
        for i in dict.fromkeys([*near, *index.kin(part)]):
            pair = _repeated(index.parts[i], part, float(row[i])) if i != j else None
            if pair is not None:
                first, second = sorted((place[i], place[j]))
                found.append(Duplicate(first, second, pair))
    once = {(d.first, d.second): d for d in found}
    return tuple(sorted(once.values(), key=lambda d: (d.second, d.first)))


def _repeated(a: OrgParts, b: OrgParts, likeness: float) -> Match | None:
    """A repeated entry, or ``None``: alike in writing, of one brand, trade and place, or renamed."""
    if likeness < SLIP_SIMILARITY and a.core != b.core and not (a.former or b.former):
        return None
    match = compare_parts(a, b)
    if match.verdict is Sameness.DIFFERENT:
        return None
    return match if likeness >= DUPLICATE_SIMILARITY or match.score >= 0.85 else None
