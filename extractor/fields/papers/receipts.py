"""Invoices, tax receipts and bank slips: two parties under one label, and rows of amounts in a grid."""

from __future__ import annotations

import re
from dataclasses import replace

from extractor.core.geometry import Box
from extractor.core.page import Cell, PacketPage, Table
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, FactStatus
from extractor.fields.forms.answers import Answer, answers_on
from extractor.fields.forms.labels import Label, LabelIndex
from extractor.fields.forms.narrow import spans_in, spans_of
from extractor.fields.make import Spot
from extractor.fields.papers.reader import LOOSE, Paper, page_rows, printed
from extractor.fields.runs import TextRun

_PARTY = LabelIndex(
    [
        Label("name", ("名称", "单位名称", "全称", "户名")),
        Label(
            "code", ("统一社会信用代码/纳税人识别号", "纳税人识别号", "统一社会信用代码")
        ),
        Label("(stop)", ("地址、电话", "地址电话", "开户行及账号", "密码区", "账号", "开户行", "备注", "收款人", "复核", "开票人", "规格型号", "项目名称", "货物或应税劳务、服务名称")),
    ]
)  # fmt: skip
_TOTAL = re.compile(r"价税合计|[（(]?\s*小\s*写\s*[）)]?")
#: The number behind No, the code alone: eight digits, and ten or twelve.
_NUMBERED = re.compile(r"\s*(?:N[Oo0o°º][.。:：]?|№)\s*(?P<digits>\d{8})\s*")
_CODED = re.compile(r"\s*(?P<digits>\d{12}|\d{10})\s*")
_AMOUNT = re.compile(r"[¥￥Y]\s*(?P<money>-?\d[\d,，]*[.．]\d{2})(?!\d)")
_ITEM = re.compile(r"(?P<item>[*＊][\u4e00-\u9fa5、（）()]{2,16}[*＊][^\s¥￥]{1,40})")
_VOID = re.compile(r"作废|红字|冲红|负数|红冲")


def finish_invoice(paper: Paper) -> None:
    """Seller and buyer told apart by place; amount with tax; whether it was voided."""
    for page in paper.pages:
        _invoice_numbers(paper, page)
        _invoice_parties(paper, page)
        _invoice_amount(paper, page)
        _invoice_item(paper, page)
    _voided(paper)


def _invoice_numbers(paper: Paper, page: PacketPage) -> None:
    """Code and number as paper invoices print them without labels: 3200184130 … No 09800043."""
    top = page.read.upright.height_pt * 0.35
    found: dict[str, list[tuple[TextRun, tuple[int, int]]]] = {}
    for line in page.read.lines:
        if line.box.cy > top:
            continue
        run = TextRun(page, (line,))
        for field, pattern in (("invoices.number", _NUMBERED), ("invoices.code", _CODED)):
            told = pattern.fullmatch(line.text)
            if told is not None:
                found.setdefault(field, []).append((run, told.span("digits")))
    for field, places in found.items():
        if len({run.text[slice(*span)] for run, span in places}) == 1:
            paper.add(paper.read(field, *places[0]))


def _invoice_parties(paper: Paper, page: PacketPage) -> None:
    """Side by side the buyer is left, below each other the buyer is above: both are laid down by form."""
    found = [
        a for a in answers_on(page, _PARTY, prose=False) if a.owner in ("name", "code") and a.firm
    ]
    names = _distinct([a for a in found if a.owner == "name"])
    codes = _distinct([a for a in found if a.owner == "code"])
    for group, fields in (
        (names, ("invoices.buyer", "invoices.seller")),
        (codes, ("invoices.buyer_uscc", "invoices.seller_uscc")),
    ):
        if len(group) != 2:
            continue
        first, second = _in_order(group)
        for field, answer in zip(fields, (first, second), strict=True):
            if field not in paper.specs.catalogue.columns:
                continue
            kind = paper.specs.catalogue.spec(field).type
            for span in spans_in(kind, answer.run)[:1]:
                paper.add(paper.read(field, answer.run, span, label=answer.spelling))
    if len(codes) == 1 and len(names) == 2:
        # Private buyers have no code: the only one is the seller's when it stands on the seller's side.
        first, second = _in_order(names)
        code = codes[0]
        if _distance(code, second) < _distance(code, first):
            for span in spans_of("uscc", code.run.text)[:1]:
                paper.add(paper.read("invoices.seller_uscc", code.run, span, label=code.spelling))


def _distinct(answers: list[Answer]) -> list[Answer]:
    kept: list[Answer] = []
    for answer in answers:
        text = fold_text(answer.run.text)
        box = answer.run.lines[0].box
        if len(text) >= 4 and not any(box.iou(k.run.lines[0].box) > 0.5 for k in kept):
            kept.append(answer)
    return kept


def _in_order(pair: list[Answer]) -> tuple[Answer, Answer]:
    a, b = (p.run.lines[0].box for p in pair)
    if abs(a.cy - b.cy) < 3 * a.height:
        return (pair[0], pair[1]) if a.x0 <= b.x0 else (pair[1], pair[0])
    return (pair[0], pair[1]) if a.cy <= b.cy else (pair[1], pair[0])


def _distance(a: Answer, b: Answer) -> float:
    p, q = a.run.lines[0].box, b.run.lines[0].box
    return abs(p.cy - q.cy) + 0.3 * abs(p.x0 - q.x0)


def _invoice_amount(paper: Paper, page: PacketPage) -> None:
    """The figure behind 小写, on the row of 价税合计; no other amount will do."""
    for run in page_rows(page):
        label = _TOTAL.search(run.text)
        if label is None:
            continue
        found = list(_AMOUNT.finditer(run.text, label.end()))
        if found:
            paper.add(
                paper.read(
                    "invoices.amount", run, found[-1].span("money"), unit="元", label="价税合计"
                )
            )
            return


def _invoice_item(paper: Paper, page: PacketPage) -> None:
    for run in page_rows(page):
        match = _ITEM.search(run.text)
        if match is None:
            continue
        line = next((ln for ln in run.lines if "*" in ln.text or "＊" in ln.text), None)
        whole = TextRun(page, (line,)) if line is not None else run
        inner = _ITEM.search(whole.text)
        if inner:
            paper.add(paper.read("invoices.item", whole, inner.span("item")))
            return


def _voided(paper: Paper) -> None:
    number = paper.cells.get("invoices.number") or paper.cells.get("invoices.amount")
    if number is None or not paper.pages:
        return
    for run in paper.rows():
        match = _VOID.search(run.text)
        box = run.box_of(*match.span()) if match else None
        if match and box is not None:
            spot = Spot(run.page, box, match.group(), run.confidence_of(*match.span()))
            paper.add(paper.state("invoices.voided", spot, True, 1.0))
            return
    amount = paper.cells.get("invoices.amount")
    negative = amount is not None and isinstance(amount.value, str) and amount.value.startswith("-")
    page = next(p for p in paper.pages if p.no == number.page)
    spot = Spot(
        page,
        Box(0, 0, page.read.upright.width_pt, page.read.upright.height_pt),
        "（未见作废字样）",
        1.0,
    )
    paper.add(paper.state("invoices.voided", spot, negative, LOOSE))


_TAX_COLUMNS = LabelIndex(
    [
        Label("tax_payments.kind", ("税种", "税种名称", "税（费）种")),
        Label("tax_payments.period", ("税款所属时期", "税款所属期", "所属时期")),
        Label("tax_payments.date", ("入（退）库日期", "入库日期", "缴款日期")),
        Label("tax_payments.amount", ("实缴（退）金额", "实缴金额", "实缴税额")),
    ]
)


def tax_rows(paper: Paper) -> tuple[Paper, ...]:
    """One row a tax where the paper has a grid of them; else the paper as its labels gave it."""
    shared = {
        k: v for k, v in paper.cells.items() if k in ("tax_payments.taxpayer", "tax_payments.date")
    }
    rows: list[Paper] = []
    for page in paper.pages:
        for table in page.read.tables:
            header = _tax_header(page, table)
            if header is None:
                continue
            first, columns = header
            for row in range(first + 1, table.n_rows):
                cells = _tax_row(
                    replace(paper, no=len(rows) + 1, cells={}), page, table, row, columns
                )
                if cells is not None:
                    for fact in shared.values():
                        cells.add(fact)
                    rows.append(cells)
    return tuple(rows) if rows else (paper,)


def _tax_header(page: PacketPage, table: Table) -> tuple[int, dict[str, Cell]] | None:
    for row in range(min(table.n_rows, 8)):
        columns: dict[str, Cell] = {}
        for cell in table.row_cells(row):
            run = TextRun(page, cell.lines, cell)
            for hit in _TAX_COLUMNS.find(run)[:1]:
                if len(fold_text(run.text)) <= len(fold_text(hit.spelling)) + 2:
                    columns.setdefault(hit.owner, cell)
        if len(columns) >= 3 and "tax_payments.amount" in columns:
            return row, columns
    return None


def _tax_row(
    paper: Paper, page: PacketPage, table: Table, row: int, columns: dict[str, Cell]
) -> Paper | None:
    for field, head in columns.items():
        cell = table.at(row, head.col)
        if cell is None or not cell.lines or cell.col_span > head.col_span + 1:
            continue
        run = TextRun(page, cell.lines, cell)
        if "合计" in fold_text(run.text):
            return None
        kind = paper.specs.catalogue.spec(field).type
        for span in spans_of(kind, run.text)[:1]:
            fact = paper.read(field, run, span, unit="元" if kind == "money" else None)
            paper.add(fact)
    known = {"tax_payments.amount", "tax_payments.kind"}
    return paper if known <= set(paper.cells) else None


_SIDES = re.compile(r"^(?:付|收)\s*款")


def finish_expenditure(paper: Paper) -> None:
    """The payee of a bank slip: 全称 or 户名 inside the block that begins with 收款."""
    for page in paper.pages:
        for answer in answers_on(page, _PARTY, prose=False):
            if answer.owner != "name" or not answer.firm:
                continue
            if _side(page, answer) == "收":
                for span in spans_in("org_name", answer.run)[:1]:
                    paper.add(
                        paper.read("expenditure_proofs.payee", answer.run, span, label="收款人")
                    )
    if "收" not in printed(paper) and "付" not in printed(paper):
        for fact in tuple(paper.cells.values()):
            paper.cells[fact.field] = _doubted(fact)


def _side(page: PacketPage, answer: Answer) -> str | None:
    """付 or 收 by the nearest block label left of the answer, or above it."""
    box = answer.run.lines[0].box
    best: tuple[float, str] | None = None
    for line in page.read.lines:
        text = fold_text(line.text)
        if not _SIDES.match(text) or len(text) > 6 or line.box.x0 > box.x0:
            continue
        gap = (
            max(0.0, line.box.y0 - box.cy, box.cy - line.box.y1) * 2 + (box.x0 - line.box.x1) * 0.5
        )
        if best is None or gap < best[0]:
            best = (gap, text[0])
    return best[1] if best else None


def _doubted(fact: Fact) -> Fact:
    return fact.model_copy(
        update={"confidence": min(fact.confidence, LOOSE), "status": FactStatus.DOUBTFUL}
    )
