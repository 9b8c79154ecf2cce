"""The spaCy pipeline: blank Chinese, one token a character, our rules and a small trained component.

Blank ``zh`` with character segmentation needs no download and keeps every offset. The trained part
(``models/prose``, made by ``python -m models.prose.train`` from sentences of our own making) knows where
an organisation's or a person's name begins; shapes (dates, money, numbers) are the rules' word. Where the
folder is missing, rules alone are used and ``uses_model`` says so.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.prose.entities import Entity, EntityKind, without_overlaps
from extractor.prose.names import find_names, is_person_name
from extractor.prose.patterns import find_shapes
from extractor.setup.paths import prose_model_dir
from extractor.values.folding import fold_width
from extractor.values.names import has_org_suffix

if TYPE_CHECKING:
    from spacy.language import Language

#: Longer texts are cut at line ends: entities do not run over paragraphs.
MAX_CHARS = 2000
_TRAINED = frozenset({EntityKind.ORGANISATION, EntityKind.PERSON})


def find_entities(text: str, *, rules_only: bool = False) -> tuple[Entity, ...]:
    """All entities of ``text`` with their offsets, by place.

    Entities of one layer never overlap; periods and party labels may lie over others.
    ``rules_only`` leaves the trained component out.
    """
    shapes = tuple(find_shapes(text))
    nlp = None if rules_only else _pipeline()
    names = tuple(find_names(text))
    if nlp is not None:
        # The component finds where an organisation begins; a title beside a person is surer by rule.
        persons = tuple(e for e in names if e.kind is EntityKind.PERSON)
        names = (*_trained_names(nlp, text), *persons)
    return without_overlaps((*shapes, *names))


def uses_model() -> bool:
    """Whether the trained component is there."""
    return _pipeline() is not None


@cache
def _pipeline() -> Language | None:
    folder = prose_model_dir()
    return load_pipeline(folder) if (folder / "meta.json").is_file() else None


def load_pipeline(folder: Path) -> Language:
    """The trained pipeline from a folder; spaCy is imported here, when it is first needed."""
    import spacy

    return spacy.load(folder)


def _plausible(kind: EntityKind, text: str) -> bool:
    """What the component names must also end like an organisation or begin like a person's name."""
    if kind is EntityKind.PERSON:
        return is_person_name(text)
    return len(text) >= 4 and has_org_suffix(fold_width(text))


def _trained_names(nlp: Language, text: str) -> tuple[Entity, ...]:
    found: list[Entity] = []
    for start in range(0, len(text), MAX_CHARS):
        for span in nlp(text[start : start + MAX_CHARS]).ents:
            kind = EntityKind(span.label_)
            if kind in _TRAINED and _plausible(kind, span.text):
                a, b = start + span.start_char, start + span.end_char
                found.append(Entity(a, b, kind, text[a:b]))
    return tuple(found)
