"""Files from the wild, broken on purpose or by accident. Found by EXTRACTOR_REAL_DATA."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from hostile import plain_pdf

from extractor.files.model import PageFailure
from extractor.files.packet import open_packet
from extractor.files.server import PageServer

_ROOT = Path(os.environ.get("EXTRACTOR_REAL_DATA", "/nonexistent"))
_SET = "EXTRACTOR_REAL_DATA" in os.environ
_FOLDERS = ("malformed", "scans", "office", "ofd", "invoices")
_FILES = sorted(
    path
    for folder in _FOLDERS
    for path in (_ROOT / folder).glob("*")
    if path.suffix != ".json"
)  # fmt: skip
_HANG_SECONDS = 30
_MEMORY = 1 << 30

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not _SET, reason="EXTRACTOR_REAL_DATA is not set"),
]


def peak_bytes(pid: int | None) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_the_malformed_files_are_there() -> None:
    assert len([path for path in _FILES if path.parent.name == "malformed"]) >= 40


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_each_gives_pages_or_one_clear_problem_and_the_good_file_beside_is_read(
    path: Path, tmp_path: Path, record_property
) -> None:
    box = tmp_path / "packet"
    box.mkdir()
    shutil.copy(path, box / path.name)
    plain_pdf(box / "良好.pdf")
    start = time.monotonic()
    packet = open_packet(box, tmp_path / "work")
    opening = time.monotonic() - start
    files = {file.info.name: file for file in packet.files}
    good = files["良好.pdf"]
    with PageServer(good.path, good.info.media_type) as server:
        assert server.page(1, 100).layer[0].text == "page 1"

    bad = files[path.name]
    outcome = [problem.kind for problem in bad.info.problems]
    if bad.info.pages == 0:
        [problem] = bad.info.problems
        assert problem.kind in {
            "password", "damaged", "unsupported", "no_pages", "empty", "macros", "unsafe_xml",
            "timeout", "memory", "too_large",
        }  # fmt: skip
        assert any(path.name in line.message for line in packet.problems)
    slowest, peak = 0.0, 0
    if bad.info.pages:
        with PageServer(bad.path, bad.info.media_type) as server:
            for number in range(1, server.page_count + 1):
                start = time.monotonic()
                try:
                    raw = server.page(number, 200)
                    outcome.append(f"{raw.image.shape[1]}x{raw.image.shape[0]}")
                    peak = max(peak, peak_bytes(server.child_pid))
                except PageFailure as failure:
                    outcome.append(failure.kind)
                    assert failure.kind != "gave_up" and failure.message
                slowest = max(slowest, time.monotonic() - start)
    record_property("seconds", round(opening + slowest, 1))
    print(
        f"{path.name} | {opening:.1f} s | {slowest:.1f} s | {peak >> 20} MiB | {' '.join(outcome)}"
    )
    assert opening < _HANG_SECONDS and slowest < _HANG_SECONDS
    assert peak < _MEMORY


def test_locked_files_ask_for_their_password(tmp_path: Path) -> None:
    for name in ("password-is-test.pdf", "issue6010_1.pdf", "issue21579.pdf", "encrypted.pdf"):
        packet = open_packet(_ROOT / "malformed" / name, tmp_path / name)
        assert [p.kind for p in packet.files[0].info.problems] == ["password"]


def test_a_report_of_195_pages_is_read_from_its_layer(tmp_path: Path) -> None:
    path = _ROOT / "finance" / "600201_2020_full_report_195p.pdf"
    start = time.monotonic()
    lines = tables = 0
    with PageServer(path, "application/pdf") as server:
        assert server.page_count == 195
        for number in range(1, 196):
            raw = server.page(number, 100)
            lines, tables = lines + len(raw.layer), tables + len(raw.layer_tables)
            assert raw.layer_suspect == ()
        peak = peak_bytes(server.child_pid)
    print(f"195 pages | {time.monotonic() - start:.0f} s | {peak >> 20} MiB | {lines} {tables}")
    assert lines > 10_000 and tables > 200
    assert peak < _MEMORY
