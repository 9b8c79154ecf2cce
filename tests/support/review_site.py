"""A review page to test: results in a folder, the page over them, a viewer who is in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw
from starlette.testclient import TestClient

from extractor.core.worksheet import FactStatus, Reading, Worksheet
from extractor.decisions.heads import FileHeadStore, HeadStore
from extractor.decisions.signing import site_key
from extractor.doors.review.app import review_app
from extractor.doors.review.folder_store import FolderStore
from extractor.doors.review.gate import TokenGate, Viewer
from extractor.doors.stored import JSON_NAME
from extractor.pipeline.review import judge_reading
from extractor.setup.case import CaseFile, merge_case
from extractor.worksheet.json_out import write_json
from support.config import the_tools
from support.decided import RECEIVED, filled_reading

TOKEN = "a-token-for-tests-only"
SECRET = b"0123456789abcdef0123456789abcdef"
REVIEWER = Viewer("王审核")
LEAD = Viewer("李负责", lead=True)
ONLOOKER = Viewer("张三", may_decide=False)

DOUBTED = ("app_total_assets_prev_year_end", "app_staff_qualified", "app_premises_area_total")


def judged(reading: Reading) -> Worksheet:
    told = merge_case(CaseFile(scheme="jiangxi_2023", region="360113"), None, None)
    return judge_reading(reading, told, the_tools(), RECEIVED, ("made by hand",))


def doubted_worksheet() -> Worksheet:
    """The filled packet with three values in doubt, one of which decides a condition."""
    reading = filled_reading()
    facts = tuple(
        f.model_copy(update={"status": FactStatus.DOUBTFUL, "confidence": 0.55})
        if f.field in DOUBTED
        else f
        for f in reading.facts
    )
    return judged(reading.model_copy(update={"facts": facts}))


def write_result(folder: Path, worksheet: Worksheet, pages: int = 3) -> Path:
    """``worksheet`` as it lies in a result folder, with plain page pictures."""
    (folder / "pages").mkdir(parents=True)
    write_json(worksheet, folder / JSON_NAME)
    for no in range(1, pages + 1):
        picture = Image.new("RGB", (595, 842), "white")
        ImageDraw.Draw(picture).text((60, 30), f"page {no}", fill="black")
        picture.save(folder / "pages" / f"{no:04d}.jpg", quality=70)
    return folder


@dataclass
class Site:
    """The page over ``root``; ``home`` holds the site's key and heads."""

    root: Path
    home: Path

    def store(self, *, unmask: bool = False) -> FolderStore:
        heads = FileHeadStore(self.home / "heads")

        @contextmanager
        def opened() -> Iterator[HeadStore]:
            yield heads

        return FolderStore(
            [self.root], the_tools(), unmask=unmask, heads=opened, key=lambda: site_key(self.home)
        )

    def client(self, viewer: Viewer = REVIEWER, *, enter: bool = True) -> TestClient:
        """A browser without a screen; a site of its own in memory, over the same files."""
        store = self.store()
        app = review_app(lambda _: store, TokenGate(TOKEN, viewer), the_tools(), SECRET)
        client = TestClient(app, base_url="http://testserver", follow_redirects=False)
        if enter:
            assert client.get(f"/enter?token={TOKEN}").status_code == 303
        return client


def packet_of(client: TestClient) -> str:
    """The address of the first packet in the queue: ``/p/…``."""
    found = re.search(r'href="(/p/[^/"]+)/"', client.get("/").text)
    assert found is not None
    return found[1]


def form_of(client: TestClient, packet: str) -> dict[str, str]:
    """What the page puts into each of its forms: the token and the head of the chain."""
    page = client.get(f"{packet}/").text
    token = re.search(r'data-csrf="([^"]+)"', page)
    head = re.search(r'id="head" name="head" value="([^"]+)"', page)
    assert token is not None and head is not None
    return {"csrf": token[1], "head": head[1]}


def send(client: TestClient, packet: str, **fields: str):
    """A decision, as the page would send it."""
    return client.post(f"{packet}/decide", data={**form_of(client, packet), **fields})
