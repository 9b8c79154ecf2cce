"""What an ambiguous text does to a verdict.

Readings of a quantity come with it. Readings of another kind (does the clause apply to this platform
at all?) are found by the named rules here; ``ambiguities.yaml`` names them, this is their closed set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractor.core.canonical import PartialDate, as_decimal
from extractor.core.errors import ConfigError
from extractor.core.worksheet import QuantityReading, Value
from extractor.rules.comparing import meets
from extractor.rules.facts import FactBook
from extractor.rules.sides import sides_of
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
    """What a rule is asked: the criterion, its value, whether the default reading is met, and all
    criteria of the scheme (``peers``)."""

    book: FactBook
    spec: CriterionSpec
    ambiguity: AmbiguitySpec
    value: Value | None
    met: bool | None
    peers: tuple[CriterionSpec, ...] = ()

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
    if q.spec.comparator == "<=" and isinstance(limits, Decimal):
        limits = (Decimal(0), limits)
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


def _any_function(q: Question) -> tuple[Ruling, ...]:
    """AMB-16: one function whose conditions are all met may be enough for the others applied for."""
    applied = q.book.quantity("functions_applied").value
    own = _functions_of(q.spec)
    if q.met is not False or not isinstance(applied, tuple):
        return ()
    others = [f for f in applied if f not in own]
    if not any(_meets_all(q, function) for function in others):
        return ()
    return (Ruling("B", q.title("B"), q.value, True),)


def _functions_of(spec: CriterionSpec) -> tuple[str, ...]:
    """The functions that a criterion's precondition names."""
    test = spec.precondition
    if test is None or test.field != "functions_applied":
        return ()
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return tuple(str(value) for value in values)


def _meets_all(q: Question, function: str) -> bool:
    """Whether every condition of a function that a machine can hold is met; ``False`` without one."""
    answers = []
    for spec in q.peers:
        if function not in _functions_of(spec) or spec.comparator == "judge":
            continue
        sides = sides_of(spec.quantity, q.book)
        shown = [meets(spec, side.value, q.book) for side in (sides.evidence, sides.stated)]
        answers.append(next((answer for answer in shown if answer is not None), None))
    return bool(answers) and all(answer is True for answer in answers)


def _date_included(q: Question) -> tuple[Ruling, ...]:
    """AMB-18: 前 may include the day or the month it names, or leave it out."""
    limit = q.spec.canonical_threshold
    if not isinstance(q.value, str) or not isinstance(limit, str):
        return ()
    try:
        date, named = PartialDate.parse(q.value), PartialDate.parse(limit)
    except ValueError:
        return ()
    if q.spec.comparator == "<=":
        return (Ruling("B", q.title("B"), q.value, date.latest() < named.earliest()),)
    month = PartialDate(named.year, named.month)
    if q.spec.comparator != "<" or named.earliest() != month.earliest():
        return ()
    return (Ruling("B", q.title("B"), q.value, date.latest() <= month.latest()),)


def _code_on_special_report(q: Question) -> tuple[Ruling, ...]:
    """AMB-17: the code may be asked of the special audit report too, where there is one."""
    special = "special_audit_report"
    if not q.book.documents_of(special):
        return ()
    fields = ("aud_barcode_present", "aud_verification_code")
    found = [f for name in fields for f in q.book.all(name)]
    own = [f.value is not False for f in found if q.book.doctype_of(f.document) == special]
    answer = None if not own else q.met is True and any(own)
    return (Ruling("B", q.title("B"), q.value, answer),)


RULES: Mapping[str, Callable[[Question], tuple[Ruling, ...]]] = {
    "other_satisfaction": _other_satisfaction,
    "no_matchmaking_claimed": _no_matchmaking_claimed,
    "length_tolerance": _length_tolerance,
    "side_function": _side_function,
    "unincorporated_route": _unincorporated_route,
    "any_function": _any_function,
    "date_included": _date_included,
    "code_on_special_report": _code_on_special_report,
}


def of_quantity(
    readings: tuple[QuantityReading, ...], spec: CriterionSpec, book: FactBook
) -> tuple[Ruling, ...]:
    """The readings of a quantity, each held against the threshold."""
    return tuple(Ruling(r.id, r.title, r.value, meets(spec, r.value, book)) for r in readings)
