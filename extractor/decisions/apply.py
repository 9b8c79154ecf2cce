"""Corrections put into a worksheet, each recorded as a decision. Pure; the rules are run afterwards.

All or nothing: where one correction cannot be carried out, every fault is told and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Fact, FactStatus, Outcome, Value, Worksheet, content_id
from extractor.decisions.chain import next_decision
from extractor.decisions.draft import (
    Draft,
    Place,
    accepted,
    added,
    corrected,
    rejected,
    restored,
)
from extractor.decisions.model import (
    WORKSHEET,
    Action,
    Correction,
    DecisionError,
    Frozen,
    Opinion,
    Reviewer,
)
from extractor.decisions.sealing import is_signed
from extractor.decisions.typed import read_typed
from extractor.setup.catalogue import Catalogue


class Hide(Protocol):
    """Takes personal numbers out of what decisions hold: they are hashed and can never be masked later."""

    def text(self, text: str) -> str:
        """``text`` without ID numbers and mobiles."""

    def value(self, field: str, value: Value | None) -> Value | None:
        """A field's value without them."""


@dataclass(slots=True)
class _Desk:
    """One run of corrections."""

    draft: Draft
    catalogue: Catalogue
    reviewer: Reviewer
    at: str
    hide: Hide

    def record(
        self, given: Correction, on: str, before: Value | None, after: Value | None,
        action: Action | None = None,
    ) -> None:  # fmt: skip
        """The decision that follows the ones before."""
        draft = self.draft
        draft.chain.append(
            next_decision(
                draft.packet, draft.chain, at=self.at, by=self.reviewer.name, on=on,
                action=(action or given.action).value, before=before, after=after,
                reason=self.hide.text(given.reason.strip()),
            )
        )  # fmt: skip

    def fact_changed(
        self, given: Correction, before: Fact, after: Fact, action: Action | None = None
    ) -> None:
        """A fact's new state, and the decision about it."""
        self.draft.replace(after)
        self.record(given, after.id, self.shown(before), self.shown(after), action)

    def shown(self, fact: Fact) -> Value | None:
        """A fact's value as decisions hold it; ``None`` where nobody is to count on it."""
        if fact.status is FactStatus.REJECTED:
            return None
        return self.hide.value(fact.field, fact.value)

    def row_shown(self, place: Place) -> tuple[str, ...]:
        """A row's values, one text a column."""
        cells = self.draft.row(place).cells
        values = {column: self.shown(fact) for column, fact in sorted(cells.items())}
        return tuple(
            f"{column}={value_text(value)}" for column, value in values.items() if value != ""
        )

    def new_id(self, field: str) -> str:
        """Id of a value nobody read: made of its place in the chain, the same whichever way it came."""
        return content_id("f", self.draft.packet, "reviewer", len(self.draft.chain), field)


def apply(
    worksheet: Worksheet,
    corrections: Sequence[Correction],
    reviewer: Reviewer,
    catalogue: Catalogue,
    *,
    at: str,
    hide: Hide,
) -> Worksheet:
    """``worksheet`` with the corrections in it and a decision for each; not judged again yet.

    Args:
        corrections: carried out in this order. Sign-off and reopening are not among them
            (``sealing``): they come after the rules.
        at: when, ISO 8601.
        hide: takes personal numbers out of what is recorded.

    Raises:
        Frozen: the worksheet is signed. DecisionError: corrections that cannot be carried out, each
            with its reason.
    """
    if not reviewer.name.strip():
        raise DecisionError("请写明由谁处理（审核人姓名）")
    if corrections and is_signed(worksheet):
        raise Frozen("底稿已签字，不能再改；如需更正，请由负责人写明理由重新打开（reopen）")
    desk = _Desk(Draft(worksheet), catalogue, reviewer, at, hide)
    faults = []
    for number, given in enumerate(corrections, 1):
        try:
            handler = _HANDLERS.get(given.action)
            if handler is None:
                raise DecisionError(f"“{given.action}”不是更正")
            handler(desk, given)
        except ExtractorError as error:
            faults.append(f"{given.source or f'第 {number} 条'}：{error}")
    if faults:
        raise DecisionError("；\n".join(faults) + "。没有写入任何更正")
    return desk.draft.worksheet()


# -- facts --------------------------------------------------------------------------------------


def _correct(desk: _Desk, given: Correction) -> None:
    fact = desk.draft.fact(given.on)
    typed = read_typed(fact.field, given.value or "", desk.catalogue, unit=given.unit, at=fact)
    desk.fact_changed(given, fact, corrected(fact, typed))


def _reject(desk: _Desk, given: Correction) -> None:
    if _is_row(given):
        _remove_row(desk, given)
        return
    fact = desk.draft.fact(given.on)
    desk.fact_changed(given, fact, rejected(fact))


def _accept(desk: _Desk, given: Correction) -> None:
    facts = _facts_of(desk, given)
    if _is_row(given):
        open_ones = [f for f in facts if f.status in (FactStatus.DOUBTFUL, FactStatus.REJECTED)]
        if not open_ones:  # nothing was in doubt: that the row was looked at is worth keeping
            name = desk.draft.row_name(desk.draft.place(given.on))
            desk.record(given, name, None, None)
        facts = open_ones
    for fact in facts:
        if fact.value is None:
            raise DecisionError(f"{desk.catalogue.label(fact.field)}没有读出值，请填写后再采纳")
        desk.fact_changed(given, fact, accepted(fact))


def _is_row(given: Correction) -> bool:
    return "," in given.on or given.on.startswith("row:")


def _restore(desk: _Desk, given: Correction) -> None:
    facts = [f for f in _facts_of(desk, given, unread=True) if f.as_read is not None]
    if not facts:
        raise DecisionError(
            "没有可恢复的内容：这里没有改过，或原来没有读到值（补录的值请选“不采纳”）"
        )
    for fact in facts:
        desk.fact_changed(given, fact, restored(fact))


def _facts_of(desk: _Desk, given: Correction, unread: bool = False) -> list[Fact]:
    """The fact that is named, or the cells of the row."""
    if _is_row(given):
        cells = desk.draft.row(desk.draft.place(given.on)).cells
        return [f for _, f in sorted(cells.items()) if unread or f.value is not None]
    return [desk.draft.fact(given.on)]


def _add(desk: _Desk, given: Correction) -> None:
    typed = read_typed(given.on, given.value or "", desk.catalogue, unit=given.unit)
    if "." in given.on:
        raise DecisionError(f"{given.on} 是列表中的一列，请补充或修改一行")
    document = desk.draft.document_of(given.page)
    text = (given.value or "").strip()
    fact = added(desk.new_id(given.on), given.on, typed, text, given.page, document)
    desk.draft.add(fact)
    desk.record(given, fact.id, None, desk.shown(fact))


# -- rows ---------------------------------------------------------------------------------------


def _remove_row(desk: _Desk, given: Correction) -> None:
    place = desk.draft.place(given.on)
    before = desk.row_shown(place)
    for fact in tuple(desk.draft.row(place).cells.values()):
        desk.draft.replace(rejected(fact))
    desk.record(given, desk.draft.row_name(place), before, None, Action.REMOVE_ROW)


def _add_row(desk: _Desk, given: Correction) -> None:
    spec = desk.catalogue.fields.get(given.on)
    if spec is None or not spec.columns:
        raise DecisionError(f"没有名为 {given.on} 的列表")
    texts = _columns(given)
    if not texts:
        raise DecisionError(f"{spec.zh[0]}：新增的一行没有填写任何内容")
    document = desk.draft.document_of(given.page)
    cells = {
        column: _new_cell(desk, column, text, given.page, document)
        for column, text in texts.items()
    }
    name = desk.draft.add_row(given.on, document, cells)
    desk.record(given, name, None, desk.row_shown(desk.draft.place(name)))


def _change_row(desk: _Desk, given: Correction) -> None:
    place = desk.draft.place(given.on)
    field = desk.draft.rows_field(place)
    cells = desk.draft.row(place).cells
    some = next(iter(cells.values()))
    texts = _columns(given, field)
    if not texts:
        raise DecisionError("没有写明这一行要改哪一列")
    for column, text in texts.items():
        fact = cells.get(column)
        if fact is None:
            new = _new_cell(desk, column, text, some.page, some.document)
            desk.draft.add_cell(place, new)
            desk.record(given, new.id, None, desk.shown(new), Action.ADD)
            continue
        typed = read_typed(column, text, desk.catalogue, unit=given.unit, at=fact)
        desk.fact_changed(given, fact, corrected(fact, typed), Action.CORRECT)


def _columns(given: Correction, field: str = "") -> Mapping[str, str]:
    """The filled cells by full column id, in the order of their ids."""
    rows = field or given.on
    named = {c if "." in c else f"{rows}.{c}": t for c, t in given.cells.items() if t.strip()}
    wrong = [c for c in named if not c.startswith(f"{rows}.")]
    if wrong:
        raise DecisionError(f"{'、'.join(wrong)} 不是 {rows} 的列")
    return dict(sorted(named.items()))


def _new_cell(
    desk: _Desk, column: str, text: str, page: int | None, document: str | None
) -> Fact:  # fmt: skip
    typed = read_typed(column, text, desk.catalogue)
    return added(desk.new_id(column), column, typed, text.strip(), page, document)


# -- judgements ---------------------------------------------------------------------------------


def _on_finding(desk: _Desk, given: Correction) -> None:
    found = [f for f in desk.draft.findings(given.on) if f.outcome is Outcome.FAILED]
    if not found:
        raise DecisionError(f"没有编号为 {given.on} 的问题；重新评审后可能已消除")
    for finding in found:
        name = f"finding:{finding.check}/{finding.severity.value}"
        desk.record(given, name, desk.hide.text(finding.message), None)


def _verdict(desk: _Desk, given: Correction) -> None:
    criterion = desk.draft.criterion(given.on)
    if criterion is None:
        raise DecisionError(f"没有编号为 {given.on} 的认定条件")
    desk.record(
        given, f"criterion:{criterion.id}", criterion.verdict.value, _opinion(given).value
    )  # fmt: skip


def _material(desk: _Desk, given: Correction) -> None:
    material = desk.draft.material(given.on)
    if material is None:
        raise DecisionError(f"没有编号为 {given.on} 的材料")
    desk.record(
        given, f"material:{material.id}", material.status.value, _opinion(given).value
    )  # fmt: skip


def _opinion(given: Correction) -> Opinion:
    try:
        return Opinion((given.value or "").strip())
    except ValueError:
        known = "、".join(opinion.value for opinion in Opinion)
        raise DecisionError(f"意见“{given.value or ''}”不明确；应为其一：{known}") from None


def _remark(desk: _Desk, given: Correction) -> None:
    """A comment, or a question to the applicant, on anything."""
    if given.action is Action.COMMENT and not given.reason.strip():
        raise DecisionError("意见没有内容")
    desk.record(given, _target(desk.draft, given.on), None, None)


def _target(draft: Draft, on: str) -> str:
    """How decisions name what ``on`` means."""
    if on == WORKSHEET:
        return on
    if on.startswith("row:") or ("," in on and draft.is_cell(on)):
        return draft.row_name(draft.place(on))
    if draft.has_fact(on):
        return on
    for finding in draft.findings(on):
        severity = f"/{finding.severity.value}" if "/" in on else ""
        return f"finding:{finding.check}{severity}"
    if (criterion := draft.criterion(on)) is not None:
        return f"criterion:{criterion.id}"
    if (material := draft.material(on)) is not None:
        return f"material:{material.id}"
    raise DecisionError(f"这份底稿里没有 {on[:60]}；是否选错了底稿？")


def value_text(value: Value | None) -> str:
    """A value as the text of a row's record."""
    return "、".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


_HANDLERS: Mapping[Action, Callable[[_Desk, Correction], None]] = {
    Action.CORRECT: _correct,
    Action.REJECT: _reject,
    Action.ACCEPT: _accept,
    Action.RESTORE: _restore,
    Action.ADD: _add,
    Action.ADD_ROW: _add_row,
    Action.REMOVE_ROW: _remove_row,
    Action.CHANGE_ROW: _change_row,
    Action.CHANGE_ROW: _change_row,
    Action.COMMENT: _remark,
    Action.ASK: _remark,
    Action.CONFIRM: _on_finding,
    Action.DISMISS: _on_finding,
    Action.VERDICT: _verdict,
    Action.MATERIAL: _material,
}
