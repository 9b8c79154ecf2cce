"""Service events that a form tells in one cell of free text (大型服务活动开展情况).

People number them, put a date first, and end with how many firms and persons came. Each event becomes a
row; what a sentence does not say stays absent.
"""

from __future__ import annotations

import re

from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method, Row, RowSet
from extractor.fields.make import read_fact, spot_of
from extractor.fields.prose import DATE
from extractor.fields.runs import TextRun, cell_runs
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

_LABEL = "大型服务活动开展情况"
_COUNT = re.compile(r"(?:共|累计|全年|年度)?[^。；\d]{0,16}?(\d{1,3})\s*(?:次|场)")
_START = re.compile(
    r"(?:(?:^|[。；;：:\s])\s*|(?<!\d)[（(]?\d{1,2}\s*[）)、.．,，]\s*)(?=" + DATE + ")"
)
_FIRMS = re.compile(r"(\d[\d,]*)\s*(?:余)?\s*(?:户|家)(?:次)?")
_PEOPLE = re.compile(r"(\d[\d,]*)\s*(?:余)?\s*人")
_PLACE = re.compile(
    r"在?([\u4e00-\u9fa5A-Za-z0-9·]{2,30}?(?:厅|室|中心|大厦|酒店|宾馆|园区?|楼|馆|基地|学院|大学|市|区|县))"
    r"(?=[，,、\s]|举办|举行|召开|开展|组织)"
)
_TITLE = re.compile(
    r"[“\"《「]([^”\"》」]{2,40})[”\"》」]|(?:举办|举行|召开|开展|组织)了?([^，,。；;（）()”\"》]{4,40})"
)

#: A piece between commas that names an event by its last word, where no verb introduces it.
_NAMED = re.compile(
    r"[“\"「]?((?![由在])[\u4e00-\u9fa5A-Za-z0-9“”（）()·-]{2,36}?(?:会|班|营|课|课堂|讲堂|沙龙|论坛|活动|讲座|路演|大赛|比赛|培训|行动|咨询日|服务[月周日]|宣讲|对接))[”\"」]?"
)


def read_events(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Stated number of events and a row for each event told; empty where the form has no such cell."""
    facts: list[Fact] = []
    rows: list[Row] = []
    pages: set[int] = set()
    for page in view.pages:
        run = _answer(page)
        if run is None:
            continue
        count = _COUNT.search(run.text)
        if count:
            fact = _fact(view, specs, "app_event_count_stated", run, count.span(1), None)
            if fact is not None:
                facts.append(fact)
        starts = [m.end() for m in _START.finditer(run.text)]
        for start, end in zip(starts, [*starts[1:], len(run.text)], strict=True):
            cells = _event(view, specs, run, start, end, len(rows) + 1)
            if cells:
                rows.append(Row(no=len(rows) + 1, cells=cells))
                pages.add(page.no)
    listed = (
        RowSet(field="app_events", document=view.id, pages=tuple(sorted(pages)), rows=tuple(rows)),
    )
    return Extraction(tuple(facts), listed if rows else ())


def _answer(page: PacketPage) -> TextRun | None:
    for table in page.read.tables:
        for cell in table.cells:
            if not fold_text(cell.text).startswith(_LABEL):
                continue
            answer = table.at(cell.row, cell.col + cell.col_span)
            if answer is not None and answer.lines:
                return TextRun(page, answer.lines, answer)
    for run in cell_runs(page):
        at = run.text.find(_LABEL)
        if at >= 0 and len(run.text) > at + len(_LABEL) + 40:
            return run
    return None


def _event(
    view: DocumentView, specs: FieldSpecs, run: TextRun, start: int, end: int, no: int
) -> dict[str, Fact]:
    text = run.text[start:end]
    cells: dict[str, Fact] = {}
    for column, pattern in (
        ("date", re.compile(f"({DATE})")), ("title", _TITLE), ("place", _PLACE),
        ("enterprises", _FIRMS), ("persons", _PEOPLE),
    ):  # fmt: skip
        found = pattern.search(text)
        if found is None and column == "title":
            found = _named_piece(text)
        if found is None:
            continue
        group = found.lastindex or 0
        span = (start + found.start(group), start + found.end(group))
        fact = _fact(view, specs, f"app_events.{column}", run, span, no)
        if fact is not None:
            cells[fact.field] = fact
    return cells if "app_events.date" in cells else {}


def _named_piece(text: str) -> re.Match[str] | None:
    """The event among the pieces of ``日期，活动，地点，户数``; a place is none."""
    for piece in re.finditer(r"[^，,。；;：:]+", text):
        found = _NAMED.fullmatch(text, *piece.span())
        if found is not None:
            return found
    return None


def _fact(
    view: DocumentView,
    specs: FieldSpecs,
    field: str,
    run: TextRun,
    span: tuple[int, int],
    no: int | None,
) -> Fact | None:
    spot = spot_of(run, *span)
    if spot is None:
        return None
    return read_fact(
        specs.catalogue.spec(field), spot, document=view.id, method=Method.PROSE,
        enums=specs.catalogue.enums, row=no,
    )  # fmt: skip
