"""The spaCy pipeline: blank Chinese, one token a character, our rules and a small trained component.

Blank ``zh`` with character segmentation needs no download and keeps every offset. The trained part
(``models/prose``, made by ``python -m models.prose.train`` from sentences of our own making) says where
an organisation's name begins that no place or punctuation begins; all else is the rules' word. Where the
folder is missing, rules alone are used and ``uses_model`` says so.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.prose.entities import Entity, EntityKind, without_overlaps
from extractor.prose.names import ends_like_one, organisations
from extractor.prose.patterns import find_shapes
from extractor.prose.persons import person_spans
from extractor.setup.paths import prose_model_dir
from extractor.values.folding import fold_width

if TYPE_CHECKING:
    from spacy.language import Language

#: Longer texts are cut at line ends: entities do not run over paragraphs.
MAX_CHARS = 2000


def find_entities(text: str, *, rules_only: bool = False) -> tuple[Entity, ...]:
    """All entities of ``text`` with their offsets, by place.

    Entities of one layer never overlap; periods and party labels may lie over others.
    ``rules_only`` leaves the trained component out.
    """
    shapes = tuple(find_shapes(text))
    nlp = None if rules_only else _pipeline()
    folded = fold_width(text)
    named = organisations(folded)
    sure = [_entity(text, EntityKind.ORGANISATION, n.start, n.end) for n in named if n.anchored]
    guessed = [
        _entity(text, EntityKind.ORGANISATION, n.start, n.end) for n in named if not n.anchored
    ]
    ends = [n.end for n in named]
    persons = [_entity(text, EntityKind.PERSON, *span) for span in person_spans(folded, ends)]
    # A name that begins at a known place, and a person beside a title, are surer by rule; where an
    # organisation begins otherwise the component knows better.
    trained = _trained_names(nlp, text) if nlp is not None else ()
    return without_overlaps((*shapes, *sure, *persons, *trained, *guessed))


def _entity(text: str, kind: EntityKind, start: int, end: int) -> Entity:
    return Entity(start, end, kind, text[start:end])


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


def _trained_names(nlp: Language, text: str) -> tuple[Entity, ...]:
    """Organisations the component sees that also end like one; for persons the rules alone are better."""
    found: list[Entity] = []
    for start in range(0, len(text), MAX_CHARS):
        for span in nlp(text[start : start + MAX_CHARS]).ents:
            kind = EntityKind(span.label_)
            if kind is EntityKind.ORGANISATION and ends_like_one(fold_width(span.text)):
                a, b = start + span.start_char, start + span.end_char
                found.append(Entity(a, b, kind, text[a:b]))
    return tuple(found)
