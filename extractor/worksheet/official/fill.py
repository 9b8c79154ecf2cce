"""Which value may go into an official form: only one that is certain and undisputed.

A form is signed and sealed by people, so nothing that may be wrong is put there unseen: a value in
doubt, or two different ones, leave the cell empty, and the list of open items says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from extractor.core.worksheet import Fact, FactStatus, Row, Worksheet
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.layout import Align, FormCell, OpenItem
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.shown import MONEY_UNITS, show_fact, to_decimal
from extractor.worksheet.wording import words_of

WORDS = words_of("zh")
"""Official forms are Chinese papers whatever the language of the worksheet."""
_PUNCTUATION = re.compile(r"[\s()（）《》·.,，。、:：-]")
DOUBT_MARK = "（存疑）"
NOT_READ = "材料中未读到"
MASKED = "已遮盖，请据原件填写（或加 --unmask）"


@dataclass(slots=True)
class Filler:
    """Fills the cells of one packet's form and keeps the list of what stayed open.

    Attributes:
        with_doubtful: put doubtful values in too, marked; two different ones never.
    """

    worksheet: Worksheet
    naming: Naming
    with_doubtful: bool = False
    open_items: list[OpenItem] = field(default_factory=list)
    platform: str = ""

    def facts(self, *fields: str) -> tuple[Fact, ...]:
        """All usable facts of these fields."""
        return tuple(f for f in self.worksheet.facts if f.field in fields and is_usable(f))

    def cell(
        self,
        what: str,
        facts: Iterable[Fact],
        *,
        unit: str | None = None,
        cols: int = 1,
        align: Align = "center",
        size: float = 10.5,
        why: str = NOT_READ,
    ) -> FormCell:
        """The cell for ``what``. ``unit``: the unit its heading prints (``万元``): the bare figure."""
        chosen = choose(facts)
        blank = FormCell("", cols, align=align, size=size)
        if not chosen:
            self.leave(what, why)
            return blank
        texts = list(dict.fromkeys(self.text(f, unit) for f in chosen))
        pages = tuple(sorted({f.page for f in chosen if f.page is not None}))
        if len({_compared(f) for f in chosen}) > 1:
            self.leave(what, "读到两个以上不同的值", "；".join(texts), pages)
            return blank
        best = chosen[0]
        if best.masked is not None or "*" in texts[0]:
            self.leave(what, MASKED, texts[0], pages)
            return blank
        if best.status is FactStatus.DOUBTFUL:
            self.leave(what, "读数存疑", texts[0], pages)
            if not self.with_doubtful:
                return blank
        doubt = best.status is FactStatus.DOUBTFUL
        return FormCell(
            texts[0] + (DOUBT_MARK if doubt else ""),
            cols,
            align=align,
            size=size,
            doubt=doubt,
            number=None if doubt else figure(best, unit),
        )

    def column(self, what: str, row: Row, column: str, unit: str | None = None) -> FormCell:
        """The cell of a list's row."""
        fact = row.cells.get(column)
        return self.cell(what, () if fact is None or not is_usable(fact) else (fact,), unit=unit)

    def leave(self, what: str, why: str, read: str = "", pages: Sequence[int] = ()) -> None:
        """Note an open item."""
        item = OpenItem(self.platform, what, why, read, tuple(pages))
        if item not in self.open_items:
            self.open_items.append(item)

    def text(self, fact: Fact, unit: str | None = None) -> str:
        """A value as the form prints it: without its unit where the heading has it."""
        number = figure(fact, unit)
        if number is not None:
            return f"{number.normalize():f}"
        return one_line(show_fact(fact, WORDS, self.naming).text)


def is_usable(fact: Fact) -> bool:
    """Whether a fact has a value that nobody rejected."""
    return fact.status is not FactStatus.REJECTED and fact.value is not None


def choose(facts: Iterable[Fact]) -> list[Fact]:
    """The corrected facts, else the certain ones, else the doubtful ones; in document order."""
    usable = [f for f in facts if is_usable(f)]
    for status in (FactStatus.CORRECTED, FactStatus.CERTAIN, FactStatus.DOUBTFUL):
        found = [f for f in usable if f.status is status]
        if found:
            return found
    return []


def figure(fact: Fact, unit: str | None) -> Decimal | None:
    """The number in the heading's unit; ``None`` where the heading names none or it is no number."""
    number = to_decimal(fact.value)
    if number is None or unit is None:
        return None
    if unit in MONEY_UNITS:
        return number / MONEY_UNITS[unit]
    return number * 100 if unit == "%" else number


def _compared(fact: Fact) -> str:
    """Values that say the same compare equal: 3150000 and 3150000.00, full-width brackets."""
    number = to_decimal(fact.value)
    if number is not None:
        return f"{number.normalize():f}"
    return _PUNCTUATION.sub("", str(fact.value))
