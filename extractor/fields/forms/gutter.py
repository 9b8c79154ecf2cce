"""An open booklet on one page: its empty gutter ends every line of text, so the halves are read apart."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.core.page import Line, PacketPage

#: A page is an open booklet only where it is so much wider than high.
WIDE = 1.15
#: The gutter's middle lies in this stretch of the width, and is at least so many line heights wide.
MIDDLE = (0.4, 0.6)
LEAST_GAP = 1.2
#: Lines on each side, and how many of them are long enough to be text or a label with its value.
LEAST_LINES = 5
LONG_LINES = 2
LONG = 10


def halves(page: PacketPage, lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """``lines`` left and right of the gutter; all of them as one where there is none.

    A column of labels with its values right of it is no booklet: it lies left of the middle, or has
    no text of its own on one side.
    """
    size = page.read.upright
    whole = (tuple(lines),)
    if size.width_pt < WIDE * size.height_pt or len(lines) < 2 * LEAST_LINES:
        return whole
    em = sorted(line.box.height for line in lines)[len(lines) // 2]
    reach = 0.0
    for line in sorted(lines, key=lambda x: x.box.x0):
        middle = (reach + line.box.x0) / 2 / size.width_pt
        if line.box.x0 - reach >= LEAST_GAP * em and MIDDLE[0] <= middle <= MIDDLE[1]:
            parts = (
                tuple(x for x in lines if x.box.x1 <= reach),
                tuple(x for x in lines if x.box.x1 > reach),
            )
            return parts if all(_is_text(part) for part in parts) else whole
        reach = max(reach, line.box.x1)
    return whole


def _is_text(lines: Sequence[Line]) -> bool:
    long = sum(1 for line in lines if len(line.text.strip()) >= LONG)
    return len(lines) >= LEAST_LINES and long >= LONG_LINES
