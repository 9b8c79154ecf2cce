"""The self-check names what is missing and what that means, and its exit code says how bad it is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor.doors import doctor
from extractor.doors.cli import app
from extractor.doors.doctor import Check, Level
from extractor.files.cage import GUARDS
from extractor.jobs.ledger import LedgerPlace, open_ledger


class _Child:
    held = tuple(GUARDS)

    def __init__(self, _limits: object) -> None:
        pass

    def end(self) -> None:
        pass


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which all is well, as far as it matters here."""
    for name in [name for name in os.environ if name.startswith("EXTRACTOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EXTRACTOR_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("EXTRACTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(doctor, "verify_models", lambda: ())
    monkeypatch.setattr(doctor, "_ROOM", (0, 0))
    monkeypatch.setattr(doctor, "_MEMORY", (0, 0))
    monkeypatch.setattr(doctor, "ChildProcess", _Child)
    monkeypatch.setattr(doctor, "office_program", lambda: Path("/usr/bin/soffice"))
    monkeypatch.setattr(doctor, "bubblewrap", lambda: "/usr/bin/bwrap")
    monkeypatch.setattr(doctor, "_fonts", lambda: iter(()))
    monkeypatch.setattr(doctor, "is_settled", lambda: True)
    return tmp_path


def report(*options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    done = CliRunner().invoke(app, ["doctor", "--json", *options])
    told = json.loads(done.stdout)
    return done.exit_code, {c["what"]: (c["level"], c["found"]) for c in told["checks"]}


def test_a_sound_machine_is_ready(site: Path) -> None:
    code, found = report()
    assert code == 0 and {level for level, _ in found.values()} == {"ok"}


def test_it_speaks_english_where_asked(site: Path) -> None:
    done = CliRunner().invoke(app, ["doctor", "--lang", "en"])
    assert "all is ready" in done.stdout and "clock" in done.stdout


def test_each_missing_guard_is_named_with_what_it_means(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in GUARDS:
        monkeypatch.setattr(_Child, "held", tuple(g for g in GUARDS if g != name))
        code, found = report()
        level, words = found["读取文件的防护"]
        assert GUARDS[name][0] in words and len(words) > len(GUARDS[name][0]) + 6
        assert (code, level) == ((3, "broken") if name in ("memory", "disk") else (1, "warning"))


def test_a_machine_without_libreoffice_is_usable_and_says_what_it_does_not_read(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "office_program", lambda: None)
    code, found = report()
    assert code == 1 and "Word" in found["LibreOffice"][1]


def test_a_wrong_setting_and_an_unknown_one_are_told(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTRACTOR_STAET", "x")
    assert "EXTRACTOR_STAET" in report()[1]["设置"][1]
    monkeypatch.setenv("EXTRACTOR_METRICS_PORT", "none")
    [check] = list(doctor._settings())
    assert check.level is Level.BROKEN and "EXTRACTOR_METRICS_PORT" in check.found[0]


def test_an_altered_stored_file_is_found(site: Path) -> None:
    ledger = open_ledger(LedgerPlace(site / "state"))
    with ledger.blobs.writer() as writer:
        writer.write(b"packet")
        sha256, _ = writer.keep()
    ledger.close()
    assert report()[0] == 0
    ledger.blobs.path(sha256).write_bytes(b"other")
    code, found = report()
    assert code == 3 and "1 个文件" in found["台账"][1]


def test_a_clock_that_is_years_behind_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.time, "time", lambda: 86_400.0)
    [check] = list(doctor._clock())
    assert isinstance(check, Check) and check.level is Level.BROKEN
