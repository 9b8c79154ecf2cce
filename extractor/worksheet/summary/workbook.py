"""``summary.xlsx``: the round at a glance with charts, figures by condition, what packets share."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.core.worksheet import MaterialStatus, Outcome, Severity, Verdict, Worksheet
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.summary.model import Round, Shared, SharedKind
from extractor.worksheet.summary.ranking import rankings
from extractor.worksheet.telling import Telling, criterion_value, threshold_text
from extractor.worksheet.wording import words_of
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import Column, Entry, set_up_print, write_heading, write_table

WORDS = words_of("zh")
CAUTION = "本表只汇总各份底稿读到和核对的内容，供审核人员参考，不作认定与否的结论。"
SHARED_TITLES = {
    SharedKind.FIRM: ("共同服务企业", "同一企业出现在两份以上材料的服务企业名单中。"),
    SharedKind.PERSON: ("共同人员", "同一人可能出现在两份以上材料的人员名单中。"),
    SharedKind.PHONE: ("共用电话", "同一号码在两份以上材料中对应不同的单位或人员。"),
    SharedKind.PHOTO: ("重复照片", "两份材料中画面相同或极相近的照片。"),
    SharedKind.AUDIT: ("审计报告文号", "两份以上材料使用同一审计报告文号。"),
}
_SOURCES = {"recomputed": "复算值", "evidence": "佐证值", "stated": "申报值", "": "—"}
COUNTED = ("符合", "不符合", "需人工判断或存疑", "未见", "“不符”问题", "“提示”问题", "材料不齐")
"""Heads of the counted columns of the first sheet."""


def counts_of(sheet: Worksheet) -> tuple[int, ...]:
    """The figures under ``COUNTED``."""
    verdicts = [c.verdict for c in sheet.criteria]
    met = verdicts.count(Verdict.MET)
    not_met = verdicts.count(Verdict.NOT_MET)
    unseen = verdicts.count(Verdict.NOT_SHOWN)
    skipped = verdicts.count(Verdict.NOT_APPLICABLE) + verdicts.count(Verdict.TEXT_NOT_LOADED)
    failed = [f.severity for f in sheet.findings if f.outcome is Outcome.FAILED]
    lacking = (MaterialStatus.NOT_FOUND, MaterialStatus.INSUFFICIENT, MaterialStatus.DEFECTIVE)
    return (
        met,
        not_met,
        len(verdicts) - met - not_met - unseen - skipped,
        unseen,
        failed.count(Severity.ERROR),
        failed.count(Severity.WARN),
        sum(m.status in lacking and m.requirement == "mandatory" for m in sheet.materials),
    )


def summary_workbook(found: Round, naming: Naming) -> bytes:
    """The content of ``summary.xlsx``. Same input, same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _overview(book, found)
    _rankings(book, found, naming)
    for kind in SharedKind:
        _shared(book, found, kind)
    _findings(book, found)
    received = stated_time(found.worksheets[0].packet.received_at)
    book.properties.creator = book.properties.lastModifiedBy = "Extractor"
    book.properties.created = book.properties.modified = received
    stream = io.BytesIO()
    book.save(stream)
    return fixed(stream.getvalue(), received)


def _table(
    book: Workbook,
    title: str,
    note: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Entry]],
) -> XlsxSheet:
    sheet = book.create_sheet(title)
    shown = rows or [[Entry("未发现" if n == 0 else "", Tone.MUTED) for n in range(len(columns))]]
    widths = write_table(sheet, 3, columns, shown, WORDS, filtered=bool(rows))
    write_heading(sheet, title, note, widths, WORDS)
    sheet.freeze_panes = "A4"
    set_up_print(sheet, 3, title, WORDS)
    return sheet


def _number(value: int, tone: Tone = Tone.PLAIN) -> Entry:
    return Entry(str(value), tone if value else Tone.PLAIN, Decimal(value), "0")


def _overview(book: Workbook, found: Round) -> None:
    tones = (Tone.PLAIN, Tone.BAD, Tone.CARE, Tone.PLAIN, Tone.BAD, Tone.CARE, Tone.CARE)
    columns = [
        Column("材料", widest=30),
        Column("申报单位", widest=34),
        Column("办法", widest=24),
        Column("基准日", widest=14),
        *(Column(head, narrowest=9, widest=12) for head in COUNTED),
    ]
    rows = [
        [
            Entry(name),
            Entry(platform_name(sheet)),
            Entry(sheet.scheme.title),
            Entry(sheet.scheme.as_of),
            *(_number(n, tone) for n, tone in zip(counts_of(sheet), tones, strict=True)),
        ]
        for name, sheet in zip(found.names, found.worksheets, strict=True)
    ]
    sheet = _table(book, "总览", CAUTION, columns, rows)
    last = 3 + len(rows)
    _chart(sheet, "各份材料的条件结论（条）", (5, 8), last, f"A{last + 3}", stacked=True)
    _chart(sheet, "各份材料的核对问题（条）", (9, 10), last, f"E{last + 3}", stacked=False)
    sheet.print_area = f"A1:K{last + 24}"


def _chart(
    sheet: XlsxSheet, title: str, columns: tuple[int, int], last: int, at: str, *, stacked: bool
) -> None:
    chart = BarChart()
    chart.type, chart.title, chart.style = "bar", title, 10
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    data = Reference(sheet, min_col=columns[0], max_col=columns[1], min_row=3, max_row=last)
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=4, max_row=last))
    colours = ("6FA57B", "C0504D", "E0A93B", "A6A6A6") if stacked else ("C0504D", "E0A93B")
    for series, colour in zip(chart.series, colours, strict=True):
        series.graphicalProperties.solidFill = colour
    chart.x_axis.delete = chart.y_axis.delete = False  # or some programs draw no axis at all
    chart.x_axis.scaling.orientation = "maxMin"  # the first packet on top, as in the table
    chart.y_axis.numFmt, chart.y_axis.majorUnit = "0", None
    chart.legend.position = "b"
    chart.width, chart.height = 17.0, min(22.0, 6.0 + 0.7 * (last - 3))
    sheet.add_chart(chart, at)


def _rankings(book: Workbook, found: Round, naming: Naming) -> None:
    columns = [
        Column("条款", widest=14),
        Column("条件", widest=40),
        Column("要求", widest=14),
        Column("位次", narrowest=7, align="center"),
        Column("材料", widest=30),
        Column("申报单位", widest=32),
        Column("数值", widest=16, align="right"),
        Column("依据", widest=10),
        Column("申报值", widest=16, align="right"),
        Column("佐证值", widest=16, align="right"),
        Column("结论", widest=18),
    ]
    rows: list[list[Entry]] = []
    for _, _, ranked in rankings(found.worksheets):
        for row in ranked:
            asked = row.criterion
            tone = Tone.BAD if asked.verdict is Verdict.NOT_MET else Tone.PLAIN

            telling = Telling(found.worksheets[row.packet], WORDS, naming)
            figures = {
                source: criterion_value(telling, asked, getattr(asked, source))
                for source in ("stated", "evidence", "recomputed")
            }
            rows.append(
                [
                    Entry(asked.article),
                    Entry(asked.text),
                    Entry(threshold_text(telling, asked)),
                    _rank(row.rank),
                    Entry(found.names[row.packet]),
                    Entry(platform_name(found.worksheets[row.packet])),
                    Entry(figures.get(row.source, WORDS("value.none"))),
                    Entry(_SOURCES[row.source], Tone.MUTED),
                    Entry(figures["stated"]),
                    Entry(figures["evidence"]),
                    Entry(WORDS(f"verdict.{asked.verdict}"), tone),
                ]
            )
    note = "按数值从高到低排列，数值相同位次相同；没有数值的不排位次。位次只比较数值，不是评价。"
    _table(book, "按条件排列", note, columns, rows)


def _rank(rank: int | None) -> Entry:
    return Entry("—", Tone.MUTED) if rank is None else _number(rank)


def shared_of(found: Round, kind: SharedKind) -> list[Shared]:
    """What packets share of one kind, the certain ones first."""
    return sorted((s for s in found.shared if s.kind is kind), key=lambda s: not s.sure)


def _shared(book: Workbook, found: Round, kind: SharedKind) -> None:
    title, note = SHARED_TITLES[kind]
    if kind is SharedKind.PHONE and found.hidden_phones:
        note += (
            f"有 {found.hidden_phones} 个号码已遮盖，只能比较可见的数字；"
            "要完整比较，请用 --unmask 写出的底稿。"
        )
    if kind is SharedKind.PHOTO:
        note += f"比较了 {found.pictured} 份带有页面图片的材料。"
    columns = [
        Column("组", narrowest=5, align="center"),
        Column("判断", widest=10),
        Column("材料", widest=32),
        Column("材料中的内容", widest=46),
        Column("页码", narrowest=7),
        Column("理由", widest=50),
    ]
    rows = []
    for number, shared in enumerate(shared_of(found, kind), 1):
        for seen in shared.seen:
            rows.append(
                [
                    Entry(str(number)),
                    Entry("相同" if shared.sure else "可能相同", Tone.BAD if shared.sure else Tone.CARE),
                    Entry(found.names[seen.packet]),
                    Entry(seen.text),
                    Entry(str(seen.page) if seen.page is not None else "—"),
                    Entry(shared.why),
                ]
            )  # fmt: skip
    _table(book, title, note, columns, rows)


def _findings(book: Workbook, found: Round) -> None:
    columns = [
        Column("核对项", widest=12),
        Column("内容", widest=30),
        Column("材料", widest=32),
        Column("结果", widest=10),
        Column("说明", widest=70),
        Column("页码", widest=14),
    ]
    rows = [
        [
            Entry(finding.check),
            Entry(finding.title),
            Entry(found.names[packet]),
            Entry(
                WORDS(f"severity.{finding.severity}") if finding.outcome is Outcome.FAILED else "一致",
                Tone.BAD if finding.outcome is Outcome.FAILED else Tone.GOOD,
            ),
            Entry(finding.message),
            Entry("、".join(str(p) for p in finding.pages) or "—"),
        ]
        for packet, finding in found.findings
    ]  # fmt: skip
    note = "需要对照其他材料才能得出结果的核对项（多头申报、季度表前后一致等）。"
    _table(book, "跨材料核对", note, columns, rows)
