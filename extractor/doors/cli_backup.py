"""``extractor jobs backup`` and ``extractor jobs restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.doors.cli_watch import State, place_of
from extractor.jobs.backup import backup, restore
from extractor.jobs.ledger import open_ledger

Folder = Annotated[Path, typer.Argument(help="备份文件夹。")]


def backup_(target: Folder, state: State = None) -> None:
    """备份台账、仍需要的文件和签名密钥；处理不必停止。TARGET 是新的文件夹。"""
    ledger = open_ledger(place_of(state))
    try:
        made = backup(ledger, target.resolve())
    finally:
        ledger.close()
    typer.echo(
        f"已备份 {made.jobs} 个任务、{made.blobs} 个文件（{made.bytes >> 20} MB）到 {target}"
    )
    typer.echo("备份里有申报材料和签名密钥，请妥善保管")
    if made.missing:
        typer.echo(f"注意：有 {len(made.missing)} 个文件在备份前就已缺失", err=True)
        raise typer.Exit(1)


def restore_(source: Folder, state: State = None) -> None:
    """从备份恢复到空的台账文件夹；先停止监视和服务。"""
    made = restore(source.resolve(), place_of(state))
    typer.echo(f"已恢复 {made.jobs} 个任务、{made.blobs} 个文件")


def register(app: typer.Typer) -> None:
    """Put both commands under ``extractor jobs``."""
    app.command("backup")(backup_)
    app.command("restore")(restore_)
