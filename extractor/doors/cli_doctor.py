"""``extractor doctor``: is this machine fit for the work?"""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.doors.cli_watch import State, place_of
from extractor.doors.doctor import Level, all_checks
from extractor.worksheet.safe_text import one_line

_MARKS = {
    Level.OK: "[green]✓[/green]",
    Level.WARNING: "[yellow]![/yellow]",
    Level.BROKEN: "[red]✗[/red]",
}
_EXITS = {Level.OK: 0, Level.WARNING: 1, Level.BROKEN: 3}
_SUMS = {
    Level.OK: ("一切就绪", "all is ready"),
    Level.WARNING: ("可以使用，有需要注意的地方", "usable, with remarks"),
    Level.BROKEN: ("不能正常工作，请先处理打 ✗ 的项", "not fit for work: see to what is marked ✗"),
}


def doctor(
    state: State = None,
    lang: Annotated[str, typer.Option(help="报告的语言：zh 或 en。")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。")] = False,
) -> None:
    """检查本机：模型、磁盘、字体、LibreOffice、权限、时钟、防护、台账。

    退出码：0 一切就绪；1 可以使用，有提醒；3 不能正常工作。
    """
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} 不支持；应为 zh 或 en", param_hint="--lang")
    which = 0 if lang == "zh" else 1
    console, worst, told = Console(), Level.OK, []
    for check in all_checks(place_of(state)):
        worst = max(worst, check.level)
        told.append(
            {
                "level": check.level.name.lower(),
                "what": check.what[which],
                "found": check.found[which],
            }
        )
        if not as_json:
            text = escape(
                one_line(f"{check.what[which]}{'：' if which == 0 else ': '}{check.found[which]}")
            )
            console.print(f"{_MARKS[check.level]} {text}", highlight=False, soft_wrap=True)
    if as_json:
        typer.echo(
            json.dumps({"level": worst.name.lower(), "checks": told}, ensure_ascii=False, indent=1)
        )
    else:
        console.print(_SUMS[worst][which], highlight=False)
    raise typer.Exit(_EXITS[worst])
