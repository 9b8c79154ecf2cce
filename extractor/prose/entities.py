"""What is found in a text: kinds, spans, and the one order in which overlaps are settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class EntityKind(StrEnum):
    """What an entity names. ``PERIOD`` and ``PARTY`` lie over others: a period holds two dates."""

    ORGANISATION = "organisation"
    PERSON = "person"
    DATE = "date"
    MONEY = "money"
    DOCUMENT_NUMBER = "document_number"
    PERIOD = "period"
    PARTY = "party"


#: Kinds that may lie over entities of other kinds.
OVERLAYS = frozenset({EntityKind.PERIOD, EntityKind.PARTY})


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A stretch ``text_given[start:end]``; ``text`` is that stretch as printed, blanks included."""

    start: int
    end: int
    kind: EntityKind
    text: str


def without_overlaps(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Entities by place, the first given winning where two of the same layer overlap."""
    kept: list[Entity] = []
    for entity in entities:
        layer = entity.kind if entity.kind in OVERLAYS else None
        clash = any(
            entity.start < other.end
            and other.start < entity.end
            and layer == (other.kind if other.kind in OVERLAYS else None)
            for other in kept
        )
        if not clash:
            kept.append(entity)
    return tuple(sorted(kept))
