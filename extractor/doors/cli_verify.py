"""``extractor verify``: is a worksheet what was decided and signed?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Worksheet
from extractor.decisions.heads import FileHeadStore, HeadStore
from extractor.decisions.sealing import signature_of
from extractor.decisions.signing import PUBLIC_FILE, PublicKey, public_key, site_home, site_key
from extractor.doors.outcomes import ExitCode
from extractor.doors.site import site_heads
from extractor.doors.stored import worksheet_files
from extractor.pipeline.deciding import verify as verify_worksheet
from extractor.pipeline.tools import Tools, load_tools
from extractor.worksheet.json_out import read_json
from extractor.worksheet.safe_text import one_line


def verify(
    worksheets: Annotated[list[Path], typer.Argument(help="worksheet.json 或结果文件夹，可多个。")],
    key: Annotated[
        Path | None, typer.Option(help="另一站点的公钥（PEM）；默认用本机的密钥。")
    ] = None,
    heads: Annotated[
        Path | None, typer.Option(help="另一站点的签名记录文件夹；默认用本机的台账。")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
) -> None:
    """核对处理记录和签字：被改动、重算、截短、调换次序，或签字后有字节变化，都会指出。

    退出码：0 全部完好；1 有被改动的；2 用法有误；3 有底稿读不出。
    """
    tools = load_tools(config)
    files = tuple(worksheet_files(worksheets))
    public = public_key(key) if key is not None else site_key().public
    console = Console()
    if heads is not None:
        code = _verify_all(files, tools, public, FileHeadStore(heads), console)
    else:
        with site_heads() as ledger:
            code = _verify_all(files, tools, public, ledger, console)
    if key is None:
        place = one_line(str(site_home() / PUBLIC_FILE))
        console.print(
            f"本机公钥 {public.fingerprint}，见 {escape(place)}", highlight=False, soft_wrap=True
        )
    raise typer.Exit(int(code))


def _verify_all(
    files: tuple[Path, ...], tools: Tools, key: PublicKey, heads: HeadStore, console: Console
) -> ExitCode:
    worst = ExitCode.DONE
    for path in files:
        shown = escape(one_line(str(path)))
        try:
            worksheet = read_json(path)
        except ExtractorError as error:
            console.print(
                f"[red]读不出[/red] {escape(one_line(str(error)))}：文件已损坏或被改动",
                highlight=False, soft_wrap=True,
            )  # fmt: skip
            worst = max(worst, ExitCode.INCOMPLETE)
            continue
        found = verify_worksheet(
            worksheet, tools, key=key, heads=heads, written=path.read_bytes()
        )  # fmt: skip
        if not found:
            console.print(f"[green]完好[/green] {shown}：{_state(worksheet)}", highlight=False)
            continue
        worst = max(worst, ExitCode.ERROR_FINDINGS)
        console.print(f"[red]被改动[/red] {shown}", highlight=False, soft_wrap=True)
        for trouble in found:
            console.print(
                f"  {escape(one_line(trouble.message))}", highlight=False, soft_wrap=True
            )  # fmt: skip
    return worst


def _state(worksheet: Worksheet) -> str:
    signed = signature_of(worksheet)
    count = len(worksheet.decisions)
    records = f"处理记录 {count} 条" if count else "没有处理记录"
    if signed is None:
        return f"{records}，尚未签字（签字前只能核对处理记录，不能核对其他内容）"
    return f"{records}，{escape(one_line(signed.by))} 于 {signed.at} 签字"
