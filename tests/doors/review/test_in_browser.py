"""The page in Debian's Chromium: by keyboard alone, on a tablet, for screen readers, and to no other host."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from support.config import the_tools
from support.review_site import LEAD, SECRET, TOKEN, Site, doubted_worksheet, write_result

from extractor.doors.review.app import review_app
from extractor.doors.review.gate import TokenGate
from extractor.worksheet.json_out import read_json

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = os.environ.get("EXTRACTOR_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
AXE = "axe-core@4.14.1"
PATIENT = 60_000

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium (apt install chromium, or EXTRACTOR_CHROMIUM)"
)


@dataclass
class Watched:
    """A page with everything that went wrong on it."""

    page: sync_api.Page
    url: str
    root: Path
    hosts: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def item(self) -> str:
        return str(self.page.inner_text("#item .what"))

    def press_for_item(self, key: str, wanted: str) -> None:
        """Press ``key`` until the item is the wanted one."""
        for _ in range(8):
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


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("review")
    for name in ("甲平台", "乙平台"):
        worksheet = doubted_worksheet()
        packet = worksheet.packet.model_copy(update={"id": f"p_{name}", "name": name})
        write_result(folder / "out" / name, worksheet.model_copy(update={"packet": packet}))
    store = Site(folder / "out", folder / "home").store()
    app = review_app(lambda _: store, TokenGate(TOKEN, LEAD), the_tools(), SECRET)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", folder / "out"
        server.should_exit = True
        thread.join(10)


def opened(
    browser: sync_api.Browser, served: tuple[str, Path], width: int, height: int, touch: bool
) -> Iterator[Watched]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=touch, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    watched = Watched(page, served[0], served[1])
    page.on("request", lambda request: watched.hosts.add(request.url.split("/")[2]))
    page.on("pageerror", lambda error: watched.faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            watched.faults.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.goto(f"{served[0]}/enter?token={TOKEN}")
    yield watched
    context.close()


@pytest.fixture
def desk(browser: sync_api.Browser, served: tuple[str, Path]) -> Iterator[Watched]:
    yield from opened(browser, served, 1280, 720, False)


@pytest.fixture
def tablet(browser: sync_api.Browser, served: tuple[str, Path]) -> Iterator[Watched]:
    yield from opened(browser, served, 820, 1180, True)


def assert_calm(watched: Watched) -> None:
    """No host but ours, nothing refused by the policy, no script error."""
    assert watched.hosts == {watched.url.split("/")[2]}
    assert watched.faults == []


def decided(page: sync_api.Page, number: int) -> None:
    """Wait until the record holds that many decisions and the page says so."""
    page.wait_for_function(
        "n => { const s = document.getElementById('status'); return s && JSON.parse(s.dataset.counts).log === n && document.querySelector('#dock .changes'); }",
        arg=number,
    )


def test_three_doubtful_values_are_corrected_by_keyboard_then_signed_and_exported(
    desk: Watched, tmp_path: Path
) -> None:
    page = desk.page
    page.wait_for_selector("#packets a")
    desk.key("j")
    desk.key("Enter")
    page.wait_for_selector("#part .item")
    changes = ""
    for number, (label, text) in enumerate(
        (("资产总额", "50万元"), ("专业人员", "21"), ("服务场地面积", "1300")), 1
    ):
        desk.press_for_item("n", label)
        assert page.is_visible("#marks #now")
        desk.key("e")
        page.keyboard.type(text)
        desk.key("Enter")
        decided(page, number)
        changes += page.inner_text("#dock .changes")
    assert "资产总额200万元以上" in changes and "→ 不符合" in changes
    page.wait_for_selector("text=没有存疑")
    page.click("[data-do=sign]")
    page.wait_for_selector("dialog[open] textarea")
    page.keyboard.type("按更正后的数上报")
    desk.key("Tab")
    desk.key("Enter")
    page.wait_for_selector("text=李负责 已签字")
    assert page.query_selector("#dock [hx-post]") is None
    page.click("#export summary")
    with page.expect_download() as download:
        page.click("#export a[href$=xlsx]")
    download.value.save_as(tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes()[:2] == b"PK"
    decisions = [
        d.action
        for folder in desk.root.iterdir()
        for d in read_json(folder / "worksheet.json").decisions
    ]
    assert decisions == ["correct", "correct", "correct", "sign_off"]
    assert_calm(desk)


def test_every_part_opens_by_its_key_and_its_items_by_j_and_k(desk: Watched) -> None:
    page = desk.page
    page.click("#packets tr:last-child a")
    page.wait_for_selector("#part .item")
    for key, name in enumerate(
        (
            "findings",
            "criteria",
            "materials",
            "judgement",
            "lists",
            "facts",
            "pages",
            "log",
            "overview",
        ),
        1,
    ):
        desk.key(str(key))
        page.wait_for_selector(f"#tab-{name}[aria-selected=true]")
        page.wait_for_function("() => document.getElementById('part').innerText.length > 5")
    desk.key("2")
    page.wait_for_selector("#part .item[data-on^=criterion]")
    desk.key("j")
    page.wait_for_selector("#part .item.now")
    first = page.get_attribute("#part .item.now", "data-on")
    desk.press_for_item("j", "")
    assert page.get_attribute("#part .item.now", "data-on") != first
    desk.key("?")
    page.wait_for_selector("#keys[open]")
    desk.key("Escape")
    desk.key("r")
    assert "rotate(90deg)" in str(page.get_attribute("#paper", "style"))
    before = page.evaluate("document.getElementById('sizer').offsetWidth")
    desk.key("+")
    assert page.evaluate("document.getElementById('sizer').offsetWidth") > before
    assert_calm(desk)


def test_on_a_tablet_everything_can_be_reached_by_touch(tablet: Watched) -> None:
    page = tablet.page
    page.tap("#packets tr:first-child a")
    page.wait_for_selector("#part .item")
    page.tap("#part .item .chip")
    page.wait_for_selector("#item")
    assert page.is_visible("#dock .acts button") or page.is_visible("text=已签字")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.eval_on_selector_all(
        "header button, .tabs button, .bar2 button, #dock .acts button",
        "found => found.filter(e => e.offsetParent).map(e => Math.min(e.offsetHeight, 99))",
    )
    assert sizes and min(sizes) >= 24
    assert_calm(tablet)


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core: ``EXTRACTOR_AXE``, else out of its npm package."""
    told = os.environ.get("EXTRACTOR_AXE")
    if told:
        return Path(told).read_text(encoding="utf-8")
    if shutil.which("npm") is None:
        pytest.skip("no axe-core: npm is missing and EXTRACTOR_AXE is not set")
    folder = tmp_path_factory.mktemp("axe")
    try:
        subprocess.run(
            ["npm", "pack", "--silent", AXE],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=90,
        )
    except (subprocess.SubprocessError, OSError):
        pytest.skip(f"no axe-core: npm pack {AXE} did not succeed")
    shutil.unpack_archive(str(next(folder.glob("*.tgz"))), folder)
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


def serious(page: sync_api.Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['nodes'][0]['target']}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def test_axe_finds_no_serious_fault_on_any_part(desk: Watched, axe: str) -> None:
    page = desk.page
    page.wait_for_selector("#packets a")
    assert serious(page, axe) == []
    page.click("#packets tr:first-child a")
    page.wait_for_selector("#part .item")
    page.click("#part .item .chip >> nth=0")
    page.wait_for_selector("#item")
    for key in "24569":
        desk.key(key)
        page.wait_for_function(
            "k => document.querySelectorAll('[role=tab]')[k].getAttribute('aria-selected') === 'true' && document.getElementById('part').innerText.length > 5",
            arg=int(key) - 1,
        )
        page.wait_for_load_state("networkidle")
        assert serious(page, axe) == [], key
