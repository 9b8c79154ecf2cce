"""``extractor serve`` and ``extractor keys``: the HTTP service, and who may use it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from extractor.core.errors import UsageError
from extractor.doors.http.app import create_app
from extractor.doors.http.keys import KeyFile, Role, Scope
from extractor.doors.http.server import serve_app
from extractor.doors.http.settings import ServiceSettings
from extractor.doors.http.webhooks import secret_of
from extractor.worksheet.safe_text import one_line

keys_app = typer.Typer(help="接口密钥：新建、列出、作废。", no_args_is_help=True)


def serve(
    host: Annotated[str, typer.Option(help="监听的地址；0.0.0.0 为所有网卡。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口。")] = 8080,
    state: Annotated[Path | None, typer.Option("--state", help="台账所在的本机文件夹。")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="同时读页的进程数。")] = None,
    jobs: Annotated[
        bool,
        typer.Option("--jobs/--no-jobs", help="是否在本进程处理材料；否则由 extractor worker。"),
    ] = True,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
) -> None:
    """启动 HTTP 服务：接口 /v1、审核页 /review、预检。设置见 docs/api.md。"""
    settings = _settings(state, config, run_jobs=jobs)
    if workers is not None:
        settings = settings.model_copy(update={"workers": workers})
    console = Console()
    if not KeyFile(settings.keys_file).all() and not settings.trusted_proxies:
        console.print("[yellow]还没有密钥[/yellow]：先运行 extractor keys add 姓名 --role lead")
    app = create_app(settings)
    console.print(f"http://{host}:{port}/review/", highlight=False)
    serve_app(app, host, port)


def _settings(
    state: Path | None, config: Path | None = None, *, run_jobs: bool = True
) -> ServiceSettings:
    told: dict[str, object] = {}
    if state is not None:
        told["state"] = state
    if config is not None:
        told["config"] = config
    if not run_jobs:
        told["run_jobs"] = False
    return ServiceSettings(**told)  # type: ignore[arg-type]


State = Annotated[Path | None, typer.Option("--state", help="台账所在的本机文件夹。")]


@keys_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="谁用：姓名（记入处理记录）或系统名。")],
    role: Annotated[
        Role, typer.Option(help="portal 提交；reviewer 审核；lead 负责人；admin 管理。")
    ],
    tenant: Annotated[str, typer.Option(help="租户：只看得到同一租户的材料。")] = "local",
    scopes: Annotated[
        str | None, typer.Option(help="权限，逗号分隔：submit,read,decide,admin；默认随角色。")
    ] = None,
    expires: Annotated[str | None, typer.Option(help="最后有效日，如 2026-12-31。")] = None,
    state: State = None,
) -> None:
    """新建一个密钥；只显示这一次，只保存其散列。"""
    try:
        chosen = frozenset(Scope(s.strip()) for s in scopes.split(",")) if scopes else None
    except ValueError as error:
        raise UsageError(f"权限只有 {'、'.join(Scope)}") from error
    keys = KeyFile(_settings(state).keys_file)
    text, record = keys.make(one_line(name).strip(), role, tenant, chosen, expires)
    typer.echo(text)
    typer.echo(f"{record.id}  {record.name}  {record.role}  {','.join(record.scopes)}", err=True)


@keys_app.command("list")
def list_(state: State = None) -> None:
    """列出密钥（不含密钥本身）。"""
    table = Table("编号", "谁", "角色", "租户", "权限", "至", box=None, pad_edge=False)
    for key in KeyFile(_settings(state).keys_file).all():
        table.add_row(
            key.id, escape(one_line(key.name)), key.role.value, key.tenant, ",".join(key.scopes),
            key.expires or "",
        )  # fmt: skip
    Console().print(table)


@keys_app.command("revoke")
def revoke(
    ident: Annotated[str, typer.Argument(help="密钥编号，见 list。")], state: State = None
) -> None:
    """作废一个密钥，立即生效。"""
    if not KeyFile(_settings(state).keys_file).revoke(ident):
        raise UsageError(f"没有编号为 {ident} 的密钥")
    typer.echo(f"已作废：{ident}")


@keys_app.command("webhook-secret")
def webhook_secret(
    tenant: Annotated[str, typer.Option(help="租户。")] = "local", state: State = None
) -> None:
    """显示租户的回调签名密钥（whsec_…），接收方用它核对 webhook-signature。"""
    typer.echo(secret_of(_settings(state).place.state, tenant))
