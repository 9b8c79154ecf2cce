"""``extractor import``: a reviewer's corrections, out of the xlsx or a list, into the worksheet."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import UsageError
from extractor.core.worksheet import Worksheet
from extractor.decisions.model import Action, Correction, Reviewer
from extractor.decisions.signing import site_key
from extractor.doors.cli_judge import changed_lines
from extractor.doors.outcomes import ExitCode, error_findings
from extractor.doors.site import site_heads
from extractor.doors.stored import (
    JSON_NAME,
    formats_in,
    worksheet_files,
    write_again,
    write_worksheet,
)
from extractor.pipeline.changes import changes_between
from extractor.pipeline.deciding import Decided, decide, keep_head, take_back_head
from extractor.pipeline.importing import Imported, check_origin, corrections_of, read_list
from extractor.pipeline.tools import Tools, load_tools
from extractor.worksheet.json_out import read_json
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.wording import Language
from extractor.worksheet.xlsx.read_back import read_sheet

KEPT = "imports"
"""Folder beside the worksheet where imported files are kept as they came."""


def import_(
    source: Annotated[Path, typer.Argument(help="改过的 worksheet.xlsx，或处理意见列表（JSON）。")],
    by: Annotated[
        str, typer.Option(help="审核人姓名，记入处理记录。", envvar="EXTRACTOR_REVIEWER")
    ],
    into: Annotated[
        Path | None,
        typer.Option(help="写入哪份 worksheet.json（或其结果文件夹）；默认为同一文件夹里的一份。"),
    ] = None,
    lead: Annotated[
        bool, typer.Option("--lead", help="以负责人身份（可重新打开已签字的底稿）。")
    ] = False,
    sign: Annotated[bool, typer.Option("--sign", help="写入后签字，底稿从此冻结。")] = False,
    reopen: Annotated[
        str | None, typer.Option(help="先重新打开已签字的底稿；写明理由，须加 --lead。")
    ] = None,
    older: Annotated[bool, typer.Option("--older", help="也接受较早写出的 xlsx。")] = False,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
) -> None:
    """把审核人的更正和意见写入工作底稿：重新评审，记入处理记录并由本机签名。

    要么全部写入，要么一条也不写。退出码：0 完成；1 完成，有“不符”级问题；2 不能写入，原因见说明。
    """
    tools = load_tools(config)
    (target,) = worksheet_files([into or source.resolve().parent / JSON_NAME])
    before = read_json(target)
    imported, lang = _read(source, before, target, older)
    corrections = [*imported.corrections]
    if reopen is not None:
        corrections.insert(0, Correction(action=Action.REOPEN, on="worksheet", reason=reopen))
    if sign:
        corrections.append(Correction(action=Action.SIGN_OFF, on="worksheet"))
    console = Console()
    for note in imported.notes:
        console.print(f"[yellow]![/yellow] {_plain(note)}", highlight=False, soft_wrap=True)
    if not corrections:
        console.print("没有发现更正或意见，底稿未改动")
        return
    decided = _written(before, corrections, Reviewer(by, lead), tools, source, target, unmask)
    _tell(before, decided, console)
    code = ExitCode.ERROR_FINDINGS if error_findings(decided.worksheet) else ExitCode.DONE
    try:
        formats = formats_in(target.parent)
        write_again(decided.worksheet, target, tools, formats, lang=lang, unmask=unmask)
    except OSError as error:
        console.print(
            f"[yellow]![/yellow] {_plain(str(target))} 已更新，但其他格式写不了（是否正在别处打开？）："
            f"{_plain(str(error))}；关闭后用 extractor judge 重新写出",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
        code = ExitCode.INCOMPLETE
    raise typer.Exit(int(code))


def _written(
    before: Worksheet, corrections: Sequence[Correction], by: Reviewer, tools: Tools,
    source: Path, target: Path, unmask: bool,
) -> Decided:  # fmt: skip
    """The decisions in ``target`` and their head in the site's book: both or neither."""
    with site_heads() as heads:
        decided = decide(before, corrections, by, tools, key=site_key(), heads=heads)
        keep_head(decided, heads)
        try:
            _keep_source(source, target, len(decided.worksheet.decisions))
            write_worksheet(decided.worksheet, target, tools, unmask=unmask)
        except OSError as error:
            take_back_head(decided, heads)
            raise UsageError(f"{target}：写不了（{error}）；没有写入任何更正") from error
    return decided


def _read(
    source: Path, worksheet: Worksheet, target: Path, older: bool
) -> tuple[Imported, Language]:
    """The corrections in ``source``, and the language its worksheet is written in."""
    if source.suffix.casefold() == ".json":
        if source.resolve() == target.resolve():
            raise UsageError(f"{source}：这是底稿本身；请指定改过的 xlsx 或处理意见列表")
        return read_list(source), "zh"
    sheet = read_sheet(source)
    check_origin(sheet, worksheet, target.read_bytes(), older)
    return corrections_of(sheet, worksheet), "en" if sheet.identity.language == "en" else "zh"


def _keep_source(source: Path, target: Path, number: int) -> None:
    """A copy of the imported file as it came: the workbook beside the worksheet is written anew."""
    folder = target.parent / KEPT
    folder.mkdir(exist_ok=True)
    shutil.copyfile(source, folder / f"{number:04d}-{source.name}")


def _tell(before: Worksheet, decided: Decided, console: Console) -> None:
    after = decided.worksheet
    new = after.decisions[len(before.decisions) :]
    console.print(
        f"[green]完成[/green] 写入 {len(new)} 条处理记录，共 {len(after.decisions)} 条",
        highlight=False,
    )
    if new[-1].action == Action.SIGN_OFF:
        console.print("  底稿已签字，不能再改", highlight=False)
    changes = changes_between(before, after)
    if not changes.any:
        console.print("  结论没有变化", highlight=False)
    for line in changed_lines(changes):
        console.print(line, highlight=False, soft_wrap=True)


def _plain(text: str) -> str:
    return escape(one_line(text))
