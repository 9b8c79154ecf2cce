"""The equipment list: quantities, prices and their unit, double entries."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import ZERO, printed_tolerance
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    decimal_of,
    text_of,
)
from extractor.rules.checks.lists import last_number
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import plain, wan
from extractor.values.names import name_norm

LIST = "equipment_list"


def _whole_column(desk: Desk, column: str) -> list[Fact]:
    """All cells of a column of the list; ``Missing`` where a row's cell could not be read."""
    rows = desk.rows(LIST)
    cells = [f for _, f in desk.column(rows, column)]
    if len(cells) < len(rows) or len(rows) < last_number(desk, rows, f"{LIST}.seq"):
        raise Missing(column)
    return cells


@operation(params="complete:texts", shows="a b")
def equipment_count_fits(desk: Desk) -> Result:
    """The list's quantities add up to the form's number (schemes in ``complete``), or to no more."""
    total = desk.fact("app_equipment_count")
    rows = desk.rows(LIST)
    a = sum((decimal_of(f) for _, f in desk.column(rows, f"{LIST}.quantity")), ZERO)
    b = decimal_of(total)
    shown = {"a": plain(a), "b": plain(b)}
    if a == b or (a < b and desk.scheme.id not in desk.texts("complete")):
        return Result(values=shown)
    if a < b:
        _whole_column(desk, f"{LIST}.quantity")
    return Result((Breach(shown, difference=plain(abs(a - b))),), shown)


@operation(params="slack:number", shows="a b reading", flags="unit_reading")
def equipment_price_fits(desk: Desk) -> Result:
    """The list's prices give the form's price under one of four readings (AMB-23).

    Line totals or unit prices, in the printed unit or taken as the other of 万元 and 元. The check
    fails where none fits; where one fits that is not the printed one, the breach has a flag.
    """
    stated = desk.fact("app_equipment_price")
    prices = [decimal_of(f) for f in _whole_column(desk, f"{LIST}.price")]
    counts = [decimal_of(f) for f in _whole_column(desk, f"{LIST}.quantity")]
    b = decimal_of(stated)
    lines = sum(prices, ZERO)
    units = sum((p * n for p, n in zip(prices, counts, strict=True)), ZERO)
    readings = {
        "各行为总价": (lines, ""),
        "各行为单价": (units, ""),
        "各行为总价、单位应为元": (lines / 10000, "unit"),
        "各行为单价、单位应为元": (units / 10000, "unit"),
        "各行为总价、单位应为万元": (lines * 10000, "unit"),
        "各行为单价、单位应为万元": (units * 10000, "unit"),
    }
    shown = {"a": f"{wan(lines)} 万元", "b": wan(b), "reading": "各种口径均不相符"}
    slack = max(desk.number("slack") * b, printed_tolerance((stated, b)))
    fitting = [(k, kind) for k, (value, kind) in readings.items() if abs(value - b) <= slack]
    if any(kind == "" for _, kind in fitting):
        return Result(values={**shown, "reading": f"按{fitting[0][0]}相符"})
    if fitting:
        values = {**shown, "reading": f"按{fitting[0][0]}相符"}
        return Result((Breach(values, flags=frozenset({"unit_reading"})),), shown)
    return Result((Breach(shown, difference=f"{wan(abs(lines - b))} 万元"),), shown)


@operation(shows="i j name")
def equipment_distinct(desk: Desk) -> Result:
    """No two rows have the same name, purchase date and price."""
    seen: dict[tuple[str, str, Decimal], tuple[int, Fact]] = {}
    breaches, compared = [], 0
    for row in desk.rows(LIST):
        cells = [desk.cell(row, f"{LIST}.{c}") for c in ("name", "purchase_date", "price")]
        name, bought, price = cells
        if name is None or bought is None or price is None:
            continue
        compared += 1
        key = (name_norm(text_of(name)), text_of(bought), decimal_of(price))
        if key in seen:
            shown = {"i": str(seen[key][0]), "j": str(row.no), "name": text_of(name)}
            breaches.append(Breach(shown, (seen[key][1], name)))
        else:
            seen[key] = (row.no, name)
    if not compared:
        raise Missing(f"{LIST}.name", f"{LIST}.purchase_date", f"{LIST}.price")
    return Result(tuple(breaches))


@operation(params="function:text", shows="functions", flags="other_function_suffices")
def list_needed_for_function(desk: Desk) -> Result:
    """Who applies for ``function`` has filled the equipment list.

    ``other_function_suffices``: another function besides the mandatory one is applied for too.
    """
    applied = functions_applied(desk)
    wanted = desk.text("function")
    if wanted not in applied:
        raise NotApplicable("未申报技术服务")
    if desk.book.rows(LIST):
        desk.take(*(f for _, f in desk.column(desk.rows(LIST), f"{LIST}.name")))
        return Result()
    if desk.papers("equipment_list_form"):
        # The paper is there; its table could not be read or is blank.
        raise Missing(f"{LIST}.name")
    others = set(applied) & {"consulting", "training"}
    flags = frozenset({"other_function_suffices"}) if others else frozenset()
    words = function_words(desk, applied)
    return Result((Breach({"functions": words}, flags=flags),))


def functions_applied(desk: Desk) -> tuple[str, ...]:
    """The service functions applied for; else ``Missing``."""
    value = desk.quantity("functions_applied").value
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, tuple):
        raise Missing("functions_applied")
    return value


def function_words(desk: Desk, ids: tuple[str, ...]) -> str:
    """Functions in Chinese."""
    enum = desk.book.catalogue.enums["service_function"]
    return "、".join(enum.zh(i) for i in ids)
