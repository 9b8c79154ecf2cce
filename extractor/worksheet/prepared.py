"""A worksheet made ready for people, once for all formats: masked, with its pictures cut out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from extractor.core.worksheet import BoxTuple, Worksheet
from extractor.worksheet.crops import Crop, PageImages, crops_of_facts
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_worksheet, personal_boxes
from extractor.worksheet.naming import Naming
from extractor.worksheet.readable import with_clauses, without_ids
from extractor.worksheet.telling import Telling, facts_for_crops
from extractor.worksheet.wording import Language, words_of


@dataclass(frozen=True)
class Prepared:
    """What every writer is given.

    Attributes:
        shown: the worksheet as people may see it, masked unless asked otherwise, in their language.
        content: its ``worksheet.json``, which is the same in every language.
        hidden: places of personal data by page (viewer points); empty where nothing is hidden.
        crops: pictures of places by fact id, personal data blanked.
    """

    shown: Worksheet
    content: bytes
    naming: Naming
    language: Language
    hidden: Mapping[int, tuple[BoxTuple, ...]]
    crops: Mapping[str, Crop]

    @property
    def content_sha256(self) -> str:
        """SHA-256 of ``worksheet.json``, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def telling(self) -> Telling:
        """The worksheet with its words and names."""
        return Telling(self.shown, words_of(self.language), self.naming)


def for_people(worksheet: Worksheet, naming: Naming, lang: Language) -> Worksheet:
    """What rules say, in the reader's language and without ids that only programs know."""
    shown = without_ids(worksheet, naming)
    if lang == "en" and naming.english is not None:
        shown = naming.english.worksheet(shown)
    return with_clauses(shown, words_of(lang))


def prepare(
    worksheet: Worksheet,
    images: PageImages,
    *,
    naming: Naming | None = None,
    unmask: bool = False,
    lang: Language = "zh",
    pictures: bool = True,
    places: Mapping[int, Sequence[BoxTuple]] = MappingProxyType({}),
) -> Prepared:
    """Masks ``worksheet`` unless ``unmask`` and cuts out the places its failed findings cite.

    Args:
        worksheet: unmasked.
        images: page pictures, asked only for pages that failed findings cite.
        naming: names of fields, enums and document types; ids are shown where it has none.
        unmask: show personal data, in text and in pictures.
        lang: language of the fixed words.
        pictures: without, no picture is cut.
        places: further places of personal data by page (viewer points), known from the page's words.
    """
    names = naming or Naming()
    hidden: dict[int, tuple[BoxTuple, ...]] = {}
    if not unmask:
        hidden.update(personal_boxes(worksheet, names.sensitive))
        for page, boxes in places.items():
            hidden[page] = (*hidden.get(page, ()), *boxes)
    shown = worksheet if unmask else mask_worksheet(worksheet, names.sensitive)
    telling = Telling(shown, words_of(lang), names)
    crops: dict[str, Crop] = {}
    if pictures:
        wanted = facts_for_crops(shown.findings, telling.facts)
        crops = crops_of_facts(wanted, shown.pages, images, hidden)
    content = worksheet_bytes(shown)
    shown = for_people(shown, names, lang)
    return Prepared(shown, content, names, lang, hidden, crops)
