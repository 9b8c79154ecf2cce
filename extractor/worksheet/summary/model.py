"""What a summary of a round says, before any file format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from extractor.core.worksheet import Finding, Worksheet


class SharedKind(StrEnum):
    """What two packets have in common."""

    FIRM = "firm"
    PERSON = "person"
    PHONE = "phone"
    PHOTO = "photo"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Seen:
    """Where something stands: place of the packet in the round (from 0), text as printed, page."""

    packet: int
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """Something that stands in two or more packets. ``sure``: else a person has to look; ``why``: says
    what agrees."""

    kind: SharedKind
    seen: tuple[Seen, ...]
    why: str
    sure: bool


@dataclass(frozen=True)
class Round:
    """A round of applicants.

    Attributes:
        names: how the packets are called here, in order, each another one.
        worksheets: of these packets, masked where they were read masked.
        shared: what several of them have in common.
        findings: by packet, what the checks across packets say.
        hidden_phones: masked numbers, of which only the visible digits could be compared.
        pictured: packets whose page pictures were there to compare.
    """

    names: tuple[str, ...]
    worksheets: tuple[Worksheet, ...]
    shared: tuple[Shared, ...]
    findings: tuple[tuple[int, Finding], ...]
    hidden_phones: int
    pictured: int
