"""``extractor jobs``: what the ledger holds, and what an operator may change in it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from extractor.core.errors import UsageError
from extractor.doors.cli_watch import State, place_of
from extractor.doors.stored import refuse_decided_job
from extractor.jobs.ledger import Ledger, open_ledger
from extractor.jobs.records import Job, JobState, PageState
from extractor.worksheet.safe_text import one_line

app = typer.Typer(help="台账里的任务：列出、查看、重试、取消、导出。", no_args_is_help=True)

_WORDS = {
    JobState.WAITING: "排队",
    JobState.RUNNING: "处理中",
    JobState.DONE: "完成",
    JobState.FAILED: "失败",
    JobState.CANCELLED: "已取消",
}
_EVENTS = {
    "accepted": "收到", "started": "开始处理", "page": "读页", "given_back": "退回排队",
    "done": "完成", "failed": "失败", "cancelled": "已取消", "retried": "重新处理",
}  # fmt: skip

JobId = Annotated[str, typer.Argument(help="任务编号，见 extractor jobs list。")]


@app.command("list")
def list_(
    state: State = None,
    only: Annotated[JobState | None, typer.Option("--only", help="只列某一状态的任务。")] = None,
    limit: Annotated[int, typer.Option(min=1, help="最多列多少个。")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。")] = False,
) -> None:
    """列出任务，最新的在前。"""
    ledger = open_ledger(place_of(state))
    jobs = ledger.jobs.listed([only] if only is not None else (), limit=limit)
    if as_json:
        typer.echo(json.dumps([_plain(job) for job in jobs], ensure_ascii=False, indent=1))
        return
    table = Table("编号", "材料", "状态", "页", "收到", "说明", box=None, pad_edge=False)
    for job in jobs:
        table.add_row(
            job.id, escape(one_line(job.name)), _state(job), _pages(job), _when(job.created_at),
            escape(one_line(job.reason)),
        )  # fmt: skip
    Console().print(table)


@app.command("show")
def show(job: JobId, state: State = None) -> None:
    """查看一个任务：经过、页、结果文件。"""
    ledger = open_ledger(place_of(state))
    found = ledger.jobs.get(job)
    typer.echo(f"{found.id}  {one_line(found.name)}  {_state(found)}")
    if found.reason:
        typer.echo(f"说明：{found.reason}")
    if found.crashes or found.losses:
        typer.echo(f"处理程序意外退出 {found.crashes} 次，中断 {found.losses} 次")
    for event in ledger.jobs.events(job):
        if event.kind != "page":
            why = one_line(str(event.data.get("reason", "")))
            typer.echo(
                f"  {_when(event.at)}  {_EVENTS.get(event.kind, event.kind)}  {why}".rstrip()
            )
    for page in ledger.pages.of(job):
        if page.state is not PageState.READ or page.tries:
            typer.echo(
                f"  第 {page.no} 页：试过 {page.tries} 次仍出错的进程  {one_line(page.message)}"
            )
    for delivery in ledger.deliveries.of_job(job):
        typer.echo(f"  交付 {one_line(delivery.name)}：{one_line(delivery.note) or '尚未交付'}")
    for artifact in ledger.jobs.artifacts(job):
        if not artifact.name.startswith("pages/"):
            typer.echo(f"  结果 {artifact.name}  {artifact.bytes} 字节  {artifact.sha256[:16]}")


@app.command("retry")
def retry(job: JobId, state: State = None) -> None:
    """重新处理一个已结束的任务；读过的页不再重读。底稿已有处理记录的任务不能重试。"""
    ledger = open_ledger(place_of(state))
    refuse_decided_job(ledger, job)
    if not ledger.jobs.retry(job):
        raise UsageError(f"任务 {job} 还没有结束，不能重试")
    typer.echo(f"已重新排队：{job}")


@app.command("cancel")
def cancel(job: JobId, state: State = None) -> None:
    """取消一个还没有结束的任务；监视文件夹的原件会移到 failed。"""
    if not open_ledger(place_of(state)).jobs.cancel(job):
        raise UsageError(f"任务 {job} 已经结束，不能取消")
    typer.echo(f"已取消：{job}")


@app.command("export")
def export(
    job: JobId,
    out: Annotated[Path, typer.Option(help="写到哪个文件夹；必须还不存在。")],
    state: State = None,
) -> None:
    """把一个任务的结果文件和经过（job.json）取出来。"""
    ledger = open_ledger(place_of(state))
    found = ledger.jobs.get(job)
    if out.exists():
        raise UsageError(f"{out} 已存在；请换一个文件夹")
    part = out.with_name(f".{out.name}.part")
    part.mkdir(parents=True)
    _write_job(ledger, found, part)
    part.rename(out)
    typer.echo(str(out))


def _write_job(ledger: Ledger, job: Job, folder: Path) -> None:
    for artifact in ledger.jobs.artifacts(job.id):
        target = folder / artifact.name
        target.parent.mkdir(parents=True, exist_ok=True)
        ledger.blobs.copy_out(artifact.sha256, target)
    told = _plain(job) | {
        "events": [
            {"at": _iso(e.at), "kind": e.kind, **e.data} for e in ledger.jobs.events(job.id)
        ],
        "attempts": [
            {"page": a.page, "at": _iso(a.started_at), "outcome": a.outcome or "unknown"}
            for a in ledger.pages.attempts(job.id)
        ],
    }
    (folder / "job.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _plain(job: Job) -> dict[str, object]:
    return {
        "id": job.id, "name": job.name, "state": job.state.value, "outcome": job.outcome,
        "pages_done": job.pages_done, "pages_total": job.pages_total,
        "error_findings": job.error_findings, "created_at": _iso(job.created_at),
        "ended_at": _iso(job.ended_at) if job.ended_at is not None else None,
        "reason_kind": job.reason_kind, "reason": job.reason, "sha256": job.content_sha256,
    }  # fmt: skip


def _state(job: Job) -> str:
    incomplete = "（不完整）" if job.outcome == "incomplete" else ""
    return _WORDS[job.state] + incomplete


def _pages(job: Job) -> str:
    if job.pages_total is None:
        return "–"
    done = f"{job.pages_done}/" if job.state is JobState.RUNNING else ""
    return f"{done}{job.pages_total}"


def _when(at: float) -> str:
    return dt.datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")


def _iso(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="seconds")
