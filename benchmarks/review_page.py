"""How long a reviewer waits at the page of a large packet: to open it, for each part, for a correction.

    python benchmarks/review_page.py [PACKET] [--pages 300]

The worksheet of a sample packet, judged from its recording, is repeated until it has that many pages and laid
into a result folder; the page is asked over its own ASGI app, so that no network is in the figures. Wall time
and processor time in milliseconds: the first time, and the median of five. A correction writes the worksheet,
runs the rules again and says what changed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from outputs import repeated, reviewed_of
from starlette.testclient import TestClient
from support.config import the_tools
from support.review_site import LEAD, Site, packet_of, send, write_result

from extractor.core.worksheet import FactStatus

PARTS = ("findings", "criteria", "materials", "lists", "facts", "pages", "log")


def measured(name: str, ask: Callable[[], object], times: int = 5) -> None:
    """Print how long it took: first, then the median of the others."""
    walls, works = [], []
    for _ in range(times + 1):
        wall, work = time.perf_counter(), time.process_time()
        ask()
        walls.append(1000 * (time.perf_counter() - wall))
        works.append(1000 * (time.process_time() - work))
    print(
        f"{name:<16}{walls[0]:8.0f} {works[0]:8.0f}   "
        f"{statistics.median(walls[1:]):8.0f} {statistics.median(works[1:]):8.0f}"
    )


def got(client: TestClient, address: str) -> None:
    """Fetch it; anything but a page ends the benchmark."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def main() -> None:
    """Run it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("packet", nargs="?", default="jiangxi-clean")
    asked.add_argument("--pages", type=int, default=300)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="extractor-page-") as folder:
        root = Path(folder)
        (root / "work").mkdir()
        sheet = repeated(
            reviewed_of(given.packet, the_tools(), root / "work").worksheet, given.pages
        )
        write_result(root / "out" / "packet", sheet, given.pages)
        cells = sum(len(row.cells) for s in sheet.rows for row in s.rows)
        print(f"{len(sheet.pages)} pages, {len(sheet.facts)} values, {cells} cells in lists")
        print(f"{'':<16}{'first ms':>8} {'cpu':>8}   {'then ms':>8} {'cpu':>8}")
        client = Site(root / "out", root / "home").client(LEAD)
        at = packet_of(client)
        measured("queue", lambda: got(client, "/"))
        measured("open", lambda: got(client, f"{at}/"))
        for part in PARTS:
            measured(part, lambda part=part: got(client, f"{at}/part/{part}"))  # type: ignore[misc]
        measured("places", lambda: got(client, f"{at}/boxes/7"))
        measured("next in doubt", lambda: got(client, f"{at}/next"))
        figures = [
            f.id for f in sheet.facts
            if f.field == "app_total_assets_prev_year_end" and f.status is not FactStatus.REJECTED
        ]  # fmt: skip
        values = iter(f"{n}万元" for n in range(50, 90))

        def correct() -> None:
            answer = send(client, at, action="correct", on=figures[0], value=next(values))
            assert answer.status_code == 200, answer.text

        measured("correction", correct)


if __name__ == "__main__":
    main()
