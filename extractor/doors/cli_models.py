"""``extractor models``: lay out, prove and list the OCR models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.setup.assets import install_models, list_models, verify_models

app = typer.Typer(help="文字识别模型：安装、校验、列出。", no_args_is_help=True)

_STATES = {"ok": "完好", "missing": "缺失", "altered": "被改动"}


@app.command("install")
def install(
    source: Annotated[
        Path | None, typer.Option("--from", help="离线安装：放有模型安装包的文件夹。")
    ] = None,
) -> None:
    """安装模型（按清单校验）；不给 --from 时由 pip 按名称取得。"""
    for folder in install_models(source):
        typer.echo(f"已安装 {folder}")


@app.command("verify")
def verify() -> None:
    """逐个文件核对校验和；有缺失或改动时退出码为 2。"""
    states = verify_models()
    for state in states:
        typer.echo(f"{_STATES[state.state]}\t{state.asset}\t{state.path}")
    if any(state.state != "ok" for state in states):
        typer.echo("请运行 extractor models install 修复", err=True)
        raise typer.Exit(2)


@app.command("list")
def list_() -> None:
    """列出清单中的模型、来源和许可。"""
    for asset in list_models():
        typer.echo(f"{asset.id}\t{asset.task}\t{asset.licence}")
