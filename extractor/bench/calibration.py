"""How often certain readings were wrong, by way of reading and kind of page, with bounds.

A group is acted upon only where its own facts prove it worse than the promise: the *lower* end of the
interval of its error lies above ``PROMISED``, with two slips at least (one among few facts proves
nothing). That a small group is not known to be good shows in ``at_most``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from extractor.setup.calibration import GOOD, CalibrationGroup

#: Share of certain facts that may be wrong.
PROMISED = 0.005
#: Standard normal quantile of a two-sided 95 % interval.
Z95 = 1.959964
#: Confidences tried, lowest first. Above the last nothing is asked: a total that two other figures
#: confirm has 0.995 (``fields.confirm.CONFIRMED``).
STEPS = (0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995)


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact that would be certain by its confidence alone, and whether the truth agrees."""

    method: str
    reasons: tuple[str, ...]
    confidence: float
    right: bool


def wilson(wrong: int, n: int) -> tuple[float, float]:
    """Interval (95 %) of the share behind ``wrong`` of ``n``; (0, 1) where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = wrong / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def calibrate(observations: Iterable[Observation]) -> tuple[CalibrationGroup, ...]:
    """A group for each way and reason that occurs, sorted by both."""
    grouped: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for seen in observations:
        for reason in seen.reasons or (GOOD,):
            grouped[seen.method, reason].append(seen)
    return tuple(_group(*key, grouped[key]) for key in sorted(grouped))


def _group(method: str, reason: str, seen: list[Observation]) -> CalibrationGroup:
    wrong = sum(not o.right for o in seen)
    return CalibrationGroup(
        id=f"{method}.{reason}",
        method=method,
        reason=reason,
        n=len(seen),
        wrong=wrong,
        at_most=round(wilson(wrong, len(seen))[1], 4),
        certain_at=_certain_at(seen),
    )


def _certain_at(seen: list[Observation]) -> float:
    """The lowest step from which on the facts do not prove the promise broken."""
    for step in STEPS:
        kept = [o for o in seen if o.confidence >= step]
        wrong = sum(not o.right for o in kept)
        if wrong < 2 or wilson(wrong, len(kept))[0] <= PROMISED:
            return step
    return STEPS[-1]
