"""What reading a value gives, and the unit words that stand around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractor.core.worksheet import Printed, Value


@dataclass(frozen=True, slots=True)
class UnitContext:
    """Unit words found near a value: ``"万元"``, ``"单位：元"``, ``"%"``, ``"人次"``; ``None``: none found.

    The first that names a unit of the asked kind wins, in the order of the attributes. A unit inside
    the text itself wins over all of them.
    """

    cell: str | None = None
    label: str | None = None
    header: str | None = None
    page: str | None = None
    default: str | None = None

    def in_order(self) -> tuple[tuple[str, str], ...]:
        """The given words, strongest first, as ``(unit_from, words)``."""
        pairs = (
            ("cell", self.cell),
            ("label", self.label),
            ("header", self.header),
            ("page", self.page),
            ("default", self.default),
        )
        return tuple((where, words) for where, words in pairs if words)


NO_CONTEXT = UnitContext()
"""No unit word is known."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A canonical value and how sure its reading is.

    Attributes:
        value: canonical (``core.worksheet``: 元, 平方米, fraction, ISO date, enum id …).
        unit: the unit of ``value``; ``None`` where none applies.
        printed: how it stood on the paper.
        factor: 0..1, to be multiplied into the confidence of the words. 1.0: nothing was assumed.
        alternatives: other canonical readings of the same text, most likely first.
    """

    value: Value
    unit: str | None = None
    printed: Printed = field(default_factory=Printed)
    factor: float = 1.0
    alternatives: tuple[str, ...] = ()
