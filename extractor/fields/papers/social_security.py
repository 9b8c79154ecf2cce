"""Social-insurance proofs: the paying unit's figures, and the persons of the list."""

from __future__ import annotations

import re

from extractor.core.page import Cell, PacketPage, Table
from extractor.core.text import fold_text
from extractor.core.worksheet import Row, RowSet
from extractor.fields.forms.labels import Label, LabelIndex
from extractor.fields.forms.narrow import spans_of
from extractor.fields.papers.reader import LOOSE, Paper, page_rows
from extractor.fields.runs import TextRun
from extractor.values.names import parse_person

_COLUMNS = LabelIndex(
    [
        Label("ss_persons.name", ("姓名", "参保人姓名", "职工姓名", "人员姓名")),
        Label(
            "ss_persons.id_masked",
            ("证件号码", "身份证号码", "身份证号", "公民身份号码", "社会保障号码", "社会保障号"),
        ),
        Label("ss_persons.kinds", ("险种", "参保险种", "险种类型", "缴费险种")),
    ]
)
_SENTENCE_COUNT = re.compile(
    r"(?:共有?|为|参保(?:缴费)?(?:职工|人员)?|缴费(?:职工|人员)?|在职职工)\s*(?P<count>\d{1,5})\s*(?:人|名)"
)
_SENTENCE_ORG = re.compile(
    r"(?:兹证明|证明)[，,:：\s]*(?P<name>[\u4e00-\u9fa5（）()]{5,40}?(?:公司|中心|院|所|协会|学会|商会))"
)


def finish_social_security(paper: Paper) -> None:
    """What a proof in sentences says: 兹证明某公司…在我局参保 32 人."""
    for run in paper.rows():
        for pattern, field, group in (
            (_SENTENCE_ORG, "ss_org_name", "name"),
            (_SENTENCE_COUNT, "ss_headcount", "count"),
        ):
            match = pattern.search(run.text)
            if match:
                paper.add(paper.read(field, run, match.span(group), factor=LOOSE))
    if "ss_period" not in paper.cells:
        for run in paper.rows():
            if re.search(r"参保|缴费|缴纳|所属", run.text):
                for span in spans_of("date_range", run.text)[:1]:
                    paper.add(paper.read("ss_period", run, span, factor=LOOSE))
    if "ss_issue_date" not in paper.cells:
        for run in reversed(list(paper.rows())):
            spans = spans_of("date", run.text)
            if (
                len(spans) == 1
                and len(fold_text(run.text)) <= len(fold_text(run.text[slice(*spans[0])])) + 3
            ):
                paper.add(paper.read("ss_issue_date", run, spans[0], factor=0.95, kind="date"))
                break


def insured_persons(paper: Paper) -> RowSet | None:
    """The list of insured persons over all pages; ``None`` where there is none."""
    rows: list[Row] = []
    pages: set[int] = set()
    panels: list[dict[str, tuple[float, float]]] = []
    for page in paper.pages:
        for table in page.read.tables:
            header = _header(page, table)
            if header is not None:
                panels = [{f: (c.box.x0, c.box.x1) for f, c in p.items()} for p in header[1]]
            for columns in panels:
                for number in range(header[0] + 1 if header else 0, table.n_rows):
                    row = _person(paper, page, table, number, columns, len(rows) + 1)
                    if row is not None:
                        rows.append(row)
                        pages.add(page.no)
    if not rows:
        return None
    return RowSet(
        field="ss_persons", document=paper.view.id, pages=tuple(sorted(pages)), rows=tuple(rows)
    )


def _header(page: PacketPage, table: Table) -> tuple[int, list[dict[str, Cell]]] | None:
    """The row of headings and its columns; of each copy where the list stands several times abreast."""
    for number in range(min(table.n_rows, 10)):
        panels: list[dict[str, Cell]] = [{}]
        for cell in table.row_cells(number):
            run = TextRun(page, cell.lines, cell)
            for hit in _COLUMNS.find(run)[:1]:
                if len(fold_text(run.text)) <= len(fold_text(hit.spelling)) + 4:
                    if hit.owner in panels[-1]:
                        panels.append({})
                    panels[-1][hit.owner] = cell
        panels = [p for p in panels if "ss_persons.name" in p]
        if panels and len(table.row_cells(number)) >= 2:
            return number, panels
    return None


def _person(
    paper: Paper,
    page: PacketPage,
    table: Table,
    number: int,
    columns: dict[str, tuple[float, float]],
    no: int,
) -> Row | None:
    numbered = Paper(paper.view, paper.specs, no, {})
    for field, (x0, x1) in columns.items():
        cell = next((c for c in table.row_cells(number) if x0 - 2 <= c.box.cx <= x1 + 2), None)
        if cell is None or not cell.lines:
            continue
        run = TextRun(page, cell.lines, cell)
        parsed = parse_person(run.text) if field == "ss_persons.name" else None
        if parsed is not None and parsed.alternatives:
            return None  # several names in one cell: two rows run together
        kind = "text" if field.endswith("id_masked") else None  # masked: no check digit to judge by
        numbered.add(numbered.read(field, run, (0, len(run.text)), kind=kind))
    name = numbered.cells.get("ss_persons.name")
    if name is None or not isinstance(name.value, str) or re.search(r"合计|小计|姓名", name.value):
        return None
    return Row(no=no, cells=numbered.cells)


_ADVERSE = re.compile(
    r"(?P<what>行政处罚|经营异常名录|经营异常|严重违法失信|严重失信|失信被执行人|重大税收违法)(?:信息|记录|名单)?"
)
_NONE = re.compile(r"(?:无|没有|未查询到|暂无|未列入|不存在|0\s*条|共\s*0|未被列入|未发现)")


def finish_credit(paper: Paper) -> None:
    """Adverse headings that are followed by entries; where all say none, the list says so."""
    hits: list[tuple[TextRun, tuple[int, int]]] = []
    clear: tuple[TextRun, tuple[int, int]] | None = None
    for page in paper.pages:
        rows = page_rows(page)
        for i, run in enumerate(rows):
            for match in _ADVERSE.finditer(run.text):
                near = run.text[max(0, match.start() - 8) : match.end() + 30] + "".join(
                    r.text for r in rows[i + 1 : i + 2]
                )
                if _NONE.search(near):
                    clear = clear or (run, match.span("what"))
                elif re.search(
                    r"决定书|文号|处罚|列入日期|执行依据|\d+\s*条", near[len(match.group()) :]
                ):
                    hits.append((run, match.span("what")))
    for run, span in hits[:1]:
        paper.add(paper.read("credit_findings", run, span, factor=LOOSE))
