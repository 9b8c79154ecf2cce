"""Decisions carried over to a new reading of the same packet, as a newer program makes it.

A decision about a value holds where the value's place (its id) and what the machine reads there are what
they were. Everything else is told to be looked at again; nothing is dropped without a word. The chain of
decisions goes on: what does not hold is recorded behind it. Pure; the rules are run afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from extractor.core.worksheet import (
    Decision,
    Fact,
    FactStatus,
    Method,
    Outcome,
    Row,
    RowSet,
    Value,
    Worksheet,
)
from extractor.decisions.apply import Hide
from extractor.decisions.chain import next_decision
from extractor.decisions.draft import Draft, as_read
from extractor.decisions.model import Action, Reviewer


@dataclass(frozen=True, slots=True)
class Again:
    """Something a reviewer should look at again.

    Attributes:
        on: as ``Decision.on`` names it.
        before: what was decided. after: what is read now; ``None`` where nothing is.
        reason: why, in words for people.
    """

    on: str
    before: Value | None
    after: Value | None
    reason: str


@dataclass(frozen=True, slots=True)
class Carried:
    """The new reading with the decisions that hold in it and the old chain; not judged yet.

    ``held``: how many changed values and rows hold.
    """

    worksheet: Worksheet
    held: int
    again: tuple[Again, ...]


@dataclass(slots=True)
class _Desk:
    old: Worksheet
    new: Worksheet
    draft: Draft
    hide: Hide
    label: Callable[[str], str]
    held: int = 0
    again: list[Again] = field(default_factory=list)

    def shown(self, fact: Fact) -> Value | None:
        """As decisions hold it."""
        rejected = fact.status is FactStatus.REJECTED
        return None if rejected else self.hide.value(fact.field, fact.value)

    def look_again(self, fact: Fact, now: Fact | None, why: str) -> None:
        """``fact``: as it was decided. ``now``: as it is read; it is in doubt from here on."""
        place = f"（第{fact.page}页）" if fact.page is not None else ""
        after = None
        if now is not None:
            self.draft.replace(now.model_copy(update={"status": FactStatus.DOUBTFUL}))
            after = self.hide.value(now.field, now.value)
        reason = f"{self.label(fact.field)}{place}：{why}"
        on = fact.id if now is None else now.id
        self.again.append(Again(on, self.shown(fact), after, reason))


def carry_over(old: Worksheet, new: Worksheet, hide: Hide, label: Callable[[str], str]) -> Carried:
    """``new``, a reading without decisions, with what was decided about values and rows in ``old``.

    Args:
        hide: takes personal numbers out of what is compared and recorded.
        label: a field's name for people.
    """
    draft = Draft(new)
    draft.chain = list(old.decisions)
    desk = _Desk(old, new, draft, hide, label)
    for fact in old.facts:
        if fact.method is Method.REVIEWER:
            _added_fact(desk, fact)
        elif _is_marked(fact):
            _marked_fact(desk, fact)
    for rows in old.rows:
        for row in rows.rows:
            _row(desk, rows, row)
    return Carried(draft.worksheet(), desk.held, tuple(desk.again))


def _is_marked(fact: Fact) -> bool:
    return fact.as_read is not None or fact.status in (FactStatus.CORRECTED, FactStatus.REJECTED)


def _read(fact: Fact) -> Value | None:
    """What the machine had read."""
    return fact.value if fact.as_read is None else fact.as_read.value


def _same(desk: _Desk, fact: Fact) -> Fact | None:
    """The fact as it is read now, where that is what was read before."""
    if not desk.draft.has_fact(fact.id):
        return None
    now = desk.draft.fact(fact.id)
    field_id = fact.field
    equal = desk.hide.value(field_id, now.value) == desk.hide.value(field_id, _read(fact))
    return now if equal and now.field == field_id else None


def _decided(fact: Fact, now: Fact) -> Fact:
    """``now`` as a reviewer decided about ``fact``."""
    state: dict[str, object] = {
        "status": fact.status,
        "confidence": fact.confidence,
        "alternatives": fact.alternatives,
        "as_read": as_read(now),
    }
    if fact.value != _read(fact):
        label = now.printed.label
        state |= {
            "value": fact.value,
            "unit": fact.unit,
            "masked": fact.masked,
            "printed": fact.printed.model_copy(update={"label": label}),
        }
    return now.model_copy(update=state)


def _marked_fact(desk: _Desk, fact: Fact) -> None:
    now = _same(desk, fact)
    if now is not None:
        desk.draft.replace(_decided(fact, now))
        desk.held += 1
    elif desk.draft.has_fact(fact.id):
        desk.look_again(fact, desk.draft.fact(fact.id), "重新读取后，这里读到的与上次不同")
    else:
        desk.look_again(fact, None, "重新读取后，原处没有再读到这一项")


def _added_fact(desk: _Desk, fact: Fact) -> None:
    """A value only a person saw stays; it is in question where the machine now reads one itself."""
    desk.draft.add(fact)
    desk.held += 1
    before = {f.id for f in desk.old.facts}
    for now in desk.new.facts:
        if now.field == fact.field and now.id not in before:
            desk.look_again(fact, now, "上次由审核人补录，现在程序也读到了")


def _row(desk: _Desk, rows: RowSet, row: Row) -> None:
    own = [f for f in row.cells.values() if f.method is Method.REVIEWER]
    read = [f for f in row.cells.values() if f.method is not Method.REVIEWER]
    if own and not read:
        _added_row(desk, rows, row)
        return
    removed = all(f.status is FactStatus.REJECTED for f in row.cells.values())
    if removed and not _whole(desk, read):
        for fact in read:
            now = desk.draft.fact(fact.id) if desk.draft.has_fact(fact.id) else None
            desk.look_again(fact, now, "这一行曾被删去，现在读到的与上次不同")
        return
    for fact in read:
        if _is_marked(fact):
            _marked_fact(desk, fact)
    for fact in own:
        _added_cell(desk, read, fact)


def _whole(desk: _Desk, cells: Iterable[Fact]) -> bool:
    """Whether a row is read again just as it was, with no cell more."""
    listed = list(cells)
    if not all(_same(desk, fact) for fact in listed):
        return False
    row = desk.draft.row(desk.draft.place(listed[0].id))
    return row.cells.keys() == {fact.field for fact in listed}


def _added_cell(desk: _Desk, beside: Iterable[Fact], fact: Fact) -> None:
    place = next((desk.draft.place(f.id) for f in beside if desk.draft.is_cell(f.id)), None)
    if place is None:
        desk.look_again(fact, None, "重新读取后，补录这一格的那一行没有再读到")
        return
    now = desk.draft.row(place).cells.get(fact.field)
    if now is None:
        desk.draft.add_cell(place, fact)
        desk.held += 1
    elif desk.hide.value(fact.field, now.value) == desk.shown(fact):
        desk.held += 1  # the machine reads by now what a person had filled in
    else:
        desk.look_again(fact, now, "上次由审核人补录，现在程序读到的不同")


def _added_row(desk: _Desk, rows: RowSet, row: Row) -> None:
    name = desk.draft.add_row(rows.field, rows.document, row.cells)
    desk.held += 1
    if _read_rows(desk.old, rows) != _read_rows(desk.new, rows):
        told = tuple(str(desk.shown(f)) for f in row.cells.values())
        reason = (
            f"{desk.label(rows.field)}：上次补录的一行；现在读到的行数与上次不同，请核对是否重复"
        )
        desk.again.append(Again(name, told, told, reason))


def _read_rows(worksheet: Worksheet, like: RowSet) -> int:
    return sum(
        any(f.method is not Method.REVIEWER for f in row.cells.values())
        for rows in worksheet.rows
        if (rows.field, rows.document) == (like.field, like.document)
        for row in rows.rows
    )


# -- judgements ---------------------------------------------------------------------------------


def judgements_again(worksheet: Worksheet) -> Iterator[Again]:
    """What reviewers said of findings, conditions and materials that read otherwise by now.

    Args:
        worksheet: the new reading with the old chain, judged.
    """
    now: dict[str, tuple[str, ...]] = {}
    for finding in worksheet.findings:
        if finding.outcome is Outcome.FAILED:
            name = f"finding:{finding.check}/{finding.severity.value}"
            now[name] = (*now.get(name, ()), finding.message)
    now |= {f"criterion:{c.id}": (c.verdict.value,) for c in worksheet.criteria}
    now |= {f"material:{m.id}": (m.status.value,) for m in worksheet.materials}
    for on, decision in _last_words(worksheet.decisions).items():
        said = now.get(on, ())
        if decision.before is not None and decision.before not in said:
            after = said[0] if said else None
            why = "重新读取后结果与作出意见时不同" if said else "重新读取后已没有这一项"
            yield Again(on, decision.before, after, why)


_JUDGED = (Action.CONFIRM, Action.DISMISS, Action.VERDICT, Action.MATERIAL)


def _last_words(chain: Iterable[Decision]) -> Mapping[str, Decision]:
    return {d.on: d for d in chain if d.action in _JUDGED}


def recorded(
    worksheet: Worksheet, again: Iterable[Again], reviewer: Reviewer, at: str, hide: Hide
) -> Worksheet:
    """``worksheet`` with an entry at the end of its chain for everything to be looked at again."""
    chain = list(worksheet.decisions)
    for item in again:
        chain.append(
            next_decision(
                worksheet.packet.id, chain, at=at, by=reviewer.name, on=item.on,
                action=Action.LOOK_AGAIN.value, before=item.before, after=item.after,
                reason=hide.text(item.reason),
            )
        )  # fmt: skip
    return worksheet.model_copy(update={"decisions": tuple(chain)})
