"""Are two names one firm, one person, one phone, one place: with a verdict, a score and the reason."""

from __future__ import annotations

from extractor.matching.addresses import compare_addresses
from extractor.matching.blocks import find_duplicates, match_names
from extractor.matching.lists import (
    ListedFirm,
    ListedPerson,
    SharedPhone,
    firms_in_both,
    firms_renamed,
    people_in_both,
    people_twice,
    shared_phones,
)
from extractor.matching.organisations import compare_organisations
from extractor.matching.people import compare_people
from extractor.matching.phones import compare_phones
from extractor.matching.verdict import BestMatch, Duplicate, Match, Sameness

__all__ = [
    "BestMatch",
    "Duplicate",
    "ListedFirm",
    "ListedPerson",
    "Match",
    "Sameness",
    "SharedPhone",
    "compare_addresses",
    "compare_organisations",
    "compare_people",
    "compare_phones",
    "find_duplicates",
    "firms_in_both",
    "firms_renamed",
    "match_names",
    "people_in_both",
    "people_twice",
    "shared_phones",
]
