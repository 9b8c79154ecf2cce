"""What one decision changed, in the words the page shows and the cells it must redraw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.decisions.model import Action
from extractor.doors.review.desk import Desk
from extractor.doors.review.items import fact_line
from extractor.pipeline.changes import changes_between
from extractor.worksheet.html.views import TONES
from extractor.worksheet.safe_text import one_line

_MOST_CELLS = 60
"""Cells redrawn one by one; where more changed, the part is loaded anew."""
_NEW_ROWS = frozenset({Action.ADD_ROW, Action.CHANGE_ROW, Action.ADD})


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of what changed; ``on`` is the item to show for it, "" for none."""

    text: str
    tone: str
    on: str = ""


def change_lines(before: Desk, after: Desk) -> list[ChangeLine]:
    """Verdicts, materials and findings that differ, in words."""
    words, sheet = after.words, after.words.sheet
    changes = changes_between(before.worksheet, after.worksheet)
    lines = []
    for change in changes.verdicts:
        criterion = change.criterion
        was = sheet("value.none") if change.before is None else sheet(f"verdict.{change.before}")
        now = sheet(f"verdict.{criterion.verdict}")
        text = words("changes.arrow", name=criterion.text, before=was, after=now)
        tone = TONES.get(criterion.verdict, "care")
        lines.append(ChangeLine(one_line(text), tone, f"criterion:{criterion.id}"))
    for material in changes.materials:
        was = (
            sheet("value.none") if material.before is None else sheet(f"material.{material.before}")
        )
        now = sheet(f"material.{material.material.status}")
        text = words("changes.arrow", name=material.material.text, before=was, after=now)
        tone = TONES.get(material.material.status, "care")
        lines.append(ChangeLine(one_line(text), tone, f"material:{material.material.id}"))
    severity = {f.check: f.severity for f in changes.gone}  # as it was, where it is not gone at all
    for finding in changes.gone:
        if all(f.check != finding.check for f in changes.new):
            text = words("changes.gone", name=f"{finding.title}（{finding.check}）")
            lines.append(ChangeLine(one_line(text), "good"))
    for finding in changes.new:
        name = f"{finding.title}（{finding.check}）"
        text = words("changes.new", name=name)
        if finding.check in severity:
            was, now = (sheet(f"severity.{s}") for s in (severity[finding.check], finding.severity))
            text = words("changes.arrow", name=name, before=was, after=now)
        on = f"finding:{finding.check}/{finding.severity.value}"
        lines.append(ChangeLine(one_line(text), TONES.get(finding.severity, "care"), on))
    for key, finding in after.failed.items():
        old = before.failed.get(key)
        if old is not None and old.message != finding.message:
            text = words("changes.message", name=f"{finding.title}（{finding.check}）")
            lines.append(ChangeLine(one_line(text), "care", f"finding:{key}"))
    return lines


def redraw(
    before: Desk, after: Desk, actions: Sequence[Action]
) -> dict[str, bool | dict[str, list[str]]]:
    """For the browser: cells whose value or state changed, and whether the lists must be loaded anew."""
    old = before.telling.facts
    cells = {
        ident: [line.text, line.css, line.status]
        for ident, fact in after.telling.facts.items()
        if old.get(ident) != fact
        for line in (fact_line(after, fact, labelled=False),)
    }
    whole = len(cells) > _MOST_CELLS or any(action in _NEW_ROWS for action in actions)
    return {"whole": whole, "cells": {} if whole else cells}
