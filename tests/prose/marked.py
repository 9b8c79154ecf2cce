"""Texts with their entities in angle marks, and F1 of what is found in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from extractor.prose.entities import Entity, EntityKind

KINDS = {
    "o": EntityKind.ORGANISATION,
    "p": EntityKind.PERSON,
    "d": EntityKind.DATE,
    "m": EntityKind.MONEY,
    "n": EntityKind.DOCUMENT_NUMBER,
}
_TAG = re.compile(r"<(/?)([opdmn])>")


@dataclass(frozen=True)
class Marked:
    text: str
    entities: frozenset[tuple[EntityKind, int, int]]


def marked(line: str) -> Marked:
    text, at, opened = "", 0, 0
    entities: set[tuple[EntityKind, int, int]] = set()
    for tag in _TAG.finditer(line):
        text += line[at : tag.start()]
        at = tag.end()
        if tag[1]:
            entities.add((KINDS[tag[2]], opened, len(text)))
        else:
            opened = len(text)
    return Marked(text + line[at:], frozenset(entities))


def marked_texts(file: Path) -> list[Marked]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [marked(line) for line in lines if line and not line.startswith("#")]


def f1(kind: EntityKind, pairs: Iterable[tuple[Marked, tuple[Entity, ...]]]) -> float:
    """Exact spans only; 1.0 where there is none to find and none was found."""
    right = found = wanted = 0
    for text, entities in pairs:
        got = {(e.kind, e.start, e.end) for e in entities if e.kind is kind}
        true = {e for e in text.entities if e[0] is kind}
        right, found, wanted = right + len(got & true), found + len(got), wanted + len(true)
    return 2 * right / (found + wanted) if found + wanted else 1.0
