"""Finding values in running text: patterns over paragraphs, with their place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box
from extractor.core.page import Line, PacketPage, Seal
from extractor.core.worksheet import Fact, Method, Printed
from extractor.fields.make import Spot, build_fact, read_fact, spot_of
from extractor.fields.runs import TextRun, paragraphs
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import Catalogue

#: A date as printed, loosely; ``parse_value`` decides.
DATE = (
    r"(?:(?:19|20)\s?\d\s?\d|[〇零○Oo一二三四五六七八九]{4})\s*[年./-]\s*[、·,，.]?\s*"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[月./-]?\s*"
    r"(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日?)?"
)


def page_paragraphs(page: PacketPage) -> tuple[TextRun, ...]:
    """All text of a page as paragraphs, table cells included as printed."""
    return paragraphs(page, page.read.lines)


def find_fact(
    view: DocumentView,
    catalogue: Catalogue,
    field: str,
    runs: Iterable[TextRun],
    pattern: str,
    *,
    group: int | str = 1,
    kind: str | None = None,
) -> Fact | None:
    """The first match of ``pattern`` whose group holds a value of the field."""
    for run in runs:
        for match in re.finditer(pattern, run.text):
            start, end = match.span(group)
            spot = spot_of(run, start, end)
            if spot is None:
                continue
            fact = read_fact(
                catalogue.fields[field], spot, document=view.id, method=Method.PROSE,
                enums=catalogue.enums, kind=kind,
            )  # fmt: skip
            if fact is not None:
                return fact
    return None


def last_date(
    view: DocumentView, catalogue: Catalogue, field: str, page: PacketPage, lines: list[Line]
) -> Fact | None:
    """The lowest date among ``lines``: the one at the foot of a signed paper."""
    found: Fact | None = None
    for row in baseline_rows(lines):
        run = TextRun(page, tuple(row))
        fact = find_fact(view, catalogue, field, [run], f"({DATE})", kind="date")
        if fact is not None:
            found = fact
    return found


#: That nothing was found proves little: ink may be faint, cut off or beneath print.
ABSENT = 0.6


def seal_fact(
    view: DocumentView, field: str, page: PacketPage, seals: Iterable[Seal], present: bool
) -> Fact | None:
    """Whether a seal is there, at the surest one's place (the page's foot where there is none).

    ``None`` where none was found on a page without colours: too many are overlooked there.
    """
    best = max(seals, key=lambda s: s.confidence, default=None)
    if best is None and not present and page.read.coloured is False:
        return None
    size = page.read.upright
    box = best.box if best else Box(0, size.height_pt * 0.5, size.width_pt, size.height_pt)
    confidence = best.confidence if best else ABSENT
    return build_fact(
        field,
        Spot(page, box, "（印章）" if present else "（未见印章）", confidence),
        present,
        document=view.id,
        method=Method.SEAL,
        printed=Printed(),
    )
