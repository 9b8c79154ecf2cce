"""``extractor schemes``: which measures are loaded, what they ask, whether all of it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.core.errors import UsageError
from extractor.rules.schemes_check import check_schemes
from extractor.rules.schemes_show import scheme_text
from extractor.setup.catalogue import load_catalogue
from extractor.setup.scheme_loading import load_scheme, load_schemes, scheme_ids
from extractor.setup.source import ConfigSource

app = typer.Typer(help="认定办法：列出、查看、检查。", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")]


@app.command("list")
def list_(config: Config = None) -> None:
    """列出已载入的办法。"""
    source = ConfigSource.find(config)
    for ident, scheme in load_schemes(source, load_catalogue(source)).items():
        banner = f"  【{scheme.head.banner}】" if scheme.head.banner else ""
        typer.echo(f"{ident}\t{scheme.head.title_zh}{banner}")
        typer.echo(
            f"    {scheme.head.region}  {scheme.head.status}；条文：{scheme.head.text_coverage}"
        )


@app.command("show")
def show(
    scheme: Annotated[str, typer.Argument(help="办法的编号。")], config: Config = None
) -> None:
    """按审核人员阅读的样子打印一个办法：条文、门槛、材料、两种读法、缺口。"""
    source = ConfigSource.find(config)
    known = scheme_ids(source)
    if scheme not in known:
        raise UsageError(f"没有名为 {scheme} 的办法；现有：{'、'.join(known)}")
    catalogue = load_catalogue(source)
    typer.echo(scheme_text(load_scheme(source, scheme, catalogue), catalogue))


@app.command("check")
def check(config: Config = None) -> None:
    """载入全部配置并跑完所有用例；有误时退出码为 2。"""
    report = check_schemes(ConfigSource.find(config))
    for line in report.lines:
        typer.echo(line)
    if not report.ok:
        raise typer.Exit(2)
