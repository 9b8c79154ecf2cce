"""Are two names one firm, one person, one phone, one place: with a verdict, a score and the reason."""

from __future__ import annotations

from extractor.matching.addresses import compare_addresses
from extractor.matching.organisations import (
    best_match,
    compare_organisations,
    find_duplicates,
    match_names,
)
from extractor.matching.people import compare_people
from extractor.matching.phones import compare_phones
from extractor.matching.verdict import BestMatch, Duplicate, Match, Sameness

__all__ = [
    "BestMatch",
    "Duplicate",
    "Match",
    "Sameness",
    "best_match",
    "compare_addresses",
    "compare_organisations",
    "compare_people",
    "compare_phones",
    "find_duplicates",
    "match_names",
]
