"""The pre-check: what it tells from pages and worksheets, while they come and at the end."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from support.config import the_tools
from support.decided import filled_worksheet
from support.http_site import Site
from support.readers import ScriptedReaders

from extractor.doors.http import precheck_work
from extractor.doors.http.precheck_told import PrecheckTold, precheck_of
from extractor.doors.http.precheck_work import Prechecker, notes_folder
from extractor.jobs.records import NewPacket, PacketContent, PacketFile, Request
from extractor.jobs.runner import PacketFailed, WorkOrder
from extractor.pipeline.naming import naming_of
from extractor.pipeline.pool import PageOutcome, PageTask
from extractor.rules.choosing import SchemeUndecided
from extractor.setup.case import CaseFile
from extractor.worksheet.mask import mask_worksheet

TITLE = "江西省中小企业公共服务示范平台推荐表"


class Scripted:
    """Reads every page as a form's title; page 2 is damaged."""

    lines: tuple[str, ...] = (TITLE, "申报单位：某公司")

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        reader = ScriptedReaders(self.lines)()
        for task in tasks:
            lost = PageOutcome(task, None, "damaged", "第 2 页已损坏，请重新扫描")
            yield lost if task.no == 2 else reader.read(task)


def order(tmp_path: Path, pages: int = 3) -> WorkOrder:
    packet = tmp_path / "某公司.tif"
    sheets = [Image.new("RGB", (300, 400), "white") for _ in range(pages)]
    sheets[0].save(packet, save_all=True, append_images=sheets[1:])
    for name in ("work", "out"):
        (tmp_path / name).mkdir()
    told: list[int] = []
    wanted = Request(CaseFile(scheme="jiangxi_2023"), dt.date(2024, 5, 6))
    return WorkOrder(
        packet, wanted, tmp_path / "work", tmp_path / "out", Scripted(),
        lambda no, _total, _outcome: told.append(no), "j1",
    )  # fmt: skip


def test_each_page_is_noted_and_the_end_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precheck_work, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(precheck_work, "_SHARE", 0.0)
    how = Prechecker(the_tools(), tmp_path / "state")(order(tmp_path))
    assert how.outcome == "incomplete"
    notes = notes_folder(tmp_path / "state", "j1")
    pages = [json.loads((notes / f"{no:04d}.json").read_bytes()) for no in (1, 2, 3)]
    assert [p["quality"] is None for p in pages] == [False, True, False]
    assert pages[1]["reasons"] == ["第 2 页已损坏，请重新扫描"]
    so_far = PrecheckTold.model_validate_json((notes / "so_far.json").read_bytes())
    assert not so_far.final and so_far.missing == [] == so_far.disagreements
    assert so_far.pages[0].no == 1 and so_far.papers and so_far.awaited
    told = PrecheckTold.model_validate_json((tmp_path / "out" / "precheck.json").read_bytes())
    assert told.final and len(told.pages) == 3 and told.missing and told.awaited == []
    assert {m.id for m in told.missing} & {m.id for m in so_far.awaited}
    assert any("第 2 页" in words for words in told.unreadable)


def test_until_a_page_tells_the_scheme_the_papers_met_with_are_told(tmp_path: Path) -> None:
    asked = order(tmp_path)
    nobody = Request(CaseFile(), dt.date(1999, 5, 6))  # before any scheme
    untold = replace(asked, request=nobody, pages=Licences())
    with pytest.raises(SchemeUndecided):
        Prechecker(the_tools(), tmp_path / "state")(untold)
    notes = notes_folder(tmp_path / "state", "j1")
    told = PrecheckTold.model_validate_json((notes / "so_far.json").read_bytes())
    assert told.scheme is None and told.papers and told.awaited == [] == told.prefill


class Licences(Scripted):
    """Pages that no scheme claims."""

    lines = ("营业执照", "统一社会信用代码：91360106MA35F1AB2X")


class Lingering(Scripted):
    """Gives the thread that looks beside the reading time for a look at the first two pages."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        for no, outcome in enumerate(super().read(tasks), 1):
            if no == 3:
                until = time.monotonic() + 30
                while time.monotonic() < until and self.seen() < 2:
                    time.sleep(0.02)
            yield outcome

    def seen(self) -> int:
        told = PrecheckTold.model_validate_json((self.notes / "so_far.json").read_bytes())
        return len(told.pages)


def test_pages_are_looked_at_together_while_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precheck_work, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(precheck_work, "_SHARE", 0.0)
    engine = Lingering(notes_folder(tmp_path / "state", "j1"))
    Prechecker(the_tools(), tmp_path / "state")(replace(order(tmp_path), pages=engine))
    assert engine.seen() == 2


def test_a_pre_check_longer_than_allowed_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(PacketFailed, match="最多 2 页，这份材料有 3 页"):
        Prechecker(the_tools(), tmp_path / "state", most_pages=2)(order(tmp_path))


def test_only_certain_values_that_agree_are_offered_for_the_form() -> None:
    naming = naming_of(the_tools().catalogue)
    sheet = mask_worksheet(filled_worksheet(), naming.sensitive)
    told = precheck_of(sheet, naming, [], final=True)
    offered = {p.field: p for p in told.prefill}
    assert offered["app_org_name"].value == "南昌企服科技有限公司"
    assert "app_premises_area_total" not in offered  # read with doubt
    assert "app_legal_rep_id_no" not in offered and "app_contact_mobile" not in offered
    assert told.missing and told.disagreements
    first = sheet.facts[0]
    other = first.model_copy(update={"id": "f_other", "value": "另一家公司", "page": 2})
    twice = sheet.model_copy(update={"facts": (*sheet.facts, other)})
    again = precheck_of(twice, naming, [], final=True)
    assert first.field not in {p.field for p in again.prefill}


def test_pages_and_results_stream_to_whoever_listens(site: Site) -> None:
    ledger, state = site.service.prechecks, site.service.settings.precheck_place.state
    with ledger.blobs.writer() as writer:
        writer.write(b"x")
        sha256, size = writer.keep()
    content = PacketContent("a.pdf", (PacketFile("a.pdf", sha256, size),))
    wanted = Request(CaseFile(), dt.date(2024, 5, 6))
    job = ledger.jobs.accept(NewPacket(content, wanted, "city")).job
    claim = ledger.jobs.claim("test")
    assert claim is not None
    naming = naming_of(the_tools().catalogue)
    told = precheck_of(filled_worksheet(), naming, [], final=False)
    notes = notes_folder(state, job)
    notes.mkdir(parents=True)
    (notes / "0001.json").write_text('{"no": 1}', encoding="utf-8")
    (notes / "so_far.json").write_text(told.model_dump_json(), encoding="utf-8")
    ledger.jobs.progress(claim, 1, 2)
    now = site.client.get(f"/v1/prechecks/{job}", headers=site.as_("hand")).json()
    assert now["state"] == "running" and now["result"]["prefill"]
    ledger.jobs.cancel(job)
    text = site.client.get(f"/v1/prechecks/{job}/events", headers=site.as_("hand")).text
    page = next(b for b in text.split("\n\n") if "event: page" in b)
    data = json.loads(page.split("data: ")[1].split("\n")[0])
    assert data["page"] == {"no": 1} and data["result"]["final"] is False
    assert site.service.clear_prechecks(3600) == 0
    assert site.service.clear_prechecks(-1) == 1 and not notes.exists()
