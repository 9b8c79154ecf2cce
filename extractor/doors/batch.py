"""``extractor run``: many packets, one after another, each with a worksheet of its own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extractor.core.errors import PacketError, UsageError
from extractor.core.worksheet import Outcome, Severity, Verdict, Worksheet
from extractor.doors.outcomes import ExitCode, error_findings, exit_code_of, is_incomplete
from extractor.doors.results import write_results
from extractor.doors.stored import ResultDecided, refuse_decided
from extractor.pipeline.pool import PageOutcome
from extractor.pipeline.review import Asked, review, temporary_workdir
from extractor.pipeline.tools import RunOptions, Tools, load_tools
from extractor.rules.choosing import SchemeUndecided
from extractor.setup.assets import require_models
from extractor.setup.case import CaseFile
from extractor.worksheet.outputs import DEFAULT_FORMATS
from extractor.worksheet.safe_text import one_line

_IGNORED = ("~$", ".")
_READ_ALREADY = "。已读的页保存在本机，指定后不必重读"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What one call of ``extractor run`` asks for."""

    packets: tuple[Path, ...]
    out: Path
    options: CaseFile
    case_file: CaseFile | None
    batch: bool
    config: Path | None
    workers: int
    lang: Literal["zh", "en"]
    unmask: bool
    use_cache: bool
    formats: tuple[str, ...] = DEFAULT_FORMATS


def run_batch(request: RunRequest, console: Console) -> ExitCode:
    """Review every packet; the worst outcome is the exit code (3 over 1 over 0).

    Raises:
        UsageError, ConfigError, ModelError: nothing can be run as asked.
    """
    tools = load_tools(request.config)
    require_models()
    worst = ExitCode.DONE
    names: Counter[str] = Counter()
    for packet in _packets(request):
        folder = request.out / _unique(result_name(packet), names)
        try:
            code = _run_one(packet, folder, request, tools, console)
        except SchemeUndecided as error:
            said = f"{error}{_READ_ALREADY if request.use_cache else ''}"
            if not request.batch and len(request.packets) == 1:
                # one packet: a question of use; of many, the others are still read
                raise SchemeUndecided(said) from None
            code = _not_done(said, console)
        except (PacketError, ResultDecided) as error:
            code = _not_done(str(error), console)
        worst = max(worst, code)
    return worst


def _not_done(said: str, console: Console) -> ExitCode:
    console.print(f"[red]未完成[/red] {_plain(said)}", highlight=False)
    return ExitCode.INCOMPLETE


def _packets(request: RunRequest) -> Iterator[Path]:
    for path in request.packets:
        if not request.batch:
            yield path
        elif not path.is_dir():
            raise UsageError(f"--batch 需要文件夹，而 {path} 不是文件夹")
        else:
            yield from (p for p in sorted(path.iterdir()) if not p.name.startswith(_IGNORED))


def result_name(packet: Path) -> str:
    """The result folder's name: the packet's own without its suffix, safe for any file system."""
    resolved = packet.resolve()
    name = resolved.name if resolved.is_dir() else resolved.stem
    safe = "".join("_" if c in '<>:"/\\|?*' or ord(c) < 32 else c for c in name).strip(". ")
    return safe or "packet"


def _unique(name: str, names: Counter[str]) -> str:
    names[name.casefold()] += 1
    count = names[name.casefold()]
    return name if count == 1 else f"{name}-{count}"


def _run_one(
    packet: Path, folder: Path, request: RunRequest, tools: Tools, console: Console
) -> ExitCode:
    refuse_decided(folder)
    options = RunOptions(workers=request.workers, use_cache=request.use_cache)
    asked = Asked(request.options, request.case_file)
    with temporary_workdir() as work:
        shown = _plain(packet.name)
        with _progress(console) as bar:
            task = bar.add_task(f"读取 {shown}", total=None)

            def tell(no: int, total: int, outcome: PageOutcome) -> None:
                bar.update(task, completed=no, total=total)

            reviewed = review(packet, asked, tools, options, Path(work), tell)
        write_results(
            reviewed,
            folder,
            tools,
            request.lang,
            unmask=request.unmask,
            formats=request.formats,
        )
    print_summary(reviewed.worksheet, folder, console)
    return exit_code_of(reviewed.worksheet)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("页"),
        TimeElapsedColumn(),
        console=console,
        transient=not console.is_terminal,
    )


def print_summary(worksheet: Worksheet, folder: Path, console: Console) -> None:
    """A screen a person can read: where the result is, what stands out, what was not read."""
    failed = [f for f in worksheet.findings if f.outcome is Outcome.FAILED]
    by_severity = Counter(f.severity for f in failed)
    ran = sum(1 for f in worksheet.findings if f.outcome is not Outcome.NOT_RUN)
    verdicts = Counter(c.verdict for c in worksheet.criteria)
    state = "[yellow]不完整[/yellow]" if is_incomplete(worksheet) else "[green]完成[/green]"
    name, place = _plain(worksheet.packet.name), _plain(f"{folder}{os.sep}")
    console.print(f"{state} {name} → {place}", highlight=False, soft_wrap=True)
    if worksheet.scheme.banner:
        console.print(f"  [magenta]{_plain(worksheet.scheme.banner)}[/magenta]", highlight=False)
    console.print(
        f"  {len(worksheet.pages)} 页，{len(worksheet.documents)} 份文件；"
        f"评审基准日 {worksheet.scheme.as_of}（{_SOURCES.get(worksheet.scheme.as_of_source, '')}）",
        highlight=False,
    )
    console.print(
        f"  核对 {ran} 项：不符 {by_severity[Severity.ERROR]}，存疑 {by_severity[Severity.WARN]}，"
        f"提示 {by_severity[Severity.INFO]}",
        highlight=False,
    )
    told = "，".join(f"{_VERDICTS[v]} {verdicts[v]}" for v in Verdict if verdicts[v])
    console.print(f"  认定条件：{told}", highlight=False, soft_wrap=True)
    for finding in [f for f in failed if f.severity is Severity.ERROR][:12]:
        message = f"{finding.check} {_plain(finding.message)}"
        if finding.pages and "页" not in finding.message:
            message += f"（第{'、'.join(str(p) for p in finding.pages)}页）"
        console.print(f"  [red]✗[/red] {message}", highlight=False, soft_wrap=True)
    if error_findings(worksheet) > 12:
        console.print(f"  …… 另有 {error_findings(worksheet) - 12} 项，见工作底稿", highlight=False)
    for problem in worksheet.problems:
        console.print(
            f"  [yellow]![/yellow] {_plain(problem.message)}", highlight=False, soft_wrap=True
        )


def _plain(text: str) -> str:
    """Text of a packet as one printed line: its brackets are no markup, its controls no commands."""
    return escape(one_line(text))


_SOURCES = {
    "option": "命令行指定", "case_file": "案件数据文件", "packet_yaml": "packet.yaml",
    "read": "从材料读取", "received": "收件日",
}  # fmt: skip
_VERDICTS = {
    Verdict.MET: "符合", Verdict.NOT_MET: "不符合", Verdict.MET_STATED_ONLY: "仅填报数符合",
    Verdict.CONFLICT: "填报与佐证矛盾", Verdict.READINGS_DIFFER: "两种读法不同",
    Verdict.RELAXABLE: "可放宽", Verdict.NOT_SHOWN: "材料未显示", Verdict.NOT_APPLICABLE: "不适用",
    Verdict.FOR_JUDGEMENT: "人工判断", Verdict.TEXT_NOT_LOADED: "条文未载入",
}  # fmt: skip
