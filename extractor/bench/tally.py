"""Right of so many, with what was wrong; kept apart by the damage of the page it was counted on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Right of so many, with what was wrong."""

    right: int = 0
    total: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, ok: bool, what: str = "") -> None:
        self.total += 1
        self.right += ok
        if not ok:
            self.wrong.append(what)

    def merge(self, other: Tally) -> None:
        self.right += other.right
        self.total += other.total
        self.wrong += other.wrong

    @property
    def share(self) -> float | None:
        """0..1; ``None`` where nothing was counted."""
        return self.right / self.total if self.total else None


@dataclass(slots=True)
class ByDamage:
    """One measure over all pages and over the pages of each damage class."""

    total: Tally = field(default_factory=Tally)
    classes: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def add(self, damage_class: str, ok: bool, what: str = "") -> None:
        self.total.add(ok, what)
        self.classes[damage_class].add(ok, what)

    def merge(self, other: ByDamage) -> None:
        self.total.merge(other.total)
        for name, tally in other.classes.items():
            self.classes[name].merge(tally)


def shares(measures: Mapping[str, ByDamage]) -> list[tuple[str, list[tuple[str, Tally]]]]:
    """For each damage class, in alphabetical order, each measure's tally there."""
    names = sorted({name for m in measures.values() for name in m.classes})
    return [
        (name, [(k, m.classes[name]) for k, m in measures.items() if name in m.classes])
        for name in names
    ]
