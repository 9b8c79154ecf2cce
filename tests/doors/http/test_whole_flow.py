"""From the applicant's page to the signed worksheet, in a browser: a portal with the service mounted in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from support.browsing import Watched, serious, serving, watched
from support.config import the_tools
from support.recorded_site import PlayedBack, pages_of, working

from extractor.core.page import Line
from extractor.doors.http.service import Service
from extractor.doors.http.settings import ServiceSettings
from extractor.doors.review.store import EXPORTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PORTALS = Path(__file__).resolve().parents[3] / "examples" / "portal"
PACKET, FIRST, LAST = "jiangxi-clean", 7, 9  # its application form
HOSTILE = "<img src=x onerror=alert(1)>"
DOUBTED = ("899.42", "共20人")
"""What the form says of assets and, in one line, of staff: read with doubt here."""
SHOTS = os.environ.get("EXTRACTOR_SHOTS", "")
"""A folder for pictures of every page seen, for whoever wants to look at them."""


def doubtful_and_hostile(line: Line) -> Line:
    """The recorded line; some figures are uncertain, and an address is an attack."""
    if any(text in line.text for text in DOUBTED):
        return replace(line, confidence=0.5, char_confidence=())
    if line.text.endswith("创业大厦6楼"):
        return replace(line, text=line.text + HOSTILE, char_x=(), char_confidence=())
    return line


@dataclass(frozen=True)
class Portal:
    url: str
    packet: Path
    service: Service


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXTRACTOR_CACHE", str(folder / "cache"))
        patch.syspath_prepend(str(PORTALS))
        import fastapi_portal

        settings = ServiceSettings(state=folder / "state", run_jobs=False, run_prechecks=False)
        app: FastAPI = fastapi_portal.make_portal(settings)
        inside = next(r.app for r in app.routes if getattr(r, "path", "") == "/extractor")
        packet = pages_of(PACKET, FIRST, LAST, folder / f"{HOSTILE.replace('/', '')}.pdf")
        engine = PlayedBack(PACKET, FIRST, doubtful_and_hostile)
        with serving(app) as url, working(inside.state.service, the_tools(), engine):
            yield Portal(url, packet, inside.state.service)
        for module in ("portal_page", "fastapi_portal"):
            sys.modules.pop(module, None)


def looked_at(seen: Watched, axe: str, name: str) -> None:
    """No serious fault of accessibility, nothing wider than the screen, no attack come true."""
    page = seen.page
    page.wait_for_load_state("networkidle")
    assert seen.faults == [], name
    assert not axe or serious(page, axe) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert page.query_selector("img[onerror]") is None
    if SHOTS:
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=f"{SHOTS}/{name}-{size['width']}.png")


def prechecked(seen: Watched, portal: Portal) -> None:
    """As an applicant: choose the file, have it looked at, wait for the end."""
    page = seen.page
    page.goto(portal.url)
    page.set_input_files(".extractor-files", str(portal.packet))
    page.focus(".extractor-check")
    seen.key("Enter")
    page.wait_for_selector(".extractor-status:has-text('预检完成')")


def test_the_drop_in_script_names_what_is_missing_and_fills_the_form(
    browser: Browser, portal: Portal, axe_if_any: str
) -> None:
    with watched(browser, portal.url) as seen:
        page = seen.page
        page.goto(portal.url)
        page.evaluate(
            "window.told = []; for (const kind of ['accepted', 'page', 'result', 'prefill', 'failed'])"
            " document.addEventListener('extractor:' + kind, e => told.push([kind, e.detail]))"
        )
        page.click(".extractor-check")  # nothing chosen yet: the field is shown, nothing is sent
        assert page.evaluate("document.activeElement.className") == "extractor-files"
        page.set_input_files(".extractor-files", str(portal.packet))
        page.click(".extractor-check")
        page.wait_for_selector(".extractor-status:has-text('预检完成')")
        looked_at(seen, axe_if_any, "portal")
        assert "第1、2、3页" in page.inner_text(".extractor-found")
        assert "推荐表" in page.inner_text(".extractor-missing")
        assert page.query_selector(".extractor-awaited") is None
        fields = {
            name: page.input_value(f"[data-extractor-field={name}]")
            for name in ("app_org_name", "app_uscc", "app_staff_total")
        }
        assert set(fields.values()) == {""}
        page.fill("[data-extractor-field=app_org_name]", "已由本人填写")
        page.click(".extractor-prefill")
        assert page.input_value("[data-extractor-field=app_uscc]") == "91360111611916392T"
        assert page.input_value("[data-extractor-field=app_org_name]") == "已由本人填写"
        assert page.input_value("[data-extractor-field=app_staff_total]") == ""  # read with doubt
        told = page.evaluate("told.map(t => t[0])")
        assert told[0] == "accepted" and told.count("page") == 3 and told[-1] == "prefill"
        final = page.evaluate("told.filter(t => t[0] === 'result').pop()[1].result.final")
        assert final is True
        seen.assert_calm()


def test_a_refused_upload_is_told_in_the_pages_language(browser: Browser, portal: Portal) -> None:
    with watched(browser, portal.url) as seen:
        page = seen.page
        page.goto(portal.url)
        page.context.clear_cookies()  # the portal's session is over
        page.set_input_files(".extractor-files", str(portal.packet))
        page.click(".extractor-check")
        page.wait_for_selector(".extractor-status:has-text('预检未完成：请提供有效的密钥')")
        page.evaluate("document.documentElement.lang = 'en'")
        page.evaluate("document.querySelector('[data-extractor-precheck]').replaceChildren()")
        page.add_script_tag(url=f"{portal.url}/extractor/precheck.js?again")
        page.set_input_files(".extractor-files", str(portal.packet))
        page.click(".extractor-check")
        page.wait_for_selector(".extractor-status:has-text('Not completed: Give a valid API key')")


def test_from_the_upload_to_the_signed_worksheet(
    browser: Browser, portal: Portal, axe_if_any: str, tmp_path: Path
) -> None:
    with watched(browser, portal.url) as applicant:
        prechecked(applicant, portal)
        applicant.page.focus(".extractor-submit")
        applicant.key("Enter")
        applicant.page.wait_for_selector(".extractor-status:has-text('已提交')")
        number = applicant.page.inner_text(".extractor-status").partition("：")[2]
        applicant.assert_calm()
    with watched(browser, portal.url) as desk:
        page = desk.page
        page.goto(f"{portal.url}/?as_=lead")
        page.goto(f"{portal.url}/extractor/review/")
        page.wait_for_selector(f"#packets a[href*='{number}']")  # appears by itself once it is read
        looked_at(desk, axe_if_any, "queue")
        desk.key("j")
        desk.key("Enter")
        page.wait_for_selector("#part .item")
        looked_at(desk, axe_if_any, "packet")
        changes = corrected_by_keyboard(desk)
        assert "→ 不符合" in changes
        looked_at(desk, axe_if_any, "corrected")
        for number_of_part in "1234567":
            desk.key(number_of_part)
            page.wait_for_function(
                "k => document.querySelectorAll('[role=tab]')[k].getAttribute('aria-selected') === 'true' && document.getElementById('part').innerText.length > 5",
                arg=int(number_of_part) - 1,
            )
            looked_at(desk, axe_if_any, f"part{number_of_part}")
        desk.key("6")
        page.wait_for_selector(f"#part :text('{HOSTILE}')")
        signed_by_keyboard(desk)
        looked_at(desk, axe_if_any, "signed")
        exported(desk, tmp_path)
        desk.assert_calm()


def corrected_by_keyboard(desk: Watched) -> str:
    """Correct the three doubtful figures, no mouse; gives what the page said they changed."""
    said = ""
    for count, (label, text) in enumerate(
        (("资产总额", "50万元"), ("服务人员", "12"), ("专业人员", "6")), 1
    ):
        desk.press_for_item("n", label, most=30)
        assert desk.page.is_visible("#marks #now")
        desk.key("e")
        desk.page.keyboard.type(text)
        desk.key("Enter")
        desk.decided(count)
        said += desk.page.inner_text("#dock .changes")
    return said


def signed_by_keyboard(desk: Watched) -> None:
    """Sign off with an opinion that is an attack itself."""
    desk.page.focus("[data-do=sign]")
    desk.key("Enter")
    desk.page.wait_for_selector("dialog[open] textarea")
    desk.page.keyboard.type(f"同意 {HOSTILE}")
    desk.key("Tab")
    desk.key("Enter")
    desk.page.wait_for_selector("#status:has-text('lead 已签字')")


def exported(desk: Watched, folder: Path) -> None:
    """Each format comes, and none of them carries the attack as more than text."""
    page = desk.page
    for fmt in EXPORTS:
        if not page.is_visible("#export a >> nth=0"):
            page.click("#export summary")
        with page.expect_download() as download:
            page.click(f"#export a[href$={fmt}]")
        path = folder / f"x.{fmt}"
        download.value.save_as(path)
        assert path.stat().st_size > 1000, fmt
        if fmt == "html":
            assert HOSTILE not in path.read_text(encoding="utf-8")


def test_on_a_tablet_the_page_is_pinched_larger(
    browser: Browser, portal: Portal, axe_if_any: str
) -> None:
    with watched(browser, portal.url, 820, 1180, touch=True) as tablet:
        page = tablet.page
        page.goto(f"{portal.url}/?as_=lead")
        page.goto(f"{portal.url}/extractor/review/")
        page.tap("#packets a >> nth=0")
        page.wait_for_selector("#part .item")
        page.tap("#part .item .chip >> nth=0")
        page.wait_for_selector("#item")
        page.wait_for_function("document.getElementById('shown').naturalWidth > 0")
        looked_at(tablet, axe_if_any, "tablet")
        before = page.evaluate("document.getElementById('sizer').offsetWidth")
        at = page.evaluate(
            "(() => { const b = document.getElementById('stage').getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        fingers = page.context.new_cdp_session(page)

        def touch(kind: str, *offsets: int) -> None:
            points = [{"x": at[0] + by, "y": at[1]} for by in offsets]
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", -40, 40)
        for apart in (50, 60, 80):
            touch("touchMove", -apart, apart)
        touch("touchEnd")
        page.wait_for_function(
            "before => document.getElementById('sizer').offsetWidth > 1.5 * before", arg=before
        )
        looked_at(tablet, axe_if_any, "pinched")
        tablet.assert_calm()
