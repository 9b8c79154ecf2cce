"""What an ambiguous text does to a verdict.

Readings of a quantity come with it. Readings of another kind (does the clause apply to this platform
at all?) are found by the named rules here; ``ambiguities.yaml`` names them, this is their closed set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.errors import ConfigError
from extractor.core.worksheet import QuantityReading, Value
from extractor.rules.comparing import meets
from extractor.rules.facts import FactBook
from extractor.setup.schemes import AmbiguitySpec, CriterionSpec
from extractor.setup.yaml_strict import closest

LENGTH_TOLERANCE = Decimal("0.05")
"""AMB-12: how far a length may lie outside before it counts (product choice)."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A reading found by a rule. ``meets``: ``True`` where it drops or fulfils the condition, ``None``
    where a person must decide. ``overrides``: this reading is the default one."""

    id: str
    title: str
    value: Value | None
    meets: bool | None
    overrides: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a rule is asked: the criterion, its value, whether the default reading is met."""

    book: FactBook
    spec: CriterionSpec
    ambiguity: AmbiguitySpec
    value: Value | None
    met: bool | None

    def title(self, ident: str) -> str:
        """The words of a reading in ``ambiguities.yaml``."""
        texts = {r.id: r.text_zh for r in self.ambiguity.readings}
        return texts.get(ident, ident)


def rulings(question: Question) -> tuple[Ruling, ...]:
    """The readings that the ambiguity's rule finds; none where it names no rule.

    Raises:
        ConfigError: the rule is none of the closed set.
    """
    rule = question.ambiguity.rule
    if rule is None:
        return ()
    if rule not in RULES:
        raise ConfigError(
            f"{question.ambiguity.id}: rule {rule!r} is not known; {closest(rule, RULES)}"
        )
    return RULES[rule](question)


def _other_satisfaction(q: Question) -> tuple[Ruling, ...]:
    """AMB-07: the recommender's survey and the stated figure stand beside the served list."""
    found: list[Ruling] = []
    for ident, quantity in (("C", "satisfaction_ratio_survey"), ("D", "satisfaction_stated")):
        value = q.book.quantity(quantity).value
        if value is not None:
            found.append(Ruling(ident, q.title(ident), value, meets(q.spec, value, q.book)))
    return tuple(found)


def _no_matchmaking_claimed(q: Question) -> tuple[Ruling, ...]:
    """AMB-10: the event minimum may bind only platforms that offer matchmaking."""
    words = [
        str(f.value)
        for column in ("app_service_content.function", "app_events.title")
        for f in q.book.all(column)
    ]
    claimed = any(w in text for text in words for w in ("供需", "对接", "撮合"))
    kinds = {str(f.value) for f in q.book.all("app_events.kind")}
    if claimed or "matchmaking" in kinds or q.met is not False:
        return ()
    return (Ruling("B", q.title("B"), q.value, True),)


def _length_tolerance(q: Question) -> tuple[Ruling, ...]:
    """AMB-12: the default allows 5% beside the limits; the strict reading allows nothing."""
    number, limits = as_decimal(q.value), q.spec.canonical_threshold
    if number is None or not isinstance(limits, tuple):
        return ()
    low, high = (as_decimal(str(limit)) or Decimal(0) for limit in limits)
    wide = low * (1 - LENGTH_TOLERANCE) <= number <= high * (1 + LENGTH_TOLERANCE)
    return (
        Ruling("A", q.title("A"), q.value, wide, overrides=True),
        Ruling("B", q.title("B"), q.value, low <= number <= high),
    )


def _side_function(q: Question) -> tuple[Ruling, ...]:
    """AMB-14: a minimum may bind only the main function, and nothing says which that is."""
    applied = q.book.quantity("functions_applied").value
    test = q.spec.precondition
    named = test.value if test is not None and isinstance(test.value, tuple) else ()
    if q.met is not False or not isinstance(applied, tuple):
        return ()
    if all(function in named for function in applied):
        return ()
    return (Ruling("B", q.title("B"), q.value, True),)


def _unincorporated_route(q: Question) -> tuple[Ruling, ...]:
    """AMB-20: an unincorporated body may follow Art. 5(2); a branch may not."""
    if q.book.quantity("applicant_entity_class").value != "unincorporated":
        return ()
    return (Ruling("B", q.title("B"), q.value, True),)


RULES: Mapping[str, Callable[[Question], tuple[Ruling, ...]]] = {
    "other_satisfaction": _other_satisfaction,
    "no_matchmaking_claimed": _no_matchmaking_claimed,
    "length_tolerance": _length_tolerance,
    "side_function": _side_function,
    "unincorporated_route": _unincorporated_route,
}


def of_quantity(
    readings: tuple[QuantityReading, ...], spec: CriterionSpec, book: FactBook
) -> tuple[Ruling, ...]:
    """The readings of a quantity, each held against the threshold."""
    return tuple(Ruling(r.id, r.title, r.value, meets(spec, r.value, book)) for r in readings)
