"""Debian's Chromium, watched: what a page asked for, what went wrong on it, what axe-core says of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("EXTRACTOR_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
AXE = "axe-core@4.14.1"
PATIENT = 60_000
"""Milliseconds; machines that run tests are busy."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no chromium (apt install chromium, or EXTRACTOR_CHROMIUM)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """An ASGI app on a port of this machine; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_keep_alive=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.02)
        assert server.started
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(15)


@dataclass
class Watched:
    """A page with everything that went wrong on it. ``root``: the files behind it, where there are any."""

    page: Page
    url: str
    root: Path = Path()
    hosts: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def item(self) -> str:
        return str(self.page.inner_text("#item .what"))

    def press_for_item(self, key: str, wanted: str, most: int = 8) -> None:
        """Press ``key`` until the item is the wanted one."""
        for _ in range(most):
            before = (
                self.page.get_attribute("#item", "data-item")
                if self.page.query_selector("#item")
                else ""
            )
            self.key(key)
            self.page.wait_for_function(
                "before => { const i = document.getElementById('item'); return i && i.dataset.item !== before; }",
                arg=before,
            )
            if wanted in self.item():
                return
        raise AssertionError(f"{wanted} never came")

    def decided(self, number: int) -> None:
        """Wait until the record holds that many decisions and the page says what they changed."""
        self.page.wait_for_function(
            "n => { const s = document.getElementById('status'); return s && JSON.parse(s.dataset.counts).log === n && document.querySelector('#dock .changes'); }",
            arg=number,
        )

    def assert_calm(self) -> None:
        """No host but ours, nothing refused by the policy, no script error."""
        assert self.hosts == {self.url.split("/")[2]}
        assert self.faults == []


@contextmanager
def watched(
    browser: Browser, url: str, width: int = 1280, height: int = 720, *, touch: bool = False
) -> Iterator[Watched]:
    """A fresh page of that size; nothing is opened yet."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=touch, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    seen = Watched(page, url)
    page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
    page.on("pageerror", lambda error: seen.faults.append(str(error)))
    page.on("dialog", lambda dialog: (seen.faults.append(dialog.message), dialog.dismiss()))
    page.on(
        "console",
        lambda message: (
            seen.faults.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    yield seen
    context.close()


def axe_source(folder: Path) -> str:
    """The source of axe-core: ``EXTRACTOR_AXE``, else out of its npm package; "" without both."""
    told = os.environ.get("EXTRACTOR_AXE")
    if told:
        return Path(told).read_text(encoding="utf-8")
    if shutil.which("npm") is None:
        return ""
    try:
        subprocess.run(
            ["npm", "pack", "--silent", AXE],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=90,
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    shutil.unpack_archive(str(next(folder.glob("*.tgz"))), folder)
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


def serious(page: Page, axe: str) -> list[str]:
    """Serious and critical accessibility faults of the page as it stands."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['nodes'][0]['target']}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
