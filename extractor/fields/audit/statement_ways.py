"""Two readings of one statement: the one whose sums hold is taken, the other vouches or casts doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.worksheet import Fact
from extractor.fields.audit.amounts import BROKEN, REPAIRED
from extractor.fields.audit.repairs import sums
from extractor.fields.confirm import CONFIRMED, REFUTED
from extractor.fields.make import status_for

_CENTS = re.compile(r"[^\w\s]\d\d[)）]?$")
#: Amounts of a statement that show cents, before one without them is taken for a cut one.
_ENOUGH = 3


def better_reading(first: Sequence[Fact], second: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of the better way, doubtful where the other differs; what only the other has, doubtful.

    Better is the one with more sums that hold, else the one with more facts, else the first (the grid).
    """
    chosen, other = first, second
    if _rank(second) > _rank(first):
        chosen, other = second, first
    values = {f.field: f.value for f in other}
    own = {f.field for f in chosen}
    kept = [f if values.get(f.field, f.value) == f.value else at_most(f, REPAIRED) for f in chosen]
    return (*kept, *(at_most(f, REPAIRED) for f in other if f.field not in own))


def _rank(facts: Sequence[Fact]) -> tuple[int, int]:
    held, failing = sums(facts)
    return held - failing, len(facts)


def at_most(fact: Fact, ceiling: float) -> Fact:
    """The fact with a confidence of at most ``ceiling`` (0..1), its status to match."""
    confidence = round(min(fact.confidence, ceiling), 4)
    return _with_confidence(fact, confidence)


def weighed(fact: Fact, agrees: bool) -> Fact:
    """The fact, sure where an independent figure agrees with it and doubtful where that one differs."""
    if not agrees:
        return at_most(fact, REFUTED)
    return _with_confidence(fact, max(fact.confidence, CONFIRMED))


def _with_confidence(fact: Fact, confidence: float) -> Fact:
    status = status_for(confidence, fact.alternatives, fact.printed, fact.method)
    return fact.model_copy(update={"confidence": confidence, "status": status})


def whole_without_cents(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Amounts without cents among amounts with them have lost their end: doubtful."""
    cut = {f.id for f in facts if f.raw.strip("0-— ") and not _CENTS.search(f.raw.strip())}
    if len(facts) - len(cut) < _ENOUGH:
        return tuple(facts)
    return tuple(at_most(f, BROKEN) if f.id in cut else f for f in facts)
