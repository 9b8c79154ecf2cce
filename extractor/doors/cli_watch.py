"""``extractor watch`` and ``extractor worker``: packets from a folder, or from the ledger alone."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import UsageError
from extractor.doors.intake import LOCAL_TIMES, SHARE_TIMES, SettleTimes
from extractor.doors.packet_work import ReviewWork, versions_of
from extractor.doors.watch import Watcher, WatchOptions
from extractor.doors.watch_wake import InboxWaker
from extractor.jobs.database import is_network_folder
from extractor.jobs.ledger import Ledger, LedgerPlace, default_place, open_ledger
from extractor.jobs.local import LocalSettings
from extractor.jobs.metrics import serve_metrics
from extractor.jobs.records import JobState
from extractor.jobs.runner import RunnerSetup
from extractor.jobs.supervisor import Supervisor
from extractor.pipeline.tools import Tools, load_tools
from extractor.setup.case import CaseFile
from extractor.setup.scheme_loading import load_schemes
from extractor.setup.settings import settings
from extractor.worksheet.safe_text import one_line

_SILENT_SECONDS = 120.0
_BREATH_SECONDS = 0.2
_STATES = {"running": "运行正常", "trouble": "有问题", "stopped": "已停止"}

State = Annotated[Path | None, typer.Option("--state", help="台账和工作文件所在的本机文件夹。")]


MetricsPort = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="在这个端口提供 Prometheus 指标；默认不提供。"),
]


def offer_metrics(place: LedgerPlace, port: int | None) -> None:
    """Serve the ledger's figures, where an option or the settings name a port.

    Raises:
        UsageError: the port is taken.
    """
    told = settings()
    port = port or told.metrics_port
    if port is None:
        return
    try:
        serve_metrics(open_ledger(place), port, told.metrics_host)
    except OSError as error:
        raise UsageError(f"指标端口 {port} 不能使用（{error.strerror}）；请换一个端口") from error


def place_of(state: Path | None) -> LedgerPlace:
    """Where the ledger is, an option before the environment."""
    place = default_place()
    return place if state is None else LedgerPlace(state.resolve(), place.url)


def watch(
    inbox: Annotated[Path, typer.Argument(help="收件夹。")],
    out: Annotated[Path, typer.Option("--out", help="结果文件夹。")] = Path("outbox"),
    state: State = None,
    scheme: Annotated[
        str | None,
        typer.Option(help="适用的办法（子文件夹的名称优先于它，它优先于 packet.yaml）。"),
    ] = None,
    share: Annotated[
        bool | None, typer.Option("--share/--local", help="收件夹是否在网络共享上；默认自动判断。")
    ] = None,
    settle: Annotated[float | None, typer.Option(min=0.5, help="文件静止多少秒后收取。")] = None,
    folder_settle: Annotated[
        float | None,
        typer.Option(min=0.5, help="文件夹静止多少秒后收取（放入 .ready 可立即收取）。"),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="同时读页的进程数。")] = 2,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    lang: Annotated[str, typer.Option(help="工作底稿的语言：zh 或 en。")] = "zh",
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
    metrics_port: MetricsPort = None,
    status: Annotated[bool, typer.Option("--status", help="只显示状态，然后退出。")] = False,
) -> None:
    """监视收件夹：放进来的材料自动处理，结果写到结果文件夹，原件移到 done 或 failed。

    材料可以是文件或文件夹，直接放进收件夹，或放进以办法编号（或名称）命名的子文件夹。
    """
    console = Console()
    place = place_of(state)
    if status:
        raise typer.Exit(_show_status(open_ledger(place), inbox.resolve(), console))
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} 不支持；应为 zh 或 en", param_hint="--lang")
    tools = load_tools(config)
    names = _scheme_names(tools, scheme)
    if not inbox.is_dir():  # never made here: a share that is not connected must not look empty
        raise UsageError(f"{inbox}：没有这个文件夹；请先建立，或检查共享是否连接")
    out.mkdir(parents=True, exist_ok=True)
    on_share = is_network_folder(inbox) if share is None else share
    options = WatchOptions(
        inbox=inbox.resolve(), outbox=out.resolve(), schemes=names,
        versions=f"{versions_of(tools)} {unmask}", case=CaseFile(scheme=scheme), lang=lang,
        times=_times(on_share, settle, folder_settle), poll_seconds=5.0 if on_share else 1.0,
    )  # fmt: skip
    options.check()
    work = ReviewWork(config, unmask)
    setup = RunnerSetup(place, work, work.reader(), LocalSettings(workers=workers))
    offer_metrics(place, metrics_port)
    run_watcher(options, setup, _teller(console), use_events=not on_share)


def _scheme_names(tools: Tools, asked: str | None) -> dict[str, str]:
    """What a folder below the inbox may be called → scheme id.

    Raises:
        UsageError: there is no scheme ``asked``.
    """
    schemes = load_schemes(tools.config, tools.catalogue)
    if asked is not None and asked not in schemes:
        raise UsageError(f"没有名为 {asked} 的办法；现有：{'、'.join(schemes)}")
    return {s.head.title_zh: ident for ident, s in schemes.items()} | {i: i for i in schemes}


def _times(on_share: bool, file: float | None, folder: float | None) -> SettleTimes:
    base = SHARE_TIMES if on_share else LOCAL_TIMES
    return SettleTimes(file or base.file, folder or base.folder, base.unfinished)


def worker(
    state: State = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="同时读页的进程数。")] = 2,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    metrics_port: MetricsPort = None,
) -> None:
    """只处理台账里的任务，不监视文件夹；与其他机器共用 PostgreSQL 台账时使用。"""
    work = ReviewWork(config)
    place = place_of(state)
    setup = RunnerSetup(place, work, work.reader(), LocalSettings(workers=workers))
    supervisor = Supervisor(setup, open_ledger(place))
    offer_metrics(place, metrics_port)
    supervisor.recover()
    bell = Bell()
    tell, told = _teller(Console()), ""
    try:
        while not bell.rung:
            supervisor.look()
            if supervisor.trouble != told:
                told = supervisor.trouble
                tell("trouble" if told else "fine", told or "已恢复正常")
            bell.pause(1.0, supervisor.handles)
    finally:
        supervisor.stop()


@dataclass(slots=True)
class Bell:
    """Wakes the main loop: by a signal to stop, by an event in the inbox, by the runner's death."""

    rung: bool = False
    _ears: Connection = field(init=False)
    _mouth: Connection = field(init=False)
    _was_woken: bool = False

    def __post_init__(self) -> None:
        self._ears, self._mouth = multiprocessing.Pipe(duplex=False)
        signal.signal(signal.SIGTERM, self._ring)
        signal.signal(signal.SIGINT, self._ring)

    def _ring(self, _signal: int, _frame: object) -> None:
        self.rung = True
        self.wake()

    def wake(self) -> None:
        """End the pause that is going on, or the next one."""
        if not self._was_woken:
            self._was_woken = True
            self._mouth.send_bytes(b".")

    def pause(self, seconds: float, handles: list[int]) -> None:
        """Wait, but not past a signal, an event or a readable handle."""
        wait([self._ears, *handles], timeout=seconds)
        if self._ears.poll():
            self._ears.recv_bytes()
            self._was_woken = False
            if not self.rung:
                time.sleep(_BREATH_SECONDS)  # events come in swarms


def run_watcher(
    options: WatchOptions, setup: RunnerSetup, say: Callable[[str, str], None], *, use_events: bool
) -> None:
    """Watch until SIGTERM or Ctrl-C; the work of that instant is given back within five seconds."""
    ledger = open_ledger(setup.place)
    supervisor = Supervisor(setup, ledger)
    watcher = Watcher(options, ledger, supervisor, say)
    bell = Bell()
    with InboxWaker(options.inbox, bell.wake if use_events else None):
        watcher.run(lambda: bell.rung, lambda s: bell.pause(s, supervisor.handles))
    ledger.close()


_MARKS = {
    "taken": "[cyan]收到[/cyan]", "done": "[green]完成[/green]", "same": "[green]相同[/green]",
    "failed": "[red]失败[/red]", "trouble": "[yellow]问题[/yellow]", "fine": "[green]恢复[/green]",
}  # fmt: skip


def _teller(console: Console) -> Callable[[str, str], None]:
    def tell(kind: str, words: str) -> None:
        at = time.strftime("%H:%M:%S")
        console.print(
            f"{at} {_MARKS[kind]} {escape(one_line(words))}", highlight=False, soft_wrap=True
        )

    return tell


def _show_status(ledger: Ledger, inbox: Path, console: Console) -> int:
    """Print how the watcher of ``inbox`` is; 0: it runs, 1: trouble, 3: it does not run."""

    def line(text: str) -> None:
        console.print(escape(one_line(text)), highlight=False, soft_wrap=True)

    found = [w for w in ledger.watchers.all() if w.inbox == str(inbox)]
    if not found:
        line(f"没有程序监视过 {inbox}")
        return 3
    told = found[0]
    silent = time.time() - told.beat_at
    alive = told.state != "stopped" and abs(silent) < _SILENT_SECONDS
    heard = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(told.beat_at))
    line(f"收件夹 {told.inbox} → 结果 {told.outbox}")
    line(f"状态：{_STATES[told.state] if alive or told.state == 'stopped' else '没有运行'}"
         f"（最后报告 {heard}）{told.message}")  # fmt: skip
    counts = ledger.jobs.counts()
    line(
        f"排队 {counts[JobState.WAITING]}，处理中 {counts[JobState.RUNNING]}，"
        f"完成 {counts[JobState.DONE]}，失败 {counts[JobState.FAILED]}"
    )
    for job in ledger.jobs.listed([JobState.RUNNING]):
        line(f"  正在处理 {job.name}：{job.pages_done}/{job.pages_total or '?'} 页")
    for name, why in told.waiting:
        line(f"  等待 {name}：{why}")
    if not alive:
        return 3
    return 1 if told.state == "trouble" else 0
