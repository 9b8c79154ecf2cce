"""``extractor schemes``: which measures are loaded, what they ask, whether all of it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from extractor.core.errors import UsageError
from extractor.rules.schemes_check import check_schemes
from extractor.rules.schemes_diff import diff_lines, diff_schemes
from extractor.rules.schemes_find import found_ids
from extractor.rules.schemes_show import scheme_text
from extractor.setup.catalogue import Catalogue, load_catalogue
from extractor.setup.scheme_loading import load_scheme, load_schemes, scheme_ids
from extractor.setup.schemes import Scheme
from extractor.setup.source import ConfigSource

app = typer.Typer(help="认定办法：列出、查看、比较、查找编号、检查。", no_args_is_help=True)

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
    catalogue = load_catalogue(source)
    typer.echo(scheme_text(_scheme(source, scheme, catalogue), catalogue))


@app.command("diff")
def diff(
    left: Annotated[str, typer.Argument(metavar="甲", help="办法的编号。")],
    right: Annotated[str, typer.Argument(metavar="乙", help="另一个办法的编号。")],
    form: Annotated[
        Literal["text", "markdown"], typer.Option("--format", help="text 或 markdown。")
    ] = "text",
    lang: Annotated[Literal["zh", "en"], typer.Option(help="zh 或 en；条文不翻译。")] = "zh",
    config: Config = None,
) -> None:
    """比较两个办法：条件、门槛、材料、时限、有效期，谁有谁无。"""
    source = ConfigSource.find(config)
    catalogue = load_catalogue(source)
    a, b = (_scheme(source, ident, catalogue) for ident in (left, right))
    for line in diff_lines(diff_schemes(a, b, catalogue, lang), form, lang):
        typer.echo(line)


def _scheme(source: ConfigSource, ident: str, catalogue: Catalogue) -> Scheme:
    known = scheme_ids(source)
    if ident not in known:
        raise UsageError(f"没有名为 {ident} 的办法；现有：{'、'.join(known)}")
    return load_scheme(source, ident, catalogue)


@app.command("find")
def find(
    words: Annotated[str, typer.Argument(help="名称或编号中的字，如 资产、满意度、租赁。")],
    config: Config = None,
) -> None:
    """查找写办法时可用的编号：指标、栏目、文件类型、服务功能。"""
    lines = found_ids(load_catalogue(ConfigSource.find(config)), words)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo(f"没有名称或编号含“{words}”的指标、栏目或文件类型")
        raise typer.Exit(2)


@app.command("check")
def check(config: Config = None) -> None:
    """载入全部配置并跑完所有用例；有误时退出码为 2。"""
    report = check_schemes(ConfigSource.find(config))
    for line in report.lines:
        typer.echo(line)
    if not report.ok:
        raise typer.Exit(2)
