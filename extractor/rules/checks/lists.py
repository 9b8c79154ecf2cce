"""What all lists share: enough rows, numbering without gaps, duplicates, phones, shared texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.matching import ListedFirm, shared_phones
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, text_of
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, masked, percent, plain
from extractor.values.contacts import find_phones
from extractor.values.names import name_norm

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"\(?0\d{2,3}\)?[- ]?[2-9]\d{6,7}(?:[-转 ]\d{1,6})?|[2-9]\d{6,7}")
#: A cell that holds digits and signs of phone numbers, and nothing that looks misread.
DIGITS = re.compile(r"[\d()（）\-— ]{5,20}")
SERVICE = re.compile(r"(?:400|800)[- ]?\d{3}[- ]?\d{4}")


def last_number(desk: Desk, rows: Iterable[Row], column: str) -> int:
    """The highest printed row number of a list; 0 where none was read."""
    numbers = [as_decimal(fact.value) for _, fact in desk.column(rows, column)]
    return max((int(n) for n in numbers if n is not None), default=0)


def possible_rows(desk: Desk, rows_id: str) -> int:
    """How many rows the list may have: those read, or the highest printed number."""
    rows = desk.book.rows(rows_id)
    return max(len(rows), last_number(desk, rows, f"{rows_id}.seq"))


@operation(params="rows:field count:field key:field", shows="n min")
def list_long_enough(desk: Desk) -> Result:
    """A list has at least as many rows as the scheme's form asks for.

    ``count``: the quantity that counts them; ``key``: the column that makes a row count. Where the
    printed numbers go on further than what could be read, or most rows hold what could not be read
    (two rows taken for one), too few rows prove nothing.
    """
    desk.rows(desk.text("rows"))
    n, least = desk.quantity_number(desk.text("count")), desk.threshold()
    shown = {"n": str(n), "min": plain(least)}
    if n >= least:
        return Result(values=shown)
    unsure = _misread(desk.rows(desk.text("rows")))
    if unsure or possible_rows(desk, desk.text("rows")) >= least:
        return Result(values=shown, missing=(desk.text("key"),))
    return Result((Breach(shown, difference=str(least - n)),), shown)


def _misread(rows: Sequence[Row]) -> bool:
    """Whether half of the rows have a cell with something in it that is no value of its column."""
    odd = [any(c.value is None and c.raw.strip() for c in row.cells.values()) for row in rows]
    return 2 * sum(odd) >= len(odd)


@operation(params="column:field", shows="missing")
def numbers_without_gap(desk: Desk) -> Result:
    """Printed row numbers run from 1 without a gap; unread numbers between two read ones are none.

    A number that is lacking where a row with an unread number stands is not reported.
    """
    column = desk.text("column")
    rows = desk.rows(column.partition(".")[0])
    numbers = _numbers(desk, rows, column)
    if not numbers:
        raise Missing(column)
    gaps: list[int] = []
    beside: list[Fact] = []
    position, before, last = -1, 0, None
    for index, number, fact in numbers:
        unread = index - position - 1
        if number > before + 1 + unread:
            gaps.extend(range(before + 1 + unread, number))
            beside += [fact] if last is None else [last, fact]
        position, before, last = index, max(before, number), fact
    if not gaps:
        return Result(unread=len(rows) - len(numbers))
    return Result((Breach({"missing": listed((str(g) for g in gaps), 8)}, tuple(beside)),))


def _numbers(desk: Desk, rows: tuple[Row, ...], column: str) -> list[tuple[int, int, Fact]]:
    """(place in the list, printed number, its cell), numbers that run backwards left out as misread."""
    found = []
    highest = 0
    for index, row in enumerate(rows):
        fact = desk.cell(row, column)
        number = as_decimal(fact.value) if fact is not None else None
        if fact is not None and number is not None and highest < int(number) <= highest + 200:
            found.append((index, int(number), fact))
            highest = int(number)
    return found


def phone_digits(text: str) -> str:
    """A phone number's digits alone."""
    return re.sub(r"\D", "", text)


def is_phone(text: str) -> bool:
    """Mobile, landline or 400/800 number; several in one cell are each looked at."""
    parts = [p for p in re.split(r"[/、,，;；\s]{1,3}(?=\d)", text.strip()) if p]
    whole = re.sub(r"\s", "", text)
    return any(p.fullmatch(whole) for p in (MOBILE, LANDLINE, SERVICE)) or bool(
        parts and all(any(k.fullmatch(p) for k in (MOBILE, LANDLINE, SERVICE)) for p in parts)
    )


def _phone_text(fact: Fact) -> str:
    return fact.raw if fact.value is None else text_of(fact)


@operation(params="column:field", shows="n rows")
def phones_well_formed(desk: Desk) -> Result:
    """Every phone number is a mobile, a landline or a 400/800 number; masked ones are left out."""
    column = desk.text("column")
    rows = desk.rows(column.partition(".")[0])
    cells = [(row, fact) for row in rows if (fact := row.cells.get(column)) is not None]
    # A reader gives no value for what is no phone number: then the printed digits are looked at,
    # where they were read as digits and nothing else.
    cells = [(r, f) for r, f in cells if f.value is not None or DIGITS.fullmatch(f.raw.strip())]
    if not cells:
        raise Missing(column)
    desk.take(*(f for _, f in cells if f.value is not None))
    wrong = [(r, f) for r, f in cells if "*" not in (text := _phone_text(f)) and not is_phone(text)]
    if not wrong:
        return Result()
    shown = {"n": str(len(wrong)), "rows": "第" + listed(str(r.no) for r, _ in wrong) + "行"}
    return Result((Breach(shown, tuple(f for _, f in wrong)),))


@operation(params="phone:field owner:field at_least:number", shows="phone n names")
def phone_not_shared(desk: Desk) -> Result:
    """No phone number stands beside ``at_least`` or more different firms; one written in two ways is one."""
    phone, owner = desk.text("phone"), desk.text("owner")
    named: list[tuple[Fact, Fact]] = []
    for row, fact in desk.column(desk.rows(phone.partition(".")[0]), phone):
        name = desk.cell(row, owner)
        if name is not None and find_phones(text_of(fact)):
            named.append((fact, name))
    if not named:
        raise Missing(phone, owner)
    firms = [ListedFirm(text_of(name), text_of(fact)) for fact, name in named]
    breaches = []
    for shared in shared_phones(firms, int(desk.number("at_least"))):
        pairs = {name_norm(firms[row].name): named[row] for row in shared.rows}
        shown = {
            "phone": masked(shared.phone),
            "n": str(shared.firms),
            "names": listed(text_of(name) for _, name in pairs.values()),
        }
        breaches.append(Breach(shown, tuple(f for pair in pairs.values() for f in pair)))
    return Result(tuple(breaches))


@operation(params="column:field share:number least_rows:number", shows="p text n")
def text_not_repeated(desk: Desk) -> Result:
    """No text fills more than ``share`` percent of a column of at least ``least_rows`` rows."""
    column = desk.text("column")
    cells = desk.column(desk.rows(column.partition(".")[0]), column)
    if not cells:
        raise Missing(column)
    if len(cells) < desk.number("least_rows"):
        return Result()
    counts = Counter(name_norm(text_of(fact)) for _, fact in cells)
    text, number = counts.most_common(1)[0]
    share = Decimal(number) / len(cells)
    if share * 100 <= desk.number("share"):
        return Result()
    same = [fact for _, fact in cells if name_norm(text_of(fact)) == text]
    shown = {"p": percent(share), "text": text_of(same[0])[:40], "n": str(number)}
    return Result((Breach(shown, tuple(same)),))


def rows_by_name(
    desk: Desk, rows: Iterable[Row], column: str
) -> Mapping[str, list[tuple[Row, Fact]]]:
    """Rows of a list by normalised name."""
    found: dict[str, list[tuple[Row, Fact]]] = {}
    for row, fact in desk.column(rows, column):
        found.setdefault(name_norm(text_of(fact)), []).append((row, fact))
    return found
