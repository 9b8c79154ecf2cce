"""Whether somebody signed: ink behind a label such as 法定代表人（签字）, from marks found in pixels.

Presence only. What a signature says is never read as a certain value.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box
from extractor.core.page import Line, PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import Spot, build_fact
from extractor.fields.prose import ABSENT
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView


def signature_after(
    view: DocumentView, field: str, page: PacketPage, labels: Sequence[str]
) -> Fact | None:
    """Presence of a signature behind one of ``labels``; ``None`` where no such label is printed."""
    for row in baseline_rows(page.read.lines):
        run = TextRun(page, tuple(row))
        folded = fold_text(run.text)
        if not any(label in folded for label in labels):
            continue
        if not any(word in folded for word in ("签字", "签名", "签章", "签署")):
            continue
        return _presence(view, field, page, row, run)
    return None


def _presence(
    view: DocumentView, field: str, page: PacketPage, row: Sequence[Line], run: TextRun
) -> Fact:
    last = run.text.rstrip(" _＿:：")
    end = max(last.rfind(word) for word in ("签字", "签名", "签章", "签署")) + 2
    label = run.box_of(0, end) or row[0].box
    place = Box(
        label.x1,
        max(label.y0 - 1.2 * label.height, 0),
        page.read.upright.width_pt,
        label.y1 + 1.2 * label.height,
    )
    marks = [
        m for m in page.read.marks
        if m.kind == "handwriting" and place.contains_point(m.box.cx, m.box.cy)
    ]  # fmt: skip
    if marks:
        best = max(marks, key=lambda m: m.confidence)
        spot = Spot(page, best.box, "（手写签字）", best.confidence)
        return build_fact(field, spot, True, document=view.id, method=Method.MARK)
    rest = fold_text(run.text[end:])
    if rest:
        tail = run.box_of(end, len(run.text)) or place
        spot = Spot(page, tail, run.text[end:].strip(), 0.8)
        return build_fact(field, spot, True, document=view.id, method=Method.MARK)
    return build_fact(
        field,
        Spot(page, place, "（未见签字）", ABSENT),
        False,
        document=view.id,
        method=Method.MARK,
    )
