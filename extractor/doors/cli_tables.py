"""``extractor tables``: official forms prefilled from worksheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extractor.core.canonical import as_decimal
from extractor.core.errors import UsageError
from extractor.core.worksheet import Worksheet
from extractor.doors.cli_language import LangOption, language_of
from extractor.doors.rounds import packets_in, safe_name
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import load_tools
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.english import English
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.docx_out import docx_of
from extractor.worksheet.official.layout import Form
from extractor.worksheet.official.quarterly import Quarter, quarterly_form, quarters_of
from extractor.worksheet.official.recommendation import LAYOUTS, recommendation_form
from extractor.worksheet.official.summaries import PLATFORMS, STARS, summary_form
from extractor.worksheet.official.xlsx_out import xlsx_of
from extractor.worksheet.wording import Words, words_of

_STARS = "jiangsu"


class Table(StrEnum):
    """The forms that can be filled."""

    RECOMMENDATION = "recommendation"
    SUMMARY = "summary"
    QUARTERLY = "quarterly"
    QUARTERLY_SUMMARY = "quarterly-summary"


def tables(
    form: Annotated[
        Table,
        typer.Argument(
            help="哪种表：recommendation 推荐表、summary 汇总表、quarterly 季度调度表、"
            "quarterly-summary 季度汇总表。"
        ),
    ],
    results: Annotated[
        list[Path], typer.Argument(help="worksheet.json、结果文件夹，或放着多份结果的文件夹。")
    ],
    out: Annotated[Path, typer.Option(help="写到哪个文件夹。")] = Path("tables"),
    scheme: Annotated[
        str | None, typer.Option(help="按哪个办法的推荐表；默认为底稿所用的办法。")
    ] = None,
    year: Annotated[int | None, typer.Option(min=1990, max=2100, help="季度表的年份。")] = None,
    quarter: Annotated[int | None, typer.Option(min=1, max=4, help="季度表的季度。")] = None,
    authority: Annotated[str, typer.Option(help="季度汇总表的主管部门名称。")] = "",
    with_doubtful: Annotated[
        bool, typer.Option("--with-doubtful", help="存疑的读数也填入，并注明“存疑”。")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
    lang: LangOption = "zh",
) -> None:
    """用工作底稿的数据预填上报的表格，写出 docx 和 xlsx；没有可靠数据的栏目留空，并在未填项中说明原因。"""
    catalogue = load_tools(config).catalogue
    naming = naming_of(catalogue)
    words = words_of(language_of(lang))
    english = None if words.chinese else naming_of(catalogue, lang).english
    sheets = [p.worksheet for p in packets_in(results)]
    if not unmask:
        sheets = [mask_worksheet(sheet, naming.sensitive) for sheet in sheets]
    made: list[Form]
    if form is Table.RECOMMENDATION:
        made = [_recommendation(s, scheme, naming, with_doubtful) for s in sheets]
    elif form is Table.SUMMARY:
        made = [_summary(sheets, naming, with_doubtful)]
    else:
        kind: Table = form
        when = _quarter(sheets, year, quarter)
        made = [
            quarterly_form(
                sheets,
                "report" if kind is Table.QUARTERLY else "summary",
                when,
                naming,
                with_doubtful=with_doubtful,
                authority=authority,
            )
        ]
    for path, left in _write(made, out, words, english):
        typer.echo(f"{path}（未填 {left} 项）" if left else str(path))


def _recommendation(
    sheet: Worksheet, scheme: str | None, naming: Naming, with_doubtful: bool
) -> Form:
    layout = LAYOUTS.get(scheme or sheet.scheme.id)
    if layout is None:
        raise UsageError(
            f"{sheet.packet.name}：没有办法 {scheme or sheet.scheme.id} 的推荐表表样；"
            f"请用 --scheme 指定其一：{'、'.join(LAYOUTS)}"
        )
    return recommendation_form(sheet, layout, naming, with_doubtful=with_doubtful)


def _summary(sheets: Sequence[Worksheet], naming: Naming, with_doubtful: bool) -> Form:
    stars = {s.scheme.id.startswith(_STARS) for s in sheets}
    if len(stars) > 1:
        raise UsageError("星级平台复评与示范平台申报不能汇总在一张表里；请分开指定")
    years = {as_decimal(s.case.filing_year.value) for s in sheets if s.case.filing_year}
    one = next(iter(years)) if len(years) == 1 else None
    return summary_form(
        sheets,
        STARS if stars == {True} else PLATFORMS,
        naming,
        with_doubtful=with_doubtful,
        year=int(one) if one is not None else None,
    )


def _quarter(sheets: Sequence[Worksheet], year: int | None, quarter: int | None) -> Quarter:
    if year is not None and quarter is not None:
        return Quarter(year, quarter)
    known = [
        q
        for q in quarters_of(sheets)
        if year in (None, q.year) and quarter in (None, q.quarter)
    ]  # fmt: skip
    if len(known) == 1:
        return known[0]
    listed = "、".join(f"{q.year}年{q.quarter}季度" for q in known) or "没有读到季度"
    raise UsageError(f"请用 --year 和 --quarter 指定季度（材料中：{listed}）")


def _write(
    forms: Sequence[Form], out: Path, words: Words, english: English | None
) -> Iterable[tuple[Path, int]]:
    taken: set[str] = set()
    for form in forms:
        stem = safe_name(form.name, taken)
        for suffix, content in (
            (".docx", docx_of([form], words, english)),
            (".xlsx", xlsx_of([form], words, english)),
        ):
            write_bytes_atomically(out / f"{stem}{suffix}", content)
            yield out / f"{stem}{suffix}", len(form.open_items)
