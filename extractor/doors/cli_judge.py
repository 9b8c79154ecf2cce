"""``extractor judge``: stored worksheets under another scheme or at another date."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import ExtractorError, UsageError
from extractor.core.worksheet import Finding, Worksheet
from extractor.doors.outcomes import ExitCode, error_findings
from extractor.doors.stored import (
    JSON_NAME,
    PAGES,
    FolderPictures,
    formats_in,
    worksheet_files,
    write_again,
    write_worksheet,
)
from extractor.pipeline.changes import Changes, changes_between
from extractor.pipeline.judging import judge_worksheet
from extractor.pipeline.tools import Tools, load_tools
from extractor.worksheet.json_out import read_json
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.wording import Language, words_of

_FEW = 4
"""Up to so many worksheets starting further processes takes longer than judging."""


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """What one call asks for; picklable, so that several processes can share the work."""

    scheme: str | None
    as_of: dt.date | None
    out: Path | None
    config: Path | None
    lang: Language
    unmask: bool
    json_only: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One worksheet's outcome: lines to print (markup of rich), and what it exits with."""

    lines: tuple[str, ...]
    code: ExitCode


def judge(
    worksheets: Annotated[list[Path], typer.Argument(help="worksheet.json 或结果文件夹，可多个。")],
    scheme: Annotated[str | None, typer.Option(help="改用的办法；不指定则仍按原办法。")] = None,
    as_of: Annotated[str | None, typer.Option(help="评审基准日，如 2024-04-18。")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="结果文件夹；不指定则写在原底稿旁，文件名带办法和日期。"),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="同时评审的进程数。")] = 2,
    lang: Annotated[str, typer.Option(help="工作底稿的语言：zh 或 en。")] = "zh",
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
    json_only: Annotated[
        bool, typer.Option("--json-only", help="只写 worksheet.json，不写其他格式。")
    ] = False,
) -> None:
    """按另一办法或日期重新评审已有的工作底稿，不再读页；打印变化，原底稿不动。

    退出码：0 完成；1 完成，有“不符”级问题；2 用法有误；3 有底稿未能评审。
    """
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} 不支持；应为 zh 或 en", param_hint="--lang")
    request = JudgeRequest(
        scheme, _day(as_of), out, config, "en" if lang == "en" else "zh", unmask, json_only
    )
    load_tools(config)  # a wrong configuration is told once, before any worksheet
    files = tuple(worksheet_files(worksheets))
    console, worst = Console(), ExitCode.DONE
    for judged in _all(list(zip(files, _targets(files, request), strict=True)), request, workers):
        for line in judged.lines:
            console.print(line, highlight=False, soft_wrap=True)
        worst = max(worst, judged.code)
    raise typer.Exit(int(worst))


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} 不是日期；应如 2024-04-18", param_hint="--as-of"
        ) from None


def _targets(files: Iterable[Path], request: JudgeRequest) -> Iterator[Path]:
    """Where each result goes: never onto the worksheet it was made from."""
    names: Counter[str] = Counter()
    for path in files:
        if request.out is None:
            parts = [path.stem, request.scheme, request.as_of and request.as_of.isoformat()]
            if parts[1:] == [None, None]:
                parts.append("judged")
            yield path.with_name("-".join(p for p in parts if p) + ".json")
            continue
        name = path.resolve().parent.name or "packet"
        names[name.casefold()] += 1
        count = names[name.casefold()]
        yield request.out / (name if count == 1 else f"{name}-{count}") / JSON_NAME


def _all(pairs: list[tuple[Path, Path]], request: JudgeRequest, workers: int) -> Iterator[Judged]:
    if workers == 1 or len(pairs) <= _FEW:
        yield from (judge_one(pair, request) for pair in pairs)
        return
    with ProcessPoolExecutor(min(workers, len(pairs)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(judge_one, request=request), pairs, chunksize=8)


_TOOLS: dict[Path | None, Tools] = {}


def judge_one(pair: tuple[Path, Path], request: JudgeRequest) -> Judged:
    """Judge the worksheet at ``pair[0]``, write it to ``pair[1]``, say what changed."""
    path, target = pair
    if request.config not in _TOOLS:
        _TOOLS[request.config] = load_tools(request.config)
    tools = _TOOLS[request.config]
    try:
        if target.resolve() == path.resolve():
            raise UsageError(f"{path}：结果会写在原底稿上；请给 --out 另一个文件夹")
        before = read_json(path)
        after = judge_worksheet(before, tools, request.scheme, request.as_of)
        if request.json_only:
            write_worksheet(after, target, tools, unmask=request.unmask)
        else:
            FolderPictures(path.parent / PAGES).copy_to(target.parent / PAGES)
            formats = {*formats_in(path.parent), "xlsx"} - {"csv"}
            write_again(
                after, target, tools, formats, lang=request.lang, unmask=request.unmask
            )  # fmt: skip
    except UsageError:
        raise
    except (ExtractorError, OSError) as error:
        return Judged((f"[red]未完成[/red] {_plain(str(error))}",), ExitCode.INCOMPLETE)
    code = ExitCode.ERROR_FINDINGS if error_findings(after) else ExitCode.DONE
    return Judged(tuple(report(before, after, target)), code)


def report(before: Worksheet, after: Worksheet, target: Path) -> Iterator[str]:
    """The lines a person reads of one worksheet judged again."""
    changes = changes_between(before, after)
    yield f"[green]完成[/green] {_plain(after.packet.name)} → {_plain(str(target))}"
    yield (
        f"  办法 {_plain(before.scheme.id)} → {_plain(after.scheme.id)}；"
        f"评审基准日 {before.scheme.as_of} → {after.scheme.as_of}"
    )
    if after.scheme.banner:
        yield f"  [magenta]{_plain(after.scheme.banner)}[/magenta]"
    if not changes.any:
        yield "  结论没有变化"
        return
    yield from changed_lines(changes)


def changed_lines(changes: Changes) -> Iterator[str]:
    """One line each for every verdict, material and finding that differs."""
    words = words_of("zh")
    for change in changes.verdicts:
        was = words(f"verdict.{change.before}") if change.before is not None else "（原无此条）"
        now = words(f"verdict.{change.criterion.verdict}")
        yield f"  {_plain(change.criterion.article)} {_cut(change.criterion.text)}：{was} → {now}"
    for material in changes.materials:
        was = f"material.{material.before}"
        before = words(was) if material.before is not None else "（原不要求）"
        now = words(f"material.{material.material.status}")
        yield f"  材料 {_cut(material.material.text)}：{before} → {now}"
    if changes.dropped:
        yield f"  原办法的 {len(changes.dropped)} 条条件不再适用"
    for finding in changes.new:
        yield f"  [red]＋[/red] {_finding(finding)}"
    for finding in changes.gone:
        yield f"  [green]－[/green] {_finding(finding)}"


def _finding(finding: Finding) -> str:
    severity = words_of("zh")(f"severity.{finding.severity}")
    return f"{_plain(finding.check)}（{severity}）{_plain(finding.message)}"


def _cut(text: str) -> str:
    line = one_line(text)
    return escape(line if len(line) <= 40 else line[:39] + "…")


def _plain(text: str) -> str:
    return escape(one_line(text))
