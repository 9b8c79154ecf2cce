"""汇总表 of a round: 示范平台基本情况汇总表, 复评推荐汇总表.

The notices name these tables and do not print them: the columns here are the items that the platforms'
own forms have, and a line under the title says so. Opinions are the bureau's to write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractor.core.worksheet import Fact, Worksheet
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.fill import Filler, is_usable
from extractor.worksheet.official.layout import Form, FormCell, Grid, Line, OpenItem, label
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.shown import to_decimal

_OWN_LAYOUT = "（通知未印本表表样，栏目按平台申报表所列项目编排，请按当年通知所附表样核对）"
_BLANK = ""
"""A column that the bureau writes itself."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A table's title and columns: heading, width in cm, field (``ops.`` for last year's row), unit."""

    title: str
    file: str
    columns: tuple[tuple[str, float, str, str | None], ...]


PLATFORMS = Summary(
    "年度示范平台基本情况汇总表",
    "示范平台基本情况汇总表",
    (
        ("单位名称", 2.9, "app_org_name", None),
        ("统一社会信用代码", 3.2, "app_uscc", None),
        ("单位性质", 1.4, "app_entity_nature", None),
        ("注册日期", 2.3, "app_registration_date", None),
        ("法定代\n表人", 1.2, "app_legal_rep", None),
        ("联系人", 1.2, "app_contact_name", None),
        ("联系电话", 2.3, "app_contact_phone", None),
        ("从业人数\n(人)", 1.1, "app_staff_total", "人"),
        ("专业人员\n占比(%)", 1.3, "app_staff_qualified_ratio", "%"),
        ("服务场地\n(平方米)", 1.4, "app_premises_area_total", "平方米"),
        ("上年末\n总资产\n(万元)", 1.4, "app_total_assets_prev_year_end", "万元"),
        ("上年营\n业收入\n(万元)", 1.4, "ops.operating_income", "万元"),
        ("上年服\n务收入\n(万元)", 1.4, "ops.service_income", "万元"),
        ("上年服务\n中小企业\n(户)", 1.3, "ops.served_smes|ops.served_enterprises", "户"),
        ("推荐\n意见", 1.3, _BLANK, None),
    ),
)
STARS = Summary(
    "江苏中小企业公共服务星级平台复评推荐汇总表",
    "复评推荐汇总表",
    (
        ("单位名称", 5.2, "app_org_name", None),
        ("星级", 1.6, "reeval_star_level", None),
        ("认定年度", 1.8, "reeval_recognition_year", None),
        ("是否窗口\n平台", 1.8, "reeval_is_window_platform", None),
        ("法定代表人", 2.2, "app_legal_rep", None),
        ("联系人", 2.0, "app_contact_name", None),
        ("联系电话", 3.2, "app_contact_phone", None),
        ("提交时间", 2.4, "reeval_submitted_at", None),
        ("测评意见", 3.2, _BLANK, None),
        ("备注", 1.8, _BLANK, None),
    ),
)


def summary_form(
    worksheets: Sequence[Worksheet],
    summary: Summary,
    naming: Naming,
    *,
    with_doubtful: bool = False,
    year: int | None = None,
) -> Form:
    """The table with one row for each packet; ``year``: printed before the title where it is known."""
    rows = [(label("序号"), *(label(c[0], size=9) for c in summary.columns))]
    items: list[OpenItem] = []
    for number, sheet in enumerate(worksheets, 1):
        filler = Filler(sheet, naming, with_doubtful)
        filler.platform = platform_name(sheet)
        look = _lookup(filler)
        cells = [FormCell(str(number), size=9)]
        for head, _, field, unit in summary.columns:
            what = head.replace("\n", "")
            if field == _BLANK:
                cells.append(FormCell(size=9))
            else:
                cells.append(filler.cell(what, look(field), unit=unit, size=9))
        rows.append(tuple(cells))
        items += filler.open_items
    widths = (1.0, *(c[1] for c in summary.columns))
    title = f"{year}{summary.title}" if year and summary is PLATFORMS else summary.title
    blocks = (
        Line(title, "center", 16, bold=True),
        Line(_OWN_LAYOUT, "center", 9),
        Line(
            "推荐单位（盖章）：　　　　　　　　　　　　　　　　　　填报日期：　　　　年　　月　　日"
        ),
        Grid(widths, tuple(rows), (1.5, *([1.0] * len(worksheets))), heads=1),
        Line("填报人：　　　　　　　　　　　　联系电话：", above_cm=0.3),
    )
    return Form(
        summary.file, True, blocks, tuple(items), worksheets[0].packet.received_at
    )  # fmt: skip


def _lookup(filler: Filler) -> Callable[[str], Sequence[Fact]]:
    """Facts by field; ``ops.x``: of the operations row of the year before filing."""
    filed = filler.worksheet.case.filing_year
    year = to_decimal(filed.value) if filed is not None else None

    def of_last_year(column: str) -> list[Fact]:
        found = []
        for listed in filler.worksheet.rows:
            for row in listed.rows if listed.field == "app_operations" else ():
                when = row.cells.get("app_operations.year")
                fact = row.cells.get(f"app_operations.{column}")
                if when is None or fact is None or year is None or not is_usable(fact):
                    continue
                if to_decimal(when.value) == year - 1:
                    found.append(fact)
        return found

    def facts(fields: str) -> Sequence[Fact]:
        for field in fields.split("|"):
            head, _, column = field.partition(".")
            found = of_last_year(column) if head == "ops" else filler.facts(field)
            if found:
                return found
        return ()

    return facts
