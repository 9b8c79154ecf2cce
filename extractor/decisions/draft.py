"""A worksheet while corrections are put in: facts found by id, replaced, added; rows likewise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractor.core.worksheet import (
    AsRead,
    Criterion,
    Decision,
    Fact,
    FactStatus,
    Finding,
    Material,
    Method,
    Row,
    RowSet,
    Worksheet,
)
from extractor.decisions.model import DecisionError
from extractor.decisions.typed import Typed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: which list of the worksheet, which row of it."""

    rows: int
    row: int


class Draft:
    """The worksheet so far. ``worksheet()`` gives it back; the rules have not seen it yet."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._facts: dict[str, Fact] = {f.id: f for f in worksheet.facts}
        self._rows: list[RowSet] = list(worksheet.rows)
        self._cells: dict[str, tuple[Place, str]] = {
            fact.id: (Place(n, i), column)
            for n, rows in enumerate(worksheet.rows)
            for i, row in enumerate(rows.rows)
            for column, fact in row.cells.items()
        }
        self.chain: list[Decision] = list(worksheet.decisions)

    @property
    def packet(self) -> str:
        """Id of the packet."""
        return self._worksheet.packet.id

    def worksheet(self) -> Worksheet:
        """The worksheet with what was changed."""
        return self._worksheet.model_copy(
            update={
                "facts": tuple(self._facts.values()),
                "rows": tuple(self._rows),
                "decisions": tuple(self.chain),
            }
        )

    # -- facts ----------------------------------------------------------------------------------

    def has_fact(self, ident: str) -> bool:
        """Whether there is such a fact, in a cell or outside lists."""
        return ident in self._facts or ident in self._cells

    def fact(self, ident: str) -> Fact:
        """The fact with this id.

        Raises:
            DecisionError: there is none.
        """
        if ident in self._facts:
            return self._facts[ident]
        if ident in self._cells:
            place, column = self._cells[ident]
            return self.row(place).cells[column]
        raise DecisionError(f"这份底稿里没有编号为 {ident} 的数据；是否选错了底稿？")

    def replace(self, fact: Fact) -> None:
        """Put ``fact`` in the place of the one with its id."""
        if fact.id in self._facts:
            self._facts[fact.id] = fact
            return
        place, column = self._cells[fact.id]
        self._set_row(place, {**self.row(place).cells, column: fact})

    def add(self, fact: Fact) -> None:
        """A fact outside lists."""
        self._facts[fact.id] = fact

    def document_of(self, page: int | None) -> str | None:
        """The document a page belongs to; ``None`` for no page.

        Raises:
            DecisionError: the packet has no such page.
        """
        if page is None:
            return None
        for info in self._worksheet.pages:
            if info.no == page:
                return info.document
        raise DecisionError(f"没有第 {page} 页；本份材料共 {len(self._worksheet.pages)} 页")

    # -- rows -----------------------------------------------------------------------------------

    def place(self, on: str) -> Place:
        """Where the row stands that one or more of its cells' ids name.

        Raises:
            DecisionError: no such cell, or cells of different rows.
        """
        found = {self._cells[i][0] for i in on.removeprefix("row:").split(",") if i in self._cells}
        if len(found) != 1:
            raise DecisionError(f"找不到这一行（{on[:60]}）；是否选错了底稿？")
        return found.pop()

    def is_cell(self, ident: str) -> bool:
        """Whether the first of the named facts stands in a row."""
        return ident.removeprefix("row:").split(",")[0] in self._cells

    def row(self, place: Place) -> Row:
        """The row there."""
        return self._rows[place.rows].rows[place.row]

    def rows_field(self, place: Place) -> str:
        """The list the row belongs to."""
        return self._rows[place.rows].field

    def row_name(self, place: Place) -> str:
        """How decisions name a row."""
        return row_name(self.row(place))

    def add_cell(self, place: Place, fact: Fact) -> None:
        """A cell in a row that had none in that column."""
        self._set_row(place, {**self.row(place).cells, fact.field: fact})
        self._cells[fact.id] = (place, fact.field)

    def add_row(self, field: str, document: str | None, cells: Mapping[str, Fact]) -> str:
        """A row at the end of the list of ``document`` (``None``: of the longest); how it is named."""
        fitting = [
            n
            for n, rows in enumerate(self._rows)
            if rows.field == field and document in (None, rows.document)
        ]
        if fitting:
            at = max(fitting, key=lambda n: len(self._rows[n].rows))
        else:
            self._rows.append(RowSet(field=field, document=document, pages=(), rows=()))
            at = len(self._rows) - 1
        rows = self._rows[at]
        number = max((row.no for row in rows.rows), default=0) + 1
        new = Row(no=number, cells=dict(cells))
        self._rows[at] = rows.model_copy(update={"rows": (*rows.rows, new)})
        place = Place(at, len(rows.rows))
        self._cells.update((fact.id, (place, column)) for column, fact in cells.items())
        return self.row_name(place)

    def _set_row(self, place: Place, cells: dict[str, Fact]) -> None:
        rows = self._rows[place.rows]
        changed = Row(no=rows.rows[place.row].no, cells=cells)
        listed = tuple(changed if i == place.row else r for i, r in enumerate(rows.rows))
        self._rows[place.rows] = rows.model_copy(update={"rows": listed})

    # -- judgements -----------------------------------------------------------------------------

    def findings(self, on: str) -> Iterator[Finding]:
        """Findings of a check id, or of ``check/severity``."""
        check, _, severity = on.removeprefix("finding:").partition("/")
        for finding in self._worksheet.findings:
            if finding.check == check and severity in ("", finding.severity.value):
                yield finding

    def criterion(self, on: str) -> Criterion | None:
        """The criterion with this id."""
        ident = on.removeprefix("criterion:")
        return next((c for c in self._worksheet.criteria if c.id == ident), None)

    def material(self, on: str) -> Material | None:
        """The material with this id."""
        ident = on.removeprefix("material:")
        return next((m for m in self._worksheet.materials if m.id == ident), None)


def row_name(row: Row) -> str:
    """How decisions name a row: by the first of its cells. New cells go behind, so it stays."""
    return f"row:{next(iter(row.cells.values())).id}" if row.cells else ""


def as_read(fact: Fact) -> AsRead | None:
    """What the machine had read: kept from the first change on; ``None`` for a reviewer's own value."""
    if fact.as_read is not None or fact.method is Method.REVIEWER:
        return fact.as_read
    return AsRead(
        value=fact.value,
        unit=fact.unit,
        confidence=fact.confidence,
        alternatives=fact.alternatives,
        status=fact.status,
        printed=fact.printed,
        masked=fact.masked,
    )


def corrected(fact: Fact, typed: Typed) -> Fact:
    """``fact`` with the reviewer's value; ``raw`` stays what stood on the paper."""
    return fact.model_copy(
        update={
            "value": typed.value,
            "unit": typed.unit,
            "confidence": 1.0,
            "alternatives": (),
            "status": FactStatus.CORRECTED,
            "printed": typed.printed.model_copy(update={"label": fact.printed.label}),
            "masked": None,
            "as_read": as_read(fact),
        }
    )


def rejected(fact: Fact) -> Fact:
    """``fact`` as nobody is to count on it."""
    return fact.model_copy(update={"status": FactStatus.REJECTED, "as_read": as_read(fact)})


def accepted(fact: Fact) -> Fact:
    """``fact`` as a person has seen that it is right."""
    own = fact.method is Method.REVIEWER or (
        fact.as_read is not None and fact.value != fact.as_read.value
    )
    return fact.model_copy(
        update={
            "status": FactStatus.CORRECTED if own else FactStatus.CERTAIN,
            "confidence": 1.0,
            "alternatives": (),
            "as_read": as_read(fact),
        }
    )


def restored(fact: Fact) -> Fact:
    """``fact`` as the machine had read it."""
    before = fact.as_read
    if before is None:
        return fact
    return fact.model_copy(
        update={
            "value": before.value,
            "unit": before.unit,
            "confidence": before.confidence,
            "alternatives": before.alternatives,
            "status": before.status,
            "printed": before.printed,
            "masked": before.masked,
            "as_read": None,
        }
    )


def added(
    ident: str, field: str, typed: Typed, text: str, page: int | None, document: str | None
) -> Fact:
    """A fact that a reviewer saw and nobody read."""
    return Fact(
        id=ident,
        field=field,
        value=typed.value,
        unit=typed.unit,
        raw=text,
        document=document,
        page=page,
        confidence=1.0,
        method=Method.REVIEWER,
        status=FactStatus.CORRECTED,
        printed=typed.printed,
    )
