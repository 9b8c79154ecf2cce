"""Single-character repairs that would make an identity of figures hold: proposed, never applied.

A repair is proposed only where exactly one does it. Readings come from what a reader noted as
alternatives and from digits that look alike. Where a figure was read with doubt, only doubtful figures
may have slipped: a clearly read one is not bent to fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import unit_factor
from extractor.rules.checks.desk import Desk, decimal_of, text_of
from extractor.rules.checks.figures import printed_decimals
from extractor.rules.checks.repair import number_readings, only_one
from extractor.rules.checks.words import is_doubtful, plain
from extractor.values.names import name_norm

Holds = Callable[[Sequence[Decimal]], bool]
"""Whether the check holds for these figures (canonical, in the order of the facts)."""


SHORTEST_NAME = 6
"""Characters of a name below which what begins with it says nothing."""


def runs_on(fact: Fact, name: str) -> bool:
    """Whether a doubtful reading holds the whole of ``name`` and goes on behind it: the reader may not
    have found the end of a name (``河谷服务中心为中小企业提供…``), which is no difference of two names."""
    read, whole = name_norm(text_of(fact)), name_norm(name)
    return is_doubtful(fact) and SHORTEST_NAME <= len(whole) < len(read) and read.startswith(whole)


@dataclass(frozen=True, slots=True)
class Mending:
    """``repairs``: the one proposal ``label 旧值 → 新值``, or none. ``slip``: some change of one
    character in a doubtful figure would do, whichever; the breach is then a doubt about the reading."""

    repairs: tuple[str, ...] = ()
    slip: bool = False

    @property
    def words(self) -> str:
        """The proposal in a sentence; ``无`` where there is none."""
        return "；".join(self.repairs) or "无"


def mend(desk: Desk, facts: Sequence[Fact], holds: Holds) -> Mending:
    """What one changed character in one of these figures would do."""
    values = [decimal_of(fact) for fact in facts]
    doubtful = [place for place, fact in enumerate(facts) if is_doubtful(fact)]

    def fits(place: int, value: Decimal) -> bool:
        return holds([*values[:place], value, *values[place + 1 :]])

    found = {
        f"{desk.book.catalogue.label(facts[place].field)} {before} → {after}"
        for place in (doubtful or range(len(facts)))
        for before, after, value in _readings(facts[place], values[place])
        if fits(place, value)
    }
    slip = any(
        fits(place, value)
        for place in doubtful
        for _, _, value in _readings(facts[place], values[place], any_digit=True)
    )
    return Mending(only_one(tuple(sorted(found))), slip)


def _readings(
    fact: Fact, value: Decimal, *, any_digit: bool = False
) -> Iterator[tuple[str, str, Decimal]]:
    """Other readings of a figure: as printed before, as printed after, canonical."""
    factor = unit_factor(fact.printed.unit)
    printed = f"{value / factor:.{printed_decimals(fact, value)}f}"
    for text in fact.alternatives:
        number = as_decimal(text)
        if number is not None and number != value:
            yield printed, plain(number / factor), number
    for text in number_readings(printed, any_digit=any_digit):
        number = Decimal(text) * factor
        if number != value:
            yield printed, text, number
