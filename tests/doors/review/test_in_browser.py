"""The page in Debian's Chromium: by keyboard alone, on a tablet, for screen readers, and to no other host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.browsing import Watched, serious, serving, watched
from support.config import the_tools
from support.review_site import LEAD, SECRET, TOKEN, Site, doubted_worksheet, write_result

from extractor.doors.review.app import review_app
from extractor.doors.review.gate import TokenGate
from extractor.worksheet.json_out import read_json

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("review")
    for name in ("甲平台", "乙平台"):
        worksheet = doubted_worksheet()
        packet = worksheet.packet.model_copy(update={"id": f"p_{name}", "name": name})
        write_result(folder / "out" / name, worksheet.model_copy(update={"packet": packet}))
    store = Site(folder / "out", folder / "home").store()
    app = review_app(lambda _: store, TokenGate(TOKEN, LEAD), the_tools(), SECRET)
    with serving(app) as url:
        yield url, folder / "out"


def opened(
    browser: Browser, served: tuple[str, Path], width: int, height: int, touch: bool
) -> Iterator[Watched]:
    with watched(browser, served[0], width, height, touch=touch) as seen:
        seen.root = served[1]
        seen.page.goto(f"{served[0]}/enter?token={TOKEN}")
        yield seen


@pytest.fixture
def desk(browser: Browser, served: tuple[str, Path]) -> Iterator[Watched]:
    yield from opened(browser, served, 1280, 720, False)


@pytest.fixture
def tablet(browser: Browser, served: tuple[str, Path]) -> Iterator[Watched]:
    yield from opened(browser, served, 820, 1180, True)


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
        desk.decided(number)
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
    desk.assert_calm()


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
    desk.assert_calm()


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
    tablet.assert_calm()


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
