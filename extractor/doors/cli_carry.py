"""``extractor carry``: decisions of an earlier result taken over into a new reading of the packet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import UsageError
from extractor.decisions.model import Reviewer
from extractor.decisions.signing import site_key
from extractor.doors.outcomes import ExitCode, error_findings
from extractor.doors.site import site_heads
from extractor.doors.stored import formats_in, worksheet_files, write_again, write_worksheet
from extractor.pipeline.carrying import CarriedOver, carry
from extractor.pipeline.deciding import keep_head, take_back_head
from extractor.pipeline.tools import load_tools
from extractor.worksheet.json_out import read_json
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.wording import Language


def carry_(
    old: Annotated[Path, typer.Argument(help="有处理记录的底稿：worksheet.json 或结果文件夹。")],
    new: Annotated[Path, typer.Argument(help="同一份材料重新读取的底稿，处理记录写入这里。")],
    by: Annotated[str, typer.Option(help="由谁带入，记入处理记录。", envvar="EXTRACTOR_REVIEWER")],
    lang: Annotated[str, typer.Option(help="工作底稿的语言：zh 或 en。")] = "zh",
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
) -> None:
    """把处理记录带到重新读取的底稿：读数未变的仍然有效，其余列为“须复看”，一条也不丢。

    原底稿的文件不动。退出码：0 完成；1 完成，有须复看或“不符”级问题；2 不能带入，原因见说明。
    """
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} 不支持；应为 zh 或 en", param_hint="--lang")
    tools = load_tools(config)
    source, target = worksheet_files([old, new])
    before, reading = read_json(source), read_json(target)
    language: Language = "en" if lang == "en" else "zh"
    with site_heads() as heads:
        done = carry(before, reading, Reviewer(by), tools, key=site_key(), heads=heads)
        keep_head(done.decided, heads)
        try:
            write_worksheet(done.decided.worksheet, target, tools, unmask=unmask)
        except OSError as error:
            take_back_head(done.decided, heads)
            raise UsageError(f"{target}：写不了（{error}）；没有带入任何处理记录") from error
    console = Console()
    _tell(done, console)
    worksheet = done.decided.worksheet
    code = ExitCode.ERROR_FINDINGS if done.again or error_findings(worksheet) else ExitCode.DONE
    try:
        formats = formats_in(target.parent)
        write_again(worksheet, target, tools, formats, lang=language, unmask=unmask)
    except OSError as error:
        console.print(
            f"[yellow]![/yellow] {_plain(str(target))} 已更新，但其他格式写不了（是否正在别处打开？）："
            f"{_plain(str(error))}",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
        code = ExitCode.INCOMPLETE
    raise typer.Exit(int(code))


def _tell(done: CarriedOver, console: Console) -> None:
    chain = done.decided.worksheet.decisions
    console.print(
        f"[green]完成[/green] 处理记录共 {len(chain)} 条；仍然有效的更正 {done.held} 处，"
        f"须复看 {len(done.again)} 处",
        highlight=False,
    )
    for item in done.again:
        before = "、".join(item.before) if isinstance(item.before, tuple) else item.before
        was = f"（原为 {_plain(str(before))}）" if before is not None else ""
        line = f"  [yellow]须复看[/yellow] {_plain(item.reason)}{was}"
        console.print(line, highlight=False, soft_wrap=True)


def _plain(text: str) -> str:
    return escape(one_line(text))
