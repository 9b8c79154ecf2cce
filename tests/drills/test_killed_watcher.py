"""Packets written four ways while the watcher is killed: none lost, none doubled, none cut short."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from extractor.jobs.ledger import LedgerPlace, open_ledger

TESTS = Path(__file__).resolve().parents[1]
END = "%%EOF\n"


def text_of(no: int, version: int = 1) -> str:
    body = "".join(f"packet {no} version {version} line {n}\n" for n in range(4))
    return f"%PDF-1.7\n{body}{END}"


def sha_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Writers:
    """Writes packets into an inbox as people and programs do."""

    inbox: Path
    slow_seconds: float
    wanted: dict[str, str] = field(
        default_factory=dict
    )  # hash of the text that must come out: name
    allowed: dict[str, str] = field(default_factory=dict)  # may come out: replaced meanwhile

    def write(self, no: int, way: int, chance: random.Random) -> None:
        name = f"申报材料{no:03d}.pdf"
        if no % 7 == 3:
            return self.folder(no, chance)
        text = text_of(no)
        self.wanted[sha_of(text)] = name
        ways: list[Callable[[Path, str, random.Random], None]] = [
            self.copy, self.slowly, self.renamed, self.replaced,
        ]  # fmt: skip
        ways[way](self.inbox / name, text, chance)
        return None

    def copy(self, path: Path, text: str, chance: random.Random) -> None:
        half = len(text) // 2
        with path.open("w") as out:
            out.write(text[:half])
            out.flush()
            time.sleep(chance.uniform(0, 0.2))
            out.write(text[half:])

    def slowly(self, path: Path, text: str, chance: random.Random) -> None:
        """In pieces; half of the writers hold the file open, the others open it for each piece."""
        pieces = 8
        step = -(-len(text) // pieces)
        parts = [text[i : i + step] for i in range(0, len(text), step)]
        held = path.open("w") if chance.random() < 0.5 else None
        for part in parts:
            out = held or path.open("a")
            out.write(part)
            out.flush()
            if held is None:
                out.close()
            time.sleep(self.slow_seconds / pieces)
        if held is not None:
            held.close()

    def renamed(self, path: Path, text: str, chance: random.Random) -> None:
        part = path.with_name(path.name + ".part")
        self.copy(part, text, chance)
        time.sleep(chance.uniform(0, 2))
        part.rename(path)

    def replaced(self, path: Path, text: str, chance: random.Random) -> None:
        first = text.replace("version 1", "version 0")
        self.allowed[sha_of(first)] = path.name
        self.copy(path, first, chance)
        time.sleep(chance.uniform(0, 3))
        other = path.with_name(f".{path.name}.new")
        self.copy(other, text, chance)
        other.replace(path)

    def folder(self, no: int, chance: random.Random) -> None:
        folder = self.inbox / f"申报材料{no:03d}"
        texts = [text_of(no, version) for version in (1, 2, 3)]
        self.wanted[sha_of("".join(texts))] = folder.name
        folder.mkdir()
        for at, text in enumerate(texts):
            self.copy(folder / f"{at}.pdf", text, chance)
            time.sleep(chance.uniform(0, 1))


class Watched:
    """The watcher's process, killed and started again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = (root / "log").open("w")
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "support.watch_process", str(self.root), "0.02"],
            cwd=TESTS, stdout=self.log, stderr=self.log,
            env={**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
        )  # fmt: skip

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._start()

    def stop(self) -> float:
        """SIGTERM; gives the seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()
        return time.monotonic() - began


def results(outbox: Path) -> list[str]:
    return [json.loads(p.read_text())["sha256"] for p in outbox.glob("*/worksheet.json")]


def originals(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if not p.name.startswith(".") and p.suffix != ".txt"]


def test_a_killed_watcher_loses_nothing_doubles_nothing_and_cuts_nothing(
    tmp_path: Path, is_full: bool
) -> None:
    packets, kills, slow, spread = (300, 20, 40.0, 150.0) if is_full else (16, 3, 5.0, 6.0)
    inbox, outbox = tmp_path / "inbox", tmp_path / "outbox"
    for folder in (inbox, outbox):
        folder.mkdir()
    writers = Writers(inbox, slow)
    watched = Watched(tmp_path)

    def write(no: int) -> None:
        chance = random.Random(no)
        time.sleep(chance.uniform(0, spread))
        writers.write(no, no % 4, chance)

    threads = [threading.Thread(target=write, args=(no,)) for no in range(packets)]
    for thread in threads:
        thread.start()
    chance = random.Random(4711)
    killed = 0
    while killed < kills:
        time.sleep(chance.uniform(1.0, 2.0 * spread / kills + 6.0))
        watched.kill()
        killed += 1
    for thread in threads:
        thread.join()
    until = time.monotonic() + (900 if is_full else 120)
    while time.monotonic() < until and not set(writers.wanted) <= set(results(outbox)):
        time.sleep(1)
    time.sleep(5)  # whatever would still be doubled
    took = watched.stop()

    found = Counter(results(outbox))
    lost = [name for sha, name in writers.wanted.items() if sha not in found]
    doubled = [sha for sha, count in found.items() if count > 1]
    cut = [sha for sha in found if sha not in writers.wanted and sha not in writers.allowed]
    log = (tmp_path / "log").read_text()
    print(
        f"\n{packets} packets, {killed} kills: {len(lost)} lost, {len(doubled)} doubled, "
        f"{len(cut)} cut; {sum(found.values())} results, {len(writers.allowed)} replaced; "
        f"stopped in {took:.1f} s"
    )
    assert (lost, doubled, cut) == ([], [], []), log[-3000:]
    assert originals(inbox) == [inbox / "done"]
    assert len(originals(inbox / "done")) == sum(found.values())
    assert [p.name for p in (inbox / ".extractor").iterdir()] == ["lock"]
    assert not list(outbox.glob(".*.part"))
    ledger = open_ledger(LedgerPlace(tmp_path / "state"))
    assert len(ledger.jobs.listed(limit=10_000)) == sum(found.values())
    ledger.close()
