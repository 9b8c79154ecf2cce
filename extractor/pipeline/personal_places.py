"""Where ID numbers and mobiles stand on read pages, whether or not anything was made of them.

Facts know their own places; a number in a copy of an ID card or in a contract's foot is nobody's fact
and would stay readable in the page pictures. What recognition did not read cannot be found here: a
picture that must be free of personal data needs a person's eye.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from extractor.core.page import PacketPage
from extractor.core.worksheet import BoxTuple
from extractor.worksheet.mask import number_spans


def personal_places(pages: Iterable[PacketPage]) -> Mapping[int, tuple[BoxTuple, ...]]:
    """Boxes (viewer points) by page number."""
    found: dict[int, list[BoxTuple]] = {}
    for page in pages:
        for sheet in page.read.sheets:
            for line in sheet.lines:
                for start, end in number_spans(line.text):
                    box = sheet.viewer_box(line.box_of(start, end))
                    found.setdefault(page.no, []).append((box.x0, box.y0, box.x1, box.y1))
    return {no: tuple(dict.fromkeys(boxes)) for no, boxes in sorted(found.items())}
