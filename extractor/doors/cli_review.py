"""``extractor review``: the review page for results on one's own machine, without any set-up."""

from __future__ import annotations

import getpass
import secrets
import socket
import webbrowser
from pathlib import Path
from threading import Timer
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import UsageError
from extractor.doors.review.app import review_app
from extractor.doors.review.folder_store import FolderStore
from extractor.doors.review.gate import TokenGate, Viewer
from extractor.pipeline.tools import load_tools

HOST = "127.0.0.1"
"""Only this machine: results hold personal data, and one token is all that guards them."""


def review(
    results: Annotated[
        list[Path], typer.Argument(help="结果文件夹（含 worksheet.json），或装有多个结果的文件夹。")
    ],
    by: Annotated[
        str | None,
        typer.Option(help="审核人姓名，记入处理记录；默认为登录名。", envvar="EXTRACTOR_REVIEWER"),
    ] = None,
    lead: Annotated[
        bool, typer.Option("--lead", help="以负责人身份（可重新打开已签字的底稿）。")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口；0 为任一空闲端口。")] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="是否打开浏览器。")
    ] = True,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
) -> None:
    """在本机打开审核页面：看原件、更正、写意见、签字、导出。只在本机可见，按 Ctrl+C 结束。"""
    console = Console()
    tools = load_tools(config)
    store = FolderStore(results, tools, unmask=unmask)
    token = secrets.token_urlsafe(24)
    viewer = Viewer((by or getpass.getuser()).strip(), lead)
    app = review_app(lambda _: store, TokenGate(token, viewer), tools, secrets.token_bytes(32))
    with _listening(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/enter?token={token}"
        console.print(f"审核页面：{escape(address)}", highlight=False, soft_wrap=True)
        console.print(f"审核人：{escape(viewer.name)}；按 Ctrl+C 结束", highlight=False)
        console.file.flush()  # whoever started us through a pipe waits for the address
        if browser:
            Timer(0.5, webbrowser.open, (address,)).start()
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        )
        server.run(sockets=[listener])
    _refresh(store, console)


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"端口 {port} 用不了（{error.strerror}）；请换一个，或用 --port 0"
        ) from error
    return listener


def _refresh(store: FolderStore, console: Console) -> None:
    """Bring the other files of each result up to what was decided."""
    for packet in store.stale():
        try:
            store.refresh(packet)
        except OSError as error:
            console.print(
                f"[yellow]![/yellow] worksheet.json 已更新，但其他格式写不了（是否正在别处打开？）："
                f"{escape(str(error))}；关闭后用 extractor judge 重新写出",
                highlight=False,
                soft_wrap=True,
            )
