"""``extractor forget``: a packet's results, cached pages, decisions and ledger entries removed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import UsageError
from extractor.doors.batch import result_name
from extractor.doors.outcomes import ExitCode
from extractor.jobs.ledger import default_place, open_ledger
from extractor.pipeline.forgetting import Removed, Traces, older_results, remove, span_of, traces_at
from extractor.setup.paths import cache_dir
from extractor.worksheet.safe_text import one_line


def forget(
    targets: Annotated[
        list[Path],
        typer.Argument(
            help="结果文件夹、其中的 worksheet.json，或申报材料本身；配合 --older-than 时为存放结果的文件夹。"
        ),
    ],
    older_than: Annotated[
        str | None, typer.Option(help="只清除收件早于此期限的结果，如 365d 或 3年。")
    ] = None,
    out: Annotated[Path, typer.Option(help="指定申报材料时，其结果所在的文件夹。")] = Path("out"),
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。")] = False,
) -> None:
    """清除一份材料留下的一切：结果、页面缓存、处理记录、台账。申报材料原件不动。

    退出码：0 已清除；2 用法有误；3 有未能清除的。
    """
    console = Console()
    found = tuple(_found(targets, older_than, out))
    if not found:
        console.print("没有符合条件的结果，什么也没有清除")
        return
    for traces in found:
        info = traces.worksheet.packet
        console.print(
            f"{_plain(info.name)}（收件 {info.received_at[:10]}）：{_plain(str(traces.folder))}",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
    if not yes and not typer.confirm(
        f"以上 {len(found)} 份的结果和处理记录将被清除，不能恢复。继续？"
    ):
        raise typer.Exit(int(ExitCode.USAGE))
    raise typer.Exit(int(_forgotten(found, console)))


def _forgotten(found: tuple[Traces, ...], console: Console) -> ExitCode:
    """Remove them all, telling of each; one that cannot be removed stops none of the others."""
    worst = ExitCode.DONE
    ledger = open_ledger(default_place())
    try:
        for traces in found:
            jobs_of = traces.jobs  # told by a file that goes too
            try:
                removed = remove(traces, (cache_dir() / "pages", ledger.place.state / "pages"))
            except OSError as error:
                console.print(
                    f"[red]未完成[/red] {_plain(str(traces.folder))}：{_plain(str(error))}",
                    highlight=False, soft_wrap=True,
                )  # fmt: skip
                worst = ExitCode.INCOMPLETE
                continue
            head = ledger.heads().forget_head(traces.packet)
            jobs = ledger.forget(traces.files, jobs_of)
            _tell(traces, removed, head, jobs, console)
    finally:
        ledger.close()
    return worst


def _found(targets: list[Path], older_than: str | None, out: Path) -> list[Traces]:
    if older_than is not None:
        before = dt.date.today() - span_of(older_than)
        missing = [t for t in targets if not t.is_dir()]
        if missing:
            raise UsageError(f"{missing[0]}：没有这个文件夹；--older-than 需要存放结果的文件夹")
        return [traces for target in targets for traces in older_results(target, before)]
    return [traces_at(_folder_of(target, out)) for target in targets]


def _folder_of(target: Path, out: Path) -> Path:
    """The result folder that ``target`` names: itself, its worksheet's, or that of a packet."""
    if target.name == "worksheet.json":
        return target.parent
    if target.is_dir() and (target / "worksheet.json").is_file():
        return target
    made = out / result_name(target)
    if not (made / "worksheet.json").is_file():
        raise UsageError(
            f"{target}：在 {out} 里没有它的结果；请指定结果文件夹，或用 --out 说明结果存放在哪里"
        )
    return made


def _tell(traces: Traces, removed: Removed, head: bool, jobs: int, console: Console) -> None:
    parts = [
        f"结果文件 {removed.files} 个",
        f"页面缓存 {removed.cached_pages} 页",
        f"处理记录 {removed.decisions} 条" + ("（连同签名）" if head else ""),
        f"台账任务 {jobs} 个",
    ]
    console.print(
        f"[green]已清除[/green] {_plain(traces.worksheet.packet.name)}：{'，'.join(parts)}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    if removed.left:
        names = "、".join(_plain(n) for n in removed.left)
        console.print(f"  不是本程序写的，没有动：{names}", highlight=False, soft_wrap=True)


def _plain(text: str) -> str:
    return escape(one_line(text))
