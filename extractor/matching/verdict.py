"""What a comparison says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sameness(StrEnum):
    """``LIKELY`` means: a person should look; it is never counted as equal."""

    SAME = "same"
    LIKELY = "likely"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Match:
    """Verdict, score 0..1 (for ranking, not a probability) and why, in Chinese and in English."""

    verdict: Sameness
    score: float
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class BestMatch:
    """The best of several candidates; ``rivals`` are the indexes of others that score as high."""

    index: int
    name: str
    match: Match
    rivals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two rows taken for one: places in one list (``first < second``), or in a left and a right list."""

    first: int
    second: int
    match: Match
