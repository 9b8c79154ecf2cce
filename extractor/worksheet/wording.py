"""The fixed words of one language, looked up by key; a missing key is a fault, not a blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from extractor.worksheet.labels_en import ENGLISH
from extractor.worksheet.labels_zh import CHINESE
from extractor.worksheet.units_en import UNITS

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Words:
    """Call it with a key for the word. ``either`` answers for ids that may be open-ended."""

    language: Language
    table: Mapping[str, str]

    @property
    def chinese(self) -> bool:
        return self.language == "zh"

    def __call__(self, key: str) -> str:
        """The word.

        Raises:
            KeyError: the table has no such key.
        """
        return self.table[key]

    def unit(self, unit: str) -> str:
        """What stands behind a figure for a Chinese ``unit``; a unit without English stays."""
        return unit if self.chinese else UNITS.get(unit, unit)

    def either(self, prefix: str, identifier: str) -> str:
        """The word for ``prefix.identifier``, or the identifier itself where there is none."""
        return self.table.get(f"{prefix}.{identifier}", identifier)


_WORDS: Mapping[Language, Words] = {
    "zh": Words("zh", CHINESE),
    "en": Words("en", ENGLISH),
}


def words_of(language: Language) -> Words:
    """The words of a language."""
    return _WORDS[language]
