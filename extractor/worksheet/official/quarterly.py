"""季度调度表 and 季度汇总表 of Jiangxi (annexes 7 and 8), as the annexes print them.

Figures come only from a quarterly table of the asked quarter: an application's figures are of another
day, so they are shown among the open items and not put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractor.core.errors import UsageError
from extractor.core.worksheet import Fact, RowSet, Worksheet
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.fill import Filler, choose, is_usable
from extractor.worksheet.official.layout import Form, FormCell, Grid, Line, OpenItem, label
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.shown import to_decimal

Kind = Literal["report", "summary"]
_LIST = "quarterly_rows"
# column, heading in annex 7, heading in annex 8, unit of the figure, field of the application with a
# like figure (shown as a hint only)
_BASE = (
    (
        "area",
        "服务场所面积\n(平方米)",
        "服务场所面积\n(平方米)",
        "平方米",
        "app_premises_area_total",
    ),
    ("equipment", "仪器设备数\n(台套)", "仪器设备数\n(台套)", "台", "app_equipment_count"),
    ("staff", "专职从业人员数\n(人)", "专职从业人员数\n(人)", "人", "app_staff_total"),
)
_RUN = (
    ("service_income", "服务总收入\n(万元)", "服务总收入\n(万元)", "万元", ""),
    ("low_fee_income", "其中低收费收入\n(万元)", "其中低收费收入\n(万元)", "万元", ""),
    ("total_profit", "利润总额\n(万元)", "利润总额\n(万元)", "万元", ""),
    ("resources", "带动社会服务资源数\n(家)", "带动社会服务资源数\n(家)", "家", ""),
)
_WORK = (
    ("served_enterprises", "服务企业数\n(户)", "服务企业数\n(家)", "户", ""),
    ("person_times", "服务人数\n(人次)", "服务人数\n(人次)", "人次", ""),
    (
        "served_5plus",
        "其中：接受5次以上服务的企业(家)",
        "其中：接受5次以上服务的企业(家)",
        "家",
        "",
    ),
)
_EVENTS = (
    ("event_count", "次数", "次数", "次", ""),
    ("event_enterprises", "企业户数", "服务企业户数", "户", ""),
    ("event_persons", "服务人数", "服务人次", "人次", ""),
)
_BUREAU = (
    "bureau_events", "参加中小企业主管部门组织的服务活动次数",
    "参加中小企业主管部门组织的服务活动次数", "次", "",
)  # fmt: skip
_FIGURES = (*_BASE, *_RUN, *_WORK, *_EVENTS, _BUREAU)
_TITLES = {
    "report": "江西省中小企业公共服务示范平台情况季度调度表",
    "summary": "江西省中小企业公共服务示范平台情况季度汇总表",
}
_NOTES = {
    "report": "备注：1、基础服务能力项为当季末数据，运营管理能力、服务业绩项为当年一至本季末累计数；"
    "2、接受5次以上服务的企业及开展服务活动情况按样表1、2填报；"
    "3、此表按属地管辖报所在地设区市、赣江新区中小企业主管部门。",
    "summary": "备注：基础服务能力项为当季末数据，运营管理能力、服务业绩项为当年一至本季末累计数。",
}
_SIZE = 8.0


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter, 1 to 4."""

    year: int
    quarter: int


def quarters_of(worksheets: Sequence[Worksheet]) -> tuple[Quarter, ...]:
    """The quarters that the packets' quarterly tables are of, in order."""
    found = {
        quarter
        for sheet in worksheets
        for rows in sheet.rows
        if rows.field == _LIST and (quarter := _quarter_of(sheet, rows)) is not None
    }
    return tuple(sorted(found, key=lambda q: (q.year, q.quarter)))


def quarterly_form(
    worksheets: Sequence[Worksheet],
    kind: Kind,
    quarter: Quarter,
    naming: Naming,
    *,
    with_doubtful: bool = False,
    authority: str = "",
) -> Form:
    """Annex 7 (``report``) or annex 8 (``summary``) with one row for each packet.

    Args:
        authority: the reporting bureau, for annex 8's head.

    Raises:
        UsageError: no packet.
    """
    if not worksheets:
        raise UsageError("没有可汇总的工作底稿")
    places = kind == "report"
    lines: list[tuple[FormCell, ...]] = []
    items: list[OpenItem] = []
    for number, sheet in enumerate(worksheets, 1):
        filler = Filler(sheet, naming, with_doubtful)
        filler.platform = platform_name(sheet)
        lines.append(_platform(filler, quarter, number, places=places))
        items += filler.open_items
    figures = 3 + places  # columns before the figures
    rows = [*_heads(kind), *lines]
    heights = [0.7, 1.5, 1.5] + [1.0] * len(lines)
    if kind == "summary":
        # The annex prints no column of totals for the functions.
        total, left = _totals(lines, figures)
        rows.append(total)
        items += left
        heights.append(0.8)
    rows.append((FormCell(_NOTES[kind], figures + len(_FIGURES), align="left", size=9),))
    heights.append(1.0)
    widths = (0.8, 3.4, *((1.5,) if places else ()), 1.9, *([1.32] * len(_FIGURES)))
    blocks: tuple[Line | Grid, ...] = (
        Line("附件7" if places else "附件8", size=12),
        Line(_TITLES[kind], "center", 16, bold=True),
        *_under_title(kind, quarter, authority),
        Grid(widths, tuple(rows), tuple(heights), heads=3),
        Line(_feet(kind), above_cm=0.3),
    )
    name = f"{'季度调度表' if places else '季度汇总表'}-{quarter.year}年{quarter.quarter}季度"
    return Form(name, True, blocks, tuple(items), worksheets[0].packet.received_at)


def _under_title(kind: Kind, quarter: Quarter, authority: str) -> Iterator[Line]:
    when = f"{quarter.year}年　{quarter.quarter}季度"
    if kind == "report":
        yield Line(when, "center", 12)
        return
    name = authority or "　　　　　　　　　　　　"
    yield Line(f"设区市、省直管试点县、赣江新区中小企业主管部门名称：{name}　　　　　　{when}")


def _feet(kind: Kind) -> str:
    who = "填报人：　　　　　　　　　　填报时间：　　　　年　　月　　日"
    return who if kind == "report" else f"分管领导：　　　　　　　　　　{who}"


def _heads(kind: Kind) -> Iterator[tuple[FormCell, ...]]:
    at = 1 if kind == "report" else 2

    def words(column: tuple[str, ...]) -> str:
        return column[at]

    firsts = ("序号", "平台单位名称", *(("所属地",) if kind == "report" else ()), "服务功能")
    yield (
        *(label(t, rows=3, size=_SIZE) for t in firsts),
        label("基础服务能力", len(_BASE), size=9),
        label("运营管理能力", len(_RUN), size=9),
        label("服务业绩", len(_WORK) + len(_EVENTS) + 1, size=9),
    )
    yield (
        *(label(words(c), rows=2, size=_SIZE) for c in (*_BASE, *_RUN, *_WORK)),
        label("开展服务活动情况", len(_EVENTS), size=_SIZE),
        label(words(_BUREAU), rows=2, size=_SIZE),
    )
    yield tuple(label(words(c), size=_SIZE) for c in _EVENTS)


def _platform(
    filler: Filler, quarter: Quarter, number: int, *, places: bool
) -> tuple[FormCell, ...]:
    """One platform's row, out of the quarterly tables of its packet that are of the quarter."""
    rows = [
        row
        for listed in filler.worksheet.rows
        if listed.field == _LIST and _quarter_of(filler.worksheet, listed) == quarter
        for row in listed.rows
    ]

    def facts(column: str) -> list[Fact]:
        cells = (row.cells.get(f"{_LIST}.{column}") for row in rows)
        return [f for f in cells if f is not None and is_usable(f)]

    names = [*filler.facts("app_org_name")] or facts("org_name")
    cells = [FormCell(str(number), size=_SIZE), filler.cell("平台单位名称", names, size=_SIZE)]
    if places:
        cells.append(filler.cell("所属地", facts("place"), size=_SIZE))
    functions = facts("function") or [*filler.facts("app_service_functions")]
    cells.append(filler.cell("服务功能", functions, size=_SIZE))
    for column, head, _, unit, hint in _FIGURES:
        why = _why_open(filler, hint) if not rows else "本季度报表中未读到"
        cells.append(
            filler.cell(head.replace("\n", ""), facts(column), unit=unit, size=_SIZE, why=why)
        )
    return tuple(cells)


def _why_open(filler: Filler, hint: str) -> str:
    told = [filler.text(f) for f in choose(filler.facts(hint))] if hint else []
    why = "材料中没有本季度的调度表"
    return f"{why}；申请表所列为 {told[0]}，不是本季末数，未填" if told else why


def _totals(
    lines: Sequence[tuple[FormCell, ...]], before: int
) -> tuple[tuple[FormCell, ...], list[OpenItem]]:
    """合计: only where every platform has its figure; a spreadsheet adds up once they are filled in."""
    cells = [label("合计", before, size=9)]
    left: list[OpenItem] = []
    for place, (_, _, head, _, _) in enumerate(_FIGURES, before):
        column = [line[place] for line in lines]
        numbers = [c.number for c in column if c.number is not None]
        whole = len(numbers) == len(column)
        text = f"{sum(numbers, Decimal()).normalize():f}" if whole else ""
        if not whole:
            why = f"{len(column) - len(numbers)} 个平台的数未填，填齐后合计"
            left.append(OpenItem("合计", head.replace("\n", ""), why))
        cells.append(FormCell(text, size=_SIZE, total=len(lines)))
    return tuple(cells), left


def _quarter_of(sheet: Worksheet, rows: RowSet) -> Quarter | None:
    """The quarter printed on the list's own paper, where both figures are certain and undisputed."""
    figures = []
    for field in ("q_year", "q_quarter"):
        facts = choose(f for f in sheet.facts if f.field == field and f.document == rows.document)
        values = {to_decimal(f.value) for f in facts}
        number = next(iter(values)) if len(values) == 1 else None
        if number is None:
            return None
        figures.append(int(number))
    return Quarter(figures[0], figures[1])
