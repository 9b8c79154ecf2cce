"""Who signs an audit report: CPAs by their printed names, or by their stamps where those hide them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box
from extractor.core.page import PacketPage
from extractor.core.worksheet import Fact, Method, Row, RowSet
from extractor.fields.make import Spot, build_fact, spot_of
from extractor.fields.prose import ABSENT
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView

#: 中国注册会计师： and the printed name; without a colon it is only a word of the text.
CPA = re.compile(
    r"(?:中国|(?<![\u4e00-\u9fa5]))注册会计师\s*(?:[（(][^（()）]{1,8}[）)])?\s*[:：]\s*"
    r"([\u4e00-\u9fa5]{2,4}(?![\u4e00-\u9fa5]*事务所))?"
)
#: A certificate number of a CPA: twelve digits, on the stamp beside the name.
_CERT_NO = re.compile(r"(?<!\d)(\d{12})(?!\d)")
#: A name on a square stamp: its two columns from the right, 印 or 章 at the end.
_STAMPED = re.compile(r"([\u4e00-\u9fa5]{2,3}?)(?:之印|印章|私章|印)")
#: A name read from a stamp alone.
STAMP_ONLY = 0.5
#: The same where nobody rated the reading: a guess for the reviewer to look at.
STAMP_UNRATED = 0.3


def signing_cpas(view: DocumentView, page: PacketPage) -> RowSet | None:
    """The CPAs named on the signature page, top to bottom; ``None`` where no name was read."""
    rows: list[Row] = []
    numbers = _certificate_numbers(page)
    for group in baseline_rows(page.read.lines):
        run = TextRun(page, tuple(group))
        for match in CPA.finditer(run.text):
            within, named = _in_one_text(run, match)
            cells = _cpa_cells(view, page, within, named, len(rows) + 1, numbers)
            if cells:
                rows.append(Row(no=len(rows) + 1, cells=cells))
    rows += _stamped_cpas(view, page, rows)
    if not rows:
        return None
    return RowSet(field="aud_cpas", document=view.id, pages=(page.no,), rows=tuple(rows))


def _in_one_text(run: TextRun, match: re.Match[str]) -> tuple[TextRun, re.Match[str]]:
    """The title with its name in one text of the row: a firm beside it must not be joined to the name."""
    if match.group(1) is None:
        for line, start, _end in run.locate(match.start(), match.end())[:1]:
            alone = CPA.search(line.text, start)
            if alone is not None and alone.group(1) is not None:
                return TextRun(run.page, (line,)), alone
    return run, match


def _stamped_cpas(view: DocumentView, page: PacketPage, printed: Sequence[Row]) -> list[Row]:
    """CPAs whose printed name a stamp hides: the name on the stamp, doubtful."""
    known = [page.read.viewer_box(s.box) for s in page.read.seals]
    found: list[Row] = []
    for seal, box in zip(page.read.seals, known, strict=True):
        name = stamped_name(seal.text or "") if seal.shape == "rect" else None
        if name is None or any(_stamp_of(row, box, name) for row in printed):
            continue
        number = len(printed) + len(found) + 1
        sure = min(max(seal.text_confidence, STAMP_UNRATED), STAMP_ONLY)
        spot = Spot(page, seal.box, name, sure)
        named = build_fact(
            "aud_cpas.name", spot, name, document=view.id, method=Method.PROSE, row=number
        )
        seen = Spot(page, seal.box, "（签名盖章）", seal.confidence)
        signed = build_fact(
            "aud_cpas.signed", seen, True, document=view.id, method=Method.MARK, row=number
        )
        found.append(Row(no=number, cells={named.field: named, signed.field: signed}))
    return found


def _stamp_of(row: Row, stamp: Box, name: str) -> bool:
    """Whether a stamp is that of a CPA already found: the same name, or beside or below it."""
    fact = row.cells.get("aud_cpas.name")
    if fact is None or fact.box is None or fact.value == name:
        return fact is not None and fact.value == name
    place = Box(*fact.box)
    return place.y0 - 45 < stamp.cy and _reaches(stamp, place)


def stamped_name(text: str) -> str | None:
    """The person's name on a square stamp read row by row (新周 / 印立), ``None`` where it is none."""
    rows = ["".join(c for c in row if "\u4e00" <= c <= "\u9fa5") for row in text.split("\n")]
    rows = [row for row in rows if row]
    whole = "".join(rows)
    if len(rows) == 2 and all(len(row) == 2 for row in rows):
        whole = rows[0][1] + rows[1][1] + rows[0][0] + rows[1][0]
    found = _STAMPED.fullmatch(whole)
    return found.group(1) if found else None


def _cpa_cells(
    view: DocumentView,
    page: PacketPage,
    run: TextRun,
    match: re.Match[str],
    number: int,
    numbers: list[Spot],
) -> dict[str, Fact]:
    """Name, whether signed, and the certificate number stamped nearest; empty without a name."""
    # What follows on another line of the row is the signature, not the printed name.
    start, end = match.span(1)
    pieces = run.locate(start, end) if start >= 0 else ()
    end = start + (pieces[0][2] - pieces[0][1]) if pieces else end
    name = run.text[start:end] if pieces else ""
    spot = spot_of(run, start, end) if name else None
    if spot is None or name in ("签名盖章", "项目合伙", "签字", "盖章"):
        return {}
    built = build_fact(
        "aud_cpas.name", spot, name, document=view.id, method=Method.PROSE, row=number
    )
    signed = _signed(view, page, spot, number)
    cells = {built.field: built, signed.field: signed}
    near = [n for n in numbers if n.box.cy > spot.box.y0 - 15 and _reaches(n.box, spot.box)]
    if near:
        stamped = min(near, key=lambda n: abs(n.box.cy - spot.box.cy))
        numbers.remove(stamped)
        digits = build_fact(
            "aud_cpas.cert_no", stamped, stamped.raw, document=view.id, method=Method.PROSE,
            row=number,
        )  # fmt: skip
        cells[digits.field] = digits
    return cells


def _reaches(stamp: Box, name: Box) -> bool:
    """Whether a stamp lies where one beside or below a printed name lies (points)."""
    return stamp.cy - name.cy < 75 and abs(stamp.cx - name.cx) < 160


def _certificate_numbers(page: PacketPage) -> list[Spot]:
    """Twelve digits in a row, as on the stamps of CPAs."""
    found = []
    for line in page.read.lines:
        for match in _CERT_NO.finditer(line.text):
            spot = spot_of(TextRun(page, (line,)), *match.span(1))
            if spot is not None:
                found.append(spot)
    return found


def _signed(view: DocumentView, page: PacketPage, name: Spot, number: int) -> Fact:
    """Whether a stamp or handwriting stands beside a CPA's printed name."""
    reach = Box(name.box.x0, name.box.y0 - 45, name.box.x1 + 220, name.box.y1 + 60)
    inks = [(s.box, s.confidence) for s in page.read.seals]
    inks += [(m.box, m.confidence) for m in page.read.marks if m.kind == "handwriting"]
    near = [ink for ink in inks if reach.contains_point(ink[0].cx, ink[0].cy)]
    near += [
        # A signature that OCR took for text stands right of the printed name, on its own.
        (line.box, min(line.confidence, 0.8))
        for line in page.read.lines
        if name.box.x1 - 2 < line.box.x0 < name.box.x1 + 130
        and line.box.overlap_y(name.box) > 0.4 * name.box.height
        and len(line.text) <= 6
    ]
    box, confidence = max(near, key=lambda ink: ink[1], default=(reach, ABSENT))
    raw = "（签名盖章）" if near else "（未见签名盖章）"
    spot = Spot(page, box, raw, confidence)
    return build_fact(
        "aud_cpas.signed", spot, bool(near), document=view.id, method=Method.MARK, row=number
    )
