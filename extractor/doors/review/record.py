"""The record of decisions, as the sheet tells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from extractor.core.worksheet import Decision
from extractor.decisions.model import Action, Opinion
from extractor.doors.review.desk import Desk
from extractor.worksheet.safe_text import visible


@dataclass(frozen=True, slots=True)
class LogPart:
    """One decision in words."""

    at: str
    by: str
    what: str
    target: str
    on: str
    change: str
    reason: str


def record(desk: Desk) -> list[LogPart]:
    """All decisions, the last first."""
    return [_log(desk, d) for d in reversed(desk.worksheet.decisions)]


def _log(desk: Desk, decision: Decision) -> LogPart:
    target, on = _target(desk, decision.on)
    change = ""
    if decision.action not in (Action.CONFIRM, Action.DISMISS, Action.ASK, Action.SIGN_OFF):
        change = _change(desk, decision)
    return LogPart(
        at=_clock(decision.at),
        by=visible(decision.by),
        what=desk.words(f"did.{decision.action}"),
        target=visible(target),
        on=on,
        change=visible(change),
        reason=visible(decision.reason),
    )


def _clock(at: str) -> str:
    """A moment (ISO 8601) by this machine's clock, as people here read it."""
    return dt.datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _target(desk: Desk, on: str) -> tuple[str, str]:
    """What a decision was about, in words, and the item to show for it."""
    ident = on.removeprefix("row:")
    fact = desk.telling.facts.get(ident)
    if fact is not None:
        place = desk.cells.get(ident)
        label = desk.naming.label(fact.field)
        if place is not None:
            name = desk.naming.label(place.rows.field)
            row = desk.words("row_of", list=name, no=place.row.no)
            label = row if on.startswith("row:") else f"{row} · {label}"
        return label, f"fact:{ident}"
    kind, _, key = on.partition(":")
    if kind == "finding":
        check = key.partition("/")[0]
        title = next((f.title for f in desk.worksheet.findings if f.check == check), check)
        return f"{title}（{check}）", on if key in desk.failed else ""
    if kind == "criterion" and key in desk.criteria:
        return desk.criteria[key].text, on
    if kind == "material" and key in desk.materials:
        return desk.materials[key].text, on
    return ("" if on == "worksheet" else on), ""


def _change(desk: Desk, decision: Decision) -> str:
    sheet, fact = desk.words.sheet, desk.telling.facts.get(decision.on)
    if decision.action in (Action.VERDICT, Action.MATERIAL):
        kind = "verdict" if decision.action == Action.VERDICT else "material"
        before = sheet.either(kind, str(decision.before))
        return f"{before} → {desk.words(f'opinion.{Opinion(str(decision.after)).value}')}"
    if fact is None:
        return ""
    before, after = (
        sheet("value.none")
        if value is None
        else desk.telling.shown(fact.model_copy(update={"value": value})).text
        for value in (decision.before, decision.after)
    )
    return f"{before} → {after}"
