"""Figures that cannot be: percentages beyond 100, negative amounts, a part above its whole."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import ZERO, printed_tolerance
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, decimal_of
from extractor.rules.checks.figures import difference_text, shown_number
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import percent, wan


@operation(params="fields:fields", shows="v label row")
def percent_in_range(desk: Desk) -> Result:
    """Every percentage read lies in 0..100."""
    facts = every_value(desk, desk.texts("fields"))
    breaches = [
        Breach(
            {
                "v": f"{percent(v)}%",
                "label": desk.book.catalogue.label(fact.field),
                "row": fact.raw,
            },
            (fact,),
        )
        for fact in facts
        if not 0 <= (v := decimal_of(fact)) <= 1
    ]
    return Result(tuple(breaches))


@operation(params="fields:fields refundable:fields?", shows="v field", flags="refundable")
def not_negative(desk: Desk) -> Result:
    """No figure is negative where that cannot be; ``refundable`` ones carry a flag."""
    breaches = []
    for fact in every_value(desk, desk.texts("fields")):
        value = decimal_of(fact)
        if value < 0:
            flags = {"refundable"} if fact.field in desk.texts("refundable") else set()
            label = desk.book.catalogue.label(fact.field)
            shown = {"v": f"{wan(value)} 万元", "field": label}
            breaches.append(Breach(shown, (fact,), flags=frozenset(flags)))
    return Result(tuple(breaches))


def every_value(desk: Desk, idents: Sequence[str]) -> list[Fact]:
    """The best fact of each field and every cell of each column; ``Missing`` where none was read."""
    found: list[Fact] = []
    for ident in idents:
        if "." in ident:
            rows = desk.book.rows(ident.partition(".")[0])
            found.extend(cell for _, cell in desk.column(rows, ident))
        elif (fact := desk.maybe(ident)) is not None:
            found.append(fact)
    if not found:
        raise Missing(*idents)
    return found


@operation(
    params="smaller:field larger:field label:field? tolerance:text?",
    shows="label a b d",
)
def column_at_most(desk: Desk) -> Result:
    """In each row one column is at most another; rows with an unread cell are left out.

    ``label``: the column that names the row (default: the year). ``tolerance``: ``printed``
    (default for money) or ``exact``.
    """
    smaller, larger = desk.text("smaller"), desk.text("larger")
    rows_id = smaller.partition(".")[0]
    label = (*desk.texts("label"), f"{rows_id}.year")[0]
    exact = desk.texts("tolerance") == ("exact",)
    breaches, unread, compared = [], 0, 0
    for row in desk.rows(rows_id):
        left, right = desk.cell(row, smaller), desk.cell(row, larger)
        if left is None or right is None:
            unread += 1
            continue
        compared += 1
        a, b = decimal_of(left), decimal_of(right)
        slack = ZERO if exact else printed_tolerance((left, a), (right, b))
        if a > b + slack:
            name = desk.cell(row, label)
            shown = {
                "label": str(name.value) if name else f"第{row.no}行",
                "a": shown_number(desk, smaller, a),
                "b": shown_number(desk, larger, b),
                "d": difference_text(desk, smaller, a, b),
            }
            breaches.append(Breach(shown, (left, right), shown["d"]))
    if not compared:
        raise Missing(smaller, larger)
    return Result(tuple(breaches), unread=unread)
