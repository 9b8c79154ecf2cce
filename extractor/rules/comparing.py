"""Comparators and tests: a value held against a threshold, a question asked of the fact book.

The closed set of ``setup.schemes.Comparator`` and ``TestOp``. Every answer is true, false, or ``None``:
not known. Numbers are compared unrounded.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from extractor.core.canonical import PartialDate, as_decimal
from extractor.core.worksheet import Value
from extractor.rules.facts import FactBook
from extractor.rules.occasion import REVIEW, is_review
from extractor.rules.papers import folded_name
from extractor.setup.schemes import CriterionSpec, Query, Scalar, Threshold


def meets(spec: CriterionSpec, value: Value | None, book: FactBook) -> bool | None:
    """Whether ``value`` (canonical) meets the criterion's canonical threshold."""
    if value is None:
        return None
    threshold = spec.canonical_threshold
    if spec.comparator in (">=", "<=", ">", "<"):
        return _ordered(spec.comparator, value, threshold)
    if spec.comparator == "between" and isinstance(threshold, tuple):
        above = _ordered(">=", value, threshold[0])
        below = _ordered("<=", value, threshold[1])
        return None if above is None or below is None else above and below
    if spec.comparator in ("in", "not_in") and isinstance(threshold, tuple):
        inside = value in threshold
        return inside if spec.comparator == "in" else not inside
    if spec.comparator in ("is_true", "increasing"):
        return value if isinstance(value, bool) else None
    if spec.comparator == "contains_all" and isinstance(threshold, tuple):
        return set(threshold) <= set(value) if isinstance(value, tuple) else None
    if spec.comparator == "equals_field":
        return _equals_field(value, str(threshold), book)
    return None  # about, route, judge, not_loaded: no machine verdict


def meets_bound(spec: CriterionSpec, bound: Decimal | Fraction) -> bool | None:
    """Whether a bound meets a numeric threshold; ``None`` for other comparators."""
    threshold = as_decimal(str(spec.canonical_threshold))
    if threshold is None or spec.comparator not in (">=", ">"):
        return None
    limit = Fraction(threshold)
    return Fraction(bound) >= limit if spec.comparator == ">=" else Fraction(bound) > limit


def equals_threshold(spec: CriterionSpec, value: Value | None) -> bool:
    """Whether a number stands exactly on its threshold."""
    number = as_decimal(value)
    return number is not None and number == as_decimal(str(spec.canonical_threshold))


def _ordered(comparator: str, value: Value, threshold: Threshold) -> bool | None:
    limit = as_decimal(str(threshold)) if not isinstance(threshold, tuple | bool) else None
    number = as_decimal(value)
    if limit is not None and number is not None:
        return _compare(comparator, number, limit)
    if limit is None and isinstance(value, str) and isinstance(threshold, str):
        return _ordered_dates(comparator, value, threshold)
    return None


def _ordered_dates(comparator: str, value: str, threshold: str) -> bool | None:
    """Dates with their precision: an answer only where every day the date can mean agrees."""
    try:
        date, limit = PartialDate.parse(value), PartialDate.parse(threshold)
    except ValueError:
        return None
    first, last = date.earliest(), date.latest()
    if comparator in (">=", "<"):
        answers = (first >= limit.earliest(), last >= limit.earliest())
    else:
        answers = (first > limit.latest(), last > limit.latest())
    if answers[0] != answers[1]:
        return None
    return answers[0] if comparator in (">=", ">") else not answers[0]


def _compare(comparator: str, a: Decimal, b: Decimal) -> bool:
    return {">=": a >= b, "<=": a <= b, ">": a > b, "<": a < b}[comparator]


def _equals_field(value: Value, field: str, book: FactBook) -> bool | None:
    other = book.best(field)
    if other is None:
        return None
    return folded_name(value) == folded_name(other.value)


def ask(test: Query, book: FactBook) -> bool | None:
    """The answer to a test; ``None`` where an input is not known."""
    if test.all:
        answers = [ask(part, book) for part in test.all]
        return False if False in answers else None if None in answers else True
    if test.when is not None:
        # Papers of another time: who asks for the title has none yet that could be reviewed.
        return test.when == REVIEW and is_review(book)
    if test.op == "present":
        return _is_present(test.field or "", book)
    if "." in (test.field or ""):
        return _ask_rows(test, book)
    value = value_of(test.field or "", book)
    return None if value is None else answer_to(test, value)


def _ask_rows(test: Query, book: FactBook) -> bool | None:
    """A question about a column: whether any row answers it; unknown where a row's cell was not read."""
    column = test.field or ""
    rows = book.rows(column.partition(".")[0])
    cells = [book.cell(row, column) for row in rows]
    answers = [None if cell is None else answer_to(test, cell.value) for cell in cells]
    return True if True in answers else None if None in answers or not rows else False


def _is_present(ident: str, book: FactBook) -> bool | None:
    """Whether a field was read; ``None`` where a paper that carries it is there and it was not."""
    if value_of(ident, book) is not None:
        return True
    spec = book.catalogue.fields.get(ident)
    carried = () if spec is None else tuple(place.doc for place in spec.found_in)
    return None if book.documents_of(*carried) else False


def value_of(ident: str, book: FactBook) -> Value | None:
    """The value of a derived quantity or the best fact of a field; ``None``: not known."""
    if ident in book.catalogue.derived:
        return book.quantity(ident).value
    fact = book.best(ident)
    return None if fact is None else fact.value


def answer_to(test: Query, value: Value | None) -> bool | None:
    """The answer of one value to a test; ``None`` where it cannot be compared."""
    if value is None:
        return None
    held = value if isinstance(value, tuple) else (value,)
    wanted = test.value if isinstance(test.value, tuple) else (test.value,)
    if test.op in ("contains", "contains_any", "in"):
        return any(_is_same(h, w) for h in held for w in wanted)
    if test.op == "not_in":
        return not any(_is_same(h, w) for h in held for w in wanted)
    if test.op in ("is_true", "is_false"):
        return value is (test.op == "is_true")
    if test.op == "==":
        return _is_same(value, wanted[0])
    return _ordered(test.op or "", value, test.value)


def _is_same(held: object, wanted: Scalar | None) -> bool:
    return str(held) == str(wanted)
