"""How soon an applicant sees something: a pre-check of a 20-page scan with the real models.

    python benchmarks/precheck.py [PACKET.pdf] [--pages 20] [--cold]

Prints when the first page, the first values and the whole answer came, counted from the end of the upload,
and the processor time that all processes spent. The service has come to rest before the upload begins, as
it has when the first applicant of a day comes; ``--cold``: it was started that moment, its readers not.
Exit code 1: later than promised (10 s, 60 s).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pikepdf

from extractor.doors.http.app import create_app
from extractor.doors.http.keys import KeyFile, Role
from extractor.doors.http.server import serve_app
from extractor.doors.http.settings import ServiceSettings
from extractor.setup.paths import models_dir

SAMPLE = Path(__file__).resolve().parents[1] / "fixtures" / "scans" / "jiangxi-clean"


def _serve(state: Path, port: int, warm: bool) -> None:
    os.environ["EXTRACTOR_MODELS"] = str(models_dir())
    os.environ["EXTRACTOR_CACHE"] = str(state / "cache")  # nothing is known of these pages yet
    settings = ServiceSettings(state=state, run_jobs=False, precheck_warm=warm)
    serve_app(create_app(settings), "127.0.0.1", port)


def _family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of the process and all below it that live."""
    ticks = 0
    for one in _family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory of the process and all below it."""
    pages = 0
    for one in _family(pid):
        with contextlib.suppress(OSError):
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def come_to_rest(pid: int) -> float:
    """Wait until the service does nothing for three seconds; gives the seconds that took."""
    began, before = time.monotonic(), -1.0
    while (now := cpu_seconds(pid)) - before > 0.1:
        before = now
        time.sleep(3)
    return time.monotonic() - began


def first_pages(source: Path, count: int, target: Path) -> None:
    """The first pages of a PDF as a file of their own."""
    with pikepdf.open(source) as whole, pikepdf.new() as part:
        part.pages.extend(whole.pages[:count])
        part.save(target)


def measure(packet: Path, state: Path, scheme: str, warm: bool) -> bool:
    key, _ = KeyFile(state / "keys.json").make("bench", Role.PORTAL, "bench")
    headers = {"Authorization": f"Bearer {key}"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(state, port, warm))
    process.start()
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(900):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{base}/healthz").status_code == 200:
                    break
            time.sleep(0.1)
        assert process.pid is not None
        if warm:
            rested = come_to_rest(process.pid)
            print(f"at rest after {rested:.0f} s, {resident_mb(process.pid):.0f} MB")
        before = cpu_seconds(process.pid)
        good = _one(base, headers, packet, scheme)
        print(f"{cpu_seconds(process.pid) - before:.1f} s of processor time")
        return good
    finally:
        process.terminate()
        process.join(20)


def _one(base: str, headers: dict[str, str], packet: Path, scheme: str) -> bool:
    made = httpx.post(
        f"{base}/v1/prechecks?name={packet.name}&scheme={scheme}", headers=headers,
        content=packet.read_bytes(), timeout=60,
    )  # fmt: skip
    made.raise_for_status()
    began, first, values = time.monotonic(), 0.0, 0.0
    kind, pages = "", 0
    url = f"{base}/v1/prechecks/{made.json()['id']}/events"
    with httpx.stream("GET", url, headers=headers, timeout=300) as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            if not line.startswith("data: "):
                continue
            told, now = json.loads(line[6:]), time.monotonic() - began
            if kind == "page":
                pages += 1
                first = first or now
            if told.get("result", {}).get("prefill"):
                values = values or now
            if kind in ("done", "failed"):
                result = told.get("result") or {}
                print(
                    f"{pages} pages: first page {first:.1f} s, first values {values:.1f} s, "
                    f"{kind} {now:.1f} s; missing {len(result.get('missing', []))}, disagree "
                    f"{len(result.get('disagreements', []))}, prefill {len(result.get('prefill', []))}"
                )
                return kind == "done" and first <= 10 and now <= 60
    return False


def main() -> int:
    """Run it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("packet", nargs="?", type=Path)
    asked.add_argument("--pages", type=int, default=20)
    asked.add_argument("--scheme", default="jiangxi_2023")
    asked.add_argument("--cold", action="store_true")
    given = asked.parse_args()
    source = given.packet or next(SAMPLE.glob("*.pdf"))
    with tempfile.TemporaryDirectory(prefix="extractor-precheck-") as folder:
        part = Path(folder) / "packet.pdf"
        first_pages(source, given.pages, part)
        return 0 if measure(part, Path(folder), given.scheme, not given.cold) else 1


if __name__ == "__main__":
    sys.exit(main())
