"""``extractor sample``: draw served firms to be asked, and take their answers back in."""

from __future__ import annotations

import secrets
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from extractor.core.errors import UsageError
from extractor.core.worksheet import Method, Worksheet
from extractor.decisions.model import Action, Correction, Reviewer
from extractor.decisions.signing import site_key
from extractor.doors.cli_judge import changed_lines
from extractor.doors.cli_language import LangOption, language_of
from extractor.doors.site import site_heads
from extractor.doors.stored import formats_in, worksheet_files, write_again, write_worksheet
from extractor.pipeline.changes import changes_between
from extractor.pipeline.deciding import decide, keep_head, take_back_head
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import Tools, load_tools
from extractor.setup.scheme_loading import load_scheme
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.json_out import read_json
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.sampling.call_sheet import CallSheet, call_sheet, read_call_sheet
from extractor.worksheet.sampling.draw import counted_name, draw
from extractor.worksheet.wording import words_of

NAME = "测评电话表.xlsx"
_SURVEY = "sample_survey"
_USUAL = 10
"""Firms to ask where the scheme names no number: the smallest that any of our schemes asks for."""


def sample(
    result: Annotated[Path, typer.Argument(help="worksheet.json 或结果文件夹。")],
    count: Annotated[
        int | None, typer.Option(min=1, help="抽多少家；默认按办法的要求（10 家或 12 家）。")
    ] = None,
    spare: Annotated[int, typer.Option(min=0, help="备用多少家。")] = 5,
    seed: Annotated[str | None, typer.Option(help="种子；用同一种子会得到同样的样本。")] = None,
    out: Annotated[Path | None, typer.Option(help="电话表写在哪里；默认在底稿旁边。")] = None,
    results: Annotated[
        Path | None, typer.Option(help="填好的电话表：把测评结果写入底稿，需要 --by。")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="审核人姓名，记入处理记录。", envvar="EXTRACTOR_REVIEWER")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
    lang: LangOption = "zh",
) -> None:
    """从服务企业名单中随机抽取企业，写出测评电话表；或用 --results 把测评结果写入底稿并重新核对。"""
    tools = load_tools(config)
    (path,) = worksheet_files([result])
    worksheet = read_json(path)
    if results is not None:
        if not by:
            raise typer.BadParameter("写入测评结果须注明审核人", param_hint="--by")
        _take_in(worksheet, path, read_call_sheet(results), by, tools, unmask=unmask)
        return
    wanted = count or least_asked(worksheet, tools)
    if not unmask:
        worksheet = mask_worksheet(worksheet, naming_of(tools.catalogue).sensitive)
    drawn = draw(worksheet, seed or secrets.token_hex(8), wanted, spare)
    if not drawn.firms:
        raise UsageError(f"{path}：底稿中没有读到服务企业名单，无法抽样")
    caption = words_of(language_of(lang))("caption.calls")
    target = out or path.parent / NAME
    if seed is None and out is None and target.exists():
        raise UsageError(f"{target}：已有电话表，不再另抽；要写到别处请用 --out")
    write_bytes_atomically(target, call_sheet(worksheet, drawn, caption))
    typer.echo(f"{target}")
    typer.echo(f"种子 {drawn.seed}；名单 {len(drawn.firms)} 家，抽取 {wanted} 家")
    if len(drawn.firms) < wanted:
        typer.echo(f"名单只有 {len(drawn.firms)} 家，不足 {wanted} 家，全部列入")


def least_asked(worksheet: Worksheet, tools: Tools) -> int:
    """How many firms the scheme has the recommender ask; 10 where it does not say."""
    scheme = load_scheme(tools.config, worksheet.scheme.id, tools.catalogue)
    for criterion in scheme.criteria:
        threshold = criterion.canonical_threshold
        if criterion.quantity == "survey_rows" and isinstance(threshold, int | Decimal):
            return int(threshold)
    return _USUAL


def _take_in(
    worksheet: Worksheet, path: Path, sheet: CallSheet, by: str, tools: Tools, *, unmask: bool
) -> None:
    console = Console()
    if sheet.packet != worksheet.packet.id:
        raise UsageError(f"{path}：电话表是另一份材料的，不能写入这份底稿")
    for row in sheet.unrated:
        console.print(f"[yellow]![/yellow] 第 {row} 行没有填总体评价，未写入", highlight=False)
    corrections = answers_as_rows(worksheet, sheet)
    if not corrections:
        console.print("没有新的测评结果，底稿未改动")
        return
    with site_heads() as heads:
        decided = decide(worksheet, corrections, Reviewer(by), tools, key=site_key(), heads=heads)
        keep_head(decided, heads)
        try:
            write_worksheet(decided.worksheet, path, tools, unmask=unmask)
        except OSError as error:
            take_back_head(decided, heads)
            raise UsageError(f"{path}：写不了（{error}）；没有写入任何结果") from error
    write_again(decided.worksheet, path, tools, formats_in(path.parent), unmask=unmask)
    console.print(f"[green]完成[/green] 写入 {len(corrections)} 家的测评结果", highlight=False)
    for line in changed_lines(changes_between(worksheet, decided.worksheet)):
        console.print(line, highlight=False, soft_wrap=True)


def answers_as_rows(worksheet: Worksheet, sheet: CallSheet) -> list[Correction]:
    """The answers as new rows of the survey; firms whose answer a reviewer put in before are left out."""
    known = {
        counted_name(str(fact.value))
        for rows in worksheet.rows
        for row in rows.rows
        if rows.field == _SURVEY
        and (fact := row.cells.get(f"{_SURVEY}.enterprise")) is not None
        and fact.method is Method.REVIEWER
    }
    found = []
    for answer in sheet.answers:
        if counted_name(answer.enterprise) in known:
            continue
        cells = {
            "enterprise": answer.enterprise,
            "method": answer.method,
            "respondent": answer.respondent,
            "post": answer.post,
            "phone": "" if "*" in answer.phone else answer.phone,
            "service": answer.service,
            "rating": answer.rating,
        }
        reason = f"满意度测评（抽样种子 {sheet.seed}）"
        found.append(
            Correction(
                action=Action.ADD_ROW,
                on=_SURVEY,
                cells={f"{_SURVEY}.{c}": one_line(t) for c, t in cells.items() if t},
                reason="；".join(t for t in (reason, one_line(answer.remark)) if t),
                source=f"测评电话表!{answer.row}",
            )
        )
    return found
