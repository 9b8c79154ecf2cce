"""Which pieces of text were printed on one line."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.core.page import Line


def baseline_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines grouped by baseline, top to bottom, each group left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.box.cy):
        for row in reversed(rows[-3:]):
            head = row[0].box
            if line.box.overlap_y(head) > 0.5 * min(line.box.height, head.height):
                row.append(line)
                break
        else:
            rows.append([line])
    return [sorted(row, key=lambda item: item.box.x0) for row in rows]
